"""Suites in the window: the queue with its job in the status bar, and the tab once the page is made."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from benchtop.domain.chat import Conversation
from benchtop.domain.contests import Contestant
from benchtop.domain.models import ModelFile
from benchtop.services.compare_services import CompareServices
from benchtop.services.model_list import ModelList
from benchtop.services.suite_progress import SuiteProgress
from benchtop.ui.chat.chat_page import ChatPage
from benchtop.ui.compare.compare_page import ComparePage
from benchtop.ui.compare.contestants_wiring import ContestantsWiring
from benchtop.ui.compare.suite_runs_wiring import SuiteRunsWiring
from benchtop.ui.compare.suites_job import SuitesJob
from benchtop.ui.compare.suites_page import SuitesPage
from benchtop.ui.compare.suites_wiring import SuitesWiring
from benchtop.ui.main_window import MainWindow


class SuitesSetup(QObject):
    """``runner`` is the queue; it goes on whether the page was ever shown or not."""

    def __init__(self, window: MainWindow, chat: ChatPage, services: CompareServices) -> None:
        super().__init__(services)
        self._window, self._chat, self._services = window, chat, services
        models = chat.services.models
        self.runner = services.suite_runner(lambda one: model_of(models, one))
        self.progress = SuiteProgress(self.runner, services.store, self)
        self._job = SuitesJob(window, self.progress, self._show)
        self._page: ComparePage | None = None
        self.runs: SuiteRunsWiring | None = None
        self._suites: SuitesPage | None = None

    def fill(
        self,
        page: ComparePage,
        contestants: ContestantsWiring,
        open_chat: Callable[[Conversation], object],
    ) -> None:
        """Put the tab into the page."""
        self._page, suites, info = page, SuitesPage(), self._window.info_bar
        self._suites = suites
        page.set_view("suites", suites)
        runs = self.runs = SuiteRunsWiring(
            suites,
            self._services,
            contestants,
            info,
            runner=self.runner,
            progress=self.progress,
            open_chat=open_chat,
        )
        suites.results.run_bar.contestants_requested.connect(lambda: page.show_tab("side_by_side"))
        runs.mend_requested.connect(lambda *_: self._go_to_suites())
        wiring = SuitesWiring(suites, self._services, runs, info, self._chat.undo_stack)
        conversations = self._chat.services.conversations
        conversations.changed_elsewhere.connect(wiring.refresh)

    def close(self) -> None:
        """Keep what was typed last; the store is still open."""
        if self._suites is not None:
            self._suites.editor.flush()

    def _show(self) -> None:
        self._go_to_suites()
        if self.runs is not None:
            self.runs.show_running()

    def _go_to_suites(self) -> None:
        self._window.go_to("compare")
        if self._page is not None:
            self._page.show_tab("suites")


def model_of(models: ModelList, one: Contestant) -> ModelFile | None:
    """The model of a contestant: the one it was on the list, else another copy of its file."""
    found = models.by_id(one.model_id)
    if found is not None:
        return found
    same = (model for model in models.models if one.sha256 and model.sha256 == one.sha256)
    return next(same, None)
