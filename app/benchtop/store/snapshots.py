"""Whole copies of the store's file, taken before anything changes its shape."""

from __future__ import annotations

import os
import re
import sqlite3
import time
from datetime import UTC, datetime
from pathlib import Path

from benchtop.domain.errors import StoreDamaged
from benchtop.store.sqlite_errors import store_errors
from benchtop.store.whole_file import sync_folder

KEPT = 5
FOLDER = "snapshots"


def snapshot(connection: sqlite3.Connection, path: Path, reason: str) -> Path:
    """Copy the database behind ``connection``, whose file is ``path``, and keep the newest five.

    The copy is one file in the folder ``snapshots`` beside the store, named for the store, the time
    (UTC) and ``reason``; it appears there whole or not at all. Raises StoreDamaged when the copy
    does not pass SQLite's check, StoreFull, StoreReadOnly or StoreError; ValueError for a connection
    inside a transaction, whose copying would wait for its own end.
    """
    if connection.in_transaction:
        raise ValueError("a snapshot is taken outside a transaction")
    folder = path.parent / FOLDER
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
    words = re.sub(r"[^A-Za-z0-9._-]+", "-", reason)[:60]
    place = folder / f"{path.stem}-{stamp}-{words}.sqlite3"
    unfinished = place.with_suffix(".part")
    with store_errors(path):
        folder.mkdir(mode=0o700, exist_ok=True)
        os.close(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        try:
            _copy(connection, path, unfinished)
            unfinished.replace(place)
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise
        sync_folder(folder)
        _prune(folder, path.stem)
    return place


def _copy(connection: sqlite3.Connection, path: Path, place: Path) -> None:
    copy = sqlite3.connect(place, isolation_level=None)
    try:
        connection.backup(copy)
        copy.execute("pragma journal_mode=delete")  # one file, that any SQLite may open
        verdict = copy.execute("pragma quick_check(1)").fetchone()[0]
    finally:
        copy.close()
    if verdict != "ok":
        raise StoreDamaged(path=str(path), detail=str(verdict))
    descriptor = os.open(place, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _prune(folder: Path, stem: str) -> None:
    """Remove what is older than the newest few, and what an earlier death left unfinished."""
    name = re.compile(re.escape(stem) + r"-\d{8}T\d{12}Z-.*\.(sqlite3|part)")
    ours = sorted((p for p in folder.iterdir() if name.fullmatch(p.name)), reverse=True)
    whole = [p for p in ours if p.suffix == ".sqlite3"]
    left = [p for p in ours if p.suffix == ".part" and time.time() - p.stat().st_mtime > 3600]
    for old in [*whole[KEPT:], *left]:
        old.unlink(missing_ok=True)
