"""What is checked around llama_model_quantize, without it."""

from __future__ import annotations

import errno
import os
import shutil
import sys
from collections import namedtuple
from pathlib import Path

import pytest

from benchtop.domain.errors import FileInTheWay, FileNotWritten
from benchtop.engine import quantise
from benchtop.protocol.encode_messages import Quantise
from workers.tiny_gguf import random_model

Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def unfinished(tmp_path: Path) -> Path:
    """A file that waits for its name."""
    path = tmp_path / ".small.gguf.1.part"
    path.write_bytes(b"whole")
    return path


def no_links(*_arguments: object) -> None:
    raise OSError(errno.EPERM, "no links here")


@pytest.mark.parametrize("links", [True, False], ids=["links", "no links"])
def test_a_file_that_came_meanwhile_is_not_written_over(
    unfinished: Path, monkeypatch: pytest.MonkeyPatch, *, links: bool
) -> None:
    if not links:
        monkeypatch.setattr(os, "link", no_links)
    target = unfinished.with_name("small.gguf")
    target.write_bytes(b"mine")
    with pytest.raises(FileInTheWay):
        quantise._put_in_place(unfinished, target)
    assert target.read_bytes() == b"mine"
    target.unlink()
    quantise._put_in_place(unfinished, target)
    assert target.read_bytes() == b"whole"


def test_too_little_room_is_told_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = random_model(tmp_path / "model.gguf")
    target = tmp_path / "small.gguf"
    request = Quantise("q", str(source), str(target), "Q8_0")
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: Usage(1, 1, 10_000))
    with pytest.raises(FileNotWritten, match=r"it takes .* or more, and .* is free there"):
        quantise._check(request, target)
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: Usage(1, 1, 10_000_000))
    quantise._check(request, target)
    assert list(tmp_path.iterdir()) == [source]


@pytest.mark.skipif(sys.platform == "win32", reason="there is no limit on a file's size")
def test_what_is_being_written_is_stopped_by_its_next_write(tmp_path: Path) -> None:
    """llama_model_quantize has no other way to be stopped; it gives up at the first write that fails."""
    with (tmp_path / "a").open("wb", buffering=0) as stream:
        with quantise._no_more_writing(), pytest.raises(OSError, match="File too large"):
            stream.write(b"more")
        assert stream.write(b"more") == 4
