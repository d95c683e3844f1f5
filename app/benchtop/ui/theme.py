"""Light and dark: two complete palettes for the Fusion style, the colours behind them, the text size.

Fusion draws almost everything from the palette. What it cannot say (spacing, focus rings, soft
selections) stands in ``resources/styles/benchtop.qss``, whose ``$names`` are filled in here. Widgets
that paint themselves ask ``tokens(self.palette())`` while painting, so they follow every change.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from functools import cache
from string import Template
from typing import Literal, get_args

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QLineEdit, QToolTip, QWidget

from benchtop.resources import resource
from benchtop.ui.colours import (
    Tokens,
    contrast,
    dark_tokens,
    disabled_text,
    is_dark,
    light_tokens,
    make_palette,
    mix,
    tokens,
)

__all__ = [
    "ThemeController",
    "Tokens",
    "code_font",
    "contrast",
    "dark_tokens",
    "figures_font",
    "icon_side",
    "is_dark",
    "light_tokens",
    "make_palette",
    "muted_font",
    "pad_spin_box",
    "set_kind",
    "set_tone",
    "tokens",
]

ThemeChoice = Literal["system", "light", "dark"]
THEME_CHOICES: tuple[ThemeChoice, ...] = get_args(ThemeChoice)
Tone = Literal["normal", "muted", "title", "heading", "good", "warning", "bad"]
Kind = Literal["normal", "primary", "quiet", "danger"]

TEXT_SIZE_LOW, TEXT_SIZE_HIGH, TEXT_SIZE_STEP = 80, 200, 10
"""Text size in percent of the system's."""
MUTED_SCALE, TITLE_SCALE, HEADING_SCALE = 0.9, 1.15, 1.4
_FONTS: dict[tuple[str, float], QFont] = {}
_MOST_FONTS = 64


def set_tone(label: QWidget, tone: Tone) -> None:
    """Give a label the size and colour of its rank; see the style sheet's ``[tone=…]``."""
    label.setProperty("tone", tone)
    _restyle(label)


def set_kind(button: QWidget, kind: Kind) -> None:
    """Make a button primary, quiet (no frame) or dangerous; see the style sheet's ``[kind=…]``."""
    button.setProperty("kind", kind)
    _restyle(button)


def figures_font(font: QFont) -> QFont:
    """``font`` with digits of equal width, so that changing numbers do not jump."""
    return _like(font, 1.0)


def muted_font(font: QFont) -> QFont:
    """The font of times and headings: nine tenths of the body's."""
    return _like(font, MUTED_SCALE)


def _like(font: QFont, scale: float) -> QFont:
    """``font`` for figures, made once: a font that was drawn with knows its glyphs, a new one does not.

    A copy may be changed by whoever gets it; it shares what the first one knows until then.
    """
    key = font.key(), scale
    if key not in _FONTS:
        if len(_FONTS) == _MOST_FONTS:
            _FONTS.clear()
        made = QFont(font)
        made.setFeature(QFont.Tag("tnum"), 1)
        if scale != 1.0 and font.pointSizeF() > 0:
            made.setPointSizeF(font.pointSizeF() * scale)
        _FONTS[key] = made
    return QFont(_FONTS[key])


def icon_side(points: float) -> int:
    """The side of an icon, in logical pixels, beside text of ``points``: a size that is drawn crisply."""
    wanted = points * 1.78
    return min((16, 20, 24, 32), key=lambda side: abs(side - wanted))


def pad_spin_box(box: QAbstractSpinBox) -> None:
    """Move a spin box's text off its frame: Qt ignores the style sheet's padding at the sides."""
    field = box.findChild(QLineEdit)
    if field is not None:
        field.setTextMargins(7, 0, 0, 0)


def code_font(font: QFont) -> QFont:
    """The system's fixed-width font in the size of ``font``."""
    fixed = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    if font.pointSizeF() > 0:
        fixed.setPointSizeF(font.pointSizeF())
    return fixed


