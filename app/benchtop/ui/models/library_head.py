"""Above the list of models: what narrows it, how it is sorted, and the way to add to it."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QPushButton, QSizePolicy, QToolButton, QWidget

from benchtop.ui.icons import set_icon, spaced
from benchtop.ui.models.filter_field import FilterField
from benchtop.ui.models.library_model import LARGEST_FIRST
from benchtop.ui.models.library_texts import SortKey, sort_words
from benchtop.ui.widgets.flow_layout import FlowLayout


class LibraryHead(QWidget):
    """``sort_key`` and ``reverse`` say how the list is sorted."""

    words_changed = Signal()
    went_down = Signal()
    sort_changed = Signal()
    import_requested = Signal()
    find_local_requested = Signal()
    newer_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = FilterField("models.filter", self.tr("Filter your models"), self)
        self.field.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._sort = self._make_sort()
        self._turn = self._make_turn()
        self._import = self._make_import()
        self._find_local = self._make_find_local()
        self._newer = self._make_newer()
        buttons = (self._import, self._find_local, self._newer)
        self._words = {one: one.text().strip() for one in buttons}
        flow = self._flow = FlowLayout(self, gap=8)
        flow.setContentsMargins(0, 0, 0, 0)
        for widget in (
            self.field,
            self._sort,
            self._turn,
            self._import,
            self._find_local,
            self._newer,
        ):
            flow.addWidget(widget)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.field.textChanged.connect(lambda _text: self.words_changed.emit())
        self.field.went_down.connect(self.went_down)
        self._sort.currentIndexChanged.connect(lambda _index: self._turn.setChecked(False))
        self._sort.currentIndexChanged.connect(lambda _index: self._on_sort())
        self._turn.toggled.connect(lambda _on: self._on_sort())
        self._import.clicked.connect(self.import_requested)
        self._find_local.clicked.connect(self.find_local_requested)
        self._newer.clicked.connect(self.newer_wanted)
        self.set_from_hub(False)

    @property
    def sort_key(self) -> SortKey:
        """What the list is sorted by."""
        return cast("SortKey", self._sort.currentData())

    @property
    def reverse(self) -> bool:
        """Whether the usual order is turned round."""
        return self._turn.isChecked()

    def set_from_hub(self, any_from_hub: bool) -> None:
        """Whether there is anything that could be newer on the Hub."""
        self._newer.setVisible(any_from_hub)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange}:
            self._fit()

    def _fit(self) -> None:
        """On one line: where there is little room, signs alone stand for what is rarely wished for."""
        for button, words in self._words.items():
            button.setText(spaced(words))
        for button in reversed(self._words):
            self._flow.invalidate()
            if self._flow.sizeHint().width() <= self.width():
                break
            button.setText("")
        self._flow.invalidate()

    def choose_sort(self, key: str) -> None:
        """A heading was pressed: sort by it, or turn its order round."""
        if key == self.sort_key:
            self._turn.toggle()
        else:
            self._sort.setCurrentIndex(self._sort.findData(key))

    def _on_sort(self) -> None:
        down = self.reverse != (self.sort_key in LARGEST_FIRST)
        set_icon(self._turn, "arrow-down" if down else "arrow-up", "muted")
        self.sort_changed.emit()

    def _make_sort(self) -> QComboBox:
        box = QComboBox(self)
        box.setObjectName("models.sort")
        box.setAccessibleName(self.tr("Sort by"))
        box.setToolTip(self.tr("What the list is sorted by"))
        for key, words in sort_words().items():
            box.addItem(self.tr("Sort: {words}").format(words=words), key)
        box.setMaxVisibleItems(box.count())
        return box

    def _make_turn(self) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName("models.sort.turn")
        button.setAccessibleName(self.tr("Turn the order round"))
        button.setToolTip(button.accessibleName())
        button.setCheckable(True)
        set_icon(button, "arrow-down", "muted")
        return button

    def _make_import(self) -> QPushButton:
        button = QPushButton(spaced(self.tr("Import…")), self)
        button.setObjectName("models.import")
        button.setAccessibleName(self.tr("Import model file"))
        button.setToolTip(
            self.tr("Use a GGUF file from this disk; it is not copied. Or drop files on the list.")
        )
        set_icon(button, "import")
        return button

    def _make_find_local(self) -> QPushButton:
        button = QPushButton(spaced(self.tr("Look on this disk")), self)
        button.setObjectName("models.find_local")
        button.setAccessibleName(self.tr("Look for models of other programs on this disk"))
        button.setToolTip(
            self.tr(
                "Put the models on the list that LM Studio, Ollama, GPT4All, Jan or the Hub's cache "
                "already have here; they stay where they are."
            )
        )
        set_icon(button, "folder")
        return button

    def _make_newer(self) -> QPushButton:
        button = QPushButton(spaced(self.tr("Look for newer")), self)
        button.setObjectName("models.look_newer")
        button.setAccessibleName(self.tr("Look for newer files of these models on the Hub"))
        button.setToolTip(
            self.tr("Ask the Hub once whether it has newer files of the models that came from it.")
        )
        set_icon(button, "online")
        return button
