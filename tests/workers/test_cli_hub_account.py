"""`benchtop models account | login | logout`, as commands, against a local Hub."""

from __future__ import annotations

import json
import os
import pty
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from local_hub.hub import LocalHub
from local_hub.repository import Repository
from workers.commands import COMMAND, explained, read_terminal, run, usage_error
from workers.hub_kit import point_at

ADA, BOB = "hf_adaSecret", "hf_bobSecret"


@pytest.fixture(autouse=True)
def accounts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalHub]:
    """A Hub where ada and bob have tokens, and no keyring here."""
    with LocalHub(
        Repository("lab/gated-GGUF", {"a-Q8_0.gguf": b"GGUF"}, gated="manual", readers=("ada",)),
        tokens={ADA: "ada", BOB: "bob"},
    ) as hub:
        point_at(hub, tmp_path / "hf", monkeypatch)
        yield hub


def said(*words: str, given: str = "") -> str:
    done = run("models", *words, given=given)
    assert done.returncode == 0, done.stderr
    assert "Secret" not in done.stdout + done.stderr
    return done.stdout


def test_signing_in_and_out(accounts: LocalHub, data_home: Path) -> None:
    assert said("account", "--online").startswith("Not signed in to 127.0.0.1.")
    words = said("login", "--online", given=f"{ADA}\n")
    assert words.startswith("Signed in to 127.0.0.1 as ada. There is no system keyring")
    (file,) = data_home.glob("hub-account.*.json")
    assert str(file) in words
    account = json.loads(said("account", "--online", "--json"))
    assert account == {
        "host": "127.0.0.1", "name": "ada", "source": "file", "kept_in": "file",
        "file": str(file), "checked": True,
    }  # fmt: skip
    assert json.loads(said("account", "--json"))["checked"] is False
    assert said("logout") == "The access token for 127.0.0.1 is forgotten.\n"
    assert said("logout") == "Benchtop kept no access token for 127.0.0.1.\n"
    assert not file.exists()
    rest = [path.read_bytes() for path in data_home.rglob("*") if path.is_file()]
    assert rest
    assert not any(b"Secret" in content for content in rest)
    assert all(request.path == "/api/whoami-v2" for request in accounts.requests)


def test_offline_a_token_is_kept_unchecked(accounts: LocalHub) -> None:
    assert "is kept unchecked, because Benchtop is offline" in said("login", given=ADA)
    assert "not checked" in said("account")
    assert not accounts.requests
    assert "as ada" in said("account", "--online")
    assert "as ada" in said("account")


def test_the_environment_goes_before_what_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", BOB)
    assert "HF_TOKEN is set and goes before it" in said("login", "--online", given=ADA)
    assert "as bob" in said("account", "--online")
    assert "Another is still used" in said("logout")


def test_what_goes_wrong_is_one_sentence(data_home: Path) -> None:
    refused = explained(run("models", "login", "--online", given="hf_wrong\n"))
    assert "does not accept the access token that was entered" in refused
    for odd in ("", "hf_\udcff", "ü" * 20_000, "hf_ada\0"):
        words = explained(
            subprocess.run(
                [*COMMAND, "models", "login"], input=odd, capture_output=True, check=False,
                encoding="utf-8", errors="surrogateescape",
            )
        )  # fmt: skip
        assert "is no access token for 127.0.0.1" in words
    assert not list(data_home.glob("hub-account.*"))
    gated = explained(run("models", "pull", "lab/gated-GGUF", "--online"))
    assert "in Settings or by `benchtop models login`" in gated
    assert "unrecognized arguments" in usage_error("models", "login", ADA)  # no token on the line


def test_at_a_terminal_it_is_typed_unseen() -> None:
    ours, theirs = pty.openpty()
    words = [*COMMAND, "models", "login", "--online"]
    with subprocess.Popen(
        words, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True
    ) as login:
        os.close(theirs)
        seen = read_terminal(ours, until=b"Access token: ")
        os.write(ours, f"{ADA}\n".encode())
        seen += read_terminal(ours)
    os.close(ours)
    assert login.returncode == 0
    assert b"/settings/tokens" in seen
    assert b"Signed in to 127.0.0.1 as ada" in seen
    assert b"Secret" not in seen
