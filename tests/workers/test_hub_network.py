"""What the hub worker says of itself, and how it reaches a Hub: proxies, certificates, memory."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest

from benchtop.domain.errors import Interrupted
from benchtop.domain.hub_errors import (
    HubUnreachable,
)
from benchtop.hub.connections import proxy_for
from benchtop.protocol.hub_messages import (
    Account,
    AskAccount,
    AskCard,
    AskHeader,
    Card,
    FoundRepositories,
    HeaderFacts,
    SearchHub,
)
from benchtop.worker_side.priority import NICENESS
from local_hub.body_faults import Stall
from local_hub.hub import LocalHub
from local_hub.repository import Repository
from local_hub.test_hub import self_signed
from workers.ada_lab import NAME, hub, worker
from workers.hub_client import HubWorker, hub_worker, order

__all__ = ["hub", "worker"]


def test_the_window_and_the_engine_go_first(worker: HubWorker) -> None:
    own = os.getpriority(os.PRIO_PROCESS, 0)
    assert os.getpriority(os.PRIO_PROCESS, worker.process.pid) == min(own + NICENESS, 19)


def test_it_says_who_it_is_and_nothing_of_the_machine(hub: LocalHub, tmp_path: Path) -> None:
    agents = dict.fromkeys(("AI_AGENT", "AGENT", "CLAUDECODE", "CURSOR_AGENT", "GEMINI_CLI"), "1")
    extra = agents | {"HF_HUB_DISABLE_TELEMETRY": "", "DISABLE_TELEMETRY": ""}
    with hub_worker(hub, tmp_path, extra, token="hf_ada") as worker:
        file = worker.files(NAME)["a.gguf"]
        worker.ask(SearchHub("q", "one"), FoundRepositories)
        worker.ask(AskCard("q", NAME), Card)
        worker.ask(AskHeader("q", NAME, "main", "a.gguf", file.size), HeaderFacts)
        worker.ask(AskAccount("q"), Account)
        worker.fetch(NAME, file, tmp_path / "a.gguf")
    plain = re.compile(r"benchtop/[\w.]+; hf_hub/[\d.]+; python/[\d.]+")
    for request in hub.requests:
        assert plain.fullmatch(request.user_agent), request.user_agent
        assert "telemetry" not in request.path
        assert "harness" not in request.path
        assert set(request.headers) <= {
            "host", "accept", "accept-encoding", "connection", "user-agent", "authorization", "range",
        }  # fmt: skip


def test_a_proxy_is_used_and_the_ledger_names_who_is_meant(hub: LocalHub, tmp_path: Path) -> None:
    with LocalHub(Repository(NAME, {"a.gguf": b"GGUF"})) as proxy:
        extra = {"HF_ENDPOINT": "http://hub.example", "HTTP_PROXY": proxy.url, "NO_PROXY": ""}
        with hub_worker(hub, tmp_path, extra | {"http_proxy": proxy.url, "no_proxy": ""}) as worker:
            file = worker.files(NAME)["a.gguf"]
            worker.fetch(NAME, file, tmp_path / "a.gguf")
        assert {request.headers["host"] for request in proxy.requests} == {"hub.example"}
    assert {(line.host, line.via) for line in worker.ledger} == {("hub.example", "127.0.0.1")}
    assert not hub.requests


@pytest.mark.parametrize(
    ("variables", "via"),
    [
        ({}, ""),
        ({"https_proxy": "http://proxy.local:3128"}, "proxy.local"),
        ({"HTTPS_PROXY": "proxy.local:3128"}, "proxy.local"),
        ({"all_proxy": "socks5://me:secret@proxy.local"}, "proxy.local"),
        ({"http_proxy": "http://proxy.local:3128"}, ""),
        ({"https_proxy": "http://proxy.local", "no_proxy": "hub.example"}, ""),
    ],
)
def test_the_proxy_that_is_meant_is_told(
    variables: dict[str, str], via: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert proxy_for("https", "hub.example") == via


@pytest.mark.parametrize("setting", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"])
def test_a_certificate_of_ones_own_is_trusted_when_named(
    starter_path: Path, tmp_path: Path, setting: str
) -> None:
    certificate = self_signed(tmp_path)
    none = {"SSL_CERT_FILE": "", "SSL_CERT_DIR": "", "REQUESTS_CA_BUNDLE": "", "CURL_CA_BUNDLE": ""}
    repository = Repository(NAME, {"a.gguf": starter_path})
    with LocalHub(repository, certificate=certificate, lfs="cdn") as hub:
        with hub_worker(hub, tmp_path, none) as worker:
            words = worker.failure(SearchHub("q", "one"), HubUnreachable)
            assert "its certificate is not trusted" in words
        with hub_worker(hub, tmp_path, none | {setting: str(certificate[0])}) as worker:
            file = worker.files(NAME)["a.gguf"]
            hub.fault("/cdn/*", Stall(1_000_000))
            worker.send(order(NAME, file, tmp_path / "a.gguf"))
            worker.until(1_000_000)
            worker.cancel()
            worker.failed(Interrupted)
            while len(worker.connection("download")) < 2:  # its connection is ended over TLS too
                worker.next()
            worker.fetch(NAME, file, tmp_path / "a.gguf")
    assert (tmp_path / "a.gguf").read_bytes() == starter_path.read_bytes()


def peak_memory(pid: int) -> int:
    """The most bytes a process has had resident."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(re.findall(r"VmHWM:\s+(\d+) kB", status)[0]) * 1024


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="/proc is Linux's")
def test_a_large_file_takes_little_memory(hub: LocalHub, worker: HubWorker, tmp_path: Path) -> None:
    path = tmp_path / "served.gguf"
    with path.open("wb") as stream:
        stream.truncate(200_000_000)
    hub.add(Repository("lab/large", {"a.gguf": path}))
    file = worker.files("lab/large")["a.gguf"]
    before = peak_memory(worker.process.pid)
    worker.fetch("lab/large", file, tmp_path / "a.gguf")
    assert peak_memory(worker.process.pid) - before < 60_000_000
