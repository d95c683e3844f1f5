"""A Hub with a CDN where some have tokens, and workers with odd keyrings."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from benchtop.protocol.hub_messages import (
    Account,
    AskAccount,
    KeepToken,
)
from local_hub.hub import LocalHub
from local_hub.repository import Repository
from workers.hub_client import HubWorker, hub_worker

NAME = "lab/one"
ADA, BOB, WRONG = "hf_adaSecret", "hf_bobSecret", "hf_wrongSecret"
TESTS = Path(__file__).parents[1]
Start = Callable[..., AbstractContextManager[HubWorker]]


@pytest.fixture
def hub(starter_path: Path) -> Iterator[LocalHub]:
    """A Hub with a CDN, where ada and bob have tokens and only ada may read."""
    repository = Repository(
        NAME, {"a.gguf": starter_path}, card="Hi", gated="manual", readers=("ada",)
    )
    with LocalHub(repository, tokens={ADA: "ada", BOB: "bob"}, lfs="cdn") as running:
        yield running


@pytest.fixture
def start(hub: LocalHub, tmp_path: Path) -> Start:
    """Starts a worker with one of the odd keyrings, none where it is not named."""

    def begin(
        keyring: str = "",
        extra: Mapping[str, str] | None = None,
        *,
        offline: bool = False,
        token: str = "",
    ) -> AbstractContextManager[HubWorker]:
        chosen = f"workers.odd_keyrings.{keyring}" if keyring else "keyring.backends.fail.Keyring"
        environment = {
            "PYTHON_KEYRING_BACKEND": chosen,
            "KEYRING_FILE": str(tmp_path / "keyring.json"),
            "PYTHONPATH": str(TESTS),
            "BENCHTOP_KEYRING_SECONDS": "0.5" if keyring == "Hanging" else "60",
        }
        return hub_worker(
            hub, tmp_path, environment | dict(extra or {}), offline=offline, token=token
        )

    return begin


def account_file(hub: LocalHub, home: Path) -> Path:
    """Where what is kept for this Hub is said."""
    return home / f"hub-account.http_127.0.0.1_{urlsplit(hub.url).port}.json"


def kept(worker: HubWorker, token: str = ADA) -> Account:
    return worker.ask(KeepToken("k", token), Account)


def known(worker: HubWorker) -> Account:
    return worker.ask(AskAccount("a", check=False), Account)


def everything_below(folder: Path, *but: Path) -> bytes:
    """What lies in all files there but these."""
    files = [path for path in folder.rglob("*") if path.is_file() and path not in but]
    assert files
    return b"".join(path.read_bytes() for path in files)
