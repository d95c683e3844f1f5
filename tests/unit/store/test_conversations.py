from __future__ import annotations

from dataclasses import replace

import pytest

from benchtop.domain.errors import ConversationUnknown, StoreError
from benchtop.store.database import Store
from unit.store.makers import DAY, conversation, message


def test_a_conversation_comes_back_as_it_went_in(store: Store) -> None:
    folder = store.folders.add("Work")
    whole = conversation(
        titled=True, pinned=True, folder_id=folder.id, model_id="starter", system_prompt="Be brief.\n",
        params={"temperature": 0.2, "stop": ["a"], "logit_bias": {"7": -1.5}}, draft="half a th",
    )  # fmt: skip
    store.conversations.add(whole)
    assert store.conversations.get("talk") == whole


def test_pinned_ones_come_first_then_the_newest(store: Store) -> None:
    for name, pinned, updated in [("a", False, 5), ("b", True, 1), ("c", False, 9), ("d", True, 3)]:
        store.conversations.add(conversation(name, pinned=pinned, updated=updated))
    assert [c.id for c in store.conversations.all()] == ["d", "b", "c", "a"]


def test_an_id_is_never_used_twice(talk: Store) -> None:
    with pytest.raises(StoreError, match="UNIQUE"):
        talk.conversations.add(conversation(title="Another"))
    assert talk.conversations.get("talk").title == "About talk"


def test_a_beginning_of_six_letters_finds_just_one(store: Store) -> None:
    for name in ("abcdef11", "abcdef22", "abcdeg33", "abc%ef44"):
        store.conversations.add(conversation(name))
    assert store.conversations.find("abcdef1").id == "abcdef11"
    assert store.conversations.find("abcdeg").id == "abcdeg33"
    assert store.conversations.find("abcdef22").id == "abcdef22"
    for wrong in ("abcdef", "abcde", "", "abc%ef9", "______", "\ud800bcdef"):
        with pytest.raises(ConversationUnknown):
            store.conversations.find(wrong)
    store.conversations.delete(["abcdef22"])
    assert store.conversations.find("abcdef").id == "abcdef11"
    assert store.conversations.find("abcdef22").deleted is not None


def test_changes_are_by_name_and_keep_the_rest(talk: Store) -> None:
    before = talk.conversations.get("talk")
    after = talk.conversations.change(
        "talk", title="New", params={"top_k": 1}, draft="\ud83d\ude00 \udc00"
    )
    assert after == replace(before, title="New", params={"top_k": 1}, draft="😀 \ufffd")
    assert talk.conversations.get("talk") == after
    assert talk.conversations.change("talk") == after


def test_only_touch_moves_it_up_the_list(talk: Store) -> None:
    assert talk.conversations.change("talk", draft="x").updated == DAY
    assert talk.conversations.change("talk", touch=True).updated > 1e9
    assert talk.conversations.get("talk").draft == "x"


@pytest.mark.parametrize("field", ["id", "created", "updated", "deleted", "seq", "title = '' --"])
def test_what_is_not_a_persons_to_change_is_refused(talk: Store, field: str) -> None:
    with pytest.raises(TypeError):
        talk.conversations.change("talk", **{field: 1})


def test_an_unknown_conversation_is_said_by_its_id(talk: Store) -> None:
    with pytest.raises(ConversationUnknown, match="gone"):
        talk.conversations.get("gone")
    with pytest.raises(ConversationUnknown, match="gone"):
        talk.conversations.change("gone", title="x")


def test_the_bin_keeps_everything_until_it_is_emptied(talk: Store) -> None:
    talk.conversations.add(conversation("other"))
    talk.messages.add(message("u1", content="dragons"))
    before = talk.conversations.get("talk")
    talk.conversations.delete(["talk", "other"])
    assert talk.conversations.all() == []
    assert {c.id for c in talk.conversations.in_bin()} == {"talk", "other"}
    talk.conversations.restore(["talk"])
    assert talk.conversations.all() == [before]
    assert [m.content for m in talk.messages.of("talk")] == ["dragons"]


def test_deleting_again_does_not_start_the_thirty_days_anew(talk: Store) -> None:
    talk.conversations.delete(["talk"])
    first = talk.conversations.get("talk").deleted
    talk.conversations.delete(["talk"])
    assert talk.conversations.get("talk").deleted == first


@pytest.mark.parametrize("act", ["delete", "restore"])
def test_one_unknown_id_leaves_all_as_they_were(talk: Store, act: str) -> None:
    talk.conversations.add(conversation("binned"))
    talk.conversations.delete(["binned"])
    with pytest.raises(ConversationUnknown):
        getattr(talk.conversations, act)(["talk", "binned", "gone"])
    assert [c.id for c in talk.conversations.all()] == ["talk"]
    assert [c.id for c in talk.conversations.in_bin()] == ["binned"]


def test_emptying_removes_the_old_ones_words_from_the_file(talk: Store) -> None:
    talk.conversations.add(conversation("new"))
    talk.messages.add(message("u1", content="xylophonesecret"))
    talk.messages.add(message("a1", "u1", "xylophonesecret too"))
    talk.messages.add(message("u2", content="kept", conversation_id="new"))
    talk.conversations.delete(["talk"])
    deleted = talk.conversations.get("talk").deleted
    assert deleted is not None
    talk.conversations.delete(["new"])
    assert talk.conversations.empty_bin(deleted) == 0
    assert talk.conversations.empty_bin(deleted + 1e-6) == 1
    assert [c.id for c in talk.conversations.in_bin()] == ["new"]
    assert talk.messages.of("talk") == []
    assert talk.messages.count() == 1
    for file in talk.path.parent.iterdir():  # the write-ahead log as well
        assert b"xylophonesecret" not in file.read_bytes()


def test_only_what_is_in_the_bin_is_purged_and_only_what_is_named(talk: Store) -> None:
    for name in ("one", "two", "three"):
        talk.conversations.add(conversation(name))
    talk.messages.add(message("u1", content="xylophonesecret", conversation_id="one"))
    talk.conversations.delete(["one", "two"])
    assert talk.conversations.purge(["one", "three", "nobody"]) == 1
    assert [c.id for c in talk.conversations.in_bin()] == ["two"]
    assert {c.id for c in talk.conversations.all()} == {"talk", "three"}
    for file in talk.path.parent.iterdir():
        assert b"xylophonesecret" not in file.read_bytes()
    assert talk.conversations.purge([]) == 0
