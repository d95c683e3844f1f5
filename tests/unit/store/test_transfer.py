from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchtop.domain.chat import Message
from benchtop.domain.errors import ConversationUnknown, ImportInvalid
from benchtop.store.database import Store
from benchtop.store.export_json import UNFINISHED_NOTE
from benchtop.store.import_json import ImportResult
from benchtop.store.timestamps import from_iso, to_iso
from benchtop.store.transfer import (
    export_json,
    export_json_text,
    import_file,
    import_json,
    write_export,
)
from unit.store.makers import conversation, everything, fill, libraries, message, new_store

LIBRARY = settings(max_examples=20, deadline=None)


def content(store: Store) -> dict[str, Any]:
    """An export without the time it was made at, and as another program would read it."""
    text = json.loads(export_json_text(store))
    assert json.loads(json.dumps(export_json(store))) | {"exported": ""} == text | {"exported": ""}
    return {key: value for key, value in text.items() if key != "exported"}


@LIBRARY
@given(library=libraries())
def test_an_export_comes_back_the_same_in_an_empty_store(library: Any) -> None:
    with new_store() as first, new_store() as second:
        fill(first, library)
        exported = content(first)
        result = import_json(second, exported)
        assert content(second) == exported
        conversations, messages = everything(first)
        count = sum(map(len, messages))
        assert result == ImportResult(conversations_added=len(conversations), messages_added=count)
        names = {f.id: f.name for f in (*first.folders.all(), *second.folders.all())}
        for before, after in zip(conversations, second.conversations.all(), strict=True):
            assert replace(before, folder_id=None) == replace(after, folder_id=None)
            assert names.get(before.folder_id or "") == names.get(after.folder_id or "")
        assert everything(second)[1] == messages


@LIBRARY
@given(library=libraries())
def test_importing_twice_changes_nothing(library: Any) -> None:
    with new_store() as store:
        fill(store, library)
        exported, before = content(store), everything(store)
        result = import_json(store, exported)
        assert everything(store) == before
        assert content(store) == exported
        assert result == ImportResult(unchanged=sum(map(len, before[1])))


def lineage(messages: list[Message], one: Message) -> tuple[Any, ...]:
    """What a message says and all that leads to it."""
    parents = {m.id: m for m in messages}
    above = lineage(messages, parents[one.parent_id]) if one.parent_id is not None else ()
    return (*above, (one.role, one.content, one.reasoning))


