"""Downloads by the real worker from a Hub that goes wrong: what is kept, and what is fetched again."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from benchtop.domain.errors import BenchtopError
from benchtop.domain.hub_errors import (
    DownloadChanged,
    DownloadCut,
    DownloadDamaged,
    HubBusy,
    HubFailed,
    HubGarbled,
    HubUnreachable,
    RemoteFileUnknown,
    RepositoryGated,
)
from benchtop.protocol.hub_messages import Fetched
from local_hub.body_faults import Cut, Stall, WrongBytes, WrongLength
from local_hub.faults import (
    ChangeHeaders,
    Fault,
    IgnoreRange,
    Refuse,
    ThenCommit,
    WebPage,
)
from local_hub.hub import LocalHub
from local_hub.repository import Repository
from workers.download_lab import (
    CONTENT,
    FILE,
    KNOWN,
    MIB,
    NAME,
    SIZE,
    WEIGHTS,
    began,
    hub,
    incomplete,
    nothing,
    target,
    whole,
    worker,
)
from workers.hub_client import HubWorker, hub_worker, order
from workers.in_turn import InTurn

__all__ = ["hub", "target", "worker"]

Saying = tuple[Fault, type[BenchtopError]]
"""An answer of the Hub, and what the worker says then."""


def test_a_file_arrives_whole(hub: LocalHub, worker: HubWorker, target: Path) -> None:
    file = worker.files(NAME)["a.gguf"]
    assert file == KNOWN
    assert worker.fetch(NAME, file, target) == Fetched("fetch", KNOWN.sha256, SIZE)
    whole(target)
    assert hub.bytes_sent(FILE) == SIZE
    told = worker.progress["fetch"]
    assert told == sorted(told)
    assert (told[0], told[-1]) == (0, SIZE)


def test_a_file_outside_lfs_and_an_empty_one(
    hub: LocalHub, worker: HubWorker, target: Path
) -> None:
    hub.add(Repository("lab/two", {"notes.txt": b"notes", "empty.gguf": b"", "empty.txt": b""}))
    files = worker.files("lab/two")
    for name, content in (("notes.txt", b"notes"), ("empty.gguf", b""), ("empty.txt", b"")):
        place = target.with_name(name)
        done = worker.fetch("lab/two", files[name], place)
        assert place.read_bytes() == content
        assert done.sha256 == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize("reset", [False, True])
def test_cuts_lose_nothing(hub: LocalHub, worker: HubWorker, target: Path, reset: bool) -> None:
    hub.fault(
        CONTENT, InTurn(Cut(MIB + 7, reset), Cut(11, reset), Cut(2 * MIB + 5, reset)), times=3
    )
    assert worker.fetch(NAME, KNOWN, target).transferred == SIZE
    whole(target)
    assert hub.bytes_sent(FILE) == SIZE
    asked = [request.range for request in hub.requests_for(CONTENT)]
    assert asked == ["", f"bytes={MIB + 7}-", f"bytes={MIB + 18}-", f"bytes={3 * MIB + 23}-"]


def test_cuts_before_any_byte_end_its_patience_and_keep_what_is_here(
    hub: LocalHub, worker: HubWorker, target: Path
) -> None:
    hub.fault(CONTENT, InTurn(Cut(3 * MIB), *[Cut(0)] * 9), times=10)
    words = worker.failure(order(NAME, KNOWN, target), DownloadCut)
    assert "3.1 MB of 5.2 MB" in words
    assert incomplete(target).read_bytes() == WEIGHTS[: 3 * MIB]
    hub.clear_faults()
    assert worker.fetch(NAME, KNOWN, target).transferred == SIZE - 3 * MIB
    whole(target)
    assert hub.bytes_sent(FILE) == SIZE


def test_a_hub_that_never_gets_further_is_given_up(
    hub: LocalHub, worker: HubWorker, target: Path
) -> None:
    hub.fault(CONTENT, IgnoreRange(), times=None)
    planned = hub.fault(CONTENT, Cut(MIB), times=None)
    worker.failure(order(NAME, KNOWN, target), DownloadCut)
    assert planned.used == 6
    assert incomplete(target).read_bytes() == WEIGHTS[:MIB]


def test_a_killed_worker_loses_no_byte_that_was_told(
    hub: LocalHub, tmp_path: Path, target: Path
) -> None:
    stall = Stall(2 * MIB + 99)
    hub.fault(CONTENT, stall)
    with hub_worker(hub, tmp_path, {"HF_HUB_DOWNLOAD_TIMEOUT": "30"}) as first:
        first.send(order(NAME, KNOWN, target))
        first.until(2 * MIB + 99)
        first.process.kill()
    assert incomplete(target).stat().st_size == 2 * MIB + 99
    with hub_worker(hub, tmp_path) as second:
        assert second.fetch(NAME, KNOWN, target).transferred == SIZE - 2 * MIB - 99
    whole(target)
    assert hub.bytes_sent(FILE) == SIZE


def test_a_range_that_is_ignored_brings_all_of_it_anew(
    hub: LocalHub, worker: HubWorker, target: Path
) -> None:
    began(target, b"\0" * MIB)
    hub.fault(CONTENT, IgnoreRange())
    assert worker.fetch(NAME, KNOWN, target).transferred == SIZE
    whole(target)


def test_bytes_that_were_changed_meanwhile_are_found_out(
    hub: LocalHub, worker: HubWorker, target: Path
) -> None:
    began(target, WEIGHTS[: MIB - 1] + b"!")
    words = worker.failure(order(NAME, KNOWN, target), DownloadDamaged)
    assert "check sum" in words
    nothing(target)
    assert hub.bytes_sent(FILE) == SIZE - MIB
    worker.fetch(NAME, KNOWN, target)
    whole(target)


def test_more_than_the_file_has_is_not_gone_on_with(worker: HubWorker, target: Path) -> None:
    began(target, WEIGHTS + b"more")
    worker.fetch(NAME, KNOWN, target)
    whole(target)


def test_all_that_was_missing_is_the_check(hub: LocalHub, worker: HubWorker, target: Path) -> None:
    began(target, WEIGHTS)
    assert worker.fetch(NAME, KNOWN, target).transferred == 0
    whole(target)
    assert not hub.requests


def test_a_file_that_is_there_is_not_fetched(
    hub: LocalHub, worker: HubWorker, target: Path
) -> None:
    began(target, WEIGHTS[:99])
    target.write_bytes(WEIGHTS)
    assert worker.fetch(NAME, KNOWN, target) == Fetched("fetch", KNOWN.sha256, 0)
    whole(target)
    assert not hub.requests


def test_another_file_at_its_place_is_replaced_when_it_is_whole(
    hub: LocalHub, worker: HubWorker, target: Path
) -> None:
    target.parent.mkdir(parents=True)
    other = bytes(SIZE)
    target.write_bytes(other)
    hub.fault(CONTENT, InTurn(Cut(MIB), *[Cut(0)] * 9), times=10)
    worker.failure(order(NAME, KNOWN, target), DownloadCut)
    assert target.read_bytes() == other
    hub.clear_faults()
    worker.fetch(NAME, KNOWN, target)
    whole(target)


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (WrongBytes(at=3 * MIB), "check sum"),
        (WrongBytes(), "check sum"),
        (WrongLength(said=-100, sent=-100), f"{SIZE - 100:,} bytes instead of {SIZE:,}"),
        (WrongLength(said=100, sent=100), f"{SIZE + 100:,} bytes instead of {SIZE:,}"),
        (WrongLength(said=100), f"{SIZE + 100:,} bytes instead of {SIZE:,}"),
        (Refuse(416), "fewer than"),
    ],
)
def test_what_is_not_the_file_is_not_kept(
    hub: LocalHub, worker: HubWorker, target: Path, fault: Fault, words: str
) -> None:
    hub.fault(CONTENT, fault)
    assert words in worker.failure(order(NAME, KNOWN, target), DownloadDamaged)
    nothing(target)
    worker.fetch(NAME, KNOWN, target)
    whole(target)


def test_what_comes_behind_the_end_is_not_written(
    hub: LocalHub, worker: HubWorker, target: Path
) -> None:
    hub.fault(CONTENT, WrongLength(sent=100))
    worker.fetch(NAME, KNOWN, target)
    whole(target)


def test_a_body_shorter_than_announced_is_gone_on_with(
    hub: LocalHub, worker: HubWorker, target: Path
) -> None:
    hub.fault(CONTENT, WrongLength(sent=-100))
    worker.fetch(NAME, KNOWN, target)
    whole(target)
    assert hub.bytes_sent(FILE) == SIZE


@pytest.mark.parametrize("begin", [0, MIB])
def test_a_file_that_was_replaced_is_not_mixed(
    hub: LocalHub, worker: HubWorker, target: Path, begin: int
) -> None:
    began(target, WEIGHTS[:begin])
    later = bytes(SIZE)
    hub.fault("*/resolve/*", ThenCommit(NAME, {"a.gguf": later}))
    hub.fault(CONTENT, Cut(2 * MIB))
    assert "replaced on the Hub" in worker.failure(order(NAME, KNOWN, target), DownloadChanged)
    nothing(target)
    worker.fetch(NAME, worker.files(NAME)["a.gguf"], target)
    assert target.read_bytes() == later


def test_a_commit_stays_what_it_was(hub: LocalHub, worker: HubWorker, target: Path) -> None:
    repository = Repository("lab/two", {"a.gguf": WEIGHTS})
    hub.add(repository)
    first = repository.head.sha
    hub.fault(CONTENT, Cut(MIB))
    hub.fault("*/resolve/*", ThenCommit("lab/two", {"a.gguf": None}))
    worker.ask(order("lab/two", KNOWN, target, revision=first), Fetched)
    whole(target)


def test_an_answer_from_another_place_of_the_file_is_not_written(
    hub: LocalHub, worker: HubWorker, target: Path
) -> None:
    began(target, WEIGHTS[:MIB])
    hub.fault(CONTENT, ChangeHeaders({"Content-Range": f"bytes 7-9/{SIZE}"}))
    worker.failure(order(NAME, KNOWN, target), HubGarbled)
    assert incomplete(target).read_bytes() == WEIGHTS[:MIB]
    hub.fault(CONTENT, ChangeHeaders({"Content-Range": f"bytes {MIB}-{SIZE - 1}/*"}))
    hub.fault(CONTENT, Cut(MIB))
    worker.fetch(NAME, KNOWN, target)
    whole(target)


@pytest.mark.parametrize(
    ("path", "saying"),
    [
        ("*", (WebPage(), HubGarbled)),
        (CONTENT, (WebPage(), HubGarbled)),
        ("*/resolve/*", (Refuse(429, retry_after=9), HubBusy)),
        (CONTENT, (Refuse(429, retry_after=9), HubBusy)),
        ("*/resolve/*", (Refuse(404, code="EntryNotFound"), RemoteFileUnknown)),
        ("*/resolve/*", (Refuse(403, code="GatedRepo"), RepositoryGated)),
    ],
)
def test_what_is_here_stays_when_the_hub_says_no(
    hub: LocalHub, worker: HubWorker, target: Path, path: str, saying: Saying
) -> None:
    fault, kind = saying
    began(target, WEIGHTS[:MIB])
    hub.fault(path, fault)
    worker.failure(order(NAME, KNOWN, target), kind)
    assert incomplete(target).read_bytes() == WEIGHTS[:MIB]
    assert worker.fetch(NAME, KNOWN, target).transferred == SIZE - MIB
    whole(target)


@pytest.mark.parametrize("fault", [Refuse(503), Refuse(500), Cut(None), Stall(None)])
def test_a_short_illness_is_waited_out(
    hub: LocalHub, worker: HubWorker, target: Path, fault: Fault
) -> None:
    hub.fault(CONTENT, fault)
    worker.fetch(NAME, KNOWN, target)
    whole(target)


@pytest.mark.parametrize(("fault", "kind"), [(Refuse(503), HubFailed), (Cut(None), HubUnreachable)])
def test_a_long_one_is_said(
    hub: LocalHub, worker: HubWorker, target: Path, fault: Fault, kind: type[BenchtopError]
) -> None:
    planned = hub.fault("*", fault, times=None)
    worker.failure(order(NAME, KNOWN, target), kind)
    assert planned.used == 5


def test_a_link_that_ran_out_is_asked_for_anew(
    hub: LocalHub, worker: HubWorker, target: Path
) -> None:
    stall = Stall(MIB)
    hub.fault(CONTENT, InTurn(stall, Cut(MIB)), times=2)
    worker.send(order(NAME, KNOWN, target))
    worker.until(MIB)
    hub.expire_links()
    stall.released.set()
    worker.answer(Fetched)
    whole(target)
    hub.forget_requests()
    target.unlink()
    hub.fault(CONTENT, Refuse(403))
    worker.fetch(NAME, KNOWN, target)
    assert [request.status for request in hub.requests] == [302, 403, 302, 200]
