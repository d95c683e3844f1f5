"""The table of adapters: where their files lie, what they said of themselves, and the bin of them."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from benchtop.domain.adapters import AdapterFile
from benchtop.store.rows import clean, fitting, pack_path, unpack_path
from benchtop.store.table import TableFamily, marks

COLUMNS = tuple(f.name for f in fields(AdapterFile))
_SELECT = f"select {', '.join(COLUMNS)} from adapters"
_INSERT = (
    f"insert into adapters ({', '.join(COLUMNS)}) values ({marks(len(COLUMNS))})"
    f" on conflict (id) do update set {', '.join(f'{c} = excluded.{c}' for c in COLUMNS if c != 'id')}"
)


class AdapterTable(TableFamily):
    """Registered adapters; files are never touched. Methods may raise the errors of a Connection."""

    def all(self) -> list[AdapterFile]:
        """Those not in the bin, by name."""
        return self._select("where deleted is null order by name collate nocase, rowid")

    def by_path(self, path: str) -> AdapterFile | None:
        """The adapter whose file is at this path, also one in the bin, or None."""
        return next(iter(self._select("where path = ?", pack_path(path))), None)

    def get(self, adapter_id: str) -> AdapterFile | None:
        """The adapter of an id, also one in the bin, or None."""
        return next(iter(self._select("where id = ?", clean(adapter_id))), None)

    def put(self, adapter: AdapterFile) -> None:
        """Add an adapter, or put all that is given in place of what is there (found by its id)."""
        values = [_packed(name, getattr(adapter, name)) for name in COLUMNS]
        with self._connection.writing() as database:
            database.execute(_INSERT, values)

    def delete(self, adapter_id: str) -> None:
        """Move an adapter to the bin; nothing happens for an unknown one."""
        self._assign("adapters", adapter_id, {"deleted": time.time()})

    def restore(self, adapter_id: str) -> None:
        """Take an adapter out of the bin; nothing happens for an unknown one."""
        self._assign("adapters", adapter_id, {"deleted": None})

    def empty_bin(self, older_than: float) -> int:
        """Forget what was deleted before that time (seconds since 1970); how many."""
        with self._connection.writing() as database:
            removed = database.execute(
                "delete from adapters where deleted < ?", (older_than,)
            ).rowcount
        return int(removed)

    def _select(self, rest: str, *parameters: str | bytes) -> list[AdapterFile]:
        with self._connection.reading() as database:
            rows = database.execute(f"{_SELECT} {rest}", parameters).fetchall()
        return [_adapter(row) for row in rows]


def _packed(name: str, value: Any) -> Any:
    if name == "path":
        return pack_path(value)
    if isinstance(value, str):
        return clean(value)
    return fitting(value) if isinstance(value, int) else value


def _adapter(row: Sequence[Any]) -> AdapterFile:
    values = dict(zip(COLUMNS, row, strict=True))
    values["path"] = unpack_path(values["path"])
    return AdapterFile(**values)
