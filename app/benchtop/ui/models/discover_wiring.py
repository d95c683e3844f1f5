"""What the Discover half does: the catalogue, the search, and a repository with its files."""

from __future__ import annotations

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices

from benchtop.domain.catalogue import Catalogue, CatalogueModel, parse_catalogue
from benchtop.domain.errors import BenchtopError
from benchtop.domain.hub import HubRepository
from benchtop.domain.hub_errors import CatalogueDamaged
from benchtop.domain.memory import ModelShape, rough_shape
from benchtop.domain.quantisations import rough_bytes
from benchtop.domain.repo_files import Choice
from benchtop.resources import model_catalogue
from benchtop.services.fit_judge import DEFAULT_CONTEXT
from benchtop.services.hub_service import hub_address
from benchtop.services.hub_services import HubServices
from benchtop.services.reply_stream import explain
from benchtop.ui.chat.web_links import ask_about_link
from benchtop.ui.models.discover_page import DiscoverPage
from benchtop.ui.models.row_making import (
    catalogue_card,
    choice_row,
    fit_row,
    repository_card,
    repository_row,
)
from benchtop.ui.models.rows import CardRow, ChoiceRow, ChoiceState, FitRow, SearchWish
from benchtop.ui.widgets.info_bar import InfoBar
from benchtop.ui.widgets.when_visible import WhenVisible

_ORDER = ("easy", "fits", "tight", "smaller", "unknown", "no")
REFRESH_MS = 250
"""How often progress is shown among a repository's files, which may be hundreds."""
ROUGH_QUANTISATION = "Q4_K_M"


