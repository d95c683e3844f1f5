"""The list beneath the header's model button: which model answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QWidget

from benchtop.ui.chat.choice_list import Choice, ChoiceList
from benchtop.ui.chat.popover import Popover
from benchtop.ui.icons import set_icon
from benchtop.ui.theme import set_kind, set_tone

_FILTER_FROM = 8
"""With fewer models than this all are in sight, and a field to filter them would be in the way."""


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """A model to choose. ``detail`` is like "3.6M · Q8_0 · 3.9 MB"; ``missing``: its file is gone."""

    id: str
    name: str
    detail: str
    missing: bool = False


class ModelPicker(Popover):
    """Typing filters, arrows move, Enter chooses."""

    chosen = Signal(str)
    import_requested = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("chat.model.menu")
        self.setAccessibleName(self.tr("Models"))
        self._choices: tuple[ModelChoice, ...] = ()
        self._current: str | None = None
        self._filter = QLineEdit(self)
        self._filter.setObjectName("chat.model.filter")
        self._filter.setAccessibleName(self.tr("Filter the models"))
        self._filter.setPlaceholderText(self.tr("Filter…"))
        self._filter.setClearButtonEnabled(True)
        self._list = ChoiceList(self)
        self._list.setObjectName("chat.model.list")
        self._list.setAccessibleName(self.tr("Models"))
        self._nothing = QLabel(self.tr("No model fits these words."), self)
        self._nothing.setMargin(8)
        set_tone(self._nothing, "muted")
        self._import = QPushButton(self.tr("Import model file…"), self)
        self._import.setObjectName("chat.model.import")
        self._import.setAccessibleName(self._import.text())
        self._import.setToolTip(self.tr("Use a model file where it lies; nothing is copied"))
        set_icon(self._import, "import")
        set_kind(self._import, "quiet")
        self.content.addWidget(self._filter)
        self.content.addWidget(self._list, 1)
        self.content.addWidget(self._nothing)
        self.content.addWidget(self._import, 0, Qt.AlignmentFlag.AlignLeading)
        self._filter.textChanged.connect(self._on_filter)
        self._filter.returnPressed.connect(self._list.choose_current)
        self._filter.installEventFilter(self)
        self._list.left_upwards.connect(self._filter.setFocus)
        self._list.chosen.connect(self._on_chosen)
        self._import.clicked.connect(self._on_import)

    def set_models(self, choices: Sequence[ModelChoice], current: str | None) -> None:
        """Show these models; a missing one says so and cannot be chosen."""
        self._choices, self._current = tuple(choices), current
        if self.isVisible():  # else when it opens: the list may be long and changes often
            self._fill()

    def _fill(self) -> None:
        gone = self.tr("Its file is not there any more")
        self._list.set_choices(
            [
                Choice(
                    id=one.id,
                    name=one.name,
                    detail=one.detail,
                    current=one.id == self._current,
                    warning=gone if one.missing else "",
                )
                for one in self._choices
            ]
        )
        self._filter.setVisible(len(self._choices) >= _FILTER_FROM)
        self._on_filter(self._filter.text())

    def open_beneath(self, anchor: QWidget) -> None:
        """Show it with nothing filtered out and the keyboard where one types first."""
        self._filter.clear()
        self._fill()
        self.show_beneath(anchor)
        first = self._list if self._filter.isHidden() else self._filter
        first.setFocus(Qt.FocusReason.PopupFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._filter and isinstance(event, QKeyEvent):
            down = event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Down
            if down and not self._list.isHidden():
                self._list.setFocus(Qt.FocusReason.OtherFocusReason)
                return True
        return super().eventFilter(watched, event)

    def _on_filter(self, words: str) -> None:
        shown = self._list.filter(words)
        self._list.setVisible(shown > 0)
        self._nothing.setVisible(shown == 0)
        self.fit()

    def _on_chosen(self, model_id: str) -> None:
        self.close()
        self.chosen.emit(model_id)

    def _on_import(self) -> None:
        self.close()
        self.import_requested.emit()
