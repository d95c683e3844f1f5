"""The chat page: its parts side by side, and what the session says shown in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from benchtop.domain.chat import Conversation, PathStep
from benchtop.domain.errors import BenchtopError
from benchtop.domain.models import ModelFile
from benchtop.protocol.messages import Loaded
from benchtop.services.chat_session import ChatSession
from benchtop.services.context_room import ContextQuestion
from benchtop.services.conversations import Conversations
from benchtop.services.engine import Engine, EngineState
from benchtop.services.machine_memory import free_memory
from benchtop.services.message_edits import MessageEdits
from benchtop.services.model_list import ModelList
from benchtop.services.settings import SettingsKeeper
from benchtop.ui.chat.adapters_wiring import AdaptersWiring
from benchtop.ui.chat.composer import Composer
from benchtop.ui.chat.drafts import Drafts
from benchtop.ui.chat.edits_wiring import EditsWiring
from benchtop.ui.chat.error_notices import ErrorNotices
from benchtop.ui.chat.header import ChatHeader
from benchtop.ui.chat.header_wiring import HeaderWiring
from benchtop.ui.chat.sidebar import Sidebar
from benchtop.ui.chat.sidebar_wiring import SidebarWiring
from benchtop.ui.chat.transcript import Transcript
from benchtop.ui.chat.web_links import ask_about_link, open_outside
from benchtop.ui.tab_order import put_after
from benchtop.ui.undo_stack import UndoStack
from benchtop.ui.widgets.info_bar import InfoBar

SIDEBAR_FOLDS_UNDER = 1000
"""Width of the window, in pixels at 100 % text, under which the conversation list folds away."""


@dataclass(frozen=True, slots=True)
class ChatServices:
    """What the chat page stands on."""

    session: ChatSession
    conversations: Conversations
    edits: MessageEdits
    models: ModelList
    engine: Engine
    settings: SettingsKeeper


class ChatPage(QWidget):
    """Sidebar, header, transcript and composer."""

    context_changed = Signal(int, int)
    """Tokens used and tokens there are, for the status bar."""

    def __init__(
        self, services: ChatServices, info: InfoBar, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.services = services
        self._folded_by_width: bool | None = None
        self._facts: Loaded | None = None
        self._told_params: set[tuple[str | None, tuple[str, ...]]] = set()
        self.setObjectName("chat.page")
        self.setAccessibleName(self.tr("Chat"))
        self.setAcceptDrops(True)
        self.sidebar = Sidebar(self)
        self.header = ChatHeader(self)
        self.info = info
        self.errors = ErrorNotices(info, self.header.open_models, self)
        self.transcript = Transcript(self)
        self.composer = Composer(self)
        self._build()
        self.setFocusProxy(self.composer.input)
        self.composer.addActions(self.transcript.shortcut_actions())
        self.undo_stack = UndoStack(info, self.composer.text, self)
        self.sidebar_wiring = SidebarWiring(self)
        self.adapters_wiring = AdaptersWiring(self)
        self.header_wiring = HeaderWiring(self)
        self.drafts = Drafts(self)
        self.edits_wiring = EditsWiring(self)
        self._connect_session()
        self._connect_transcript()
        self._suggest()
        put_after(self.composer, self.transcript)
        self.composer.set_enabled_reason(self.tr("Opening your conversations…"))

    def _build(self) -> None:
        right = QWidget(self)
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        talk = QVBoxLayout()
        talk.setSpacing(0)
        talk.addWidget(self.transcript, 1)
        talk.addWidget(self.composer)
        row.addLayout(talk, 1)
        self.header.sampling_panel_made.connect(row.addWidget)
        self.header.sampling_panel_made.connect(
            lambda panel: put_after(panel, self.composer), Qt.ConnectionType.DirectConnection
        )
        column.addLayout(row, 1)
        self._splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self._splitter.setObjectName("chat.splitter")
        self._splitter.setChildrenCollapsible(False)
        self._splitter.setHandleWidth(1)
        self._splitter.addWidget(self.sidebar)
        self._splitter.addWidget(right)
        self._splitter.setStretchFactor(1, 1)
        self._splitter.setSizes([260, 800])
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._splitter)

    # What the person does

    def open_conversation(self, conversation_id: str | None, *, or_new: bool = False) -> None:
        """Show a conversation, or an empty new one; what is being typed here is kept first.

        ``or_new``: one that is gone is a new one, without a word.
        """
        self.keep_typed()
        self.services.session.open(conversation_id, self.services.models.by_id, or_new=or_new)

    def keep_typed(self) -> None:
        """Keep the draft, open edits and a system prompt that is still being written."""
        self.composer.flush_draft()
        self.services.edits.flush()
        self.header.commit()

    def new_chat(self) -> None:
        """Show an empty conversation and wait for words."""
        self.open_conversation(None)
        self.composer.focus_input()

    def set_store_problem(self, error: BenchtopError) -> None:
        """The conversations cannot be opened or kept: nothing may be typed that would be lost."""
        self.errors.store_problem = error
        self.show_error(error)
        self.sidebar.set_empty_words(self.tr("Your conversations could not be opened"))
        self.transcript.set_suggestions(self.tr("Your conversations could not be opened"), [])
        self._ready()

    def set_store_open(self) -> None:
        """The conversations can be opened and kept."""
        if self.errors.store_problem is not None:
            self.errors.end_store_problem()
            self.sidebar.set_empty_words(self.tr("No conversations yet"))
            self._suggest()

    def toggle_sidebar(self) -> None:
        """Fold the conversation list away, or bring it back; the width no longer decides."""
        self.sidebar.setVisible(not self.sidebar.isVisible())

    def last_reply_id(self) -> str | None:
        """The reply that shortcuts act on: the focused one, else the last."""
        current = self.transcript.current_message_id()
        branch = self.services.session.branch
        focused = branch.tree.get(current) if current in branch.tree else None
        if focused is not None and focused.role == "assistant":
            return focused.id
        replies = [m.id for m in branch.messages() if m.role == "assistant"]
        return replies[-1] if replies else None

    def last_own_id(self) -> str | None:
        """The person's last message."""
        own = [m.id for m in self.services.session.branch.messages() if m.role == "user"]
        return own[-1] if own else None

    # What the session says

    def _connect_session(self) -> None:
        session = self.services.session
        branch = session.branch
        branch.opened.connect(self._opened)
        branch.step_added.connect(self._step_added)
        branch.step_changed.connect(self.transcript.update_step)
        branch.failed.connect(self.show_error)
        session.grown.connect(self.transcript.append_chunk)
        session.progress.connect(self.transcript.set_progress)
        session.busy_changed.connect(self._busy)
        session.context_changed.connect(self.context_changed)
        session.context_filled.connect(self._context_filled)
        session.fallback_used.connect(self._fallback_used)
        engine = self.services.engine
        engine.state_changed.connect(self._engine_changed)
        engine.choice_failed.connect(self._choice_failed)

    def _opened(self, conversation: Conversation | None, steps: Sequence[PathStep]) -> None:
        model = self.services.session.model
        self.transcript.show_path(steps, model_hint=model.name if model else "")
        self.transcript.set_dropped_before(conversation.dropped_before if conversation else None)
        conversation_id = conversation.id if conversation else None
        self.drafts.show(conversation)
        self.services.settings.set("conversation_id", conversation_id)
        self.sidebar.set_current(conversation_id)
        self._tell_wrong_params(conversation_id)
        self._ready()

    def _tell_wrong_params(self, conversation_id: str | None) -> None:
        """Once for each place: which kept parameters make no sense."""
        names = self.services.session.branch.wrong_params
        if names and (conversation_id, names) not in self._told_params:
            self._told_params.add((conversation_id, names))
            text = self.tr(
                "Parameters that make no sense were left out, and their defaults hold: {names}."
            )
            self.info.post("warning", text.format(names=", ".join(names)))

    def _ready(self) -> None:
        reason = None if self.services.session.model else self.tr("Choose a model first.")
        if self.errors.store_problem is not None:
            reason = self.tr("Nothing can be kept, so nothing is sent.")
        self.composer.set_enabled_reason(reason)

    def _step_added(self, step: PathStep) -> None:
        self.transcript.add_step(step)

    def _busy(self, busy: bool) -> None:
        self.composer.set_busy(busy)
        self.transcript.set_busy(busy)

    def show_error(self, error: BenchtopError) -> None:
        """Say what went wrong, and offer what helps."""
        self.errors.post(error)

    def _engine_changed(self, state: EngineState) -> None:
        if state.loading is None or state.fraction is None:
            self.header.set_model_state("", None)
            if state.facts is not self._facts:
                self._facts = state.facts
                self.services.session.count_context()
            return
        stages = {
            "reading": self.tr("loading"),
            "warming": self.tr("warming up"),
            "measuring": self.tr("measuring speed"),
        }
        text = f"{stages.get(state.stage, '')} {state.fraction:.0%}"
        self.header.set_model_state(text, state.fraction)

    def _choice_failed(self, model: ModelFile, error: BenchtopError) -> None:
        self.header_wiring.choice_failed(model)
        self.show_error(error)

    def _fallback_used(self, name: str, reason: str) -> None:
        text = self.tr(
            "{model} is answered through Benchtop's plain template, which may suit it less: {reason}"
        )
        self.info.post("warning", text.format(model=name, reason=reason))

    def _context_filled(self, question: ContextQuestion) -> None:
        # From the event loop: a dialog must not open inside the answer that brought it.
        QTimer.singleShot(0, self, lambda: self._ask_about_context(question))

    def _ask_about_context(self, question: ContextQuestion) -> None:
        if question.message_id not in self.services.session.branch.tree:
            return  # the person has gone to another conversation meanwhile
        # Rarely needed: not before the first paint.
        from benchtop.ui.chat.context_full_dialog import Choice, ask_how  # noqa: PLC0415

        choice = ask_how(question, free_memory(), self)
        session = self.services.session
        if choice is Choice.DROP:
            session.drop_oldest(question)
            here = session.branch.conversation
            self.transcript.set_dropped_before(here.dropped_before if here else None)
        elif choice is Choice.LARGER:
            session.enlarge_context(question)

    # What the transcript and the composer ask for

    def _connect_transcript(self) -> None:
        session, transcript, composer = self.services.session, self.transcript, self.composer
        transcript.regenerate_requested.connect(session.regenerate)
        transcript.retry_requested.connect(session.retry)
        transcript.continue_requested.connect(session.continue_reply)
        transcript.sibling_requested.connect(session.show_sibling)
        transcript.rated.connect(session.branch.rate)
        transcript.example_toggled.connect(session.branch.mark_example)
        transcript.suggestion_chosen.connect(self._send_suggestion)
        transcript.link_activated.connect(self._ask_about_link)
        composer.submitted.connect(self._send)
        composer.stop_requested.connect(session.stop)

    def _send(self, text: str) -> None:
        self.composer.focus_input()
        if self.services.session.send(text):
            self.composer.clear_text()
            self._was_said()

    def _send_suggestion(self, text: str) -> None:
        """Say what a card of the empty state offers; what stands in the message box stays there."""
        # The card is about to go, and the keyboard with it.
        self.composer.focus_input()
        if self.services.session.send(text):
            self._was_said()

    def _was_said(self) -> None:
        self.drafts.sent()
        self.services.settings.set("conversation_id", self.services.session.branch.here.id)
        self.sidebar_wiring.refresh_soon()
        model = self.services.session.model
        if model is not None:
            self.services.models.used(model)

    def _ask_about_link(self, address: str) -> None:
        """A link may carry words away in its address, so the person sees it whole and decides."""
        ask_about_link(self.info, address, open_outside)

    def _suggest(self) -> None:
        ask = self.tr("Ask about Benchtop")
        self.transcript.set_suggestions(
            self.tr("What would you like to try?"),
            [
                (ask, self.tr("What can I do in this app?")),
                (self.tr("Check on privacy"), self.tr("Does anything I type leave this computer?")),
                (self.tr("Hear a story"), self.tr("Tell me a story about an owl in the library.")),
            ],
        )

    # Files dropped on the page, and its width

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files that a model or an export may be."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Import model files and exports."""
        for url in event.mimeData().urls():
            path = url.toLocalFile()
            if path.endswith(".json"):
                self.sidebar_wiring.import_path(path)
            elif path:
                self.services.models.import_file(path)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The conversation list folds away when the page becomes narrow, and comes back."""
        super().resizeEvent(event)
        self._fold_by_width()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fold_by_width()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fold_by_width()

    def _fold_by_width(self) -> None:
        narrow = self.window().width() < SIDEBAR_FOLDS_UNDER
        if narrow != self._folded_by_width:
            self._folded_by_width = narrow
            self.sidebar.setVisible(not narrow)
