"""The facts of one download, painted: its name, its state, its figures and its bar."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from benchtop.ui.chat.row_painting import draw_line
from benchtop.ui.models.download_rows import DownloadRow
from benchtop.ui.models.download_texts import figures_words, state_words
from benchtop.ui.theme import figures_font, muted_font, tokens
from benchtop.ui.widgets.meter import draw_meter

_BETWEEN, _GAP, _BAR, GRIP = 3, 8, 6, 16


class DownloadFacts(QWidget):
    """Name, repository, state, figures and the bar. Painted, so that ten changes a second move nothing."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.row: DownloadRow | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.OpenHandCursor)

    def sizeHint(self) -> QSize:
        line = self.fontMetrics().lineSpacing()
        return QSize(self.fontMetrics().averageCharWidth() * 40, 2 * line + _BETWEEN + _GAP + _BAR)

    def minimumSizeHint(self) -> QSize:
        return QSize(self.fontMetrics().averageCharWidth() * 16, self.sizeHint().height())

    def event(self, event: QEvent) -> bool:
        """What may be cut on the row stands in the tooltip, made when it is asked for."""
        if event.type() == QEvent.Type.ToolTip and self.row is not None:
            row = self.row
            lines = row.name, row.repo, state_words(row), figures_words(row)
            self.setToolTip("\n".join(line for line in lines if line))
        return super().event(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self.row is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.row.state != "done":
            self._paint_grip(painter)
            self._paint_bar(painter, self.row)
        line = self.fontMetrics().lineSpacing()
        area = self._mirrored(QRect(GRIP, 0, self.width() - GRIP, line))
        self._paint_name(painter, area, self.row)
        area.translate(0, line + _BETWEEN)
        self._paint_state(painter, area, self.row)
        painter.end()

    def _mirrored(self, rect: QRect) -> QRect:
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            rect.moveLeft(self.width() - rect.right() - 1)
        return rect

    def _paint_grip(self, painter: QPainter) -> None:
        """Six dots: this row can be dragged."""
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tokens(self.palette()).outline)
        top = self.fontMetrics().lineSpacing() - 6
        for dot in range(6):
            x, y = 2 + dot % 2 * 5, top + dot // 2 * 5
            painter.drawEllipse(self._mirrored(QRect(x, y, 2, 2)))

    def _paint_name(self, painter: QPainter, area: QRect, row: DownloadRow) -> None:
        bold, colours = QFont(self.font()), tokens(self.palette())
        bold.setWeight(QFont.Weight.DemiBold)
        left, rest = self._split(area, QFontMetrics(bold).horizontalAdvance(row.name) + 2)
        small, way = muted_font(self.font()), self.layoutDirection()
        draw_line(painter, left, row.name, font=bold, colour=colours.text, direction=way)
        draw_line(painter, rest, row.repo, font=small, colour=colours.muted, direction=way)

    def _paint_state(self, painter: QPainter, area: QRect, row: DownloadRow) -> None:
        colours, font, word = tokens(self.palette()), figures_font(self.font()), state_words(row)
        colour = {"failed": colours.bad, "done": colours.good}.get(row.state, colours.text)
        left, rest = self._split(area, QFontMetrics(font).horizontalAdvance(word) + 2)
        way, figures = self.layoutDirection(), figures_words(row)
        draw_line(painter, left, word, font=font, colour=colour, direction=way)
        draw_line(painter, rest, figures, font=font, colour=colours.muted, direction=way)

    def _split(self, area: QRect, width: int) -> tuple[QRect, QRect]:
        """The first ``width`` pixels of a line, and the rest of it."""
        left, rest = QRect(area), QRect(area)
        width = min(width, area.width())
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            left.setLeft(area.right() + 1 - width)
            rest.setRight(left.left() - 9)
        else:
            left.setWidth(width)
            rest.setLeft(left.right() + 9)
        return left, rest

    def _paint_bar(self, painter: QPainter, row: DownloadRow) -> None:
        colours = tokens(self.palette())
        fill = {
            "running": colours.accent,
            "checking": colours.accent,
            "failed": colours.bad,
        }.get(row.state, colours.outline)
        area = self._mirrored(QRect(GRIP, self.height() - _BAR, self.width() - GRIP, _BAR))
        draw_meter(painter, QRectF(area), row.fraction, colours.border, fill)
