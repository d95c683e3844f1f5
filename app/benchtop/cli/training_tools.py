"""`benchtop training-tools`: what training needs besides Benchtop, setting it up, and taking it away."""

from __future__ import annotations

import argparse
import sys
from functools import partial
from typing import Any

from benchtop.cli.common import opened_store, prepared_folder, print_json
from benchtop.cli.event_wait import EventWait
from benchtop.cli.hub_run import Network, add_network_options
from benchtop.domain.errors import BenchtopError, Interrupted
from benchtop.domain.hub import Connection
from benchtop.domain.models import bytes_text
from benchtop.domain.training import PEFT_TOOLS
from benchtop.services.data_folder import DataFolder
from benchtop.services.settings import SettingsKeeper
from benchtop.services.tools_removal import check_unused, remove_tools, tools_here
from benchtop.services.tools_setup import ToolsSetup
from benchtop.services.training_tools import NEEDED, missing_of, tools_command, tools_size
from benchtop.store.database import Store

_WORDS = {
    "looking": "asking what would be fetched",
    "fetching": "fetching",
    "installing": "installing",
}


def add_parser(commands: Any) -> None:
    """Add the sub-command to the parser."""
    parser = commands.add_parser(
        "training-tools", help="what training needs: told, set up, removed", description=__doc__
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=_show)
    parts = parser.add_subparsers(title="commands", metavar="COMMAND")
    setup = parts.add_parser("setup", help="fetch what is missing, into Benchtop's data folder")
    setup.add_argument(
        "--all", action="store_true", help="also what only some kinds of models need"
    )
    add_network_options(setup)
    setup.set_defaults(run=_set_up)
    remove = parts.add_parser("remove", help="delete what was set up; adapters and runs stay")
    remove.set_defaults(run=_remove)


def _show(arguments: argparse.Namespace) -> int:
    folder = prepared_folder()
    missing_here = missing_of(folder, (*NEEDED, *PEFT_TOOLS))
    here = {name: name not in missing_here for name in (*NEEDED, *PEFT_TOOLS)}
    if arguments.json:
        print_json({"tools": here, "folder": str(folder.training_tools)})
        return 0
    for words, names in (("every model", NEEDED), ("some kinds of models", PEFT_TOOLS)):
        missing = [name for name in names if not here[name]]
        state = f"missing: {', '.join(missing)}, {_size(missing)}" if missing else "all there"
        print(f"{', '.join(names)} (for {words}): {state}")
    if missing_here:
        print(f"`{tools_command(missing_here)}` fetches what is missing.")
    return 0


def _set_up(arguments: argparse.Namespace) -> int:
    folder = prepared_folder()
    wanted = (*NEEDED, *PEFT_TOOLS) if arguments.all else NEEDED
    missing = missing_of(folder, wanted)
    if not missing:
        print("Everything is there.")
        return 0
    _tell(f"{', '.join(missing)}: {_size(missing)} on the disk")
    with opened_store(folder) as store:
        _Setup(folder, store, online=arguments.online).run(missing)
    print(f"Set up in {folder.training_tools.parent}.")
    return 0


def _remove(_arguments: argparse.Namespace) -> int:
    folder = prepared_folder()
    if not tools_here(folder):
        print("None are set up in Benchtop's data folder.")
        return 0
    with opened_store(folder) as store:
        check_unused(store)
    print(f"{bytes_text(remove_tools(folder))} are free again.")
    return 0


def _size(names: list[str] | tuple[str, ...]) -> str:
    return f"about {bytes_text(tools_size(names))}"


def _tell(words: str) -> None:
    sys.stderr.write(f"benchtop: {words}\n")
    sys.stderr.flush()


class _Setup:
    """Setting up in an event loop; Ctrl+C stops it, and what pip fetched stays in its cache."""

    def __init__(self, folder: DataFolder, store: Store, *, online: bool) -> None:
        self._store = store
        self._events = EventWait(folder.logs)
        self._settings = SettingsKeeper(folder)
        network = Network(self._settings, online)
        self._tools = ToolsSetup(folder, lambda: network.offline)
        self._tools.reached.connect(self._note)
        self._tools.progressed.connect(self._progressed)
        self._tools.done.connect(self._events.end)
        self._tools.failed.connect(self._fail)
        self._error: BenchtopError | None = None
        self._told = ""

    def run(self, missing: tuple[str, ...]) -> None:
        """Block until they are there. Raises ToolsOffline, ToolsNotInstalled and Interrupted."""
        try:
            self._events.wait(partial(self._tools.start, missing), self._interrupt, self._fail)
        finally:
            self._tools.close()
        if self._error is not None:
            raise self._error

    def _progressed(self, what: str, _done: float) -> None:
        if what != self._told:
            self._told = what
            _tell(_WORDS.get(what, what))

    def _note(self, connection: Connection) -> None:
        self._store.connections.record(connection)

    def _interrupt(self) -> None:
        self._tools.cancel()
        self._events.soon(partial(self._fail, Interrupted()))

    def _fail(self, error: BenchtopError) -> None:
        self._error = error
        self._events.end()
