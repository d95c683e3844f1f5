"""The ledger of connections as the window shows it: noted as they are told, read page by page."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from benchtop.domain.hub import Connection
from benchtop.services.hub_service import HubService
from benchtop.services.store_thread import StoreThread

if TYPE_CHECKING:
    from benchtop.store.database import Store

PAGE = 200
TOLD_MS = 250
"""A download tells of many connections at once: who looks is told this often."""


class ConnectionLedger(QObject):
    """Keeps every attempt that the hub worker, or the refusal of it, tells of."""

    changed = Signal()
    """Something was added or cleared."""
    listed = Signal(list, bool, object)
    """Connections, newest first, whether there are older ones, and the Connection they come after; None
    where they are the newest."""
    totals_read = Signal(list)
    """A HostTotal of each host."""
    exported = Signal(object)
    """The Path of a written file."""
    failed = Signal(object)
    """A BenchtopError."""

    def __init__(self, store: StoreThread, hub: HubService, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._tell = QTimer(self, singleShot=True, interval=TOLD_MS)
        self._tell.timeout.connect(self.changed)
        hub.reached.connect(self._note)

    def open(self) -> None:
        """Close what an earlier run left open, and forget what is very old."""

        def tidy(store: Store) -> None:
            store.connections.mark_unfinished()
            store.connections.prune()

        self._store.run(tidy, None, lambda _error: None)

    def read(self, before: Connection | None = None, count: int = PAGE) -> None:
        """A page, from the newest on or after ``before``; ``listed`` follows. ``count`` is more than a
        page for whoever shows more already."""
        most = max(count, PAGE)
        self._store.run(
            lambda store: store.connections.newest(most + 1, before),
            lambda page: self.listed.emit(page[:most], len(page) > most, before),
            self.failed.emit,
        )

    def read_totals(self) -> None:
        """What went to and from each host; ``totals_read`` follows."""
        self._store.run(
            lambda store: store.connections.totals(), self.totals_read.emit, self.failed.emit
        )

    def clear(self) -> None:
        """Forget all of it."""
        self._store.run(
            lambda store: store.connections.clear(),
            lambda _n: self.changed.emit(),
            self.failed.emit,
        )

    def export(self, path: Path) -> None:
        """Write all of it as CSV."""

        def write(store: Store) -> None:
            from benchtop.store.export_file import write_export  # noqa: PLC0415  (sqlite_utils)

            write_export(path, as_csv(store.connections.newest(1_000_000)))

        self._store.run(
            write,
            lambda _none: self.exported.emit(path),
            self.failed.emit,
        )

    def _note(self, connection: Connection) -> None:
        self._store.keep(lambda store: store.connections.record(connection))
        if not self._tell.isActive():
            self._tell.start()


def as_csv(connections: Sequence[Connection]) -> str:
    """A line for each, under a line of names; times in UTC."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["time", "host", "purpose", "subject", "state", "bytes", "detail", "proxy"])
    for one in connections:
        moment = datetime.fromtimestamp(one.began, UTC).isoformat(timespec="seconds")
        words = (one.host, one.purpose, one.subject, one.state, one.received, one.detail, one.via)
        writer.writerow([moment, *map(_harmless, words)])
    return out.getvalue()


def _harmless(value: object) -> object:
    """A cell that no spreadsheet takes for a formula."""
    if isinstance(value, str) and value[:1] in {"=", "+", "-", "@", "\t", "\r"}:
        return f"'{value}"
    return value
