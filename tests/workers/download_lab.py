"""A file to download, a Hub that has it, and what must be true of its place on the disk.

The fixtures are for tests that import them and name them in ``__all__``.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchtop.domain.repo_files import RepoFile
from benchtop.domain.unfinished import unfinished
from local_hub.hub import LocalHub
from local_hub.repository import Repository
from workers.hub_client import HubWorker, hub_worker

NAME = "lab/one"
MIB = 1024 * 1024
WEIGHTS = random.Random(7).randbytes(5 * MIB + 4321)
SIZE = len(WEIGHTS)
FILE = f"{NAME}/a.gguf"
KNOWN = RepoFile("a.gguf", SIZE, hashlib.sha256(WEIGHTS).hexdigest())
CONTENT = "/cdn/*"
"""The path of its bytes on a local Hub that has them on a CDN."""


@pytest.fixture
def hub() -> Iterator[LocalHub]:
    """A Hub with one file of five megabytes and a bit, on a CDN as the real one."""
    with LocalHub(Repository(NAME, {"a.gguf": WEIGHTS}), lfs="cdn") as running:
        yield running


@pytest.fixture
def worker(hub: LocalHub, tmp_path: Path) -> Iterator[HubWorker]:
    """A worker that asks this Hub."""
    with hub_worker(hub, tmp_path) as started:
        yield started


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """Where the file goes; its folder is not there yet."""
    return tmp_path / "models" / "lab" / "a.gguf"


def incomplete(target: Path) -> Path:
    """Where it lies until it is whole, as long as it comes in order."""
    return unfinished(target).plain


def whole(target: Path) -> None:
    """The file is there, and nothing else of it."""
    assert target.read_bytes() == WEIGHTS
    assert not [path for path in unfinished(target) if path.exists()]


def nothing(target: Path) -> None:
    """Nothing of it is there."""
    assert not target.exists()
    assert not [path for path in unfinished(target) if path.exists()]


def began(target: Path, content: bytes) -> None:
    """So much of the file is here from an earlier time."""
    target.parent.mkdir(parents=True, exist_ok=True)
    incomplete(target).write_bytes(content)
