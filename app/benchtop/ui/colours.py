"""The colours of the light and the dark theme, and the palettes Fusion draws from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from PySide6.QtGui import QColor, QPalette


@dataclass(frozen=True, slots=True)
class Tokens:
    """The named colours of one theme.

    Grounds: window, surface (cards, transcript, lists), user_card, code_ground, hover, selection,
    primary. Text: text and muted on every ground but primary, on_primary on primary; accent (links,
    focus rings), good, warning and bad on window and surface. Lines: border, and outline for what
    must be seen to be used (fields, switches, scroll bars).
    """

    window: QColor
    surface: QColor
    border: QColor
    outline: QColor
    text: QColor
    muted: QColor
    accent: QColor
    primary: QColor
    on_primary: QColor
    user_card: QColor
    good: QColor
    warning: QColor
    bad: QColor
    code_ground: QColor
    hover: QColor
    selection: QColor


def _tokens(**colours: str) -> Tokens:
    return Tokens(**{name: QColor(value) for name, value in colours.items()})


@cache
def light_tokens() -> Tokens:
    """The colours of the light theme."""
    return _tokens(
        window="#F7F7F8",
        surface="#FFFFFF",
        border="#E4E4E7",
        outline="#85858F",
        text="#18181B",
        muted="#5B5B66",
        accent="#3B5BDB",
        primary="#3B5BDB",
        on_primary="#FFFFFF",
        user_card="#E9EEFF",
        good="#1B7F4B",
        warning="#8A5A00",
        bad="#B42318",
        code_ground="#F4F4F6",
        hover="#EFEFF2",
        selection="#DFE6FF",
    )


@cache
def dark_tokens() -> Tokens:
    """The colours of the dark theme."""
    return _tokens(
        window="#17181C",
        surface="#1F2126",
        border="#31343B",
        outline="#777B87",
        text="#E8E8EC",
        muted="#A3A6AF",
        accent="#8FA3FF",
        primary="#4263EB",
        on_primary="#FFFFFF",
        user_card="#2A3150",
        good="#5BD08F",
        warning="#E3B341",
        bad="#FF8A80",
        code_ground="#17191D",
        hover="#2A2D34",
        selection="#2C3557",
    )


def tokens(palette: QPalette) -> Tokens:
    """The colours that belong to ``palette``: the dark ones when its window is dark."""
    return dark_tokens() if is_dark(palette) else light_tokens()


def is_dark(palette: QPalette) -> bool:
    """Whether ``palette`` is the dark theme's."""
    return palette.color(QPalette.ColorRole.Window).lightness() < 128


def disabled_text(t: Tokens) -> QColor:
    """The colour of text on what cannot be used now."""
    return mix(t.text, t.window, 0.45)


def make_palette(*, dark: bool) -> QPalette:
    """A palette with every role set for the three colour groups."""
    t = dark_tokens() if dark else light_tokens()
    role = QPalette.ColorRole
    black = QColor("#000000")
    colours = {
        role.Window: t.window,
        role.WindowText: t.text,
        role.Base: t.surface,
        role.AlternateBase: t.code_ground,
        role.Text: t.text,
        role.Button: t.surface,
        role.ButtonText: t.text,
        role.BrightText: t.bad,
        role.Light: t.hover if dark else t.surface,
        role.Midlight: t.hover,
        role.Mid: t.border,
        role.Dark: t.outline,
        role.Shadow: black,
        role.Highlight: t.primary,
        role.HighlightedText: t.on_primary,
        role.Link: t.accent,
        role.LinkVisited: t.accent,
        role.ToolTipBase: t.surface,
        role.ToolTipText: t.text,
        role.PlaceholderText: t.muted,
        role.Accent: t.accent,
    }
    faded = disabled_text(t)
    disabled = {
        role.WindowText: faded,
        role.Text: faded,
        role.ButtonText: faded,
        role.PlaceholderText: faded,
        role.Link: faded,
        role.LinkVisited: faded,
        role.Base: t.window,
        role.Button: t.window,
        role.Highlight: t.border,
        role.HighlightedText: faded,
        role.Accent: t.outline,
    }
    palette = QPalette()
    for which, colour in colours.items():
        palette.setColor(QPalette.ColorGroup.Active, which, colour)
        palette.setColor(QPalette.ColorGroup.Inactive, which, colour)
        palette.setColor(QPalette.ColorGroup.Disabled, which, disabled.get(which, colour))
    return palette


def contrast(text: QColor, ground: QColor) -> float:
    """The contrast ratio of two colours, 1 to 21 (WCAG 2.2, "contrast ratio")."""
    high, low = sorted((_luminance(text), _luminance(ground)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def mix(front: QColor, back: QColor, share: float) -> QColor:
    """``share`` of ``front`` over ``back``."""
    return QColor(
        round(front.red() * share + back.red() * (1 - share)),
        round(front.green() * share + back.green() * (1 - share)),
        round(front.blue() * share + back.blue() * (1 - share)),
    )


def _luminance(colour: QColor) -> float:
    """Relative luminance, 0 to 1 (WCAG 2.2, "relative luminance")."""

    def linear(channel: float) -> float:
        return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(c) for c in (colour.redF(), colour.greenF(), colour.blueF()))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
