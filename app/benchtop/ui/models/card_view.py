"""A repository's model card, written little by little so that the window never waits for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from time import perf_counter
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QWidget

from benchtop.ui.chat.chat_style import ChatStyle
from benchtop.ui.chat.code_segment import CodeSegment
from benchtop.ui.chat.markdown_blocks import Block, parse_blocks
from benchtop.ui.chat.text_segment import TextSegment
from benchtop.ui.chat.web_links import host_of, web_address
from benchtop.ui.models.card_markdown import CardText, card_sections, is_dense, readable_card
from benchtop.ui.theme import set_tone
from benchtop.ui.widgets.focus_ring import FocusRing

if TYPE_CHECKING:
    from markdown_it.token import Token

INSET = 6
"""Pixels between text and its focus ring, on every side."""
SLICE = 0.005
"""Seconds of work at a time; then the window has its turn."""
MOST_PARTS = 800
"""Texts, tables and pieces of code that are shown at most: honest cards have a few dozen, and with
thousands it takes long to leave the page."""
DROPPED_AT_ONCE = 20
"""Parts of the card before that are deleted at a time."""

Segment = TextSegment | CodeSegment


class CardView(QWidget):
    """Shows Markdown from a stranger. Nothing is loaded or opened: ``link_activated`` carries a web
    address, encoded; a picture is a box with its description; HTML is left out.

    ``finished`` comes when all of the card stands there.
    """

    link_activated = Signal(str)
    finished = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("models.card")
        self.setAccessibleName(self.tr("Model card"))
        self._source = ""
        self._is_cut = False
        self._style = ChatStyle(self)
        self._runs: Iterator[tuple[str, list[Block] | str]] | None = None
        self._segments: list[Segment] = []
        self._placed = 0
        self._end = 0
        self._card = CardText("")
        self._unread = 0  # characters of it that are not written yet
        self._cut = QLabel(self)
        self._cut.setObjectName("models.card.cut")
        self._cut.setWordWrap(True)
        set_tone(self._cut, "muted")
        self._cut.hide()
        self._sheet = QWidget(self)
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._work)
        self._leaving: list[Segment] = []
        self._old_sheets: list[QWidget] = []
        self._spare_sheets: list[QWidget] = []
        self._dropper = QTimer(self, interval=0)
        self._dropper.timeout.connect(self._drop_some)

    @property
    def is_finished(self) -> bool:
        """Whether all of the card stands there."""
        return not self._timer.isActive()

    @property
    def segments(self) -> list[Segment]:
        """What has been written so far, from top to bottom."""
        return list(self._segments)

    def show_card(self, markdown: str, *, cut: bool = False) -> None:
        """Show a card in the place of the one before; empty text shows none. ``cut``: there is more of
        it than was fetched."""
        self._leave_sheet()
        self._source, self._style, self._is_cut = markdown, ChatStyle(self), cut
        self._segments, self._placed, self._end = [], 0, 0
        self._card = readable_card(markdown)
        self._unread = len(self._card.text)
        self._runs = _runs_of(self._sections())
        self._say_cut(self._card.left_out)
        self._timer.start()
        self._work()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self._place_again()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        looks = {QEvent.Type.PaletteChange, QEvent.Type.FontChange}
        if event.type() in looks and self._source and ChatStyle(self) != self._style:
            self.show_card(self._source, cut=self._is_cut)

    def _work(self) -> None:
        """Lay out what waits, then write what comes, as long as a slice lasts."""
        until = perf_counter() + SLICE
        while perf_counter() < until:
            if self._placed < len(self._segments):
                self._place_next()
                continue
            run = self._next_run()
            if run is None:
                self._runs = None
                self._timer.stop()
                self._finish_height()
                self.finished.emit()
                return
            self._write(*run)
        self._finish_height()

    def _sections(self) -> Iterator[str]:
        for section in card_sections(self._card.text):
            yield section
            self._unread -= len(section)

    def _next_run(self) -> tuple[str, list[Block] | str] | None:
        run = next(self._runs, None) if self._runs is not None else None
        if run is not None and len(self._segments) >= MOST_PARTS:
            self._say_cut(self._card.left_out + max(self._unread, 1))
            return None
        return run

    def _leave_sheet(self) -> None:
        """Go on with an empty sheet. To hide or delete thousands of parts at once takes long: the old
        sheet is cut to nothing where it lies, and its parts are deleted by and by."""
        old = self._sheet
        held = self.focusWidget()
        if held is not None and old.isAncestorOf(held):
            held.hide()  # it hands the keyboard on
        old.resize(0, 0)
        self._leaving += self._segments
        self._old_sheets.append(old)
        self._sheet = self._spare_sheets.pop() if self._spare_sheets else QWidget(self)
        self._sheet.raise_()
        self._sheet.show()
        self._cut.raise_()
        self._dropper.start()

    def _drop_some(self) -> None:
        if not self._leaving:  # the last ones are gone by now
            self._dropper.stop()
            self._spare_sheets += self._old_sheets
            self._old_sheets.clear()
        for segment in self._leaving[-DROPPED_AT_ONCE:]:
            segment.deleteLater()
        del self._leaving[-DROPPED_AT_ONCE:]

    def _write(self, kind: str, run: list[Block] | str) -> None:
        segment = self._make(kind)
        if isinstance(run, str):
            assert isinstance(segment, TextSegment)
            segment.set_plain(run)
        elif isinstance(segment, CodeSegment):
            # Never closed, so never coloured: loading and running the colours takes too long.
            segment.put(replace(run[-1], closed=False), settled=False)
        else:
            segment.put(run, ())
        self._segments.append(segment)

    def _make(self, kind: str) -> Segment:
        if kind == "code":
            code = CodeSegment(self._style, self._sheet)
            code.copy_button.setObjectName("models.card.copy")
            code.copy_button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            return code
        text = TextSegment(self._style, self._sheet)
        text.setObjectName("models.card.text")
        text.setAccessibleName(self.tr("Model card"))
        text.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        text.link_activated.connect(self.link_activated)
        text.document().setDocumentMargin(INSET)
        FocusRing(text)
        if kind == "table":
            text.setObjectName("models.card.table")
            text.let_scroll_sideways()
        return text

    def _place_again(self) -> None:
        """Everything again for another width: what is in sight first, the rest when there is time."""
        self._placed, self._end = 0, 0
        if self._segments:
            self._timer.start()
            self._work()
        else:
            self._finish_height()

    def _place_next(self) -> None:
        segment = self._segments[self._placed]
        is_text = isinstance(segment, TextSegment) and not segment.objectName().endswith("table")
        # Lines of text stay as short as can be read; code and tables take what there is.
        width = min(self.width(), self._style.column + 2 * INSET) if is_text else self.width()
        gap = round(self._style.line * 0.7) if self._placed else 0
        left = 0
        if isinstance(segment, CodeSegment):
            left, width = INSET, width - 2 * INSET
        elif gap:
            gap -= INSET  # the text has that much above itself
        height = segment.fit(max(width, 1))
        segment.setGeometry(left, self._end + gap, width, height)
        segment.show()
        self._end += gap + height
        self._placed += 1

    def _finish_height(self) -> None:
        """As high as what stands there, and while it is laid out again not less than before."""
        whole = self._runs is None and self._placed == len(self._segments)
        end = self._end if whole else max(self._end, self.height())
        if whole and not self._cut.isHidden():
            high = self._cut.heightForWidth(self.width() - INSET)
            self._cut.setGeometry(INSET, end + 12, self.width() - INSET, high)
            end += 12 + high
        if end != self.minimumHeight():
            self.setFixedHeight(end)
        self._sheet.resize(self.width(), end)

    def _say_cut(self, left_out: int) -> None:
        self._cut.setVisible(self._is_cut or left_out > 0)
        if self._is_cut:  # nobody counted what was not fetched
            self._cut.setText(
                self.tr("The card is longer than this: all of it is on its page in the browser.")
            )
        elif left_out:
            words = self.tr(
                "The card goes on for about {count} more characters, which are left out here."
            )
            self._cut.setText(words.format(count=f"{left_out:,}"))


def _runs_of(sections: Iterator[str]) -> Iterator[tuple[str, list[Block] | str]]:
    """What becomes a part of its own, in order: its kind with its blocks, or a plain text."""
    for section in sections:
        if is_dense(section):
            yield "text", section
        else:
            yield from _runs(parse_blocks(section))


def _runs(blocks: Sequence[Block]) -> list[tuple[str, list[Block]]]:
    """Neighbouring texts together, every code block and every table alone; made safe to show."""
    runs: list[tuple[str, list[Block]]] = []
    for block in blocks:
        for token in block.tokens:
            if token.children:
                token.children = _safe(token.children)
        if block.kind == "text" and runs and runs[-1][0] == "text":
            runs[-1][1].append(block)
        else:
            runs.append((block.kind, [block]))
    return runs


def _safe(children: Sequence[Token]) -> list[Token]:
    """Inline tokens with boxes for pictures, and behind each link the host it leads to."""
    safe: list[Token] = []
    host, said = "", ""
    for token in children:
        if token.type == "link_open":
            address = web_address(str(token.attrGet("href") or ""))
            host, said = host_of(QUrl(address)) if address else "", ""
        if token.type == "image":
            _to_box(token)
        safe.append(token)
        said += token.content
        if token.type == "link_close" and host:
            if host.removeprefix("www.") not in said:
                safe.append(_text_token(f" ({host})"))
            host = ""
    return safe


def _to_box(image: Token) -> None:
    """A picture becomes its description on the ground of code; its address is forgotten."""
    alt = " ".join("".join(child.content for child in image.children or ()).split())
    named = QCoreApplication.translate("CardView", "[image: {description}]")
    bare = QCoreApplication.translate("CardView", "[image]")
    image.type, image.children, image.attrs = "code_inline", None, {}
    image.content = f"\u00a0{named.replace('{description}', alt[:200]) if alt else bare}\u00a0"


def _text_token(text: str) -> Token:
    from markdown_it.token import Token  # noqa: PLC0415 - loaded already, with the parser

    return Token("text", "", 0, content=text)
