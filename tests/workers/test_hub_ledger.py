"""What the hub worker tells of its connections, what it refuses, and what it says of itself."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchtop.domain.errors import Interrupted
from benchtop.domain.hub_errors import (
    DownloadDamaged,
    HubOffline,
    HubUnreachable,
    RemoteFileUnknown,
)
from benchtop.domain.repo_files import RepoFile
from benchtop.hub.connections import STOPPED
from benchtop.protocol.hub_messages import (
    Account,
    AskAccount,
    AskCard,
    AskHeader,
    AskRepository,
    Card,
    FoundRepositories,
    HeaderFacts,
    NetworkRules,
    RepositoryFacts,
    SearchHub,
)
from local_hub.body_faults import Cut, Stall, WrongBytes
from local_hub.hub import LocalHub
from workers.ada_lab import NAME, hub, worker
from workers.hub_client import HubWorker, hub_worker, order
from workers.worker_client import WorkerClient

__all__ = ["hub", "worker"]

HERE = "127.0.0.1"


def lines(worker: HubWorker) -> list[tuple[str, str, str, str]]:
    """Purpose, subject, state and detail of what was told, in order."""
    return [(line.purpose, line.subject, line.state, line.detail) for line in worker.ledger]


def test_each_request_is_told_before_and_after(
    hub: LocalHub, worker: HubWorker, starter_path: Path, tmp_path: Path
) -> None:
    size = starter_path.stat().st_size
    worker.ask(SearchHub("q", "one"), FoundRepositories)
    facts = worker.ask(AskRepository("q", NAME), RepositoryFacts)
    worker.ask(AskCard("q", NAME), Card)
    header = worker.ask(AskHeader("q", NAME, "main", "a.gguf", size), HeaderFacts)
    worker.ask(AskAccount("q"), Account)
    file = next(file for file in facts.files if file.path == "a.gguf")
    worker.fetch(NAME, file, tmp_path / "a.gguf")
    path = f"{NAME}/a.gguf"
    expected = [("search", "one", "200"), ("repository", NAME, "200"), ("card", NAME, "206")]
    expected += [("header", path, "302"), ("header", path, "206"), ("account", "", "200")]
    expected += [("download", path, "302"), ("download", path, "200")]
    ended = [line for line in worker.ledger if line.state == "ended"]
    assert [(line.purpose, line.subject, line.detail) for line in ended] == expected
    begun = [line for line in worker.ledger if line.state == "begun"]
    assert [(line.id, line.began) for line in begun] == [(line.id, line.began) for line in ended]
    assert len({line.id for line in begun}) == len(begun) == len(hub.requests)
    assert {line.host for line in worker.ledger} == {HERE}
    assert [line.received for line in ended] == [request.sent for request in hub.requests]
    assert ended[-1].received == size
    assert ended[4].received == header.fetched_bytes
    assert all(line.began > 0 for line in begun)


def test_no_request_is_made_before_it_is_told(
    hub: LocalHub, worker: HubWorker, tmp_path: Path
) -> None:
    stall = Stall(None)
    hub.fault("*", stall)
    worker.send(AskCard("q", NAME))
    assert stall.reached.wait(10)
    while not worker.ledger:
        worker.next()
    assert lines(worker) == [("card", NAME, "begun", "")]
    stall.released.set()
    worker.answer(Card)


def test_failures_are_told_with_their_reason(
    hub: LocalHub, worker: HubWorker, tmp_path: Path
) -> None:
    hub.fault("/api/*", Cut(None))
    sentence = worker.failure(SearchHub("q", "one"), HubUnreachable)
    assert lines(worker) == [("search", "one", "begun", ""), ("search", "one", "failed", sentence)]
    assert worker.ledger[-1].received == 0


def test_a_refusal_of_the_hub_is_an_answer(hub: LocalHub, worker: HubWorker) -> None:
    worker.failure(AskHeader("q", NAME, "main", "none.gguf", 9), RemoteFileUnknown)
    (ended,) = worker.connection("header")
    assert (ended.state, ended.detail) == ("ended", "404")


@pytest.mark.parametrize("how", ["paused", "offline"])
def test_what_benchtop_stops_itself_is_no_failure(
    hub: LocalHub, worker: HubWorker, tmp_path: Path, how: str
) -> None:
    file = worker.files(NAME)["a.gguf"]
    hub.fault("/cdn/*", Stall(1_000_000))
    worker.send(order(NAME, file, tmp_path / "a.gguf"))
    worker.until(1_000_000)
    if how == "paused":
        worker.cancel()
        worker.failed(Interrupted)
    else:
        worker.send(NetworkRules(offline=True))
        worker.failed(HubOffline)
    begun = {line.id for line in worker.ledger if line.state == "begun"}
    while begun - {line.id for line in worker.ledger if line.state != "begun"}:
        worker.next()  # a connection that is let go ends in its own time
    ended = worker.connection("download")[-1]
    assert (ended.state, ended.detail, ended.received) == ("ended", STOPPED, 1_000_000)


def test_a_download_over_several_connections_tells_of_each(
    hub: LocalHub, worker: HubWorker, tmp_path: Path
) -> None:
    file = worker.files(NAME)["a.gguf"]
    hub.fault("/cdn/*", Cut(1_000_000))
    worker.fetch(NAME, file, tmp_path / "a.gguf")
    found = [(line.state, line.received) for line in worker.connection("download")]
    whole = file.size - 1_000_000
    redirect = ("ended", hub.requests_for("*/resolve/*")[0].sent)
    assert found == [redirect, ("failed", 1_000_000), redirect, ("ended", whole)]
    assert "broke off" in worker.connection("download")[1].detail


def test_bytes_that_were_wrong_were_received_nonetheless(
    hub: LocalHub, worker: HubWorker, tmp_path: Path
) -> None:
    file = worker.files(NAME)["a.gguf"]
    hub.fault("/cdn/*", WrongBytes())
    worker.failure(order(NAME, file, tmp_path / "a.gguf"), DownloadDamaged)
    assert worker.connection("download")[-1].received == file.size


def test_offline_nothing_is_looked_up_or_connected(hub: LocalHub, tmp_path: Path) -> None:
    target = tmp_path / "models" / "a.gguf"
    questions = [
        ("search", SearchHub("q", "one")),
        ("repository", AskRepository("q", NAME)),
        ("card", AskCard("q", NAME)),
        ("header", AskHeader("q", NAME, "main", "a.gguf", 9)),
        ("account", AskAccount("q")),
        ("download", order(NAME, RepoFile("a.gguf", 9), target)),
    ]
    # Where a name would be looked up or a socket opened, the worker's audit would tell of that too.
    extra = {"HF_ENDPOINT": "http://hub.invalid"}
    with hub_worker(hub, tmp_path, extra, offline=True, token="hf_ada") as worker:
        for purpose, question in questions:
            worker.ledger.clear()
            assert "hub.invalid" in worker.failure(question, HubOffline)
            (refused,) = worker.ledger
            assert (refused.purpose, refused.state) == (purpose, "refused")
            assert refused.host == "hub.invalid"
        worker.send(NetworkRules(offline=False))
        worker.failure(SearchHub("q", "one"), HubUnreachable)
    assert not target.exists()


def test_a_worker_that_was_told_no_rules_is_offline(hub: LocalHub, tmp_path: Path) -> None:
    worker = WorkerClient("hub", tmp_path / "hub.log", hub.environment(tmp_path))
    try:
        worker.shake_hands()
        worker.send(SearchHub("q", "one"))
        with pytest.raises(HubOffline):
            worker.wait_for(FoundRepositories)
    finally:
        worker.close()
    assert not hub.requests


UNASKED = """
import json, socket, sys, threading
from benchtop.hub.connections import Connections
told = []
connections = Connections(told.append)
connections.offline = False
connections.watch()
port = int(sys.argv[1])
refused = 0
def attempt(act):
    global refused
    try:
        act()
    except PermissionError:
        refused += 1
