"""The chats of LM Studio: a JSON file for each below ``conversations`` in its folder, also in folders of
the person's own.

LM Studio is closed and says that the format may change (lmstudio.ai/docs/app/basics/chat). Taken from
four programs that read it: YorkieDev/lm-studio-conversation-converter (script.js), zeveck/json_to_md
(convert-conversation.js, tried with 0.3.22), the adapter of "hstry", and a meter of tokens in Swift,
which agree on ``messages[].versions[currentlySelected]``, its ``role``, ``content`` or ``steps`` of
``contentBlock``, on thinking (``style.type``) and on the times. The chats of LM Studio before 0.3, of
which no description was found, are told as unreadable unless they have messages in the same way.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchtop.domain.errors import ChatUnreadable
from benchtop.services.chat_files import (
    each_of,
    list_at,
    none_of,
    part_of,
    read_object,
    size_of,
    text_at,
    time_of_file,
)
from benchtop.services.local_places import LM_STUDIO, Machine, lm_studio_homes
from benchtop.services.local_walk import Cancelled, files_below, identity_of, never
from benchtop.services.other_chats import (
    Found,
    OtherChat,
    OtherMessage,
    part_thoughts,
    seconds,
)

_SYSTEM_PROMPT = "llm.prediction.systemPrompt"
_EMPTY_BYTES = 16 * 1024
"""A chat without messages is no larger: its settings only."""
_ROLES = frozenset({"user", "assistant", "system", "tool"})
_NO_CHATS = frozenset({"ChatSessionConversationRelationship.json"})  # of a well-known plugin


def count(machine: Machine, cancelled: Cancelled = never) -> int:
    """How many chats there are, without those that nothing was written in."""
    return sum(1 for path in _files(machine, cancelled) if not _is_empty(path))


def read(machine: Machine, cancelled: Cancelled = never) -> Iterator[Found]:
    """The chats, one file after the other."""
    files = _files(machine, cancelled)
    yield from each_of(files, lambda path: _found(path, files[path]), cancelled)


def _found(path: Path, folder: Path) -> Iterator[Found]:
    chat, unknown = _chat(path)
    if chat.messages:
        yield replace(chat, place=path.relative_to(folder).as_posix())
    if unknown:
        yield part_of(path, unknown) if chat.messages else none_of(path)


def _is_empty(path: Path) -> bool:
    """Whether it is a chat without messages, which LM Studio makes at each "New chat"."""
    if not 0 < size_of(path) <= _EMPTY_BYTES:
        return False
    try:
        return read_object(path).get("messages") == []
    except ChatUnreadable:
        return False  # told of when it is read


def _files(machine: Machine, cancelled: Cancelled) -> dict[Path, Path]:
    """The file of each chat, and the folder of chats that it lies in."""
    once: dict[object, tuple[Path, Path]] = {}
    for home in lm_studio_homes(machine):
        folder = home / "conversations"
        for file in files_below(folder, cancelled):
            path = file.path
            if path.suffix == ".json" and path.name not in _NO_CHATS and path.name[0] != ".":
                once.setdefault(identity_of(path), (path, folder))
    return dict(once.values())


def _chat(path: Path) -> tuple[OtherChat, int]:
    """The chat, and how many of its messages are not, or not wholly, understood."""
    top = read_object(path)
    if not isinstance(top.get("messages"), list):
        raise ChatUnreadable(path=str(path), detail="it has no messages as LM Studio writes them")
    created = seconds(top.get("createdAt")) or time_of_file(path)
    system = [_system_prompt(top)]
    messages, leaf = _tree(top, created, system)
    chat = OtherChat(
        LM_STUDIO,
        f"{path.name.partition('.')[0]}:{top.get('createdAt')}",
        text_at(top, "name"),
        created,
        messages,
        updated=max(
            seconds(top.get(name)) or created
            for name in ("userLastMessagedAt", "assistantLastMessagedAt")
        ),
        leaf=leaf,
        system_prompt="\n\n".join(one for one in system if one),
        pinned=top.get("pinned") is True,
    )
    versions = (one for entry in list_at(top, "messages") for one in _versions(entry))
    return chat, sum(1 for one in versions if not _is_understood(one))


def _system_prompt(top: dict[str, Any]) -> str:
    fields = list_at(top.get("perChatPredictionConfig"), "fields")
    own = (text_at(one, "value") for one in fields if text_at(one, "key") == _SYSTEM_PROMPT)
    return next((one for one in own if one), "") or text_at(top, "systemPrompt")


def _tree(
    top: dict[str, Any], created: float, system: list[str]
) -> tuple[tuple[OtherMessage, ...], str | None]:
    """Every version of every message, those of one place beside each other, and the last on show."""
    found: list[OtherMessage] = []
    parent, now, model = None, created, text_at(top, "lastUsedModel", "identifier")
    for place, entry in enumerate(list_at(top, "messages")):
        versions = _versions(entry)
        chosen = entry.get("currentlySelected", 0) if isinstance(entry, dict) else 0
        chosen = chosen if isinstance(chosen, int) and 0 <= chosen < len(versions) else 0
        here = parent
        for number, version in enumerate(versions):
            if text_at(version, "role") == "system":
                system.append(_said(version)[0])
                continue
            name = f"{place}.{number}"
            message = _message(version, name, here, now, model)
            if message is not None:
                found.append(message)
                if number == chosen:
                    parent, now = name, message.created
    return tuple(found), parent


def _versions(entry: object) -> list[Any]:
    return list_at(entry, "versions") or [entry]


def _message(
    version: object, name: str, parent: str | None, now: float, model: str
) -> OtherMessage | None:
    role = text_at(version, "role")
    if role not in ("user", "assistant"):
        return None
    text, reasoning = _said(version)
    left_out = _left_out(version)
    if not (text or reasoning or left_out):
        return None
    steps = list_at(version, "steps")
    names = [text_at(step, "genInfo", "identifier") for step in steps]
    times = [_time_of(step) for step in steps]
    return OtherMessage(
        name,
        parent,
        "user" if role == "user" else "assistant",
        text,
        max([now, *(time for time in times if time)]),
        reasoning=reasoning,
        model=next((n for n in (*names, text_at(version, "senderInfo", "senderName")) if n), model)
        if role == "assistant"
        else "",
        stopped=any(_stop_reason(step) == "userStopped" for step in steps),
        note="Files that were attached were left out." if left_out else "",
    )


def _said(version: object) -> tuple[str, str]:
    """What was said and what was thought."""
    said: list[str] = []
    thought: list[str] = []
    for step in list_at(version, "steps"):
        if text_at(step, "type") == "contentBlock":
            is_thought = text_at(step, "style", "type") == "thinking"
            (thought if is_thought else said).append(_text(step))
    reasoning, text = part_thoughts("\n\n".join(one for one in said if one) or _text(version))
    return text.strip("\n"), "\n\n".join(one.strip() for one in (*thought, reasoning) if one)


def _text(holder: object) -> str:
    if whole := text_at(holder, "content"):
        return whole
    parts = [
        text_at(part, "text")
        for part in list_at(holder, "content")
        if text_at(part, "type") == "text" and part.get("isStructural") is not True
    ]
    return "\n".join(part for part in parts if part)


def _is_understood(version: object) -> bool:
    """Whether all words in it are in a form that is known here; those of an empty one are."""
    if not isinstance(version, dict) or text_at(version, "role") not in _ROLES:
        return False
    steps = version.get("steps")
    if steps is None:
        return "content" in version and _is_known(version)
    return isinstance(steps, list) and all(
        isinstance(step, dict) and (step.get("type") != "contentBlock" or _is_known(step))
        for step in steps
    )


def _is_known(holder: dict[str, Any]) -> bool:
    """Whether its content is in a form that is known here."""
    content = holder.get("content")
    if not isinstance(content, list):
        return content is None or isinstance(content, str)
    return all(_is_known_part(part) for part in content)


def _is_known_part(part: object) -> bool:
    kind = text_at(part, "type")
    if kind == "text" and isinstance(part, dict):
        return part.get("isStructural") is True or isinstance(part.get("text"), str)
    return kind.startswith("tool") or bool(kind and not text_at(part, "text"))


def _left_out(version: object) -> bool:
    return any(text_at(part, "type") not in ("", "text") for part in list_at(version, "content"))


def _time_of(step: object) -> float | None:
    """A step's name begins with the milliseconds of when it was made."""
    number = text_at(step, "stepIdentifier").partition("-")[0]
    return seconds(int(number)) if number.isdecimal() and len(number) == 13 else None


def _stop_reason(step: object) -> str:
    info = step.get("genInfo") if isinstance(step, dict) else None
    return text_at(info, "stats", "stopReason")
