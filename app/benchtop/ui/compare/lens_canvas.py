"""The text as the lens sees it: each token on the ground of its likelihood, painted line by line."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import (
    QKeyEvent,
    QMouseEvent,
)

from benchtop.ui.chat.key_override import is_override
from benchtop.ui.compare.lens_ground import GAP, MARGIN, LensGround

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class LensCanvas(LensGround):
    """``moved``: another token has the keyboard or the pointer, see place(). ``opened``: Enter.

    Left and Right walk token by token, Up and Down line by line, Home and End to the ends of the text,
    Page Up and Page Down by screens, Ctrl+Left and Ctrl+Right from mark to mark.
    """

    opened = Signal()

    def event(self, event: QEvent) -> bool:
        # The window has these as shortcuts; in this text they are its own.
        if is_override(event, *_ENTER):
            event.accept()
            return True
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange}:
            self._take_font()
            self._arrange()
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        row, position = self._current
        if not self.has_places():
            super().keyPressEvent(event)
            return
        last = len(self._rows[row].places) - 1
        with_ctrl = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        match event.key():
            case Qt.Key.Key_Left | Qt.Key.Key_Right if with_ctrl:
                self._to_mark(-1 if event.key() == Qt.Key.Key_Left else 1)
            case Qt.Key.Key_Left:
                self.go(row, max(position - 1, 0))
            case Qt.Key.Key_Right:
                self.go(row, min(position + 1, last))
            case Qt.Key.Key_Up | Qt.Key.Key_Down:
                self._up_or_down(-1 if event.key() == Qt.Key.Key_Up else 1)
            case Qt.Key.Key_Home:
                self.go(row, 0)
            case Qt.Key.Key_End:
                self.go(row, last)
            case Qt.Key.Key_PageUp | Qt.Key.Key_PageDown:
                lines = max(self.viewport().height() // (self._block + GAP) - 1, 1)
                self._by_lines(-lines if event.key() == Qt.Key.Key_PageUp else lines, row)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self.opened.emit()
            case _:
                super().keyPressEvent(event)

    def _up_or_down(self, step: int) -> None:
        """To the row below, and from the last one to the next line."""
        row = self._current[0] + step
        if 0 <= row < len(self._rows):
            line, box = self._layout.where(*self._current)
            other = self._layout.at(line, row, box.x + box.width / 2)
            if other is not None:
                self.go(row, other.position)
                return
        self._by_lines(step, 0 if step > 0 else len(self._rows) - 1)

    def _by_lines(self, lines: int, row: int) -> None:
        line, box = self._layout.where(*self._current)
        to = min(max(line + lines, 0), len(self._layout) - 1)
        other = self._layout.at(to, row, box.x + box.width / 2)
        if to != line and other is not None:
            self.go(row, other.position)

    def _to_mark(self, step: int) -> None:
        position = self._current[1]
        marked = [
            (place, number) for number, places in enumerate(self._marks) for place in sorted(places)
        ]
        ahead = sorted((place, number) for place, number in marked if (place - position) * step > 0)
        if ahead:
            place, number = ahead[0] if step > 0 else ahead[-1]
            self.go(number, place)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        found = self._at(event.position())
        if found is not None and event.button() == Qt.MouseButton.LeftButton:
            self.go(*found)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._at(event.position()) is not None:
            self.opened.emit()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self._at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hover(None)

    def _hover(self, found: tuple[int, int] | None) -> None:
        if found != self._hovered:
            self._hovered = found
            self.viewport().update()
            self.moved.emit()

    def _at(self, spot: QPointF) -> tuple[int, int] | None:
        """The row and the place under a point of the viewport."""
        y = spot.y() + self.verticalScrollBar().value() - MARGIN
        line, inside = divmod(y, self._block + GAP)
        row = int(inside // self._line)
        if not (0 <= line < len(self._layout) and 0 <= row < len(self._rows)):
            return None
        x = spot.x() - MARGIN - self._gutter
        box = self._layout.at(int(line), row, x)
        return (row, box.position) if box is not None and box.x <= x <= box.x + box.width else None
