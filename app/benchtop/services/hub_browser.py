"""Looking around on the Hub: a search with its pages, and one repository with its card and headers.

Only the newest question of a kind counts: what still comes of an older one is passed over.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal

from benchtop.domain.errors import BenchtopError, Interrupted
from benchtop.domain.hub import HubFilters, HubRepository, HubSort
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
    shape_read = Signal(str, object)
    """A repository's name and the ModelShape that all its files share but for their sizes."""

    def __init__(self, hub: HubService, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._hub = hub
        self._wish: tuple[str, HubFilters, HubSort] = ("", HubFilters(), "downloads")
        self._results: dict[str, HubRepository] = {}
        self._cursor = ""
        self._asked: dict[str, str] = {}
        self._shapes: dict[str, ModelShape] = {}

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
        """Read a repository, its card and the header of one of its files."""
        for kind in ("repository", "card", "header"):
            self._cancel(kind)
        self._ask(
            "repository",
            AskRepository("", repo),
            self._opened,
            lambda error: self.open_failed.emit(repo, error),
        )

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
        repository = facts.repository
        choices = list(group_files(facts.files))
        self.opened.emit(repository, choices)
        self._read_card(repository)
        known = self._shapes.get(f"{repository.id}@{repository.revision}")
        if known is not None:
            self.shape_read.emit(repository.id, known)
        elif choices:
            self._read_header(repository, choices[0])

    def _read_card(self, repository: HubRepository) -> None:
        def take(card: Card) -> None:
            self.card_read.emit(repository.id, card.text, card.cut)

        self._ask(
            "card",
            AskCard("", repository.id, repository.revision),
            take,
            lambda _error: self.card_read.emit(repository.id, "", False),
        )

    def _read_header(self, repository: HubRepository, choice: Choice) -> None:
        """All quantisations of a model have one shape: one header says it for all."""
        file = choice.files[0]

        def take(facts: HeaderFacts) -> None:
            self._shapes[f"{repository.id}@{repository.revision}"] = facts.shape
            self.shape_read.emit(repository.id, facts.shape)

        question = AskHeader("", repository.id, repository.revision, file.path, file.size)
        self._ask("header", question, take, lambda _error: None)

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
