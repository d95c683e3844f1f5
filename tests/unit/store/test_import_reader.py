from __future__ import annotations

import copy
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchtop.domain.errors import ImportInvalid
from benchtop.store.database import Store, open_store
from benchtop.store.import_json import ImportResult
from benchtop.store.import_reader import read_values
from benchtop.store.transfer import export_json_text, import_json


def valid() -> dict[str, Any]:
    messages = [
        {"id": "u1", "parent_id": None, "role": "user", "content": "a", "created": "2026-01-01T00:00:00Z"},
        {"id": "a1", "parent_id": "u1", "role": "assistant", "content": "b",
         "created": "2026-01-01T01:00:00+01:00", "timings": {}, "params": {}, "adapters": [{"path": "x"}]},
    ]  # fmt: skip
    return {
        "format": "benchtop-conversations",
        "version": 1,
        "folders": [{"id": "f", "name": "Work"}],
        "conversations": [{"id": "c1", "created": "2026-01-01T00:00:00Z", "messages": messages}],
    }


def test_only_what_is_needed_is_needed(store: Store) -> None:
    result = import_json(store, valid() | {"from the future": 1})
    assert result == ImportResult(conversations_added=1, messages_added=2)
    assert store.messages.get("u1").created == store.messages.get("a1").created == 1_767_225_600.0


NESTED: Any = {}
for _ in range(30):
    NESTED = {"in": [NESTED]}
CONVERSATION = ("conversations", 0)
MESSAGE = (*CONVERSATION, "messages", 1)


@pytest.mark.parametrize(
    ("place", "value", "complaint"),
    [
        (("format",), "chatml", "no export of Benchtop"),
        (("format",), ..., "no export of Benchtop"),
        (("version",), 2, "written by a newer Benchtop"),
        (("version",), True, "version is not a whole number"),
        (("version",), ..., "version is not a whole number"),
        (("folders",), {}, "folders is not a list"),
        (("folders", 0, "name"), 5, "folders[0].name is not text"),
        (("conversations",), ..., "conversations is missing"),
        (("conversations",), "x", "conversations is not a list"),
        (CONVERSATION, 7, "conversations[0] is not an object"),
        ((*CONVERSATION, "id"), "", "conversations[0].id is empty"),
        ((*CONVERSATION, "id"), ..., "conversations[0].id is missing"),
        ((*CONVERSATION, "created"), "yesterday", "conversations[0].created is not a time"),
        ((*CONVERSATION, "created"), "2026-01-01T00:00:00", "conversations[0].created is not a time"),
        ((*CONVERSATION, "updated"), 5, "conversations[0].updated is not text"),
        ((*CONVERSATION, "pinned"), 1, "conversations[0].pinned is not true or false"),
        ((*CONVERSATION, "folder"), ["Work"], "conversations[0].folder is not text"),
        ((*CONVERSATION, "params"), [], "conversations[0].params is not an object"),
        ((*CONVERSATION, "params"), {"temperature": "hot"}, "params: temperature is not a number"),
        ((*MESSAGE, "params"), {"stop": "x"}, "messages[1].params: stop is not a list of texts"),
        ((*CONVERSATION, "params"), NESTED, "conversations[0].params is nested too deeply"),
        ((*CONVERSATION, "messages"), None, "conversations[0].messages is not a list"),
        ((*MESSAGE, "role"), "system", "conversations[0].messages[1].role is not one of"),
        ((*MESSAGE, "content"), None, "messages[1].content is not text"),
        ((*MESSAGE, "content"), ..., "messages[1].content is missing"),
        ((*MESSAGE, "state"), "asleep", "messages[1].state is not one of"),
        ((*MESSAGE, "stop"), False, "messages[1].stop is not one of"),
        ((*MESSAGE, "rating"), True, "messages[1].rating is not one of"),
        ((*MESSAGE, "rating"), 2, "messages[1].rating is not one of"),
        ((*MESSAGE, "timings"), [], "messages[1].timings is not an object"),
        ((*MESSAGE, "timings", "prompt_tokens"), "9", "timings.prompt_tokens is not a sensible number"),
        ((*MESSAGE, "timings", "prompt_tokens"), 10**400, "timings.prompt_tokens is not a sensible"),
        ((*MESSAGE, "adapters", 0, "scale"), float("nan"), "adapters[0].scale is not a sensible number"),
        ((*MESSAGE, "adapters", 0, "path"), ..., "adapters[0].path is missing"),
        ((*MESSAGE, "parent_id"), "nobody", "messages[1].parent_id is no message of this conversation"),
        ((*MESSAGE, "parent_id"), "a1", "messages[1].parent_id leads round in a circle"),
        ((*MESSAGE, "id"), "u1", "the message u1 is in it twice"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_refused_by_its_place(
    store: Store, place: Any, value: Any, complaint: str
) -> None:
    data: Any = valid()
    inner = data
    for step in place[:-1]:
        inner = inner[step]
    if value is ...:
        del inner[place[-1]]
    else:
        inner[place[-1]] = value
    if place == (*MESSAGE, "id"):
        inner["parent_id"] = None
    with pytest.raises(ImportInvalid) as refused:
        import_json(store, data, "/x/chats.json")
    assert str(refused.value).startswith("/x/chats.json cannot be imported: ")
    assert complaint in str(refused.value)
    assert store.conversations.all() == []
    assert store.folders.all() == []


def test_a_circle_of_messages_is_refused(store: Store) -> None:
    data = valid()
    data["conversations"][0]["messages"][0]["parent_id"] = "a1"
    with pytest.raises(ImportInvalid, match="circle"):
        import_json(store, data)


def test_one_conversation_twice_is_refused(store: Store) -> None:
    data = valid()
    data["conversations"] *= 2
    with pytest.raises(ImportInvalid, match="the conversation c1 is in it twice"):
        import_json(store, data)


def test_children_before_their_parents_are_put_in_order(store: Store) -> None:
    data = valid()
    messages = data["conversations"][0]["messages"]
    messages.append(messages[1] | {"id": "a2", "parent_id": "a1"})
    messages.reverse()
    import_json(store, data)
    assert [m.id for m in store.messages.of("c1")] == ["u1", "a1", "a2"]


JUNK = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just([]) | st.just({})
)


def places(value: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a JSON value."""
    inner: list[Any] = []
    if isinstance(value, dict):
        inner = list(value.items())
    elif isinstance(value, list):
        inner = list(enumerate(value))
    return [here, *(found for key, item in inner for found in places(item, (*here, key)))]


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_junk_anywhere_is_merged_or_refused(data: st.DataObject) -> None:
    spoilt: Any = {"top": copy.deepcopy(valid())}
    place = data.draw(st.sampled_from([p for p in places(spoilt) if p]))
    inner = spoilt
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = data.draw(JUNK)
    try:
        read_values(spoilt["top"], "This export")
    except ImportInvalid:
        return
    with tempfile.TemporaryDirectory() as folder, open_store(Path(folder) / "x.sqlite3") as store:
        result = import_json(store, spoilt["top"])
        assert store.messages.count() == result.messages_added
        export_json_text(store)  # and what came in can go out
