"""The table of cells: the queue of a run's replies, and the replies.

A cell is taken by one process in a transaction of its own, and written whole when it is done. What a
process had taken when it died is queued again when the store is opened next.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from typing import Any

from benchtop.domain.generation import StopReason, Timings
from benchtop.domain.suite_runs import SuiteCell
from benchtop.store.connection import Connection
from benchtop.store.rows import clean, fitting, pack_timings, unpack_timings
from benchtop.store.suite_runs import finish_if_done
from benchtop.store.table import TableFamily
from benchtop.store.writer import Writer

_COLUMNS = (
    "run_id, contestant, prompt_id, repeat, state, reply, reasoning, seed, timings, stop, checks, passed,"
    " error, finished"
)
_THIS = "run_id = ? and contestant = ? and prompt_id = ? and repeat = ?"
_FREE = "writer_pid = null, writer_started = null"


class SuiteCellTable(TableFamily):
    """Cells of all runs. Every method may raise the errors of a Connection."""

    def __init__(self, connection: Connection, writer: Writer) -> None:
        super().__init__(connection)
        self._writer = writer

    def of(self, run_id: str, state: str | None = None) -> list[SuiteCell]:
        """The cells of a run in the order of the queue (in one state alone)."""
        rest, parameters = "where run_id = ?", [clean(run_id)]
        if state is not None:
            rest, parameters = f"{rest} and state = ?", [*parameters, state]
        return self._select(f"{rest} order by seq", parameters)

    def without_replies(self, run_id: str) -> list[SuiteCell]:
        """The cells of a run in the order of the queue, their replies and reasoning left unread: what a
        table and its totals need, of a hundred thousand cells too."""
        columns = _COLUMNS.replace("reply, reasoning", "'' as reply, '' as reasoning")
        with self._connection.reading() as database:
            rows = database.execute(
                f"select {columns} from suite_cells where run_id = ? order by seq", (clean(run_id),)
            ).fetchall()
        return [_cell(row) for row in rows]

    def get(self, cell: SuiteCell) -> SuiteCell | None:
        """The cell at the same place as it is now, or None."""
        return next(iter(self._select(f"where {_THIS}", _place(cell))), None)

    def take(self, run_id: str, contestant: int | None = None) -> SuiteCell | None:
        """Take the next queued cell of a run (of one contestant alone), which is running from now on.

        None where none is queued, and where the run is not to go on: paused, done or in the bin. Two
        processes never take the same one.
        """
        wanted, parameters = "", [clean(run_id)]
        if contestant is not None:
            wanted, parameters = "and contestant = ?", [*parameters, contestant]  # type: ignore[list-item]
        with self._connection.writing() as database:
            rows = database.execute(
                "update suite_cells set state = 'running', error = '', writer_pid = ?, writer_started = ?"
                " where seq = (select seq from suite_cells where run_id = ? and state = 'queued'"
                f" {wanted} and exists (select 1 from suite_runs where id = run_id and"
                " state = 'running' and deleted is null) order by contestant, seq limit 1)"
                f" returning {_COLUMNS}",
                (self._writer.pid, self._writer.started, *parameters),
            ).fetchall()
        return _cell(rows[0]) if rows else None

    def keep(
        self,
        cell: SuiteCell,
        reply: str,
        *,
        reasoning: str = "",
        seed: int | None = None,
        timings: Timings | None = None,
        stop: StopReason | None = None,
        checks: Sequence[Mapping[str, Any]] = (),
        passed: bool | None = None,
    ) -> None:
        """Write the reply of a cell, which is done; with the last one, so is its run.

        Nothing happens where another process took the cell since.
        """
        packed = json.dumps([dict(check) for check in checks], ensure_ascii=False) if checks else ""
        self._finish(
            cell, "state = 'done', reply = ?, reasoning = ?, seed = ?, timings = ?, stop = ?, checks = ?,"
            " passed = ?, error = ''",
            (clean(reply), clean(reasoning), None if seed is None else fitting(seed),
             pack_timings(timings), stop, clean(packed), passed),
        )  # fmt: skip

    def fail(self, cell: SuiteCell, error: str) -> None:
        """Mark a cell that got no reply, with the sentence of why; the rest of its run goes on.

        Nothing happens where another process took the cell since.
        """
        self._finish(cell, "state = 'failed', error = ?", (clean(error),))

    def put_back(self, cell: SuiteCell) -> None:
        """Queue a cell again that this process had taken, as when a person pauses."""
        with self._connection.writing() as database:
            database.execute(
                f"update suite_cells set state = 'queued', {_FREE} where {_THIS} and state = 'running'"
                " and writer_pid = ? and writer_started = ?",
                (*_place(cell), self._writer.pid, self._writer.started),
            )

    def put_all_back(self, run_id: str) -> None:
        """Queue again every cell of a run that this process had taken, as when it ends."""
        with self._connection.writing() as database:
            database.execute(
                f"update suite_cells set state = 'queued', {_FREE} where run_id = ? and state = 'running'"
                " and writer_pid = ? and writer_started = ?",
                (clean(run_id), self._writer.pid, self._writer.started),
            )

    def try_failed_again(self, run_id: str) -> int:
        """Queue the failed cells of a run again, which then goes on; how many."""
        with self._connection.writing() as database:
            count = int(
                database.execute(
                    "update suite_cells set state = 'queued', error = '', finished = null"
                    " where run_id = ? and state = 'failed'",
                    (clean(run_id),),
                ).rowcount
            )
            if count:
                database.execute(
                    "update suite_runs set state = 'running', error = '' where id = ?",
                    (clean(run_id),),
                )
        return count

    def _finish(self, cell: SuiteCell, assignments: str, values: tuple[Any, ...]) -> None:
        with self._connection.writing() as database:
            database.execute(
                f"update suite_cells set {assignments}, finished = ?, {_FREE} where {_THIS}"
                " and state = 'running' and writer_pid = ? and writer_started = ?",
                (*values, time.time(), *_place(cell), self._writer.pid, self._writer.started),
            )
            finish_if_done(database, clean(cell.run_id))

    def _select(self, rest: str, parameters: Sequence[Any]) -> list[SuiteCell]:
        with self._connection.reading() as database:
            rows = database.execute(
                f"select {_COLUMNS} from suite_cells {rest}", parameters
            ).fetchall()
        return [_cell(row) for row in rows]


def requeue_orphans(connection: Connection) -> int:
    """Queue again what dead processes had taken; how many. Those of living ones stay theirs."""
    with connection.reading() as database:
        writers = database.execute(
            "select distinct writer_pid, writer_started from suite_cells where state = 'running'"
        ).fetchall()
    dead = [writer for writer in writers if not (writer[0] and Writer(*writer).is_alive)]
    if not dead:
        return 0
    with connection.writing() as database:
        return sum(
            database.execute(
                f"update suite_cells set state = 'queued', {_FREE} where state = 'running'"
                " and writer_pid is ? and writer_started is ?",
                writer,
            ).rowcount
            for writer in dead
        )


def _place(cell: SuiteCell) -> tuple[str, int, str, int]:
    return clean(cell.run_id), cell.contestant, clean(cell.prompt_id), cell.repeat


def _cell(row: Sequence[Any]) -> SuiteCell:
    values = dict(zip(_COLUMNS.replace(",", " ").split(), row, strict=True))
    checks, passed = values["checks"], values["passed"]
    values["timings"] = unpack_timings(values["timings"])
    values["checks"] = tuple(json.loads(checks)) if checks else ()
    values["passed"] = None if passed is None else bool(passed)
    return SuiteCell(**values)
