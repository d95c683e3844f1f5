"""Where the parts of a line of files stand: side by side, or size and verdict below the name."""

from __future__ import annotations

from dataclasses import dataclass, field

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QFontMetrics

PAD, GAP, EDGE = 14, 14, 9
BOX = 5
"""What the style leaves free before a box to tick."""
_LEAST_BOX = 18


@dataclass(frozen=True, slots=True)
class Columns:
    """Widths in pixels of the four columns."""

    name: int = 0
    size: int = 0
    fit: int = 0
    action: int = 0

    def union(self, other: Columns) -> Columns:
        """Room for both."""
        return Columns(
            max(self.name, other.name),
            max(self.size, other.size),
            max(self.fit, other.fit),
            max(self.action, other.action),
        )

    @property
    def total(self) -> int:
        """The width of a line in which all four stand side by side."""
        return self.name + self.size + self.fit + self.action + 3 * GAP + 2 * PAD


@dataclass(frozen=True, slots=True)
class Places:
    """Areas as of a text that runs from left to right, and the height of the whole."""

    name: QRect = field(default_factory=QRect)
    size: QRect = field(default_factory=QRect)
    box: QRect = field(default_factory=QRect)
    fit: QRect = field(default_factory=QRect)
    speed: QRect = field(default_factory=QRect)
    action: QRect = field(default_factory=QRect)
    why: QRect = field(default_factory=QRect)
    height: int = 0


@dataclass(frozen=True, slots=True)
class Measures:
    """What the parts of a line take: its fonts, its verdict, and whether the size has two lines."""

    body: QFontMetrics
    small: QFontMetrics
    pill: QSize
    has_two_sizes: bool

    @property
    def lines(self) -> int:
        """The height of a line of body text with a small one below."""
        return self.body.lineSpacing() + self.small.lineSpacing() + 2


def places_for(width: int, columns: Columns, measures: Measures, *, wide: bool) -> Places:
    """Places in ``width`` pixels side by side, or (not ``wide``) in two rows."""
    lines, pill = measures.lines, measures.pill
    inner = QRect(PAD, EDGE, width - 2 * PAD, lines)
    action = QRect(inner.right() - columns.action + 1, EDGE, columns.action, lines)
    top, high = EDGE, lines
    if wide:
        name = QRect(inner.left(), top, columns.name, lines)
        left, end = name.right() + 1 + GAP, action.left() - GAP
    else:
        name = QRect(inner.left(), top, action.left() - GAP - inner.left(), lines)
        left, end = inner.left(), inner.right() + 1
        top += lines + 6
        high = lines if measures.has_two_sizes else pill.height()
    size = QRect(left, top, columns.size, high)
    second = measures.body.lineSpacing()
    box = QRect(left - BOX, top + second, columns.size + BOX, max(high - second + 4, _LEAST_BOX))
    left += columns.size + GAP
    middle = top + (high - pill.height()) // 2
    fit = QRect(left, middle, min(pill.width(), end - left), pill.height())
    after = fit.right() + 1 + GAP
    speed = QRect(after, top, max(end - after + 1, 0), high)
    return Places(name, size, box, fit, speed, action, QRect(), top + high + EDGE)


def places_of_trouble(width: int, columns: Columns, line: int, why_height: int) -> Places:
    """Name and size in one line, and a sentence of so many pixels below them."""
    inner = width - 2 * PAD
    size = min(columns.size, inner // 2)
    name = min(columns.name, inner - size - GAP)
    why = QRect(PAD, EDGE + line + 3, inner, why_height)
    return Places(
        name=QRect(PAD, EDGE, name, line),
        size=QRect(PAD + name + GAP, EDGE, size, line),
        why=why,
        height=why.bottom() + 1 + EDGE,
    )
