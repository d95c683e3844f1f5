"""The trainer's real process with bases that transformers computes: it learns, dies, goes on, asks nobody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchtop.domain.teach_errors import ModelNotTrainable, PeftMissing
from benchtop.protocol.tuning_messages import Kept, Pause, Probe, Probed, Train, TrainStep
from unit.tuning.other_bases import other_base
from unit.tuning.teaching_sets import example, teaching_file, write_set
from workers.conftest import StartTrainer
from workers.raw_logits import raw_model
from workers.socket_record import record_sockets
from workers.trainer_client import LONG, ONE_STEP, SHORT, Run, TrainerClient, train_request


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model with capped logits, windows and shared keys."""
    return other_base(tmp_path_factory.mktemp("base") / "gemma2.gguf", "gemma2", seed=3)


@pytest.fixture(scope="module")
def worker(tmp_path_factory: pytest.TempPathFactory, base: Path) -> Iterator[TrainerClient]:
    """One for all tests that leave it as it is: transformers takes seconds to be there."""
    folder = tmp_path_factory.mktemp("worker")
    client = TrainerClient(folder / "trainer.log")
    client.shake_hands()
    client.train(train_request(base, teaching_file(folder), folder / "first", ONE_STEP))
    yield client
    client.close()


@pytest.fixture(scope="module")
def whole(
    worker: TrainerClient, base: Path, tokens: Path, tmp_path_factory: pytest.TempPathFactory
) -> Run:
    """A run that nothing happened to, with anchors and a holdout."""
    folder = tmp_path_factory.mktemp("whole")
    return worker.train(train_request(base, tokens, folder))


def test_it_learns_and_llama_cpp_attaches_what_it_learnt(whole: Run, base: Path) -> None:
    assert whole.begun.parameters == 4 * 4 * (
        2 * (96 + 6 * 32) + 2 * (96 + 2 * 32) + 3 * (96 + 160)
    )
    assert whole.losses[-1] < whole.losses[0]
    assert list(whole.holdout) == [0, 2, 4, 6, 8]
    ids = list(example(3).ids)
    with raw_model(base) as model:
        before, after = (
            model.logits(ids, one, exact=True) for one in (None, Path(whole.ended.adapter))
        )
    assert np.abs(after - before).max() > 0.05


@pytest.fixture
def request_again(base: Path, tokens: Path, tmp_path: Path) -> Train:
    """What ``whole`` was asked, for a folder of its own."""
    return train_request(base, tokens, tmp_path / "run")


def test_what_is_killed_goes_on_and_ends_with_the_same_bytes(
    whole: Run, worker: TrainerClient, start_trainer: StartTrainer, request_again: Train
) -> None:
    request = request_again
    client = start_trainer()
    run = client.gather(client.begin(request), Kept)
    client.process.kill()
    client.process.wait(10)
    again = worker.gather(worker.begin(request), TrainStep)
    assert again.begun.step >= run.kept[0]
    worker.send(Pause("run"))
    assert worker.gather(again).ended.how in ("paused", "done")
    last = worker.train(request)
    assert last.adapter() == whole.adapter()
    assert last.ended.tokens == whole.ended.tokens


def test_keeping_little_ends_with_the_same_bytes(
    whole: Run, worker: TrainerClient, base: Path, tokens: Path, tmp_path: Path
) -> None:
    settings = replace(SHORT, save_memory=True)
    little = worker.train(train_request(base, tokens, tmp_path / "run", settings))
    assert little.begun.save_memory
    assert little.losses == whole.losses


def test_rejected_answers_and_an_adapter_to_begin_with(
    whole: Run, worker: TrainerClient, base: Path, tmp_path: Path
) -> None:
    pairs = [*(example(n, rejected=5) for n in range(3)), example(9, "holdout")]
    file = write_set(tmp_path / "tokens.jsonl", pairs)
    settings = replace(SHORT, preference=True)
    run = worker.train(train_request(base, file, tmp_path / "run", settings))
    other = worker.train(
        train_request(base, file, tmp_path / "next", settings, start=whole.ended.adapter)
    )
    assert run.losses[-1] < run.losses[0]
    assert other.losses[0] != run.losses[0]
    assert other.adapter() != run.adapter()


def test_a_probe_says_how_fast_it_is(
    worker: TrainerClient, base: Path, tokens: Path, tmp_path: Path
) -> None:
    made = train_request(base, tokens, tmp_path / "run", LONG)
    worker.send(Probe("probe", made.base, made.tokens, made.library, made.settings, 0.1))
    found = worker.next()
    assert isinstance(found, Probed)
    assert found.tokens_per_second > 0
    assert found.memory_bytes > base.stat().st_size


def test_it_opens_no_connection(
    start_trainer: StartTrainer, tokens: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even one that is refused, whatever the environment says of networks."""
    record = record_sockets(tmp_path, monkeypatch)
    monkeypatch.setenv("HF_HUB_OFFLINE", "0")
    phi = other_base(tmp_path / "phi3.gguf", "phi3")
    client = start_trainer()
    client.train(train_request(phi, tokens, tmp_path / "run", ONE_STEP)).adapter()
    assert "trainer" in record.alive
    assert record.of("trainer") == []


def test_without_its_tools_it_says_so_and_trains_what_needs_none(
    start_trainer: StartTrainer, base: Path, tiny_model: Path, tokens: Path, tmp_path: Path
) -> None:
    fake = tmp_path / "fake"
    fake.mkdir()
    (fake / "peft.py").write_text("raise ModuleNotFoundError('no peft', name='peft')")
    client = start_trainer({"PYTHONPATH": str(fake)})
    failed = client.train(train_request(base, tokens, tmp_path / "one", ONE_STEP)).failed
    assert isinstance(failed.error(), PeftMissing)
    assert "peft is missing" in str(failed.error())
    client.train(train_request(tiny_model, tokens, tmp_path / "two", ONE_STEP)).adapter()


def test_an_architecture_that_nobody_computes_is_refused(
    worker: TrainerClient, tokens: Path, tmp_path: Path
) -> None:
    moe = other_base(tmp_path / "moe.gguf", "phi3", keys={"expert_count": 8})
    failed = worker.train(train_request(moe, tokens, tmp_path / "run", ONE_STEP)).failed
    assert isinstance(failed.error(), ModelNotTrainable)
    assert "mixture of experts" in str(failed.error())
