"""Conversations and messages for tests, plain ones and any that hypothesis can think of."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from benchtop.domain.chat import Conversation, Message
from benchtop.domain.generation import AdapterUse, Timings
from benchtop.store.database import Store, open_store

DAY = 86_400.0


def conversation(name: str = "talk", **changes: Any) -> Conversation:
    """A conversation that began on 2 January 1970."""
    return Conversation(
        **{"id": name, "title": f"About {name}", "created": DAY, "updated": DAY} | changes
    )


def message(
    name: str, parent: str | None = None, content: str = "words", **changes: Any
) -> Message:
    """A message of the conversation "talk"; role by its place: "u..." is the person's."""
    role = "user" if name.startswith("u") else "assistant"
    values = {"conversation_id": "talk", "parent_id": parent, "role": role, "content": content}
    return Message(**{"id": name, "created": 2 * DAY} | values | changes)


def check_whole(path: Path) -> None:
    """Fail unless SQLite finds the file sound, its keys fitting and its search index complete."""
    raw = sqlite3.connect(path, isolation_level=None)
    try:
        assert raw.execute("pragma integrity_check").fetchall() == [("ok",)]
        assert raw.execute("pragma foreign_key_check").fetchall() == []
        for index in ("messages_fts", "titles_fts", "unspaced_fts"):
            raw.execute(f"insert into {index} ({index}, rank) values ('integrity-check', 1)")
    finally:
        raw.close()


@contextmanager
def new_store() -> Iterator[Store]:
    """A store of its own for one example of hypothesis."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "benchtop.sqlite3"
        with open_store(path) as store:
            yield store
        check_whole(path)


def everything(store: Store) -> tuple[list[Conversation], list[list[Message]]]:
    """All conversations and messages outside the bin."""
    conversations = store.conversations.all()
    return conversations, [store.messages.of(one.id) for one in conversations]


TEXT = st.text(max_size=30)
# With the halves of characters that stand for bytes which are no UTF-8.
ODD_TEXT = st.text(
    st.characters(codec="utf-8") | st.characters(min_codepoint=0xDC80, max_codepoint=0xDCFF),
    max_size=30,
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-1_000, 1_000) | st.floats(-10, 10) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=5,
)
# Names that are no parameters of ours, such as a later version may have: those have types.
PARAMS = st.dictionaries(TEXT.map("x-{}".format), JSON, max_size=3)
TIMES = st.floats(0, 4e9).map(lambda seconds: round(seconds, 3))
TIMINGS = st.builds(
    Timings,
    st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 10**6),
    st.floats(0, 1e6), st.floats(0, 1e6), st.floats(0, 1e6),
)  # fmt: skip


@st.composite
def trees(draw: st.DrawFn, conversation_id: str, prefix: str) -> list[Message]:
    """The messages of a conversation, any shape of tree, parents first."""
    count = draw(st.integers(0, 6))
    ids = [f"{prefix}-m{number}" for number in range(count)]
    found = []
    for place, one in enumerate(ids):
        found.append(
            Message(
                id=one,
                conversation_id=conversation_id,
                parent_id=draw(st.sampled_from([None, *ids[:place]])),
                role=draw(st.sampled_from(["user", "assistant"])),
                content=draw(TEXT),
                created=draw(TIMES),
                reasoning=draw(TEXT),
                state=draw(st.sampled_from(["complete", "stopped", "interrupted", "failed"])),
                model_id=draw(st.none() | TEXT),
                model_name=draw(TEXT),
                adapters=tuple(
                    draw(st.lists(st.builds(AdapterUse, TEXT, st.floats(0, 2)), max_size=2))
                ),
                params=draw(PARAMS),
                timings=draw(st.none() | TIMINGS),
                stop=draw(st.sampled_from([None, "end", "length", "stop_string", "cancelled"])),
                rating=draw(st.sampled_from([-1, 0, 1])),
                example=draw(st.booleans()),
                note=draw(TEXT),
            )
        )
    return found


@st.composite
def libraries(draw: st.DrawFn) -> tuple[list[str], list[tuple[Conversation, list[Message]]]]:
    """Names of folders, and conversations (in folders by the place of the name) with messages."""
    folders = draw(st.lists(st.text(min_size=1, max_size=8), max_size=3, unique=True))
    found = []
    for number in range(draw(st.integers(0, 3))):
        one = f"conversation-{number}"
        messages = draw(trees(one, f"c{number}"))
        ids = st.sampled_from([None, *(m.id for m in messages)])
        folder = st.sampled_from([None, *map(str, range(len(folders)))])
        found.append(
            (
                Conversation(
                    one, draw(TEXT), draw(TIMES), draw(TIMES), draw(st.booleans()), draw(st.booleans()),
                    draw(folder), draw(ids), draw(st.none() | TEXT), draw(TEXT), draw(PARAMS),
                    draw(TEXT), draw(ids),
                ),
                messages,
            )
        )  # fmt: skip
    return folders, found


def fill(store: Store, library: tuple[list[str], list[tuple[Conversation, list[Message]]]]) -> None:
    """Put a library into an empty store."""
    folders, conversations = library
    for place, name in enumerate(folders):
        store.folders.add(name, str(place))
    for one, messages in conversations:
        store.conversations.add(one)
        for message in messages:
            store.messages.add(message, show=False)
