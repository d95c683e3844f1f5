"""The table of downloads: the queue, as it is found again after a restart or a death."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

from benchtop.domain.downloads import Download
from benchtop.store.rows import (
    clean,
    fitting,
    pack_files,
    pack_path,
    unpack_files,
    unpack_path,
)
from benchtop.store.table import TableFamily, marks

COLUMNS = tuple(f.name for f in fields(Download))
_CHANGEABLE = frozenset(COLUMNS) - {"id", "added"}
_SELECT = f"select {', '.join(COLUMNS)} from downloads"
_INSERT = f"insert into downloads ({', '.join(COLUMNS)}) values ({marks(len(COLUMNS))})"


class DownloadTable(TableFamily):
    """Downloads, whatever their state. Every method may raise the errors of a Connection."""

    def all(self) -> list[Download]:
        """Every download, in the order of the queue."""
        return self._select("order by position, added, rowid")

    def get(self, download_id: str) -> Download | None:
        """The download of an id, or None."""
        found = self._select("where id = ?", clean(download_id))
        return found[0] if found else None

    def add(self, download: Download) -> None:
        """Add a new download; StoreError when its id is taken."""
        values = [_packed(name, getattr(download, name)) for name in COLUMNS]
        with self._connection.writing() as database:
            database.execute(_INSERT, values)

    def change(self, download_id: str, **changes: Any) -> Download:
        """Set fields by name and return the new state.

        The id and the time it was added cannot be set; TypeError for those and for unknown names.
        StoreError for an unknown download.
        """
        wrong = set(changes) - _CHANGEABLE
        if wrong:
            raise TypeError(f"no changeable fields of a download: {sorted(wrong)}")
        values = {name: _packed(name, value) for name, value in changes.items()}
        with self._connection.writing():
            self._assign("downloads", download_id, values)
            changed = self.get(download_id)
            if changed is None:
                raise self._unknown("download", download_id)
            return changed

    def remove(self, download_id: str) -> None:
        """Take a download out of the queue; one that is not there is no error.

        What lies on the disk of it is not touched.
        """
        with self._connection.writing() as database:
            database.execute("delete from downloads where id = ?", (clean(download_id),))

    def reorder(self, positions: Mapping[str, float]) -> None:
        """Set these positions by id, all or none; a download that is gone by now is passed over."""
        with self._connection.writing() as database:
            for download_id, position in positions.items():
                row = (position, clean(download_id))
                database.execute("update downloads set position = ? where id = ?", row)

    def requeue_running(self) -> int:
        """Put back what was running when the program ended; how many.

        For the start of the program: what runs in this process is not told apart.
        """
        with self._connection.writing() as database:
            return database.execute(
                "update downloads set state = 'queued' where state = 'running'"
            ).rowcount

    def _select(self, rest: str, *parameters: str) -> list[Download]:
        with self._connection.reading() as database:
            rows = database.execute(f"{_SELECT} {rest}", parameters).fetchall()
        return [_download(row) for row in rows]


def _packed(name: str, value: Any) -> Any:
    if name == "folder":
        return pack_path(value)
    if name == "files":
        return pack_files(value)
    if isinstance(value, str):
        return clean(value)
    return fitting(value) if name == "done_bytes" else value


def _download(row: Sequence[Any]) -> Download:
    values = dict(zip(COLUMNS, row, strict=True))
    values["folder"] = unpack_path(values["folder"])
    values["files"] = unpack_files(values["files"])
    return Download(**values)
