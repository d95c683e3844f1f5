"""What the grounds of tokens mean, in words beside each."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from benchtop.ui.compare.lens_paint import draw_bar
from benchtop.ui.compare.lens_rows import Likelihood
from benchtop.ui.compare.lens_texts import bar_words, ground, legend_words
from benchtop.ui.theme import muted_font, tokens
from benchtop.ui.widgets.flow_layout import FlowLayout

_PAD = 8


class LensLegend(QWidget):
    """One swatch for each likelihood; the bar under a token is its probability."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("compare.lens.legend")
        self.setAccessibleName(self.tr("What the colours mean"))
        flow = FlowLayout(self, gap=6)
        flow.setContentsMargins(0, 0, 0, 0)
        said = []
        for name, words in legend_words():
            flow.addWidget(_Swatch(name, words, self))
            said.append(words)
        flow.addWidget(_Swatch("start", bar_words(), self, bar=True))
        said.append(bar_words())
        self.setAccessibleDescription("; ".join(said))
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # A splitter gives no height for a width: it is asked for here, and the last line is not cut.
        self.setMinimumHeight(self.heightForWidth(self.width()))


class _Swatch(QWidget):
    """Words on their ground."""

    def __init__(self, name: Likelihood, words: str, parent: QWidget, *, bar: bool = False) -> None:
        super().__init__(parent)
        self._name, self._words, self._bar = name, words, bar
        self.setAccessibleName(words)

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(muted_font(self.font()))
        return QSize(metrics.horizontalAdvance(self._words) + 2 * _PAD, metrics.height() + 6)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        colours = tokens(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(colours.border)
        painter.setBrush(ground(self._name, colours))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
        painter.setFont(muted_font(self.font()))
        painter.setPen(colours.text)
        painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignCenter), self._words)
        if self._bar:
            draw_bar(painter, QRectF(self.rect()).adjusted(_PAD, 0, -_PAD, 0), 0.5, colours)
        painter.end()
