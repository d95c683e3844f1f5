"""The table of folders."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from benchtop.domain.chat import Folder
from benchtop.store.rows import clean
from benchtop.store.table import TableFamily


class FolderTable(TableFamily):
    """Folders of the sidebar. Every method may raise the errors of a Connection."""

    def all(self) -> list[Folder]:
        """Every folder, in the person's order."""
        with self._connection.reading() as database:
            rows = database.execute(
                "select id, name, position from folders order by position, rowid"
            ).fetchall()
        return [Folder(*row) for row in rows]

    def add(self, name: str, folder_id: str | None = None) -> Folder:
        """A new folder at the end; StoreError when ``folder_id`` is taken."""
        with self._connection.writing() as database:
            last = database.execute("select max(position) from folders").fetchone()[0]
            position = 0 if last is None else last + 1
            folder = Folder(folder_id or uuid.uuid4().hex, clean(name), position)
            database.execute(
                "insert into folders (id, name, position) values (?, ?, ?)",
                (folder.id, folder.name, folder.position),
            )
        return folder

    def rename(self, folder_id: str, name: str) -> None:
        """Give a folder another name; StoreError for an unknown one."""
        with self._connection.writing() as database:
            changed = database.execute(
                "update folders set name = ? where id = ?", (clean(name), folder_id)
            )
            if not changed.rowcount:
                raise self._unknown("folder", folder_id)

    def remove(self, folder_id: str) -> None:
        """Remove a folder; its conversations move out of it. StoreError for an unknown one."""
        with self._connection.writing() as database:
            if not database.execute("delete from folders where id = ?", (folder_id,)).rowcount:
                raise self._unknown("folder", folder_id)

    def order(self, ids: Sequence[str]) -> None:
        """Put the folders in this order; those not named come after, as they were."""
        with self._connection.writing() as database:
            rest = [folder.id for folder in self.all() if folder.id not in ids]
            database.conn.executemany(
                "update folders set position = ? where id = ?",
                [(place, one) for place, one in enumerate([*ids, *rest])],
            )
