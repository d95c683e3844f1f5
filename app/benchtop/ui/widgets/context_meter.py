"""How much of the model's context a conversation fills: words, numbers and a thin bar."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from benchtop.ui.theme import figures_font, tokens
from benchtop.ui.widgets.focus_ring import draw_focus_ring
from benchtop.ui.widgets.meter import draw_meter

NEARLY_FULL = 0.85
_EDGE, _GAP, _BAR = 6, 8, 56


class ContextMeter(QAbstractButton):
    """A button that paints "context 212 / 1,024" and a bar; hidden while no model is loaded."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._used = 0
        self._total = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.set_context(0, 0)

    @property
    def fraction(self) -> float:
        """Used tokens over the context's length; 0 when no model is loaded."""
        return self._used / self._total if self._total else 0.0

    def set_context(self, used: int, total: int) -> None:
        """Show ``used`` of ``total`` tokens; a total of 0 hides the meter."""
        self._used, self._total = max(used, 0), max(total, 0)
        self.setText(self._words())
        self.setAccessibleName(self.text())
        self.setToolTip(self._explanation())
        self.setVisible(self._total > 0)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        width = metrics.horizontalAdvance(self.text()) + _GAP + _BAR + 2 * _EDGE
        return QSize(width, metrics.height() + 2 * _EDGE)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = tokens(self.palette())
        painter = QPainter(self)
        painter.setFont(figures_font(self.font()))
        warn = self.fraction >= NEARLY_FULL
        full = self.fraction >= 1
        colour = t.bad if full else t.warning if warn else t.text
        painter.setPen(colour)
        words = self.rect().adjusted(_EDGE, 0, -_EDGE - _BAR - _GAP, 0)
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, self.text())
        bar = QRectF(self.width() - _EDGE - _BAR, self.height() / 2 - 2, _BAR, 4)
        draw_meter(painter, bar, self.fraction, t.border, colour if warn else t.accent)
        if self.hasFocus():
            draw_focus_ring(painter, self.rect(), t.accent)

    def _words(self) -> str:
        words = self.tr("context {used:,} / {total:,}").format(used=self._used, total=self._total)
        if self.fraction >= 1:
            return self.tr("{context}, full").format(context=words)
        if self.fraction >= NEARLY_FULL:
            return self.tr("{context}, nearly full").format(context=words)
        return words

    def _explanation(self) -> str:
        return self.tr(
            "The context is all the text the model sees at once, counted in tokens "
            "(pieces of words): the system prompt, the conversation and the reply. "
            "When it is full, Benchtop asks what to do and never drops anything by itself."
        )
