"""The trainer's real process: what it learns, what it tells, what it keeps."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import gguf
import numpy as np
import pytest

from benchtop.domain.errors import AdapterFailed
from benchtop.domain.gguf import read_header
from benchtop.domain.model_errors import ModelFileMissing
from benchtop.domain.teach_errors import (
    TrainingDiverged,
)
from benchtop.domain.training import TrainingSettings
from benchtop.protocol.tuning_messages import (
    HoldoutRead,
    Kept,
    Probe,
    Probed,
    StopTraining,
    TrainStep,
)
from unit.tuning.teaching_sets import WORDS, example, write_set
from workers.conftest import AskTrainer, StartTrainer
from workers.tiny_gguf import random_model
from workers.trainer_client import LONG, SHORT, Run, TrainerClient, train_request


def test_a_run_tells_all_that_happens(undisturbed: Run) -> None:
    ended, steps = undisturbed.ended, list(range(1, 9))
    assert (undisturbed.begun.step, undisturbed.begun.steps) == (0, 8)
    assert (undisturbed.begun.threads, undisturbed.begun.save_memory) == (1, False)
    assert undisturbed.begun.parameters == 2 * 4 * (4 * (32 + 32) + 3 * (32 + 64))
    assert undisturbed.steps == steps
    assert list(undisturbed.holdout) == [0, 2, 4, 6, 8]
    assert undisturbed.kept == [2, 4, 6, 8]
    assert undisturbed.losses[-1] < undisturbed.losses[0]
    assert (ended.step, ended.loss) == (8, undisturbed.losses[-1])
    assert ended.holdout_before == undisturbed.holdout[0]
    trained = {step: loss for step, loss in undisturbed.holdout.items() if step}
    assert ended.best_step == min(trained, key=trained.__getitem__)
    assert ended.holdout_after == min(trained.values())
    best_so_far = [one.step for one in undisturbed.of(HoldoutRead) if one.best]
    assert best_so_far[-1] == ended.best_step
    assert ended.tokens == sum(one.tokens for one in undisturbed.of(TrainStep)) > 0
    assert ended.seconds > 0
    assert ended.peak_memory_bytes >= max(one.memory_bytes for one in undisturbed.of(TrainStep))
    rates = [one.rate for one in undisturbed.of(TrainStep)]
    assert max(rates) == SHORT.learning_rate
    assert rates[-1] < rates[0]


def test_the_adapter_is_one_with_its_card(undisturbed: Run) -> None:
    header = read_header(undisturbed.ended.adapter)
    assert header.metadata["general.type"] == "adapter"
    assert header.metadata["general.name"] == "a test"
    assert header.metadata["adapter.lora.alpha"] == 8.0
    assert len(header.tensors) == 2 * 2 * 7
    folder = Path(undisturbed.ended.adapter).parent
    assert sorted(one.name for one in folder.iterdir()) == [
        "best.gguf", "checkpoint.pt",
        *(f"step-{step:08d}.gguf" for step in (4, 6, 8)),
    ]  # fmt: skip


def test_the_same_seed_and_data_make_the_same_adapter(
    undisturbed: Run, start_trainer: StartTrainer, ask: AskTrainer
) -> None:
    other = start_trainer()
    again = other.train(ask("again"))
    assert again.losses == undisturbed.losses
    assert again.adapter() == undisturbed.adapter()
    seeded = replace(SHORT, seed=2)
    third = other.train(ask("third", seeded))
    assert third.adapter() != undisturbed.adapter()


def test_it_ends_early_when_the_holdout_gets_no_better_and_stays_ended(
    trainer: TrainerClient, tiny_model: Path, tmp_path: Path
) -> None:
    """What is held out here has nothing to do with what is learnt."""
    file = write_set(tmp_path / "tokens.jsonl", [example(1), example(90, "holdout", answer=30)])
    settings = replace(LONG, check_every=1, patience=3, learning_rate=0.03, general=0.0, warmup=0.0)
    request = train_request(tiny_model, file, tmp_path / "run", settings)
    run = trainer.train(request)
    ended = run.ended
    assert ended.how == "early"
    assert ended.step == ended.best_step + 3
    assert min(run.holdout[step] for step in run.kept) == ended.holdout_after
    again = trainer.train(request)  # whoever died before the run was finished asks again
    assert (again.ended.how, again.steps) == ("early", [])


def test_a_run_that_only_gets_worse_keeps_the_best_that_was_learnt(
    trainer: TrainerClient, tiny_model: Path, tmp_path: Path
) -> None:
    """Held out are other answers to the same question. It is for the person to say whether what was learnt
    is of any use; they are told that it is worse."""
    one = example(1)
    (start, end), *_ = one.spans
    others = (
        *one.ids[:start],
        *((token + 7) % WORDS for token in one.ids[start:end]),
        *one.ids[end:],
    )
    held = replace(one, use="holdout", ids=others)
    file = write_set(tmp_path / "tokens.jsonl", [one, held])
    settings = replace(SHORT, steps=30, check_every=15, learning_rate=0.02, general=0.0)
    run = trainer.train(train_request(tiny_model, file, tmp_path / "run", settings))
    ended = run.ended
    assert run.losses[-1] < run.losses[0]
    assert ended.holdout_before == run.holdout[0] < min(run.holdout[15], run.holdout[30])
    assert ended.holdout_after == min(run.holdout[15], run.holdout[30])
    assert run.holdout[ended.best_step] == ended.holdout_after
    assert Path(ended.adapter).is_file()


def test_without_a_holdout_the_last_step_is_kept(
    trainer: TrainerClient, tiny_model: Path, tmp_path: Path
) -> None:
    file = write_set(tmp_path / "tokens.jsonl", [example(1)])
    run = trainer.train(train_request(tiny_model, file, tmp_path / "run"))
    assert (run.ended.best_step, run.ended.holdout_before, run.ended.holdout_after) == (
        8,
        None,
        None,
    )
    assert run.holdout == {}
    last = tmp_path / "run" / "step-00000008.gguf"
    assert run.adapter() == last.read_bytes()


def test_no_number_as_loss_stops_it_and_the_last_good_adapter_is_kept(
    trainer: TrainerClient, tmp_path: Path, ask: AskTrainer
) -> None:
    """Weight decay ten times as large as it may be makes each number nine times as large at each step."""
    settings = replace(
        SHORT, steps=500, learning_rate=1.0, weight_decay=10.0, clip=1_000.0, warmup=0.0,
        final_rate=1.0, check_every=1, general=0.0,
    )  # fmt: skip
    run = trainer.train(ask("run", settings))
    error = run.failed.error()
    assert isinstance(error, TrainingDiverged)
    assert "lower learning rate than 1" in str(error)
    assert run.failed.adapter == str(tmp_path / "run" / "best.gguf")
    assert all(math.isfinite(one) for one in [*run.losses, *run.holdout.values()])
    reader = gguf.GGUFReader(run.failed.adapter)
    assert all(np.isfinite(tensor.data).all() for tensor in reader.tensors)


def test_a_base_that_overflows_is_no_fault_of_a_step(
    trainer: TrainerClient, tokens: Path, tmp_path: Path
) -> None:
    base = random_model(tmp_path / "base.gguf")
    reader = gguf.GGUFReader(base, "r+")
    tensor = next(one for one in reader.tensors if one.name == "output.weight")
    tensor.data[:] = np.inf
    tensor.data.flush()
    del reader, tensor
    run = trainer.train(train_request(base, tokens, tmp_path / "run"))
    assert isinstance(run.failed.error(), TrainingDiverged)
    assert run.failed.adapter == ""
    assert run.steps == []


def test_learning_goes_on_from_an_adapter(
    undisturbed: Run, trainer: TrainerClient, tmp_path: Path, ask: AskTrainer
) -> None:
    start = undisturbed.ended.adapter
    run = trainer.train(ask("on", start=start))
    assert run.ended.holdout_before == pytest.approx(undisturbed.ended.holdout_after, rel=1e-6)
    assert run.adapter() != undisturbed.adapter()
    others = {"size or rank": replace(SHORT, rank=5), "another alpha": replace(SHORT, alpha=9.0)}
    for words, changed in others.items():
        failed = trainer.train(ask("other", changed, start=start))
        with pytest.raises(AdapterFailed, match=words):
            _ = failed.ended
    gone = ask("x", start=str(tmp_path / "gone.gguf"))
    with pytest.raises(ModelFileMissing, match=r"gone\.gguf"):
        _ = trainer.train(gone).ended


def test_saving_memory_changes_nothing_else(
    undisturbed: Run, trainer: TrainerClient, ask: AskTrainer
) -> None:
    settings = replace(SHORT, save_memory=True)
    run = trainer.train(ask("run", settings))
    assert run.begun.save_memory
    assert run.losses == pytest.approx(undisturbed.losses, rel=1e-4)


def test_a_probe_measures_and_leaves_nothing(
    trainer: TrainerClient, tiny_model: Path, tokens: Path
) -> None:
    request = train_request(tiny_model, tokens, Path("unused"))
    before = sorted(tokens.parent.iterdir())
    trainer.send(
        Probe("probe", request.base, request.tokens, request.library, request.settings, seconds=0.2)
    )
    found = trainer.next()
    assert isinstance(found, Probed)
    assert (found.steps, found.threads, found.save_memory) == (8, 1, False)
    assert min(found.tokens_per_second, found.step_seconds, found.check_seconds) > 0
    assert found.memory_bytes > 1_000_000
    assert sorted(tokens.parent.iterdir()) == before
    kept = replace(SHORT, last_layers=1, steps=200)
    again = train_request(tiny_model, tokens, Path("unused"), kept)
    trainer.send(
        Probe("kept", again.base, again.tokens, again.library, again.settings, seconds=0.2)
    )
    found = trainer.next()
    assert isinstance(found, Probed)
    assert found.steps == 200
    assert 0 < found.first_steps < 200
    assert 0 < found.later_part <= 1
    assert min(found.tokens_per_second, found.step_seconds, found.check_seconds) > 0
    trainer.send(StopTraining("slow"))
    trainer.send(
        Probe("slow", request.base, request.tokens, request.library, request.settings, seconds=9e9)
    )
    assert isinstance(trainer.next(), Probed)


def test_each_checkpoint_is_there_when_it_is_told(undisturbed: Run) -> None:
    """Kept comes before what is said of its step, so that nobody is told of what may be lost."""
    for one, then in pairwise(undisturbed.messages):
        if isinstance(one, Kept):
            assert isinstance(then, HoldoutRead)
            assert then.step == one.step
    settings = TrainingSettings.from_json(json.loads(json.dumps(SHORT.to_json())))
    assert settings == SHORT
