from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchtop.domain.errors import StoreDamaged, StoreError, StoreFull
from benchtop.store.database import Store, open_store
from unit.store.makers import check_whole, conversation, message
from unit.store.processes import finished


def test_the_folder_and_every_file_are_their_owners_alone(path: Path) -> None:
    with open_store(path) as store:
        store.conversations.add(conversation())
        assert path.parent.stat().st_mode & 0o777 == 0o700
        modes = {file.name: file.stat().st_mode & 0o777 for file in path.parent.iterdir()}
    names = [path.name, f"{path.name}-wal", f"{path.name}-shm"]
    assert modes == dict.fromkeys(names, 0o600)


def test_a_file_that_was_opened_to_others_is_closed_to_them(path: Path) -> None:
    open_store(path).close()
    path.chmod(0o644)
    open_store(path).close()
    assert path.stat().st_mode & 0o777 == 0o600


def test_every_commit_is_durable_and_every_key_checked(store: Store) -> None:
    with store.connection.reading() as database:
        settings = {
            name: database.execute(f"pragma {name}").fetchone()[0]
            for name in (
                "journal_mode",
                "synchronous",
                "foreign_keys",
                "secure_delete",
                "busy_timeout",
            )
        }
    assert settings == {
        "journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1, "busy_timeout": 5_000,
    }  # fmt: skip


def test_names_with_signs_of_urls_are_plain_names(tmp_path: Path) -> None:
    path = tmp_path / "a b?c#d%20é" / "x&mode=ro.sqlite3"
    for _ in range(2):
        open_store(path).close()
    assert path.is_file()


def test_closing_twice_is_no_error(path: Path) -> None:
    store = open_store(path)
    store.close()
    store.close()


def test_a_failure_in_a_transaction_undoes_all_of_it(talk: Store) -> None:
    def several_things() -> None:
        with talk.connection.writing():
            talk.messages.add(message("u1"))
            talk.folders.add("Work")
            talk.messages.add(message("u1"))

    with pytest.raises(StoreError, match="UNIQUE"):
        several_things()
    assert talk.messages.count() == 0
    assert talk.folders.all() == []


