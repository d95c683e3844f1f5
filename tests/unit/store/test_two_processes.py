from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import psutil
import pytest

from benchtop.domain.errors import StoreBusy, StoreError
from benchtop.store.database import Store, open_store
from benchtop.store.writer import INTERRUPTED_NOTE, Writer, this_process
from unit.store.makers import check_whole, conversation, message
from unit.store.processes import finished, kill, read_until, running

STREAM = """
store = open_store(path)
store.messages.add(message("a1", "", role="assistant", state="streaming"))
store.messages.flush("a1", "So far", "")
say("streaming")
sys.stdin.readline()
store.messages.flush("a1", "So far so good", "")
say("flushed")
sys.stdin.readline()
"""


def test_another_processs_reply_is_left_alone_until_that_dies(talk: Store) -> None:
    with running(STREAM, talk.path) as process:
        read_until(process, "streaming")
        with open_store(talk.path) as second:
            assert second.messages.get("a1").state == "streaming"
            second.messages.add(message("u1"))
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
        read_until(process, "flushed")
        assert talk.messages.get("a1").content == "So far so good"
        assert talk.messages.of("talk")[0].state == "streaming"
        for act in (
            lambda: talk.messages.reopen("a1", "So far so good", ""),
            lambda: talk.messages.flush("a1", "So far so good, they say", ""),
            lambda: talk.messages.finish(message("a1", content="So")),
        ):
            with pytest.raises(StoreError, match="another program is writing the message a1"):
                act()
        assert talk.messages.get("a1").content == "So far so good"
        kill(process)
    for reply in (talk.messages.of("talk")[0], talk.messages.get("a1")):
        assert reply.state == "interrupted"
    with open_store(talk.path) as second:
        reply = second.messages.get("a1")
    assert (reply.state, reply.note, reply.content) == (
        "interrupted",
        INTERRUPTED_NOTE,
        "So far so good",
    )
    assert [hit.message_id for hit in talk.messages.search("good")] == ["a1"]


def test_a_live_reply_taken_for_dead_goes_on(talk: Store) -> None:
    reply = message("a1", content="", state="streaming")
    talk.messages.add(reply)
    with talk.connection.writing() as database:  # as a clock that was set would make it look
        database.execute("update messages set state = 'interrupted', note = 'x' where id = 'a1'")
    talk.messages.flush("a1", "Still", "")
    assert talk.messages.get("a1") == message("a1", content="Still", state="streaming")
    talk.messages.finish(message("a1", content="Still here"))
    assert talk.messages.get("a1") == message("a1", content="Still here")


def test_a_process_id_used_again_is_another_writer() -> None:
    here = this_process()
    assert here.is_alive
    assert not Writer(here.pid, here.started - 60).is_alive
    with running("say('here'); sys.stdin.readline()", Path("-")) as process:
        read_until(process, "here")
        there = Writer(process.pid, psutil.Process(process.pid).create_time())
        assert there.is_alive
        process.kill()
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)  # dead, and left a zombie
        assert not there.is_alive


def test_six_processes_make_one_store(path: Path) -> None:
    script = """
with open_store(path) as store:
    store.conversations.add(Conversation(sys.argv[2], "Talk", 1.0, 1.0))
    for number in range(20):
        store.messages.add(message(f"{sys.argv[2]}-{number}", conversation_id=sys.argv[2]))
say("done")
"""
    with ExitStack() as stack:
        crowd = [stack.enter_context(running(script, path, f"process-{n}")) for n in range(6)]
        for process in crowd:
            read_until(process, "done")
    check_whole(path)
    with open_store(path) as store:
        assert len(store.conversations.all()) == 6
        assert store.messages.count() == 120


def test_of_four_processes_one_migrates(path: Path) -> None:
    open_store(path).close()
    script = """
from benchtop.store import database, migrations
steps = (*migrations.STEPS, ("0002_more", lambda db: db.execute("create table more (words text)")))
connection = database.open_connection(path)
migrations.migrate(connection, steps)
say("done")
"""
    with ExitStack() as stack:
        crowd = [stack.enter_context(running(script, path)) for _ in range(4)]
        for process in crowd:
            read_until(process, "done")
    assert len(list((path.parent / "snapshots").iterdir())) == 1


def test_a_store_held_for_too_long_is_said_plainly(talk: Store) -> None:
    with open_store(talk.path) as other, other.connection.writing():
        with talk.connection.reading() as database:
            database.execute("pragma busy_timeout = 20").fetchone()
        with pytest.raises(StoreBusy, match=r"Another program has been writing to .* for too long"):
            talk.conversations.add(conversation("late"))
    talk.conversations.add(conversation("late"))


def test_writers_wait_for_their_turn(talk: Store) -> None:
    script = """
with open_store(path) as store:
    say("open")
    sys.stdin.readline()
    store.messages.add(message("u1"))
say("added")
"""
    with running(script, talk.path) as process:
        read_until(process, "open")
        with talk.connection.writing() as database:
            assert process.stdin is not None
            process.stdin.write("\n")
            process.stdin.flush()
            database.execute("update conversations set draft = 'mine'")
        read_until(process, "added")
    assert talk.conversations.get("talk").draft == "mine"
    assert talk.messages.get("u1").content == "words"


def test_what_another_process_wrote_is_seen_at_once(talk: Store) -> None:
    finished(
        "with open_store(path) as store: store.messages.add(message('u1', 'a dragon'))", talk.path
    )
    assert [m.id for m in talk.messages.of("talk")] == ["u1"]
    assert [h.message_id for h in talk.messages.search("dragon")] == ["u1"]
    assert talk.conversations.get("talk").leaf_id == "u1"


ADD = """
with open_store(path) as store:
    store.messages.add(message(sys.argv[2]))
say("done")
"""


@pytest.mark.skipif(os.name != "posix", reason="only POSIX drops locks with any descriptor")
def test_a_second_connection_of_a_process_leaves_the_locks_of_its_first(talk: Store) -> None:
    """A process that closes any descriptor of a file loses all its locks on it, SQLite's as well: another
    process that ends would take itself for the last one, and remove the log under the first one's feet."""
    log = talk.path.with_name(f"{talk.path.name}-wal")
    before = log.stat().st_ino
    with open_store(talk.path) as second:
        second.messages.add(message("u1"))
    finished(ADD, talk.path, "u2")
    assert log.stat().st_ino == before
    talk.messages.add(message("u3"))
    assert finished(
        'with open_store(path) as store: say(*(one.id for one in store.messages.of("talk")))',
        talk.path,
    ) == ["u1 u2 u3"]


@pytest.mark.skipif(os.name != "posix", reason="only POSIX drops locks with any descriptor")
def test_many_threads_that_open_the_store_leave_its_locks(talk: Store) -> None:
    def use(number: int) -> None:
        with open_store(talk.path) as store:
            store.messages.add(message(f"t{number}"))

    log = talk.path.with_name(f"{talk.path.name}-wal")
    before = log.stat().st_ino
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(use, range(16)))
    finished(ADD, talk.path, "u2")
    assert log.stat().st_ino == before
    assert len(talk.messages.of("talk")) == 17
    check_whole(talk.path)
