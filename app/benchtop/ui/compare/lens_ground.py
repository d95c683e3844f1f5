"""What of the lens's text is seen: tokens on the ground of their likelihood, painted line by line."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFont,
    QFontMetricsF,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from benchtop.ui.compare.lens_layout import LensLayout, TokenBox
from benchtop.ui.compare.lens_paint import BAR, PAD, draw_token
from benchtop.ui.compare.lens_rows import LensRow
from benchtop.ui.theme import Tokens, code_font, muted_font, tokens
from benchtop.ui.widgets.focus_ring import FocusRing

MARGIN, GAP = 12, 10
"""Pixels: around the text, and between lines of tokens."""
_NAME_LETTERS = 15


class LensGround(QAbstractScrollArea):
    """What of the canvas is seen: rows, cursor, marks. ``moved``: another token is looked at."""

    moved = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("compare.lens.text")
        self.setAccessibleName(self.tr("The text, token by token"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setMouseTracking(True)
        self._ring = FocusRing(self)
        self._rows: tuple[LensRow, ...] = ()
        self._marks: list[frozenset[int]] = []
        self._current = (0, 0)
        self._hovered: tuple[int, int] | None = None
        self._font = QFont()
        self._layout = LensLayout(self._text_width, PAD, 6.0)
        self._take_font()

    # data

    def set_rows(self, rows: Sequence[LensRow], marks: Sequence[Collection[int]]) -> None:
        """Show these, with the marked places of each row. The last place gets the cursor."""
        self._rows = tuple(rows)
        self._marks = [frozenset(one) for one in marks]
        self._layout.set_rows(self._rows)
        last = len(self._rows[0].places) - 1 if self._rows else 0
        self._current, self._hovered = (0, max(last, 0)), None
        self._arrange()
        if self.has_places():
            self._show_cursor()
        self.moved.emit()

    @property
    def rows(self) -> tuple[LensRow, ...]:
        """What is on show."""
        return self._rows

    def has_places(self) -> bool:
        """Whether there is anything to walk in."""
        return bool(self._rows) and bool(self._rows[0].places)

    def place(self) -> tuple[int, int]:
        """The row and the place looked at: under the pointer, else that with the cursor."""
        return self._hovered or self._current

    def cursor_place(self) -> tuple[int, int]:
        """The row and the place with the cursor."""
        return self._current

    def beside(self, row: int) -> int | None:
        """The place of another row that stands where the one looked at does."""
        at, position = self.place()
        if row == at:
            return position
        line, box = self._layout.where(at, position)
        other = self._layout.at(line, row, box.x + 0.5)
        return other.position if other is not None else None

    def go(self, row: int, position: int) -> None:
        """Put the cursor on a place and bring it into sight."""
        if not (0 <= row < len(self._rows) and 0 <= position < len(self._rows[row].places)):
            return
        self._current, self._hovered = (row, position), None
        self._show_cursor()
        self.viewport().update()
        self.moved.emit()

    def _show_cursor(self) -> None:
        """Bring the line with the cursor into sight."""
        line, _box = self._layout.where(*self._current)
        top = self._line_top(line) + self.verticalScrollBar().value()
        bar, high = self.verticalScrollBar(), self.viewport().height()
        if top < bar.value() + MARGIN:
            bar.setValue(top - MARGIN)
        elif top + self._block > bar.value() + high:
            bar.setValue(top + self._block + MARGIN - high)

    def box_rect(self, row: int, position: int) -> QRectF:
        """Where a place is painted, in pixels of the viewport."""
        line, box = self._layout.where(row, position)
        return self._rect(line, box)

    # measures

    @property
    def _line(self) -> int:
        """The height of a row's tokens with their bars."""
        return round(QFontMetricsF(self._font).height()) + BAR + 5

    @property
    def _block(self) -> int:
        return self._line * max(len(self._rows), 1)

    @property
    def _gutter(self) -> int:
        """The room for names where there are several rows."""
        if len(self._rows) < 2:
            return 0
        return round(QFontMetricsF(self._font).averageCharWidth() * _NAME_LETTERS)

    def _text_width(self, text: str) -> float:
        return self._metrics.horizontalAdvance(text)

    def _take_font(self) -> None:
        self._font = code_font(self.font())
        self._metrics = QFontMetricsF(self._font)
        self._layout.forget_widths()

    def _arrange(self) -> None:
        self._layout.break_lines(self.viewport().width() - 2 * MARGIN - self._gutter)
        whole = len(self._layout) * (self._block + GAP) + 2 * MARGIN
        bar, high = self.verticalScrollBar(), self.viewport().height()
        bar.setPageStep(high)
        bar.setSingleStep(self._block + GAP)
        bar.setRange(0, max(whole - high, 0))
        self.viewport().update()

    def _line_top(self, line: int) -> int:
        return MARGIN + line * (self._block + GAP) - self.verticalScrollBar().value()

    def _rect(self, line: int, box: TokenBox) -> QRectF:
        top = self._line_top(line) + box.row * self._line
        return QRectF(MARGIN + self._gutter + box.x, top, box.width, self._line - 2)

    # painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        colours = tokens(self.palette())
        painter.fillRect(event.rect(), colours.surface)
        painter.setFont(self._font)
        step = self._block + GAP
        top = event.rect().top() + self.verticalScrollBar().value() - MARGIN
        first = max(top // step, 0)
        last = (top + event.rect().height()) // step
        for number in range(first, min(last + 1, len(self._layout))):
            self._paint_line(painter, number, colours)
        self._paint_cursor(painter, colours)
        painter.end()

    def _paint_line(self, painter: QPainter, number: int, colours: Tokens) -> None:
        for row, boxes in enumerate(self._layout.boxes(number)):
            if boxes and self._gutter:
                self._paint_name(painter, number, row, colours)
            for box in boxes:
                self._paint_box(painter, self._rect(number, box), box, colours)

    def _paint_name(self, painter: QPainter, line: int, row: int, colours: Tokens) -> None:
        small = muted_font(self.font())
        area = QRect(
            MARGIN,
            self._line_top(line) + row * self._line,
            self._gutter - 8,
            self._line - BAR - 2,
        )
        words = QFontMetricsF(small).elidedText(
            self._rows[row].name, Qt.TextElideMode.ElideMiddle, area.width()
        )
        painter.setFont(small)
        painter.setPen(colours.muted)
        painter.drawText(
            area, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), words
        )
        painter.setFont(self._font)

    def _paint_box(self, painter: QPainter, area: QRectF, box: TokenBox, colours: Tokens) -> None:
        place = self._rows[box.row].places[box.position]
        marked = box.row < len(self._marks) and box.position in self._marks[box.row]
        draw_token(painter, area, place, box.text, colours, marked=marked)

    def _paint_cursor(self, painter: QPainter, colours: Tokens) -> None:
        if not self.has_places():
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for where, width in ((self._current, 2.0), (self._hovered, 1.0)):
            if where is not None:
                area = self.box_rect(*where).adjusted(0, -1, 0, 1)
                painter.setPen(QPen(colours.text if width > 1 else colours.outline, width))
                painter.drawRoundedRect(area, 3, 3)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()
        if self.has_places():
            self._show_cursor()

    def scrollContentsBy(self, _dx: int, _dy: int) -> None:
        self.viewport().update()

    def minimumSizeHint(self) -> QSize:
        return QSize(200, self._block + 2 * MARGIN)
