"""A run that is paused, stopped, killed or starved of its disk goes on and ends as it would have."""

from __future__ import annotations

import queue
import resource
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from filelock import FileLock

from benchtop.domain.generation import SamplingParams
from benchtop.domain.teach_errors import (
    CheckpointNotWritten,
)
from benchtop.protocol.messages import Chunk, Generate
from benchtop.protocol.tuning_messages import (
    Kept,
    Pause,
    Share,
    StopTraining,
    TrainingBegun,
    TrainStep,
)
from benchtop.tuning.turn_gate import VARIABLE
from unit.tuning.teaching_sets import example, write_set
from workers.conftest import AskTrainer, StartEngine, StartTrainer
from workers.engine_client import turns
from workers.tiny_gguf import NEVER_END
from workers.trainer_client import LONG, ONE_STEP, SHORT, Run, TrainerClient, train_request


def test_what_is_killed_goes_on_and_ends_as_it_would_have(
    undisturbed: Run, start_trainer: StartTrainer, tokens: Path, ask: AskTrainer
) -> None:
    request = ask("run")
    kept = 0
    for _ in range(2):
        client = start_trainer()
        run = client.gather(client.begin(request), Kept)
        assert run.begun.step >= kept
        kept = run.kept[0]
        client.process.kill()
        client.process.wait(10)
    client = start_trainer()
    last = client.train(request)
    assert last.begun.step >= kept >= 4
    assert last.steps == list(range(last.begun.step + 1, 9))
    assert last.adapter() == undisturbed.adapter()
    assert (last.ended.best_step, last.ended.holdout_before, last.ended.holdout_after) == (
        undisturbed.ended.best_step, undisturbed.ended.holdout_before, undisturbed.ended.holdout_after,
    )  # fmt: skip
    assert last.ended.tokens == undisturbed.ended.tokens
    # and once more: nothing is left to do
    over = client.train(request)
    assert (over.begun.step, over.steps, over.ended.how) == (8, [], "done")
    assert over.adapter() == undisturbed.adapter()


def test_a_pause_changes_nothing_but_the_time(
    undisturbed: Run, trainer: TrainerClient, ask: AskTrainer
) -> None:
    request = ask("run")
    steps: list[int] = []
    for _ in range(20):
        run = trainer.gather(trainer.begin(request), TrainStep)
        trainer.send(Pause("run"))
        trainer.gather(run)
        steps += run.steps
        assert run.begun.step == steps[0] - 1 if len(steps) == len(run.steps) else True
        assert run.ended.step == steps[-1]
        if run.ended.how == "done":
            break
        assert run.ended.how == "paused"
    assert steps == list(range(1, 9))
    assert run.adapter() == undisturbed.adapter()


def test_what_was_kept_of_the_first_layers_changes_no_bit_of_what_goes_on_without_it(
    start_trainer: StartTrainer, ask: AskTrainer
) -> None:
    """With adapters in the last layer only, the other trainer computes anew what the first had kept."""
    some = replace(SHORT, last_layers=1, steps=60, check_every=5)
    client = start_trainer()
    whole = client.train(ask("left alone", some))
    wanted = whole.adapter()
    run = client.gather(client.begin(ask("killed", some)), TrainStep)
    while run.steps[-1] < 33:
        run = client.gather(run, TrainStep)
    client.process.kill()
    client.process.wait(10)
    client_of_last = start_trainer()
    last = client_of_last.train(ask("killed", some))
    assert last.begun.step >= 30
    assert last.adapter() == wanted
    # Nor does a lack of memory, in which nothing is kept, change what is learnt.
    sparing = client_of_last.train(ask("sparing", replace(some, save_memory=True)))
    assert sparing.losses == pytest.approx(whole.losses, rel=1e-3)


def test_what_is_paused_before_it_began_has_done_nothing(
    trainer: TrainerClient, ask: AskTrainer
) -> None:
    request = ask("run", ONE_STEP, request_id="early")
    trainer.send(Pause("early"))
    run = trainer.train(request)
    assert (run.ended.how, run.ended.step, run.ended.adapter, run.steps) == ("paused", 0, "", [])
    assert trainer.train(request).ended.how == "done"


def test_stopping_keeps_the_best(trainer: TrainerClient, ask: AskTrainer) -> None:
    request = ask("run", LONG)
    run = trainer.gather(trainer.begin(request), Kept)
    trainer.send(StopTraining("run"))
    trainer.gather(run)
    ended = run.ended
    assert ended.how == "stopped"
    assert 5 <= ended.step < 1_000
    assert run.holdout[ended.best_step] == ended.holdout_after
    assert Path(ended.adapter).is_file()
    # the last step was looked at as well, though its turn had not come
    assert max(run.holdout) == ended.step


