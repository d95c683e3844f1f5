"""The picture of quality against speed against memory, drawn with pyqtgraph.

This module imports pyqtgraph, which takes a third of a second: measure_scatter.py imports it when the
picture is first shown, after another thread has read pyqtgraph in.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import (
    QBuffer,
    QByteArray,
    QEvent,
    QIODevice,
    QLineF,
    QPointF,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QResizeEvent
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QGraphicsLineItem, QGraphicsSimpleTextItem, QWidget

from benchtop.ui.compare.measure_labels import LabelPoint, place_labels
from benchtop.ui.compare.measure_rows import ScatterPoint
from benchtop.ui.theme import figures_font, tokens

_SMALLEST, _LARGEST = 9.0, 36.0
"""Pixels across: of the model that takes least memory, and of the one that takes most."""
_SCALE = 2
"""Pixels of a PNG for each of the screen's."""
_LEAST_SPAN = 0.2
"""What an axis shows at least, as a share of its largest value: models closer than that are nearly equal."""
_MARGIN = 0.12
"""Left free at each end of an axis, as a share of what it shows."""


class _Axis(pg.AxisItem):
    """Numbers as everywhere in the window: with thousands set apart, and no more digits than are needed."""

    def tickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:
        digits = max(0, math.ceil(-math.log10(spacing * scale) - 1e-9))
        return [f"{value * scale:,.{digits}f}" for value in values]