class ThemeController(QObject):
    """Applies the chosen theme and text size to the application, and follows the system's.

    Make one before the first window. ``changed`` comes after the palette, the style sheet and the
    font are in place. ``system_is_dark`` asks the platform, unless another way is given.
    """

    changed = Signal()

    def __init__(
        self,
        app: QApplication,
        choice: ThemeChoice = "system",
        text_size: int = 100,
        system_is_dark: Callable[[], bool] | None = None,
    ) -> None:
        super().__init__(app)
        self._app = app
        self._system_is_dark = system_is_dark or self._platform_is_dark
        self._choice: ThemeChoice = choice
        self._text_size = _clamped(text_size)
        system = app.font()
        self._system_points = system.pointSizeF() if system.pointSizeF() > 0 else 10.0
        self._applying = False
        app.setStyle("Fusion")
        for effect in (
            Qt.UIEffect.UI_AnimateMenu,
            Qt.UIEffect.UI_AnimateCombo,
            Qt.UIEffect.UI_AnimateTooltip,
            Qt.UIEffect.UI_AnimateToolBox,
        ):
            app.setEffectEnabled(effect, enable=False)
        app.styleHints().colorSchemeChanged.connect(self._on_system_changed)
        self._apply()

    @property
    def choice(self) -> ThemeChoice:
        """What the person chose: the system's theme, or one of the two."""
        return self._choice

    @property
    def dark(self) -> bool:
        """Whether the dark theme is on show."""
        return is_dark(self._app.palette())

    @property
    def text_size(self) -> int:
        """The text size in percent of the system's."""
        return self._text_size

    def set_choice(self, choice: str) -> None:
        """Take the system's theme or one of the two; anything unknown means the system's."""
        known = choice if choice in THEME_CHOICES else "system"
        if known != self._choice:
            self._choice = known
            self._apply()
            self.changed.emit()

    def set_text_size(self, percent: int) -> None:
        """Set the text size in percent of the system's; kept within 80 and 200."""
        if _clamped(percent) != self._text_size:
            self._text_size = _clamped(percent)
            self._apply()
            self.changed.emit()

    def toggle(self) -> None:
        """Go from light to dark or back; from then on that choice, no longer the system's."""
        self.set_choice("light" if self.dark else "dark")

    def larger(self) -> None:
        """One step larger text."""
        self.set_text_size(self._text_size + TEXT_SIZE_STEP)

    def smaller(self) -> None:
        """One step smaller text."""
        self.set_text_size(self._text_size - TEXT_SIZE_STEP)

    def normal_size(self) -> None:
        """The system's own text size."""
        self.set_text_size(100)

    def _on_system_changed(self) -> None:
        if self._choice == "system" and not self._applying:
            self._apply()
            self.changed.emit()

    def _apply(self) -> None:
        self._applying = True
        try:
            dark = self._wanted_dark()
            font = self._app.font()
            font.setPointSizeF(self._system_points * self._text_size / 100)
            self._app.setFont(font)
            palette = make_palette(dark=dark)
            self._app.setPalette(palette)
            QToolTip.setPalette(palette)
            QToolTip.setFont(font)
            # Qt resolves palette() in a style sheet once: it must be set again after each change.
            self._app.setStyleSheet(style_sheet(tokens(palette), font.pointSizeF()))
        finally:
            self._applying = False

    def _wanted_dark(self) -> bool:
        hints = self._app.styleHints()
        # Tell the platform as well, so that title bars and native dialogs agree with the window.
        if self._choice == "system":
            hints.unsetColorScheme()
            return self._system_is_dark()
        dark = self._choice == "dark"
        hints.setColorScheme(Qt.ColorScheme.Dark if dark else Qt.ColorScheme.Light)
        return dark

    def _platform_is_dark(self) -> bool:
        return self._app.styleHints().colorScheme() == Qt.ColorScheme.Dark


def style_sheet(t: Tokens, points: float) -> str:
    """The style sheet for these colours and a body text of ``points``."""
    values = {field.name: getattr(t, field.name).name() for field in fields(t)}
    values["primary_hover"] = mix(t.primary, QColor("#000000"), 0.88).name()
    values["disabled"] = disabled_text(t).name()
    values["muted_size"] = f"{points * MUTED_SCALE:.1f}pt"
    values["title_size"] = f"{points * TITLE_SCALE:.1f}pt"
    values["heading_size"] = f"{points * HEADING_SCALE:.1f}pt"
    values["icon_size"] = f"{icon_side(points)}px"
    values["icon_radius"] = f"{icon_side(points) // 2 + 1}px"  # a circle, with its line
    values["styles"] = resource("styles").as_posix()
    return Template(_style_source()).substitute(values)


@cache  # a package may be replaced or removed while the window is open
def _style_source() -> str:
    return resource("styles", "benchtop.qss").read_text(encoding="utf-8")


def _restyle(widget: QWidget) -> None:
    """Let the style sheet see a changed property."""
    style = widget.style()
    style.unpolish(widget)
    style.polish(widget)
    widget.update()


def _clamped(percent: int) -> int:
    return min(max(int(percent), TEXT_SIZE_LOW), TEXT_SIZE_HIGH)
