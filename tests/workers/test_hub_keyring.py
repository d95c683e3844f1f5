"""The hub worker and a real keyring: GNOME's, over a real session bus."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from benchtop.domain.hub_errors import KeyringClosed
from benchtop.protocol.hub_messages import (
    Account,
    AskAccount,
    ForgetToken,
    FoundRepositories,
    KeepToken,
    SearchHub,
)
from local_hub.hub import LocalHub
from workers.hub_client import hub_worker
from workers.secret_service import secret_service

ADA = "hf_adaSecret"


@pytest.fixture
def hub() -> Iterator[LocalHub]:
    """A Hub where ada has a token."""
    with LocalHub(tokens={ADA: "ada"}) as running:
        yield running


def test_a_token_is_kept_found_again_and_forgotten(
    hub: LocalHub, tmp_path: Path, data_home: Path
) -> None:
    with secret_service(tmp_path / "keyring") as ring:
        with hub_worker(hub, tmp_path, ring) as worker:
            account = worker.ask(KeepToken("k", ADA), Account)
            assert (account.name, account.source, account.file) == ("ada", "keyring", "")
        assert all(ADA not in path.read_text() for path in data_home.iterdir())
        with hub_worker(hub, tmp_path, ring) as worker:
            worker.ask(SearchHub("s", "x"), FoundRepositories)
            assert hub.requests[-1].token == ADA
            assert worker.ask(AskAccount("a"), Account).checked
            assert worker.ask(ForgetToken("f"), Account).source == "none"
            worker.ask(SearchHub("s", "x"), FoundRepositories)
            assert hub.requests[-1].token == ""
        with hub_worker(hub, tmp_path, ring) as worker:  # it is gone from the keyring as well
            (data_home / note_name(hub)).write_text(f'{{"hub": "{hub.url}", "in_keyring": true}}')
            assert worker.ask(AskAccount("a"), Account).name == ""


def note_name(hub: LocalHub) -> str:
    """What the account file of this Hub is called."""
    return f"hub-account.http_127.0.0.1_{hub.url.rpartition(':')[2]}.json"


def test_a_keyring_that_is_locked_is_not_waited_for_in_vain(
    hub: LocalHub, tmp_path: Path, data_home: Path
) -> None:
    with secret_service(tmp_path / "keyring") as ring, hub_worker(hub, tmp_path, ring) as worker:
        worker.ask(KeepToken("k", ADA), Account)
    locked = {"BENCHTOP_KEYRING_SECONDS": "2"}
    with (
        secret_service(tmp_path / "keyring", unlocked=False) as ring,
        hub_worker(hub, tmp_path, ring | locked) as worker,
    ):
        words = worker.failure(AskAccount("a"), KeyringClosed)
        assert "lies in the system keyring" in words
        account = worker.ask(KeepToken("k", ADA), Account)
        assert account.file == str(data_home / note_name(hub))


def test_no_bus_is_no_keyring(hub: LocalHub, tmp_path: Path, data_home: Path) -> None:
    nowhere = {
        "DBUS_SESSION_BUS_ADDRESS": f"unix:path={tmp_path}/none",
        "PYTHON_KEYRING_BACKEND": "",
        "XDG_DATA_HOME": str(tmp_path),
        "XDG_CONFIG_HOME": str(tmp_path),
    }
    with hub_worker(hub, tmp_path, nowhere) as worker:
        account = worker.ask(KeepToken("k", ADA), Account)
    assert account.file == str(data_home / note_name(hub))
