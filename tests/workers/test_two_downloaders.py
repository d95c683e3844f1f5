"""Two programs that want the same file at once: one fetches it, a command says so and ends, a window
waits for it, and both end with one whole file."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from benchtop.domain.downloads import Download
from benchtop.services.hub_cache import cache_folder
from benchtop.store.database import open_store
from local_hub.body_faults import Stall
from local_hub.fixtures import hub
from local_hub.hub import LocalHub
from local_hub.repository import Repository
from unit.domain.gguf_files import write_gguf
from workers.commands import COMMAND, explained, run
from workers.hub_kit import HubKit, point_at

__all__ = ["hub"]

REPO = "org/owl-GGUF"
NAMES = ("Q4_K_M", "Q8_0", "F16")
SIZE = 3_000_000
HALF = SIZE // 2
PULL = ("models", "pull", f"{REPO}:Q4_K_M", "--online")
ELSEWHERE = "Another program is downloading owl-Q4_K_M.gguf at this moment"


@pytest.fixture
def content(hub: LocalHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> bytes:
    """The bytes of owl-Q4_K_M.gguf."""
    write_gguf(tmp_path / "tiny.gguf")
    header = (tmp_path / "tiny.gguf").read_bytes()
    files = {
        f"owl-{name}.gguf": header + os.urandom(SIZE + more - len(header))
        for more, name in enumerate(NAMES)
    }
    hub.add(Repository(REPO, files, licence="mit"))
    point_at(hub, tmp_path / "hf", monkeypatch)
    return files["owl-Q4_K_M.gguf"]


@pytest.fixture
def kit(qtbot: QtBot, content: bytes) -> Iterator[HubKit]:
    made = HubKit(qtbot)
    yield made
    made.close()


def whole(content: bytes) -> None:
    """One whole file is there, and nothing else of it."""
    (found,) = (cache_folder() / "models--org--owl-GGUF" / "blobs").iterdir()
    assert found.read_bytes() == content


def waits_elsewhere(kit: HubKit) -> bool:
    wait = kit.downloads.wait_of(kit.downloads.queue[0].id)
    return wait is not None and wait.reason == "elsewhere"


def sent(hub: LocalHub) -> int:
    assert hub.wait_idle()
    return hub.bytes_sent(f"{REPO}/owl-Q4_K_M.gguf")


def test_a_pull_beside_the_windows_queue_says_so_and_loses_nothing(
    kit: HubKit, hub: LocalHub, content: bytes
) -> None:
    stall = Stall(after=HALF)
    repository, choices = kit.open(REPO)
    hub.forget_requests()
    hub.fault("*owl-Q4_K_M.gguf*", stall)
    kit.downloads.add(repository, choices[0])
    kit.until(stall.reached.is_set)
    assert ELSEWHERE in explained(run(*PULL))
    assert [d.state for d in kit.downloads.queue] == ["running"]
    stall.released.set()
    kit.until(lambda: kit.arrived)
    whole(content)
    done = run(*PULL)
    assert done.returncode == 0, done.stderr
    assert "is here as" in done.stdout
    assert sent(hub) == SIZE  # each byte once
    whole(content)


def test_the_windows_queue_waits_for_a_pull_and_loses_nothing(
    kit: HubKit, hub: LocalHub, content: bytes
) -> None:
    stall = Stall(after=HALF)
    repository, choices = kit.open(REPO)
    hub.forget_requests()
    hub.fault("*owl-Q4_K_M.gguf*", stall)
    with subprocess.Popen([*COMMAND, *PULL], stdout=subprocess.PIPE, text=True) as pull:
        kit.until(stall.reached.is_set)
        download = kit.downloads.add(repository, choices[0])
        assert download is not None
        kit.until(lambda: waits_elsewhere(kit) and kit.downloads.queue[0].state == "queued")
        stall.released.set()
        told, _ = pull.communicate(timeout=60)
        assert pull.returncode == 0
    assert "is here as" in told
    kit.until(lambda: kit.arrived)
    assert kit.failed == []
    assert sent(hub) == SIZE
    whole(content)


def test_two_windows_with_data_of_their_own_share_one_cache(
    kit: HubKit, hub: LocalHub, content: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stall = Stall(after=HALF)
    repository, choices = kit.open(REPO)
    hub.forget_requests()
    hub.fault("*owl-Q4_K_M.gguf*", stall)
    kit.downloads.add(repository, choices[0])
    kit.until(stall.reached.is_set)
    monkeypatch.setenv("BENCHTOP_HOME", str(tmp_path / "another"))
    other = HubKit(kit.qtbot)
    try:
        late = other.downloads.add(repository, choices[0])
        assert late is not None
        other.until(lambda: waits_elsewhere(other))
        stall.released.set()
        kit.until(lambda: kit.arrived)
        other.until(lambda: other.arrived)
        assert other.arrived[0][1] == kit.arrived[0][1]
    finally:
        other.close()
    assert sent(hub) == SIZE
    whole(content)


@contextmanager
def window() -> Iterator[subprocess.Popen[bytes]]:
    """The real program with its window, on this test's data folder; told to end by the block's end."""
    with subprocess.Popen(COMMAND) as process:
        try:
            yield process
        finally:
            process.terminate()


def kept(home: Path) -> list[Download]:
    """The queue as it is on the disk."""
    with open_store(home / "benchtop.sqlite3") as store:
        return store.downloads.all()


def had() -> int:
    """Bytes of the file that are on the disk while it is not whole."""
    return sum(path.stat().st_size for path in cache_folder().rglob("*.incomplete"))


def under_way(kit: HubKit) -> None:
    """A window ended in the middle of a download, and left its queue."""
    repository, choices = kit.open(REPO)
    kit.downloads.add(repository, choices[0])
    kit.close()


def test_a_second_start_takes_nothing_from_the_window_that_downloads(
    kit: HubKit, hub: LocalHub, content: bytes, data_home: Path
) -> None:
    """What ran is put back into the queue at a start: not by one that only brings the window forward."""
    under_way(kit)
    stall = Stall(after=HALF)
    hub.fault("*owl-Q4_K_M.gguf*", stall)
    with window() as first:
        kit.until(stall.reached.is_set)
        assert [d.state for d in kept(data_home)] == ["running"]
        second = subprocess.run(COMMAND, timeout=60, check=False)
        assert second.returncode == 0
        assert first.poll() is None
        assert [d.state for d in kept(data_home)] == ["running"]
        stall.released.set()
        kit.until(lambda: [d.state for d in kept(data_home)] == ["done"])
        whole(content)
    assert first.returncode == 0


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is not Windows's")
def test_a_window_killed_while_it_downloads_leaves_all_to_the_next(
    kit: HubKit, hub: LocalHub, content: bytes, data_home: Path
) -> None:
    under_way(kit)
    stall = Stall(after=HALF)
    hub.fault("*owl-Q4_K_M.gguf*", stall)
    with window() as first:
        kit.until(stall.reached.is_set)
        kit.until(lambda: had() > 0)
        os.kill(first.pid, signal.SIGKILL)
        first.wait(30)
    assert [d.state for d in kept(data_home)] == ["running"]
    stall.released.set()
    assert hub.wait_idle()
    hub.forget_requests()
    here = had()
    assert 0 < here <= HALF
    with window() as following:
        kit.until(lambda: [d.state for d in kept(data_home)] == ["done"])
    assert following.returncode == 0
    assert sent(hub) == SIZE - here
    whole(content)


def test_moved_a_hundred_times_the_order_on_the_disk_is_that_of_the_window(
    kit: HubKit, data_home: Path
) -> None:
    repository, choices = kit.open(REPO)
    for choice in choices:
        added = kit.downloads.add(repository, choice)
        assert added is not None
        kit.downloads.pause(added.id)
    expected = [d.id for d in kit.downloads.queue]
    for _ in range(150):
        last = expected.pop()
        expected.insert(1, last)
        kit.downloads.move(last, 1)
        assert [d.id for d in kit.downloads.queue] == expected
    kit.settle()
    assert [d.id for d in kept(data_home)] == expected