def test_rejected_answers_are_learnt_from_and_survive_a_kill(
    trainer: TrainerClient, start_trainer: StartTrainer, tiny_model: Path, tmp_path: Path
) -> None:
    file = write_set(
        tmp_path / "tokens.jsonl",
        [*(example(n, rejected=5) for n in range(3)), *(example(n) for n in range(5, 8))],
    )
    settings = replace(SHORT, preference=True)
    whole = trainer.train(train_request(tiny_model, file, tmp_path / "whole", settings))
    plain = trainer.train(train_request(tiny_model, file, tmp_path / "plain"))
    assert whole.adapter() != plain.adapter()
    request = train_request(tiny_model, file, tmp_path / "killed", settings)
    client = start_trainer()
    client.gather(client.begin(request), Kept)
    client.process.kill()
    assert trainer.train(request).adapter() == whole.adapter()


def test_a_disk_that_is_full_leaves_the_checkpoint_before(
    trainer: TrainerClient, start_trainer: StartTrainer, ask: AskTrainer, tmp_path: Path
) -> None:
    """A limit on the size of its files, set from outside while it runs."""
    settings = replace(SHORT, steps=80)
    whole = trainer.train(ask("whole", settings))
    client, folder = start_trainer(), tmp_path / "run"
    request = ask("run", settings)
    run = client.gather(client.begin(request), Kept)
    process = psutil.Process(client.process.pid)
    process.rlimit(resource.RLIMIT_FSIZE, (8_000, resource.RLIM_INFINITY))
    client.gather(run)
    error = run.failed.error()
    assert isinstance(error, CheckpointNotWritten)
    assert str(folder) in str(error)
    assert "make room on that disk" in str(error)
    assert run.failed.adapter == str(folder / "best.gguf")
    assert not [one.name for one in folder.iterdir() if one.name.endswith(".part")]
    process.rlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    again = client.train(request)  # the same process still serves
    assert again.begun.step == run.kept[-1]
    assert again.adapter() == whole.adapter()


def test_it_ends_with_its_input_and_the_run_can_be_gone_on_with(
    start_trainer: StartTrainer, trainer: TrainerClient, ask: AskTrainer
) -> None:
    client = start_trainer()
    request = ask("run", replace(LONG, general=0.0))
    client.gather(client.begin(request), Kept)
    assert client.process.stdin is not None
    client.process.stdin.close()
    assert client.process.wait(30) == 0
    orders = trainer.begin(request)
    trainer.gather(orders, TrainingBegun)
    trainer.send(Pause("run"))
    assert trainer.gather(orders).begun.step >= 5


def quiet(client: TrainerClient, run: Run) -> int:
    """Read what comes until nothing has come for a while; how many steps it told of."""
    before = len(run.steps)
    try:
        while True:
            run.messages.append(client.next(1.0))
    except queue.Empty:
        return len(run.steps) - before


def test_training_waits_while_a_model_writes_and_goes_on_afterwards(
    start_trainer: StartTrainer,
    start_engine: StartEngine,
    slow_model_path: Path,
    tmp_path: Path,
    ask: AskTrainer,
) -> None:
    lock = tmp_path / "turn.lock"
    engine, client = start_engine({VARIABLE: str(lock)}), start_trainer({VARIABLE: str(lock)})
    engine.load(slow_model_path)
    run = client.gather(client.begin(ask("run", LONG)), TrainStep)
    endless = SamplingParams(max_tokens=100_000, logit_bias=NEVER_END)
    engine.send(Generate("r", turns=turns("Hello"), params=endless))
    engine.wait_for(Chunk)
    quiet(client, run)
    assert quiet(client, run) == 0
    engine.cancel("r")
    engine.gather_rest()
    client.gather(run, TrainStep)
    client.send(Pause("run"))
    assert client.gather(run).ended.how == "paused"
    assert run.steps == list(range(1, len(run.steps) + 1))


def test_a_person_may_want_both_at_once_and_a_pause_waits_for_nobody(
    start_trainer: StartTrainer, tmp_path: Path, ask: AskTrainer
) -> None:
    lock = tmp_path / "turn.lock"
    client = start_trainer({VARIABLE: str(lock)})
    request = ask("run", LONG)
    with FileLock(lock):
        run = client.gather(client.begin(request), TrainingBegun)
        assert quiet(client, run) == 0
        client.send(Share(True))
        client.gather(run, TrainStep)
        client.send(Share(False))
        quiet(client, run)
        assert quiet(client, run) == 0
        client.send(Pause("run"))
        assert client.gather(run).ended.how == "paused"
        # ordered before it began
        client.send(Pause("early"))
        early = client.train(replace(request, request_id="early"))
        assert (early.ended.how, early.steps) == ("paused", [])
        shared = client.begin(replace(request, share=True))
        client.gather(shared, TrainStep)
        client.send(StopTraining("run"))
        assert client.gather(shared).ended.how == "stopped"
