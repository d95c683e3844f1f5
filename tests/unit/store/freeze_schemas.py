"""Makes the fixtures of test_released_schemas.py: a store with one of everything, as each step left it.

    PYTHONPATH=app:tests python -m unit.store.freeze_schemas

A fixture that is there is never made anew: it stands for files that people have. Run it once after a new
step, before that is released.
"""

from __future__ import annotations

import gzip
import sqlite3
import tempfile
from pathlib import Path

from benchtop.domain.adapters import AdapterFile
from benchtop.domain.downloads import Download
from benchtop.domain.hub import Connection
from benchtop.domain.repo_files import RepoFile
from benchtop.domain.suite_runs import SuiteRun
from benchtop.domain.training import HoldoutPoint, TrainingRun, TrainingSettings, TrainPoint
from benchtop.store.connection import open_connection
from benchtop.store.database import Store, open_store
from benchtop.store.migrations import STEPS, migrate
from unit.store.contest_makers import answer, contest, vote
from unit.store.example_makers import filled
from unit.store.test_suites import suite

FIXTURES = Path(__file__).parent / "fixtures"
FOLDER = FIXTURES / "steps"


def fixture_of(step: str) -> Path:
    """Where the store of a step is frozen."""
    return FOLDER / f"{step}.sqlite3.gz"


def fill(store: Store) -> None:
    """One of everything that came after the first step."""
    store.edits.put("u1", "What is a dragon, really?")
    file = RepoFile("tiny.gguf", 1_000, "ab" * 32)
    store.downloads.add(Download("d1", "us/tiny", "c0ffee", "Tiny", (file,), "/models", 7.0, 1.0))
    store.connections.record(Connection("n1", 8.0, "hub.example", "search", "tiny", "ended", 12))
    store.loads.record("tiny-1", "llama", 9.0, context=512, predicted=40, measured=50)
    store.suites.put(suite())
    store.suite_runs.add(SuiteRun("r1", suite(), ({"name": "Tiny"},), 1, 10.0))
    cell = store.suite_cells.take("r1")
    assert cell is not None
    store.suite_cells.fail(cell, "The disk was full.")
    store.contests.begin(contest())
    for place in (0, 1):
        store.contests.put_answer(answer(place))
    store.contests.cast(vote())
    filled(store, 4)
    version = store.versions.make_version("d")
    run = TrainingRun(
        "t1", "Facts on Tiny", {"id": "tiny-1", "name": "Tiny"}, "d", version.id, TrainingSettings(), "done",
        adapter_id="l1", created=11.0,
    )  # fmt: skip
    store.training_runs.put(run)
    store.training_runs.add_points(
        "t1", [TrainPoint(1, 2.5, 1e-3, 40, 0.5), HoldoutPoint(1, 2.25, True)]
    )
    store.adapters.put(AdapterFile("l1", "Facts", "/adapters/facts.gguf", 10, run_id="t1"))
    store.imports.begin("d", "/home/me/facts.jsonl", 99)


def freeze(step: str, whole: Path, folder: Path) -> None:
    """A store of the schema of a step, with all that the whole one has and that schema knows."""
    names = [name for name, _ in STEPS]
    path = folder / f"{step}.sqlite3"
    raw = sqlite3.connect(path)
    raw.executescript((FIXTURES / "schema_0_1.sql").read_text("utf-8"))
    raw.close()
    connection = open_connection(path)
    migrate(connection, STEPS[: names.index(step) + 1])
    connection.close()
    raw = sqlite3.connect(path, isolation_level=None)
    raw.execute("attach ? as whole", (str(whole),))
    raw.execute("begin")
    for (table,) in raw.execute(
        "select name from main.sqlite_master where type = 'table' and sql like '%strict%'"
        " order by rowid"
    ).fetchall():
        if raw.execute(f"select count(*) from main.{table}").fetchone()[0]:
            continue
        ours = {row[1] for row in raw.execute(f"pragma main.table_info({table})")}
        theirs = {row[1] for row in raw.execute(f"pragma whole.table_info({table})")}
        columns = ", ".join(sorted(ours & theirs))
        raw.execute(f"insert into main.{table} ({columns}) select {columns} from whole.{table}")
    raw.execute("commit")
    raw.execute("detach whole")
    raw.execute("pragma journal_mode = delete")
    raw.execute("vacuum")
    raw.close()
    fixture_of(step).write_bytes(gzip.compress(path.read_bytes(), 9, mtime=0))


def main() -> None:
    """Freeze what is not frozen yet."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        whole = Path(place) / "whole.sqlite3"
        raw = sqlite3.connect(whole)
        raw.executescript((FIXTURES / "schema_0_1.sql").read_text("utf-8"))
        raw.close()
        with open_store(whole) as store:
            fill(store)
        for step, _ in STEPS:
            if not fixture_of(step).exists():
                freeze(step, whole, Path(place))
                print(fixture_of(step), fixture_of(step).stat().st_size)


if __name__ == "__main__":
    main()
