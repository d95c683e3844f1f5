"""What the Models page needs beside the chat's services, built together and closed together."""

from __future__ import annotations

from PySide6.QtCore import QObject

from benchtop.domain.hub import HubRepository
from benchtop.domain.repo_files import Choice
from benchtop.services.connection_ledger import ConnectionLedger
from benchtop.services.data_folder import DataFolder
from benchtop.services.downloads import Downloads
from benchtop.services.engine import Engine
from benchtop.services.fetch_again import FetchAgain
from benchtop.services.fit_judge import FitJudge
from benchtop.services.hub_account import HubAccount
from benchtop.services.hub_browser import HubBrowser
from benchtop.services.hub_service import HubService
from benchtop.services.local_copies import LocalCopies
from benchtop.services.local_model_finder import LocalModelFinder
from benchtop.services.model_checker import ModelChecker
from benchtop.services.model_list import ModelList
from benchtop.services.model_removal import ModelRemoval
from benchtop.services.newer_revisions import NewerRevisions
from benchtop.services.same_files import SameFiles
from benchtop.services.settings import SettingsKeeper
from benchtop.services.store_thread import StoreThread


class HubServices(QObject):
    """The hub worker's client and what stands on it."""

    def __init__(
        self,
        folder: DataFolder,
        *,
        settings: SettingsKeeper,
        store: StoreThread,
        engine: Engine,
        models: ModelList,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.settings = settings
        self.models = models
        self.hub = HubService(settings, folder, self)
        self.account = HubAccount(self.hub, self)
        self.ledger = ConnectionLedger(store, self.hub, self)
        self.browser = HubBrowser(self.hub, self)
        self.downloads = Downloads(store, self.hub, lambda: settings.values.models_folder, self)
        self.judge = FitJudge(store, engine, self)
        self.finder = LocalModelFinder(self)
        self.checker = ModelChecker(self)
        self.fetch_again = FetchAgain(self.hub, self.downloads, self)
        self.removal = ModelRemoval(models, self)
        self.same_files = SameFiles(models, self)
        engine.answered.connect(lambda _answer: self.same_files.hush())
        self.newer = NewerRevisions(self.hub, models, self)
        self.copies = LocalCopies(self)
        self.browser.opened.connect(self._repository_opened)
        self.downloads.arrived.connect(models.register)
        models.spoiled.connect(self.downloads.spoil)
        settings.changed.connect(self._setting_changed)

    def open(self) -> None:
        """The store is open: read what was kept, and go on with downloads where that is allowed."""
        self.ledger.open()
        self.judge.load()
        self.downloads.load()
        if self.settings.values.check_revisions:
            self.models.after_refresh(lambda _models: self._check_revisions())

    def _check_revisions(self) -> None:
        if not self.settings.offline:
            self.newer.check_all(wanted=False)

    def changed_elsewhere(self) -> None:
        """Another program wrote to the store: a command may have loaded a model."""
        self.judge.load()

    def close(self) -> None:
        """End what runs; downloads are gone on with at the next start."""
        self.models.adapters.close()
        self.checker.close()
        self.same_files.close()
        self.removal.close()
        self.copies.close()
        self.browser.close()
        self.finder.close()
        self.downloads.close()
        self.hub.close()

    def _repository_opened(self, repository: HubRepository, choices: list[Choice]) -> None:
        self.newer.learn(repository, [file for choice in choices for file in choice.files])

    def _setting_changed(self, name: str, _value: object) -> None:
        if name == "offline":
            self.hub.network_changed()
            self.downloads.network_changed()
