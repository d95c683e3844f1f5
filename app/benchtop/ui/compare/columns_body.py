"""Prompts across, answers beside each other beneath them: placed by hand, measured once.

Qt's layouts would ask every answer for its height again at each streamed word; here only the one that
grew is laid out anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from benchtop.ui.chat.chat_style import ChatStyle
from benchtop.ui.compare.answer_cell import AnswerCell
from benchtop.ui.compare.compare_rows import ColumnRow, RoundRow
from benchtop.ui.compare.prompt_heading import PromptHeading

MARGIN, END, GAP, BETWEEN = 24, 12, 8, 16
"""At the start, at the end (where a scroll bar has its own room), between columns, between rounds."""
SIDE_BY_SIDE = 3
_LEAST_LINES = 13
"""The narrowest column, in heights of a line: about 26 letters."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Where columns stand, in pixels: ``lefts`` from the start of the body."""

    lefts: tuple[int, ...]
    width: int
    total: int


def grid(count: int, room: int, line: int) -> Grid:
    """Equal columns: up to three in ``room``, fewer where letters are large; the others lie beyond."""
    inside = room - MARGIN - END
    fitting = max(1, (inside + GAP) // (_LEAST_LINES * line + GAP))
    shown = max(1, min(count, SIDE_BY_SIDE, fitting))
    width = max(80, (inside - GAP * (shown - 1)) // shown)
    lefts = tuple(MARGIN + place * (width + GAP) for place in range(count))
    total = MARGIN + END + count * width + GAP * max(count - 1, 0)
    return Grid(lefts, width, max(total, room) if count <= shown else total)


@dataclass(slots=True)
class _Round:
    """A round on show. ``heights`` are those of its cells, None where one must be measured."""

    row: RoundRow
    heading: PromptHeading
    cells: list[AnswerCell]
    heights: list[int | None]
    heading_height: int = 0


class ColumnsBody(QWidget):
    """All rounds of a comparison. ``moved`` comes when a hand changed a height."""

    moved = Signal()
    take_requested = Signal(str)
    link_activated = Signal(str)

    def __init__(self, style: ChatStyle, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self._is_labelled = False
        self._rounds: list[_Round] = []
        self._grid = Grid((), 0, 0)
        self._sideways = 0
        self._room = 0

    @property
    def grid(self) -> Grid:
        """Where the columns stand now."""
        return self._grid

    @property
    def rounds(self) -> tuple[RoundRow, ...]:
        """What is on show, with all text so far."""
        return tuple(
            replace(one.row, columns=tuple(cell.row for cell in one.cells)) for one in self._rounds
        )

    @property
    def count(self) -> int:
        """How many rounds there are."""
        return len(self._rounds)

    @property
    def is_blind(self) -> bool:
        """Whether the last round is."""
        return bool(self._rounds) and self._rounds[-1].row.blind

    @property
    def is_labelled(self) -> bool:
        """Whether each answer says whose it is, because rounds stand in different orders."""
        return self._is_labelled

    @property
    def is_open(self) -> bool:
        """Whether answers of the last round are still to come."""
        return bool(self._rounds) and not self._rounds[-1].row.ended

    @property
    def is_veiled(self) -> bool:
        """Whether the answers of the last round must not be seen yet."""
        return self.is_blind and self.is_open

    @property
    def cells(self) -> list[AnswerCell]:
        """The answers of the last round, from left to right."""
        return list(self._rounds[-1].cells) if self._rounds else []

    @property
    def last_top(self) -> int:
        """Where the last prompt begins, in pixels from the top."""
        return self._rounds[-1].heading.y() if self._rounds else 0

    @property
    def last_bottom(self) -> int:
        """Where the answers of the last round end."""
        return self._bottom(self._rounds[-1]) if self._rounds else 0

    def round_at(self, y: int) -> int:
        """The number of the first round of which more than its buttons lies below ``y``."""
        edge = y + 3 * self._style.line
        found = (at for at, one in enumerate(self._rounds) if self._bottom(one) > edge)
        return next(found, len(self._rounds) - 1)

    def set_style(self, style: ChatStyle) -> None:
        """Build everything anew in another look."""
        rounds = self.rounds
        self._style = style
        self.set_rounds(())
        self.set_rounds(rounds)

    def set_rounds(self, rounds: Sequence[RoundRow]) -> None:
        """Show these. Rounds that are there in the same positions only take their newer state."""
        for number, row in enumerate(rounds):
            if number < len(self._rounds) and _same_places(self._rounds[number].row, row):
                self._put_round(self._rounds[number], row)
            else:
                self._drop_from(number)
                self._rounds.append(self._make(number, row))
        self._drop_from(len(rounds))
        self._label()

    def put_column(self, row: ColumnRow) -> bool:
        """Show a newer state of an answer of the last round; False where there is none of its key."""
        if not self._rounds:
            return False
        last = self._rounds[-1]
        keys = [cell.row.key for cell in last.cells]
        if row.key not in keys:
            return False
        columns = [cell.row for cell in last.cells]
        columns[keys.index(row.key)] = row
        was_veiled = last.row.veiled
        last.row = replace(last.row, columns=tuple(columns))
        for place, cell in enumerate(last.cells):
            if columns[place].key == row.key or was_veiled != last.row.veiled:
                cell.put(columns[place], blind=last.row.blind, veiled=last.row.veiled)
                last.heights[place] = None
        return True

    def append(self, key: str, text: str, reasoning: str) -> AnswerCell | None:
        """Add what streamed in to an answer of the last round; the cell, if it is seen to grow."""
        if not self._rounds:
            return None
        last = self._rounds[-1]
        for place, cell in enumerate(last.cells):
            if cell.row_key == key:
                cell.append(text, reasoning)
                if last.row.veiled:
                    return None
                last.heights[place] = None
                return cell
        return None

    def mark(self, keys: Sequence[str]) -> None:
        """Mark the answers of the last round that are voted on."""
        for cell in self.cells:
            cell.set_marked(cell.row_key in keys)

    def arrange(self, room: int, least_height: int) -> None:
        """Put everything in its place in ``room`` pixels, and take the size that needs."""
        count = max((len(one.cells) for one in self._rounds), default=0)
        made = grid(count, room, self._style.line)
        anew = made.width != self._grid.width or room != self._room
        self._grid, self._room = made, room
        y = MARGIN - 8
        for one in self._rounds:
            if anew:
                one.heights = [None] * len(one.cells)
                one.heading_height = one.heading.fit(room - MARGIN - END)
            heading = (MARGIN + self._sideways, y, room - MARGIN - END, one.heading_height)
            one.heading.setGeometry(*heading)
            y += one.heading_height + GAP
            y += self._arrange_cells(one, y) + BETWEEN
        self.resize(max(made.total, room), max(y, least_height))

    def slide(self, x: int) -> None:
        """Keep the headings in sight while the columns are scrolled sideways to ``x``."""
        self._sideways = x
        for one in self._rounds:
            one.heading.move(MARGIN + x, one.heading.y())

    def stops(self) -> Iterator[QWidget]:
        """What the Tab key visits, in the order in which it is read."""
        for one in self._rounds:
            yield from one.heading.stops()
            for cell in one.cells:
                yield from cell.stops()

    def _bottom(self, one: _Round) -> int:
        return max(cell.geometry().bottom() + 1 for cell in (one.heading, *one.cells))

    def _arrange_cells(self, one: _Round, y: int) -> int:
        """Place a round's answers, all as high as the highest; that height."""
        for place, cell in enumerate(one.cells):
            if one.heights[place] is None:
                one.heights[place] = cell.fit(self._grid.width)
        height = max((high or 0 for high in one.heights), default=0)
        for left, cell in zip(self._grid.lefts, one.cells, strict=False):
            now = cell.geometry()
            if (now.x(), now.y(), now.width(), now.height()) != (left, y, self._grid.width, height):
                cell.setGeometry(left, y, self._grid.width, height)
        return height

    def _make(self, number: int, row: RoundRow) -> _Round:
        heading = PromptHeading(row.prompt, number, self._style, self)
        cells = []
        for place, column in enumerate(row.columns):
            cell = AnswerCell(
                column, self._style, place=place, blind=row.blind, veiled=row.veiled, parent=self
            )
            cell.take_requested.connect(self.take_requested)
            cell.link_activated.connect(self.link_activated)
            cells.append(cell)
        made = _Round(row, heading, cells, [None] * len(cells))
        for cell in cells:
            cell.resized.connect(lambda: self._remeasure(made))
            cell.show()
        heading.resized.connect(lambda: self._remeasure(made))
        heading.show()
        if self._room:
            made.heading_height = heading.fit(self._room - MARGIN - END)
        return made

    def _put_round(self, one: _Round, row: RoundRow) -> None:
        if row == replace(one.row, columns=tuple(cell.row for cell in one.cells)):
            return
        one.row = row
        for place, (cell, column) in enumerate(zip(one.cells, row.columns, strict=True)):
            cell.put(column, blind=row.blind, veiled=row.veiled)
            one.heights[place] = None

    def _remeasure(self, one: _Round) -> None:
        one.heights = [None] * len(one.cells)
        if self._room:
            one.heading_height = one.heading.fit(self._room - MARGIN - END)
        self.moved.emit()

    def _drop_from(self, number: int) -> None:
        for one in self._rounds[number:]:
            for widget in (one.heading, *one.cells):
                widget.hide()
                widget.deleteLater()
        del self._rounds[number:]

    def _label(self) -> None:
        """One name stands above each column; where rounds stood in other orders or under other names,
        each answer says its own, so that none is read under a name that is not its."""
        orders = {
            tuple((cell.row.key, cell.row.label) for cell in one.cells) for one in self._rounds
        }
        self._is_labelled = len(orders) > 1
        for one in self._rounds:
            for place, cell in enumerate(one.cells):
                if cell.set_labelled(self._is_labelled):
                    one.heights[place] = None


def _same_places(shown: RoundRow, row: RoundRow) -> bool:
    keys = [column.key for column in shown.columns]
    return shown.prompt == row.prompt and keys == [column.key for column in row.columns]
