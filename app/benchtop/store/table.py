"""What the families of tables share."""

from __future__ import annotations

from benchtop.domain.errors import ConversationUnknown, StoreError
from benchtop.store.connection import Connection


class TableFamily:
    """Reads and writes some tables through the store's one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

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
