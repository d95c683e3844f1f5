"""The store's shape, one named step after another; a released step is never edited.

Each step runs in one transaction together with the record of it (sqlite-utils' Migrations), so a
death in the middle leaves the file as it was before that step. A copy of the file is made before the
first step of an upgrade.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from benchtop.domain.errors import StoreDamaged, StoreNewer
from benchtop.store import (
    schema_0_1,
    schema_contests,
    schema_imports,
    schema_models_page,
    schema_suites,
    schema_teach,
    schema_unspaced,
)
from benchtop.store.connection import Connection, is_open_here, open_read_only
from benchtop.store.snapshots import snapshot
from benchtop.store.sqlite_errors import result_code, store_errors

SET = "benchtop"
MAGIC = b"SQLite format 3\0"
Step = tuple[str, Callable[[Database], None]]


def migrate(connection: Connection, steps: Sequence[Step] | None = None) -> None:
    """Apply what is pending (of STEPS); does nothing when nothing is.

    Raises StoreNewer or StoreDamaged for a file that is not for this version, else what writing does.
    """
    steps = STEPS if steps is None else steps
    migrations = _migrations(steps)
    with connection.reading() as database:
        refuse_foreign(database, connection.path, steps)
        names = [step.name for step in migrations.pending(database)]
    for place, name in enumerate(names):
        with connection.writing() as database:
            # Now that no one else can write: another process may have come first.
            if name not in {step.name for step in migrations.pending(database)}:
                continue
            if place == 0 and migrations.applied(database):
                # Through another connection: SQLite copies none that holds the lock for writing.
                with open_read_only(connection.path) as source:
                    snapshot(source.conn, connection.path, f"before-{name}")
            migrations.apply(database, stop_before=names[place + 1 :])


def check_before_opening(path: Path, steps: Sequence[Step] | None = None) -> None:
    """Refuse a file that is not for this version without changing a byte of it.

    Raises StoreNewer or StoreDamaged. A file whose writer died while it was first made cannot be
    read without writing; it passes, and migrate() looks again.
    """
    with store_errors(path):
        if not path.is_file() or path.stat().st_size == 0:
            return
        if is_open_here(path):  # it was looked at then, and only SQLite may open it by now
            return
        _refuse_no_database(path)
        try:
            with open_read_only(path) as database:
                refuse_foreign(database, path, STEPS if steps is None else steps)
        except sqlite3.OperationalError as error:
            if result_code(error) & 0xFF not in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN):
                raise


def _refuse_no_database(path: Path) -> None:
    """StoreDamaged for what does not begin as a database: SQLite would write over a very short file."""
    with path.open("rb") as stream:
        beginning = stream.read(len(MAGIC))
    if beginning != MAGIC and not path.with_name(f"{path.name}-journal").exists():
        raise StoreDamaged(path=str(path), detail="file is not a database")


def refuse_foreign(database: Database, path: Path, steps: Sequence[Step]) -> None:
    """Raise StoreNewer for a step that is not among ``steps``, StoreDamaged for another's file."""
    applied = _applied(database, steps)
    if not applied and database.execute("select 1 from sqlite_master limit 1").fetchone():
        applied = _applied(
            database, steps
        )  # another process may have made it between the two looks
        if not applied:
            raise StoreDamaged(path=str(path), detail="it is a database of another program")
    if applied - {name for name, _ in steps}:
        raise StoreNewer(path=str(path))


def _applied(database: Database, steps: Sequence[Step]) -> set[str]:
    return {step.name for step in _migrations(steps).applied(database)}


def _migrations(steps: Sequence[Step]) -> Migrations:
    migrations = Migrations(SET)
    for name, step in steps:
        migrations(name=name)(step)
    return migrations


def _conversations(database: Database) -> None:
    for statement in (*schema_0_1.TABLES, *schema_0_1.SEARCH):
        database.execute(statement)


def _suggested_sampling(database: Database) -> None:
    database.execute("alter table models add column suggested text not null default ''")


def _message_edits(database: Database) -> None:
    database.execute(
        """create table message_edits (
            message_id text primary key not null references messages (id) on delete cascade,
            text text not null
        ) strict"""
    )


def _presets_in_bin(database: Database) -> None:
    """A removed preset keeps its row; only the names of those in use must differ."""
    for statement in (
        """create table presets_new (
            id text primary key not null,
            name text not null,
            system_prompt text not null,
            params text not null,
            deleted real
        ) strict""",
        """insert into presets_new (id, name, system_prompt, params)
        select id, name, system_prompt, params from presets order by rowid""",
        "drop table presets",
        "alter table presets_new rename to presets",
        "create unique index presets_name on presets (name) where deleted is null",
    ):
        database.execute(statement)


def _unspaced_search(database: Database) -> None:
    for statement in schema_unspaced.STATEMENTS:
        database.execute(statement)


def _models_page(database: Database) -> None:
    for statement in schema_models_page.STATEMENTS:
        database.execute(statement)


def _model_files(database: Database) -> None:
    """Further files of a model, and what is known of it (see ModelFile; companions and shape are JSON);
    the proxy of a connection; and adapters."""
    for column in (
        "companions text not null default ''",
        "shape text not null default ''",
        "damaged real",
        "newer text not null default ''",
        "found_in text not null default ''",
    ):
        database.execute(f"alter table models add column {column}")
    database.execute("alter table connections add column via text not null default ''")
    # path is text, or a blob where it is no UTF-8.
    database.execute(
        """create table adapters (
            id text primary key not null,
            name text not null,
            path any not null unique,
            bytes integer not null,
            architecture text not null,
            base text not null,
            rank integer not null,
            width integer not null,
            feed_forward integer not null,
            layers integer not null,
            added real not null,
            deleted real
        ) strict"""
    )


def _suites(database: Database) -> None:
    for statement in schema_suites.STATEMENTS:
        database.execute(statement)


def _contests(database: Database) -> None:
    for statement in schema_contests.STATEMENTS:
        database.execute(statement)


def _teach(database: Database) -> None:
    for statement in schema_teach.STATEMENTS:
        database.execute(statement)


def _dataset_imports(database: Database) -> None:
    for statement in schema_imports.STATEMENTS:
        database.execute(statement)


STEPS: tuple[Step, ...] = (
    ("0001_conversations", _conversations),
    ("0002_suggested_sampling", _suggested_sampling),
    ("0003_message_edits", _message_edits),
    ("0004_presets_in_bin", _presets_in_bin),
    ("0005_unspaced_search", _unspaced_search),
    ("0006_models_page", _models_page),
    ("0007_model_files", _model_files),
    ("0008_suites", _suites),
    ("0009_contests", _contests),
    ("0010_teach", _teach),
    ("0011_dataset_imports", _dataset_imports),
)
"""Every step this version knows, oldest first. Add new ones at the end; never edit a released one."""
