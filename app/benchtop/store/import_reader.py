"""Read a "benchtop-conversations" export from a stranger: every value checked, every complaint placed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, NoReturn, get_args

from benchtop.domain.chat import Conversation, Folder, Message, MessageState, Role
from benchtop.domain.errors import ImportInvalid
from benchtop.domain.generation import AdapterUse, SamplingParams, StopReason, Timings
from benchtop.store.export_json import FORMAT, VERSION
from benchtop.store.rows import clean
from benchtop.store.timestamps import from_iso

DEEPEST = 20
"""How deep parameters may be nested: far deeper than any are, far less than Python's recursion goes."""
_REQUIRED = object()
_COUNTS = ("prompt_tokens", "cached_tokens", "completion_tokens")


@dataclass(frozen=True, slots=True)
class ImportedConversation:
    """A conversation of the file with its messages, parents first; ``folder`` is a name."""

    conversation: Conversation
    folder: str | None
    messages: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class Export:
    """What a file holds."""

    folders: tuple[Folder, ...]
    conversations: tuple[ImportedConversation, ...]


def read_values(data: object, source: str) -> Export:
    """The parsed JSON of an export as values; ``source`` is what a complaint calls it.

    Raises ImportInvalid that names the place, such as ``conversations[3].messages[0].role``.
    """
    top = _Object(data, "", source)
    if top.value("format", None) != FORMAT:
        top.refuse(f"it is no export of Benchtop (its format is not “{FORMAT}”)")
    version = top.value("version", None)
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        top.refuse("version is not a whole number")
    if version > VERSION:
        top.refuse(f"it was written by a newer Benchtop (version {version} of the format)")
    folders = tuple(
        Folder(item.name("id"), item.text("name"), place)
        for place, item in enumerate(top.parts("folders", []))
    )
    conversations = tuple(_conversation(item) for item in top.parts("conversations"))
    _refuse_twice([c.conversation.id for c in conversations], "conversation", top)
    _refuse_twice([m.id for c in conversations for m in c.messages], "message", top)
    return Export(folders, conversations)


def _conversation(item: _Object) -> ImportedConversation:
    created = item.time("created")
    conversation = Conversation(
        id=item.name("id"),
        title=item.text("title", ""),
        created=created,
        updated=item.time("updated", created),
        titled=item.flag("titled"),
        pinned=item.flag("pinned"),
        leaf_id=item.optional_text("leaf_id"),
        model_id=item.optional_text("model_id"),
        system_prompt=item.text("system_prompt", ""),
        params=item.params("params"),
        draft=item.text("draft", ""),
        dropped_before=item.optional_text("dropped_before"),
        adapters=_adapters(item),
    )
    messages = [(_message(one, conversation.id), one) for one in item.parts("messages", [])]
    return ImportedConversation(
        conversation, item.optional_text("folder"), tuple(_parents_first(messages))
    )


def _message(item: _Object, conversation_id: str) -> Message:
    state: MessageState = item.choice("state", get_args(MessageState), "complete")
    return Message(
        id=item.name("id"),
        conversation_id=conversation_id,
        parent_id=item.optional_text("parent_id"),
        role=item.choice("role", get_args(Role)),
        content=item.text("content"),
        created=item.time("created"),
        reasoning=item.text("reasoning", ""),
        state="interrupted" if state == "streaming" else state,  # no one is writing it here
        model_id=item.optional_text("model_id"),
        model_name=item.text("model_name", ""),
        adapters=_adapters(item),
        params=item.params("params"),
        timings=_timings(item),
        stop=item.choice("stop", (None, *get_args(StopReason)), None),
        rating=item.choice("rating", (-1, 0, 1), 0),
        example=item.flag("example"),
        note=item.text("note", ""),
    )


def _adapters(item: _Object) -> tuple[AdapterUse, ...]:
    return tuple(
        AdapterUse(one.text("path"), one.number("scale", 1.0)) for one in item.parts("adapters", [])
    )


def _timings(item: _Object) -> Timings | None:
    if item.value("timings", None) is None:
        return None
    part = item.part("timings")
    values: dict[str, Any] = {f.name: part.number(f.name, 0.0) for f in fields(Timings)}
    return Timings(**values | {name: int(values[name]) for name in _COUNTS})


