"""The store's thread: results in order on the caller's thread, errors where they belong."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.exceptions import capture_exceptions
from pytestqt.qtbot import QtBot

from benchtop.domain.errors import BenchtopError, StoreError
from benchtop.services.store_thread import StoreThread
from benchtop.store.database import Store


@pytest.fixture
def thread(tmp_path: Path, qapp: object) -> Iterator[StoreThread]:
    made = StoreThread(tmp_path / "data" / "benchtop.sqlite3")
    yield made
    made.close()


def test_results_come_in_order_on_the_thread_that_asked(thread: StoreThread, qtbot: QtBot) -> None:
    seen: list[tuple[int, threading.Thread]] = []
    for number in range(20):
        thread.run(
            lambda _store, number=number: (number, threading.current_thread()),
            lambda result: seen.append((result[0], threading.current_thread())),
        )
    qtbot.waitUntil(lambda: len(seen) == 20)
    assert [number for number, _ in seen] == list(range(20))
    assert {t for _, t in seen} == {threading.main_thread()}


def test_work_is_done_elsewhere(thread: StoreThread, qtbot: QtBot) -> None:
    where: list[threading.Thread] = []
    thread.run(lambda _store: threading.current_thread(), where.append)
    qtbot.waitUntil(lambda: bool(where))
    assert where != [threading.main_thread()]


def refuse(store: Store) -> None:
    raise StoreError(path=str(store.path), detail="no")


def test_an_error_goes_to_who_asked_or_to_the_signal(thread: StoreThread, qtbot: QtBot) -> None:
    asked: list[BenchtopError] = []
    thread.run(refuse, refused=asked.append)
    with qtbot.waitSignal(thread.failed) as told:
        thread.run(refuse)
    assert isinstance(told.args[0], StoreError)
    assert len(asked) == 1


def test_a_fault_of_ours_is_never_silent(thread: StoreThread, qtbot: QtBot) -> None:
    done: list[object] = []
    with capture_exceptions() as exceptions:
        thread.run(lambda _store: 1 / 0)
        thread.run(lambda _store: None, done.append)
        qtbot.waitUntil(lambda: bool(done))
    assert [kind for kind, _value, _trace in exceptions] == [ZeroDivisionError]


def test_what_was_asked_before_the_end_is_still_done(tmp_path: Path, qapp: object) -> None:
    path = tmp_path / "data" / "benchtop.sqlite3"
    thread = StoreThread(path)
    made: list[str] = []
    thread.run(lambda store: made.append(store.folders.add("work").name))
    thread.close()
    thread.run(lambda _store: made.append("too late"))
    assert made == ["work"]
