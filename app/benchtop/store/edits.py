"""The table of edits: the words of messages that are being edited, until they are saved or given up."""

from __future__ import annotations

from benchtop.domain.chat import MessageEdit
from benchtop.store.rows import clean
from benchtop.store.table import TableFamily


class EditTable(TableFamily):
    """At most one edit for each message; it goes with its message. Errors are those of a Connection."""

    def all(self) -> list[MessageEdit]:
        """Every edit that is open, those of the bin included."""
        with self._connection.reading() as database:
            rows = database.execute(
                "select message_id, conversation_id, text from message_edits"
                " join messages on id = message_id order by seq"
            ).fetchall()
        return [MessageEdit(*row) for row in rows]

    def put(self, message_id: str, text: str) -> None:
        """Keep the words of an edit, in place of those before; none for a message that is gone."""
        with self._connection.writing() as database:
            database.execute(
                "insert or replace into message_edits (message_id, text)"
                " select id, ? from messages where id = ?",
                (clean(text), message_id),
            )

    def remove(self, message_id: str) -> None:
        """The edit was saved or given up; one that is not there is no error."""
        with self._connection.writing() as database:
            database.execute("delete from message_edits where message_id = ?", (message_id,))
