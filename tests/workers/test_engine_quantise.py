"""Models written in another quantisation: whole or not at all."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

import pytest

from benchtop.domain.errors import FileInTheWay, FileNotWritten, FolderMissing
from benchtop.domain.generation import SamplingParams
from benchtop.domain.gguf import read_header
from benchtop.domain.model_errors import (
    GgufTruncated,
    ModelFileMissing,
    ModelIsAdapter,
    ModelLoadFailed,
)
from benchtop.engine.quantise import LEAST_BITS, least_bytes
from benchtop.protocol.encode_messages import QUANT_KINDS, Quantise, Quantised, QuantKind
from benchtop.protocol.messages import Finished, Progress
from workers.conftest import StartEngine
from workers.engine_client import EngineClient
from workers.tiny_gguf import random_model
from workers.worker_client import WorkerGone


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder for the file and nothing else."""
    path = tmp_path / "models"
    path.mkdir()
    return path


LIMITED = (
    "import os, resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (500_000, -1)); "
    "os.execv(sys.argv[1], sys.argv[1:])"
)


def ask(engine: EngineClient, source: Path, target: Path, kind: QuantKind = "Q4_K_M") -> Quantised:
    engine.send(Quantise("q", str(source), str(target), kind))
    return engine.wait_for(Quantised)


def begin(engine: EngineClient, source: Path, target: Path) -> None:
    """Ask, and wait until some of it is written."""
    engine.send(Quantise("q", str(source), str(target), "Q5_K_M"))
    while engine.wait_for(Progress).fraction == 0:
        pass


@pytest.mark.parametrize("kind", QUANT_KINDS)
def test_the_starter_is_whole_in_every_kind(
    fresh_engine: EngineClient, starter_path: Path, tmp_path: Path, kind: QuantKind
) -> None:
    target = tmp_path / "small é.gguf"
    made = ask(fresh_engine, starter_path, target, kind)
    assert made == Quantised("q", str(target), target.stat().st_size)
    assert list(tmp_path.glob("*.part")) + list(tmp_path.glob(".*.part")) == []
    header = read_header(target)
    assert header.quantisation == kind
    least = least_bytes([read_header(starter_path)], kind)
    assert 0.7 * made.bytes < least < made.bytes
    facts = fresh_engine.load(target)
    assert facts.quantisation == kind
    reply = fresh_engine.chat("Hello", params=SamplingParams(max_tokens=5, temperature=0.0))
    assert reply.text


def test_the_kinds_are_told_by_their_sizes() -> None:
    assert set(LEAST_BITS) == set(QUANT_KINDS)


def test_a_model_that_is_loaded_goes_on_as_it_was(
    tiny_engine: EngineClient, tiny_model: Path, tmp_path: Path
) -> None:
    params = SamplingParams(max_tokens=5, seed=1)
    before = tiny_engine.chat("Hello", conversation="c", params=params).text
    ask(tiny_engine, tiny_model, tmp_path / "small.gguf", "Q8_0")
    again = tiny_engine.chat("Hello", conversation="c", params=params)
    assert (again.text, again.evaluated) == (before, 1)


def test_a_split_model_becomes_one_file(fresh_engine: EngineClient, tmp_path: Path) -> None:
    source = random_model(tmp_path / "split.gguf", tensors_per_file=5)
    target = tmp_path / "one.gguf"
    ask(fresh_engine, source, target, "F16")
    whole = random_model(tmp_path / "whole.gguf")
    names = {tensor.name for tensor in read_header(target).tensors}
    assert names == {tensor.name for tensor in read_header(whole).tensors}
    assert fresh_engine.load(target).quantisation == "F16"


def test_progress_goes_up(
    fresh_engine: EngineClient, slow_model_path: Path, tmp_path: Path
) -> None:
    fresh_engine.send(Quantise("q", str(slow_model_path), str(tmp_path / "a.gguf"), "Q4_K_M"))
    told: list[float] = []
    while not isinstance(message := fresh_engine.next(), Quantised):
        assert isinstance(message, Progress)
        told.append(message.fraction)
    assert len(told) > 2
    assert told == sorted(told)
    assert (told[0], told[-1] < 1) == (0.0, True)


def test_a_file_in_the_way_stays(engine: EngineClient, starter_path: Path, tmp_path: Path) -> None:
    target = tmp_path / "mine.gguf"
    target.write_bytes(b"mine")
    with pytest.raises(FileInTheWay):
        ask(engine, starter_path, target)
    assert target.read_bytes() == b"mine"
    with pytest.raises(FileInTheWay):
        ask(engine, starter_path, starter_path)
    dangling = tmp_path / "link.gguf"
    dangling.symlink_to(tmp_path / "nothing.gguf")
    with pytest.raises(FileInTheWay):
        ask(engine, starter_path, dangling)


def test_what_cannot_be_quantised_is_told(
    engine: EngineClient, starter_path: Path, tiny_adapter: Path, tmp_path: Path
) -> None:
    target = tmp_path / "small.gguf"
    cut = tmp_path / "cut.gguf"
    cut.write_bytes(starter_path.read_bytes()[:-1_000])
    unknown = random_model(tmp_path / "unknown.gguf", architecture="nonesuch")
    for source, error in (
        (tmp_path / "none.gguf", ModelFileMissing),
        (tiny_adapter, ModelIsAdapter),
        (cut, GgufTruncated),
        (unknown, ModelLoadFailed),
    ):
        with pytest.raises(error):
            ask(engine, source, target)
    with pytest.raises(FolderMissing):
        ask(engine, starter_path, tmp_path / "nowhere" / "small.gguf")
    with pytest.raises(FileNotWritten):
        ask(engine, starter_path, Path("/proc/small.gguf"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cut.gguf", "unknown.gguf"]


def test_a_killed_worker_leaves_no_file_of_that_name_and_the_next_one_tidies_up(
    start_engine: StartEngine, slow_model_path: Path, folder: Path
) -> None:
    target = folder / "small.gguf"
    first = start_engine()
    begin(first, slow_model_path, target)
    assert first.kill() == -signal.SIGKILL
    with pytest.raises(WorkerGone):
        first.wait_for(Quantised)
    assert not target.exists()
    (left,) = folder.iterdir()
    assert left.suffix == ".part"  # which nobody takes for a model
    other = folder / f".other.gguf.{first.process.pid}.part"
    other.write_bytes(b"of another file")
    made = ask(start_engine(), slow_model_path, target)
    assert sorted(folder.iterdir()) == sorted([target, other])
    assert made.bytes == target.stat().st_size


def test_a_cancel_leaves_nothing_and_the_worker_goes_on(
    fresh_engine: EngineClient, slow_model_path: Path, folder: Path
) -> None:
    target = folder / "small.gguf"
    begin(fresh_engine, slow_model_path, target)
    fresh_engine.cancel("q")
    finished = fresh_engine.wait_for(Finished)
    assert (finished.request_id, finished.stop) == ("q", "cancelled")
    assert list(folder.iterdir()) == []
    assert ask(fresh_engine, slow_model_path, target).bytes == target.stat().st_size


@pytest.mark.skipif(sys.platform == "win32", reason="there is no limit on a file's size")
def test_a_disk_that_is_full_is_told_and_nothing_is_left(
    start_engine: StartEngine, starter_path: Path, folder: Path
) -> None:
    engine = start_engine(prefix=(sys.executable, "-c", LIMITED))
    with pytest.raises(FileNotWritten, match="the disk was full before its end"):
        ask(engine, starter_path, folder / "small.gguf")
    assert list(folder.iterdir()) == []
    assert engine.load(starter_path).quantisation == "Q8_0"
