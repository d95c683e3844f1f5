"""One message of the transcript: who speaks, what was said, what can be done with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QEnterEvent,
    QGuiApplication,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QMenu, QWidget

from benchtop.domain.chat import PathStep
from benchtop.ui.chat.action_bar import ActionBar
from benchtop.ui.chat.branch_change import with_more
from benchtop.ui.chat.chat_style import ChatStyle
from benchtop.ui.chat.edit_in_place import EditInPlace
from benchtop.ui.chat.message_body import PersonBody, ReplyBody
from benchtop.ui.chat.message_editor import MessageEditor
from benchtop.ui.chat.message_footer import place_beside_card, place_under_reply
from benchtop.ui.chat.message_labels import DividerLabel, FiguresLabel, SpeakerLabel
from benchtop.ui.chat.message_menu import make_message_menu
from benchtop.ui.chat.message_texts import (
    accessible_name,
    figures,
    speaker,
    state_sentence,
)

MARGIN = 8
"""Space around a message, for the focus ring."""


class MessageView(QWidget):
    """Cheap until it is fitted: its parts are made when it is first laid out.

    It never sets its own place or size; ``fit`` says how high it is and the column does the rest.
    ``resized`` comes when a person made it higher or lower.
    """

    action_chosen = Signal(str, str)
    """Message id, name of the action."""
    edit_submitted = Signal(str, str)
    edit_typed = Signal(str, str)
    edit_given_up = Signal(str)
    link_activated = Signal(str)
    copied = Signal(str)
    caret_moved = Signal(QWidget)
    resized = Signal()

    def __init__(
        self, step: PathStep, style: ChatStyle, model_hint: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._step = step
        self._style = style
        self._model_hint = model_hint
        self._fitted_width = -1
        self._busy = False
        self._current = False
        self._focus_inside = False
        self._is_last = False
        self._hovered = False
        self._progress = ""
        self._divider_text = ""
        self._words: Sequence[str] = ()
        self._header: SpeakerLabel | None = None
        self._divider: DividerLabel | None = None
        self._body: PersonBody | ReplyBody | None = None
        self._bar: ActionBar | None = None
        self._figures: FiguresLabel | None = None
        self._edit: EditInPlace | None = None
        self.setObjectName("chat.message")
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._name()

    # What it is

    @property
    def message_id(self) -> str:
        """The id of the message it shows."""
        return self._step.message.id

    @property
    def step(self) -> PathStep:
        """The state on show, streamed text included."""
        if isinstance(self._body, ReplyBody):
            reasoning = self._body.reasoning.text if self._body.reasoning is not None else ""
            message = replace(self._step.message, content=self._body.text.text, reasoning=reasoning)
            return replace(self._step, message=message)
        return self._step

    @property
    def body(self) -> PersonBody | ReplyBody | None:
        """What it says, once it was laid out."""
        return self._body

    @property
    def editor(self) -> MessageEditor | None:
        """The editor, while the message is edited."""
        return self._edit.editor if self._edit is not None else None

    @property
    def plain_text(self) -> str:
        """The text of the message."""
        return self._body.plain_text() if self._body is not None else self._step.message.content

    # What happens to it

    def set_step(self, step: PathStep) -> None:
        """Show a newer state of the same message."""
        self._step = step
        self._fitted_width = -1
        if self._body is not None:
            self._body.update_message(step.message)
            self._show_state()
        self._name()

    def append(self, text: str, reasoning: str) -> None:
        """Add streamed text."""
        if isinstance(self._body, ReplyBody):
            self._body.append(text, reasoning)
        else:
            self._step = with_more(self._step, text, reasoning)
        self._fitted_width = -1

    def set_progress(self, text: str) -> None:
        """What goes on while there is no text yet."""
        self._progress = text
        if isinstance(self._body, ReplyBody):
            self._body.set_progress(text)
            self._fitted_width = -1

    def set_divider(self, text: str) -> None:
        """A line of text above the message, between two rules; none takes it away."""
        if text != self._divider_text:
            self._divider_text = text
            self._fitted_width = -1

    def set_style(self, style: ChatStyle) -> None:
        """Take another look: everything but an open editor is made anew when next laid out."""
        self._step = self.step
        self._style = style
        self._fitted_width = -1
        for part in (self._header, self._divider, self._body, self._bar, self._figures):
            if part is not None:
                part.hide()
                part.deleteLater()
        self._header = self._divider = self._figures = None
        self._body, self._bar = None, None

    def set_busy(self, busy: bool) -> None:
        """Switch off what cannot be done while a reply streams."""
        self._busy = busy
        if self._bar is not None:
            self._bar.set_busy(busy)
        if self.editor is not None:
            self.editor.set_busy(busy)

    def set_last(self, last: bool) -> None:
        """The last message shows its actions all the time."""
        self._is_last = last
        self._reveal()

    def set_current(self, current: bool) -> None:
        """The current message, and it alone, is visited by the Tab key."""
        self._current = current
        self._set_tab_stops()

    def set_focus_inside(self, inside: bool) -> None:
        """Whether it or one of its parts has the focus: its actions are drawn then."""
        self._focus_inside = inside
        self._reveal()

    def set_unsaved_edit(self, text: str) -> None:
        """What was typed into its editor and not saved: it is open once the message is laid out."""
        self._edit = self._make_edit()
        self._edit.words = text

    def mark(self, words: Sequence[str]) -> None:
        """Mark words of a search."""
        self._words = words
        if self._body is not None:
            self._body.mark(words)
            self._fitted_width = -1

    # Layout

    def is_fitted(self, width: int) -> bool:
        """Whether its height for this width is known."""
        return self._fitted_width == width

    def estimate(self, width: int) -> int:
        """A guess at the height, for a message that is not worth laying out yet."""
        message = self._step.message
        per_line = max(20, round(width / self._style.line * 2.2))
        lines = sum(1 + len(line) // per_line for line in message.content[:20_000].split("\n"))
        return round((lines * 1.3 + 4) * self._style.line) + 2 * MARGIN

    def fit(self, width: int) -> int:
        """Make what is missing, lay everything out in ``width`` pixels, return the height."""
        self._build()
        assert self._header is not None
        assert self._body is not None
        inner = width - 2 * MARGIN
        y = self._fit_divider(inner, MARGIN)
        height = self._header.sizeHint().height()
        self._header.setGeometry(MARGIN, y, inner, height)
        y += height + 4
        if self.editor is not None:
            height = self.editor.fit(inner)
            self.editor.setGeometry(MARGIN, y, inner, height)
            y += height + 4
        else:
            height = self._body.fit(inner)
            self._body.setGeometry(MARGIN, y, inner, height)
            y += height + 4
        y = self._fit_footer(inner, y)
        self._fitted_width = width
        return y + MARGIN

    def _fit_divider(self, inner: int, y: int) -> int:
        if self._divider is None:
            return y
        height = self._divider.heightForWidth(inner)
        self._divider.setGeometry(MARGIN, y, inner, height)
        return y + height + self._style.line

    def _fit_footer(self, inner: int, y: int) -> int:
        """The actions and the figures below the text; returns where they end."""
        assert self._bar is not None
        assert self._figures is not None
        self._bar.setVisible(self.editor is None)
        if isinstance(self._body, ReplyBody):
            return place_under_reply(
                self._bar, self._figures, self._style, left=MARGIN, y=y, width=inner
            )
        if self.editor is not None or self._body is None:
            return y
        return place_beside_card(self._bar, self._body.room_at_left, left=MARGIN, y=y, width=inner)

    def _build(self) -> None:
        if self._body is None:
            self._make_parts()
        if self._divider_text and self._divider is None:
            self._divider = DividerLabel(self._divider_text, self._style, self)
            self._divider.show()
        elif not self._divider_text and self._divider is not None:
            self._divider.hide()
            self._divider.deleteLater()
            self._divider = None

    def _make_parts(self) -> None:
        message = self._step.message
        self._header = SpeakerLabel(self._style, self)
        if message.role == "user":
            self._header.setAlignment(Qt.AlignmentFlag.AlignRight)
            self._body = PersonBody(message, self._style, self)
        else:
            self._body = ReplyBody(message, self._style, self)
            self._body.set_progress(self._progress)
        self._body.mark(self._words)
        self._body.link_activated.connect(self.link_activated)
        self._body.copied.connect(lambda: self.copied.emit(self.message_id))
        self._body.retry_requested.connect(lambda: self._choose("retry"))
        self._body.caret_moved.connect(self.caret_moved)
        self._body.resized.connect(self._on_resized)
        self._bar = ActionBar(self._style, self)
        self._bar.chosen.connect(self._choose)
        self._bar.set_busy(self._busy)
        self._figures = FiguresLabel(self._style, self)
        self._show_state()
        for part in (self._header, self._body, self._bar):
            part.show()
        if self._edit is not None and self._edit.words is not None and self.editor is None:
            self._open_editor()
        self._body.setVisible(self.editor is None)

    def _show_state(self) -> None:
        """Bring the header, the actions and the figures up to date with the step."""
        message = self._step.message
        if self._header is None or self._bar is None or self._figures is None:
            return
        self._header.setText(speaker(message, self._model_hint))
        self._bar.set_step(self._step)
        self._figures.show_message(message)
        self._reveal()
        self._set_tab_stops()

    def _name(self) -> None:
        message = self._step.message
        self.setAccessibleName(accessible_name(message, self._model_hint))
        parts = [state_sentence(message), figures(message), message.content[:2_000]]
        self.setAccessibleDescription("\n".join(filter(None, parts)))

    # Actions

    def start_edit(self) -> None:
        """Put the editor in the place of the text, and the keyboard into it."""
        if self._body is None:
            return
        if self.editor is None:
            self._open_editor()
            self._body.hide()
            self._on_resized()
        if self.editor is not None:
            self.editor.start()

    def copy(self) -> None:
        """Put the whole message on the clipboard."""
        QGuiApplication.clipboard().setText(self.plain_text)
        self.copied.emit(self.message_id)

    def _open_editor(self) -> None:
        if self._edit is None:
            self._edit = self._make_edit()
        of_reply = self._step.message.role == "assistant"
        self._edit.open(self.plain_text, self._style, busy=self._busy, of_reply=of_reply)

    def _make_edit(self) -> EditInPlace:
        edit = EditInPlace(self)
        edit.typed.connect(lambda text: self.edit_typed.emit(self.message_id, text))
        edit.closed.connect(self._on_edit_closed)
        edit.saved.connect(lambda text: self.edit_submitted.emit(self.message_id, text))
        edit.given_up.connect(lambda: self.edit_given_up.emit(self.message_id))
        edit.resized.connect(self._on_resized)
        return edit

    def _on_edit_closed(self) -> None:
        if self._body is not None:
            self._body.show()
        self._on_resized()

    def _choose(self, name: str) -> None:
        self.action_chosen.emit(self.message_id, name)
        if self._bar is not None:  # a toggle shows what is kept, not what was clicked
            self._bar.set_step(self._step)

    def _on_resized(self) -> None:
        self._fitted_width = -1
        self.resized.emit()

    def make_menu(self) -> QMenu:
        """The menu of the message: what is selected, then every action."""
        selected = self._body.selected_text() if self._body is not None else ""
        return make_message_menu(
            self, self._step, self._style, busy=self._busy, selected=selected, choose=self._choose
        )

    # Qt

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        where = event.globalPos()
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            where = self.mapToGlobal(QPoint(2 * MARGIN, 3 * MARGIN))
        self.make_menu().popup(where)

    def enterEvent(self, event: QEnterEvent) -> None:
        self._hovered = True
        self._reveal()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._hovered = False
        self._reveal()
        super().leaveEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self.hasFocus():
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._style.tokens.accent, 2))
        painter.drawRoundedRect(self.rect().toRectF().adjusted(1, 1, -1, -1), 8, 8)
        painter.end()

    def _reveal(self) -> None:
        if self._bar is not None:
            self._bar.set_revealed(self._hovered or self._focus_inside or self._is_last)

    def _set_tab_stops(self) -> None:
        """Only the current message is visited by Tab, and its parts from top to bottom."""
        if self._body is None or self._bar is None:
            return
        stops = [*self._body.focus_stops(), *self._bar.buttons]
        policy = Qt.FocusPolicy.StrongFocus if self._current else Qt.FocusPolicy.ClickFocus
        self.setFocusPolicy(policy)
        before: QWidget = self
        for stop in stops:
            stop.setFocusPolicy(policy)
            if self._current:
                QWidget.setTabOrder(before, stop)
            before = stop
