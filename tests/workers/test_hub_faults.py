"""Hubs and networks that go wrong: the worker says each in one sentence and goes on serving."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchtop.domain.errors import BenchtopError
from benchtop.domain.hub_errors import (
    HubBusy,
    HubFailed,
    HubGarbled,
    HubUnreachable,
    NetworkSettingWrong,
)
from benchtop.domain.repo_files import RepoFile
from benchtop.protocol.hub_messages import (
    AskAccount,
    AskCard,
    AskHeader,
    AskRepository,
    Card,
    FoundRepositories,
    RepositoryFacts,
    SearchHub,
)
from benchtop.protocol.wire import Message
from local_hub.body_faults import Cut, Stall
from local_hub.faults import Fault, RedirectTo, Refuse, WebPage
from local_hub.hub import LocalHub
from local_hub.repository import Repository
from workers.hub_client import HubWorker, hub_worker, order

Said = tuple[type[BenchtopError], str]
"""A kind of failure, and words of its sentence."""
NAME = "lab/one"
QUESTIONS: dict[str, Message] = {
    "search": SearchHub("q", "one"),
    "repository": AskRepository("q", NAME),
    "card": AskCard("q", NAME),
    "header": AskHeader("q", NAME, "main", "a.gguf", 4),
    "account": AskAccount("q"),
}


@pytest.fixture
def hub() -> Iterator[LocalHub]:
    """A Hub with one repository."""
    repository = Repository(NAME, {"a.gguf": b"GGUF"}, card="Hi")
    with LocalHub(repository, tokens={"hf_ada": "ada"}) as running:
        yield running


@pytest.fixture
def worker(hub: LocalHub, tmp_path: Path) -> Iterator[HubWorker]:
    """Ada's worker, which asks this Hub."""
    with hub_worker(hub, tmp_path, token="hf_ada") as started:
        yield started


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Refuse(429, retry_after=7), (HubBusy, "in 7 seconds")),
        (Refuse(429, retry_after=10**12), (HubBusy, "in 86400 seconds")),
        (Refuse(429, headers={"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}), (HubBusy, "60")),
        (Refuse(500), (HubFailed, "status 500")),
        (Refuse(503, retry_after=120), (HubFailed, "status 503")),
        (Refuse(418), (HubFailed, "status 418")),
        (RedirectTo(), (HubUnreachable, "it sends on in a circle")),
        (WebPage(), (HubGarbled, "log-in page")),
        (WebPage('{"siblings": 7, "name": {}}'), (HubGarbled, "not a model hub")),
        (WebPage('[{"id": 7}, 9]'), (HubGarbled, "not a model hub")),
        (Cut(None), (HubUnreachable, "broke off")),
        (Cut(None, reset=True), (HubUnreachable, "reset")),
        (Stall(None), (HubUnreachable, "no answer for 2 seconds")),
        (RedirectTo("http://127.0.0.1:1/"), (HubUnreachable, "Connection refused")),
        (RedirectTo("ftp://127.0.0.1/"), (HubUnreachable, "")),
        (RedirectTo("http://[bad/"), (HubUnreachable, "")),
    ],
)
def test_each_fault_is_one_sentence(
    hub: LocalHub, worker: HubWorker, question: str, fault: Fault, said: Said
) -> None:
    kind, words = said
    planned = hub.fault("*", fault)
    assert words in worker.failure(QUESTIONS[question], kind)
    assert planned.used == 1
    hub.clear_faults()
    assert worker.ask(QUESTIONS["card"], Card).text.endswith("Hi")
    assert worker.ask(QUESTIONS["search"], FoundRepositories).repositories[0].id == NAME


def test_a_card_that_breaks_off_is_no_card(hub: LocalHub, worker: HubWorker) -> None:
    hub.fault("*/README.md", Cut(3))
    assert "broke off" in worker.failure(AskCard("q", NAME), HubUnreachable)


def unused_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.parametrize(
    ("setting", "value", "said"),
    [
        ("HF_ENDPOINT", "http://127.0.0.1:PORT", (HubUnreachable, "Connection refused")),
        ("HF_ENDPOINT", "http://nowhere.invalid", (HubUnreachable, "nowhere.invalid could not be")),
        ("HF_ENDPOINT", "nowhere", (NetworkSettingWrong, "HF_ENDPOINT cannot be used")),
        ("HF_ENDPOINT", "http://[bad", (NetworkSettingWrong, "HF_ENDPOINT cannot be used")),
        ("HTTP_PROXY", "http://127.0.0.1:PORT", (HubUnreachable, "Connection refused")),
        ("HTTP_PROXY", "gopher://x", (NetworkSettingWrong, "HTTP_PROXY cannot be used")),
        ("ALL_PROXY", "socks5://127.0.0.1:9", (NetworkSettingWrong, "ALL_PROXY cannot be used")),
        ("SSL_CERT_FILE", "/not/there.pem", (NetworkSettingWrong, "SSL_CERT_FILE cannot be used")),
        ("REQUESTS_CA_BUNDLE", "/not/there", (NetworkSettingWrong, "REQUESTS_CA_BUNDLE cannot")),
    ],
)
def test_settings_that_lead_nowhere(
    hub: LocalHub, tmp_path: Path, setting: str, value: str, said: Said
) -> None:
    kind, words = said
    extra = {
        "NO_PROXY": "",
        "SSL_CERT_FILE": "",
        "SSL_CERT_DIR": "",
        setting: value.replace("PORT", str(unused_port())),
    }
    file = tmp_path / "models" / "a.gguf"
    with hub_worker(hub, tmp_path, extra, token="hf_ada") as worker:
        for question in QUESTIONS.values():
            assert words in worker.failure(question, kind)
        request = order(NAME, RepoFile("a.gguf", 4), file)
        assert words in worker.failure(request, kind)
    assert not file.exists()
    assert not hub.requests


def test_a_listener_that_never_answers(hub: LocalHub, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        extra = {"HF_ENDPOINT": f"http://127.0.0.1:{silent.getsockname()[1]}"}
        with hub_worker(hub, tmp_path, extra) as worker:
            words = worker.failure(SearchHub("q", "one"), HubUnreachable)
    assert "no answer for 2 seconds" in words


def test_a_listener_that_speaks_another_language(hub: LocalHub, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:

        def greet() -> None:
            connection, _ = other.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(b"220 mail.example ESMTP\r\n")

        thread = threading.Thread(target=greet)
        thread.start()
        extra = {"HF_ENDPOINT": f"http://127.0.0.1:{other.getsockname()[1]}"}
        with hub_worker(hub, tmp_path, extra) as worker:
            worker.failure(SearchHub("q", "one"), HubUnreachable)
        thread.join(10)


def test_many_questions_at_once_are_all_answered(hub: LocalHub, worker: HubWorker) -> None:
    kinds = {"search": FoundRepositories, "repository": RepositoryFacts, "card": Card}
    for number in range(30):
        worker.send(SearchHub(f"search {number}", "one"))
        worker.send(AskRepository(f"repository {number}", NAME))
        worker.send(AskCard(f"card {number}", NAME))
    waiting = {f"{name} {number}" for name in kinds for number in range(30)}
    while waiting:
        answer = worker.next()
        request_id = getattr(answer, "request_id", "")
        if request_id:
            assert isinstance(answer, kinds[request_id.split()[0]]), answer
            waiting.remove(request_id)
