"""Examples as SQLite holds them: what is written of one, and what a table shows of many."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from benchtop.domain.examples import Example, ExampleState, Origin, OriginKind, Turn
from benchtop.store.rows import clean

HELD_OUT = (
    "exists (select 1 from dataset_holdout held where held.dataset_id = examples.dataset_id"
    " and held.prompt_sum = examples.prompt_sum)"
)
"""Whether the prompt of an example is held out of training, as SQL."""
COLUMNS = (
    "id, dataset_id, content, origin_kind, origin, tags, included, state, created, changed, deleted,"
    f" {HELD_OUT}"
)
INSERT = (
    "insert into examples (id, dataset_id, content, sum, prompt_sum, origin_kind, origin, tags, included,"
    " state, created, changed, deleted) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
PROMPT_SUM = 4
"""Where it stands in the values of INSERT."""
SHORTENED = 200
"""How many letters of a question and an answer a table shows."""


@dataclass(frozen=True, slots=True)
class ExampleHead:
    """What a table shows of an example. ``question`` and ``answer`` are the last ones, both in one line of
    at most SHORTENED letters. ``problem`` is why nothing can be learnt from it, or empty."""

    place: int
    id: str
    question: str
    answer: str
    origin: Origin
    tags: tuple[str, ...]
    included: bool
    state: ExampleState
    holdout: bool
    has_rejected: bool
    characters: int
    turns: int
    problem: str = ""


@dataclass(frozen=True, slots=True)
class ExampleFilter:
    """Which examples of a data set are meant. ``text`` stands in one of the turns or in the rejected
    answer, capitals or not (of plain Latin letters); None and empty: any. ``deleted``: those in the bin.
    """

    text: str = ""
    tag: str = ""
    origin: OriginKind | None = None
    included: bool | None = None
    holdout: bool | None = None
    state: ExampleState | None = None
    deleted: bool = False

    def where(self, dataset_id: str) -> tuple[str, list[Any]]:
        """The condition in SQL, and its parameters."""
        parts = ["dataset_id = ?", f"deleted is {'not ' if self.deleted else ''}null"]
        values: list[Any] = [clean(dataset_id)]
        for name, value in (
            ("origin_kind", self.origin),
            ("included", None if self.included is None else int(self.included)),
            ("state", self.state),
        ):
            if value is not None:
                parts.append(f"{name} = ?")
                values.append(value)
        if self.holdout is not None:
            parts.append(HELD_OUT if self.holdout else f"not {HELD_OUT}")
        if self.tag:
            parts.append("tags <> '' and exists (select 1 from json_each(tags) where value = ?)")
            values += plain_tags([self.tag]) or (None,)
        if self.text:
            # The whole JSON first, which rules most rows out at once.
            parts.append(
                "content like ? escape '!' and exists (select 1 from json_tree(content)"
                " where key in ('content', 'rejected') and atom like ? escape '!')"
            )
            plain = clean(self.text)
            values += [_containing(json.dumps(plain, ensure_ascii=False)[1:-1]), _containing(plain)]
        return " and ".join(parts), values


def packed(example: Example, dataset_id: str) -> tuple[tuple[Any, ...], Example]:
    """The values of INSERT for a new example, and the example as it is kept: its id and its times are
    made where it has none."""
    now = time.time()
    example = cleaned(example)
    kept = replace(
        example,
        id=clean(example.id) or new_id(),
        dataset_id=clean(dataset_id),
        created=example.created or now,
        changed=example.changed or now,
    )
    row = (
        kept.id, kept.dataset_id, *content_values(kept), kept.origin.kind, pack_origin(kept.origin),
        pack_tags(kept.tags), int(kept.included), kept.state, kept.created, kept.changed, kept.deleted,
    )  # fmt: skip
    return row, kept


def new_id() -> str:
    """An id that lies behind those made before: random ones would touch a page of the index each."""
    return f"{time.time_ns():016x}{uuid.uuid4().hex[:16]}"


def content_values(example: Example) -> tuple[str, str, str]:
    """content, sum and prompt_sum."""
    content = json.dumps(example.to_json(), ensure_ascii=False, separators=(",", ":"))
    return content, example.sum, example.prompt_sum


def cleaned(example: Example) -> Example:
    """The example in words that UTF-8 can hold, so that its sum is that of what is kept."""
    tags = plain_tags(example.tags)
    rejected = clean(example.rejected)
    texts = [clean(turn.content) for turn in example.turns]
    same = all(text is turn.content for text, turn in zip(texts, example.turns, strict=True))
    if same and tags == example.tags and rejected is example.rejected:
        return example
    turns = tuple(Turn(turn.role, text) for text, turn in zip(texts, example.turns, strict=True))
    return replace(example, turns=turns, rejected=rejected, tags=tags)


def plain_tags(tags: Sequence[str]) -> tuple[str, ...]:
    """Tags on one line without zero bytes, where SQLite's JSON would end, each once; empty ones
    are left out."""
    lines = (" ".join(clean(tag).replace("\0", " ").split()) for tag in tags)
    return tuple(dict.fromkeys(line for line in lines if line))


def unpacked(row: Sequence[Any]) -> Example:
    """The example of a row of COLUMNS; ValueError, KeyError or TypeError for a damaged one."""
    (
        one, dataset_id, content, kind, origin, tags, included, state, created, changed, deleted, held,
    ) = row  # fmt: skip
    return Example(
        (), "", unpack_tags(tags), unpack_origin(kind, origin), bool(included), state, bool(held), one,
        dataset_id, created, changed, deleted,
    ).with_content(json.loads(content))  # fmt: skip


def head_of(place: int, example: Example) -> ExampleHead:
    """What a table shows of an example."""
    asked = next((turn.content for turn in reversed(example.prompt) if turn.role == "user"), "")
    return ExampleHead(
        place, example.id, _shortened(asked), _shortened(example.answer), example.origin, example.tags,
        example.included, example.state, example.holdout, bool(example.rejected), example.characters,
        len(example.turns), example.problem(),
    )  # fmt: skip


def pack_tags(tags: Sequence[str]) -> str:
    """Tags as JSON; empty text for none, which is most of them."""
    return json.dumps(list(tags), ensure_ascii=False, separators=(",", ":")) if tags else ""


def unpack_tags(text: str) -> tuple[str, ...]:
    """The inverse of pack_tags()."""
    return tuple(json.loads(text)) if text else ()


def pack_origin(origin: Origin) -> str:
    """An origin without its kind as JSON; empty text where nothing else is known."""
    known = {
        "name": origin.name,
        "conversation_id": origin.conversation_id,
        "message_id": origin.message_id,
    }
    said = {name: clean(value) for name, value in known.items() if value}
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")) if said else ""


def unpack_origin(kind: OriginKind, text: str) -> Origin:
    """The inverse of pack_origin()."""
    return Origin(kind, **json.loads(text)) if text else Origin(kind)


def _shortened(text: str) -> str:
    # Only the beginning is looked at: an answer may be a book.
    line = " ".join(text[: 4 * SHORTENED].split())
    return line if len(line) <= SHORTENED else line[: SHORTENED - 1].rstrip() + "…"


def _containing(text: str) -> str:
    for sign in "!%_":
        text = text.replace(sign, f"!{sign}")
    return f"%{text}%"
