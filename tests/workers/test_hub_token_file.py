"""What says that a token is kept: whole or as it was, whoever dies, and named where it is in the way."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from benchtop.domain.hub_errors import (
    RepositoryGated,
    TokenFileStays,
    TokenNotKept,
)
from benchtop.hub.endpoint import origin_of
from benchtop.protocol.hub_messages import (
    Account,
    AskAccount,
    AskCard,
    ForgetToken,
    KeepToken,
)
from local_hub.hub import LocalHub
from workers.token_kit import ADA, BOB, NAME, Start, account_file, hub, kept, known, start
from workers.worker_client import WorkerGone

__all__ = ["hub", "start"]

KILLED = """
import os, pathlib, signal, sys
from benchtop.hub.account_file import AccountFile, Note
def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)
pathlib.Path.replace = die
AccountFile("127.0.0.1", sys.argv[1], pathlib.Path(sys.argv[2])).write(Note("bob", sys.argv[3]))
"""


def test_dying_before_the_file_is_in_its_place_leaves_the_old_one(
    hub: LocalHub, start: Start, data_home: Path
) -> None:
    with start() as worker:
        kept(worker)
    done = subprocess.run([sys.executable, "-c", KILLED, hub.url, data_home, BOB], check=False)
    assert done.returncode == -signal.SIGKILL
    left = [path for path in data_home.iterdir() if path.name.endswith(".part")]
    assert [path.stat().st_mode & 0o777 for path in left] == [0o600]
    with start() as worker:
        assert worker.ask(AskAccount("a"), Account).name == "ada"
        worker.ask(ForgetToken("f"), Account)
    assert list(data_home.iterdir()) == []


def test_dying_in_the_keyring_leaves_nothing_that_is_not_told_of(
    start: Start, tmp_path: Path
) -> None:
    with start("Deadly") as worker:
        worker.send(KeepToken("k", ADA))
        with pytest.raises(WorkerGone):
            worker.next_answer()
    with start("InFile") as worker:
        assert known(worker).kept_in == "keyring"
        worker.failure(AskCard("c", NAME), RepositoryGated)  # as one without a token
        assert kept(worker).name == "ada"
        assert worker.ask(AskAccount("a"), Account).name == "ada"


def test_a_file_that_cannot_be_written_or_removed_is_named(
    hub: LocalHub, start: Start, data_home: Path
) -> None:
    file = account_file(hub, data_home)
    (file / "in the way").mkdir(parents=True)
    with start("InFile") as worker:
        assert str(file) in worker.failure(KeepToken("k", ADA), TokenNotKept)
        assert str(file) in worker.failure(ForgetToken("f"), TokenFileStays)
        assert known(worker).source == "none"


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b'{"hub": 7}', b"\xff", b"[" * 100_000])
def test_a_damaged_file_says_nothing(
    hub: LocalHub, start: Start, data_home: Path, content: bytes
) -> None:
    data_home.mkdir()
    account_file(hub, data_home).write_bytes(content)
    with start() as worker:
        assert known(worker).source == "none"
        assert kept(worker).name == "ada"


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("https://huggingface.co", "https://huggingface.co"),
        ("HTTPS://HuggingFace.co:443/", "https://huggingface.co"),
        ("https://huggingface.co/api/models?x=1", "https://huggingface.co"),
        ("https://huggingface.co.evil.example", "https://huggingface.co.evil.example"),
        ("https://huggingface.co@evil.example/", "https://evil.example"),
        ("http://huggingface.co", "http://huggingface.co"),
        ("http://[::1]:80/x", "http://[::1]"),
        ("http://hub.lan:8080/hf", "http://hub.lan:8080"),
    ],
)
def test_who_a_token_is_for_is_scheme_host_and_port(address: str, origin: str) -> None:
    assert origin_of(address) == origin
