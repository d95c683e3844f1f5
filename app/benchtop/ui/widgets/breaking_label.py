"""A label that also breaks inside long words: paths and addresses."""

from __future__ import annotations

import re

from PySide6.QtCore import Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLabel, QMenu, QWidget

_BREAK = "\u200b"  # a zero-width space: a line may end here
_AFTER_SIGN = re.compile(r"(?<=\S)([/\\_\-.?&=])(?=\S)")
_LONG = re.compile(rf"[^\s{_BREAK}]{{24}}")


class BreakingLabel(QLabel):
    """Plain text in lines of any width. What is copied from it is without the breaks."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(with_breaks(text), parent)
        self.setTextFormat(Qt.TextFormat.PlainText)

    def copy(self) -> None:
        """Put the selected text on the clipboard."""
        if self.hasSelectedText():
            QGuiApplication.clipboard().setText(self.selectedText().replace(_BREAK, ""))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copying is ours; the rest is the label's."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
            return
        super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The one thing that can be done with text that is only read."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        action = menu.addAction(self.tr("Copy"), self.copy)
        action.setEnabled(self.hasSelectedText())
        menu.popup(event.globalPos())


def with_breaks(text: str) -> str:
    """The text, with places for a line's end in words too long for a narrow window."""
    words = re.split(r"(\s+)", text)
    return "".join(_broken(word) if len(word) > 24 else word for word in words)


def _broken(word: str) -> str:
    return _LONG.sub(lambda m: m.group() + _BREAK, _AFTER_SIGN.sub(rf"\1{_BREAK}", word))
