"""The store's thread: results in order on the caller's thread, errors where they belong."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pytestqt.exceptions import capture_exceptions
from pytestqt.qtbot import QtBot

from benchtop.domain.chat import Conversation, Message
from benchtop.domain.errors import BenchtopError, StoreBusy, StoreError
from benchtop.services.store_thread import StoreThread
from benchtop.store.database import Store, open_store


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


@contextmanager
def held_elsewhere(path: Path) -> Iterator[None]:
    """Another connection is in the middle of a write, as another process would be."""
    other = sqlite3.connect(path, isolation_level=None)
    try:
        other.execute("begin immediate")
        yield
    finally:
        other.close()


@pytest.fixture
def busy_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test waits five seconds for a lock."""
    monkeypatch.setattr("benchtop.store.connection.BUSY_SECONDS", 0.05)
    monkeypatch.setattr("benchtop.services.store_thread.TRY_AGAIN_MS", 20)


def talk(name: str) -> Conversation:
    return Conversation(name, name.upper(), 1.0, 1.0)


def kept(path: Path) -> list[str]:
    with open_store(path) as store:
        return sorted(one.id for one in store.conversations.all())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "data" / "benchtop.sqlite3"
    open_store(made).close()
    return made


@pytest.mark.usefixtures("busy_soon")
def test_a_store_that_another_holds_loses_nothing(path: Path, qtbot: QtBot) -> None:
    thread = StoreThread(path)
    told: list[BenchtopError] = []
    thread.held.connect(told.append)
    thread.failed.connect(told.append)
    message = Message("m", "a", None, "user", "my words", 1.0)
    try:
        with held_elsewhere(path):
            with qtbot.waitSignal(thread.held):
                thread.keep(lambda store: store.conversations.add(talk("a")), words=talk("a"))
            thread.keep(lambda store: store.messages.add(message), words=message)
            assert thread.write_now() == [talk("a"), message]
        with qtbot.waitSignal(thread.saved_again):
            pass
        assert thread.write_now() == []
        assert thread.held_by is None
    finally:
        thread.close()
    assert [type(error) for error in told] == [StoreBusy]
    with open_store(path) as store:
        assert [one.content for one in store.messages.of("a")] == ["my words"]


@pytest.mark.usefixtures("busy_soon")
def test_what_cannot_be_written_at_the_end_either_is_handed_over(path: Path, qtbot: QtBot) -> None:
    thread = StoreThread(path)
    with held_elsewhere(path):
        with qtbot.waitSignal(thread.held):
            thread.keep(lambda store: store.conversations.add(talk("a")), words=talk("a"))
        thread.close()
    assert thread.left_unsaved == [talk("a")]
    assert isinstance(thread.held_by, StoreBusy)
    assert kept(path) == []


def test_the_end_is_a_last_try(
    path: Path, qtbot: QtBot, busy_soon: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("benchtop.services.store_thread.TRY_AGAIN_MS", 60_000)
    thread = StoreThread(path)
    with held_elsewhere(path), qtbot.waitSignal(thread.held):
        thread.keep(lambda store: store.conversations.add(talk("a")), words=talk("a"))
    thread.close()
    assert thread.left_unsaved == []
    assert kept(path) == ["a"]


def test_a_fault_in_one_write_is_told_and_the_others_go_on(path: Path, qtbot: QtBot) -> None:
    thread = StoreThread(path)
    told: list[BenchtopError] = []
    thread.failed.connect(told.append)
    with capture_exceptions() as exceptions:
        thread.keep(lambda _store: 1 / 0)
        for name in "abc":
            thread.keep(lambda store, name=name: store.conversations.add(talk(name)))
        thread.run(lambda _store: None, lambda _none: told.append(BenchtopError(detail="last")))
        qtbot.waitUntil(lambda: len(told) == 2)
    thread.close()
    assert "a fault in Benchtop kept something from being written" in str(told[0])
    assert [kind for kind, _value, _trace in exceptions] == [ZeroDivisionError]
    assert kept(path) == ["a", "b", "c"]