def tcp():
    with socket.socket() as one:
        one.connect(("127.0.0.1", port))
def udp():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.sendto(b"x", ("127.0.0.1", port))
def six():
    with socket.socket(socket.AF_INET6) as one:
        one.connect(("::1", port, 0, 0))
def name():
    socket.getaddrinfo("unasked.invalid", 80)
def old_name():
    socket.gethostbyname("unasked.invalid")
for act in (tcp, udp, six, name, old_name):
    attempt(act)
with connections.purpose("search", "words", "127.0.0.1"):
    tcp()
    thread = threading.Thread(target=attempt, args=(tcp,))  # of another thread nothing was asked
    thread.start()
    thread.join()
    connections.offline = True
    attempt(tcp)
left, right = socket.socketpair()  # of this machine only
left.sendall(b"x")
assert right.recv(1) == b"x"
print(json.dumps([refused, [[one.host, one.purpose, one.state] for one in told]]))
"""


def test_a_connection_that_nothing_asked_for_is_refused_and_told(hub: LocalHub) -> None:
    port = hub.url.rpartition(":")[2]
    done = subprocess.run(
        [sys.executable, "-c", UNASKED, port], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    refused, told = json.loads(done.stdout)
    hosts = [HERE, HERE, "::1", "unasked.invalid", "unasked.invalid", HERE, HERE]
    assert refused == len(hosts)
    assert told == [[host, "unknown", "refused"] for host in hosts]
