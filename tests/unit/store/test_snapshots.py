from __future__ import annotations

import os
import re
import sqlite3
from pathlib import Path

import pytest

from benchtop.domain.errors import StoreDamaged
from benchtop.store.connection import open_read_only
from benchtop.store.database import Store, open_store
from benchtop.store.snapshots import KEPT, snapshot
from unit.store.makers import conversation, everything, message


def take(store: Store, reason: str) -> Path:
    with store.connection.reading() as database:
        return snapshot(database.conn, store.path, reason)


def test_a_snapshot_is_a_whole_store_in_one_private_file(talk: Store) -> None:
    talk.messages.add(message("u1"))
    place = take(talk, "before the/great change")
    assert re.fullmatch(r"benchtop-\d{8}T\d{12}Z-before-the-great-change\.sqlite3", place.name)
    assert [file.name for file in place.parent.iterdir()] == [place.name]
    assert place.stat().st_mode & 0o777 == 0o600
    assert place.parent.stat().st_mode & 0o777 == 0o700
    with open_store(place) as copy:
        assert everything(copy) == everything(talk)


def test_the_newest_five_are_kept_and_nothing_else_is_touched(talk: Store) -> None:
    folder = talk.path.parent / "snapshots"
    first = take(talk, "0")
    mine = folder / "my own copy.sqlite3"
    mine.write_bytes(b"mine")
    other = folder / "other-20200101T000000000000Z-x.sqlite3"
    other.write_bytes(b"another store's")
    left = folder / "benchtop-20200101T000000000000Z-x.part"
    left.write_bytes(b"left by a death")
    os.utime(left, (0, 0))
    new_part = folder / "benchtop-20200101T000000000001Z-x.part"
    new_part.write_bytes(b"still being written")
    taken = [take(talk, str(number)) for number in range(1, KEPT + 1)]
    assert not first.exists()
    assert set(folder.iterdir()) == {*taken, mine, other, new_part}


def test_a_snapshot_inside_a_transaction_is_refused_at_once(talk: Store) -> None:
    with talk.connection.writing() as database, pytest.raises(ValueError, match="outside"):
        snapshot(database.conn, talk.path, "x")


def test_a_damaged_store_makes_no_snapshot(path: Path) -> None:
    with open_store(path) as store:
        store.conversations.add(conversation())
        for number in range(300):
            store.messages.add(message(f"u{number}", content="dragons " * 100))
    data = bytearray(path.read_bytes())
    middle = len(data) // 2 // 4096 * 4096
    data[middle : middle + 40_960] = b"\xff" * 40_960
    path.write_bytes(data)
    with open_read_only(path) as database, pytest.raises(StoreDamaged):
        snapshot(database.conn, path, "x")
    assert list((path.parent / "snapshots").iterdir()) == []
    assert path.read_bytes() == data


def test_a_snapshot_opens_without_files_beside_it(talk: Store) -> None:
    place = take(talk, "x")
    raw = sqlite3.connect(f"{place.as_uri()}?mode=ro&immutable=1", uri=True)
    assert raw.execute("pragma journal_mode").fetchone() == ("delete",)
    assert raw.execute("select count(*) from conversations").fetchone() == (1,)
    raw.close()
