"""An import that did not come to its end: said in the page, with what can be done."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from benchtop.domain.examples import UnfinishedImport
from benchtop.ui.icons import pixmap
from benchtop.ui.teach.data_texts import examples_words
from benchtop.ui.theme import icon_side, set_kind, tokens
from benchtop.ui.widgets.announce import announce


class UnfinishedBar(QFrame):
    """``rest_wanted`` imports the file again, ``dismissed`` leaves the data set as it is; ``left`` where a
    button that had the keyboard is gone."""

    rest_wanted = Signal(str)
    """The path of the file."""
    dismissed = Signal(str)
    """The id of the import."""
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("teach.unfinished")
        self.setAccessibleName(self.tr("An import that did not come to its end"))
        self.setProperty("card", True)
        self._one: UnfinishedImport | None = None
        self._sign = QLabel(self)
        self._words = QLabel(self)
        self._words.setObjectName("teach.unfinished.words")
        self._words.setWordWrap(True)
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self._rest = self._button("rest", self.tr("Import the rest"))
        self._leave = self._button("leave", self.tr("Leave it as it is"))
        self._lay_out()
        self._rest.clicked.connect(self._on_rest)
        self._leave.clicked.connect(self._on_leave)
        self._paint()
        self.hide()

    def set_import(self, one: UnfinishedImport | None) -> None:
        """Tell of this one, or of none."""
        before, self._one = self._one, one
        if one is None:
            had_focus = self._rest.hasFocus() or self._leave.hasFocus()
            self.hide()
            if had_focus:
                self.left.emit()
            return
        words = self.tr(
            "The import of {path} did not come to its end, and {count} of it came in: importing the same file"
            " again adds only what is missing."
        ).format(path=one.path, count=examples_words(one.examples))
        self._words.setText(words)
        self._rest.setAccessibleDescription(words)
        self._leave.setAccessibleDescription(words)
        self.show()
        if one != before:
            announce(self, words)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        is_made = hasattr(self, "_leave")  # Qt tells of events before there is anything
        if is_made and event.type() in {QEvent.Type.PaletteChange, QEvent.Type.FontChange}:
            self._paint()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self._words, 1)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self._rest)
        foot.addWidget(self._leave)
        foot.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(8)
        column.addLayout(head)
        column.addLayout(foot)

    def _on_rest(self) -> None:
        one = self._one
        if one is not None:
            self.set_import(None)
            self.rest_wanted.emit(one.path)

    def _on_leave(self) -> None:
        one = self._one
        if one is not None:
            self.set_import(None)
            self.dismissed.emit(one.id)

    def _button(self, key: str, words: str) -> QPushButton:
        button = QPushButton(words, self)
        button.setObjectName(f"teach.unfinished.{key}")
        button.setAccessibleName(words)
        set_kind(button, "quiet")
        return button

    def _paint(self) -> None:
        t, side = tokens(QGuiApplication.palette()), icon_side(self.font().pointSizeF())
        self._sign.setPixmap(pixmap("warning", t.warning, side, self.devicePixelRatioF()))
