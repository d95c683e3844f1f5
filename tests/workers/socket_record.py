"""Records what the Python processes of a test do with sockets, each told by what it was started for.

Every process that is started meanwhile gets an audit hook as its sitecustomize, before any code of
Benchtop runs. Nothing can take such a hook away again.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

HOOK = """
import json, os, sys
def note(event, words):
    line = json.dumps([os.getpid(), sys.orig_argv, event, words]) + "\\n"
    file = os.open(RECORD, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.write(file, line.encode())  # in one piece: several processes write
    os.close(file)
def watch(event, arguments):
    if event.startswith("socket."):
        note(event, repr([one for one in arguments if not hasattr(one, "fileno")]))
sys.addaudithook(watch)
note("alive", "")
"""
CONNECTING = frozenset(
    {"socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg"}
    | {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"}
)
"""What reaches for another machine, or lets another machine in."""


@dataclass(frozen=True, slots=True)
class Event:
    """What a process did: "alive" (its hook is in place) or the name of an audit event."""

    pid: int
    words: tuple[str, ...]
    name: str
    detail: str

    @property
    def who(self) -> str:
        """Which worker it is ("engine", "hub", ...), or "program" for all others."""
        if "--worker" in self.words:
            return self.words[self.words.index("--worker") + 1]
        return "program"


class SocketRecord:
    """What was recorded so far."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def events(self) -> list[Event]:
        """In the order they happened."""
        if not self._path.exists():
            return []
        lines = [json.loads(line) for line in self._path.read_text().splitlines()]
        return [Event(pid, tuple(words), name, detail) for pid, words, name, detail in lines]

    @property
    def alive(self) -> set[str]:
        """Who was watched: a process that is not here was not started, or had no hook."""
        return {event.who for event in self.events if event.name == "alive"}

    def of(self, who: str) -> list[Event]:
        """What those did with sockets."""
        return [event for event in self.events if event.who == who and event.name != "alive"]

    def only_the_hub_worker(self) -> None:
        """Fail if any other process as much as made a socket."""
        others = [event for event in self.events if event.name != "alive" and event.who != "hub"]
        assert others == []


def record_sockets(folder: Path, monkeypatch: pytest.MonkeyPatch) -> SocketRecord:
    """Watch every Python process that is started from now to the end of the test."""
    path = folder / "sockets.jsonl"
    (folder / "sitecustomize.py").write_text(f"RECORD = {str(path)!r}\n{HOOK}")
    monkeypatch.setenv("PYTHONPATH", str(folder))
    return SocketRecord(path)