def _parents_first(messages: Sequence[tuple[Message, _Object]]) -> Iterator[Message]:
    """The messages so that each comes after its parent, else in the file's order."""
    ids = {message.id for message, _ in messages}
    waiting: dict[str, list[Message]] = {}
    placed: set[str] = set()
    for message, item in messages:
        parent = message.parent_id
        if parent is not None and parent not in ids:
            item.refuse(f"{item.at('parent_id')} is no message of this conversation")
        if parent is not None and parent not in placed:
            waiting.setdefault(parent, []).append(message)
            continue
        ready = [message]
        while ready:
            one = ready.pop(0)
            placed.add(one.id)
            yield one
            ready.extend(waiting.pop(one.id, ()))
    if waiting:
        item = next(item for message, item in messages if message.id not in placed)
        item.refuse(f"{item.at('parent_id')} leads round in a circle")


def _refuse_twice(ids: Sequence[str], kind: str, top: _Object) -> None:
    seen: set[str] = set()
    for one in ids:
        if one in seen:
            top.refuse(f"the {kind} {one} is in it twice")
        seen.add(one)


def _too_deep(value: object, limit: int = DEEPEST) -> bool:
    below: Sequence[object] = ()
    if isinstance(value, dict):
        below = list(value.values())
    elif isinstance(value, list):
        below = value
    return limit == 0 or any(_too_deep(item, limit - 1) for item in below)


class _Object:
    """A JSON object of the file, read field by field."""

    def __init__(self, values: object, place: str, source: str) -> None:
        self._place, self._source = place, source
        if not isinstance(values, dict):
            self.refuse(f"{place or 'its content'} is not an object")
        self._values: Mapping[str, Any] = values

    def refuse(self, detail: str) -> NoReturn:
        raise ImportInvalid(path=self._source, detail=detail)

    def at(self, name: str) -> str:
        """Where in the file a field is."""
        return f"{self._place}.{name}" if self._place else name

    def value(self, name: str, default: object = _REQUIRED) -> Any:
        found = self._values.get(name, default)
        if found is _REQUIRED:
            self.refuse(f"{self.at(name)} is missing")
        return found

    def text(self, name: str, default: object = _REQUIRED) -> str:
        found = self.value(name, default)
        if not isinstance(found, str):
            self.refuse(f"{self.at(name)} is not text")
        return clean(found)

    def name(self, name: str) -> str:
        """Text that is not empty."""
        return self.text(name) or self.refuse(f"{self.at(name)} is empty")

    def optional_text(self, name: str) -> str | None:
        return None if self.value(name, None) is None else self.text(name)

    def flag(self, name: str) -> bool:
        found = self.value(name, False)
        if not isinstance(found, bool):
            self.refuse(f"{self.at(name)} is not true or false")
        return found

    def number(self, name: str, default: float) -> float:
        found = self.value(name, default)
        good = isinstance(found, int | float) and not isinstance(found, bool)
        if not (good and abs(found) <= 1e15):  # false for NaN as well
            self.refuse(f"{self.at(name)} is not a sensible number")
        return float(found)

    def time(self, name: str, default: float | None = None) -> float:
        if default is not None and name not in self._values:
            return default
        try:
            found = from_iso(self.text(name))
        except (ValueError, OverflowError):
            self.refuse(f"{self.at(name)} is not a time in ISO 8601 with a time zone")
        return found

    def choice(self, name: str, allowed: Sequence[Any], default: object = _REQUIRED) -> Any:
        found = self.value(name, default)
        for one in allowed:  # == alone would take True for 1
            if type(found) is type(one) and found == one:
                return one
        return self.refuse(f"{self.at(name)} is not one of {', '.join(map(json.dumps, allowed))}")

    def params(self, name: str) -> dict[str, Any]:
        """Sampling parameters: their types are checked here, their ranges where they are used."""
        found = self.value(name, {})
        if not isinstance(found, dict):
            self.refuse(f"{self.at(name)} is not an object")
        if _too_deep(found):
            self.refuse(f"{self.at(name)} is nested too deeply")
        try:
            SamplingParams.from_json(found)
        except (TypeError, ValueError) as error:
            self.refuse(f"{self.at(name)}: {error}")
        return found

    def part(self, name: str) -> _Object:
        return _Object(self.value(name), self.at(name), self._source)

    def parts(self, name: str, default: object = _REQUIRED) -> list[_Object]:
        found = self.value(name, default)
        if not isinstance(found, list):
            self.refuse(f"{self.at(name)} is not a list")
        return [
            _Object(item, f"{self.at(name)}[{place}]", self._source)
            for place, item in enumerate(found)
        ]
