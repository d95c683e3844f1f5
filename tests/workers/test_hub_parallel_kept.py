"""What came over several connections, and what the next worker makes of it: after a kill, after a full
disk, and when somebody meddled with it."""

from __future__ import annotations

import errno
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchtop.domain.hub_errors import DownloadDamaged
from benchtop.domain.unfinished import unfinished
from benchtop.hub.partial import Partial
from benchtop.protocol.hub_messages import Fetched
from benchtop.protocol.messages import Failed
from local_hub.body_faults import Trickle
from local_hub.hub import LocalHub
from local_hub.repository import Repository
from workers import download_lab as small
from workers.download_lab import target, worker
from workers.hub_client import HubWorker, hub_worker, order
from workers.parallel_lab import (
    CONTENT,
    FILE,
    KNOWN,
    MIB,
    NAME,
    SIZE,
    WEIGHTS,
    Lab,
    hub,
    lab,
    trickle,
)

__all__ = ["hub", "lab", "target", "trickle", "worker"]

SLOW = 4 * MIB
CONNECTIONS = 4
CHUNK = MIB


def test_a_killed_worker_loses_a_chunk_of_each_connection_at_most(
    hub: LocalHub, tmp_path: Path
) -> None:
    target = tmp_path / "models" / "big.gguf"
    trickle = Trickle(SLOW)
    hub.fault(CONTENT, trickle, times=None)
    with hub_worker(hub, tmp_path, {"HF_HUB_DOWNLOAD_TIMEOUT": "30"}) as first:
        first.send(order(NAME, KNOWN, target))
        while len(hub.requests_for(CONTENT)) < 3:
            _go_on(first)
        enough = hub.bytes_sent(FILE) + 6 * MIB
        while hub.bytes_sent(FILE) < enough:
            _go_on(first)
        trickle.per_second = 1  # each sends one slice at most, and then nothing for days
        while (told := max(first.progress["fetch"])) < hub.bytes_sent(FILE):
            _go_on(first)
        first.process.kill()
        first.process.wait(10)
    sent = hub.bytes_sent(FILE)
    here = _what_is_here(target)
    assert told <= here <= sent <= here + CONNECTIONS * CHUNK
    hub.clear_faults()
    hub.forget_requests()
    with hub_worker(hub, tmp_path) as second:
        done = second.fetch(NAME, KNOWN, target)
        assert second.progress["fetch"][0] == here
    assert done == Fetched("fetch", KNOWN.sha256, SIZE - here)
    assert hub.bytes_sent(FILE) == SIZE - here
    assert target.read_bytes() == WEIGHTS
    assert not [path for path in unfinished(target) if path.exists()]


def _go_on(worker: HubWorker) -> None:
    message = worker.next()
    assert not isinstance(message, Fetched | Failed), message


def _what_is_here(target: Path) -> int:
    """How many bytes are believed to be here: parts behind gaps, each of them right."""
    names = unfinished(target)
    assert not names.plain.exists()
    content = names.spread.read_bytes()
    with Partial(target, KNOWN) as partial:
        assert len(partial.gaps) >= 2
        for one in partial.here:
            assert content[one.first : one.end] == WEIGHTS[one.first : one.end]
        return partial.here.total


def _spread(target: Path, *ranges: tuple[int, int], wrong: bytes = b"") -> None:
    """These bytes of the small file are here, and ``wrong`` at the beginning of it."""
    target.parent.mkdir(parents=True)
    with Partial(target, small.KNOWN) as partial:
        partial.spread_out()
        for first, end in ranges:
            partial.add(first, small.WEIGHTS[first:end])
        if wrong:
            partial.add(0, wrong)


@pytest.fixture
def with_small_file(hub: LocalHub) -> LocalHub:
    """The Hub has the small file too."""
    hub.add(Repository(small.NAME, {"a.gguf": small.WEIGHTS}))
    return hub


def test_what_is_missing_between_is_all_that_is_fetched(
    with_small_file: LocalHub, worker: HubWorker, target: Path
) -> None:
    _spread(target, (0, 1000), (2 * MIB, 3 * MIB), (4 * MIB, small.SIZE))
    done = worker.fetch(small.NAME, small.KNOWN, target)
    missing = small.SIZE - 1000 - MIB - (small.SIZE - 4 * MIB)
    assert done == Fetched("fetch", small.KNOWN.sha256, missing)
    small.whole(target)
    asked = [request.range for request in with_small_file.requests_for(CONTENT)]
    assert asked == [f"bytes=1000-{2 * MIB - 1}", f"bytes={3 * MIB}-{4 * MIB - 1}"]
    assert with_small_file.bytes_sent(small.FILE) == missing


def test_a_wrong_byte_among_them_is_found_out_and_nothing_is_kept(
    with_small_file: LocalHub, worker: HubWorker, target: Path
) -> None:
    _spread(target, (2 * MIB, 3 * MIB), wrong=b"!")
    words = worker.failure(order(small.NAME, small.KNOWN, target), DownloadDamaged)
    assert "check sum" in words
    small.nothing(target)
    worker.fetch(small.NAME, small.KNOWN, target)
    small.whole(target)


def test_what_is_left_of_a_file_that_is_there_is_deleted(
    with_small_file: LocalHub, worker: HubWorker, target: Path
) -> None:
    _spread(target, (2 * MIB, 3 * MIB))
    target.write_bytes(small.WEIGHTS)
    assert worker.fetch(small.NAME, small.KNOWN, target).transferred == 0
    small.whole(target)


@pytest.fixture
def small_disk(lab: Lab) -> Iterator[Path]:
    """The file goes to a disk of 40 MB."""
    place = lab.target.parent
    place.mkdir(parents=True)
    command = ["mount", "-t", "tmpfs", "-o", "size=40m", "tmpfs", str(place)]
    if os.geteuid() != 0 or subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("only root, and not in every container, can mount a small disk")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_a_disk_that_is_full_keeps_what_it_took(lab: Lab, small_disk: Path) -> None:
    lab.hurry_with(4)
    with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
        lab.fetch()
    here = _what_is_here(lab.target)
    assert here > 30 * MIB
    with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
        lab.fetch()
    assert _what_is_here(lab.target) == here
    subprocess.run(["mount", "-o", "remount,size=200m", str(small_disk)], check=True)
    assert lab.fetch() == SIZE - here
    lab.whole()
