"""The tables of training runs: what was asked for, how far it came, its curves and samples.

A run belongs to the process that trains it; one whose process is gone is paused, and may be gone on with.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any, Literal

from benchtop.domain.teach_errors import RunBusy, RunUnknown
from benchtop.domain.training import (
    HoldoutPoint,
    RunState,
    SamplePoint,
    TrainingPlan,
    TrainingResult,
    TrainingRun,
    TrainingSettings,
    TrainPoint,
)
from benchtop.store.connection import Connection
from benchtop.store.rows import clean
from benchtop.store.table import TableFamily, marks
from benchtop.store.writer import Writer

Point = TrainPoint | HoldoutPoint | SamplePoint
Kind = Literal["train", "holdout", "sample"]
_KINDS: dict[type[Point], Kind] = {
    TrainPoint: "train",
    HoldoutPoint: "holdout",
    SamplePoint: "sample",
}
_COLUMNS = (
    "id", "name", "model_id", "model", "dataset_id", "version_id", "parent_id", "settings", "plan", "result",
    "state", "error", "step", "steps", "adapter_id", "created", "finished", "deleted",
)  # fmt: skip
_SELECT = f"select {', '.join(_COLUMNS)} from training_runs"


class TrainingRunTable(TableFamily):
    """Runs, their points, and the bin of them. Every method may raise the errors of a Connection."""

    def __init__(self, connection: Connection, writer: Writer) -> None:
        super().__init__(connection)
        self._writer = writer

    def put(self, run: TrainingRun) -> None:
        """Add a run of this process, or put all of it in place of what its id stands for."""
        row = _row(run)
        changed = ", ".join(f"{name} = excluded.{name}" for name in _COLUMNS if name != "id")
        with self._connection.writing() as database:
            database.execute(
                f"insert into training_runs ({', '.join(_COLUMNS)}, writer_pid, writer_started)"
                f" values ({marks(len(row) + 2)}) on conflict (id) do update set {changed},"
                " writer_pid = excluded.writer_pid, writer_started = excluded.writer_started",
                (*row, self._writer.pid, self._writer.started),
            )

    def get(self, run_id: str) -> TrainingRun:
        """The run of an id, also one in the bin; RunUnknown for an unknown one."""
        found = self._select("where id = ?", clean(run_id))
        if not found:
            raise RunUnknown(run=run_id)
        return found[0]

    def all(self) -> list[TrainingRun]:
        """Those not in the bin, the newest first."""
        return self._select("where deleted is null order by created desc, rowid desc")

    def states(self) -> dict[str, RunState]:
        """How each run stands, by its id, those in the bin included."""
        with self._connection.reading() as database:
            rows = database.execute("select id, state from training_runs").fetchall()
        return dict(rows)

    def any_at_work(self) -> bool:
        """Whether a run is prepared or trained, as far as the store knows."""
        with self._connection.reading() as database:
            found = database.execute(
                "select 1 from training_runs where state in ('preparing', 'running')"
                " and deleted is null limit 1"
            ).fetchone()
        return found is not None

    def at_work(self) -> list[TrainingRun]:
        """Those that a living process prepares or trains."""
        with self._connection.reading() as database:
            rows = database.execute(
                "select id, writer_pid, writer_started from training_runs"
                " where state in ('preparing', 'running') order by created"
            ).fetchall()
        return [self.get(one) for one, pid, start in rows if pid and Writer(pid, start).is_alive]

    def take_orphans(self) -> list[str]:
        """Pause what dead processes were training; the ids of those runs, the oldest first."""
        with self._connection.writing() as database:
            rows = database.execute(
                "select id, writer_pid, writer_started from training_runs"
                " where state in ('preparing', 'running') order by created"
            ).fetchall()
            gone = [one for one, pid, start in rows if not (pid and Writer(pid, start).is_alive)]
            database.conn.executemany(
                "update training_runs set state = 'paused' where id = ?", ((one,) for one in gone)
            )
        return gone

    def take_up(self, run_id: str) -> TrainingRun:
        """Make a run that this process is to go on with its own, so that no other trains it as well; the run
        as it stood. Raises RunUnknown, and RunBusy while another process is at it."""
        with self._connection.writing() as database:
            found = self.get(run_id)
            pid, started = database.execute(
                "select writer_pid, writer_started from training_runs where id = ?", (found.id,)
            ).fetchone()
            if found.state in ("preparing", "running") and pid and Writer(pid, started).is_alive:
                raise RunBusy(run=run_id)
            database.execute(
                "update training_runs set state = 'running', writer_pid = ?, writer_started = ?"
                " where id = ?",
                (self._writer.pid, self._writer.started, found.id),
            )
        return found

    def leave(self, run_id: str) -> None:
        """Leave a run that is at work to whoever goes on with it; nothing happens for an unknown one."""
        self._assign("training_runs", run_id, {"writer_pid": None, "writer_started": None})

    def set_state(
        self, run_id: str, state: RunState, error: str = "", finished: float | None = None
    ) -> None:
        """Say how a run stands; nothing happens for an unknown one."""
        values = {"state": state, "error": clean(error), "finished": finished}
        writer = {"writer_pid": self._writer.pid, "writer_started": self._writer.started}
        self._assign("training_runs", run_id, values | writer)

    def set_step(self, run_id: str, step: int) -> None:
        """Say how far a run is; nothing happens for an unknown one."""
        self._assign("training_runs", run_id, {"step": step})

    def add_points(self, run_id: str, points: Sequence[Point]) -> None:
        """Keep what was seen on the way; the same step again takes the place of the one before (a run that
        went on from a checkpoint made it twice)."""
        rows = [
            (clean(run_id), _KINDS[type(one)], one.step, getattr(one, "place", 0), _packed(one))
            for one in points
        ]
        steps = [one.step for one in points if isinstance(one, TrainPoint)]
        with self._connection.writing() as database:
            database.conn.executemany(
                "insert into training_points (run_id, kind, step, place, content) values (?, ?, ?, ?, ?)"
                " on conflict do update set content = excluded.content",
                rows,
            )
            if steps:
                database.execute(
                    "update training_runs set step = ? where id = ?", (max(steps), clean(run_id))
                )

    def train_points(self, run_id: str) -> list[TrainPoint]:
        """Each step, in order."""
        return [TrainPoint(**_known(TrainPoint, one)) for one in self._points(run_id, "train")]

    def holdout_points(self, run_id: str) -> list[HoldoutPoint]:
        """Each reading of the holdout, in order."""
        return [
            HoldoutPoint(**_known(HoldoutPoint, one)) for one in self._points(run_id, "holdout")
        ]

    def samples(self, run_id: str) -> list[SamplePoint]:
        """Each sample, by step and place."""
        return [SamplePoint(**_known(SamplePoint, one)) for one in self._points(run_id, "sample")]

    def forget(self, run_id: str) -> None:
        """Forget a run that never made a step; nothing happens for another."""
        with self._connection.writing() as database:
            database.execute(
                "delete from training_runs where id = ? and step = 0 and adapter_id = ''",
                (clean(run_id),),
            )

    def delete(self, run_id: str) -> None:
        """Move a run to the bin; nothing happens for an unknown one."""
        self._assign("training_runs", run_id, {"deleted": time.time()})

    def restore(self, run_id: str) -> None:
        """Take a run out of the bin; nothing happens for an unknown one."""
        self._assign("training_runs", run_id, {"deleted": None})

    def empty_bin(self, older_than: float) -> list[str]:
        """Forget what was deleted before that time (seconds since 1970); the ids, whose folders may go."""
        with self._connection.writing() as database:
            rows = database.execute(
                "delete from training_runs where deleted < ? returning id", (older_than,)
            ).fetchall()
        return [row[0] for row in rows]

    def _points(self, run_id: str, kind: Kind) -> list[dict[str, Any]]:
        with self._connection.reading() as database:
            rows = database.execute(
                "select content from training_points where run_id = ? and kind = ? order by step, place",
                (clean(run_id), kind),
            ).fetchall()
        return [json.loads(row[0]) for row in rows]

    def _select(self, rest: str, *parameters: str) -> list[TrainingRun]:
        with self._connection.reading() as database:
            rows = database.execute(f"{_SELECT} {rest}", parameters).fetchall()
        return [_run(dict(zip(_COLUMNS, row, strict=True))) for row in rows]


def _packed(point: Point) -> str:
    return clean(json.dumps(asdict(point), ensure_ascii=True, separators=(",", ":")))


def _json(values: Mapping[str, Any] | None) -> str:
    return json.dumps(dict(values), separators=(",", ":")) if values is not None else ""


def _row(run: TrainingRun) -> tuple[Any, ...]:
    result = asdict(run.result) if run.result is not None else None
    return (
        clean(run.id), clean(run.name), clean(str(run.model.get("id", ""))), _json(run.model),
        clean(run.dataset_id), clean(run.version_id), clean(run.parent_id), _json(run.settings.to_json()),
        _json(asdict(run.plan)), _json(result), run.state, clean(run.error), run.step, run.steps,
        clean(run.adapter_id), run.created, run.finished, run.deleted,
    )  # fmt: skip


def _run(row: dict[str, Any]) -> TrainingRun:
    row.pop("model_id")
    row["model"] = json.loads(row["model"])
    row["settings"] = TrainingSettings.from_json(json.loads(row["settings"]))
    row["plan"] = TrainingPlan(**_known(TrainingPlan, json.loads(row["plan"])))
    result = json.loads(row["result"]) if row["result"] else None
    row["result"] = TrainingResult(**_known(TrainingResult, result)) if result else None
    return TrainingRun(**row)


def _known(kind: type[Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """What this version knows of values that a later one may have written."""
    names = {f.name for f in fields(kind)}
    return {name: value for name, value in values.items() if name in names}
