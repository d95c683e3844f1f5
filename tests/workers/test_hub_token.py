"""The access token: which one is sent, to whom, where one is kept, and that it shows nowhere else."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from benchtop.domain.hub_errors import (
    HubOffline,
    HubUnreachable,
    KeyringClosed,
    RepositoryGated,
    TokenMalformed,
    TokenNotForgotten,
    TokenRefused,
)
from benchtop.protocol.hub_messages import (
    Account,
    AskAccount,
    AskCard,
    AskRepository,
    Fetched,
    ForgetToken,
    FoundRepositories,
    KeepToken,
    NetworkRules,
    RepositoryFacts,
    SearchHub,
)
from local_hub.body_faults import Cut
from local_hub.faults import ChangeHeaders, RedirectTo
from local_hub.hub import LocalHub
from local_hub.repository import Repository
from workers.commands import run_code
from workers.hub_client import order
from workers.token_kit import (
    ADA,
    BOB,
    NAME,
    WRONG,
    Start,
    account_file,
    everything_below,
    hub,
    kept,
    known,
    start,
)

__all__ = ["hub", "start"]


def test_a_token_is_kept_in_the_keyring_and_used_by_the_next_worker(
    hub: LocalHub, start: Start, tmp_path: Path, data_home: Path
) -> None:
    with start("InFile") as worker:
        account = kept(worker, f" {ADA}\n")
        assert (account.name, account.source, account.kept_in) == ("ada", "keyring", "keyring")
        assert (account.host, account.file, account.checked) == ("127.0.0.1", "", True)
    ring = tmp_path / "keyring.json"
    assert json.loads(ring.read_text()) == {f"Benchtop {hub.url}": ADA}
    with start("InFile") as worker:
        told = known(worker)
        assert (told.name, told.source, told.checked) == ("ada", "keyring", False)
        worker.ask(SearchHub("s", "one"), FoundRepositories)
        assert hub.requests[-1].token == ADA
        again = worker.ask(AskAccount("a"), Account)
        assert (again.name, again.checked) == ("ada", True)
        assert worker.ask(ForgetToken("f"), Account).source == "none"
        worker.failure(AskCard("c", NAME), RepositoryGated)
        assert hub.requests[-1].token == ""
    assert json.loads(ring.read_text()) == {}
    assert list(data_home.iterdir()) == []


@pytest.mark.parametrize(
    "keyring", ["", "Locked", "Broken", "PlaintextKeyring", "NotRecommended", "Forgetful"]
)
def test_without_a_keyring_it_lies_in_a_file_for_its_owner_only(
    hub: LocalHub, start: Start, data_home: Path, tmp_path: Path, keyring: str
) -> None:
    old = os.umask(0)
    try:
        with start(keyring) as worker:
            account = kept(worker)
    finally:
        os.umask(old)
    file = account_file(hub, data_home)
    assert (account.source, account.kept_in, account.file) == ("file", "file", str(file))
    assert file.stat().st_mode & 0o777 == 0o600
    assert data_home.stat().st_mode & 0o777 == 0o700
    assert json.loads(file.read_text())["token"] == ADA
    assert not (tmp_path / "keyring.json").exists()
    with start(keyring) as worker:
        assert known(worker).file == str(file)
        worker.ask(SearchHub("s", "one"), FoundRepositories)
        assert hub.requests[-1].token == ADA
        worker.send(ForgetToken("f"))
        worker.next_answer()
        assert known(worker).source == "none"
    assert list(data_home.iterdir()) == []


def test_a_keyring_that_hangs_is_left_to_itself(
    hub: LocalHub, start: Start, data_home: Path
) -> None:
    with start("Hanging") as worker:
        assert kept(worker).file == str(account_file(hub, data_home))
        worker.ask(SearchHub("s", "one"), FoundRepositories)
        assert hub.requests[-1].token == ADA
        words = worker.failure(ForgetToken("f"), TokenNotForgotten)
        assert "did not answer within 0.5 seconds" in words
        assert known(worker).source == "none"
    assert list(data_home.iterdir()) == []


def test_what_a_hanging_keyring_kept_after_all_is_forgotten_with_the_file(
    hub: LocalHub, start: Start, tmp_path: Path
) -> None:
    with start("Hanging") as worker:
        assert kept(worker).kept_in == "file"
    (tmp_path / "keyring.json").write_text(json.dumps({f"Benchtop {hub.url}": ADA}))
    with start("InFile") as worker:
        assert worker.ask(ForgetToken("f"), Account).kept_in == ""
    assert json.loads((tmp_path / "keyring.json").read_text()) == {}


@pytest.mark.parametrize("keyring", ["", "Locked", "Hanging"])
def test_a_keyring_that_does_not_open_again_is_named_where_it_matters(
    hub: LocalHub, start: Start, keyring: str
) -> None:
    with start("InFile") as worker:
        kept(worker)
    with start(keyring) as worker:
        assert known(worker).source == "keyring"  # that is known without opening it
        worker.ask(SearchHub("s", "one"), FoundRepositories)
        assert hub.requests[-1].token == ""
        assert "unlock it" in worker.failure(AskCard("c", NAME), KeyringClosed)
        worker.failure(AskAccount("a"), KeyringClosed)
        assert kept(worker, BOB).kept_in == "file"
        assert worker.ask(AskAccount("a"), Account).name == "bob"
    with start("InFile") as worker:  # the older one, which could not be replaced, goes as well
        assert worker.ask(ForgetToken("f"), Account).source == "none"
        worker.failure(AskCard("c", NAME), RepositoryGated)


def test_a_refused_token_is_not_kept(hub: LocalHub, start: Start, data_home: Path) -> None:
    with start() as worker:
        assert "that was entered" in worker.failure(KeepToken("k", WRONG), TokenRefused)
        for odd in ("", "   ", "hf_ü", "hf\r\nX-Evil: 1", "two words", "hf_" + "a" * 1_000):
            words = worker.failure(KeepToken("k", odd), TokenMalformed)
            assert f"{hub.url}/settings/tokens" in words
        hub.fault("*", Cut(None))
        worker.failure(KeepToken("k", ADA), HubUnreachable)
        assert known(worker).source == "none"
        kept(worker)
        worker.failure(KeepToken("k", WRONG), TokenRefused)
        assert worker.ask(AskAccount("a"), Account).name == "ada"
    assert [request.token for request in hub.requests if request.token not in (ADA, WRONG)] == []


def test_offline_it_is_kept_unchecked_and_no_connection_is_made(
    hub: LocalHub, start: Start
) -> None:
    with start("InFile", offline=True) as worker:
        account = kept(worker)
        assert (account.name, account.source, account.checked) == ("", "keyring", False)
        assert known(worker).source == "keyring"
        assert worker.ledger == []
        worker.failure(AskAccount("a"), HubOffline)
        worker.send(NetworkRules(offline=False))
        assert worker.ask(AskAccount("a"), Account).name == "ada"
        worker.send(NetworkRules(offline=True))
        assert known(worker).name == "ada"
        assert worker.ask(ForgetToken("f"), Account).kept_in == ""
    assert len(hub.requests) == 1


def test_the_environment_goes_first_then_what_is_kept_then_the_login(
    hub: LocalHub, start: Start, tmp_path: Path
) -> None:
    login = tmp_path / "hf" / "token"
    login.parent.mkdir()
    login.write_text(f"{BOB}\n")
    with start("InFile") as worker:
        assert known(worker).source == "hub login"
        assert worker.ask(AskAccount("a"), Account).name == "bob"
        assert kept(worker).source == "keyring"
        assert worker.ask(AskAccount("a"), Account).name == "ada"
    with start("InFile", token=BOB) as worker:
        told = known(worker)
        assert (told.source, told.kept_in, told.name) == ("environment", "keyring", "")
        assert worker.ask(AskAccount("a"), Account).name == "bob"
        assert worker.ask(ForgetToken("f"), Account).kept_in == ""
    with start("InFile", {"HF_HUB_DISABLE_IMPLICIT_TOKEN": "1"}, token=BOB) as worker:
        assert known(worker).source == "none"
        worker.ask(SearchHub("s", "one"), FoundRepositories)
        assert hub.requests[-1].token == ""


@pytest.mark.parametrize("token", [WRONG, "hf_ü", "hf_ with blanks"])
def test_a_wrong_token_of_the_environment_is_named_as_such(start: Start, token: str) -> None:
    with start(token=token) as worker:
        for request in (AskAccount("a"), SearchHub("s", "x")):
            assert "in HF_TOKEN" in worker.failure(request, TokenRefused)


def test_a_mirror_gets_no_token_of_another_hub(hub: LocalHub, start: Start) -> None:
    with start("InFile") as worker:
        kept(worker)
    with LocalHub(tokens={BOB: "bob"}) as mirror:
        with start("InFile", {"HF_ENDPOINT": mirror.url}) as worker:
            assert known(worker).source == "none"
            worker.ask(SearchHub("s", "one"), FoundRepositories)
            assert kept(worker, BOB).name == "bob"
            worker.ask(ForgetToken("f"), Account)
        assert {request.token for request in mirror.requests} == {"", BOB}
    with start("InFile") as worker:
        assert worker.ask(AskAccount("a"), Account).name == "ada"


def test_the_token_follows_no_redirect_to_another_host(
    hub: LocalHub, start: Start, tmp_path: Path
) -> None:
    with LocalHub(Repository(NAME, {"a.gguf": b"GGUF"}, card="Hi")) as other:
        with start("InFile") as worker:
            kept(worker)
            file = worker.files(NAME)["a.gguf"]
            assert worker.fetch(NAME, file, tmp_path / "a.gguf") == Fetched(
                "fetch", file.sha256, file.size
            )
            for path in ("/api/models*", f"/{NAME}/resolve/*"):
                hub.fault(path, RedirectTo(f"{other.url}/api/models/{NAME}"))
            worker.ask(AskRepository("r", NAME), RepositoryFacts)
            worker.send(order(NAME, file, tmp_path / "b.gguf"))
            worker.next_answer()
        assert other.requests
        assert {request.token for request in other.requests} == {""}
    assert {request.token for request in hub.requests if request.server == "cdn"} == {""}
    assert {request.token for request in hub.requests if request.server == "hub"} == {ADA}


def test_a_link_to_a_next_page_elsewhere_gets_no_token(hub: LocalHub, start: Start) -> None:
    """As a mirror sends that copies the Hub's answers; such a link is no redirect."""
    with LocalHub(Repository("lab/two", {"a.gguf": b"GGUF"})) as other:
        link = f'<{other.url}/api/models?filter=gguf>; rel="next"'
        hub.fault("/api/models", ChangeHeaders({"Link": link}))
        with start("InFile") as worker:
            kept(worker)
            found = worker.ask(SearchHub("s", ""), FoundRepositories)
        assert [one.id for one in found.repositories] == [NAME, "lab/two"]
        assert [request.token for request in other.requests] == [""]


def test_the_token_shows_nowhere(hub: LocalHub, start: Start, tmp_path: Path) -> None:
    assert ADA not in repr(KeepToken("k", ADA))
    said: list[str] = []
    with start("Broken") as worker:
        account = kept(worker)
        worker.failure(KeepToken("k", WRONG), TokenRefused)
        worker.fetch(NAME, worker.files(NAME)["a.gguf"], tmp_path / "a.gguf")
        said += [repr(account), repr(known(worker)), repr(worker.ledger)]
    assert "Secret" not in "".join(said)
    rest = everything_below(tmp_path, Path(account.file))
    assert b"Secret" not in rest
    assert b"Traceback" not in rest


def test_no_keyring_is_imported_before_one_is_needed() -> None:
    modules = "benchtop.hub.worker, benchtop.hub.client, benchtop.hub.accounts"
    run_code(f"import sys, {modules}; assert 'keyring' not in sys.modules, 'keyring'")
