"""Only the hub worker reaches another machine: every other process is watched from its start."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest
from pytestqt.qtbot import QtBot

from benchtop.domain.generation import AdapterUse
from benchtop.domain.models import STARTER_ID
from benchtop.protocol.messages import WorkerRole
from benchtop.resources import starter_model
from benchtop.store.database import open_store
from local_hub.fixtures import hub
from local_hub.hub import LocalHub
from local_hub.repository import Repository
from workers.commands import COMMAND, run
from workers.conftest import StartEngine
from workers.hub_kit import HubKit, point_at
from workers.socket_record import CONNECTING, SocketRecord, record_sockets

__all__ = ["hub"]

REPO = "org/owl-GGUF"


@pytest.fixture
def record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SocketRecord:
    folder = tmp_path / "watch"
    folder.mkdir()
    return record_sockets(folder, monkeypatch)


@pytest.fixture
def online(hub: LocalHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LocalHub:
    """A Hub with the starter, which every process of the test finds."""
    facts = {"total": 3_672_320, "architecture": "llama", "context_length": 1_024}
    content = {"owl-Q8_0.gguf": starter_model().read_bytes()}
    hub.add(Repository(REPO, content, licence="mit", card="# Owl", gguf=facts))
    point_at(hub, tmp_path / "hf", monkeypatch)
    return hub


def well(*words: str) -> str:
    done = run(*words)
    assert done.returncode == 0, done.stderr
    return done.stdout


def connected(record: SocketRecord) -> list[str]:
    """Where the hub worker went."""
    return [event.detail for event in record.of("hub") if event.name in CONNECTING]


# The watch itself


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("import socket; socket.socket().connect_ex(('127.0.0.1', 9))", "socket.connect"),
        ("import socket; socket.getaddrinfo('127.0.0.1', 9)", "socket.getaddrinfo"),
        (
            "import socket; s = socket.socket(type=socket.SOCK_DGRAM); s.sendto(b'', ('127.0.0.1', 9))",
            "socket.sendto",
        ),
        ("import socket; socket.socket().bind(('127.0.0.1', 0))", "socket.bind"),
        (
            "import urllib.request as u\ntry: u.urlopen('http://127.0.0.1:9')\nexcept OSError: 0",
            "socket.connect",
        ),
    ],
)
def test_a_process_that_connects_is_seen(record: SocketRecord, code: str, name: str) -> None:
    subprocess.run([sys.executable, "-P", "-c", code], check=True, timeout=30)
    assert record.alive == {"program"}
    assert name in {event.name for event in record.of("program")} & CONNECTING
    with pytest.raises(AssertionError):
        record.only_the_hub_worker()


def test_a_child_of_a_child_is_watched_too(record: SocketRecord) -> None:
    child = "import socket; socket.socket().connect_ex(('127.0.0.1', 9))"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    subprocess.run([sys.executable, "-c", parent], check=True, timeout=30)
    assert len({event.pid for event in record.events}) == 2
    assert record.of("program")


# Workers


def test_the_engine_worker_opens_none(
    record: SocketRecord,
    start_engine: StartEngine,
    starter_path: Path,
    tiny_model: Path,
    tiny_adapter: Path,
) -> None:
    """It loads the starter, chats, lets it go for another, chats with an adapter, and ends."""
    engine = start_engine()
    engine.load(starter_path, threads=None)
    assert engine.chat("Tell me a story about an owl.", conversation="c").text
    engine.load(tiny_model)
    assert engine.chat("Hello", adapters=(AdapterUse(str(tiny_adapter)),)).evaluated
    if sys.platform.startswith("linux"):  # native code, which no audit hook sees, has none open
        descriptors = Path(f"/proc/{engine.process.pid}/fd").iterdir()
        targets = [str(descriptor.readlink()) for descriptor in descriptors]
        assert targets
        assert [target for target in targets if target.startswith("socket:")] == []
    engine.close()
    assert record.alive == {"engine"}
    record.only_the_hub_worker()


@pytest.mark.parametrize("role", sorted(set(get_args(WorkerRole)) - {"hub"}))
def test_a_worker_that_is_started_and_ended_opens_none(record: SocketRecord, role: str) -> None:
    """Each that there is: one that is not built yet says so and ends."""
    done = subprocess.run(
        [*COMMAND, "--worker", role], input=b"", capture_output=True, timeout=60, check=False
    )
    assert done.returncode == 0 or b"no worker called" in done.stderr
    assert record.alive == {role}
    record.only_the_hub_worker()


# Commands


def test_commands_that_need_no_network_open_none(
    record: SocketRecord, online: LocalHub, starter_path: Path
) -> None:
    assert "starter" in well("models", "list")
    assert well("models", "show", "starter")
    assert well("models", "verify", "starter")
    assert well("models", "estimate", "starter")
    assert well("models", "find-local", "--json") is not None
    assert well("chat", "--model", "starter", "--prompt", "Hi").strip()
    assert record.alive == {"program", "engine"}
    record.only_the_hub_worker()
    assert online.requests == []


def test_a_search_or_a_download_is_its_hub_workers_alone(
    record: SocketRecord, online: LocalHub
) -> None:
    assert REPO in well("models", "search", "owl", "--online")
    assert well("models", "estimate", f"{REPO}:Q8_0", "--online")
    assert "is here as" in well("models", "pull", f"{REPO}:Q8_0", "--online")
    assert record.alive == {"program", "hub"}
    record.only_the_hub_worker()
    where = connected(record)
    assert where
    port = online.url.rpartition(":")[2]
    assert all("'127.0.0.1'" in one and port in one for one in where), where


def test_offline_nobody_opens_one(record: SocketRecord, online: LocalHub) -> None:
    assert run("models", "search", "owl").returncode == 1
    assert record.alive == {"program"}
    assert record.of("program") == []
    assert online.requests == []


# The window


def test_the_window_opens_none_while_it_downloads_and_loads_a_model(
    record: SocketRecord, online: LocalHub, qtbot: QtBot, data_home: Path
) -> None:
    """The real program: the last run left a download in its queue, and the starter is loaded."""
    kit = HubKit(qtbot)
    repository, choices = kit.open(REPO)
    kit.downloads.add(repository, choices[0])
    kit.close()
    before = len(record.events)

    def is_done() -> bool:
        with open_store(data_home / "benchtop.sqlite3") as store:
            loaded = store.loads.last_of(STARTER_ID) is not None
            return loaded and [d.state for d in store.downloads.all()] == ["done"]

    with subprocess.Popen(COMMAND) as window:
        qtbot.waitUntil(is_done, timeout=30_000)
        window.terminate()
    assert window.returncode == 0
    watched = {event.who for event in record.events[before:] if event.name == "alive"}
    assert {"program", "engine", "hub"} <= watched
    record.only_the_hub_worker()
    assert connected(record)
