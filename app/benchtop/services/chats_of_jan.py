"""The chats of Jan: a folder for each below ``threads`` in its data folder, with ``thread.json`` and
``messages.jsonl``, a message to a line.

Taken from Jan's source (src-tauri/src/core/threads: commands.rs, models.rs, utils.rs; SQLite is used on
telephones only), its documents of 2023 (docs/specs/threads.md, messages.md) and the adapter of "hstry".
Older ones lie in ``~/jan``, newer ones in Jan's folder of the system. Times are seconds in older files
and milliseconds in newer.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchtop.domain.errors import ChatUnreadable
from benchtop.services.chat_files import (
    each_of,
    is_file,
    list_at,
    none_of,
    object_of,
    part_of,
    read_bytes,
    read_object,
    size_of,
    text_at,
    time_of_file,
)
from benchtop.services.local_places import JAN, Machine, jan_data_folders
from benchtop.services.local_walk import Cancelled, folders_in, identity_of, never
from benchtop.services.other_chats import (
    Found,
    OtherChat,
    OtherMessage,
    part_thoughts,
    seconds,
)

_MESSAGES = "messages.jsonl"
_ROLES = frozenset({"user", "assistant", "system", "tool"})
_ANY_MODEL = "*"


def count(machine: Machine, cancelled: Cancelled = never) -> int:
    """How many chats there are, without those that nothing was written in."""
    return sum(1 for folder in _threads(machine, cancelled) if size_of(folder / _MESSAGES))


def read(machine: Machine, cancelled: Cancelled = never) -> Iterator[Found]:
    """The chats; of one with lines that are damaged or unknown the others, and after it what is wrong."""
    yield from each_of(_threads(machine, cancelled), _found, cancelled)


def _found(folder: Path) -> Iterator[Found]:
    chat, damaged, unknown = _chat(folder)
    path = folder / _MESSAGES
    if chat.messages:
        yield chat
    if unknown or damaged:
        yield part_of(path, unknown, damaged) if chat.messages else none_of(path, damaged)


def _threads(machine: Machine, cancelled: Cancelled) -> list[Path]:
    once: dict[object, Path] = {}
    for data in jan_data_folders(machine):
        for folder in folders_in(data / "threads"):
            if not cancelled() and is_file(folder / _MESSAGES):
                once.setdefault(identity_of(folder), folder)
    return list(once.values())


def _chat(folder: Path) -> tuple[OtherChat, int, int]:
    """The chat, and how many of its lines are damaged, and how many not understood."""
    facts = _facts(folder)
    lines, damaged = _lines(folder / _MESSAGES)
    written = time_of_file(folder / _MESSAGES)
    times = [seconds(line.get("created_at") or line.get("created")) for line in lines]
    created = seconds(facts.get("created")) or next((t for t in times if t), None) or written
    assistant = next(iter(list_at(facts, "assistants")), None)
    model = text_at(assistant, "model", "id") or text_at(facts, "model", "id")
    messages, system = _messages(lines, created, "" if model == _ANY_MODEL else model)
    chat = OtherChat(
        JAN,
        text_at(facts, "id") or folder.name,
        text_at(facts, "title") or text_at(facts, "metadata", "title"),
        created,
        messages,
        updated=seconds(facts.get("updated")) or created,
        system_prompt="\n\n".join(
            one for one in (text_at(assistant, "instructions"), *system) if one
        ),
        place=folder.name,
    )
    return chat, damaged, sum(1 for line in lines if not _is_understood(line))


def _facts(folder: Path) -> dict[str, Any]:
    """What thread.json says; the messages are worth having without it."""
    try:
        return read_object(folder / "thread.json")
    except ChatUnreadable:
        return {}


def _lines(path: Path) -> tuple[list[dict[str, Any]], int]:
    """The messages that can be read, and how many cannot."""
    found: list[dict[str, Any]] = []
    damaged = 0
    for line in read_bytes(path).splitlines():
        if not line.strip():
            continue
        try:
            found.append(object_of(line, path))
        except ChatUnreadable:
            damaged += 1
    if damaged and not found:
        raise ChatUnreadable(path=str(path), detail="it is damaged")
    return found, damaged


def _messages(
    lines: list[dict[str, Any]], created: float, model: str
) -> tuple[tuple[OtherMessage, ...], list[str]]:
    found: dict[str, OtherMessage] = {}
    system: list[str] = []
    parent, now = None, created
    for place, line in enumerate(lines):
        role, (text, reasoning, left_out) = text_at(line, "role"), _said(line)
        if role == "system":
            system.append(text)
            continue
        if role not in ("user", "assistant") or not (text or reasoning or left_out):
            continue
        name = text_at(line, "id") or str(place)
        if name in found:  # a line that was written twice
            continue
        now = seconds(line.get("created_at") or line.get("created")) or now
        own = text_at(line, "metadata", "modelId") or text_at(line, "model") or model
        found[name] = OtherMessage(
            name,
            parent,
            "user" if role == "user" else "assistant",
            text,
            now,
            reasoning=reasoning,
            model=own if role == "assistant" else "",
            stopped=text_at(line, "status") == "stopped",
            note="Files that were attached were left out." if left_out else "",
        )
        parent = name
    return tuple(found.values()), system


def _said(line: dict[str, Any]) -> tuple[str, str, bool]:
    """What was said, what was thought, and whether something else is there."""
    said: list[str] = []
    thought: list[str] = []
    left_out = bool(list_at(line, "attachments"))
    if whole := text_at(line, "content"):
        said.append(whole)
    for part in list_at(line, "content"):
        kind, text = text_at(part, "type"), text_at(part, "text", "value")
        if kind == "reasoning":
            thought.append(text)
        elif text:
            said.append(text)
        elif kind not in ("", "text", "tool_call"):
            left_out = True
    reasoning, text = part_thoughts("\n\n".join(said))
    return text, "\n\n".join(one.strip() for one in (*thought, reasoning) if one), left_out


def _is_understood(line: dict[str, Any]) -> bool:
    """Whether all words in it are in a form that is known here; those of an empty one are."""
    if text_at(line, "role") not in _ROLES or "content" not in line:
        return False
    content = line["content"]
    if not isinstance(content, list):
        return content is None or isinstance(content, str)
    return all(_is_known(part) for part in content)


def _is_known(part: object) -> bool:
    kind = text_at(part, "type")
    if kind not in ("text", "reasoning"):
        return bool(kind)
    text = part.get("text") if isinstance(part, dict) else None
    return isinstance(text, dict) and isinstance(text.get("value"), str)
