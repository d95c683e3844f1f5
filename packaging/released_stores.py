"""Data folders of every released schema, opened by the installed program; and one of a newer Benchtop."""

from __future__ import annotations

import gzip
import json
import os
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from bare_debian import USER, Debian, as_person

FIXTURES = Path(__file__).resolve().parents[1] / "tests" / "unit" / "store" / "fixtures" / "steps"


def upgraded_stores(debian: Debian) -> list[str]:
    """The schemas whose conversations are all there once the program has opened them."""
    with tempfile.TemporaryDirectory() as place:
        os.chown(place, USER, USER)
        names = []
        for packed in sorted(FIXTURES.glob("*.gz")):
            name = packed.name.partition(".")[0]
            store = put(packed, Path(place, name))
            before = words(store)
            benchtop(debian, store.parent, "export", f"{store.parent}/all.json")
            told = json.loads((store.parent / "all.json").read_text(encoding="utf-8"))
            after = {
                one["id"]: [message["content"] for message in one["messages"]]
                for one in told["conversations"]
            }
            assert after == before, (name, before, after)
            names.append(name)
        assert names, "no store of a released schema was found"
        leave_a_newer_one_alone(debian, store)
        return names


def leave_a_newer_one_alone(debian: Debian, store: Path) -> None:
    """As after a downgrade: refused in a sentence, and no byte is changed."""
    with closing(sqlite3.connect(store)) as database, database:
        database.execute("pragma journal_mode = delete")
        database.execute(
            "insert into _sqlite_migrations (migration_set, name, applied_at)"
            " select migration_set, '9999_of_a_newer_one', applied_at from _sqlite_migrations limit 1"
        )
    untouched = store.read_bytes()
    said = benchtop(debian, store.parent, "export", f"{store.parent}/never.json", fails=True)
    assert "newer Benchtop" in said, said
    assert store.read_bytes() == untouched
    assert not (store.parent / "never.json").exists()


def put(packed: Path, folder: Path) -> Path:
    """A data folder of the user with this store."""
    folder.mkdir()
    store = folder / "benchtop.sqlite3"
    store.write_bytes(gzip.decompress(packed.read_bytes()))
    for one in (folder, store):
        os.chown(one, USER, USER)
    return store


def words(store: Path) -> dict[str, list[str]]:
    """What is said in each conversation that is not in the bin, as the file has it."""
    with closing(sqlite3.connect(store)) as database:
        rows = database.execute(
            "select c.id, m.content from conversations c join messages m on m.conversation_id = c.id"
            " where c.deleted is null order by c.seq, m.seq"
        ).fetchall()
    found: dict[str, list[str]] = {}
    for conversation, content in rows:
        found.setdefault(conversation, []).append(content)
    return found


def benchtop(debian: Debian, home: Path, *command: str, fails: bool = False) -> str:
    """Run a command of the installed program on a data folder; what it said."""
    line = ["sh", "-c", ("! " if fails else "") + '"$@" 2>&1', "sh"]
    line += ["env", f"BENCHTOP_HOME={home}", "benchtop", *command]
    return as_person("", debian.as_user(line, network=False))
