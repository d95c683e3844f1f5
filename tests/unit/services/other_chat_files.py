"""Chats in the files of other programs, written as those write them: GPT4All's by Qt's own QDataStream."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray, QDataStream, QIODevice

CREATED = 1_719_000_000
"""2024-06-21: seconds since 1970."""
GPT4ALL_FOLDER = ".local/share/nomic.ai/GPT4All"


@dataclass
class Part:
    """A part of a reply in version 12."""

    name: str
    text: str
    parts: Sequence[Part] = ()


@dataclass
class Item:
    """A message of GPT4All."""

    name: str
    text: str
    stopped: bool = False
    parts: Sequence[Part] = field(default_factory=tuple)
    sources: int = 0
    attached: int = 0


PROMPT, RESPONSE = "Prompt: ", "Response: "
OWL = (Item(PROMPT, "Wer ist die Eule? 🦉"), Item(RESPONSE, "A bird.\nOf the night."))


def gpt4all_bytes(
    items: Sequence[Item] = OWL,
    version: int = 12,
    *,
    chat_id: str = "5e0f",
    name: str = "About owls",
    keeps_state: bool = False,
) -> bytes:
    """A chat as ChatSaver::saveChats() of that version writes it."""
    data = QByteArray()
    out = QDataStream(data, QIODevice.OpenModeFlag.WriteOnly)
    out.writeUInt32(0xF5D553CC)
    out.writeInt32(version)
    out.setVersion(QDataStream.Version.Qt_6_2)
    out.writeInt64(CREATED)
    for text in (chat_id, name, "", "Llama-3.2-3B-Instruct-Q4_0.gguf"):
        out.writeQString(text)
    if version >= 3:
        out.writeQStringList(["My documents"])
    if version < 11:
        _state(out, version, keeps_state)
    out.writeInt32(len(items))
    for number, item in enumerate(items):
        _item(out, version, item, number)
    return bytes(data.data())


def _state(out: QDataStream, version: int, keeps_state: bool) -> None:
    if version >= 6:
        out.writeBool(keeps_state)
    if version >= 2:
        out.writeInt32(1)
        out.writeInt32(0)
    out.writeQString("the last response")
    out.writeQString("a name")
    out.writeUInt32(7)
    if version >= 6 and not keeps_state:
        return
    if version < 4:
        out.writeInt32(0)
    out.writeInt32(3)
    if version >= 7:
        out.writeInt32(2048)
    if version < 9:
        out.writeUInt64(2)
        out.writeRawData(b"\x01" * 8)
    out.writeUInt64(3)
    out.writeRawData(b"\x02" * 12)
    out << QByteArray(b"the state")


def _item(out: QDataStream, version: int, item: Item, number: int) -> None:
    if version < 12:
        out.writeInt32(number)
    out.writeQString(item.name)
    out.writeQString(item.text)
    if version < 10:
        out.writeQString("")
    out.writeQString("")
    out.writeBool(False)
    out.writeBool(item.stopped)
    out.writeBool(False)
    out.writeBool(False)
    if version >= 11 and item.name == RESPONSE:
        out.writeBool(False)
    _sources(out, version, item)
    if version >= 10:
        out.writeInt64(item.attached)
        for _ in range(item.attached):
            out << QByteArray(b"file:///home/me/table.xlsx")
            out << QByteArray(b"cells")
    if version >= 12:
        _parts(out, item.parts)


def _sources(out: QDataStream, version: int, item: Item) -> None:
    if version >= 8:
        out.writeInt64(item.sources)
        for _ in range(item.sources):
            for _text in range(7):
                out.writeQString("an excerpt")
            for _place in range(3):
                out.writeInt32(-1)
    elif version >= 3:
        out.writeQString('1. "Birds". [Context](context://1)')
        out.writeQStringList(["an excerpt"])


def _parts(out: QDataStream, parts: Sequence[Part]) -> None:
    out.writeInt64(len(parts))
    for part in parts:
        out.writeQString(part.name)
        out.writeQString(part.text)
        if part.name == "Think: ":
            out.writeInt32(1200)
        if part.name == "ToolCall: ":
            out.writeQString("javascript_interpret")
            out.writeInt64(1)
            out.writeQString("code")
            out.writeInt32(0)
            out.writeQVariant("1 + 1")
            out.writeQString("2")
            out.writeInt32(0)
            out.writeQString("")
        _parts(out, part.parts)


def put(path: Path, data: bytes | str) -> Path:
    """A file with all folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def put_gpt4all(home: Path, data: bytes | None = None, chat_id: str = "5e0f") -> Path:
    """A chat in GPT4All's folder."""
    data = gpt4all_bytes(chat_id=chat_id) if data is None else data
    return put(home / GPT4ALL_FOLDER / f"gpt4all-{chat_id}.chat", data)


