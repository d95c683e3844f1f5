"""The table of runs of suites; what they ask for is in suite_cells."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import fields
from itertools import product
from typing import Any

from benchtop.domain.errors import BadParameter, StoreDamaged
from benchtop.domain.suite_json import suite_from_json
from benchtop.domain.suite_runs import MOST_CELLS, MOST_REPEATS, RunState, SuiteRun, SuiteRunHead
from benchtop.store.rows import clean
from benchtop.store.suites import pack_suite
from benchtop.store.table import TableFamily, marks

_COLUMNS = "id, suite_id, name, suite, contestants, repeats, created, state, error, deleted"
_HEADS = """select r.id, r.suite_id, r.name, r.contestants, r.repeats, r.created, r.state, r.error,
    coalesce(sum(c.state = 'queued'), 0), coalesce(sum(c.state = 'running'), 0),
    coalesce(sum(c.state = 'done'), 0), coalesce(sum(c.state = 'failed'), 0),
    coalesce(sum(c.passed), 0), count(c.passed)
    from suite_runs r left join suite_cells c on c.run_id = r.id"""


class SuiteRunTable(TableFamily):
    """Runs of suites, and the bin of them. Every method may raise the errors of a Connection."""

    def add(self, run: SuiteRun) -> None:
        """Add a run and queue all its cells, or nothing of it; StoreError when its id is taken.

        The cells are queued contestant by contestant, so that each model is loaded once. Raises
        BadParameter for more repeats or cells than MOST_REPEATS and MOST_CELLS.
        """
        _check_size(run)
        contestants = json.dumps([dict(one) for one in run.contestants])
        row = (
            clean(run.id), clean(run.suite.id), clean(run.suite.name), pack_suite(run.suite), contestants,
            run.repeats, run.created, run.state, clean(run.error), run.deleted,
        )  # fmt: skip
        places = product(
            range(len(run.contestants)), (p.id for p in run.suite.prompts), range(run.repeats)
        )
        with self._connection.writing() as database:
            database.execute(f"insert into suite_runs ({_COLUMNS}) values ({marks(len(row))})", row)
            database.conn.executemany(
                "insert into suite_cells (run_id, contestant, prompt_id, repeat, state)"
                " values (?, ?, ?, ?, 'queued')",
                ((row[0], contestant, clean(prompt), n) for contestant, prompt, n in places),
            )

    def get(self, run_id: str) -> SuiteRun:
        """The run of an id, also one in the bin; StoreError for an unknown one.

        Its suite is as it was, ``builtin`` aside, which is not kept.
        """
        with self._connection.reading() as database:
            row = database.execute(
                f"select {_COLUMNS} from suite_runs where id = ?", (clean(run_id),)
            ).fetchone()
        if row is None:
            raise self._unknown("suite run", run_id)
        return self._run(row)

    def heads(self, suite_id: str | None = None) -> list[SuiteRunHead]:
        """Those not in the bin, the newest first (of one suite alone); the suites are not read."""
        where, parameters = "where r.deleted is null", []
        if suite_id is not None:
            where, parameters = f"{where} and r.suite_id = ?", [clean(suite_id)]
        with self._connection.reading() as database:
            rows = database.execute(
                f"{_HEADS} {where} group by r.id order by r.created desc, r.rowid desc", parameters
            ).fetchall()
        return [_head(row) for row in rows]

    def any_running(self) -> bool:
        """Whether a run is to go on; no cell is read."""
        with self._connection.reading() as database:
            found = database.execute(
                "select 1 from suite_runs where state = 'running' and deleted is null limit 1"
            ).fetchone()
        return found is not None

    def set_state(self, run_id: str, state: RunState, error: str = "") -> None:
        """Pause a run (``error`` is why, where it was no person), or let it go on; a run with nothing left to
        do stays done. Nothing happens for an unknown one."""
        values = (state, clean(error), clean(run_id))
        with self._connection.writing() as database:
            database.execute("update suite_runs set state = ?, error = ? where id = ?", values)
            finish_if_done(database, clean(run_id))

    def delete(self, run_id: str) -> None:
        """Move a run to the bin, where it does not go on; nothing happens for an unknown one."""
        self._assign("suite_runs", run_id, {"deleted": time.time()})

    def restore(self, run_id: str) -> None:
        """Take a run out of the bin; nothing happens for an unknown one."""
        self._assign("suite_runs", run_id, {"deleted": None})

    def empty_bin(self, older_than: float) -> int:
        """Forget what was deleted before that time (seconds since 1970), with its replies; how many."""
        with self._connection.writing() as database:
            removed = database.execute("delete from suite_runs where deleted < ?", (older_than,))
            return int(removed.rowcount)

    def _run(self, row: Sequence[Any]) -> SuiteRun:
        try:
            suite = suite_from_json(json.loads(row[3]))
        except ValueError as error:
            detail = f"the suite run {row[0]}: {error}"
            raise StoreDamaged(path=str(self._connection.path), detail=detail) from error
        return SuiteRun(row[0], suite, tuple(json.loads(row[4])), *row[5:])


def finish_if_done(database: Any, run_id: str) -> None:
    """Inside a transaction: mark a run as done when no cell of it is left to do."""
    database.execute(
        "update suite_runs set state = 'done' where id = ? and not exists (select 1 from suite_cells"
        " where run_id = suite_runs.id and state in ('queued', 'running'))",
        (run_id,),
    )


def _head(row: Sequence[Any]) -> SuiteRunHead:
    values = dict(zip((f.name for f in fields(SuiteRunHead)), row, strict=True))
    return SuiteRunHead(**values | {"contestants": tuple(json.loads(values["contestants"]))})


def _check_size(run: SuiteRun) -> None:
    if not 1 <= run.repeats <= MOST_REPEATS:
        raise BadParameter(name="repeats", value=run.repeats, allowed=f"1 to {MOST_REPEATS:,}")
    if not 1 <= run.cells <= MOST_CELLS:
        allowed = f"prompts × contestants × repeats are 1 to {MOST_CELLS:,}"
        raise BadParameter(name="The number of replies", value=f"{run.cells:,}", allowed=allowed)
