"""The fonts, colours, icons and measures that every part of the transcript shares."""

from __future__ import annotations

from PySide6.QtGui import QFont, QFontMetrics, QIcon
from PySide6.QtWidgets import QWidget

from benchtop.ui.icons import Tint, icon
from benchtop.ui.theme import MUTED_SCALE, code_font, figures_font, tokens

COLUMN_CHARACTERS = 80
_SAMPLE = "A person should know within five seconds where to type, and which model answers. "


class ChatStyle:
    """A look of the moment: made anew when the palette or the font changes, then compared.

    Parts keep the style they were built with, so that an old look is easy to tell from the new one.
    """

    def __init__(self, widget: QWidget) -> None:
        self.tokens = tokens(widget.palette())
        self.body = QFont(widget.font())
        self.small = _scaled(self.body, MUTED_SCALE)
        self.figures = figures_font(self.small)
        self.mono = code_font(self.body)
        self.mono.setPointSizeF(self.body.pointSizeF() * 0.95)
        metrics = QFontMetrics(self.body)
        self.line = metrics.height()
        """Height of a line of body text, in pixels."""
        self.column = round(metrics.horizontalAdvance(_SAMPLE) / len(_SAMPLE) * COLUMN_CHARACTERS)
        """Widest line of a reply, in pixels: about 80 characters."""
        self.icon_size = max(16, round(self.line * 0.95))
        self._icons: dict[tuple[str, Tint], QIcon] = {}

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ChatStyle):
            return NotImplemented
        return self.tokens == other.tokens and self.body == other.body

    def __hash__(self) -> int:
        return hash(self.body.toString())

    def icon(self, name: str, tint: Tint = "muted") -> QIcon:
        """The icon in this look; rendered once, however many messages show it."""
        key = (name, tint)
        if key not in self._icons:
            self._icons[key] = icon(name, tint)
        return self._icons[key]


def _scaled(font: QFont, factor: float) -> QFont:
    scaled = QFont(font)
    scaled.setPointSizeF(font.pointSizeF() * factor)
    return scaled
