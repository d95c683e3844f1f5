"""What the Discover half does: the catalogue, the search, and a repository with its files."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices

from benchtop.domain.catalogue import Catalogue, CatalogueModel, parse_catalogue
from benchtop.domain.errors import BenchtopError
from benchtop.domain.hub import HubRepository
from benchtop.domain.hub_errors import CatalogueDamaged
from benchtop.domain.memory import ModelShape
from benchtop.domain.quantisations import rough_bytes
from benchtop.domain.repo_files import Choice
from benchtop.resources import model_catalogue
from benchtop.services.fit_judge import DEFAULT_CONTEXT
from benchtop.services.hub_service import hub_address
from benchtop.services.hub_services import HubServices
from benchtop.services.local_models import LocalModel
from benchtop.services.reply_stream import explain
from benchtop.ui.chat.web_links import ask_about_link
from benchtop.ui.models.discover_order import Outlook, usual_quantisation
from benchtop.ui.models.discover_page import DiscoverPage
from benchtop.ui.models.discover_rows import ChoiceRows
from benchtop.ui.models.discover_texts import about_text
from benchtop.ui.models.row_making import (
    catalogue_card,
    catalogue_note,
    repository_card,
    repository_row,
)
from benchtop.ui.models.rows import CardRow, CatalogueNote, ChoiceRow, SearchWish
from benchtop.ui.widgets.info_bar import InfoBar
from benchtop.ui.widgets.when_visible import WhenVisible

REFRESH_MS = 250
"""How often progress is shown among a repository's files, which may be hundreds."""


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
        self._is_shown = False
        self._rows = ChoiceRows(services, self)
        self._looked_for: list[Choice] = []
        self._catalogue_soon = WhenVisible(page.cards, self.show_catalogue)
        self._states_soon = WhenVisible(page.repository, self._update_states, REFRESH_MS)
        self._verdicts_soon = WhenVisible(page.repository, self._judge, REFRESH_MS)
        self._connect()
        self._set_offline()
        self.show_catalogue()

    def _connect(self) -> None:
        cards, view, browser = self._page.cards, self._page.repository, self._services.browser
        cards.search_requested.connect(self._search)
        cards.search_cancelled.connect(browser.stop_search)
        cards.more_requested.connect(lambda _wish: browser.more())
        cards.card_opened.connect(self.open)
        cards.go_online_requested.connect(self._go_online)
        view.go_online_requested.connect(self._go_online)
        view.retry_requested.connect(browser.open)
        view.download_requested.connect(self._download)
        view.context_changed.connect(lambda _tokens: self._judge())
        view.link_requested.connect(self._ask_about_link)
        view.page_requested.connect(lambda repo: open_in_browser(hub_address(repo)))
        view.terms_requested.connect(lambda repo: open_in_browser(hub_address(repo)))
        view.account_requested.connect(self._explain_account)
        browser.found.connect(self._found)
        browser.search_failed.connect(self._search_failed)
        browser.opened.connect(self._opened)
        browser.open_failed.connect(self._open_failed)
        browser.card_read.connect(self._card_read)
        browser.card_failed.connect(self._card_failed)
        browser.shape_read.connect(self._shape_told)
        browser.shape_failed.connect(self._shape_told)
        self._rows.made.connect(self._show_rows)
        self._services.downloads.changed.connect(lambda _queue: self._states_soon.ask())
        self._services.downloads.progressed.connect(lambda *_: self._states_soon.ask())
        self._services.models.changed.connect(lambda _models: self._models_changed())
        self._services.judge.learned.connect(self._models_changed)
        self._services.copies.comparing.connect(self._comparing)
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
        here, free = self._repositories_here(), self._services.judge.free()
        outlook = Outlook(self._services)
        cards = [
            self._on_this_machine(
                catalogue_card(
                    model,
                    outlook.rough_fit(model, free),
                    self._note(model),
                    here=model.repo in here,
                ),
                model,
                outlook,
            )
            for model in self._catalogue.models
        ]
        cards.sort(key=outlook.rank)
        self._cards |= {card.id: card for card in cards}
        self._page.cards.set_catalogue(cards)
        self._page.cards.set_about(
            about_text(self._catalogue.compiled, self._catalogue.compiled_from, outlook.bandwidth)
        )

    def _note(self, model: CatalogueModel | None) -> CatalogueNote | None:
        return catalogue_note(model, self._catalogue.compiled) if model is not None else None

    @staticmethod
    def _on_this_machine(
        card: CardRow, model: CatalogueModel | HubRepository, outlook: Outlook
    ) -> CardRow:
        """With what it takes to download it, and how fast it would write."""
        quantisation = usual_quantisation(model)
        size = rough_bytes(model.parameters, quantisation)
        speed = outlook.shown_speed(size, card.fit)
        return replace(card, bytes=size, quantisation=quantisation if size else "", speed=speed)

    def _search(self, wish: SearchWish) -> None:
        self._asked = wish
        self._services.browser.search(wish.words, wish.filters, wish.sort)

    def _found(self, found: list[HubRepository], more: bool) -> None:
        here, free = self._repositories_here(), self._services.judge.free()
        outlook = Outlook(self._services)
        cards = [
            self._on_this_machine(
                repository_card(one, outlook.rough_fit(one, free), here=one.id in here),
                one,
                outlook,
            )
            for one in found
        ]
        self._cards |= {card.id: card for card in cards}
        self._page.cards.show_results(self._asked, cards, more=more)

    def _search_failed(self, error: BenchtopError) -> None:
        self._page.cards.show_failure(self._asked, explain(error))

    def _repositories_here(self) -> set[str]:
        return {model.repo for model in self._services.models.models if model.repo}

    def _models_changed(self) -> None:
        self._catalogue_soon.ask()
        self._verdicts_soon.ask()

    # The repository

    def open(self, repo: str) -> None:
        """Show a repository of the Hub."""
        self._repository, self._is_shown = None, False
        self._page.open(self._cards.get(repo) or CardRow(repo, repo.partition("/")[2]))
        self._services.browser.open(repo)

    def _opened(self, repository: HubRepository, choices: list[Choice]) -> None:
        if repository.id != self._page.repository.repository_id:
            return
        self._repository, self._is_shown = repository, False
        self._rows.open(repository, choices, self._context())

    def _open_failed(self, repo: str, error: BenchtopError) -> None:
        if repo == self._page.repository.repository_id:
            self._page.repository.show_failure(explain(error))

    def _card_read(self, repo: str, text: str, cut: bool) -> None:
        view = self._page.repository
        if repo == view.repository_id and text.strip():
            view.show_card(text, cut=cut)
        elif repo == view.repository_id:
            view.show_card_state(self.tr("The repository has no model card."))

    def _card_failed(self, repo: str, error: BenchtopError) -> None:
        if repo == self._page.repository.repository_id:
            words = self.tr("The model card could not be read: {sentence}")
            self._page.repository.show_card_state(words.format(sentence=explain(error)))

    def _shape_told(self, repo: str, base: str, shape: ModelShape | BenchtopError) -> None:
        if self._repository is not None and repo == self._repository.id:
            self._rows.learn(base, shape)

    def _judge(self) -> None:
        if self._repository is not None:
            self._rows.judge(self._context())

    def _update_states(self) -> None:
        if self._repository is not None:
            self._rows.update_states()

    def _context(self) -> int:
        return self._page.repository.context or DEFAULT_CONTEXT

    def _show_rows(self, rows: list[ChoiceRow]) -> None:
        view, repository = self._page.repository, self._repository
        if repository is None:
            return
        if self._is_shown:
            view.set_choices(rows)
            return
        self._is_shown = True
        known = self._by_repo.get(repository.id)
        view.show_repository(repository_row(repository, known, rows, self._note(known)))

    def _download(self, key: str) -> None:
        choice = next((c for c in self._rows.choices if c.files[0].path == key), None)
        repository = self._repository
        if choice is None or repository is None:
            return
        if not self._page.repository.wants_projector(key):
            choice = replace(choice, mmproj=None)
        self._look(repository, choice)

    def _look(self, repository: HubRepository, choice: Choice) -> None:
        """Download it, unless another program has it on this disk."""
        if choice in self._looked_for:
            return

        def looked(copy: LocalModel | None) -> None:
            self._looked_for.remove(choice)
            if copy is None:
                self._services.downloads.add(repository, choice)
                return
            text = self.tr("{program} has this file on this disk: it is used where it lies.")
            self._info.post("info", text.format(program=copy.program))
            self._services.models.register_copy(copy, repository, choice)

        self._looked_for.append(choice)
        self._services.copies.look(choice, looked)

    def _comparing(self, local: LocalModel) -> None:
        text = self.tr(
            "{program} seems to have this file: comparing it before anything is downloaded…"
        )
        self._info.post("info", text.format(program=local.program))

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


def open_in_browser(address: str) -> None:
    """Let the person's browser show a page."""
    QDesktopServices.openUrl(QUrl(address))
