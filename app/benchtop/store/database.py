"""The store: one SQLite file with everything a person wrote, and what they were answered."""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from benchtop.domain.errors import StoreError
from benchtop.store.adapters import AdapterTable
from benchtop.store.connection import Connection, open_connection, opening
from benchtop.store.connections import ConnectionTable
from benchtop.store.contests import ContestTable
from benchtop.store.conversations import ConversationTable
from benchtop.store.dataset_imports import ImportTable
from benchtop.store.dataset_versions import VersionTable
from benchtop.store.datasets import DatasetTable
from benchtop.store.downloads import DownloadTable
from benchtop.store.edits import EditTable
from benchtop.store.examples import ExampleTable
from benchtop.store.folders import FolderTable
from benchtop.store.loads import LoadTable
from benchtop.store.messages import MessageTable
from benchtop.store.migrations import check_before_opening, migrate
from benchtop.store.models import ModelTable
from benchtop.store.presets import PresetTable
from benchtop.store.suite_cells import SuiteCellTable, requeue_orphans
from benchtop.store.suite_runs import SuiteRunTable
from benchtop.store.suites import SuiteTable
from benchtop.store.training_runs import TrainingRunTable
from benchtop.store.writer import mark_interrupted, this_process


class Store:
    """An open store. Use it from one thread at a time; other processes may have it open too.

    Every method of its tables may raise StoreFull, StoreReadOnly, StoreDamaged or StoreError; after
    one, what was there before is still there, and the store may be used on.
    """

    path: Path
    conversations: ConversationTable
    messages: MessageTable
    edits: EditTable
    folders: FolderTable
    presets: PresetTable
    models: ModelTable
    adapters: AdapterTable
    downloads: DownloadTable
    connections: ConnectionTable
    loads: LoadTable
    suites: SuiteTable
    suite_runs: SuiteRunTable
    suite_cells: SuiteCellTable
    contests: ContestTable
    datasets: DatasetTable
    examples: ExampleTable
    versions: VersionTable
    imports: ImportTable
    training_runs: TrainingRunTable

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.path = connection.path
        self.conversations = ConversationTable(connection)
        self.messages = MessageTable(connection, this_process())
        self.edits = EditTable(connection)
        self.folders = FolderTable(connection)
        self.presets = PresetTable(connection)
        self.models = ModelTable(connection)
        self.adapters = AdapterTable(connection)
        self.downloads = DownloadTable(connection)
        self.connections = ConnectionTable(connection)
        self.loads = LoadTable(connection)
        self.suites = SuiteTable(connection)
        self.suite_runs = SuiteRunTable(connection)
        self.suite_cells = SuiteCellTable(connection, this_process())
        self.contests = ContestTable(connection)
        self.datasets = DatasetTable(connection)
        self.examples = ExampleTable(connection)
        self.versions = VersionTable(connection)
        self.imports = ImportTable(connection, this_process())
        self.training_runs = TrainingRunTable(connection, this_process())

    def version_for_others(self) -> int:
        """A number that changes when another connection has committed (SQLite's data_version)."""
        with self.connection.reading() as database:
            version: int = database.execute("pragma data_version").fetchone()[0]
        return version

    def close(self) -> None:
        """Close the file. Closing twice is no error."""
        # Statistics for the query planner: a full disk must not keep anyone from closing.
        with suppress(StoreError, sqlite3.Error), self.connection.reading() as database:
            database.execute("pragma optimize")
        self.connection.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def open_store(path: Path) -> Store:
    """Open the store at ``path``, or make it.

    The folder is made for its owner only, the shape is brought up to date (after a snapshot of a store
    that has something to lose), and replies that a dead process left are marked as interrupted.
    Raises StoreNewer (and changes nothing), StoreReadOnly, StoreFull, StoreDamaged or StoreError.
    """
    path = path.expanduser().absolute()
    with opening:
        check_before_opening(path)
        connection = open_connection(path)
    try:
        migrate(connection)
        mark_interrupted(connection)
        requeue_orphans(connection)
        return Store(connection)
    except BaseException:
        connection.close()
        raise
