"""Edits that are not saved yet: one for each message, and gone with it."""

from __future__ import annotations

from pathlib import Path

from benchtop.domain.chat import MessageEdit
from benchtop.store.database import Store, open_store
from unit.store.makers import conversation, message


def test_an_edit_is_there_again_until_it_is_removed(talk: Store, path: Path) -> None:
    talk.messages.add(message("u1", content="old"))
    talk.messages.add(message("a1", "u1"))
    talk.edits.put("a1", "half")
    talk.edits.put("u1", "new wo")
    talk.edits.put("u1", "new words \ud83d")
    expected = [MessageEdit("u1", "talk", "new words \ufffd"), MessageEdit("a1", "talk", "half")]
    with open_store(path) as another:
        assert another.edits.all() == expected
        assert another.messages.get("u1").content == "old"
    talk.edits.remove("u1")
    talk.edits.remove("u1")
    assert talk.edits.all() == expected[1:]


def test_an_emptied_edit_is_an_edit(talk: Store) -> None:
    talk.messages.add(message("u1"))
    talk.edits.put("u1", "")
    assert talk.edits.all() == [MessageEdit("u1", "talk", "")]


def test_edits_go_with_their_messages_and_not_before(talk: Store) -> None:
    talk.conversations.add(conversation("other"))
    talk.messages.add(message("u1"))
    talk.messages.add(message("u2", conversation_id="other"))
    for one in ("u1", "u2"):
        talk.edits.put(one, "words")
    talk.conversations.delete(["talk", "other"])
    assert len(talk.edits.all()) == 2
    talk.conversations.purge(["other"])
    assert talk.edits.all() == [MessageEdit("u1", "talk", "words")]
    talk.edits.put("u2", "typed when its message was gone already")
    assert len(talk.edits.all()) == 1
