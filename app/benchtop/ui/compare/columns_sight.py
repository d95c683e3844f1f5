"""Which part of the answers is in sight: the one that is written, the round that is voted on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Literal

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QScrollArea

from benchtop.ui.compare.answer_cell import AnswerCell
from benchtop.ui.compare.columns_body import END, GAP, MARGIN, ColumnsBody

_NEAR = 24
"""Pixels below the view within which the end of an answer still counts as being seen."""


class ColumnsSight(QObject):
    """Stays with the end of what is written, or with the last round, until a hand scrolls away.

    The vote bar beneath takes its room later than it is opened, and answers grow: what is to be seen
    is put in its place again each time the room or the height changes. ``scrolled`` comes after each
    change of place.
    """

    scrolled = Signal()

    def __init__(self, scroll: QScrollArea, body: ColumnsBody) -> None:
        super().__init__(scroll)
        self._scroll, self._body = scroll, body
        self._follows, self._is_placing = True, False
        self._kept: Literal["", "whole", "top", "end"] = ""
        self._grown: AnswerCell | None = None
        bar = scroll.verticalScrollBar()
        bar.valueChanged.connect(self._on_scrolled)
        bar.rangeChanged.connect(lambda _low, _high: self._keep())

    @property
    def follows(self) -> bool:
        """Whether it stays with the answer that is being written."""
        return self._follows

    @property
    def top(self) -> int:
        """The first pixel in sight."""
        return self._scroll.verticalScrollBar().value()

    @contextmanager
    def placing(self) -> Iterator[None]:
        """What scrolls meanwhile is no hand."""
        was, self._is_placing = self._is_placing, True
        try:
            yield
        finally:
            self._is_placing = was

    def forget(self) -> None:
        """The answer that grew is there no more."""
        self._grown = None

    def let_go(self) -> None:
        """Stay where the view is: a hand folds or unfolds something in it."""
        self._kept = ""

    def begin(self) -> None:
        """A prompt was asked: it, and then what is written to it, is to be seen."""
        self._follows = True
        self.show_last()

    def show_last(self) -> None:
        """Put the last round in sight: all of it if there is room, else from its prompt on."""
        self._kept = "top"
        self._keep()

    def show_more_of_last(self, *, at_end: bool = False) -> None:
        """The same, but while a part of a round that is too high is being read the view stays there;
        ``at_end``: at the end of the round."""
        reading = self.top >= self._last_top() - _NEAR
        self._kept = "end" if at_end else "whole" if reading else "top"
        self._keep()

    def shows_end(self) -> bool:
        """Whether the end of the last round is in sight."""
        return self.top + self._port() >= self._body.last_bottom - _NEAR

    def grew(self, cell: AnswerCell) -> bool:
        """An answer has more text; whether another one had grown before it."""
        other, self._grown = cell is not self._grown, cell
        if self._follows:
            self._kept = ""
            self._go_to(self._end_of(cell) - self._port())
        return other

    def show_pair(self, cells: Sequence[AnswerCell]) -> None:
        """Scroll sideways as little as puts all of these in sight, the first before the others."""
        if not cells:
            return
        bar = self._scroll.horizontalScrollBar()
        width = self._scroll.viewport().width()
        left = min(cell.x() for cell in cells)
        right = max(cell.x() + cell.width() for cell in cells)
        x = max(bar.value(), right + max(END, GAP) - width)
        bar.setValue(min(x, left - MARGIN))

    def _port(self) -> int:
        return self._scroll.viewport().height()

    def _last_top(self) -> int:
        return self._body.last_top - 8

    def _fits(self) -> bool:
        return self._body.last_bottom + 8 - self._last_top() <= self._port()

    def _keep(self) -> None:
        if self._kept == "top" or (self._kept and self._fits()):
            self._go_to(self._last_top())
        elif self._kept == "end":
            self._go_to(self._body.last_bottom + 8 - self._port())

    def _end_of(self, cell: AnswerCell) -> int:
        """Where the text of an answer ends, in pixels from the top of all."""
        return cell.y() + cell.text_end + 8

    def _go_to(self, y: int) -> None:
        with self.placing():
            self._scroll.verticalScrollBar().setValue(max(0, y))

    def _on_scrolled(self) -> None:
        if not self._is_placing:
            self._kept = ""
            if self._grown is not None:
                end = min(self._end_of(self._grown), self._body.height())
                self._follows = self.top + self._port() >= end - _NEAR
        self.scrolled.emit()
