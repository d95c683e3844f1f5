"""A store of each schema there ever was opens with all that was in it; a newer one is left alone.

The fixtures are stores as each step left them (freeze_schemas.py made them once).
"""

from __future__ import annotations

import gzip
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from benchtop.domain.errors import StoreNewer
from benchtop.store.connection import open_connection
from benchtop.store.database import open_store
from benchtop.store.migrations import STEPS, check_before_opening, migrate
from unit.store.freeze_schemas import FOLDER, fixture_of
from unit.store.makers import check_whole
from unit.store.test_migrations import applied, shape

NAMES = [name for name, _ in STEPS]
Rows = Mapping[str, list[dict[str, Any]]]


@pytest.fixture(params=NAMES)
def step(request: pytest.FixtureRequest, path: Path) -> str:
    """A step whose store lies at ``path``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.decompress(fixture_of(request.param).read_bytes()))
    return str(request.param)


def rows_of(path: Path) -> Rows:
    """All rows of all tables of ours, in the order in which they came."""
    raw = sqlite3.connect(path)
    raw.row_factory = sqlite3.Row
    found = {}
    for name, sql in raw.execute(
        "select name, sql from sqlite_master where type = 'table' and sql like '%strict%'"
    ).fetchall():
        place = "" if "without rowid" in sql else "rowid as place, "
        rows = raw.execute(f"select {place}* from {name} order by 1").fetchall()
        found[name] = [dict(row) for row in rows]
    raw.close()
    return found


def test_each_step_is_frozen() -> None:
    frozen = sorted(one.name for one in FOLDER.iterdir())
    assert frozen == [fixture_of(name).name for name in NAMES], "run freeze_schemas.py once"


def test_all_that_was_there_is_there_after_an_upgrade(step: str, path: Path) -> None:
    assert applied(path) == NAMES[: NAMES.index(step) + 1]
    before = rows_of(path)
    assert all(before.values()), "one of everything that this schema knows"
    connection = open_connection(path)
    migrate(connection)  # opening the store would end the replies of dead processes as well
    connection.close()
    after = rows_of(path)
    for table, rows in before.items():
        kept = [
            {name: new[name] for name in old} for old, new in zip(rows, after[table], strict=True)
        ]
        assert kept == rows, table
    check_whole(path)
    new = path.with_name("new.sqlite3")
    open_store(new).close()
    assert shape(path) == shape(new)


def test_what_was_kept_can_be_read(step: str, path: Path) -> None:
    with open_store(path) as store:
        assert [one.id for one in store.conversations.all()] == ["c0ffee01"]
        assert [hit.message_id for hit in store.messages.search("cafe")] == ["a2"]
        assert [one.id for one in store.models.all()] == ["tiny-1"]
        if step >= "0008":
            assert store.suites.get("s1").id == "s1"
            assert store.suite_cells.of("r1")[0].state == "failed"
        if step >= "0009":
            assert len(store.contests.votes()) == 1
        if step >= "0010":
            assert [one.id for one in store.training_runs.all()] == ["t1"]
            assert len(store.training_runs.train_points("t1")) == 1
            assert [one.id for one in store.adapters.all()] == ["l1"]
            (version,) = store.versions.of("d")
            assert len(store.versions.read_version(version.id)) == 4


def test_the_version_before_leaves_a_newer_store_alone(step: str, path: Path) -> None:
    """As each version but the newest would find it after a downgrade."""
    place = NAMES.index(step)
    if not place:
        return  # nothing was before it
    untouched = path.read_bytes()
    with pytest.raises(StoreNewer, match="newer Benchtop"):
        check_before_opening(path, STEPS[:place])
    assert path.read_bytes() == untouched
