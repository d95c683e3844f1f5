"""The table of a person's own suites; shipped ones are resources and never in the store."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass

from benchtop.domain.errors import StoreDamaged
from benchtop.domain.suite_json import suite_from_json, suite_to_json
from benchtop.domain.suites import Suite
from benchtop.store.rows import clean
from benchtop.store.table import TableFamily

_HEAD = "select id, name, tags, prompts, changed, deleted from suites"


@dataclass(frozen=True, slots=True)
class SuiteHead:
    """What a list shows of a suite without reading its prompts, which may be 100,000. ``prompts`` is their
    number; ``changed`` and ``deleted`` are seconds since 1970, UTC."""

    id: str
    name: str
    tags: tuple[str, ...]
    prompts: int
    changed: float
    deleted: float | None = None


class SuiteTable(TableFamily):
    """Suites whole, and the bin of them. Every method may raise the errors of a Connection."""

    def heads(self) -> list[SuiteHead]:
        """Those not in the bin, by name."""
        return self._heads("where deleted is null order by name collate nocase, rowid")

    def in_bin(self) -> list[SuiteHead]:
        """Those in the bin, the last deleted first."""
        return self._heads("where deleted is not null order by deleted desc, rowid desc")

    def get(self, suite_id: str) -> Suite:
        """The suite of an id, also one in the bin; StoreError for an unknown one."""
        with self._connection.reading() as database:
            row = database.execute(
                "select content from suites where id = ?", (clean(suite_id),)
            ).fetchone()
        if row is None:
            raise self._unknown("suite", suite_id)
        try:
            return suite_from_json(json.loads(row[0]))
        except ValueError as error:
            detail = f"the suite {suite_id}: {error}"
            raise StoreDamaged(path=str(self._connection.path), detail=detail) from error

    def put(self, suite: Suite) -> None:
        """Add a suite, or put all of it in place of what its id stands for, which leaves the bin."""
        content = pack_suite(suite)
        tags = clean(json.dumps(suite.tags, ensure_ascii=False))
        row = (clean(suite.id), clean(suite.name), tags, len(suite.prompts), content, time.time())
        with self._connection.writing() as database:
            database.execute(
                "insert into suites (id, name, tags, prompts, content, changed) values (?, ?, ?, ?, ?, ?)"
                " on conflict (id) do update set name = excluded.name, tags = excluded.tags,"
                " prompts = excluded.prompts, content = excluded.content,"
                " changed = excluded.changed, deleted = null",
                row,
            )

    def delete(self, suite_id: str) -> None:
        """Move a suite to the bin; nothing happens for an unknown one. Its runs keep what they asked."""
        self._assign("suites", suite_id, {"deleted": time.time()})

    def restore(self, suite_id: str) -> None:
        """Take a suite out of the bin; nothing happens for an unknown one."""
        self._assign("suites", suite_id, {"deleted": None})

    def empty_bin(self, older_than: float) -> int:
        """Forget what was deleted before that time (seconds since 1970); how many."""
        with self._connection.writing() as database:
            removed = database.execute("delete from suites where deleted < ?", (older_than,))
            return int(removed.rowcount)

    def _heads(self, rest: str) -> list[SuiteHead]:
        with self._connection.reading() as database:
            rows = database.execute(f"{_HEAD} {rest}").fetchall()
        return [SuiteHead(r[0], r[1], tuple(json.loads(r[2])), *r[3:]) for r in rows]


def pack_suite(suite: Suite) -> str:
    """A whole suite as JSON."""
    return clean(json.dumps(suite_to_json(suite), ensure_ascii=False, separators=(",", ":")))
