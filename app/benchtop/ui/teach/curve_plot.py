"""The picture of a training run: the losses of training and of the holdout, drawn with pyqtgraph.

This module imports pyqtgraph, which takes a third of a second: curve_card.py imports it when a picture is
first shown, after another thread has read pyqtgraph in.
"""

from __future__ import annotations

from collections.abc import Sequence

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QResizeEvent
from PySide6.QtWidgets import QGraphicsRectItem, QGraphicsSimpleTextItem, QWidget

from benchtop.ui.chat.parameter_row import rich_tip
from benchtop.ui.teach.curve_data import LossCurve, loss_span
from benchtop.ui.teach.run_texts import loss_explanation, loss_title, steps_title
from benchtop.ui.theme import figures_font, tokens

_RING = 11
"""Pixels from the middle of the ring around the best step to its name."""


class _Axis(pg.AxisItem):
    """Numbers as everywhere in the window: with thousands set apart, and whole steps only."""

    def __init__(self, side: str, *, whole: bool) -> None:
        super().__init__(side)
        self._whole = whole

    def tickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:
        if self._whole:
            return [f"{value:,.0f}" if value == round(value) else "" for value in values]
        digits = 1 if spacing >= 0.1 else 2 if spacing >= 0.01 else 3
        return [f"{value:,.{digits}f}" for value in values]


