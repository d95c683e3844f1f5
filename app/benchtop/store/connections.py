"""The table of connections: the ledger of every attempt to reach another machine."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

from benchtop.domain.hub import Connection
from benchtop.store.rows import clean, fitting
from benchtop.store.table import TableFamily, marks

KEPT_DAYS = 90
MOST_KEPT = 50_000
UNFINISHED_DETAIL = "Benchtop ended before this connection did."
COLUMNS = tuple(f.name for f in fields(Connection))
_SELECT = f"select {', '.join(COLUMNS)} from connections"
_RECORD = (
    f"insert into connections ({', '.join(COLUMNS)}) values ({marks(len(COLUMNS))})"
    f" on conflict (id) do update set {', '.join(f'{c} = excluded.{c}' for c in COLUMNS if c != 'id')}"
)


@dataclass(frozen=True, slots=True)
class HostTotal:
    """All attempts to reach a host: how many, how many were refused, and the bytes that came."""

    host: str
    attempts: int
    bytes: int
    refused: int


class ConnectionTable(TableFamily):
    """The ledger. Every method may raise the errors of a (store's) Connection."""

    def record(self, connection: Connection) -> None:
        """Add a connection, or put its new state in place of the old (found by its id)."""
        values = [_packed(getattr(connection, name)) for name in COLUMNS]
        with self._connection.writing() as database:
            database.execute(_RECORD, values)

    def newest(self, limit: int = 200, before: Connection | None = None) -> list[Connection]:
        """The latest first, at most ``limit``.

        ``before`` is the last connection of the page before this one; None begins at the newest.
        New connections that are recorded in between move nothing from one page to another.
        """
        if before is None:
            return self._select("", limit)
        return self._select("where (began, id) < (?, ?)", before.began, clean(before.id), limit)

    def count(self) -> int:
        """How many connections are recorded."""
        with self._connection.reading() as database:
            number: int = database.execute("select count(*) from connections").fetchone()[0]
        return number

    def totals(self) -> list[HostTotal]:
        """What was exchanged with each host, those with the most attempts first."""
        with self._connection.reading() as database:
            # total() and not sum(): a sum beyond 64 bits would be an error.
            rows = database.execute(
                "select host, count(*) as attempts, total(received), total(state = 'refused')"
                " from connections group by host order by attempts desc, host"
            ).fetchall()
        return [
            HostTotal(host, attempts, int(received), int(refused))
            for host, attempts, received, refused in rows
        ]

    def clear(self) -> int:
        """Remove every connection, from the file as well; how many."""
        return self._remove("true")

    def prune(self, older_than_days: float = KEPT_DAYS, most: int = MOST_KEPT) -> int:
        """Remove what began longer ago than that, and all but the latest ``most``; how many."""
        limit = time.time() - older_than_days * 86_400
        beyond = "select began, id from connections order by began desc, id desc limit 1 offset ?"
        return self._remove(f"began < ? or (began, id) <= ({beyond})", limit, max(0, most))

    def mark_unfinished(self) -> int:
        """What an earlier run left as begun has failed; how many.

        For the start of the program, or after the death of the worker. One that goes on all the same
        (in another process of this person) is put right by its next record().
        """
        with self._connection.writing() as database:
            return database.execute(
                "update connections set state = 'failed', detail = ? where state = 'begun'",
                (UNFINISHED_DETAIL,),
            ).rowcount

    def _remove(self, which: str, *values: float) -> int:
        with self._connection.writing() as database:
            removed = database.execute(f"delete from connections where {which}", values).rowcount
        if removed:
            self._connection.cut_log()
        return removed

    def _select(self, rest: str, *parameters: str | float) -> list[Connection]:
        query = f"{_SELECT} {rest} order by began desc, id desc limit ?"
        with self._connection.reading() as database:
            rows: Sequence[Sequence[Any]] = database.execute(query, parameters).fetchall()
        return [Connection(*row) for row in rows]


def _packed(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    return fitting(value) if isinstance(value, int) else value
