"""A big file, a Hub that gives each connection little, and a download of it in this process.

The fixtures are for tests that import them and name them in ``__all__``.
"""

from __future__ import annotations

import hashlib
import math
import random
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from benchtop.domain.hub import Connection
from benchtop.domain.repo_files import RepoFile
from benchtop.domain.unfinished import unfinished
from benchtop.hub.connections import Connections
from benchtop.hub.growth import Limits
from benchtop.hub.partial import Partial
from benchtop.hub.strand import Order
from benchtop.hub.transfer import Transfer
from local_hub.body_faults import Trickle
from local_hub.hub import LocalHub
from local_hub.repository import Repository

NAME = "lab/big"
MIB = 1024 * 1024
WEIGHTS = random.Random(8).randbytes(96 * MIB + 4321)
SIZE = len(WEIGHTS)
FILE = f"{NAME}/big.gguf"
KNOWN = RepoFile("big.gguf", SIZE, hashlib.sha256(WEIGHTS).hexdigest())
CONTENT = "/cdn/*"
FURTHER = "bytes=*"
"""The Range headers of all connections but the first of a download that begins."""
SLOW = 8 * MIB
"""Bytes per second that each connection gets."""
ALWAYS = Limits(
    least_missing=0, least_seconds=0, fast=math.inf, growth=0, warm_seconds=0, measured_seconds=0.02
)
"""Every further connection is tried at once and kept."""
NEVER = Limits(
    least_missing=0,
    least_seconds=0,
    fast=math.inf,
    growth=math.inf,
    warm_seconds=0,
    measured_seconds=0.02,
)
"""A further one is tried and found to be of no use."""


@dataclass
class Lab:
    """Downloads in this process; ``told`` is the ledger. ``watch`` is called whenever bytes came,
    with how many are here."""

    hub: LocalHub
    target: Path
    trickle: Trickle
    told: list[Connection] = field(default_factory=list)
    connections: Connections = field(init=False)
    cancel: threading.Event = field(default_factory=threading.Event)
    watch: Callable[[int], None] = lambda _here: None

    def __post_init__(self) -> None:
        self.connections = Connections(self.told.append)
        self.connections.offline = False

    def fetch(self, limits: Limits = ALWAYS, file: RepoFile = KNOWN) -> int:
        """Bring the file to its end; how many bytes came. Raises what becomes of it."""
        from benchtop.hub.client import HubClient  # slow to import

        self.target.parent.mkdir(parents=True, exist_ok=True)
        order = Order(NAME, "main", file, self.target, self.target.with_name("lock"))
        with Partial(self.target, file) as partial:
            partial.written = lambda _prefix, here: self.watch(here)
            client = HubClient(self.connections, self.target.parents[1])
            Transfer(client, order, partial, self.cancel, limits).run()
            partial.end()
            return partial.transferred

    def hurry(self) -> None:
        """Give each connection all there is from now on."""
        self.trickle.per_second = 1 << 40

    def hurry_with(self, count: int) -> None:
        """The same as soon as so many requests for content came."""

        def watch(_here: int) -> None:
            if len(self.asked) >= count:
                self.hurry()

        self.watch = watch

    @property
    def asked(self) -> list[str]:
        """The ranges asked of the store of files, in turn."""
        return [request.range for request in self.hub.requests_for(CONTENT)]

    def whole(self) -> None:
        """All of the file is here, under its plain unfinished name alone."""
        names = unfinished(self.target)
        assert names.plain.read_bytes() == WEIGHTS
        assert list(self.target.parent.iterdir()) == [names.plain]

    @property
    def sent_twice(self) -> int:
        """Bytes that the Hub sent more than once, or for nothing."""
        assert self.hub.wait_idle()
        return self.hub.bytes_sent(FILE) - SIZE


@pytest.fixture
def hub() -> Iterator[LocalHub]:
    """A Hub with one file of 96 MiB and a bit, on a CDN."""
    with LocalHub(Repository(NAME, {"big.gguf": WEIGHTS}), lfs="cdn") as running:
        yield running


@pytest.fixture
def trickle(hub: LocalHub) -> Trickle:
    """What holds each connection back."""
    fault = Trickle(SLOW)
    hub.fault(CONTENT, fault, times=None)
    return fault


@pytest.fixture
def lab(
    hub: LocalHub, trickle: Trickle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Lab]:
    """The Hub's client, in this process, pointed at it."""
    from huggingface_hub import close_session, constants  # slow to import
    from huggingface_hub.utils import _http

    template = hub.url + "/{repo_id}/resolve/{revision}/{filename}"
    monkeypatch.setattr(constants, "ENDPOINT", hub.url)
    monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)
    monkeypatch.setattr(constants, "HF_HUB_DOWNLOAD_TIMEOUT", 2)
    monkeypatch.setattr(constants, "HF_HUB_DISABLE_TELEMETRY", True)
    monkeypatch.setattr(constants, "HF_TOKEN_PATH", str(tmp_path / "no token"))
    # What HubClient puts here would stay for the tests after this one.
    monkeypatch.setattr(_http, "_GLOBAL_CLIENT_FACTORY", _http._GLOBAL_CLIENT_FACTORY)
    monkeypatch.delenv("HF_TOKEN", raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    close_session()
    yield Lab(hub, tmp_path / "models" / "big.gguf", trickle)
    close_session()
