"""Measurements of real workers by signals: figures, progress, stopping, and what is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from llama_cpp import llama_cpp as native
from pytestqt.qtbot import QtBot

from benchtop.domain.compare_errors import MeasureNoRoom, TextTooShort, VocabulariesDiffer
from benchtop.domain.errors import FileUnreadable, Interrupted, StoreReadOnly, WorkerDied
from benchtop.domain.models import inspect_model
from benchtop.protocol.messages import ChatTurn
from benchtop.services import rows_file as rows_module
from benchtop.services.data_folder import DataFolder, find_data_folder
from benchtop.services.engine_worker import EngineWorker, LoadOptions
from benchtop.services.measure_run import MeasureRun
from benchtop.services.measures import (
    Steps,
    divergence_steps,
    lens_steps,
    measured_text,
    perplexity_steps,
    two_lens_steps,
    usual_context,
)
from benchtop.services.rows_file import rows_file
from workers.measured_text import story
from workers.raw_logits import raw_model, scored_rows
from workers.services_kit import WAIT_MS

NAMES = ("one.gguf", "two.gguf")
Load = Callable[..., list[EngineWorker]]


@dataclass
class Heard:
    """How a run went."""

    progress: list[float] = field(default_factory=list)
    done: list[Any] = field(default_factory=list)
    failed: list[Any] = field(default_factory=list)

    @property
    def ended(self) -> bool:
        return bool(self.done or self.failed)


@pytest.fixture
def folder() -> DataFolder:
    found = find_data_folder()
    found.prepare()
    return found


@pytest.fixture
def load(qtbot: QtBot, folder: DataFolder) -> Iterator[Load]:
    """Load models, each in a worker of its own."""
    workers: list[EngineWorker] = []

    def start(*paths: Path) -> list[EngineWorker]:
        for path in paths:
            worker = EngineWorker(inspect_model(path), folder, LoadOptions(256, threads=1))
            workers.append(worker)
            with qtbot.waitSignal(worker.loaded, timeout=WAIT_MS):
                worker.start()
                worker.load()
        return workers[-len(paths) :]

    yield start
    for worker in workers:
        worker.stop_and_wait()


@pytest.fixture(scope="module")
def smaller_starter(starter_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The starter in 4 bits, by llama.cpp's own quantiser."""
    path = tmp_path_factory.mktemp("q4") / "starter-q4.gguf"
    params = native.llama_model_quantize_default_params()
    params.ftype = native.LLAMA_FTYPE_MOSTLY_Q4_0
    params.allow_requantize = True
    params.nthread = 1
    done = native.llama_model_quantize(str(starter_path).encode(), str(path).encode(), params)
    assert done == 0
    return path


def begun(workers: Sequence[EngineWorker], steps: Steps[Any]) -> tuple[MeasureRun, Heard]:
    run, heard = MeasureRun(workers, steps), Heard()
    run.progressed.connect(heard.progress.append)
    run.done.connect(heard.done.append)
    run.failed.connect(heard.failed.append)
    run.start()
    return run, heard


def result(qtbot: QtBot, workers: Sequence[EngineWorker], steps: Steps[Any]) -> Any:
    _run, heard = begun(workers, steps)
    qtbot.waitUntil(lambda: heard.ended, timeout=WAIT_MS)
    if heard.failed:
        raise heard.failed[0]
    assert len(heard.done) == 1
    assert heard.progress == sorted(heard.progress)
    return heard.done[0]


def left(folder: DataFolder) -> list[Path]:
    return list((folder.root / "measures").glob("*"))


