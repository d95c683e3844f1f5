"""The chats of GPT4All: a binary ``gpt4all-ID.chat`` for each, in the folder of its models.

Taken from its source of 2023 to 2025 (gpt4all-chat/src: chatlistmodel.cpp, chat.cpp, chatllm.cpp,
chatmodel.cpp and chatmodel.h, tool.cpp): a QDataStream with a mark, a version from 1 to 12, the chat's
facts, up to version 10 the state of the model, which is passed over, and the list of items. Version 12
keeps parts of a reply (thinking, calls of tools) in a tree below it. Not kept there: the time of each
message, the system prompt (it belongs to the model) and other attempts at a reply. How ``Think`` is
written was seen in a translated copy of the source only: a text and its milliseconds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from benchtop.domain.errors import ChatUnreadable
from benchtop.services.chat_files import (
    LARGEST_FILE,
    LARGEST_TEXT,
    each_of,
    read_bytes,
    time_of_file,
    too_large,
)
from benchtop.services.local_places import GPT4ALL, Machine, known_places
from benchtop.services.local_walk import Cancelled, files_below, identity_of, never
from benchtop.services.other_chats import (
    Found,
    OtherChat,
    OtherMessage,
    part_thoughts,
    seconds,
)
from benchtop.services.qt_stream import QtStream, StreamDamaged

MAGIC = 0xF5D553CC
NEWEST = 12
_DEEPEST = 8
_ROLES = {"Prompt: ": "user", "Response: ": "assistant"}


@dataclass(slots=True)
class _Item:
    """A message, or a part of a reply."""

    name: str
    text: str = ""
    stopped: bool = False
    attachments: int = 0
    parts: list[_Item] = field(default_factory=list)

    def all_parts(self) -> Iterator[_Item]:
        for part in self.parts:
            yield from part.all_parts()
            yield part


def count(machine: Machine, cancelled: Cancelled = never) -> int:
    """How many chats there are."""
    return len(_files(machine, cancelled))


def read(machine: Machine, cancelled: Cancelled = never) -> Iterator[Found]:
    """The chats, one file after the other."""
    yield from each_of(_files(machine, cancelled), _found, cancelled)


def _found(path: Path) -> Iterator[Found]:
    chat = _chat(path)
    if chat.messages:
        yield chat


def _files(machine: Machine, cancelled: Cancelled) -> list[Path]:
    folders = [place.folder for place in known_places(machine) if place.program == GPT4ALL]
    once: dict[object, Path] = {}
    for folder in folders:
        for file in files_below(folder, cancelled, depth=0):
            if file.path.name.startswith("gpt4all-") and file.path.suffix == ".chat":
                once.setdefault(identity_of(file.path), file.path)
    return list(once.values())


def _chat(path: Path) -> OtherChat:
    data = read_bytes(path, LARGEST_FILE)
    try:
        return _parsed(QtStream(data), path)
    except StreamDamaged as error:
        raise ChatUnreadable(path=str(path), detail="it is damaged") from error


def _parsed(stream: QtStream, path: Path) -> OtherChat:
    if stream.unsigned32() != MAGIC:
        raise ChatUnreadable(path=str(path), detail="it is no chat of GPT4All")
    version = stream.signed32()
    if not 1 <= version <= NEWEST:
        detail = f"version {version} of GPT4All's chats is not known here"
        raise ChatUnreadable(path=str(path), detail=detail)
    created = seconds(stream.signed64()) or time_of_file(path)
    own_id, name, _person = stream.text(), stream.text(), stream.text()
    model = stream.text()
    if version >= 3:
        stream.texts()  # collections of documents
    if version < 11:
        _pass_state(stream, version)
    if stream.left > LARGEST_TEXT:  # items take far more memory than their bytes
        raise too_large(path, stream.left, LARGEST_TEXT)
    items = [_item(stream, version) for _ in range(stream.count(stream.signed32()))]
    return OtherChat(
        GPT4ALL,
        own_id or path.stem,
        name,
        created,
        tuple(_messages(items, created, model)),
        place=path.name,
    )


def _pass_state(stream: QtStream, version: int) -> None:
    """Pass over what the model had in memory."""
    is_kept = stream.flag() if version >= 6 else True
    if version >= 2:
        stream.signed32()  # kind of the model
        stream.signed32()  # version of its state
    stream.text()  # the last response
    stream.text()  # the generated name
    stream.unsigned32()  # tokens
    if not is_kept:
        return
    words = 1 + (version < 4) + (version >= 7)  # n_past, logits of the response, n_ctx
    stream.skip(4 * words)
    if version < 9:
        stream.skip(4 * stream.unsigned64())  # logits
    stream.skip(4 * stream.unsigned64())  # tokens
    stream.raw()


def _item(stream: QtStream, version: int) -> _Item:
    if version < 12:
        stream.signed32()
    item = _Item(stream.text(), stream.text())
    if version < 10:
        stream.text()
    stream.text()  # a better response, for those who gave theirs away
    stream.flag()
    item.stopped = stream.flag()
    stream.skip(2)  # thumbs up, thumbs down
    if version >= 11 and item.name == "Response: ":
        stream.flag()  # an error
    _pass_sources(stream, version)
    if version >= 10:
        item.attachments = stream.count(stream.signed64())
        for _ in range(item.attachments):
            stream.raw()  # its address
            stream.raw()  # its content
    if version >= 12:
        item.parts = _parts(stream)
    return item


def _pass_sources(stream: QtStream, version: int) -> None:
    """Pass over the excerpts of documents that a reply was given."""
    if version >= 8:
        for _ in range(stream.count(stream.signed64())):
            for _text in range(7):
                stream.text()
            stream.skip(12)  # page, from, to
    elif version >= 3:
        stream.text()
        stream.texts()


def _parts(stream: QtStream, depth: int = 0) -> list[_Item]:
    if depth > _DEEPEST:
        raise StreamDamaged("too deep")
    return [_part(stream, depth) for _ in range(stream.count(stream.signed64()))]


def _part(stream: QtStream, depth: int) -> _Item:
    part = _Item(stream.text())
    if part.name not in ("Response: ", "Text: ", "Think: ", "ToolCall: ", "ToolResponse: "):
        raise StreamDamaged(part.name)
    part.text = stream.text()
    if part.name == "Think: ":
        stream.signed32()
    elif part.name == "ToolCall: ":
        _pass_call(stream)
    part.parts = _parts(stream, depth + 1)
    return part


def _pass_call(stream: QtStream) -> None:
    """Pass over what is known of a tool's call besides its words."""
    stream.text()
    for _ in range(stream.count(stream.signed64())):
        stream.text()
        stream.signed32()
        stream.variant()
    stream.text()
    stream.signed32()
    stream.text()


def _messages(items: list[_Item], created: float, model: str) -> Iterator[OtherMessage]:
    before: str | None = None
    for place, item in enumerate(items):
        role = _ROLES.get(item.name)
        text, reasoning = _words(item)
        if role is None or not (text or reasoning):
            continue
        yield OtherMessage(
            str(place),
            before,
            "user" if role == "user" else "assistant",
            text,
            created,
            reasoning=reasoning,
            model=model if role == "assistant" else "",
            stopped=item.stopped,
            note="Files that were attached were left out." if item.attachments else "",
        )
        before = str(place)


def _words(item: _Item) -> tuple[str, str]:
    """What was said, the calls of tools in their places, and what was thought."""
    if item.name != "Response: ":
        return item.text, ""
    thoughts, text = part_thoughts(item.text)
    said: list[str] = []
    thought: list[str] = []
    for part in item.all_parts():
        if part.name == "Think: ":
            inner, rest = part_thoughts(part.text)
            thought.append(inner or rest.strip())
        elif part.name in ("Text: ", "ToolCall: "):
            said.append(part.text.strip())
    return (
        "\n\n".join(words for words in (*said, text) if words),
        "\n\n".join(words for words in (*thought, thoughts) if words),
    )