class CurvePlot(pg.GraphicsView):
    """Steps to the right, loss upwards. Training is a thin line with a band around it, the holdout a thick
    one with dots, and the best of those has a ring and a name."""

    _ready = False  # Qt resizes it before pyqtgraph has made it

    def __init__(self, parent: QWidget | None = None) -> None:
        # Without its clean-up at the end of the program, which visits every object there is.
        pg.setConfigOptions(antialias=True, exitCleanup=False)
        super().__init__(parent)
        self._ready = True
        self.setObjectName("teach.curves.plot")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # its card says in words what it shows
        self.viewport().setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setToolTip(rich_tip(loss_explanation()))
        self._best = -1
        self._holdout_at: QPointF | None = None
        self._box = pg.ViewBox(enableMenu=False, enableMouse=False)
        self._below, self._left = _Axis("bottom", whole=True), _Axis("left", whole=False)
        layout = pg.GraphicsLayout()
        layout.setSpacing(0)
        layout.setContentsMargins(8, 12, 16, 4)
        layout.addItem(self._left, 0, 0)
        layout.addItem(self._box, 0, 1)
        layout.addItem(self._below, 1, 1)
        self.setCentralItem(layout)
        for axis in (self._below, self._left):
            axis.linkToView(self._box)
            axis.enableAutoSIPrefix(False)
            axis.setGrid(36)
        self._low, self._high = pg.PlotCurveItem(), pg.PlotCurveItem()
        self._band = pg.FillBetweenItem(self._low, self._high)
        self._train, self._holdout = pg.PlotCurveItem(), pg.PlotCurveItem()
        self._dots = pg.ScatterPlotItem(pxMode=True)
        self._ring = pg.ScatterPlotItem(pxMode=True)
        for item in (self._band, self._train, self._holdout, self._dots, self._ring):
            self._box.addItem(item)
        # Its ground hides what is drawn below it, or nobody could read it over the curve of training.
        self._ground = QGraphicsRectItem(self._box)
        self._name = QGraphicsSimpleTextItem(self._box)
        self._box.sigResized.connect(lambda *_: self._place_name())
        self._box.sigRangeChanged.connect(lambda *_: self._place_name())
        self._colour()

    def show_curves(self, train: LossCurve, holdout: LossCurve, steps: int, best: int) -> None:
        """Draw these over all ``steps``; ``best`` is the step of the holdout that is kept, -1 for none."""
        drawn, read = train.drawn(), holdout.drawn()
        self._train.setData(drawn.steps, drawn.middle)
        self._low.setData(drawn.steps, drawn.low)
        self._high.setData(drawn.steps, drawn.high)
        self._holdout.setData(read.steps, read.middle)
        self._dots.setData(holdout.steps.copy(), holdout.losses.copy())
        found = [place for place, step in enumerate(holdout.steps) if step == best]
        self._best, self._holdout_at = best, None
        if found:
            place = found[-1]
            self._holdout_at = QPointF(holdout.steps[place], holdout.losses[place])
            self._ring.setData([self._holdout_at.x()], [self._holdout_at.y()])
        else:
            self._ring.setData([], [])
        last = float(train.steps[-1]) if len(train) else 1.0
        self._box.setRange(
            xRange=(0, max(steps, last, 1)), yRange=loss_span([drawn, read]), padding=0.02
        )
        self._place_name()

    def sizeHint(self) -> QSize:
        return QSize(480, 260)

    def resizeEvent(self, event: QResizeEvent) -> None:
        if self._ready:
            super().resizeEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if self._ready and event.type() in {QEvent.Type.PaletteChange, QEvent.Type.FontChange}:
            self._colour()

    def _colour(self) -> None:
        """Everything in the colours and the letters of the theme on show."""
        colours, font = tokens(self.palette()), figures_font(self.font())
        self.setBackground(colours.surface)
        for axis, words in ((self._below, steps_title()), (self._left, loss_title())):
            axis.setPen(pg.mkPen(colours.outline))
            axis.setTextPen(pg.mkPen(colours.muted))
            axis.setTickFont(font)
            axis.label.setFont(font)
            axis.setLabel(words, color=colours.muted.name())
        shade = QColor(colours.outline)
        shade.setAlpha(45)
        nothing = pg.mkPen(None)
        self._low.setPen(nothing)
        self._high.setPen(nothing)
        self._band.setBrush(pg.mkBrush(shade))
        self._train.setPen(pg.mkPen(colours.muted, width=1))
        self._holdout.setPen(pg.mkPen(colours.accent, width=2))
        self._dots.setPen(pg.mkPen(colours.surface, width=1))
        self._dots.setBrush(pg.mkBrush(colours.accent))
        self._dots.setSize(8)
        self._ring.setPen(pg.mkPen(colours.text, width=2))
        self._ring.setBrush(pg.mkBrush(None))
        self._ring.setSize(15)
        ground = QColor(colours.surface)
        ground.setAlpha(225)
        self._ground.setBrush(ground)
        self._ground.setPen(nothing)
        self._name.setFont(font)
        self._name.setBrush(colours.text)
        self._place_name()

    def _place_name(self) -> None:
        """Name the best step beside its ring: of the places around it the one where least is drawn."""
        point = self._holdout_at
        for item in (self._name, self._ground):
            item.setVisible(point is not None)
        if point is None:
            return
        self._name.setText(self.tr("best: step {step}").format(step=f"{self._best:,}"))
        at = self._box.mapFromView(point)
        metrics = QFontMetricsF(self._name.font())
        size = QSizeF(metrics.horizontalAdvance(self._name.text()) + 8, metrics.height() + 2)
        place = min(name_places(at, size, self._box.rect()), key=self._drawn_in)
        self._ground.setRect(place)
        self._name.setPos(place.left() + 4, place.top() + 1)

    def _drawn_in(self, place: QRectF) -> int:
        """How many points of the lines lie in a part of the picture."""
        there = self._box.mapToView(place).boundingRect()
        count = 0
        for line in (self._train, self._holdout):
            x, y = line.getData()
            if x is not None:
                across = (x >= there.left()) & (x <= there.right())
                count += int((across & (y >= there.top()) & (y <= there.bottom())).sum())
        return count


def name_places(at: QPointF, size: QSizeF, room: QRectF) -> list[QRectF]:
    """Where a name of this size can stand beside the ring around ``at`` within ``room``: below, above, to the
    right and to the left of it, the last two also further up and down."""
    wide, high = size.width(), size.height()
    beside = [at.x() + _RING, at.x() - _RING - wide]
    places = [(at.x() - wide / 2, at.y() + _RING), (at.x() - wide / 2, at.y() - _RING - high)]
    places += [(x, at.y() + shift - high / 2) for shift in (0, high, -high) for x in beside]
    found = []
    for left, top in places:
        x = min(max(left, room.left() + 2), max(room.right() - wide - 2, room.left() + 2))
        place = QRectF(x, top, wide, high)
        if room.top() <= top and place.bottom() <= room.bottom() and not _covers(place, at):
            found.append(place)
    return found or [QRectF(QPointF(room.left() + 2, room.top()), size)]


def _covers(place: QRectF, at: QPointF) -> bool:
    """Whether a name there would hide the ring."""
    return place.adjusted(-_RING + 3, -_RING + 3, _RING - 3, _RING - 3).contains(at)