def test_a_quantisation_s_damage_is_that_of_a_direct_computation(
    qtbot: QtBot, load: Load, folder: DataFolder, starter_path: Path, smaller_starter: Path
) -> None:
    text, length = story(30), 128
    workers = load(starter_path, smaller_starter)
    found = result(qtbot, workers, divergence_steps(text, length, folder, NAMES))
    kl, same, losses = [], [], []
    with raw_model(starter_path) as one, raw_model(smaller_starter) as two:
        tokens = one.tokens(text)
        pairs = zip(scored_rows(one, tokens, length), scored_rows(two, tokens, length), strict=True)
        for (p, came), (q, _came) in pairs:
            kl.append((np.exp(p) * (p - q)).sum(axis=1))
            same.append(p.argmax(axis=1) == q.argmax(axis=1))
            losses.append(-q[np.arange(len(came)), came])
    expected = np.concatenate(kl)
    assert found.tokens == len(expected)
    assert found.mean.value > 1e-3
    assert found.mean.value == pytest.approx(expected.mean(), rel=1e-4)
    assert found.median.value == pytest.approx(np.median(expected), rel=1e-3)
    assert found.percentile_99.value == pytest.approx(np.quantile(expected, 0.99), rel=1e-3)
    assert found.top1_agreement.value == pytest.approx(np.concatenate(same).mean())
    assert found.top1_agreement.value < 1
    assert np.log(found.second.perplexity) == pytest.approx(np.concatenate(losses).mean(), rel=1e-5)
    assert left(folder) == []


def test_a_file_differs_by_nothing_from_itself(
    qtbot: QtBot, load: Load, folder: DataFolder, starter_path: Path
) -> None:
    workers = load(starter_path, starter_path)
    found = result(qtbot, workers, divergence_steps(story(20), 64, folder, NAMES))
    assert (found.mean.value, found.most, found.mean.standard_error) == (0, 0, 0)
    assert (found.top1_agreement.value, found.top1_agreement.standard_error) == (1, 0)
    assert found.first == found.second


def test_divergence_s_perplexity_is_perplexity(
    qtbot: QtBot, load: Load, folder: DataFolder, tiny_model: Path
) -> None:
    """Of a model with BOS, so that both put it in the same places."""
    text = story(20)
    (worker,) = load(tiny_model)
    alone = result(qtbot, [worker], perplexity_steps(text, 64))
    both = result(qtbot, [worker, worker], divergence_steps(text, 64, folder, NAMES))
    assert both.first.tokens == alone.tokens
    assert both.first.perplexity == pytest.approx(alone.perplexity, rel=1e-5)


def test_different_vocabularies_are_told_in_a_sentence(
    qtbot: QtBot, load: Load, folder: DataFolder, starter_path: Path, tiny_model: Path
) -> None:
    workers = load(starter_path, tiny_model)
    for steps in (
        divergence_steps(story(20), 64, folder, NAMES),
        two_lens_steps("Hello", 3, folder, NAMES),
    ):
        with pytest.raises(VocabulariesDiffer, match=r"one\.gguf and two\.gguf"):
            result(qtbot, workers, steps)
    assert left(folder) == []


