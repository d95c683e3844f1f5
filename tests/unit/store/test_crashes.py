"""What is acknowledged survives SIGKILL, and nothing is ever half-made."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from benchtop.domain.errors import StoreNewer
from benchtop.domain.models import ModelFile
from benchtop.store.database import open_store
from benchtop.store.writer import INTERRUPTED_NOTE
from unit.store.makers import check_whole, conversation, everything, message
from unit.store.processes import kill, lines, read_until, running

WRITE_FOREVER = """
turn = int(sys.argv[2])
with open_store(path) as store:
    if not store.conversations.all():
        talk(store)
    number = 0
    while True:
        user, reply = f"u{turn}-{number}", f"a{turn}-{number}"
        store.messages.add(message(user, user * 50))
        say("added", user)
        streaming = message(reply, "", role="assistant", parent_id=user, state="streaming")
        store.messages.add(streaming)
        for length in range(100, 2000, 400):
            store.messages.flush(reply, "x" * length, "")
            say("flushed", reply, length)
        store.messages.finish(replace(streaming, content="y" * 2000, state="complete"))
        say("finished", reply)
        number += 1
"""


def test_every_acknowledged_word_survives_a_kill_at_any_moment(path: Path) -> None:
    rng = random.Random(5)
    added: set[str] = set()
    for turn in range(6):
        with running(WRITE_FOREVER, path, str(turn)) as process:
            told = [lines(process).readline() for _ in range(rng.randrange(1, 60))]
            told += kill(process)
        said = [line.split() for line in told if line.endswith("\n")]
        added |= {words[1] for words in said if words[0] == "added"}
        flushed = {words[1]: int(words[2]) for words in said if words[0] == "flushed"}
        finished = {words[1] for words in said if words[0] == "finished"}
        check_whole(path)
        with open_store(path) as store:
            found = {m.id: m for m in store.messages.of("talk")}
        assert added <= set(found)
        assert all(found[one].content == one * 50 for one in added)
        assert all(found[one].content == "y" * 2000 for one in finished)
        assert all(len(found[one].content) >= length for one, length in flushed.items())
        for reply in (m for m in found.values() if m.role == "assistant"):
            assert reply.state in ("complete", "interrupted")
            assert (reply.note == INTERRUPTED_NOTE) == (reply.state == "interrupted")
    assert len(added) > 6


MAKE_FOREVER = """
number = 0
while True:
    say(number)
    with open_store(path.parent / str(number) / "benchtop.sqlite3") as store:
        talk(store)
    number += 1
"""


def test_a_store_killed_while_it_is_made_opens_again(path: Path) -> None:
    path.parent.mkdir()
    rng = random.Random(3)
    with_talk = 0
    for turn in range(4):
        place = path.parent / f"turn-{turn}" / "x"
        place.parent.mkdir()
        with running(MAKE_FOREVER, place) as process:
            for _ in range(rng.randrange(1, 12)):
                lines(process).readline()
            kill(process)
        for folder in place.parent.iterdir():
            with open_store(folder / "benchtop.sqlite3") as store:
                with_talk += len(store.conversations.all())
                store.conversations.add(conversation("after"))
            check_whole(folder / "benchtop.sqlite3")
    assert with_talk


MIGRATE = """
from benchtop.store import database, migrations
def slow(db):
    db.execute("create table ballast (words text)")
    db.execute("update messages set content = content || ' migrated'")
    db.execute("pragma cache_spill = 1")
    for number in range(2000):
        db.execute("insert into ballast values (?)", ("z" * 4000,))
    say("within")
    if sys.argv[2] == "within":
        sys.stdin.read()
steps = (*migrations.STEPS, ("0002_slow", slow))
connection = database.open_connection(path)
migrations.migrate(connection, steps)
say("migrated")
sys.stdin.read()
"""


@pytest.mark.parametrize("moment", ["within", "migrated"])
def test_a_kill_during_a_migration_leaves_the_old_shape_or_the_new(path: Path, moment: str) -> None:
    with open_store(path) as store:
        store.conversations.add(conversation())
        for number in range(200):
            store.messages.add(message(f"u{number}", content=f"dragon {number}"))
        before = everything(store)
    with running(MIGRATE, path, moment) as process:
        read_until(process, moment)
        kill(process)
    check_whole(path)
    (snapshot,) = (path.parent / "snapshots").iterdir()
    if moment == "within":
        with open_store(path) as store:
            assert everything(store) == before
            assert len(store.messages.search("dragon")) == 50
            assert store.messages.search("migrated") == []
    else:
        with pytest.raises(StoreNewer):
            open_store(path)
    with open_store(snapshot) as store:  # either way, the old store is beside it
        assert everything(store) == before
    assert snapshot.stat().st_mode & 0o777 == 0o600


MODELS_PAGE = """
from benchtop.store import database, migrations
STEPS = migrations.STEPS
place = [name for name, _ in STEPS].index("0006_models_page")
def slow(db):
    STEPS[place][1](db)
    db.execute("pragma cache_spill = 1")
    db.execute("update models set notes = ?", ("n" * 20_000_000,))
    say("within")
    sys.stdin.read()
connection = database.open_connection(path)
migrations.migrate(connection, STEPS[:place])
with connection.writing() as db:
    db.execute("insert into models values"
        " ('m', 'M', '/m.gguf', 1, '', 0, '', 0, 0, 'imported', '', '', 1.0, null, '')")
migrations.migrate(connection, (*STEPS[:place], (STEPS[place][0], slow)))
"""


def test_a_kill_while_models_get_their_new_columns_loses_no_model(path: Path) -> None:
    with running(MODELS_PAGE, path) as process:
        read_until(process, "within")
        kill(process)
    for _ in range(2):
        with open_store(path) as store:
            assert store.models.all() == [ModelFile("m", "M", "/m.gguf", 1, added=1.0)]
            assert store.downloads.all() == []
        check_whole(path)