@pytest.mark.parametrize("data", [b"not a database at all, just words" * 100, b"x", b"\0" * 8192])
def test_a_file_that_is_no_database_is_left_as_it_is(path: Path, data: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(data)
    with pytest.raises(StoreDamaged, match="is not a database"):
        open_store(path)
    assert path.read_bytes() == data


def test_an_empty_file_becomes_a_store(path: Path) -> None:
    path.parent.mkdir()
    path.touch()
    with open_store(path) as store:
        store.conversations.add(conversation())
    check_whole(path)


def test_a_folder_in_the_files_place_is_said(path: Path) -> None:
    path.mkdir(parents=True)
    with pytest.raises(StoreError, match="directory"):
        open_store(path)


def test_a_file_in_the_folders_place_is_said(path: Path) -> None:
    path.parent.write_text("words")
    with pytest.raises(StoreError, match=r"(?i)not a directory|file exists"):
        open_store(path)


@pytest.mark.parametrize("part", [0.3, 0.6, 0.9])
def test_damage_inside_the_file_is_said_and_nothing_written(path: Path, part: float) -> None:
    with open_store(path) as store:
        store.conversations.add(conversation())
        for number in range(200):
            store.messages.add(message(f"u{number}", content=f"dragons {number} " * 60))
    data = path.read_bytes()[: int(path.stat().st_size * part)]
    path.write_bytes(data)
    with pytest.raises(StoreDamaged, match="damaged"):
        use(path)
    assert path.read_bytes()[100:] == data[100:]  # the first page counts openings


def use(path: Path) -> None:
    """Open a store, read, search and write."""
    with open_store(path) as store:
        store.messages.of("talk")
        store.messages.search("dragons")
        store.messages.add(message("late"))


def test_what_sqlite_says_is_passed_on_and_a_mistake_of_ours_stays_one(talk: Store) -> None:
    def execute(*arguments: object) -> None:
        with talk.connection.reading() as database:
            database.conn.execute(*arguments)

    with pytest.raises(StoreError, match="SQLite says “no such table: nowhere”"):
        execute("select * from nowhere")
    with pytest.raises(sqlite3.ProgrammingError, match="bindings"):
        execute("select ?", (1, 2))


# Permissions bind no one who is root: as root, the child process becomes "nobody" first.
TRY_TO_OPEN = """
if os.geteuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
try:
    with open_store(path) as store:
        store.conversations.add(Conversation("new", "New", 1.0, 1.0))
    say("opened")
except BenchtopError as error:
    say(type(error).__name__, error)
"""


@pytest.fixture
def public() -> Iterator[Path]:
    """A folder that "nobody" can enter, as pytest's own cannot be."""
    folder = Path(tempfile.mkdtemp(prefix="benchtop-"))
    folder.chmod(0o755)
    yield folder
    for inner in folder.iterdir():
        inner.chmod(0o700)
    shutil.rmtree(folder)


@pytest.mark.parametrize("made", [False, True])
def test_a_folder_that_may_not_be_written_is_said(public: Path, made: bool) -> None:
    path = public / "home" / "benchtop.sqlite3"
    path.parent.mkdir()
    if made:
        with open_store(path) as store:
            store.conversations.add(conversation())
        path.chmod(0o444)
    path.parent.chmod(0o555)
    before = path.read_bytes() if made else None
    (line,) = finished(TRY_TO_OPEN, path)
    assert line.startswith(f"StoreReadOnly {path} may not be written: give your user permission")
    assert (path.read_bytes() if path.exists() else None) == before


def test_a_file_that_may_be_written_in_a_folder_that_may_not_is_said(public: Path) -> None:
    path = public / "home" / "benchtop.sqlite3"
    path.parent.mkdir()
    open_store(path).close()
    path.chmod(0o666)
    path.parent.chmod(0o555)
    (line,) = finished(TRY_TO_OPEN, path)
    assert line.startswith("StoreReadOnly")


def test_another_persons_store_is_said(public: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can make a folder of another person's")
    path = public / "home" / "benchtop.sqlite3"
    open_store(path).close()
    (line,) = finished(TRY_TO_OPEN, path)
    assert line.startswith("StoreReadOnly")


# A full disk, twice: a limit on the size of files works everywhere, a small disk needs root.
FILL_UP = """
with open_store(path) as store:
    talk(store)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, resource.RLIM_INFINITY))
    number = 0
    try:
        while number < 10_000:
            store.messages.add(message(f"u{number}", "z" * 3000))
            number += 1
    except BenchtopError as error:
        say(type(error).__name__, number)
    say(len(store.messages.of("talk")))
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    store.messages.add(message("after"))
    say(len(store.messages.of("talk")))
"""


def test_a_full_disk_is_said_and_loses_nothing(path: Path) -> None:
    full, kept, after = (line.split() for line in finished(FILL_UP, path))
    assert full[0] == "StoreFull"
    assert int(full[1]) > 5
    assert kept == [full[1]]
    assert int(after[0]) == int(full[1]) + 1
    check_whole(path)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of one megabyte."""
    place = tmp_path / "disk"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)]
    if os.geteuid() != 0 or subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("only root, and not in every container, can mount a small disk")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_a_disk_that_fills_up_and_is_freed_again(small_disk: Path) -> None:
    path = small_disk / "home" / "benchtop.sqlite3"
    ballast = small_disk / "ballast"
    ballast.write_bytes(b"z" * 200_000)
    with open_store(path) as store:
        store.conversations.add(conversation())
        number = fill_up(store)
        assert len(store.messages.of("talk")) == number
        assert store.conversations.get("talk").leaf_id == f"u{number - 1}"
        ballast.unlink()
        store.messages.add(message("after"))
        assert len(store.messages.of("talk")) == number + 1
    check_whole(path)


def fill_up(store: Store) -> int:
    """Add messages until the disk is full; returns how many fitted."""
    for number in range(10_000):
        try:
            store.messages.add(message(f"u{number}", content="z" * 3000))
        except StoreFull:
            return number
    raise AssertionError("the disk never filled up")


def test_a_full_disk_at_the_start_is_said(small_disk: Path) -> None:
    ballast = small_disk / "ballast"
    ballast.write_bytes(b"z" * 1_048_576)
    path = small_disk / "benchtop.sqlite3"
    with pytest.raises(StoreError, match="full: free some space"):
        open_store(path)
    ballast.unlink()
    with open_store(path) as store:
        store.conversations.add(conversation())
    check_whole(path)