def all_lineages(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    return {
        one.id: [lineage(messages, message) for message in messages]
        for one, messages in zip(*everything(store), strict=True)
    }


@LIBRARY
@given(here=libraries(), there=libraries())
def test_merging_stores_that_went_apart_loses_nothing_of_either(here: Any, there: Any) -> None:
    with new_store() as mine, new_store() as theirs:
        fill(mine, here)
        fill(theirs, there)
        before, told = everything(mine), content(theirs)
        result = import_json(mine, told)
        after = dict(
            zip((c.id for c in mine.conversations.all()), everything(mine)[1], strict=True)
        )
        for one, messages in zip(*before, strict=True):
            assert mine.conversations.get(one.id) == one or one.leaf_id is None
            assert after[one.id][: len(messages)] == messages  # none changed, none moved
        merged = all_lineages(mine)
        for name, lines in all_lineages(theirs).items():
            assert set(lines) <= set(merged[name])
        added = sum(map(len, after.values())) - sum(map(len, before[1]))
        assert added == result.messages_added + result.kept_apart
        assert added + result.unchanged == sum(map(len, everything(theirs)[1]))
        again = import_json(mine, told)
        assert again == ImportResult(unchanged=added + result.unchanged)
        assert list(after.values()) == everything(mine)[1]


def test_other_words_under_a_known_id_become_a_sibling(talk: Store) -> None:
    talk.messages.add(message("u1", content="question"))
    talk.messages.add(message("a1", "u1", "their answer"))
    talk.messages.add(message("u2", "a1", "thanks"))
    exported = export_json(talk)
    with new_store() as mine:
        mine.conversations.add(conversation(title="My own title"))
        mine.messages.add(message("u1", content="question"))
        mine.messages.add(message("a1", "u1", "my answer", rating=1))
        before = mine.messages.of("talk")
        result = import_json(mine, exported)
        assert result == ImportResult(messages_added=1, unchanged=1, kept_apart=1)
        after = mine.messages.of("talk")
        assert after[:2] == before
        answer, thanks = after[2:]
        assert (answer.parent_id, answer.content) == ("u1", "their answer")
        assert (thanks.id, thanks.parent_id, thanks.content) == ("u2", answer.id, "thanks")
        assert mine.conversations.get("talk").title == "My own title"
        assert mine.conversations.get("talk").leaf_id == "a1"
        assert import_json(mine, exported) == ImportResult(unchanged=3)
        assert mine.messages.of("talk") == after


def test_a_message_of_another_conversation_keeps_its_id_to_itself(talk: Store) -> None:
    talk.messages.add(message("u1"))
    exported = export_json(talk)
    exported["conversations"][0]["id"] = "other"
    assert import_json(talk, exported) == ImportResult(conversations_added=1, kept_apart=1)
    (copied,) = talk.messages.of("other")
    assert copied.content == "words"
    assert talk.conversations.get("other").leaf_id == copied.id
    assert [m.id for m in talk.messages.of("talk")] == ["u1"]


def test_a_conversation_in_the_bin_comes_back(talk: Store) -> None:
    talk.messages.add(message("u1"))
    exported = export_json(talk)
    talk.conversations.delete(["talk"])
    assert import_json(talk, exported) == ImportResult(unchanged=1, restored=1)
    assert [c.id for c in talk.conversations.all()] == ["talk"]


def test_the_bin_is_exported_only_by_name(talk: Store) -> None:
    talk.conversations.add(conversation("other"))
    talk.conversations.delete(["talk"])
    assert [c["id"] for c in export_json(talk)["conversations"]] == ["other"]
    assert [c["id"] for c in export_json(talk, ["talk"])["conversations"]] == ["talk"]
    with pytest.raises(ConversationUnknown):
        export_json(talk, ["gone"])


def test_folders_are_merged_by_name(store: Store) -> None:
    work = store.folders.add("Work", "1")
    store.folders.add("Unused", "2")
    store.conversations.add(conversation(folder_id=work.id))
    exported = export_json(store, ["talk"])
    assert exported["folders"] == [{"id": "1", "name": "Work"}]
    with new_store() as other:
        play = other.folders.add("Play", "1")
        import_json(other, exported)
        assert [f.name for f in other.folders.all()] == ["Play", "Work"]
        assert other.conversations.get("talk").folder_id not in (None, play.id)
        other.conversations.change("talk", folder_id=play.id)
        import_json(other, exported)
        assert other.conversations.get("talk").folder_id == play.id
        assert len(other.folders.all()) == 2


def test_a_reply_exported_while_it_is_written_is_an_interrupted_one(talk: Store) -> None:
    talk.messages.add(message("a1", content="So f", state="streaming"))
    exported = export_json(talk)
    with new_store() as other:
        import_json(other, exported)
        reply = other.messages.get("a1")
    assert (reply.content, reply.state, reply.note) == ("So f", "interrupted", UNFINISHED_NOTE)


def test_times_are_text_in_utc(talk: Store) -> None:
    talk.messages.add(message("u1", created=1_790_000_000.25))
    (one,) = export_json(talk)["conversations"]
    assert one["created"] == "1970-01-02T00:00:00.000000Z"
    assert one["messages"][0]["created"] == "2026-09-21T14:13:20.250000Z"


@given(st.floats(-6e10, 2e11))
def test_a_time_as_text_is_right_to_the_microsecond(seconds: float) -> None:
    assert from_iso(to_iso(seconds)) == pytest.approx(seconds, abs=3e-5)
    assert to_iso(from_iso(to_iso(seconds))) == to_iso(seconds)


@pytest.mark.parametrize("seconds", [float("inf"), float("-inf"), float("nan"), 1e300])
def test_a_time_that_no_calendar_holds_is_still_text(seconds: float) -> None:
    assert to_iso(seconds)[:4] in ("9999", "0001")


def test_a_file_goes_out_and_comes_in(talk: Store, tmp_path: Path) -> None:
    talk.messages.add(message("u1", content="Ünïcode 😀\0"))
    file = tmp_path / "chats.json"
    write_export(file, export_json_text(talk))
    assert file.stat().st_mode & 0o777 == 0o600
    with new_store() as other:
        assert import_file(other, file) == ImportResult(conversations_added=1, messages_added=1)
        assert everything(other)[1] == everything(talk)[1]


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (b"", "it is not JSON"),
        (b"{", "it is not JSON"),
        (b'{\n"a":\n}', "at line 3"),
        (b"\xff\xfe{}", "it is not text in UTF-8"),
        (b"[]", "its content is not an object"),
        (b"[" * 100_000, "it is not JSON that can be read"),
        (b'{"format": ' + b"9" * 5_000 + b"}", "it is not JSON that can be read"),
        (b"\xef\xbb\xbf{}", "no export of Benchtop"),
    ],
)
def test_a_file_that_is_no_export_is_refused_by_its_name(
    store: Store, tmp_path: Path, data: bytes, complaint: str
) -> None:
    file = tmp_path / "chats.json"
    file.write_bytes(data)
    with pytest.raises(ImportInvalid) as refused:
        import_file(store, file)
    assert str(refused.value).startswith(f"{file} cannot be imported: ")
    assert complaint in str(refused.value)


def test_a_file_that_cannot_be_read_is_refused_by_its_name(store: Store, tmp_path: Path) -> None:
    with pytest.raises(
        ImportInvalid, match=r"gone\.json cannot be imported: it cannot be read \(No such"
    ):
        import_file(store, tmp_path / "gone.json")
    with pytest.raises(ImportInvalid, match="cannot be read"):
        import_file(store, tmp_path)