def test_a_short_text_and_a_full_disk_are_told(
    qtbot: QtBot, load: Load, folder: DataFolder, tiny_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (worker,) = load(tiny_model)
    pair = [worker, worker]
    with pytest.raises(TextTooShort):
        result(qtbot, pair, divergence_steps("abc", 64, folder, NAMES))
    monkeypatch.setattr(rows_module, "RESERVE_BYTES", 1 << 62)
    with pytest.raises(MeasureNoRoom, match="smaller context"):
        result(qtbot, pair, divergence_steps(story(20), 64, folder, NAMES))
    assert left(folder) == []


def test_a_killed_worker_is_told_and_leaves_no_file(
    qtbot: QtBot, load: Load, folder: DataFolder, slow_model_path: Path
) -> None:
    workers = load(slow_model_path, slow_model_path)
    _run, heard = begun(workers, divergence_steps(story(400), 512, folder, NAMES))
    qtbot.waitUntil(
        lambda: bool(left(folder)) and left(folder)[0].stat().st_size > 0, timeout=WAIT_MS
    )
    for worker in workers:
        os.kill(worker.pid, signal.SIGKILL)
    qtbot.waitUntil(lambda: heard.ended, timeout=WAIT_MS)
    assert heard.done == []
    assert len(heard.failed) == 1
    assert isinstance(heard.failed[0], WorkerDied)
    assert "ended unexpectedly" in str(heard.failed[0])
    assert left(folder) == []


def test_cancel_stops_and_leaves_no_file(
    qtbot: QtBot, load: Load, folder: DataFolder, slow_model_path: Path
) -> None:
    (worker,) = load(slow_model_path)
    steps = divergence_steps(story(400), 512, folder, NAMES)
    run, heard = begun([worker, worker], steps)
    qtbot.waitUntil(lambda: bool(left(folder)), timeout=WAIT_MS)
    run.cancel()
    qtbot.waitUntil(lambda: heard.ended, timeout=WAIT_MS)
    assert [type(error) for error in heard.failed] == [Interrupted]
    assert left(folder) == []
    run.cancel()  # of what has ended
    assert result(qtbot, [worker], lens_steps("abc", 1)).tokens


def test_what_a_killed_process_left_is_deleted_by_the_next(folder: DataFolder) -> None:
    code = (
        "import os, signal\n"
        "from benchtop.services.data_folder import find_data_folder\n"
        "from benchtop.services.rows_file import rows_file\n"
        "with rows_file(find_data_folder(), 1, 1):\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], timeout=60, check=False)
    assert done.returncode == -signal.SIGKILL
    (old,) = left(folder)
    with rows_file(folder, 1, 1) as mine:
        assert left(folder) == [mine]
        assert mine.stat().st_mode & 0o777 == 0o600
        with rows_file(folder, 1, 1) as other:  # of a process that lives: left alone
            assert set(left(folder)) == {mine, other}
    assert not old.exists()
    assert left(folder) == []


def test_a_folder_that_may_not_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(StoreReadOnly), rows_file(DataFolder(tmp_path / "file"), 1, 1):
        pass


def test_the_lens_of_a_conversation_reads_its_template(
    qtbot: QtBot, load: Load, starter_path: Path
) -> None:
    (worker,) = load(starter_path)
    view = result(qtbot, [worker], lens_steps([ChatTurn("user", "Hello!")], 3))
    text = "".join(place.text for place in view.first)
    assert text.startswith("<|im_start|>")
    assert "Hello!" in text
    assert len(view.first) == len(view.tokens) + 1
    again = result(qtbot, [worker], lens_steps(view.tokens, 3))
    assert again.first == view.first
    assert view.seconds > 0


def test_two_models_in_the_lens(
    qtbot: QtBot, load: Load, folder: DataFolder, starter_path: Path, smaller_starter: Path
) -> None:
    workers = load(starter_path, smaller_starter)
    view = result(qtbot, workers, two_lens_steps("Once upon a time", 4, folder, NAMES))
    assert len(view.first) == len(view.second) == len(view.tokens) + 1
    assert [place.id for place in view.first] == [place.id for place in view.second]
    assert all(place.divergence is None for place in view.first)
    assert all(place.divergence for place in view.second[1:])
    alone = result(qtbot, [workers[1]], lens_steps("Once upon a time", 4))
    assert [place.options for place in alone.first] == [place.options for place in view.second]


def test_texts_that_cannot_be_measured_are_told(tmp_path: Path) -> None:
    file = tmp_path / "text.txt"
    for content, says in ((b"\xff", "not UTF-8"), (b"", "empty"), (b" \n\n", "empty")):
        file.write_bytes(content)
        with pytest.raises(FileUnreadable, match=says):
            measured_text(str(file))
    for path in (tmp_path / "none.txt", tmp_path, "a\0b"):
        with pytest.raises(FileUnreadable):
            measured_text(str(path))
    file.write_bytes(b"one\r\ntwo\n\n")
    assert measured_text(str(file)) == "one\r\ntwo\n"


def test_the_usual_context_is_what_all_can_read() -> None:
    assert usual_context() == usual_context(0, 4_096) == 512
    assert usual_context(256, 0, 1_024) == 256
