from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from sqlite_utils import Database

from benchtop.domain.chat import Conversation, Folder, Message, Preset
from benchtop.domain.errors import StoreDamaged, StoreError, StoreNewer
from benchtop.domain.generation import AdapterUse, Timings
from benchtop.domain.models import ModelFile
from benchtop.store.connection import open_connection
from benchtop.store.database import open_store
from benchtop.store.migrations import STEPS, migrate
from benchtop.store.writer import INTERRUPTED_NOTE
from unit.store.makers import check_whole, conversation, everything, message

RELEASED = Path(__file__).parent / "fixtures" / "schema_0_1.sql"


def load(path: Path, script: str) -> None:
    """A file made by an SQL script, as an earlier version left it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    raw = sqlite3.connect(path)
    raw.executescript(script)
    raw.close()


def shape(path: Path) -> dict[str, str]:
    """The statements that made the tables, indexes, views and triggers of a file."""
    raw = sqlite3.connect(path)
    rows = raw.execute(
        "select name, sql from sqlite_master where name not like '%sqlite_%'"
    ).fetchall()
    raw.close()
    return {name: sql for name, sql in rows if sql is not None}


def applied(path: Path) -> list[str]:
    raw = sqlite3.connect(path)
    rows = raw.execute("select name from _sqlite_migrations order by id").fetchall()
    raw.close()
    return [name for (name,) in rows]


def test_the_store_of_0_1_opens_with_all_that_was_in_it(path: Path) -> None:
    load(path, RELEASED.read_text("utf-8"))
    with open_store(path) as store:
        assert store.folders.all() == [Folder("f1", "Work", 0)]
        assert store.conversations.all() == [
            Conversation(
                "c0ffee01", "Dragons", 1_790_000_000.25, 1_790_000_004.5, True, True, "f1", "a1",
                "starter", "Be kind.", {"temperature": 0.5}, "half a th", "a1", None,
            )
        ]  # fmt: skip
        assert store.messages.of("c0ffee01") == [
            Message("u1", "c0ffee01", None, "user", "What is a dragon?", 1_790_000_001.0),
            Message(
                "a1", "c0ffee01", "u1", "assistant", "A large lizard.", 1_790_000_002.0, "Let me think.",
                "complete", "starter", "Starter", (AdapterUse("/lora.gguf", 0.5),), {"seed": 7},
                Timings(9, 3, 4, 0.5, 0.25, 0.125), "end", 1, True,
            ),
            Message(
                "a2", "c0ffee01", "u1", "assistant", "A café owner, nai", 1_790_000_003.0,
                state="failed", note="The disk was full.",
            ),
            Message(
                "a3", "c0ffee01", "u1", "assistant", "Half a rep", 1_790_000_004.0,
                state="interrupted", note=INTERRUPTED_NOTE,
            ),
        ]  # fmt: skip
        assert [c.id for c in store.conversations.in_bin()] == ["c0ffee02"]
        assert [m.content for m in store.messages.of("c0ffee02")] == ["secret"]
        assert store.presets.all() == [Preset("p1", "Mine", "Be brief.", {"top_k": 3})]
        assert store.models.all() == [
            ModelFile(
                "tiny-1", "Tiny", "/models/tiny.gguf", 1_000, "llama", 260_000, "Q8_0", 2_048, True,
                "imported", "MIT", "ab", 5.0, 6.5,
            )
        ]  # fmt: skip
        assert store.models.in_bin() == []
        assert store.downloads.all() == store.connections.newest() == store.loads.recent() == []
        assert [hit.message_id for hit in store.messages.search("cafe")] == ["a2"]
        assert [hit.message_id for hit in store.messages.search("half")] == ["a3"]
    check_whole(path)


def test_an_old_store_gets_the_shape_of_a_new_one(path: Path) -> None:
    load(path, RELEASED.read_text("utf-8"))
    open_store(path).close()
    new = path.with_name("new.sqlite3")
    open_store(new).close()
    assert shape(path) == shape(new)
    assert applied(path) == applied(new) == [name for name, _ in STEPS]


def test_a_store_from_before_the_models_page_keeps_its_models_and_its_bin(path: Path) -> None:
    load(path, RELEASED.read_text("utf-8"))
    connection = open_connection(path)
    migrate(connection, STEPS[:5])
    with connection.writing() as database:
        database.execute("update presets set deleted = 7.5")
        database.execute("""update models set suggested = '{"top_k":3}'""")
        database.execute(
            "insert into models values ('odd', 'Odd', ?, 2, '', 0, '', 0, 0, 'imported', '', '', 6.0,"
            " null, '')",
            (b"/models/caf\xe9.gguf",),
        )
    connection.close()
    with open_store(path) as store:
        tiny, odd = store.models.all()
        assert (tiny.suggested, tiny.last_used, tiny.sha256) == ({"top_k": 3}, 6.5, "ab")
        assert odd == ModelFile("odd", "Odd", "/models/caf\udce9.gguf", 2, added=6.0)
        assert [preset.deleted for preset in store.presets.in_bin()] == [7.5]
        deleted = store.models.delete("odd")
        assert store.models.by_path("/models/caf\udce9.gguf") == deleted
    snapshots = [file.name for file in (path.parent / "snapshots").iterdir()]
    assert sum("before-0006_models_page" in name for name in snapshots) == 1
    check_whole(path)


def test_the_released_first_step_was_not_edited(path: Path) -> None:
    load(path, RELEASED.read_text("utf-8"))
    first = open_connection(path.with_name("first.sqlite3"))
    migrate(first, STEPS[:1])
    first.close()
    assert shape(first.path) == shape(path)


def add_table(name: str) -> tuple[str, object]:
    return name, lambda database: database.execute(f"create table t{name} (words text)")


def fail(database: Database) -> None:
    database.execute("create table half (words text)")
    database.execute("update messages set content = 'ruined'")
    raise sqlite3.OperationalError("as if")


def test_each_step_is_a_transaction_of_its_own(path: Path) -> None:
    with open_store(path) as store:
        store.conversations.add(conversation())
        store.messages.add(message("u1"))
        before = everything(store)
    steps = (*STEPS, add_table("0002"), ("0003", fail), add_table("0004"))
    connection = open_connection(path)
    with pytest.raises(StoreError, match="as if"):
        migrate(connection, steps)  # type: ignore[arg-type]  # lambdas return what they like
    connection.close()
    assert applied(path) == [*(name for name, _ in STEPS), "0002"]
    assert "t0002" in shape(path)
    assert not {"half", "t0004"} & set(shape(path))
    connection = open_connection(path)
    migrate(connection, (*STEPS, add_table("0002"), add_table("0004")))  # type: ignore[arg-type]
    connection.close()
    assert applied(path)[-2:] == ["0002", "0004"]
    snapshots = sorted((path.parent / "snapshots").iterdir())
    assert ["before-0002" in snapshots[0].name, "before-0003" in snapshots[1].name] == [True, False]
    with open_store(snapshots[0]) as store:
        assert everything(store) == before


def test_a_new_store_needs_no_snapshot_and_opening_again_none_either(path: Path) -> None:
    open_store(path).close()
    open_store(path).close()
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_a_newer_store_is_refused_and_not_a_byte_changed(path: Path) -> None:
    with open_store(path) as store:
        store.conversations.add(conversation())
        with store.connection.writing() as database:
            database.execute(
                "insert into _sqlite_migrations (migration_set, name, applied_at)"
                " values ('benchtop', '0099_telepathy', 'now')"
            )
    path.chmod(0o640)
    before = path.read_bytes()
    with pytest.raises(StoreNewer, match="written by a newer Benchtop"):
        open_store(path)
    assert path.read_bytes() == before
    assert path.stat().st_mode & 0o777 == 0o640
    assert not (path.parent / "snapshots").exists()


def test_a_newer_store_that_was_not_closed_is_not_changed_either(path: Path) -> None:
    with open_store(path) as store:
        with store.connection.writing() as database:
            database.execute(
                "insert into _sqlite_migrations (migration_set, name, applied_at)"
                " values ('benchtop', '0099_telepathy', 'now')"
            )
        left = {name: path.with_name(name).read_bytes() for name in (path.name, f"{path.name}-wal")}
    crashed = path.with_name("crashed") / path.name
    crashed.parent.mkdir()
    for name, data in left.items():
        crashed.with_name(name).write_bytes(data)
    with pytest.raises(StoreNewer):
        open_store(crashed)
    assert {name: crashed.with_name(name).read_bytes() for name in left} == left


def test_another_programs_database_is_left_alone(path: Path) -> None:
    load(path, "create table recipes (words text);")
    before = path.read_bytes()
    with pytest.raises(StoreDamaged, match="another program"):
        open_store(path)
    assert path.read_bytes() == before
