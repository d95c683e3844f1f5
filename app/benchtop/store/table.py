"""What the families of tables share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from benchtop.domain.errors import ConversationUnknown, StoreError
from benchtop.store.connection import Connection
from benchtop.store.rows import clean


class TableFamily:
    """Reads and writes some tables through the store's one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def _assign(self, table: str, row_id: str, values: Mapping[str, Any]) -> None:
        """Set columns of the row of an id; nothing happens for an unknown one, or for no values."""
        if not values:
            return
        assignments = ", ".join(f"{name} = ?" for name in values)
        with self._connection.writing() as database:
            database.execute(
                f"update {table} set {assignments} where id = ?", (*values.values(), clean(row_id))
            )

    def _unknown(self, kind: str, wanted: str) -> StoreError:
        """The error for an id that nothing has."""
        return StoreError(
            path=str(self._connection.path), detail=f"there is no {kind} with the id {wanted}."
        )

    def _unknown_conversation(self, wanted: str) -> ConversationUnknown:
        return ConversationUnknown(path=str(self._connection.path), conversation=wanted)


def marks(count: int) -> str:
    """Question marks for ``count`` values of an SQL list."""
    return ", ".join("?" * count)
