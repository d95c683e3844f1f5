"""The table of imports that are under way, and of those that did not come to their end."""

from __future__ import annotations

import time
import uuid
from collections.abc import Sequence
from typing import Any

from benchtop.domain.examples import UnfinishedImport
from benchtop.store.connection import Connection
from benchtop.store.rows import clean, fitting, pack_path, unpack_path
from benchtop.store.table import TableFamily
from benchtop.store.writer import Writer

_SELECT = """
    select imports.id, dataset_id, path, bytes, wanted, examples, began, sum, writer_pid, writer_started
    from dataset_imports as imports join datasets on datasets.id = dataset_id
    where datasets.deleted is null order by began, imports.rowid
"""
_at_work: set[str] = set()
"""The imports that this process works on, whichever of its threads has them. Its rows name it as their
writer for as long as it lives, also where a full disk kept it from writing that it had stopped."""


class ImportTable(TableFamily):
    """Imports by their ids. One that nobody is working on any more is unfinished: it died, was stopped or
    failed. Every method may raise the errors of a Connection."""

    def __init__(self, connection: Connection, writer: Writer) -> None:
        super().__init__(connection)
        self._writer = writer

    def begin(self, dataset_id: str, path: str, size: int, wanted: str = "") -> str:
        """Note that this process imports a file of so many bytes; the id of the import."""
        import_id = uuid.uuid4().hex
        row = (
            import_id, clean(dataset_id), pack_path(path), fitting(size), clean(wanted), 0, "", time.time(),
            self._writer.pid, self._writer.started,
        )  # fmt: skip
        with self._connection.writing() as database:
            database.execute(
                "insert into dataset_imports values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row
            )
            _at_work.add(import_id)  # before anybody else can see the row
        return import_id

    def go_on(self, import_id: str) -> None:
        """This process goes on with an unfinished one, from the beginning of its file."""
        writer = {"writer_pid": self._writer.pid, "writer_started": self._writer.started}
        with self._connection.writing():
            self._assign("dataset_imports", import_id, writer)
            _at_work.add(import_id)

    def count(self, import_id: str, examples: int, content: str) -> None:
        """So many examples of the file are in the data set, counted from its beginning; ``content`` is the
        UnfinishedImport.sum of them."""
        self._assign("dataset_imports", import_id, {"examples": examples, "sum": content})

    def let_go(self, import_id: str) -> None:
        """This process knows that it works on it no more, whatever the store says."""
        _at_work.discard(import_id)

    def leave(self, import_id: str) -> None:
        """This process works on it no more, and it is not at its end."""
        self.let_go(import_id)
        self._assign("dataset_imports", import_id, {"writer_pid": None, "writer_started": None})

    def end(self, import_id: str) -> None:
        """It came to its end, or nobody wants to be told any more that it did not."""
        self.let_go(import_id)
        with self._connection.writing() as database:
            database.execute("delete from dataset_imports where id = ?", (clean(import_id),))

    def unfinished(self, dataset_id: str | None = None) -> list[UnfinishedImport]:
        """Those that nobody works on, into one data set or into all that are not in the bin; the oldest
        first."""
        with self._connection.reading() as database:
            rows = database.execute(_SELECT).fetchall()
        wanted = (row for row in rows if dataset_id is None or row[1] == clean(dataset_id))
        return [_unfinished(row) for row in wanted if not self._is_alive(row)]

    def _is_alive(self, row: Sequence[Any]) -> bool:
        pid, started = row[-2:]
        if pid is None:
            return False
        return Writer(pid, started).is_alive and (pid != self._writer.pid or row[0] in _at_work)


def _unfinished(row: Sequence[Any]) -> UnfinishedImport:
    one, dataset_id, path, size, wanted, examples, began, content, *_writer = row
    return UnfinishedImport(
        one, dataset_id, unpack_path(path), size, wanted, examples, began, content
    )
