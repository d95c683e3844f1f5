"""The ranking as a picture: a row per contestant, a dot and a 90 % bar on one axis."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from benchtop.ui.compare.compare_rows import RankRow
from benchtop.ui.compare.compare_texts import plain_tip, rank_spoken, signed, votes_text
from benchtop.ui.icons import pixmap
from benchtop.ui.theme import figures_font, icon_side, muted_font, tokens
from benchtop.ui.widgets.focus_ring import draw_focus_ring

_PAD, _GAP = 12, 12
_NAME_LETTERS = 40
_NAME_SHARE = 0.36
_TICKS = 7


@dataclass(frozen=True, slots=True)
class Axis:
    """From ``low`` to ``high`` in log-strength, with a tick at every ``step``; 0 lies on it."""

    low: float
    high: float
    step: float

    def ticks(self) -> list[float]:
        """Where numbers stand."""
        count = round((self.high - self.low) / self.step)
        return [round(self.low + place * self.step, 6) for place in range(count + 1)]

    def x(self, value: float, left: float, width: float) -> float:
        """Where a strength lies on ``width`` pixels from ``left``."""
        return left + width * (value - self.low) / (self.high - self.low)


def axis_of(rows: Sequence[RankRow]) -> Axis:
    """The smallest axis of whole steps that holds all bars, and 0."""
    low = min((row.low for row in rows), default=0.0)
    high = max((row.high for row in rows), default=0.0)
    low, high = min(low, -0.5), max(high, 0.5)
    step = 0.5
    while (high - low) / step > _TICKS:
        step *= 2
    return Axis(math.floor(low / step) * step, math.ceil(high / step) * step, step)


class RankChart(QWidget):
    """Rows and the axis beneath them. Tab reaches the rows, the arrow keys walk in them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("compare.ranking.chart")
        self.setAccessibleName(self.tr("Strengths with their 90 % intervals"))
        self._rows: list[RankLine] = []
        self._foot = _AxisFoot(self)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self._foot)

    @property
    def lines(self) -> list[RankLine]:
        """The rows from the strongest down."""
        return list(self._rows)

    def set_rows(self, rows: Sequence[RankRow], winner: str) -> None:
        """Show these, the strongest first; ``winner`` is coloured, all others are grey."""
        while len(self._rows) > len(rows):
            line = self._rows.pop()
            if line.hasFocus() and self._rows:
                self._rows[-1].setFocus()
            self._column.removeWidget(line)
            line.hide()
            line.deleteLater()
        while len(self._rows) < len(rows):
            line = RankLine(len(self._rows), self)
            self._column.insertWidget(len(self._rows), line)
            line.show()
            self._rows.append(line)
        axis = axis_of(rows)
        for place, (line, row) in enumerate(zip(self._rows, rows, strict=True)):
            line.set_row(row, place, len(rows), axis, winner=bool(winner) and row.name == winner)
        self._foot.set_axis(axis)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {int(Qt.Key.Key_Down): 1, int(Qt.Key.Key_Up): -1}.get(event.key(), 0)
        now = next((n for n, line in enumerate(self._rows) if line.hasFocus()), None)
        if step and now is not None and 0 <= now + step < len(self._rows):
            self._rows[now + step].setFocus()
        else:
            super().keyPressEvent(event)


def _chart_area(width: int, font: QFont) -> tuple[int, int]:
    """Where the axis begins and ends, in pixels, in a row of ``width``: the same in every row."""
    metrics = QFontMetrics(font)
    name = min(metrics.averageCharWidth() * _NAME_LETTERS, round(width * _NAME_SHARE))
    votes = QFontMetrics(muted_font(font)).horizontalAdvance(votes_text(8_888))
    return _PAD + name + 2 * _GAP, width - _PAD - votes - 2 * _GAP


