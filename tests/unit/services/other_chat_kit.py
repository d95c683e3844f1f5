"""Read the chats of other programs as a person has them in a home folder."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import pytest

from benchtop.domain.errors import ChatIncomplete, ChatUnreadable
from benchtop.services.local_places import Machine
from benchtop.services.other_chats import ChatReader, OtherChat, OtherMessage


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "me"


def machine(home: Path, platform: str = "linux", **environment: str) -> Machine:
    return Machine(environment, home, platform)


def read(reader: ChatReader, home: Path) -> tuple[list[OtherChat], list[ChatUnreadable]]:
    found = list(reader.read(machine(home)))
    chats = [one for one in found if isinstance(one, OtherChat)]
    return chats, [one for one in found if isinstance(one, ChatUnreadable)]


def incomplete(reader: ChatReader, home: Path) -> list[str]:
    """What is told of chats that came without all of it."""
    return [str(one) for one in reader.read(machine(home)) if isinstance(one, ChatIncomplete)]


def one_chat(reader: ChatReader, home: Path) -> OtherChat:
    chats, unreadable = read(reader, home)
    assert unreadable == []
    assert reader.count(machine(home)) == 1
    (chat,) = chats
    return chat


def words(messages: Sequence[OtherMessage]) -> list[tuple[str, str]]:
    return [(message.role, message.text) for message in messages]


def sums(folder: Path) -> dict[str, tuple[str, int]]:
    """Every file below a folder, with its content and when it was written."""
    return {
        str(path): (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file()
    }
