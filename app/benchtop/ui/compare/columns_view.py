"""The answers side by side: whose turn it is, equal columns, a conversation of several prompts."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QPalette, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from benchtop.ui.chat.chat_style import ChatStyle
from benchtop.ui.chat.chunk_flow import ChunkFlow
from benchtop.ui.compare.column_heads import ColumnHeads
from benchtop.ui.compare.columns_body import ColumnsBody
from benchtop.ui.compare.columns_sight import ColumnsSight
from benchtop.ui.compare.compare_rows import ColumnRow, RoundRow, TurnRow
from benchtop.ui.compare.conversation_tools import ConversationTools
from benchtop.ui.compare.focus_order import put_before_compound, put_in_line
from benchtop.ui.compare.turn_line import TurnLine
from benchtop.ui.theme import set_tone
from benchtop.ui.widgets.focus_ring import FocusRing

_LEAST_LINES = 12


class ColumnsView(QWidget):
    """Shows rounds and tells wishes by a column's key.

    ``take_requested``: go on with that answer in Chat. ``link_activated`` carries an address, encoded.
    ``new_requested``: the next prompt is to begin a new conversation. ``save_requested`` wishes for a
    card of what is on show. The view stays with the end of the answer that is being written, unless a
    hand scrolled it away.
    """

    stop_requested = Signal(str)
    take_requested = Signal(str)
    link_activated = Signal(str)
    new_requested = Signal()
    save_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("compare.columns")
        self.setAccessibleName(self.tr("Answers side by side"))
        self._style_now = ChatStyle(self)
        self._headed = -1
        self._turn: TurnRow | None = None
        self._idle = ""
        self._line = TurnLine(self)
        self._tools = ConversationTools(self)
        self._heads = ColumnHeads(self)
        self._body = ColumnsBody(self._style_now)
        self._scroll = QScrollArea(self)
        self._sight = ColumnsSight(self._scroll, self._body)
        self._nothing = QLabel(self)
        self._flow = ChunkFlow(self)
        self._restyling = QTimer(self, singleShot=True)
        self._lay_out()
        self._connect()
        self.setFocusProxy(self._scroll)
        self.set_rounds(())

    @property
    def rounds(self) -> tuple[RoundRow, ...]:
        """What is on show, with all text so far."""
        return self._body.rounds

    @property
    def follows(self) -> bool:
        """Whether the view stays with the answer that is being written."""
        return self._sight.follows

    def set_nothing(self, words: str) -> None:
        """What stands in the place of answers before there is any."""
        self._nothing.setText(words)

    def set_rounds(self, rounds: Sequence[RoundRow]) -> None:
        """Show a whole conversation: as it was kept, or with names after a vote."""
        self._flow.clear()
        before = self._body.rounds
        more = len(rounds) > len(before)
        told = bool(rounds) and len(rounds) == len(before)
        told = told and before[-1].blind and not rounds[-1].blind
        at_end = self._sight.shows_end()
        self._body.set_rounds(rounds)
        self._sight.forget()
        self._nothing.setVisible(not rounds)
        for widget in (self._scroll, self._heads):
            widget.setVisible(bool(rounds))
        self._show_turn()
        self._arrange()
        if more:
            self._sight.begin()
        elif told:  # figures came below the answers
            self._sight.show_more_of_last(at_end=at_end)
        self._show_heads()
        self._order_tabs()

    def begin_round(self, row: RoundRow) -> None:
        """Show one more prompt; its answers follow by ``append`` and ``put_column``."""
        self._flow.flush()
        self.set_rounds((*self._body.rounds, row))

    def append(self, key: str, text: str, reasoning: str = "") -> None:
        """Add streamed text to the answer of the last round that ``key`` names; any number a second."""
        self._flow.add(key, text, reasoning)

    def put_column(self, row: ColumnRow) -> None:
        """Show a newer state of an answer of the last round. ``row`` has all of its text when it ended;
        before that it may lag behind."""
        if row.ended:
            self._flow.drop(row.key)
        else:
            self._flow.flush()
        was_veiled = self._body.is_veiled
        if self._body.put_column(row):
            self._show_turn()
            self._arrange()
            if was_veiled and not self._body.is_veiled:
                self._sight.show_last()  # the answers of a blind round come all at once
            self._show_heads()

    def set_turn(self, turn: TurnRow | None, idle: str = "") -> None:
        """Whose turn it is; None, and then ``idle`` is said, when nobody writes."""
        self._turn, self._idle = turn, idle
        self._show_turn()

    def set_pair(self, keys: Sequence[str]) -> None:
        """Put the two answers that are voted on in sight, and mark them where there are more."""
        cells = self._body.cells
        self._body.mark(keys if len(cells) > 2 else ())
        if keys:
            self._arrange()
            self._sight.show_more_of_last()
            self._sight.show_pair([cell for cell in cells if cell.row_key in keys])

    def flush(self) -> None:
        """Show at once what streamed in."""
        self._flow.flush()

    def sizeHint(self) -> QSize:
        """Some lines of an answer: it takes all the room there is, and no more than that."""
        return QSize(400, _LEAST_LINES * self.fontMetrics().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(240, self.sizeHint().height())

    def hasHeightForWidth(self) -> bool:
        """No: its height is what is left, though lines in it wrap."""
        return False

    def _lay_out(self) -> None:
        self._scroll.setObjectName("compare.columns.scroll")
        self._scroll.setAccessibleName(self.accessibleName())
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._scroll.setWidget(self._body)
        self._scroll.viewport().setBackgroundRole(QPalette.ColorRole.Window)
        self._body.setBackgroundRole(QPalette.ColorRole.Window)
        self._scroll.setCornerWidget(QWidget(self))
        FocusRing(self._scroll)
        self._nothing.setObjectName("compare.columns.nothing")
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._nothing.setWordWrap(True)
        self._nothing.setContentsMargins(24, 24, 24, 24)
        set_tone(self._nothing, "muted")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        top = QHBoxLayout()
        top.addWidget(self._line, 1)
        top.addWidget(self._tools, 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(top)
        column.addWidget(self._heads)
        column.addWidget(self._scroll, 1)
        column.addWidget(self._nothing, 1)

    def _connect(self) -> None:
        self._scroll.viewport().installEventFilter(self)
        self._flow.flushed.connect(self._on_flushed)
        self._restyling.timeout.connect(self._restyle)
        self._body.moved.connect(self._on_moved)
        self._body.take_requested.connect(self.take_requested)
        self._body.link_activated.connect(self.link_activated)
        self._tools.new_requested.connect(self.new_requested)
        self._tools.save_requested.connect(self.save_requested)
        self._heads.stop_requested.connect(self.stop_requested)
        self._scroll.horizontalScrollBar().valueChanged.connect(self._on_sideways)
        self._sight.scrolled.connect(self._on_scrolled)

    def _on_flushed(self, key: str, text: str, reasoning: str) -> None:
        cell = self._body.append(key, text, reasoning)
        if cell is None:
            return
        self._arrange()
        if self._sight.grew(cell):
            self._show_heads()

    def _on_moved(self) -> None:
        self._sight.let_go()
        self._arrange()

    def _on_scrolled(self) -> None:
        if self._headed != self._round_beneath():
            self._show_heads()

    def _on_sideways(self, x: int) -> None:
        self._body.slide(x)
        self._place_heads()

    def _round_beneath(self) -> int:
        """The round that the heads stand for: the highest in sight; the last while its answers are
        written with open eyes, because the heads stop them."""
        if self._body.is_open:
            return self._body.count - 1
        return self._body.round_at(self._sight.top)

    def _show_heads(self) -> None:
        self._headed = self._round_beneath()
        if self._headed < 0:
            return
        # Answers that name themselves need no heads, which could stand over those of another round;
        # but with open eyes a head is what stops an answer.
        writing = self._body.is_open and not self._body.is_blind
        self._heads.setVisible(writing or not self._body.is_labelled)
        row, count = self._body.rounds[self._headed], len(self._heads.heads)
        self._heads.set_rows(row.columns, blind=row.blind, veiled=row.veiled)
        if len(row.columns) != count:
            self._order_tabs()
            self._place_heads()

    def _order_tabs(self) -> None:
        heads = [stop for head in self._heads.heads for stop in head.stops()]
        put_in_line((self._scroll, *heads, *self._body.stops()))
        put_before_compound(
            self._tools.stops(), self
        )  # inside, Tab would leap over them to the proxy

    def _show_turn(self) -> None:
        rounds = self._body.rounds
        blind = bool(rounds) and rounds[-1].blind
        self._line.show_turn(self._turn, self._idle, blind=blind)
        done = bool(rounds) and rounds[-1].ended and self._turn is None
        self._tools.offer(shown=done, blind=blind)

    def _arrange(self) -> None:
        port = self._scroll.viewport()
        # The room of a scroll bar is kept whether there is one or not, so that no text is laid out twice.
        room = self._scroll.width() - self._scroll.verticalScrollBar().sizeHint().width()
        with self._sight.placing():
            self._body.arrange(room, port.height())
        self._place_heads()

    def _place_heads(self) -> None:
        x = self._scroll.horizontalScrollBar().value()
        self._heads.place([left - x for left in self._body.grid.lefts], self._body.grid.width)

    def _restyle(self) -> None:
        style = ChatStyle(self)
        if style != self._style_now:
            self._flow.flush()
            self._style_now = style
            self._sight.forget()
            self._body.set_style(style)
            self._order_tabs()
            self._arrange()

    # Qt

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and watched is self._scroll.viewport():
            self._arrange()
        return super().eventFilter(watched, event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._arrange()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        kinds = {QEvent.Type.PaletteChange, QEvent.Type.FontChange, QEvent.Type.StyleChange}
        if event.type() in kinds:
            self._restyling.start()