class RankLine(QWidget):
    """A contestant: place, name, dot and bar, votes."""

    def __init__(self, place: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(f"compare.ranking.row.{place}")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        # One stop of Tab for all rows; the arrow keys do the rest.
        first = Qt.FocusPolicy.StrongFocus if place == 0 else Qt.FocusPolicy.ClickFocus
        self.setFocusPolicy(first)
        self._row = RankRow("", 0, 0, 0, 0)
        self._axis = Axis(-1, 1, 1)
        self._place = place
        self._winner = False

    def set_row(self, row: RankRow, place: int, of: int, axis: Axis, *, winner: bool) -> None:
        """Show a contestant at its place (from 0) among ``of``."""
        self._row, self._axis, self._place, self._winner = row, axis, place, winner
        self.setAccessibleName(rank_spoken(row, place + 1, of, winner=winner))
        self.setToolTip(self._tip())
        self.update()

    @property
    def bar_colour(self) -> QColor:
        """Grey, but for a contestant that is better with 95 %."""
        colours = tokens(self.palette())
        return colours.accent if self._winner else colours.outline

    def sizeHint(self) -> QSize:
        line = self.fontMetrics().height()
        below = QFontMetrics(muted_font(self.font())).height() if self._row.detail else 0
        return QSize(400, max(round(line * 2.3), line + below + 14))

    def minimumSizeHint(self) -> QSize:
        return QSize(240, self.sizeHint().height())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.updateGeometry()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        left, right = _chart_area(self.width(), self.font())
        self._paint_name(painter, left)
        self._paint_bar(painter, left, right)
        painter.setFont(muted_font(self.font()))
        painter.setPen(tokens(self.palette()).muted)
        votes = QRect(right + _GAP, 0, self.width() - right - _GAP - _PAD, self.height())
        end = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(votes, int(end), votes_text(self._row.votes))
        if self.hasFocus():
            draw_focus_ring(
                painter, self.rect().adjusted(2, 1, -2, -1), tokens(self.palette()).accent
            )
        painter.end()

    def _paint_name(self, painter: QPainter, chart_left: int) -> None:
        colours, font = tokens(self.palette()), figures_font(self.font())
        number = f"{self._place + 1}"
        metrics = QFontMetrics(font)
        indent = metrics.horizontalAdvance("88")
        painter.setFont(font)
        painter.setPen(colours.muted)
        painter.drawText(
            QRect(_PAD, 0, indent, self.height()),
            int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight),
            number,
        )
        left = _PAD + indent + 8
        room = chart_left - _GAP - left
        if self._winner:
            side = icon_side(font.pointSizeF())
            sign = pixmap("check", colours.accent, side, self.devicePixelRatioF())
            painter.drawPixmap(left, (self.height() - side) // 2, sign)
            left, room = left + side + 4, room - side - 4
            font.setWeight(QFont.Weight.DemiBold)
        lines = [(self._row.name, font, colours.text)]
        if self._row.detail:
            lines.append((self._row.detail, muted_font(self.font()), colours.muted))
        high = sum(QFontMetrics(one).height() for _text, one, _colour in lines)
        y = (self.height() - high) // 2
        for text, one, colour in lines:
            metrics = QFontMetrics(one)
            painter.setFont(one)
            painter.setPen(colour)
            shown = metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, room)
            painter.drawText(QRect(left, y, room, metrics.height()), 0, shown)
            y += metrics.height()

    def _paint_bar(self, painter: QPainter, left: int, right: int) -> None:
        colours, width, middle = tokens(self.palette()), right - left, self.height() / 2
        axis, row = self._axis, self._row
        painter.setPen(QPen(colours.border, 1))
        for tick in axis.ticks():
            x = round(axis.x(tick, left, width)) + 0.5
            painter.drawLine(QPointF(x, 0), QPointF(x, self.height()))
        painter.setPen(QPen(colours.outline, 1, Qt.PenStyle.DotLine))
        zero = round(axis.x(0, left, width)) + 0.5
        painter.drawLine(QPointF(zero, 0), QPointF(zero, self.height()))
        colour = self.bar_colour
        low, high = axis.x(row.low, left, width), axis.x(row.high, left, width)
        painter.setPen(QPen(colour, 3, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawLine(QPointF(low, middle), QPointF(high, middle))
        painter.setPen(QPen(colour, 1.5))
        for end in (low, high):
            painter.drawLine(QPointF(end, middle - 5), QPointF(end, middle + 5))
        painter.setPen(QPen(colours.surface, 2))
        painter.setBrush(colour if self._winner else colours.muted)
        painter.drawEllipse(QPointF(axis.x(row.mean, left, width), middle), 6, 6)

    def _tip(self) -> str:
        row = self._row
        text = self.tr("{name}: strength {mean}, with 90 % between {low} and {high}")
        numbers = {"mean": signed(row.mean), "low": signed(row.low), "high": signed(row.high)}
        return plain_tip(text.format(name=row.name, **numbers))


class _AxisFoot(QWidget):
    """The numbers of the axis, and what its ends mean."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._axis = Axis(-1, 1, 1)

    def set_axis(self, axis: Axis) -> None:
        """Show this one."""
        self._axis = axis
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(400, 2 * QFontMetrics(muted_font(self.font())).height() + 8)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.updateGeometry()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        small = muted_font(self.font())
        metrics = QFontMetrics(small)
        left, right = _chart_area(self.width(), self.font())
        painter.setFont(small)
        painter.setPen(tokens(self.palette()).muted)
        high, ticks = metrics.height(), self._axis.ticks()
        room = (right - left) / max(1, len(ticks) - 1)
        every = 1 if metrics.horizontalAdvance("−8.8") + 6 < room else 2
        for tick in ticks[::every]:
            x = self._axis.x(tick, left, right - left)
            area = QRectF(x - 40, 2, 80, high)
            painter.drawText(area, int(Qt.AlignmentFlag.AlignHCenter), signed(tick))
        below = QRectF(left, high + 4, right - left, high)
        painter.drawText(below, int(Qt.AlignmentFlag.AlignLeft), self.tr("weaker"))
        painter.drawText(below, int(Qt.AlignmentFlag.AlignRight), self.tr("stronger"))
        painter.end()