class DiscoverWiring(QObject):
    """Fills the views and does what they wish."""

    def __init__(self, page: DiscoverPage, services: HubServices, info: InfoBar) -> None:
        super().__init__(page)
        self._page = page
        self._info = info
        self._services = services
        self._catalogue = self._read_catalogue()
        self._by_repo = {model.repo: model for model in self._catalogue.models}
        self._cards: dict[str, CardRow] = {}
        self._asked = SearchWish()
        self._repository: HubRepository | None = None
        self._choices: list[Choice] = []
        self._shape: ModelShape | None = None
        self._catalogue_soon = WhenVisible(page.cards, self.show_catalogue)
        self._choices_soon = WhenVisible(page.repository, self._show_choices, REFRESH_MS)
        self._connect()
        self._set_offline()
        self.show_catalogue()

    def _connect(self) -> None:
        cards, view, browser = self._page.cards, self._page.repository, self._services.browser
        cards.search_requested.connect(self._search)
        cards.search_cancelled.connect(browser.stop_search)
        cards.more_requested.connect(lambda _wish: browser.more())
        cards.card_opened.connect(self._open)
        cards.go_online_requested.connect(self._go_online)
        view.go_online_requested.connect(self._go_online)
        view.retry_requested.connect(browser.open)
        view.download_requested.connect(self._download)
        view.context_changed.connect(lambda _tokens: self._show_choices())
        view.link_requested.connect(self._ask_about_link)
        view.page_requested.connect(lambda repo: open_in_browser(hub_address(repo)))
        view.terms_requested.connect(lambda repo: open_in_browser(hub_address(repo)))
        view.account_requested.connect(self._explain_account)
        browser.found.connect(self._found)
        browser.search_failed.connect(self._search_failed)
        browser.opened.connect(self._opened)
        browser.open_failed.connect(self._open_failed)
        browser.card_read.connect(self._card_read)
        browser.shape_read.connect(self._shape_read)
        self._services.downloads.changed.connect(lambda _queue: self._choices_soon.ask())
        self._services.downloads.progressed.connect(lambda *_: self._choices_soon.ask())
        self._services.models.changed.connect(lambda _models: self._models_changed())
        self._services.judge.learned.connect(self._models_changed)
        self._services.settings.changed.connect(self._setting_changed)

    def _read_catalogue(self) -> Catalogue:
        try:
            return parse_catalogue(model_catalogue().read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            self._info.post("error", explain(CatalogueDamaged(detail=str(error))))
            return Catalogue("", "", ())

    # The cards

    def show_catalogue(self) -> None:
        """Judge the catalogue anew, and show it best first."""
        here, free = self._repositories_here(), self._services.judge.free_bytes()
        cards = [
            catalogue_card(model, self._rough_fit(model, free), here=model.repo in here)
            for model in self._catalogue.models
        ]
        cards.sort(key=lambda c: (c.embedding, _ORDER.index(c.fit.kind), -c.parameters))
        self._cards |= {card.id: card for card in cards}
        self._page.cards.set_catalogue(cards)

    def _rough_fit(self, model: CatalogueModel | HubRepository, free: int) -> FitRow:
        if not model.parameters:
            return FitRow()
        size = rough_bytes(model.parameters, ROUGH_QUANTISATION)
        shape = rough_shape(model.parameters, model.context_length)
        fit = self._services.judge.judge(shape, size, free)
        return fit_row(fit, DEFAULT_CONTEXT, rough=True)

    def _search(self, wish: SearchWish) -> None:
        self._asked = wish
        self._services.browser.search(wish.words, wish.filters, wish.sort)

    def _found(self, found: list[HubRepository], more: bool) -> None:
        here, free = self._repositories_here(), self._services.judge.free_bytes()
        cards = [repository_card(r, self._rough_fit(r, free), here=r.id in here) for r in found]
        self._cards |= {card.id: card for card in cards}
        self._page.cards.show_results(self._asked, cards, more=more)

    def _search_failed(self, error: BenchtopError) -> None:
        self._page.cards.show_failure(self._asked, explain(error))

    def _repositories_here(self) -> set[str]:
        return {model.repo for model in self._services.models.models if model.repo}

    def _models_changed(self) -> None:
        self._catalogue_soon.ask()
        self._choices_soon.ask()

    # The repository

    def _open(self, repo: str) -> None:
        self._repository, self._choices, self._shape = None, [], None
        self._page.open(self._cards.get(repo) or CardRow(repo, repo.partition("/")[2]))
        self._services.browser.open(repo)

    def _opened(self, repository: HubRepository, choices: list[Choice]) -> None:
        if repository.id != self._page.repository.repository_id:
            return
        self._repository, self._choices = repository, choices
        known = self._by_repo.get(repository.id)
        self._page.repository.show_repository(repository_row(repository, known, self._rows()))

    def _open_failed(self, repo: str, error: BenchtopError) -> None:
        if repo == self._page.repository.repository_id:
            self._page.repository.show_failure(explain(error))

    def _card_read(self, repo: str, text: str, _cut: bool) -> None:
        view = self._page.repository
        if repo != view.repository_id:
            return
        if text:
            view.show_card(text)
        else:
            view.show_card_state(self.tr("There is no model card to show."))

    def _shape_read(self, repo: str, shape: ModelShape) -> None:
        if repo == self._page.repository.repository_id:
            self._shape = shape
            self._show_choices()

    def _show_choices(self) -> None:
        if self._repository is not None and self._choices:
            self._page.repository.set_choices(self._rows())

    def _rows(self) -> list[ChoiceRow]:
        free = self._services.judge.free_bytes()
        states = _States(self._services, self._repository)
        return [
            choice_row(choice, self._fit_of(choice, free), *states.of(choice))
            for choice in self._choices
        ]

    def _fit_of(self, choice: Choice, free: int) -> FitRow:
        context = self._page.repository.context or DEFAULT_CONTEXT
        repository = self._repository
        shape = self._shape
        if shape is None and repository is not None and repository.parameters:
            rough = rough_shape(repository.parameters, repository.context_length)
            fit = self._services.judge.judge(rough, choice.bytes, free, context)
            return fit_row(fit, context, rough=True)
        if shape is None:
            return FitRow(reason=self.tr("Its header could not be read."))
        return fit_row(self._services.judge.judge(shape, choice.bytes, free, context), context)

    def _download(self, key: str) -> None:
        choice = next((c for c in self._choices if c.files[0].path == key), None)
        if choice is not None and self._repository is not None:
            self._services.downloads.add(self._repository, choice)

    def _explain_account(self) -> None:
        text = self.tr(
            "Benchtop uses the access token in the environment variable HF_TOKEN, or the one that "
            "`hf auth login` keeps; start Benchtop again after a change."
        )
        self._info.post("info", text)

    def _ask_about_link(self, address: str) -> None:
        ask_about_link(self._info, address, open_in_browser)

    # The network

    def _go_online(self) -> None:
        self._services.settings.set("offline", False)

    def _setting_changed(self, name: str, _value: object) -> None:
        if name == "offline":
            self._set_offline()

    def _set_offline(self) -> None:
        self._page.set_offline(self._services.settings.offline)


class _States:
    """Which files of a repository are here or on their way, looked up once for all its choices."""

    def __init__(self, services: HubServices, repository: HubRepository | None) -> None:
        models = services.models.models
        repo = repository.id if repository is not None else ""
        self._paths = {model.remote_path for model in models if model.repo == repo}
        self._sums = {model.sha256 for model in models if model.sha256}
        self._downloads = {
            file: download
            for download in services.downloads.queue
            if download.state != "done"
            for file in download.files
        }

    def of(self, choice: Choice) -> tuple[ChoiceState, float]:
        """The state of a choice, and how much of it is here, 0 to 1."""
        first = choice.files[0]
        if first.path in self._paths or first.sha256 in self._sums:
            return "here", 1.0
        download = self._downloads.get(first)
        if download is None:
            return "absent", 0.0
        return "downloading", download.done_bytes / max(1, download.total_bytes)


def open_in_browser(address: str) -> None:
    """Let the person's browser show a page."""
    QDesktopServices.openUrl(QUrl(address))
