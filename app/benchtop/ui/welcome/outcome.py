"""What came of something, in a few words, with a list below for who wants to know it all."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from benchtop.ui.theme import Tone, set_tone
from benchtop.ui.welcome.welcome_steps import wrapped
from benchtop.ui.widgets.announce import announce
from benchtop.ui.widgets.breaking_label import with_breaks

_LINES = 8
"""So many lines of the list are seen at once."""


class Outcome(QWidget):
    """``name`` begins its object names; ``grown`` comes when there is more to see than before."""

    grown = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(f"{name}.outcome")
        self._words = wrapped("", self)
        self._words.setObjectName(f"{name}.result")
        self._all = QPushButton(self)
        self._all.setObjectName(f"{name}.all")
        self._all.setCheckable(True)
        self._all.toggled.connect(self._show_list)
        self._list = QPlainTextEdit(self)
        self._list.setObjectName(f"{name}.list")
        self._list.setAccessibleName(self.tr("What was not brought in, or not all of it"))
        self._list.setReadOnly(True)
        self._list.setTabChangesFocus(True)
        self._list.setProperty("field", True)
        row = QHBoxLayout()
        row.addWidget(self._all)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._words)
        column.addLayout(row)
        column.addWidget(self._list)
        self._fit_list()
        self.tell("")

    @property
    def words(self) -> str:
        """What is said."""
        return self._words.accessibleName()

    def tell(
        self, words: str, tone: Tone = "normal", all_of: Sequence[str] = (), *, spoken: bool = True
    ) -> None:
        """Say it; ``all_of`` is what the list has, where it has more than the words tell."""
        set_tone(self._words, tone)
        self._words.setText(with_breaks(words))
        self._words.setAccessibleName(words)
        self.setVisible(bool(words))
        self._list.setPlainText("\n".join(all_of))
        self._all.setText(self.tr("Show the whole list ({n})").format(n=f"{len(all_of):,}"))
        self._all.setAccessibleName(self._all.text())
        self._all.setVisible(len(all_of) > 1)
        self._all.setChecked(False)
        self._list.hide()
        if spoken and words:
            announce(self._words, words)
            self.grown.emit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit_list()

    def _show_list(self, shown: bool) -> None:
        self._list.setVisible(shown)
        if shown:
            self.grown.emit()

    def _fit_list(self) -> None:
        self._list.setFixedHeight(self.fontMetrics().lineSpacing() * _LINES + 20)
