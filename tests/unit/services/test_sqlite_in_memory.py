"""A file of SQLite's and its log, put together as SQLite itself does it."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from benchtop.services.sqlite_in_memory import with_log


def dump(file: bytes | bytearray) -> list[str]:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.deserialize(file)
        assert connection.execute("pragma integrity_check").fetchall() == [("ok",)]
        return list(connection.iterdump())


def parts(path: Path) -> tuple[bytes, bytes]:
    log = path.with_name(path.name + "-wal")
    return path.read_bytes(), log.read_bytes() if log.exists() else b""


def busy(path: Path, page: int = 4096) -> sqlite3.Connection:
    """A file that is open, and written to its log."""
    database = sqlite3.connect(path, isolation_level=None)
    database.execute(f"pragma page_size = {page}")
    database.execute("pragma journal_mode = wal")
    database.execute("create table t (id integer primary key, x)")
    return database


@pytest.mark.parametrize("seed", range(12))
def test_whatever_was_written_is_as_sqlite_reads_it(tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)
    path = tmp_path / "db.sqlite"
    with closing(busy(path, dice.choice([512, 1024, 4096, 65536]))) as database:
        for _ in range(30):
            database.execute("begin")
            for _ in range(dice.randint(1, 30)):
                text = chr(dice.randrange(97, 122)) * dice.randint(1, 3000)
                database.execute("insert into t (x) values (?)", (text,))
            database.execute("delete from t where id % ? = 0", (dice.randint(2, 5),))
            database.execute(dice.choice(["commit", "commit", "rollback"]))
            if dice.random() < 0.1:
                database.execute(f"pragma wal_checkpoint({dice.choice(['full', 'truncate'])})")
            if dice.random() < 0.1:
                database.execute("vacuum")
            assert dump(with_log(*parts(path))) == list(database.iterdump())


def test_a_log_that_was_cut_or_spoiled_counts_up_to_the_last_whole_transaction(
    tmp_path: Path,
) -> None:
    path = tmp_path / "db.sqlite"
    with closing(busy(path)) as database:
        ends: list[tuple[int, list[str]]] = []
        for number in range(5):
            database.execute("insert into t (x) values (?)", (str(number),))
            ends.append((len(parts(path)[1]), list(database.iterdump())))
        file, log = parts(path)
    for number in range(4):
        end, there = ends[number]
        spoiled = bytearray(log)
        spoiled[end + 30] ^= 1
        assert dump(with_log(file, bytes(spoiled))) == there
        assert dump(with_log(file, log[: end + 100])) == there


@pytest.mark.parametrize("log", [b"", b"x" * 10, b"x" * 9000, bytes(9000)])
def test_what_is_no_log_changes_nothing(tmp_path: Path, log: bytes) -> None:
    path = tmp_path / "db.sqlite"
    busy(path).close()
    file, _log = parts(path)
    assert dump(with_log(file, log)) == dump(with_log(file, b""))
    assert with_log(b"", log) == b""
