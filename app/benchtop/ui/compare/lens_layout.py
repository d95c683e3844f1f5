"""Where each token of the lens stands: lines of segments, one row above the other; no widget.

Lines are broken for all tokens at once, from widths that are measured once; where each token stands in
its line is worked out when that line is looked at.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from benchtop.ui.compare.lens_rows import LensRow, Segment, is_end, segments, text_of
from benchtop.ui.compare.lens_texts import visible

START, NEXT, NOTHING = "⊢", "…", "∅"
"""Stand for a place without text: the beginning, what would come next, and a token of no letters."""
_KEPT = 200
"""Lines whose boxes are kept."""


@dataclass(frozen=True, slots=True)
class TokenBox:
    """A token: its row, its place there, and where it stands in its line, in pixels."""

    row: int
    position: int
    text: str
    x: float
    width: float


class LensLayout:
    """``width_of`` measures a text in pixels; ``pad`` is on both sides of it, ``least`` its least width."""

    def __init__(self, width_of: Callable[[str], float], pad: float, least: float) -> None:
        self._width_of, self._pad, self._least = width_of, pad, least
        self._widths: dict[str, float] = {}
        self._rows: tuple[LensRow, ...] = ()
        self._segments: list[Segment] = []
        self._wide: list[float] = []
        self._starts: list[int] = []
        self._boxes: dict[int, list[list[TokenBox]]] = {}
        self._begins: list[list[int]] = []

    def set_rows(self, rows: Sequence[LensRow]) -> None:
        """Lay these out with the next break_lines()."""
        self._rows, self._segments = tuple(rows), segments(rows)
        self._begins = [
            [segment.spans[row][0] for segment in self._segments] for row in range(len(rows))
        ]
        self._wide, self._starts = [], []

    def forget_widths(self) -> None:
        """The letters have another size."""
        self._widths.clear()
        self._wide = []

    def __len__(self) -> int:
        """How many lines there are."""
        return len(self._starts)

    def break_lines(self, width: float) -> None:
        """Fill lines of at most ``width`` pixels; a line also ends where the text's does."""
        if not self._wide:
            self._wide = [self._segment_width(segment) for segment in self._segments]
        self._boxes.clear()
        self._starts, x, ended = [], 0.0, True
        for number, (segment, wide) in enumerate(zip(self._segments, self._wide, strict=True)):
            if ended or x + wide > width:
                self._starts.append(number)
                x = 0.0
            x += wide
            first, stop = segment.spans[0]
            ended = stop > first and text_of(self._rows[0].places[stop - 1]).endswith("\n")

    def where(self, row: int, position: int) -> tuple[int, TokenBox]:
        """The line and the box of a place. IndexError for one that there is not."""
        segment = bisect_right(self._begins[row], position) - 1
        line = bisect_right(self._starts, segment) - 1
        boxes = self.boxes(line)[row]
        return line, boxes[position - boxes[0].position]

    def at(self, line: int, row: int, x: float) -> TokenBox | None:
        """The box at ``x`` of a line, or the last before it."""
        boxes = self.boxes(line)[row]
        place = bisect_right([box.x for box in boxes], x) - 1
        return boxes[max(place, 0)] if boxes else None

    def boxes(self, line: int) -> list[list[TokenBox]]:
        """The boxes of a line, by row."""
        found = self._boxes.get(line)
        if found is None:
            if len(self._boxes) >= _KEPT:
                self._boxes.clear()
            found = self._boxes[line] = self._make(line)
        return found

    def _make(self, line: int) -> list[list[TokenBox]]:
        after = self._starts[line + 1] if line + 1 < len(self._starts) else len(self._segments)
        found: list[list[TokenBox]] = [[] for _row in self._rows]
        x = 0.0
        for number in range(self._starts[line], after):
            wide = self._wide[number]
            for row, span in enumerate(self._segments[number].spans):
                texts = [self._text(row, place) for place in range(*span)]
                spare = wide - sum(map(self._width, texts))
                at = x
                for position, text in zip(range(*span), texts, strict=True):
                    width = self._width(text) + spare / len(texts)
                    found[row].append(TokenBox(row, position, text, at, width))
                    at += width
            x += wide
        return found

    def _text(self, row: int, position: int) -> str:
        place = self._rows[row].places[position]
        if is_end(place):
            return NEXT
        if position < self._rows[row].leading:
            return START
        return place.text or NOTHING

    def _width(self, text: str) -> float:
        found = self._widths.get(text)
        if found is None:
            shown = self._width_of(visible(text))
            found = self._widths[text] = max(shown, self._least) + 2 * self._pad
        return found

    def _segment_width(self, segment: Segment) -> float:
        widest = 0.0
        for row, (first, stop) in enumerate(segment.spans):
            used = 0.0
            for place in range(first, stop):
                used += self._width(self._text(row, place))
            widest = max(widest, used)
        return widest
