"""A plain text field that grows with its text up to a number of lines, then scrolls."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QMimeData, Signal
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QPlainTextEdit, QWidget


class GrowingEdit(QPlainTextEdit):
    """Takes text without formats only. ``height_changed`` comes when it wants another height."""

    height_changed = Signal(int)

    def __init__(self, parent: QWidget | None = None, *, least: int = 1, most: int = 8) -> None:
        super().__init__(parent)
        self._least, self._most = least, most
        self._wanted = 0
        self.setTabChangesFocus(True)
        self.setProperty("field", True)
        self.document().documentLayout().documentSizeChanged.connect(self._measure)
        self._measure()

    def wanted_height(self) -> int:
        """The height for its lines, in pixels, frame and margins included."""
        # QPlainTextDocumentLayout gives its height in lines, wrapped ones counted.
        lines = round(self.document().size().height())
        return self.height_of(min(max(lines, self._least), self._most))

    def height_of(self, lines: int) -> int:
        """The height for so many lines, in pixels, frame and margins included."""
        line = QFontMetrics(self.font()).lineSpacing()
        around = self.height() - self.viewport().height() if self.isVisible() else 12
        return lines * line + round(2 * self.document().documentMargin()) + max(around, 12)

    def insertFromMimeData(self, source: QMimeData) -> None:
        self.insertPlainText(source.text())
        self.ensureCursorVisible()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._measure()
        if event.size().height() != event.oldSize().height():
            self.ensureCursorVisible()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange}:
            self._measure()

    def _measure(self) -> None:
        wanted = self.wanted_height()
        if wanted != self._wanted:
            self._wanted = wanted
            self.setFixedHeight(wanted)
            self.height_changed.emit(wanted)
