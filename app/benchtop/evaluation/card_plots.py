"""The plots of a card as inline SVG, each with the same figures in words for who cannot see it."""

from __future__ import annotations

import math
from collections.abc import Iterable
from html import escape

from benchtop.domain.cards import CardIntervals, CardPoints

_WIDTH, _ROW, _LEFT, _RIGHT = 720, 34, 220, 120
_HEIGHT, _EDGE = 420, 60
_STEPS = 5
_NEAREST = 1e-9
_FARTHEST = 1e300  # beyond it the arithmetic of an axis overflows


def intervals_svg(plot: CardIntervals) -> str:
    """A row for each figure: its name, its bar with a dot, and the figures themselves."""
    if not plot.rows:
        return ""
    ends = [bound for row in plot.rows for bound in (row.low, row.high, row.value)]
    low, high = (0.0, 1.0) if plot.percent else (min(ends), max(ends))
    ticks = nice_ticks(low, high)
    low, high = ticks[0], ticks[-1]
    room = _WIDTH - _LEFT - _RIGHT

    def at(value: float) -> float:
        return _LEFT + room * (value - low) / (high - low)

    bottom = len(plot.rows) * _ROW + 10
    parts = []
    for tick in ticks:
        x, words = at(tick), _words(tick, percent=plot.percent)
        parts.append(_line(x, 4, x, bottom, "line"))
        parts.append(_text(x, bottom + 18, words, "middle", "muted"))
    for number, row in enumerate(plot.rows):
        y = number * _ROW + _ROW / 2 + 4
        words = " to ".join(_words(one, percent=plot.percent) for one in (row.low, row.high))
        parts.append(_text(_LEFT - 12, y + 4, _cut(row.name), "end"))
        parts.append(_line(at(row.low), y, at(row.high), y, "bar", width=4))
        parts.append(f'<circle class="dot" cx="{at(row.value):.1f}" cy="{y:.1f}" r="6"/>')
        parts.append(_text(_WIDTH - _RIGHT + 12, y + 4, words, "start", "muted"))
    parts.append(_text(_LEFT + room / 2, bottom + 38, plot.scale, "middle", "muted"))
    said = "; ".join(
        f"{row.name}: {_words(row.value, percent=plot.percent)} "
        f"({_words(row.low, percent=plot.percent)} to {_words(row.high, percent=plot.percent)})"
        for row in plot.rows
    )
    return _svg(bottom + 48, f"{plot.title or plot.scale}. {said}", parts)


def points_svg(plot: CardPoints) -> str:
    """A scatter plot; the area of a dot grows with its size."""
    rows = [row for row in plot.rows if math.isfinite(row.x) and math.isfinite(row.y)]
    if not rows:
        return ""
    xs, ys = (
        nice_ticks(min(values), max(values))
        for values in ([row.x for row in rows], [row.y for row in rows])
    )
    bottom, most = _HEIGHT - _EDGE, max((row.size for row in rows), default=0.0)

    def across(value: float) -> float:
        return _EDGE + (_WIDTH - 2 * _EDGE) * (value - xs[0]) / (xs[-1] - xs[0])

    def up(value: float) -> float:
        return bottom - (bottom - 20) * (value - ys[0]) / (ys[-1] - ys[0])

    parts = []
    for tick in xs:
        parts.append(_line(across(tick), 20, across(tick), bottom, "line"))
        parts.append(_text(across(tick), bottom + 18, _words(tick), "middle", "muted"))
    for tick in ys:
        parts.append(_line(_EDGE, up(tick), _WIDTH - _EDGE, up(tick), "line"))
        parts.append(_text(_EDGE - 8, up(tick) + 4, _words(tick), "end", "muted"))
    for row in rows:
        radius = 5 + 9 * math.sqrt(row.size / most) if most > 0 and row.size > 0 else 5
        x, y = across(row.x), up(row.y)
        parts.append(f'<circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}"/>')
        parts.append(_text(x + radius + 4, y + 4, _cut(row.name), "start"))
    parts.append(_text(_WIDTH / 2, bottom + 40, plot.x, "middle", "muted"))
    parts.append(_text(_EDGE, 12, plot.y, "start", "muted"))
    said = "; ".join(f"{row.name}: {_words(row.x)}, {_words(row.y)}" for row in rows)
    return _svg(_HEIGHT, f"{plot.title}. {plot.x}, {plot.y}. {said}", parts)


def nice_ticks(low: float, high: float) -> list[float]:
    """Round places of an axis from at most ``low`` to at least ``high``, at least two.

    Steps of 1, 2 or 5 times a power of ten, the largest that gives about five of them.
    """
    low, high = (min(max(end, -_FARTHEST), _FARTHEST) for end in (low, high))
    span, size = high - low, max(abs(low), abs(high))
    if span <= _NEAREST * size or size < 1 / _FARTHEST:  # one place, as far as can be drawn
        span = size if size >= 1 / _FARTHEST else 1.0
        low, high = low - span / 2, high + span / 2
    rough = span / _STEPS
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(one * power for one in (1, 2, 5, 10) if one * power >= rough * (1 - 1e-9))
    first = math.floor(low / step + 1e-9)
    last = math.ceil(high / step - 1e-9)
    return [number * step for number in range(first, max(last, first + 1) + 1)]


def _words(value: float, *, percent: bool = False) -> str:
    if percent:
        return f"{value * 100:.0f} %"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def _cut(name: str) -> str:
    return name if len(name) <= 30 else f"{name[:29]}…"


def _line(x1: float, y1: float, x2: float, y2: float, kind: str, *, width: int = 1) -> str:
    places = f'x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"'
    return f'<line class="{kind}" {places} stroke-width="{width}" stroke-linecap="round"/>'


def _text(x: float, y: float, words: str, anchor: str, kind: str = "") -> str:
    look = f' class="{kind}"' if kind else ""
    return f'<text{look} x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'


def _svg(height: float, said: str, parts: Iterable[str]) -> str:
    size = f'viewBox="0 0 {_WIDTH} {height:.0f}" width="{_WIDTH}" height="{height:.0f}"'
    return f'<svg role="img" aria-label="{escape(said)}" {size}>{"".join(parts)}</svg>'
