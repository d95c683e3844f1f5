"""The transcript of a chat: one branch of a conversation, streamed, with all one can do to it.

Pure display: steps and streamed text go in, wishes come out as signals. It knows no service.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QWidget

from benchtop.domain.chat import PathStep
from benchtop.ui.chat.branch_change import (
    first_difference,
    same_conversation,
    with_more,
    with_streamed,
)
from benchtop.ui.chat.chunk_flow import ChunkFlow
from benchtop.ui.chat.message_actions import ActionName, available_actions, is_possible
from benchtop.ui.chat.message_column import Place
from benchtop.ui.chat.message_list import MessageList
from benchtop.ui.chat.message_texts import announcement
from benchtop.ui.chat.message_view import MessageView
from benchtop.ui.chat.open_edits import OpenEdits
from benchtop.ui.chat.transcript_actions import make_actions
from benchtop.ui.widgets.announce import announce

_LONGEST_ANNOUNCEMENT = 2_000


class Transcript(MessageList):
    """Shows a branch and streams into it. Message ids are str throughout.

    It changes nothing by itself: after a wish was granted, call show_path, add_step or update_step.
    Most keys are the window's. ``shortcut_actions`` are those of the table that are the transcript's;
    the page gives them to the composer too, so that they work from there.
    """

    regenerate_requested = Signal(str)
    edit_submitted = Signal(str, str)
    """Id of the message that was edited, the new text. Once it is a message, call edits.drop()."""
    sibling_requested = Signal(str, int)
    """Id, -1 or +1."""
    continue_requested = Signal(str)
    retry_requested = Signal(str)
    copied = Signal(str)
    rated = Signal(str, int)
    """Id, -1, 0 or 1."""
    example_toggled = Signal(str, bool)
    teach_requested = Signal(str)
    link_activated = Signal(str)
    """Where a link leads; the transcript itself opens nothing."""
    suggestion_chosen = Signal(str)
    announced = Signal(str)
    """What a screen reader was told."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("chat.transcript")
        self.setAccessibleName(self.tr("Conversation"))
        self.setAccessibleDescription(
            self.tr("Alt+Page Up and Alt+Page Down go from message to message, Tab to its actions.")
        )
        self._busy = False
        self._model_hint = ""
        self._current: str | None = None
        self._branched: str | None = None
        self._dropped_before: str | None = None
        self._progress: dict[str, str] = {}
        self._words: tuple[str, ...] = ()
        self.edits = OpenEdits(self)
        self._flow = ChunkFlow(self)
        self._flow.flushed.connect(self._take_chunk)
        self.empty_state.chosen.connect(self.suggestion_chosen)
        self._actions = self._make_actions()
        self.addActions(self._actions)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._on_focus_changed)

    # What is shown

    def show_path(self, steps: Sequence[PathStep], *, model_hint: str = "") -> None:
        """Show a branch, whole; no steps show the empty state.

        ``model_hint`` names the model of replies that do not name one. Within one conversation the
        first message that differs stays where it was; another conversation opens at its end.
        """
        self._flow.flush()
        self._flow.clear()
        old = list(self.window_now.steps)
        changed = first_difference(old, steps)
        same = same_conversation(old, steps)
        focused = self.view_with(self.window().focusWidget())
        focused_at = self.window_now.index(focused.message_id) if focused is not None else None
        place, offset = self.here(), None
        before = self.view_of(old[changed].message.id) if same and changed < len(old) else None
        streams = bool(steps) and steps[-1].message.state == "streaming"
        if before is not None and changed < len(steps) and not (streams and self.follows):
            offset = self.place_of(before).offset
        self._model_hint = model_hint
        self._progress.clear()
        self.window_now.set_steps(steps)
        self._refresh_views(steps)
        if same and changed < min(len(old), len(steps)):
            self._branched = steps[changed].message.id
        if not same:
            self._dropped_before = self._branched = None
            self._words = ()
            self._mark_all()
            place = Place()
        self._sync_keeping(place, changed if offset is not None else None, offset or 0)
        if same and focused_at is not None:
            self._focus_in_place_of(focused_at)

    def add_step(self, step: PathStep) -> None:
        """A new message at the end. A person's own message, and its reply, come into view."""
        if self.window_now.get(step.message.id) is not None:
            self.update_step(step)
            return
        if step.message.role == "user":
            self.follow()
            if not self.window_now.at_end:
                self.window_now.to_end()
        place = self.here()
        self.window_now.add(step)
        self.sync(place)

    def update_step(self, step: PathStep) -> None:
        """A newer state of a message on show: finished, rated, with more siblings."""
        message_id = step.message.id
        before = self._now(message_id)
        if before is None:
            return
        ended = before.message.state == "streaming" and step.message.state != "streaming"
        if step.message.state == "streaming":
            self._flow.flush()
            before = self._now(message_id) or before
            step = with_streamed(step, before)
        else:
            self._flow.drop(message_id)
            self._progress.pop(message_id, None)
        self.window_now.put(step)
        view = self.view_of(message_id)
        if view is not None:
            place = self.here()
            view.set_step(step)
            self.settle(place)
        if ended and step.message.role == "assistant":
            spoken = announcement(step.message, step.message.content)[:_LONGEST_ANNOUNCEMENT]
            announce(self, spoken)
            self.announced.emit(spoken)

    def append_chunk(self, message_id: str, text: str, reasoning: str) -> None:
        """Add streamed text; shown about 30 times a second."""
        self._flow.add(message_id, text, reasoning)

    def flush_chunks(self) -> None:
        """Show at once what append_chunk gathered."""
        self._flow.flush()

    def set_dropped_before(self, message_id: str | None) -> None:
        """Draw the line "older turns are not sent to the model" above a message, or nowhere."""
        self._dropped_before = message_id
        place = self.here()
        for view in self.views.values():
            self._set_divider(view)
        self.settle(place)

    def set_progress(self, message_id: str, text: str) -> None:
        """What goes on before a reply has any text: "reading the prompt 512 / 2,000"."""
        self._progress[message_id] = text
        view = self.view_of(message_id)
        if view is not None:
            place = self.here()
            view.set_progress(text)
            self.settle(place)

    def scroll_to(self, message_id: str, words: Sequence[str] = ()) -> None:
        """Bring a message to the upper third of the view, and mark words in what is shown."""
        index = self.window_now.index(message_id)
        if index is None:
            return
        self._words = tuple(words)
        if message_id not in self.views:
            self.window_now.around(index)
        self._follow = False
        self.sync(self.here())
        view = self.views[message_id]
        self._mark_all()
        self.column.measure(view)
        self.settle(Place(view, self.viewport().height() // 5))

    def set_busy(self, busy: bool) -> None:
        """While a reply streams, nothing that would start another one can be chosen."""
        self._busy = busy
        for view in self.views.values():
            view.set_busy(busy)

    def set_suggestions(self, title: str, lines: Sequence[tuple[str, str]]) -> None:
        """The empty state: a title, and for each thing to try its name and the text it sends."""
        self.empty_state.set_suggestions(title, lines)
        self.settle(self.here())

    # Messages and their actions

    def current_message_id(self) -> str | None:
        """The message that has the focus, whoever wrote it; else the one that changed its version
        last; else the last reply."""
        branched = self._branched if self.window_now.index(self._branched) is not None else None
        return self._current_focused() or branched or self._last_reply_id()

    def _last_reply_id(self) -> str | None:
        replies = (s.message for s in reversed(self.window_now.steps) if s.message.role != "user")
        return next((message.id for message in replies), None)

    def shortcut_actions(self) -> list[QAction]:
        """Edit, retry and walking from message to message; they act on the current message."""
        return list(self._actions)

    def focus_message(self, message_id: str) -> None:
        """Give a message the focus and bring it into view."""
        index = self.window_now.index(message_id)
        if index is None:
            return
        if message_id not in self.views:
            self.window_now.around(index)
            self._follow = False
            self.sync(Place())
        view = self.views[message_id]
        view.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.bring_message_in_sight(view)

    def focus_next_message(self) -> None:
        """Go to the message below the current one."""
        self._focus_step(1)

    def focus_previous_message(self) -> None:
        """Go to the message above the current one."""
        self._focus_step(-1)

    def edit_message(self, message_id: str) -> None:
        """Open the editor in a message."""
        view = self.view_of(message_id)
        if view is not None and not self._busy:
            if not self.column.is_measured(view):
                self.column.measure(view)
            view.start_edit()
            self.bring_message_in_sight(view)

    def copy_message(self, message_id: str) -> None:
        """Put a message's whole text on the clipboard."""
        view = self.view_of(message_id)
        if view is not None:
            view.copy()

    def perform(self, message_id: str, name: ActionName) -> None:
        """Do what an action of a message does, if it has it and it is possible now."""
        step = self._now(message_id)
        if step is None or name not in available_actions(step):
            return
        if not is_possible(name, step, busy=self._busy):
            return
        wishes: dict[ActionName, Callable[[], None]] = {
            "copy": lambda: self.copy_message(message_id),
            "edit": lambda: self.edit_message(message_id),
            "previous": lambda: self.sibling_requested.emit(message_id, -1),
            "next": lambda: self.sibling_requested.emit(message_id, 1),
            "regenerate": lambda: self.regenerate_requested.emit(message_id),
            "continue": lambda: self.continue_requested.emit(message_id),
            "retry": lambda: self.retry_requested.emit(message_id),
            "rate_up": lambda: self._rate(step, 1),
            "rate_down": lambda: self._rate(step, -1),
            "example": lambda: self.example_toggled.emit(message_id, not step.message.example),
            "teach": lambda: self.teach_requested.emit(message_id),
        }
        wishes[name]()

    def _rate(self, step: PathStep, rating: int) -> None:
        """Rate a reply; the same rating again takes it back."""
        message = step.message
        self.rated.emit(message.id, 0 if message.rating == rating else rating)

    # Inside

    def make_view(self, step: PathStep) -> MessageView:
        view = MessageView(step, self.style_now, self._model_hint, self.column)
        view.action_chosen.connect(self.perform)
        view.edit_submitted.connect(self.edit_submitted)
        view.edit_typed.connect(self.edits.put)
        view.edit_given_up.connect(self.edits.drop)
        unsaved = self.edits.get(step.message.id)
        if unsaved is not None:
            view.set_unsaved_edit(unsaved)
        view.link_activated.connect(self.link_activated)
        view.copied.connect(self.copied)
        view.caret_moved.connect(self.keep_in_sight)
        view.resized.connect(lambda: self.settle(self.place_of(view)))
        view.set_busy(self._busy)
        view.set_progress(self._progress.get(step.message.id, ""))
        view.mark(self._words)
        self._set_divider(view)
        return view

    def _now(self, message_id: str) -> PathStep | None:
        """The state of a message on this branch, streamed text included."""
        view = self.view_of(message_id)
        return view.step if view is not None else self.window_now.get(message_id)

    def _take_chunk(self, message_id: str, text: str, reasoning: str) -> None:
        step = self._now(message_id)
        if step is None:
            return
        view = self.view_of(message_id)
        if view is None:
            self.window_now.put(with_more(step, text, reasoning))
            return
        place = self.here()
        view.append(text, reasoning)
        self.settle(place)

    def _refresh_views(self, steps: Sequence[PathStep]) -> None:
        for step in steps:
            view = self.view_of(step.message.id)
            if view is not None and view.step != step:
                view.set_step(step)

    def _sync_keeping(self, place: Place, index: int | None, offset: int) -> None:
        """Sync with ``place``, or with the message at ``index`` of the branch at ``offset``."""
        if index is None:
            gone = place.view is not None and self.window_now.get(place.view.message_id) is None
            self.sync(Place() if gone else place)
            return
        if not self.window_now.start <= index < self.window_now.stop:
            self.window_now.around(index)
        self._follow = False
        message_id = self.window_now.steps[index].message.id
        if message_id not in self.views:
            self.views[message_id] = self.make_view(self.window_now.steps[index])
        self.sync(Place(self.views[message_id], offset))

    def _focus_in_place_of(self, index: int) -> None:
        """Give the focus to the message at ``index`` of the branch, or the last, if it lost it."""
        steps = self.window_now.steps
        view = self.view_of(steps[min(index, len(steps) - 1)].message.id) if steps else None
        if view is not None and self.window().focusWidget() is self:
            view.setFocus(Qt.FocusReason.OtherFocusReason)

    def _set_divider(self, view: MessageView) -> None:
        here = view.message_id == self._dropped_before
        view.set_divider(self.tr("Older turns above are not sent to the model") if here else "")

    def _mark_all(self) -> None:
        for view in self.views.values():
            view.mark(self._words)

    def _focus_step(self, step: int) -> None:
        steps = self.window_now.steps
        if not steps:
            return
        here = self.window_now.index(self._current_focused())
        there = len(steps) - 1 if here is None else min(max(here + step, 0), len(steps) - 1)
        self.focus_message(steps[there].message.id)

    def _current_focused(self) -> str | None:
        focused = self.view_with(QApplication.focusWidget())
        return focused.message_id if focused is not None else None

    def _on_focus_changed(self, _old: QWidget | None, now: QWidget | None) -> None:
        focused = self.view_with(now)
        current = self.view_of(self._current)
        if current is not None:
            current.set_focus_inside(current is focused)
        if focused is None or focused is current:
            return
        if current is not None:
            current.set_current(False)
        self._current = focused.message_id
        QWidget.setTabOrder(self, focused)
        focused.set_current(True)
        focused.set_focus_inside(True)

    def _make_actions(self) -> list[QAction]:
        """Those of the table that are about the focused message and work in the page alone."""
        slots: dict[str, Callable[[], None]] = {
            "reply.edit": lambda: self._perform_here("edit"),
            "reply.retry": lambda: self._perform_here("retry"),
            "reply.above": self.focus_previous_message,
            "reply.below": self.focus_next_message,
            "reply.newest": self.go_to_newest,
        }
        return make_actions(self, slots)

    def _perform_here(self, name: ActionName) -> None:
        message_id = self._current_focused() or self._last_reply_id()
        if message_id is not None:
            self.perform(message_id, name)
