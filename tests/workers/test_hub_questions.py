"""Questions to a Hub by the real worker: what it finds, and what it says when a Hub goes wrong."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchtop.domain.errors import Interrupted
from benchtop.domain.hub import HubFilters, HubSort
from benchtop.domain.hub_errors import (
    RemoteFileUnknown,
    RepositoryGated,
    RepositoryUnknown,
    RevisionUnknown,
)
from benchtop.protocol.hub_messages import (
    AskCard,
    AskHeader,
    AskRepository,
    Card,
    FoundRepositories,
    RepositoryFacts,
    SearchHub,
)
from local_hub.body_faults import Stall
from local_hub.faults import IgnoreRange
from local_hub.folder import gguf_facts
from local_hub.hub import LocalHub
from local_hub.repository import Repository
from workers.hub_client import HubWorker, hub_worker

BILLION = 10**9
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


def model(name: str, billions: float, **said: object) -> Repository:
    """A repository of one file, as the Hub tells of it."""
    facts = {"architecture": "llama", "total": int(billions * BILLION), "context_length": 4096}
    return Repository(name, {"a.gguf": b"GGUF"}, gguf=facts, **said)  # type: ignore[arg-type]


def found(worker: HubWorker, request: SearchHub) -> list[str]:
    """The names a search finds."""
    return [one.id for one in worker.ask(request, FoundRepositories).repositories]


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        (HubFilters(), ["a/big", "a/small", "a/gated"]),
        (HubFilters(licence="mit"), ["a/small"]),
        (HubFilters(language="de"), ["a/big"]),
        (HubFilters(architecture="qwen3"), ["a/gated"]),
        (HubFilters(gated=True), ["a/gated"]),
        (HubFilters(gated=False), ["a/big", "a/small"]),
        (HubFilters(most_parameters=BILLION), ["a/small"]),
        (HubFilters(least_parameters=BILLION), ["a/big", "a/gated"]),
        (HubFilters(least_parameters=BILLION, most_parameters=4 * BILLION), ["a/gated"]),
        (HubFilters(most_parameters=2 * 10**12), ["a/big", "a/small", "a/gated"]),
    ],
)
def test_a_search_is_narrowed(
    hub: LocalHub, worker: HubWorker, filters: HubFilters, names: list[str]
) -> None:
    hub.add(model("a/big", 7, downloads=30, languages=["de"]))
    hub.add(model("a/small", 0.5, downloads=20, licence="mit"))
    hub.add(model("a/gated", 3, downloads=10, gated="auto", tags=["qwen3"]))
    hub.add(Repository("a/none", {"a.safetensors": b"x"}, downloads=40))
    assert found(worker, SearchHub("s", "", filters)) == names


@pytest.mark.parametrize(
    ("sort", "names"),
    [
        ("downloads", ["a/one", "a/two"]),
        ("likes", ["a/two", "a/one"]),
        ("updated", ["a/two", "a/one"]),
    ],
)
def test_a_search_is_sorted(
    hub: LocalHub, worker: HubWorker, sort: HubSort, names: list[str]
) -> None:
    hub.add(model("a/one", 1, downloads=2, likes=1))
    two = hub.add(model("a/two", 1, downloads=1, likes=2))
    two.commit({"b.txt": b"later"})
    assert found(worker, SearchHub("s", "", sort=sort)) == names


def test_a_search_goes_on_page_by_page_to_its_end(hub: LocalHub, worker: HubWorker) -> None:
    for number in range(25):
        hub.add(model(f"lab/tiny-{number:02}", 1, downloads=100 - number))
    hub.add(model("lab/other", 1, downloads=1000))
    names, cursor, pages = [], "", 0
    while pages == 0 or cursor:
        page = worker.ask(SearchHub("s", "tiny", limit=10, cursor=cursor), FoundRepositories)
        names += [one.id for one in page.repositories]
        cursor, pages = page.cursor, pages + 1
    assert names == [f"lab/tiny-{number:02}" for number in range(25)]
    assert pages == 3


def test_a_repository_tells_its_facts_and_files(
    hub: LocalHub, worker: HubWorker, starter_path: Path
) -> None:
    repository = hub.add(
        Repository(
            "lab/one",
            {"one.gguf": starter_path, "notes.txt": b"notes"},
            licence="mit",
            languages=["en"],
            base_model="lab/base",
            gguf=gguf_facts(starter_path),
            downloads=7,
            likes=3,
            gated="manual",
        )
    )
    first = repository.head.sha
    repository.tag("v1")
    repository.commit({"notes.txt": None})
    facts = worker.ask(AskRepository("r", "lab/one", "v1"), RepositoryFacts)
    about, files = facts.repository, {file.path: file for file in facts.files}
    assert (about.revision, about.licence, about.gating) == (first, "mit", "manual")
    assert (about.downloads, about.likes, about.architecture) == (7, 3, "llama")
    assert (about.languages, about.base_models) == (("en",), ("lab/base",))
    assert files["one.gguf"].size == starter_path.stat().st_size
    assert files["one.gguf"].sha256 == repository.head.files["one.gguf"].sha256
    assert (files["notes.txt"].size, files["notes.txt"].sha256) == (5, "")
    now = worker.ask(AskRepository("r", "lab/one"), RepositoryFacts)
    assert [file.path for file in now.files] == ["one.gguf"]


def test_three_thousand_files_are_told(hub: LocalHub, worker: HubWorker) -> None:
    hub.add(Repository("lab/many", {f"part-{n:04}.gguf": b"%d" % n for n in range(3000)}))
    facts = worker.ask(AskRepository("r", "lab/many"), RepositoryFacts)
    assert len(facts.files) == 3000


@pytest.mark.parametrize("ignored", [False, True])
def test_a_card_of_five_megabytes_is_cut(hub: LocalHub, worker: HubWorker, ignored: bool) -> None:
    hub.add(Repository("lab/one", card="ü<b>" * 1_250_000))
    if ignored:
        hub.fault("*/README.md", IgnoreRange())
    card = worker.ask(AskCard("c", "lab/one"), Card)
    assert card.cut
    assert 500_000 < len(card.text.encode()) <= 512 * 1024
    assert set(card.text[100:]) == set("ü<b>")


def test_a_short_card_comes_whole(hub: LocalHub, worker: HubWorker) -> None:
    hub.add(Repository("lab/one", card="# Hello\n\nünïcode 你好"))
    card = worker.ask(AskCard("c", "lab/one"), Card)
    assert card.text.endswith("# Hello\n\nünïcode 你好")
    assert not card.cut


@pytest.mark.parametrize("token", ["", TOKEN])
def test_a_gated_file_names_the_page_of_its_terms(
    hub: LocalHub, tmp_path: Path, token: str
) -> None:
    repository = hub.add(Repository("lab/one", {"a.gguf": b"GGUF"}, gated="manual", card="Hi"))
    with hub_worker(hub, tmp_path, token=token) as worker:
        for request in (AskHeader("h", "lab/one", "main", "a.gguf", 4), AskCard("c", "lab/one")):
            words = worker.failure(request, RepositoryGated)
            assert f"{hub.url}/lab/one" in words
            assert "in Settings or by `benchtop models login`" in words
        about = worker.ask(AskRepository("r", "lab/one"), RepositoryFacts).repository
        assert about.gating == "manual"
        if token:
            repository.readers = ("ada",)
            assert worker.ask(AskCard("c", "lab/one"), Card).text.endswith("Hi")


@pytest.mark.parametrize("token", ["", TOKEN])
def test_what_is_not_there_is_said_by_name(hub: LocalHub, tmp_path: Path, token: str) -> None:
    hub.add(Repository("lab/one", {"a.gguf": b"GGUF"}))
    hub.add(Repository("lab/private", {"a.gguf": b"GGUF"}, private=True))
    hub.add(Repository("lab/disabled", {"a.gguf": b"GGUF"}, disabled=True))
    with hub_worker(hub, tmp_path, token=token) as worker:
        for name in ("lab/none", "lab/private", "lab/disabled", "no name/../x", "a/b/c", "-"):
            words = worker.failure(AskRepository("r", name), RepositoryUnknown)
            assert f"no repository {name}" in words
        for revision in ("v9", "f" * 40, "../main"):
            words = worker.failure(AskRepository("r", "lab/one", revision), RevisionUnknown)
            assert revision in words
        request = AskHeader("h", "lab/one", "main", "b.gguf", 10)
        assert "no file b.gguf" in worker.failure(request, RemoteFileUnknown)
        worker.failure(AskCard("c", "lab/one"), RemoteFileUnknown)


def test_a_repository_that_moved_is_found(hub: LocalHub, tmp_path: Path) -> None:
    with LocalHub(model("lab/new", 1), moved={"lab/old": "lab/new"}) as other:  # noqa: SIM117
        with hub_worker(other, tmp_path) as worker:
            facts = worker.ask(AskRepository("r", "lab/old"), RepositoryFacts)
    assert facts.repository.id == "lab/new"


def test_a_question_to_a_silent_hub_can_be_cancelled_at_once(hub: LocalHub, tmp_path: Path) -> None:
    stall = Stall(None)
    hub.fault("/api/models", stall)
    with hub_worker(hub, tmp_path, {"HF_HUB_DOWNLOAD_TIMEOUT": "30"}) as worker:
        worker.send(SearchHub("s", "x"))
        assert stall.reached.wait(10)
        began = time.monotonic()
        worker.cancel("s")
        worker.failed(Interrupted)
        assert time.monotonic() - began < 15  # and not after the 30 s that a silent Hub is given
        worker.cancel("s")  # of what is over already: nothing
        goes_on(hub, worker)


def test_a_slow_question_holds_up_no_other(hub: LocalHub, tmp_path: Path) -> None:
    stall = Stall(None)
    hub.fault("/api/models", stall)
    hub.add(model("lab/one", 1))
    with hub_worker(hub, tmp_path, {"HF_HUB_DOWNLOAD_TIMEOUT": "30"}) as worker:
        worker.send(SearchHub("slow", "one"))
        assert stall.reached.wait(10)
        assert found(worker, SearchHub("quick", "one")) == ["lab/one"]
        stall.released.set()
        slow = worker.answer(FoundRepositories, "slow")
        assert [one.id for one in slow.repositories] == ["lab/one"]


def goes_on(hub: LocalHub, worker: HubWorker) -> None:
    """The worker still answers."""
    hub.add(model("lab/still-here", 1))
    assert found(worker, SearchHub("on", "still-here")) == ["lab/still-here"]
