"""A run on two real processes of torchrun: it learns what one process learns, and loses nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

import psutil
import pytest
import torch

from benchtop.domain.errors import FileUnreadable
from benchtop.domain.file_sums import file_sha256
from benchtop.domain.gguf import read_header
from benchtop.domain.teach_errors import CheckpointUnusable
from benchtop.domain.training import TrainingSettings
from benchtop.protocol.tuning_messages import Train
from benchtop.services.training_request import keep_request
from benchtop.tuning.distributed import REQUEST, main, read_request
from unit.tuning.other_bases import other_base
from unit.tuning.random_bases import FEED_FORWARD, HEAD, HEADS, KV_HEADS, LAYERS, WIDTH, random_base
from unit.tuning.teaching_sets import example, write_set
from workers.trainer_client import LONG, SHORT, Run, TrainerClient, train_request
from workers.worker_client import WAIT_SECONDS

SETTINGS = replace(SHORT, steps=6, batch_tokens=120, preference=True, check_every=3)
"""Steps of two to four parts, some of them pairs: the shares of two processes are uneven."""
TORCHRUN = [sys.executable, "-P", "-m", "torch.distributed.run", "--standalone"]
TORCHRUN += ["--nproc-per-node", "2"]
MODULE = ["-m", "benchtop.tuning.distributed"]
Begin = Callable[..., Path]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return random_base(tmp_path_factory.mktemp("base") / "base.gguf", "llama tied, factors")


@pytest.fixture
def begin(base: Path, tmp_path: Path) -> Begin:
    """Make the folder of a run that was begun, and nothing more."""

    def begun(name: str, settings: TrainingSettings = SETTINGS) -> Path:
        keep_request(asked(base, tmp_path / name, settings))
        return tmp_path / name

    return begun


def asked(base: Path, folder: Path, settings: TrainingSettings = SETTINGS) -> Train:
    """The request of a run with questions, pairs, a holdout and anchors."""
    folder.mkdir()
    every = [
        example(n, question=4 + n % 5, answer=3 + n % 7, rejected=0 if n % 4 else 5)
        for n in range(19)
    ]
    every += [example(50 + n, "holdout") for n in range(5)]
    every += [example(80 + n, "anchor") for n in range(5)]
    tokens = write_set(folder / "tokens.jsonl", every)
    return train_request(base, tokens, folder, settings, base_sha256=file_sha256(base))


class Together:
    """Two processes at work under torchrun, and what they say."""

    def __init__(self, words: Sequence[str]) -> None:
        self.process = subprocess.Popen(
            [*TORCHRUN, *words],
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "OMP_NUM_THREADS": "1"},
        )
        assert self.process.stderr is not None
        self._stderr: IO[str] = self.process.stderr
        self.text = ""

    def until(self, kind: str, step: int = 0) -> dict[str, Any]:
        """Read on to a message of this kind, of a step as late as this."""
        for line in self._stderr:
            self.text += line
            message = json.loads(line) if line.startswith("{") else {}
            if message.get("type") == kind and message.get("step", 0) >= step:
                return dict(message)
        raise AssertionError(self.text)

    def trainers(self) -> list[psutil.Process]:
        """Both, in the order of their ranks."""
        found = psutil.Process(self.process.pid).children()
        return sorted(found, key=lambda one: int(one.environ()["RANK"]))

    def end(self) -> str:
        """All they said, at their end."""
        self.text += self._stderr.read()
        self.process.wait(WAIT_SECONDS)
        return self.text


@pytest.fixture
def together() -> Iterator[Callable[..., Together]]:
    """Start torchrun on a folder; it ends with the test."""
    started: list[Together] = []

    def start(folder: Path, *options: str) -> Together:
        started.append(Together([*MODULE, str(folder), *options]))
        return started[-1]

    yield start
    for one in started:
        with one.process:
            one.process.terminate()


def checkpoint(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = torch.load(folder / "checkpoint.pt", weights_only=True)
    return found


@pytest.fixture(scope="module")
def alone(base: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """What the trainer worker makes of the run by itself."""
    folder = tmp_path_factory.mktemp("alone")
    trainer = TrainerClient(folder / "trainer.log")
    try:
        trainer.shake_hands()
        return trainer.train(asked(base, folder / "run"))
    finally:
        trainer.close()


@pytest.mark.parametrize("options", [(), ("--fsdp",)], ids=["data parallel", "sharded"])
def test_two_processes_learn_what_one_learns(
    options: tuple[str, ...], begin: Begin, together: Callable[..., Together], alone: Run
) -> None:
    """The sharded one saves memory as well: each layer is gathered once more for its gradient."""
    folder = begin("both", replace(SETTINGS, save_memory=bool(options)))
    both = together(folder, *options)
    ended = both.until("TrainingEnded")
    held = both.until("Held")
    both.end()
    assert both.process.returncode == 0, both.text
    assert len(held["adapter_sha256"]) == 2
    assert len(set(held["adapter_sha256"])) == 1
    of_layer = WIDTH * HEAD * 2 * (HEADS + KV_HEADS) + 3 * WIDTH * FEED_FORWARD
    assert held["unpacked_numbers"] == [LAYERS * of_layer // 2 if options else 0] * 2
    one, two = checkpoint(Path(alone.ended.adapter).parent), checkpoint(folder)
    for name, numbers in one["adapters"].items():
        assert float(numbers.abs().max()) > 0, name
        torch.testing.assert_close(two["adapters"][name], numbers, rtol=0, atol=1e-5)
    assert ended["tokens"] == alone.ended.tokens
    assert ended["loss"] == pytest.approx(alone.ended.loss, abs=1e-5)
    assert ended["holdout_before"] == pytest.approx(alone.ended.holdout_before, abs=1e-5)
    assert ended["holdout_after"] == pytest.approx(alone.ended.holdout_after, abs=1e-5)
    assert ended["best_step"] == alone.ended.best_step
    assert read_header(folder / "best.gguf").metadata["general.name"] == "a test"


def test_what_is_ended_or_killed_goes_on_from_its_last_checkpoint(
    begin: Begin, together: Callable[..., Together]
) -> None:
    folder = begin("long", LONG)
    first = together(folder)
    first.until("TrainStep", 3)
    first.process.terminate()
    assert first.until("TrainingEnded")["how"] == "paused"
    first.end()
    kept = checkpoint(folder)["progress"]["step"]
    assert kept >= 3
    second = together(folder)
    assert second.until("TrainingBegun")["step"] == kept
    later = second.until("Kept", kept + 5)["step"]
    second.trainers()[1].kill()
    said = second.end()
    assert second.process.returncode != 0
    assert "Another process of this training ended" in said
    assert checkpoint(folder)["progress"]["step"] >= later - 5
    assert (folder / "best.gguf").is_file()


def test_another_base_is_refused_once_in_a_sentence(
    begin: Begin, together: Callable[..., Together]
) -> None:
    folder = begin("other")
    request = json.loads((folder / REQUEST).read_bytes())
    (folder / REQUEST).write_text(json.dumps(request | {"base_sha256": "0" * 64}))
    both = together(folder)
    said = both.end()
    assert both.process.returncode == 1
    assert said.count("is another file than the model it began with") == 1
    assert sorted(one.name for one in folder.iterdir()) == [REQUEST, "tokens.jsonl"]


def test_a_base_of_transformers_is_learnt_together_and_never_sharded(
    together: Callable[..., Together], tmp_path: Path
) -> None:
    base = other_base(tmp_path / "phi3.gguf", "phi3")
    keep_request(asked(base, tmp_path / "both", SETTINGS))
    both = together(tmp_path / "both")
    held = both.until("Held")
    both.end()
    assert both.process.returncode == 0, both.text
    assert len(held["adapter_sha256"]) == 2
    assert len(set(held["adapter_sha256"])) == 1
    assert any(bool(one.any()) for one in checkpoint(tmp_path / "both")["adapters"].values())
    sharded = together(tmp_path / "both", "--fsdp")
    assert sharded.end().count("start it without --fsdp") == 1
    assert sharded.process.returncode == 1


# Without processes


def test_a_request_is_read_as_it_was_kept(base: Path, tmp_path: Path) -> None:
    request = asked(base, tmp_path / "run")
    keep_request(request)
    assert read_request(tmp_path / "run") == request


@pytest.mark.parametrize("text", [None, b"", b"[]", b'{"base": 1}', b"\xff"])
def test_a_folder_of_no_run_is_refused(text: bytes | None, tmp_path: Path) -> None:
    if text is not None:
        (tmp_path / REQUEST).write_bytes(text)
    with pytest.raises(CheckpointUnusable) as raised:
        read_request(tmp_path)
    assert str(tmp_path) in str(raised.value)
    (tmp_path / REQUEST).unlink(missing_ok=True)
    (tmp_path / REQUEST).mkdir()
    with pytest.raises(FileUnreadable):
        read_request(tmp_path)


def test_without_torchrun_it_says_how_to_start_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("RANK", raising=False)
    assert main([str(tmp_path)]) == 2
    assert "torchrun --standalone --nproc-per-node 2" in capsys.readouterr().err
