"""The services of the Models page without the window: real worker, real store, a local Hub."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from benchtop.domain.downloads import Download
from benchtop.domain.hub import Connection, HubRepository
from benchtop.domain.repo_files import Choice
from benchtop.services.data_folder import find_data_folder
from benchtop.services.downloads import Downloads
from benchtop.services.hub_browser import HubBrowser
from benchtop.services.hub_service import HubService
from benchtop.services.settings import SettingsKeeper
from benchtop.services.store_thread import StoreThread
from local_hub.hub import LocalHub

WAIT_MS = 15_000


class HubKit:
    """A window's services for one data folder, and what their signals said."""

    def __init__(self, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        self.data = find_data_folder()
        self.data.prepare()
        self.settings = SettingsKeeper(self.data)
        self.settings.set("offline", False)
        self.store = StoreThread(self.data.database)
        self.hub = HubService(self.settings, self.data)
        self.folder = ""
        self.downloads = Downloads(self.store, self.hub, lambda: self.folder)
        self.browser = HubBrowser(self.hub)
        self.ledger: list[Connection] = []
        self.arrived: list[tuple[Download, list[str]]] = []
        self.failed: list[Download] = []
        self.store_faults: list[Any] = []
        self.hub.reached.connect(self.ledger.append)
        self.downloads.arrived.connect(lambda d, paths: self.arrived.append((d, paths)))
        self.downloads.failed.connect(self.failed.append)
        self.store.failed.connect(self.store_faults.append)

    def open(self, repo: str) -> tuple[HubRepository, list[Choice]]:
        """A repository and its choices."""
        opened: list[tuple[HubRepository, list[Choice]]] = []
        connection = self.browser.opened.connect(lambda *told: opened.append(told))
        # A header is read after that: faults of a test are for what comes then.
        with self.qtbot.waitSignal(self.browser.shape_read, timeout=WAIT_MS):
            self.browser.open(repo)
        self.browser.opened.disconnect(connection)
        return opened[0]

    def until(self, condition: Any) -> None:
        """Wait for it."""
        self.qtbot.waitUntil(lambda: bool(condition()), timeout=WAIT_MS)

    def settle(self) -> None:
        """Wait until what was asked of the store is written."""
        done: list[bool] = []
        self.store.run(lambda _s: None, lambda _r: done.append(True))
        self.until(lambda: done)

    def close(self) -> None:
        """End everything, as the window does."""
        self.downloads.close()
        self.browser.close()
        self.hub.close()
        self.settings.write_now()
        self.store.close()
        assert not self.store_faults, self.store_faults


def point_at(hub: LocalHub, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every process of this test find the local Hub, and a cache of its own."""
    for name, value in hub.environment(home).items():
        monkeypatch.setenv(name, value)