class MeasurePlot(pg.GraphicsView):
    """Speed to the right, quality upwards, memory as the area of a dot. ``picked`` carries a place."""

    picked = Signal(int)
    _ready = False  # Qt resizes it before pyqtgraph has made it

    def __init__(self, parent: QWidget | None = None) -> None:
        # Without its clean-up at the end of the program, which visits every object there is.
        pg.setConfigOptions(antialias=True, exitCleanup=False)
        super().__init__(parent)
        self._ready = True
        self.setObjectName("compare.measure.plot")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the table beside it is the keyboard's way
        self._points: tuple[ScatterPoint, ...] = ()
        self._chosen = -1
        self._names: list[QGraphicsSimpleTextItem] = []
        self._leads: list[QGraphicsLineItem] = []
        self._box = pg.ViewBox(enableMenu=False, enableMouse=False, invertY=True)
        self._below, self._left = _Axis("bottom"), _Axis("left")
        layout = pg.GraphicsLayout()
        layout.setSpacing(0)
        layout.setContentsMargins(8, 12, 16, 8)
        layout.addItem(self._left, 0, 0)
        layout.addItem(self._box, 0, 1)
        layout.addItem(self._below, 1, 1)
        self.setCentralItem(layout)
        for axis in (self._below, self._left):
            axis.linkToView(self._box)
            axis.enableAutoSIPrefix(False)
            axis.setGrid(40)
        self._errors = pg.ErrorBarItem()
        self._dots = pg.ScatterPlotItem(pxMode=True)
        for item in (self._errors, self._dots):
            self._box.addItem(item)
        self._dots.sigClicked.connect(self._on_click)
        self._box.sigResized.connect(lambda *_: self._place_names())
        self._box.sigRangeChanged.connect(lambda *_: self._place_names())
        self._colour()

    def set_points(self, points: Sequence[ScatterPoint]) -> None:
        """Show these."""
        self._points, self._chosen = tuple(points), -1
        scene = self._box.scene()
        for item in (*self._names, *self._leads):
            item.setParentItem(None)
            if scene is not None:
                scene.removeItem(item)
        self._names = [QGraphicsSimpleTextItem(point.name, self._box) for point in points]
        self._leads = [QGraphicsLineItem(self._box) for _point in points]
        self._draw()
        self._fit()

    def choose(self, place: int) -> None:
        """Mark a point; -1 for none."""
        if place != self._chosen:
            self._chosen = place
            self._draw()

    def name_places(self) -> list[QRectF]:
        """Where the names stand, in pixels of the picture's inside."""
        return [item.mapRectToParent(item.boundingRect()) for item in self._names]

    def png(self) -> bytes:
        """The picture as PNG, with twice the screen's pixels."""
        image = QImage(self.size() * _SCALE, QImage.Format.Format_RGB32)
        painter = QPainter(image)
        self._paint_on(painter, QRectF(image.rect()))
        painter.end()
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        image.save(buffer, "PNG")
        return bytes(buffer.data().data())

    def svg(self) -> bytes:
        """The picture as SVG."""
        data = QByteArray()
        buffer = QBuffer(data)
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        maker = QSvgGenerator()
        maker.setOutputDevice(buffer)
        maker.setSize(self.size())
        maker.setViewBox(self.rect())
        maker.setTitle(self.accessibleName())
        maker.setDescription(self.accessibleDescription())
        painter = QPainter(maker)
        self._paint_on(painter, QRectF(self.rect()))
        painter.end()
        buffer.close()
        return bytes(data.data())

    def sizeHint(self) -> QSize:
        return QSize(480, 320)

    def resizeEvent(self, event: QResizeEvent) -> None:
        if self._ready:
            super().resizeEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if self._ready and event.type() in {QEvent.Type.PaletteChange, QEvent.Type.FontChange}:
            self._colour()

    def _paint_on(self, painter: QPainter, area: QRectF) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(area, tokens(self.palette()).surface)
        self.scene().render(painter, area, self.sceneRect())

    def _colour(self) -> None:
        """Everything in the colours and the letters of the theme on show."""
        colours, font = tokens(self.palette()), figures_font(self.font())
        self.setBackground(colours.surface)
        for axis, words in (
            (self._below, self.tr("Speed of replies, tokens per second")),
            (self._left, self.tr("Perplexity, better upwards")),
        ):
            axis.setPen(pg.mkPen(colours.outline))
            axis.setTextPen(pg.mkPen(colours.muted))
            axis.setTickFont(font)
            axis.label.setFont(font)
            axis.setLabel(words, color=colours.muted.name())
        self._draw()

    def _fit(self) -> None:
        """Show all points with their bars; of one alone, or of several that are alike, no magnified noise."""
        if not self._points:
            return
        across = _span([point.speed for point in self._points])
        upwards = _span(
            [point.quality + sign * point.error for point in self._points for sign in (-1, 1)]
        )
        self._box.setRange(xRange=across, yRange=upwards, padding=_MARGIN)

    def _draw(self) -> None:
        colours = tokens(self.palette())
        spots = []
        for place, point in enumerate(self._points):
            chosen = place == self._chosen
            fill = QColor(colours.accent)
            fill.setAlpha(220 if chosen else 90)
            spots.append(
                {
                    "pos": (point.speed, point.quality),
                    "size": self._across(point),
                    "brush": pg.mkBrush(fill),
                    "pen": pg.mkPen(colours.text if chosen else colours.accent, width=2),
                    "data": place,
                }
            )
        self._dots.setData(spots)
        self._errors.setData(
            x=np.array([point.speed for point in self._points]),
            y=np.array([point.quality for point in self._points]),
            height=np.array([2 * point.error for point in self._points]),
            pen=pg.mkPen(colours.accent, width=1.5),
        )
        plain = figures_font(self.font())
        for place, item in enumerate(self._names):
            font = QFont(plain)
            font.setWeight(QFont.Weight.DemiBold if place == self._chosen else QFont.Weight.Normal)
            item.setFont(font)
            item.setBrush(colours.text)
        self._place_names()

    def _across(self, point: ScatterPoint) -> float:
        """Pixels, so that the area grows with memory."""
        most = max(one.memory for one in self._points)
        return max(_SMALLEST, _LARGEST * (point.memory / most) ** 0.5)

    def _place_names(self) -> None:
        if not self._names:
            return
        found = []
        for item, point in zip(self._names, self._points, strict=True):
            at = self._box.mapFromView(QPointF(point.speed, point.quality))
            metrics = QFontMetricsF(item.font())
            wide = metrics.horizontalAdvance(point.name)
            found.append(
                LabelPoint(at.x(), at.y(), self._across(point) / 2, wide, metrics.height())
            )
        room = self._box.rect().adjusted(2, 2, -2, -2)
        places = place_labels(found, room)
        for item, lead, point, place in zip(self._names, self._leads, found, places, strict=True):
            item.setPos(place.topLeft())
            self._lead(lead, point, place)

    def _lead(self, line: QGraphicsLineItem, point: LabelPoint, place: QRectF) -> None:
        """A thin line from a point to a name that found no place beside it."""
        x = min(max(point.x, place.left()), place.right())
        y = min(max(point.y, place.top()), place.bottom())
        way = QLineF(point.x, point.y, x, y)
        line.setVisible(way.length() > point.radius + place.height())
        line.setPen(pg.mkPen(tokens(self.palette()).outline))
        line.setLine(QLineF(way.pointAt(min(point.radius / max(way.length(), 1.0), 1.0)), way.p2()))

    def _on_click(self, _dots: object, spots: Sequence[pg.SpotItem]) -> None:
        if len(spots):
            self.picked.emit(int(spots[0].data()))


def _span(values: Sequence[float]) -> tuple[float, float]:
    known = [value for value in values if math.isfinite(value)] or [0.0, 1.0]
    low, high = min(known), max(known)
    more = max(_LEAST_SPAN * abs(high) - (high - low), 0.0) / 2
    return low - more, high + more
