"""Questions to the Hub from a command: asked one after another, stopped by Ctrl+C, noted in the ledger."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from benchtop.cli.common import opened_store, prepared_folder
from benchtop.cli.event_wait import EventWait
from benchtop.domain.errors import BenchtopError, Interrupted
from benchtop.domain.hub import Connection
from benchtop.services.data_folder import DataFolder
from benchtop.services.hub_service import HubService, Question
from benchtop.services.settings import SettingsKeeper
from benchtop.store.database import Store


@dataclass(frozen=True, slots=True)
class Network:
    """The offline switch as a command sees it: the settings', unless ``--online`` was given."""

    settings: SettingsKeeper
    online: bool

    @property
    def offline(self) -> bool:
        """BENCHTOP_OFFLINE=1 refuses the network whatever else is said."""
        forced = os.environ.get("BENCHTOP_OFFLINE", "") not in ("", "0")
        return forced or (self.settings.values.offline and not self.online)


class HubRun:
    """A hub worker and the store its connections are noted in; blocks while it is asked."""

    def __init__(self, folder: DataFolder, store: Store, *, online: bool) -> None:
        self.folder = folder
        self.store = store
        self._events = EventWait(folder.logs)
        self.settings = SettingsKeeper(folder)
        self._hub = HubService(Network(self.settings, online), folder)
        self._hub.reached.connect(self._note)
        self._answer: Any = None
        self._error: BenchtopError | None = None
        self._request = ""

    def ask(self, question: Question, progress: Callable[[Any], object] | None = None) -> Any:
        """Ask and wait for the answer; raises its error, and Interrupted on Ctrl+C."""
        self._answer = self._error = None

        def begin() -> None:
            self._request = self._hub.ask(question, self._take, self._fail, progress)

        self._events.wait(begin, self._interrupt, self._fail)
        if self._error is not None:
            raise self._error
        return self._answer

    @property
    def offline(self) -> bool:
        """Whether the Hub cannot be asked."""
        return self._hub.offline

    def close(self) -> None:
        """End the worker."""
        self._hub.close()

    def _take(self, answer: Any) -> None:
        self._answer = answer
        self._events.end()

    def _fail(self, error: BenchtopError) -> None:
        self._error = error
        self._events.end()

    def _interrupt(self) -> None:
        """What has come of a download stays: asking again goes on from there."""
        self._hub.cancel(self._request)
        self._events.soon(partial(self._fail, Interrupted()))

    def _note(self, connection: Connection) -> None:
        self.store.connections.record(connection)


@contextmanager
def asking_the_hub(arguments: argparse.Namespace) -> Iterator[HubRun]:
    """A HubRun with the options that ``add_network_options`` added."""
    folder = prepared_folder()
    with opened_store(folder) as store:
        run = HubRun(folder, store, online=arguments.online)
        try:
            yield run
        finally:
            run.close()


def add_network_options(parser: argparse.ArgumentParser) -> None:
    """The option that every command has which asks the Hub."""
    parser.add_argument(
        "--online",
        action="store_true",
        help="use the network for this command, also while Benchtop is set to offline",
    )
