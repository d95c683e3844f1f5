"""Looking around on the Hub: a search with its pages, and one repository with its card and headers.

Only the newest question of a kind counts: what still comes of an older one is passed over.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal

from benchtop.domain.errors import BenchtopError, Interrupted
from benchtop.domain.hub import HubFilters, HubRepository, HubSort
from benchtop.domain.hub_errors import HubError, RemoteFileUnknown
from benchtop.domain.memory import ModelShape
from benchtop.domain.repo_files import Choice, group_files
from benchtop.protocol.hub_messages import (
    AskCard,
    AskHeader,
    AskRepository,
    Card,
    FoundRepositories,
    HeaderFacts,
    RepositoryFacts,
    SearchHub,
)
from benchtop.services.hub_service import HubService, Question

PAGE = 30
MOST_HEADERS = 8
"""Of how many models of one repository the headers are read: each is a few hundred kilobytes."""
MOST_TRIES = 3
"""Files of a model that are asked when headers are damaged."""
_Wanted = deque[tuple[str, deque[Choice]]]
"""Bases, and the files whose headers may tell their shape."""


class HubBrowser(QObject):
    """A search and a repository at a time."""

    searching = Signal()
    found = Signal(list, bool)
    """All HubRepositories of the search so far, and whether there may be more."""
    search_failed = Signal(object)
    """A BenchtopError."""
    opened = Signal(object, list)
    """A HubRepository and its Choices, smallest first."""
    open_failed = Signal(str, object)
    """A repository's name and a BenchtopError."""
    card_read = Signal(str, str, bool)
    """A repository's name, its model card, and whether that was cut."""
    card_failed = Signal(str, object)
    """A repository's name, and the BenchtopError that kept its card away."""
    shape_read = Signal(str, str, object)
    """A repository's name, the ``base`` of Choices, and the ModelShape they share but for sizes."""
    shape_failed = Signal(str, str, object)
    """The same, with the BenchtopError that kept the shape away."""
    _grouped = Signal(object, list)

    def __init__(self, hub: HubService, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._hub = hub
        self._wish: tuple[str, HubFilters, HubSort] = ("", HubFilters(), "downloads")
        self._results: dict[str, HubRepository] = {}
        self._cursor = ""
        self._asked: dict[str, str] = {}
        self._shapes: dict[tuple[str, str, str], ModelShape] = {}
        self._grouping: RepositoryFacts | None = None
        self._closed = False
        self._grouper = ThreadPoolExecutor(1, thread_name_prefix="grouping")
        self._grouped.connect(self._show, Qt.ConnectionType.QueuedConnection)

    def search(self, words: str, filters: HubFilters, sort: HubSort) -> None:
        """Search anew."""
        self._wish, self._results, self._cursor = (words, filters, sort), {}, ""
        self._ask_page()

    def more(self) -> None:
        """The next page of the search."""
        if self._cursor and "search" not in self._asked:
            self._ask_page()

    def stop_search(self) -> None:
        """The person went on to something else."""
        self._cancel("search")

    def open(self, repo: str) -> None:
        """Read a repository, its card, and a header of each of its models, of the first few."""
        self._grouping = None
        for kind in ("repository", "card", "header"):
            self._cancel(kind)
        self._ask(
            "repository",
            AskRepository("", repo),
            self._opened,
            lambda error: self.open_failed.emit(repo, error),
        )

    def close(self) -> None:
        """Tell nothing any more; waits for the thread."""
        self._closed = True
        self._grouper.shutdown(wait=True, cancel_futures=True)

    def _ask_page(self) -> None:
        self._cancel("search")
        words, filters, sort = self._wish
        self.searching.emit()
        question = SearchHub("", words, filters, sort, PAGE, self._cursor)
        self._ask("search", question, self._take_page, self.search_failed.emit)

    def _take_page(self, page: FoundRepositories) -> None:
        for repository in page.repositories:  # the order may have changed between two pages
            self._results.setdefault(repository.id, repository)
        self._cursor = page.cursor
        self.found.emit(list(self._results.values()), bool(page.cursor))

    def _opened(self, facts: RepositoryFacts) -> None:
        """Put the files together on another thread: of thousands that takes a while."""
        if self._closed:
            return
        self._grouping = facts
        grouping = self._grouper.submit(group_files, facts.files, incomplete=True)

        def grouped(done: Future[tuple[Choice, ...]]) -> None:
            if not done.cancelled():
                self._grouped.emit(facts, list(done.result()))

        grouping.add_done_callback(grouped)

    def _show(self, facts: RepositoryFacts, choices: list[Choice]) -> None:
        if self._closed or facts is not self._grouping:
            return
        self._grouping = None
        self.opened.emit(facts.repository, choices)
        self._read_card(facts.repository)
        self._read_headers(facts.repository, choices)

    def _read_card(self, repository: HubRepository) -> None:
        def take(card: Card) -> None:
            self.card_read.emit(repository.id, card.text, card.cut)

        def refused(error: BenchtopError) -> None:
            if isinstance(error, RemoteFileUnknown):
                self.card_read.emit(repository.id, "", False)
            else:
                self.card_failed.emit(repository.id, error)

        self._ask("card", AskCard("", repository.id, repository.revision), take, refused)

    def _read_headers(self, repository: HubRepository, choices: Sequence[Choice]) -> None:
        """All quantisations of a model have one shape: one header says it for all of them."""
        models: dict[str, list[Choice]] = {}
        for choice in choices:
            if not choice.trouble:
                models.setdefault(choice.base, []).append(choice)
        for base in models:
            known = self._shapes.get((repository.id, repository.revision, base))
            if known is not None:
                self.shape_read.emit(repository.id, base, known)
        wanted = list(models.items())[:MOST_HEADERS]
        self._read_next(repository, deque((base, deque(of[:MOST_TRIES])) for base, of in wanted))

    def _read_next(self, repository: HubRepository, wanted: _Wanted) -> None:
        """One header after the other. A file whose header is no good says nothing of its sisters."""
        about = repository.id, repository.revision
        while wanted and (*about, wanted[0][0]) in self._shapes:
            wanted.popleft()
        if not wanted:
            return
        base, files = wanted[0]
        file = files.popleft().files[0]

        def take(facts: HeaderFacts) -> None:
            self._shapes[*about, base] = facts.shape
            self.shape_read.emit(repository.id, base, facts.shape)
            self._read_next(repository, wanted)

        def refused(error: BenchtopError) -> None:
            gone = isinstance(error, HubError) and not isinstance(error, RemoteFileUnknown)
            if gone or not files:
                for failed in [one for one, _files in wanted] if gone else [base]:
                    self.shape_failed.emit(repository.id, failed, error)
                wanted.popleft()
            if not gone:
                self._read_next(repository, wanted)

        question = AskHeader("", *about, file.path, file.size)
        self._ask("header", question, take, refused)

    def _ask(
        self,
        kind: str,
        question: Question,
        then: Callable[[Any], object],
        refused: Callable[[BenchtopError], object],
    ) -> None:
        asked: list[str] = []

        def is_newest() -> bool:
            newest = bool(asked) and self._asked.get(kind) == asked[0]
            if newest:
                del self._asked[kind]
            return newest

        def answered(answer: Any) -> None:
            if is_newest():
                then(answer)

        def failed(error: BenchtopError) -> None:
            if is_newest() and not isinstance(error, Interrupted):
                refused(error)

        asked.append(self._hub.ask(question, answered, failed))
        self._asked[kind] = asked[0]

    def _cancel(self, kind: str) -> None:
        request = self._asked.pop(kind, None)
        if request is not None:
            self._hub.cancel(request)
