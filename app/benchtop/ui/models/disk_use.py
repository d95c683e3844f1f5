"""How the disks with models are filled, as one bar each: the models, everything else, what is free."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QKeyEvent, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QToolTip, QVBoxLayout, QWidget

from benchtop.domain.models import bytes_text
from benchtop.ui.colours import mix
from benchtop.ui.models.library_rows import DiskShare
from benchtop.ui.theme import Tokens, figures_font, set_tone, tokens
from benchtop.ui.widgets.elided_label import ElidedLabel
from benchtop.ui.widgets.focus_ring import draw_focus_ring

_HIGH, _EDGE, _LEAST = 12, 4, 2.0
"""Pixels: of the bar, around it, and of the smallest model that is drawn by itself."""
_SPOKEN = 8
"""So many models are named to a screen reader; the rest are counted."""


@dataclass(frozen=True, slots=True)
class DiskPart:
    """A stretch of the bar, and what it stands for."""

    words: str
    area: QRectF
    colour: QColor


class DiskBar(QWidget):
    """The picture. Hovering names a part; with the keyboard the left and right keys walk over them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("models.disk.bar")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.share = DiskShare("", 0, 0)
        self._at = 0

    def set_share(self, share: DiskShare) -> None:
        """Show a disk."""
        self.share = share
        self._at = 0
        self.setAccessibleName(self.tr("Disk {name}").format(name=share.name))
        self.setAccessibleDescription(self._spoken())
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, _HIGH + 2 * _EDGE)

    def parts(self) -> list[DiskPart]:
        """The models by size, the rest of what is used, what is free: words and place of each."""
        share, t = self.share, tokens(self.palette())
        if share.total <= 0:
            return []
        whole = QRectF(self.rect()).adjusted(_EDGE, _EDGE, -_EDGE, -_EDGE)
        scale = whole.width() / share.total
        found, x = self._model_parts(whole, scale, t)
        ends = whole.right() - share.free * scale
        other = QRectF(x, whole.y(), max(ends - x, 0.0), whole.height())
        free = QRectF(other.right(), whole.y(), whole.right() - other.right(), whole.height())
        words = self.tr("Other files: {size}").format(size=bytes_text(share.other_bytes))
        found.append(DiskPart(words, other, t.outline))
        words = self.tr("Free: {size}").format(size=bytes_text(share.free))
        found.append(DiskPart(words, free, t.border))
        return found

    def words_at(self, x: float) -> str:
        """What lies at a place of the bar; empty outside of it."""
        for part in self.parts():
            if part.area.left() <= x < part.area.right():
                return part.words
        return ""

    def _model_parts(self, whole: QRectF, scale: float, t: Tokens) -> tuple[list[DiskPart], float]:
        """One part a model, the largest first; what is too small to see is put together."""
        models = sorted(self.share.models, key=lambda model: -model[1])
        large = [model for model in models if model[1] * scale >= _LEAST]
        small = models[len(large) :]
        named = [(f"{name}: {bytes_text(size)}", size) for name, size in large]
        if small:
            size = sum(one[1] for one in small)
            words = self.tr("{count} small models: {size}") if large else self.tr("Models: {size}")
            named.append((words.format(count=len(small), size=bytes_text(size)), size))
        found, x = [], whole.x()
        shades = (t.accent, mix(t.accent, t.surface, 0.72))
        for number, (words, size) in enumerate(named):
            wide = max(size * scale, _LEAST)
            area = QRectF(x, whole.y(), wide, whole.height())
            found.append(DiskPart(words, area, shades[number % 2]))
            x += wide
        return found, x

    def _spoken(self) -> str:
        models = sorted(self.share.models, key=lambda model: -model[1])
        texts = [f"{name}: {bytes_text(size)}" for name, size in models[:_SPOKEN]]
        if len(models) > _SPOKEN:
            texts.append(self.tr("and {count} more").format(count=len(models) - _SPOKEN))
        return ", ".join((share_words(self.share, self), *texts))

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.words_at(event.pos().x()), self)
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        parts = self.parts()
        if step is None or not parts:
            super().keyPressEvent(event)
            return
        self._at = min(max(self._at + step, 0), len(parts) - 1)
        part = parts[self._at]
        self.setAccessibleDescription(part.words)
        below = self.mapToGlobal(part.area.bottomLeft().toPoint())
        QToolTip.showText(below, part.words, self)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        whole = QRectF(self.rect()).adjusted(_EDGE, _EDGE, -_EDGE, -_EDGE)
        shape = QPainterPath()
        shape.addRoundedRect(whole, _HIGH / 2, _HIGH / 2)
        painter.setClipPath(shape)
        t = tokens(self.palette())
        painter.fillRect(whole, t.border)
        for part in self.parts():
            gap = 1.0 if part.area.width() > 4 else 0.0
            painter.fillRect(part.area.adjusted(0, 0, -gap, 0), part.colour)
        painter.setClipping(False)
        if self.hasFocus():
            draw_focus_ring(painter, self.rect(), t.accent)
        painter.end()


class DiskUse(QWidget):
    """A bar and a line of words for each disk that models lie on; hidden while none is known."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("models.disk")
        self.setAccessibleName(self.tr("Disk use"))
        self._pairs: list[tuple[DiskBar, QLabel]] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2)
        self.hide()

    def set_disks(self, shares: Sequence[DiskShare]) -> None:
        """Show these disks."""
        while len(self._pairs) > len(shares):
            for widget in self._pairs.pop():
                self._column.removeWidget(widget)
                widget.hide()
                widget.deleteLater()
        while len(self._pairs) < len(shares):
            self._pairs.append(self._make())
            for widget in self._pairs[-1]:
                widget.show()  # now, not with the next turn of the event loop
        for (bar, words), share in zip(self._pairs, shares, strict=True):
            bar.set_share(share)
            words.setText(share_words(share, self))
        self.setVisible(bool(shares))

    def _make(self) -> tuple[DiskBar, QLabel]:
        bar, words = DiskBar(self), ElidedLabel("", self)
        words.setObjectName("models.disk.words")
        words.setFont(figures_font(words.font()))
        words.setIndent(0)
        words.setContentsMargins(_EDGE, 0, _EDGE, 0)
        set_tone(words, "muted")
        self._column.addWidget(bar)
        self._column.addWidget(words)
        return bar, words


def share_words(share: DiskShare, speaker: QWidget) -> str:
    """A disk in one line."""
    words = speaker.tr("Disk {name}: models {models}, other files {other}, free {free} of {total}")
    return words.format(
        name=share.name,
        models=bytes_text(share.models_bytes),
        other=bytes_text(share.other_bytes),
        free=bytes_text(share.free),
        total=bytes_text(share.total),
    )
