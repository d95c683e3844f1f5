"""Headers of GGUF files on a Hub, read by the real worker with Range requests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from benchtop.domain.gguf import read_header
from benchtop.domain.hub_errors import (
    RemoteHeaderTooLarge,
)
from benchtop.domain.memory import shape_of
from benchtop.domain.model_errors import GgufDamaged, GgufTruncated, NotGguf
from benchtop.protocol.hub_messages import (
    AskCard,
    AskHeader,
    Card,
    HeaderFacts,
)
from local_hub.faults import IgnoreRange
from local_hub.hub import LocalHub
from local_hub.repository import Repository
from workers import big_headers
from workers.hub_client import HubWorker, hub_worker
from workers.tiny_gguf import random_model

TOKEN = "hf_ada"


@pytest.fixture
def hub() -> Iterator[LocalHub]:
    """A Hub where ada has a token."""
    with LocalHub(tokens={TOKEN: "ada"}, lfs="cdn") as running:
        yield running


@pytest.fixture
def worker(hub: LocalHub, tmp_path: Path) -> Iterator[HubWorker]:
    """A worker without a token that asks this Hub."""
    with hub_worker(hub, tmp_path) as started:
        yield started


@pytest.mark.parametrize("ignored", [False, True])
def test_the_header_of_a_real_model_is_read_from_afar(
    hub: LocalHub, worker: HubWorker, starter_path: Path, ignored: bool
) -> None:
    hub.add(Repository("lab/one", {"one.gguf": starter_path}))
    if ignored:
        hub.fault("*/one.gguf", IgnoreRange(), times=None)
    facts = header(worker, "one.gguf", starter_path.stat().st_size)
    whole = shape_of(read_header(starter_path))
    assert facts.shape.vocabulary == whole.vocabulary > 1000
    assert facts.shape.kv_bytes == whole.kv_bytes > 0
    assert facts.shape.architecture == whole.architecture
    assert facts.fetched_bytes <= 192 * 1024


def test_the_header_of_a_model_of_our_own_making(
    hub: LocalHub, worker: HubWorker, tmp_path: Path
) -> None:
    path = random_model(tmp_path / "tiny.gguf")
    hub.add(Repository("lab/one", {"tiny.gguf": path}))
    facts = header(worker, "tiny.gguf", path.stat().st_size)
    assert (facts.shape.context_length, facts.shape.name) == (1024, "tiny")


@pytest.mark.parametrize(("words_first", "most"), [(False, 5_000_000), (True, 16 * 1024 * 1024)])
def test_a_large_vocabulary_is_hardly_fetched(
    hub: LocalHub, worker: HubWorker, tmp_path: Path, words_first: bool, most: int
) -> None:
    path = big_headers.gguf_with_words(tmp_path / "big.gguf", 262_144, words_first=words_first)
    with path.open("r+b") as stream:
        stream.truncate(500_000_000)
    hub.add(Repository("lab/one", {"big.gguf": path}))
    facts = header(worker, "big.gguf", 500_000_000)
    assert (facts.shape.vocabulary, facts.shape.context_length) == (262_144, 4096)
    assert facts.fetched_bytes < most


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"PK\x03\x04" + bytes(1000), NotGguf),
        (big_headers.head(2**63, 1) + bytes(1000), GgufDamaged),
        (big_headers.head(1, 2**63) + bytes(1000), GgufDamaged),
        (big_headers.head(0, 1) + (2**62).to_bytes(8, "little") + bytes(1000), GgufDamaged),
        (big_headers.head(0, 9) + big_headers.words(10), GgufTruncated),
        (big_headers.head(0, 3) + big_headers.shape()[:40], GgufTruncated),
    ],
)
def test_a_header_of_nonsense_is_one_sentence(
    hub: LocalHub, worker: HubWorker, content: bytes, kind: type[NotGguf]
) -> None:
    hub.add(Repository("lab/one", {"odd.gguf": content}))
    words = worker.failure(AskHeader("h", "lab/one", "main", "odd.gguf", len(content)), kind)
    assert "odd.gguf" in words
    goes_on(hub, worker)


def test_a_file_that_is_shorter_than_was_said(hub: LocalHub, worker: HubWorker) -> None:
    content = big_headers.head(0, 9) + big_headers.words(10)
    hub.add(Repository("lab/one", {"short.gguf": content}))
    worker.failure(AskHeader("h", "lab/one", "main", "short.gguf", 10**9), GgufTruncated)
    goes_on(hub, worker)


def test_a_header_without_end_is_not_read_to_it(
    hub: LocalHub, worker: HubWorker, tmp_path: Path
) -> None:
    path = big_headers.gguf_with_words(tmp_path / "big.gguf", 1_000_000, words_first=True)
    hub.add(Repository("lab/one", {"big.gguf": path}))
    request = AskHeader("h", "lab/one", "main", "big.gguf", path.stat().st_size)
    assert "16.8 MB" in worker.failure(request, RemoteHeaderTooLarge)
    assert hub.bytes_sent("lab/one/big.gguf") <= 16 * 1024 * 1024


def header(worker: HubWorker, path: str, size: int) -> HeaderFacts:
    """What the header of a file of lab/one says."""
    return worker.ask(AskHeader("h", "lab/one", "main", path, size), HeaderFacts)


def goes_on(hub: LocalHub, worker: HubWorker) -> None:
    """The worker still answers."""
    hub.add(Repository("lab/other", card="Hi"))
    assert worker.ask(AskCard("c", "lab/other"), Card).text.endswith("Hi")