def said(role: str, text: str, **more: Any) -> dict[str, Any]:
    """A version of a message of LM Studio, in one step."""
    content = [{"type": "text", "text": text}]
    return {"type": "singleStep", "role": role, "content": content, **more}


def in_steps(*blocks: tuple[str, str], millis: int = CREATED * 1000 + 5_000) -> dict[str, Any]:
    """A reply of LM Studio: what was thought and said."""
    steps: list[dict[str, Any]] = []
    for number, (kind, text) in enumerate(blocks):
        step: dict[str, Any] = {
            "type": "contentBlock",
            "stepIdentifier": f"{millis + number}-0.27",
            "content": [{"type": "text", "text": text}],
            "genInfo": {
                "identifier": "qwen3-4b",
                "stats": {"stopReason": "eosFound", "tokensPerSecond": 30.5},
            },
        }
        if kind == "thinking":
            step["style"] = {"type": "thinking", "ended": True, "title": "Thought for 2.30 seconds"}
        steps.append(step)
    sender = {"senderName": "qwen3-4b"}
    return {"type": "multiStep", "role": "assistant", "senderInfo": sender, "steps": steps}


def versions(*all_versions: dict[str, Any], chosen: int = 0) -> dict[str, Any]:
    """A message of LM Studio."""
    return {"versions": list(all_versions), "currentlySelected": chosen}


