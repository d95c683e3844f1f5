"""Downloads by the real worker that a person, a disk or another program stops."""

from __future__ import annotations

import os
import stat
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from filelock import FileLock

from benchtop.domain.errors import Interrupted
from benchtop.domain.hub_errors import (
    DownloadElsewhere,
    DownloadNoRoom,
    DownloadNotWritten,
    HubOffline,
    UnsafeName,
)
from benchtop.protocol.hub_messages import Fetched, NetworkRules
from local_hub.body_faults import Stall, Trickle
from local_hub.hub import LocalHub
from workers.download_lab import (
    CONTENT,
    FILE,
    KNOWN,
    MIB,
    NAME,
    SIZE,
    WEIGHTS,
    hub,
    incomplete,
    nothing,
    target,
    whole,
    worker,
)
from workers.hub_client import HubWorker, hub_worker, order

__all__ = ["hub", "target", "worker"]


def test_a_cancel_in_a_stall_is_answered_at_once_and_keeps_the_bytes(
    hub: LocalHub, tmp_path: Path, target: Path
) -> None:
    hub.fault(CONTENT, Stall(MIB + 5))
    no_answer = Stall(None)
    hub.fault("*/resolve/*", no_answer)
    with hub_worker(hub, tmp_path, {"HF_HUB_DOWNLOAD_TIMEOUT": "30"}) as worker:
        for reached in (0, MIB + 5):  # before any answer, then in the middle of the file
            worker.send(order(NAME, KNOWN, target))
            worker.until(reached)
            assert no_answer.reached.wait(10)
            began_at = time.monotonic()
            worker.cancel()
            worker.failed(Interrupted)
            assert time.monotonic() - began_at < 15  # not after the 30 s of a silent Hub
            worker.progress.clear()
        assert incomplete(target).read_bytes() == WEIGHTS[: MIB + 5]
        hub.clear_faults()
        assert worker.fetch(NAME, KNOWN, target).transferred == SIZE - MIB - 5
    whole(target)


def test_going_offline_stops_a_download_and_keeps_its_bytes(
    hub: LocalHub, worker: HubWorker, target: Path
) -> None:
    hub.fault(CONTENT, Stall(MIB + 5))
    worker.send(order(NAME, KNOWN, target))
    worker.until(MIB + 5)
    worker.send(NetworkRules(offline=True))
    worker.failed(HubOffline)
    asked = len(hub.requests)
    worker.failure(order(NAME, KNOWN, target), HubOffline)
    assert len(hub.requests) == asked
    worker.send(NetworkRules(offline=False))
    assert worker.fetch(NAME, KNOWN, target).transferred == SIZE - MIB - 5
    whole(target)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 270 MB: more than the reserve and the file, until something else fills it."""
    place = tmp_path / "disk"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=270m", "tmpfs", str(place)]
    if os.geteuid() != 0 or subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("only root, and not in every container, can mount a small disk")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_a_disk_that_fills_up_midway(hub: LocalHub, worker: HubWorker, small_disk: Path) -> None:
    target = small_disk / "models" / "a.gguf"
    stall = Stall(MIB)
    hub.fault(CONTENT, stall)
    worker.send(order(NAME, KNOWN, target))
    worker.until(MIB)
    ballast = small_disk / "ballast"
    with ballast.open("wb") as stream:
        free = os.statvfs(small_disk).f_bavail * os.statvfs(small_disk).f_frsize
        os.posix_fallocate(stream.fileno(), 0, free - MIB)
    stall.released.set()
    words = worker.failed(DownloadNoRoom)
    assert "what is here stays" in words
    have = incomplete(target).stat().st_size
    assert MIB <= have <= 2 * MIB + 65536
    assert incomplete(target).read_bytes() == WEIGHTS[:have]
    worker.failure(order(NAME, KNOWN, target), DownloadNoRoom)  # now it is known before
    ballast.unlink()
    assert worker.fetch(NAME, KNOWN, target).transferred == SIZE - have
    whole(target)


def test_a_disk_without_room_is_known_before_anything_is_asked(
    hub: LocalHub, worker: HubWorker, target: Path
) -> None:
    huge = replace(KNOWN, size=2**60)
    words = worker.failure(order(NAME, huge, target), DownloadNoRoom)
    assert str(target.parent) in words
    assert not hub.requests


def test_a_folder_that_takes_no_file(hub: LocalHub, worker: HubWorker, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    worker.failure(order(NAME, KNOWN, blocked / "a.gguf"), DownloadNotWritten)
    folder = tmp_path / "folder.gguf"
    (folder / "inside").mkdir(parents=True)
    worker.failure(order(NAME, KNOWN, folder), DownloadNotWritten)
    assert (folder / "inside").is_dir()


def test_a_folder_that_may_not_be_written(hub: LocalHub, tmp_path: Path) -> None:
    folder = tmp_path / "models"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "ro,size=1m", "tmpfs", str(folder)]
    as_root = os.geteuid() == 0
    if as_root and subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("root may write anywhere but on a disk it cannot mount here")
    if not as_root:
        folder.chmod(stat.S_IRUSR | stat.S_IXUSR)
    try:
        with hub_worker(hub, tmp_path) as worker:
            words = worker.failure(order(NAME, KNOWN, folder / "a.gguf"), DownloadNotWritten)
        assert str(folder) in words
        assert list(folder.iterdir()) == []
    finally:
        if as_root:
            subprocess.run(["umount", str(folder)], check=True)


def test_one_writer_for_a_file(
    hub: LocalHub, worker: HubWorker, tmp_path: Path, target: Path
) -> None:
    hub.fault(CONTENT, Stall(MIB))
    other_home = tmp_path / "other"
    other_home.mkdir()
    with hub_worker(hub, other_home, {"HF_HUB_DOWNLOAD_TIMEOUT": "30"}) as other:
        other.send(order(NAME, KNOWN, target))
        other.until(MIB)
        worker.failure(order(NAME, KNOWN, target), DownloadElsewhere)
        other.process.kill()
        other.process.wait(10)
        assert worker.fetch(NAME, KNOWN, target).transferred == SIZE - MIB
    whole(target)


def test_a_lock_of_any_other_program_is_honoured(worker: HubWorker, target: Path) -> None:
    target.parent.mkdir(parents=True)
    with FileLock(f"{target}.lock"):
        worker.failure(order(NAME, KNOWN, target), DownloadElsewhere)
        nothing(target)
    worker.fetch(NAME, KNOWN, target)
    whole(target)


def test_two_downloads_side_by_side_tell_of_their_own_progress(
    hub: LocalHub, worker: HubWorker, target: Path
) -> None:
    hub.fault(CONTENT, Trickle(8 * MIB), times=None)
    places = {name: target.with_name(name) for name in ("one.gguf", "two.gguf")}
    for name, place in places.items():
        worker.send(order(NAME, KNOWN, place, name))
    done = 0
    while done < 2:
        message = worker.next()
        done += isinstance(message, Fetched)
    for name, place in places.items():
        whole(place)
        told = worker.progress[name]
        assert told == sorted(set(told))
        assert told[-1] == SIZE
    assert hub.bytes_sent(FILE) == 2 * SIZE


@pytest.mark.parametrize(
    "target", ["a.gguf", "models/../a.gguf", "/tmp/x/../a.gguf", "/", "/tmp/.."]
)
def test_a_place_that_is_not_clear_is_refused(
    hub: LocalHub, worker: HubWorker, target: str
) -> None:
    worker.failure(order(NAME, KNOWN, Path(target)), UnsafeName)
    assert not hub.requests
