"""A reply's Markdown as a stack of text, tables and code blocks, written while it streams."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from benchtop.ui.chat.chat_style import ChatStyle
from benchtop.ui.chat.code_segment import CodeSegment
from benchtop.ui.chat.markdown_blocks import Block, BlockKind, BlockStream
from benchtop.ui.chat.text_segment import TextSegment

Segment = TextSegment | CodeSegment


@dataclass(slots=True)
class _Run:
    """Neighbouring blocks that one segment shows."""

    kind: BlockKind
    settled: list[Block] = field(default_factory=list)
    still_open: list[Block] = field(default_factory=list)


class ReplyText(QWidget):
    """Shows Markdown that grows. Blocks that are finished are written once and never again.

    A run of text is one segment, so that it can be selected as a whole; each code block and each
    table is a segment of its own, because it may scroll sideways.
    """

    link_activated = Signal(str)
    copied = Signal()
    caret_moved = Signal(QWidget)

    def __init__(self, style: ChatStyle, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self._stream = BlockStream()
        self._text = ""
        self._finished = False
        self._segments: list[Segment] = []
        self._kinds: list[BlockKind] = []
        self._open_from = 0
        self._words: Sequence[str] = ()

    @property
    def text(self) -> str:
        """All the Markdown it was given."""
        return self._text

    @property
    def finished(self) -> bool:
        """Whether all of it is settled; set_text() opens it again for text that is to follow."""
        return self._finished

    @property
    def segments(self) -> list[Segment]:
        """The views from top to bottom."""
        return list(self._segments)

    def append(self, text: str) -> None:
        """Add streamed text and show it."""
        self._text += text
        self._stream.feed(text)
        self._update(*self._stream.take())

    def finish(self) -> None:
        """No more text comes: settle what is still open."""
        self._finished = True
        self._stream.finish()
        self._update(*self._stream.take())

    def set_text(self, text: str, *, finished: bool = True) -> None:
        """Show another text, whole; ``finished`` when nothing is to follow."""
        self._clear()
        self._text = text
        self._finished = finished
        self._stream.feed(text)
        if finished:
            self._stream.finish()
        self._update(*self._stream.take())

    def fit(self, width: int) -> int:
        """Lay the segments out below each other in ``width`` pixels; returns their height."""
        gap = round(self._style.line * 0.7)
        y = 0
        for segment in self._segments:
            y += gap if y else 0
            height = segment.fit(width)
            segment.setGeometry(0, y, width, height)
            y += height
        return y

    def mark(self, words: Sequence[str]) -> None:
        """Mark words in every segment."""
        self._words = words
        for segment in self._segments:
            segment.mark(words)

    def selected_text(self) -> str:
        """The text that is selected in one of the segments, or nothing."""
        for segment in self._segments:
            if isinstance(segment, TextSegment) and segment.textCursor().hasSelection():
                return segment.selected_text()
            if isinstance(segment, CodeSegment) and segment.view.textCursor().hasSelection():
                return segment.view.textCursor().selection().toPlainText()
        return ""

    def focus_stops(self) -> list[QWidget]:
        """What the Tab key visits, from top to bottom."""
        stops: list[QWidget] = []
        for segment in self._segments:
            stops += (
                [segment]
                if isinstance(segment, TextSegment)
                else [segment.copy_button, segment.view]
            )
        return stops

    def _clear(self) -> None:
        self._drop_from(0)
        self._stream = BlockStream()
        self._open_from = 0

    def _update(self, settled: list[Block], still_open: list[Block]) -> None:
        runs = _runs(settled, still_open)
        index = self._open_from
        if self._goes_on_after_text(index) and not (runs and runs[0].kind == "text"):
            self._put(index, _Run("text"))
            index += 1
        open_from: int | None = None
        for run in runs:
            self._put(self._place(index, run.kind), run)
            if open_from is None and run.still_open:
                open_from = index
            index += 1
        self._drop_from(index)
        if open_from is None:
            # Text to come goes on in the last segment, if that is text.
            open_from = index - 1 if index and self._kinds[index - 1] == "text" else index
        self._open_from = open_from

    def _goes_on_after_text(self, index: int) -> bool:
        if index >= len(self._segments):
            return False
        segment = self._segments[index]
        return isinstance(segment, TextSegment) and segment.has_settled_text

    def _place(self, index: int, kind: BlockKind) -> int:
        """Make sure that a segment of ``kind`` is at ``index``."""
        if index < len(self._segments) and self._kinds[index] != kind:
            self._drop_from(index)
        if index == len(self._segments):
            segment = self._make(kind)
            self._segments.append(segment)
            self._kinds.append(kind)
            segment.mark(self._words)
            segment.show()
        return index

    def _put(self, index: int, run: _Run) -> None:
        segment = self._segments[index]
        if isinstance(segment, CodeSegment):
            block = (run.settled or run.still_open)[-1]
            segment.put(block, settled=bool(run.settled))
        else:
            segment.put(run.settled, run.still_open)

    def _make(self, kind: BlockKind) -> Segment:
        if kind == "code":
            code = CodeSegment(self._style, self)
            code.copied.connect(self.copied)
            code.caret_moved.connect(lambda: self.caret_moved.emit(code.view))
            return code
        text = TextSegment(self._style, self)
        text.link_activated.connect(self.link_activated)
        text.caret_moved.connect(lambda: self.caret_moved.emit(text))
        if kind == "table":
            text.setAccessibleName(self.tr("Table"))
            text.let_scroll_sideways()
        return text

    def _drop_from(self, index: int) -> None:
        for segment in self._segments[index:]:
            segment.hide()
            segment.deleteLater()
        del self._segments[index:]
        del self._kinds[index:]


def _runs(settled: list[Block], still_open: list[Block]) -> list[_Run]:
    """Neighbouring text blocks together, every code block and table alone."""
    runs: list[_Run] = []
    for blocks, is_settled in ((settled, True), (still_open, False)):
        for block in blocks:
            if not (runs and runs[-1].kind == "text" and block.kind == "text"):
                runs.append(_Run(block.kind))
            (runs[-1].settled if is_settled else runs[-1].still_open).append(block)
    return runs
