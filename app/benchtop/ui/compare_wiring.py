"""The Compare page: made when it is first shown, and ended with the program."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from benchtop.domain.chat import Conversation
from benchtop.services.data_folder import DataFolder
from benchtop.services.store_thread import StoreThread
from benchtop.ui.chat.chat_page import ChatPage
from benchtop.ui.main_window import MainWindow

if TYPE_CHECKING:
    from benchtop.domain.contests import CastVote
    from benchtop.services.compare_services import CompareServices
    from benchtop.services.contest_ranking import RankedVotes
    from benchtop.services.suite_runner import SuiteRunner
    from benchtop.ui.compare.compare_page import ComparePage
    from benchtop.ui.compare.compare_rows import ContestantDraft
    from benchtop.ui.compare.contestants_wiring import ContestantsWiring
    from benchtop.ui.compare.measured_tabs import MeasuredTabs
    from benchtop.ui.compare.ranking_wiring import RankingWiring
    from benchtop.ui.compare.side_wiring import SideWiring
    from benchtop.ui.compare.suites_setup import SuitesSetup


class CompareWiring(QObject):
    """Connects the page with services of its own."""

    def __init__(
        self, window: MainWindow, chat: ChatPage, store: StoreThread, folder: DataFolder
    ) -> None:
        super().__init__(window)
        self._window, self._chat, self._store, self._folder = window, chat, store, folder
        self.services: CompareServices | None = None
        self.page: ComparePage | None = None
        self._contestants: ContestantsWiring | None = None
        self._side: SideWiring | None = None
        self._ranking: RankingWiring | None = None
        self._suites: SuitesSetup | None = None
        self._tabs: MeasuredTabs | None = None
        self._last_vote: CastVote | None = None
        chat.services.models.changed.connect(self._store_open)
        window.add_page("compare", self._make)

    def suite_runner(self) -> SuiteRunner:
        """The queue of suites, made now if need be."""
        self._made_services()
        assert self._suites is not None
        return self._suites.runner

    def ask_blind(self, drafts: Sequence[ContestantDraft], question: str = "") -> None:
        """Show these side by side, names hidden, with the keyboard in the prompt, where ``question`` stands;
        who took part before comes back by Undo."""
        self._window.go_to("compare")
        if self.page is None or self._contestants is None:
            return
        self.page.show_tab("side_by_side")
        before = self._contestants.replace(drafts)
        prompt = self.page.side_by_side.prompt
        if not prompt.blind:
            prompt.set_blind(True)
            prompt.blind_changed.emit(True)
        if question:
            prompt.set_text(question)
        prompt.setFocus()
        if before:
            contestants = self._contestants
            self._chat.undo_stack.push(
                self.tr("Other contestants take part now."),
                lambda _left: contestants.replace(before),
            )

    def close(self) -> None:
        """Keep what was typed, and end its processes; blocks until they are gone."""
        if self._suites is not None:
            self._suites.close()
        if self.services is not None:
            self.services.close()

    def _make(self) -> QWidget:
        # Imported when it is first shown: numpy and all, not before the first paint.
        from benchtop.ui.compare.compare_page import ComparePage  # noqa: PLC0415
        from benchtop.ui.compare.contestants_wiring import ContestantsWiring  # noqa: PLC0415
        from benchtop.ui.compare.measured_tabs import MeasuredTabs  # noqa: PLC0415
        from benchtop.ui.compare.ranking_wiring import RankingWiring  # noqa: PLC0415
        from benchtop.ui.compare.side_wiring import SideWiring  # noqa: PLC0415

        chat = self._chat.services
        services = self._made_services()
        page = self.page = ComparePage()
        bar = page.side_by_side.contestants
        self._contestants = ContestantsWiring(bar, chat.models, chat.settings, page)
        bar.import_requested.connect(self._chat.header_wiring.import_model)
        self._side = SideWiring(page.side_by_side, services, self._contestants, self._open_chat)
        info = self._window.info_bar
        self._ranking = RankingWiring(page.ranking, services, info, self._ranked)
        self._side.voted.connect(self._voted)
        self._ranking.refresh()
        if self._suites is not None:
            self._suites.fill(page, self._contestants, self._open_chat)
        find = partial(self._window.go_to, "models")
        self._tabs = MeasuredTabs(
            page, services, self._contestants, chat.models, info=info, find=find
        )
        return page

    def _made_services(self) -> CompareServices:
        """The services, made now if need be, with what follows suites in the background."""
        from benchtop.services.compare_services import CompareServices  # noqa: PLC0415  (see _make)
        from benchtop.ui.compare.suites_setup import SuitesSetup  # noqa: PLC0415

        if self.services is None:
            chat = self._chat.services
            self.services = CompareServices(
                self._folder, chat.settings, self._store, chat.engine, self
            )
            self._suites = SuitesSetup(self._window, self._chat, self.services)
        return self.services

    def _store_open(self) -> None:
        """A suite that was run when the program ended goes on; models are known by now."""
        self._chat.services.models.changed.disconnect(self._store_open)

        def go_on(is_waiting: bool) -> None:
            if is_waiting:
                self._made_services()
                assert self._suites is not None
                self._suites.runner.go_on()

        self._store.run(lambda store: store.suite_runs.any_running(), go_on, lambda _error: None)

    def _voted(self, vote: CastVote | None) -> None:
        self._last_vote = vote
        if self._ranking is not None:
            self._ranking.refresh()

    def _ranked(self, ranked: RankedVotes) -> None:
        from benchtop.ui.compare.ranking_wiring import vote_effect  # noqa: PLC0415  (there by now)

        vote, self._last_vote = self._last_vote, None
        if self._side is None or self._ranking is None:
            return
        if vote is not None:
            self._side.say_effect(vote_effect(self._ranking, ranked, vote))
        self._side.suggest(ranked)

    def _open_chat(self, conversation: Conversation) -> None:
        self._chat.services.conversations.refresh()
        self._chat.open_conversation(conversation.id)
        self._window.go_to("chat")
