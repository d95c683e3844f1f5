"""A file to download, and what must be true of its place on the disk."""

from __future__ import annotations

import hashlib
import random
from pathlib import Path

from benchtop.domain.repo_files import RepoFile

NAME = "lab/one"
MIB = 1024 * 1024
WEIGHTS = random.Random(7).randbytes(5 * MIB + 4321)
SIZE = len(WEIGHTS)
FILE = f"{NAME}/a.gguf"
KNOWN = RepoFile("a.gguf", SIZE, hashlib.sha256(WEIGHTS).hexdigest())
CONTENT = "/cdn/*"
"""The path of its bytes on a local Hub that has them on a CDN."""


def incomplete(target: Path) -> Path:
    """Where it lies until it is whole."""
    return target.with_name(target.name + ".incomplete")


def whole(target: Path) -> None:
    """The file is there, and nothing else of it."""
    assert target.read_bytes() == WEIGHTS
    assert not incomplete(target).exists()


def nothing(target: Path) -> None:
    """Nothing of it is there."""
    assert not target.exists()
    assert not incomplete(target).exists()


def began(target: Path, content: bytes) -> None:
    """So much of the file is here from an earlier time."""
    target.parent.mkdir(parents=True, exist_ok=True)
    incomplete(target).write_bytes(content)
