"""What the Models page needs beside the chat's services, built together and closed together."""

from __future__ import annotations

from PySide6.QtCore import QObject

from benchtop.services.connection_ledger import ConnectionLedger
from benchtop.services.data_folder import DataFolder
from benchtop.services.downloads import Downloads
from benchtop.services.engine import Engine
from benchtop.services.fit_judge import FitJudge
from benchtop.services.hub_browser import HubBrowser
from benchtop.services.hub_service import HubService
from benchtop.services.local_model_finder import LocalModelFinder
from benchtop.services.model_checker import ModelChecker
from benchtop.services.model_list import ModelList
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
        self.hub = HubService(settings, folder.logs, self)
        self.ledger = ConnectionLedger(store, self.hub, self)
        self.browser = HubBrowser(self.hub, self)
        self.downloads = Downloads(store, self.hub, lambda: settings.values.models_folder, self)
        self.judge = FitJudge(store, engine, self)
        self.finder = LocalModelFinder(self)
        self.checker = ModelChecker(self)
        self.downloads.arrived.connect(models.register)
        settings.changed.connect(self._setting_changed)

    def open(self) -> None:
        """The store is open: read what was kept, and go on with downloads where that is allowed."""
        self.ledger.open()
        self.judge.load()
        self.downloads.load()

    def close(self) -> None:
        """End what runs; downloads are gone on with at the next start."""
        self.checker.close()
        self.finder.close()
        self.downloads.close()
        self.hub.close()

    def _setting_changed(self, name: str, _value: object) -> None:
        if name == "offline":
            self.hub.network_changed()
            self.downloads.network_changed()
