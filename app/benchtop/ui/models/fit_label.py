"""The fit verdict as a small label: a sign and words in the colour of the verdict."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from benchtop.ui.icons import pixmap
from benchtop.ui.models.fit_words import LOOK, fit_explanation, fit_words
from benchtop.ui.models.rows import FitRow
from benchtop.ui.theme import icon_side, muted_font, tokens

_PAD, _GAP, _EDGE = 8, 5, 3


def fit_size(fit: FitRow, font: QFont) -> QSize:
    """How large the label is beside a body text in ``font``."""
    small = muted_font(font)
    metrics = QFontMetrics(small)
    words = metrics.horizontalAdvance(fit_words(fit))
    return QSize(_side(small) + _GAP + words + 2 * _PAD, metrics.height() + 2 * _EDGE)


def draw_fit(
    painter: QPainter, place: QRect, fit: FitRow, *, font: QFont, palette: QPalette
) -> QRectF:
    """Draw the label at the top left of ``place``, no wider than that; returns the area it takes."""
    size, small = fit_size(fit, font), muted_font(font)
    area = QRectF(place.x(), place.y(), min(size.width(), place.width()), size.height())
    name, tint = LOOK[fit.kind]
    colours = tokens(palette)
    colour = getattr(colours, tint)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colour if fit.kind != "unknown" else colours.border, 1))
    painter.setBrush(colours.surface)
    painter.drawRoundedRect(
        area.adjusted(0.5, 0.5, -0.5, -0.5), area.height() / 2, area.height() / 2
    )
    side = _side(small)
    device = painter.device()
    sign = pixmap(name, colour, side, device.devicePixelRatio() if device else 1.0)
    corner = QPointF(area.x() + _PAD, area.y() + (area.height() - side) / 2).toPoint()
    painter.drawPixmap(corner, sign)
    left = corner.x() + side + _GAP
    words = QRect(left, round(area.y()), round(area.right()) - _PAD - left + 1, size.height())
    painter.setFont(small)
    painter.setPen(colour)
    shown = QFontMetrics(small).elidedText(
        fit_words(fit), Qt.TextElideMode.ElideRight, words.width()
    )
    painter.drawText(words, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), shown)
    painter.restore()
    return area


class FitLabel(QWidget):
    """A verdict beside a model. Hovering explains it; a screen reader hears the same."""

    def __init__(self, fit: FitRow | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("models.fit")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._fit = FitRow()
        self.set_fit(fit or FitRow())

    @property
    def fit(self) -> FitRow:
        """The verdict on show."""
        return self._fit

    def set_fit(self, fit: FitRow) -> None:
        """Show a verdict."""
        self._fit = fit
        self.setAccessibleName(fit_words(fit))
        self.setAccessibleDescription(fit_explanation(fit))
        self.setToolTip(fit_explanation(fit))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return fit_size(self._fit, self.font())

    def minimumSizeHint(self) -> QSize:
        return QSize(self.sizeHint().height() * 2, self.sizeHint().height())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.updateGeometry()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        draw_fit(painter, self.rect(), self._fit, font=self.font(), palette=self.palette())
        painter.end()


def _side(small: QFont) -> int:
    return icon_side(small.pointSizeF() * 0.9)