def lm_studio(*messages: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A chat of LM Studio."""
    return {
        "name": "About owls",
        "pinned": False,
        "createdAt": CREATED * 1000,
        "preset": "",
        "tokenCount": 42,
        "systemPrompt": "",
        "messages": list(messages),
        "usePerChatPredictionConfig": True,
        "perChatPredictionConfig": {
            "fields": [{"key": "llm.prediction.systemPrompt", "value": "Be brief."}]
        },
        "clientInput": "",
        "userLastMessagedAt": CREATED * 1000 + 1_000,
        "assistantLastMessagedAt": CREATED * 1000 + 9_000,
        "lastUsedModel": {"identifier": "qwen3-4b", "indexedModelIdentifier": "q/qwen3-4b"},
        **more,
    }


def put_lm_studio(home: Path, chat: object, name: str = "1719000000000") -> Path:
    """A chat in LM Studio's folder."""
    folder = home / ".lmstudio" / "conversations"
    return put(folder / f"{name}.conversation.json", json.dumps(chat))


def jan_line(number: int, role: str, text: str, **more: Any) -> dict[str, Any]:
    """A message of Jan."""
    return {
        "id": f"msg-{number}",
        "object": "thread.message",
        "thread_id": "thread-1",
        "role": role,
        "content": [{"type": "text", "text": {"value": text, "annotations": []}}],
        "status": "ready",
        "created_at": CREATED * 1000 + number * 1000,
        "completed_at": CREATED * 1000 + number * 1000,
        "metadata": {},
        **more,
    }


def put_jan(
    data: Path, lines: Sequence[dict[str, Any] | str], thread: str = "thread-1", **more: Any
) -> Path:
    """A chat in Jan's data folder."""
    facts = {
        "id": thread,
        "object": "thread",
        "title": "About owls",
        "assistants": [
            {
                "id": "jan",
                "name": "Jan",
                "model": {"id": "Menlo/Jan-nano", "name": "Jan nano", "settings": {}},
                "instructions": "You are Jan.",
            }
        ],
        "created": CREATED,
        "updated": CREATED + 60,
        **more,
    }
    put(data / "threads" / thread / "thread.json", json.dumps(facts, indent=2))
    text = "".join((one if isinstance(one, str) else json.dumps(one)) + "\n" for one in lines)
    return put(data / "threads" / thread / "messages.jsonl", text)


# The first schema that Ollama released to people (version 2), and what later ones added.
OLLAMA_SCHEMA = """
CREATE TABLE settings (id INTEGER PRIMARY KEY CHECK (id = 1), schema_version INTEGER NOT NULL DEFAULT 2);
CREATE TABLE chats (
    id TEXT PRIMARY KEY, title TEXT NOT NULL DEFAULT '',
    created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE TABLE messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT, chat_id TEXT NOT NULL, role TEXT NOT NULL,
    content TEXT NOT NULL DEFAULT '', thinking TEXT NOT NULL DEFAULT '', stream BOOLEAN NOT NULL DEFAULT 0,
    model_name TEXT, model_cloud BOOLEAN, model_ollama_host BOOLEAN,
    created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    thinking_time_start TIMESTAMP, thinking_time_end TIMESTAMP,
    FOREIGN KEY (chat_id) REFERENCES chats(id) ON DELETE CASCADE
);
CREATE TABLE tool_calls (
    id INTEGER PRIMARY KEY AUTOINCREMENT, message_id INTEGER NOT NULL, type TEXT NOT NULL,
    function_name TEXT NOT NULL, function_arguments TEXT NOT NULL, function_result TEXT
);
"""
OLLAMA_LATER = """
CREATE TABLE attachments (
    id INTEGER PRIMARY KEY AUTOINCREMENT, message_id INTEGER NOT NULL,
    filename TEXT NOT NULL, data BLOB NOT NULL
);
ALTER TABLE messages ADD COLUMN tool_result TEXT;
ALTER TABLE chats ADD COLUMN browser_state TEXT;
"""


def open_ollama(home: Path, *, later: bool = True) -> sqlite3.Connection:
    """Ollama's file with its tables and nothing in it, as the app has it open."""
    path = home / ".ollama" / "db.sqlite"
    path.parent.mkdir(parents=True, exist_ok=True)
    database = sqlite3.connect(path, isolation_level=None)
    database.execute("pragma journal_mode = wal")
    database.executescript(OLLAMA_SCHEMA + (OLLAMA_LATER if later else ""))
    return database


def ollama_chat(
    database: sqlite3.Connection,
    messages: Sequence[tuple[str, str, str]],
    chat_id: str = "0197-a",
) -> None:
    """A chat with messages of a role, words and thoughts, with times as Ollama's driver writes them."""
    database.execute(
        "insert into chats (id, title, created_at) values (?, ?, ?)",
        (chat_id, "About owls", "2024-06-21 22:00:00.123456789+02:00"),
    )
    for role, content, thinking in messages:
        database.execute(
            "insert into messages (chat_id, role, content, thinking, model_name, created_at)"
            " values (?, ?, ?, ?, ?, ?)",
            (chat_id, role, content, thinking, "gemma3:4b", "2024-06-21 22:00:05.5+02:00"),
        )


def endless_ollama(home: Path) -> Path:
    """Ollama's file with chats that never end, as nobody's but a joker's is."""
    path = home / ".ollama" / "db.sqlite"
    path.parent.mkdir(parents=True, exist_ok=True)
    database = sqlite3.connect(path)
    database.execute(
        "create view chats as with recursive n(id) as (select 1 union all select id + 1 from n)"
        " select id, 'x' as title, 0 as created_at from n"
    )
    database.close()
    return path
