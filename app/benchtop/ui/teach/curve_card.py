"""The curves of a run in a card: the picture, what its lines are, and what it shows in words."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Thread
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QSize, Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QShowEvent
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QVBoxLayout, QWidget

from benchtop.domain.training import HoldoutPoint, TrainPoint
from benchtop.ui.chat.parameter_row import rich_tip
from benchtop.ui.teach.curve_data import LossCurve
from benchtop.ui.teach.run_texts import curve_sentence, loss_explanation
from benchtop.ui.theme import set_tone, tokens
from benchtop.ui.widgets.flow_layout import FlowLayout
from benchtop.ui.widgets.when_visible import WhenVisible

if TYPE_CHECKING:
    from benchtop.ui.teach.curve_plot import CurvePlot

REPAINT_MS = 250
"""Curves are drawn anew four times a second at most, however many steps a second are made."""
_LOOK_MS = 15
_HIGH = 15
"""Lines of text that the picture is high."""


class CurveCard(QFrame):
    """Points are kept at once, and drawn when somebody looks at them. ``repaints`` counts how often."""

    _plot: CurvePlot | None = None  # Qt tells of its font before all is made

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("teach.curves")
        self.setAccessibleName(self.tr("Loss over the steps of training"))
        self.setProperty("card", True)
        self.train, self.holdout = LossCurve(), LossCurve()
        self.repaints = 0
        self._train_ends: list[TrainPoint] = []
        self._holdout: list[HoldoutPoint] = []
        self._steps, self._best = 0, -1
        self._reader: Thread | None = None
        self._look = QTimer(self, interval=_LOOK_MS)
        self._look.timeout.connect(self._on_look)
        self._waiting = QLabel(self.tr("Drawing…"), self)
        self._words = QLabel(self)
        self._soon = WhenVisible(self, self._draw, REPAINT_MS)
        self._lay_out()
        self._show_words()

    def clear(self) -> None:
        """Show another run's."""
        self.train.clear()
        self.holdout.clear()
        self._train_ends, self._holdout = [], []
        self._steps, self._best = 0, -1
        self._soon.ask()

    def set_steps(self, steps: int) -> None:
        """How many steps there are in all."""
        if steps != self._steps:
            self._steps = steps
            self._soon.ask()

    def add_train(self, points: Sequence[TrainPoint]) -> None:
        """More steps."""
        if points:
            self.train.add(points)
            first = self._train_ends[0] if self._train_ends else points[0]
            self._train_ends = [first, points[-1]]
            self._soon.ask()

    def add_holdout(self, points: Sequence[HoldoutPoint]) -> None:
        """More readings of the holdout; the last one that says ``best`` is the best."""
        for point in points:
            self._holdout = [one for one in self._holdout if one.step < point.step] + [point]
            if point.best:
                self._best = point.step
        if points:
            self.holdout.add(points)
            self._soon.ask()

    @property
    def best(self) -> int:
        """The best step so far; -1 before the first reading."""
        return self._best

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._load()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and self._plot is not None:
            self._plot.setMinimumHeight(self._high())

    def _high(self) -> int:
        return self.fontMetrics().height() * _HIGH

    def _lay_out(self) -> None:
        self._waiting.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._waiting.setMinimumHeight(self._high())
        self._words.setObjectName("teach.curves.words")
        self._words.setWordWrap(True)
        self._words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        set_tone(self._words, "muted")
        legend = FlowLayout(gap=16)
        for words, thick in (
            (self.tr("training"), False),
            (self.tr("held out: never learnt from"), True),
        ):
            legend.addWidget(_LegendLine(words, self, thick=thick))
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(4)
        column.addLayout(legend)
        column.addWidget(self._waiting, 1)
        column.addWidget(self._words)

    def _load(self) -> None:
        """Read pyqtgraph in on another thread: it takes too long for the window's."""
        if self._plot is not None or self._reader is not None:
            return

        def read() -> None:
            from benchtop.ui.teach import curve_plot  # noqa: F401, PLC0415

        self._reader = Thread(target=read, name="read-pyqtgraph", daemon=True)
        self._reader.start()
        self._look.start()

    def _on_look(self) -> None:
        """Asked of the thread rather than told by it: a window may be gone before a thread ends."""
        if self._reader is None or self._reader.is_alive():
            return
        self._look.stop()
        from benchtop.ui.teach.curve_plot import CurvePlot  # noqa: PLC0415

        self._plot = CurvePlot(self)
        self._plot.setAccessibleName(self.accessibleName())
        self._plot.setMinimumHeight(self._high())
        column = self.layout()
        assert isinstance(column, QVBoxLayout)
        column.insertWidget(column.indexOf(self._waiting), self._plot, 1)
        self._show_plot()
        self._soon.ask()

    def _draw(self) -> None:
        self._show_words()
        self._show_plot()
        if self._plot is not None:
            self.repaints += 1
            self._plot.show_curves(self.train, self.holdout, self._steps, self._best)

    def _show_plot(self) -> None:
        """Axes without a line would measure nothing: before the first points there are words."""
        nothing = not (len(self.train) or len(self.holdout))
        self._waiting.setText(self._words.text() if nothing else self.tr("Drawing…"))
        self._waiting.setVisible(nothing or self._plot is None)
        self._words.setVisible(not nothing)
        if self._plot is not None:
            self._plot.setVisible(not nothing)

    def _show_words(self) -> None:
        words = curve_sentence(self._train_ends, self._holdout, self._best)
        if not words:
            words = self.tr("The first points come after the first steps.")
        self._words.setText(words)
        self._words.setAccessibleName(words)
        if self._plot is not None:
            self._plot.setAccessibleDescription(words)


class _LegendLine(QWidget):
    """A piece of a line, with what it is."""

    def __init__(self, words: str, parent: QWidget, *, thick: bool) -> None:
        super().__init__(parent)
        self._words, self._thick = words, thick
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(words)
        self.setToolTip(rich_tip(loss_explanation()))

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance(self._words) + 36, metrics.height() + 4)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = tokens(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = self.height() / 2
        colour = t.accent if self._thick else t.muted
        painter.setPen(QPen(colour, 2 if self._thick else 1))
        painter.drawLine(QPointF(0, middle), QPointF(24, middle))
        if self._thick:
            painter.setPen(QPen(t.surface, 1))
            painter.setBrush(colour)
            painter.drawEllipse(QPointF(12, middle), 4, 4)
        painter.setPen(t.muted)
        words = self.rect().adjusted(32, 0, 0, 0)
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, self._words)
        painter.end()
