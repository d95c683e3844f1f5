"""A training run that was paused or died goes on as if nothing had been."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from benchtop.domain.gguf import read_header
from benchtop.store.database import open_store
from workers.commands import COMMAND, explained, run, run_code, run_json, usage_error
from workers.run_command import run_command
from workers.tiny_gguf import random_model
from workers.tune_kit import begun, folder_of

STEPS = 240
CHEAP = ("--threads", "1", "--general", "0", "--patience", "0", "--json")


@pytest.fixture
def words(tmp_path: Path) -> list[str]:
    """A run of some seconds, of a model and of data that are this test's own."""
    model = random_model(tmp_path / "own.gguf")
    lines = [json.dumps({"question": f"Box {n}?", "answer": "ab" * (n + 1)}) for n in range(8)]
    (tmp_path / "boxes.jsonl").write_text("\n".join(lines))
    run_json("data", "import", tmp_path / "boxes.jsonl", "--name", "Boxes")
    return ["tune", "--model", str(model), "--data", "Boxes", "--steps", str(STEPS), *CHEAP]


def numbers(adapter: str) -> bytes:
    """An adapter without its metadata, which names its run."""
    return Path(adapter).read_bytes()[read_header(adapter).data_offset :]


def resumed(name: str) -> tuple[str, int]:
    """The adapter of a run that is gone on with, and the step it went on from."""
    done = run_command("tune", "--resume", name, "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["state"], told["steps"]) == ("done", STEPS)
    found = re.search(r"going on from step (\d+)", done.stderr)
    assert found, done.stderr
    return told["adapter"], int(found[1])


def state_of(home: Path, name: str) -> str:
    with open_store(home / "benchtop.sqlite3") as store:
        return next(one.state for one in store.training_runs.all() if one.id.startswith(name))


def test_paused_or_killed_it_ends_with_the_numbers_of_one_that_was_left_alone(
    words: list[str], data_home: Path
) -> None:
    whole = run_command(*words)
    assert whole.returncode == 0, whole.stderr
    wanted = numbers(json.loads(whole.stdout)["adapter"])

    with begun(words) as (process, name):
        process.send_signal(signal.SIGINT)
        out, error = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, "")
    assert f"`benchtop tune --resume {name}` goes on with it" in error
    assert state_of(data_home, name) == "paused"
    kept = folder_of(data_home, name)
    adapter, step = resumed(name)
    assert not kept.exists(), "nobody goes on with it any more"
    assert 0 < step < STEPS
    assert numbers(adapter) == wanted
    # it has ended: there is nothing to go on with
    assert "nothing to go on with" in explained(run_command("tune", "--resume", name))

    with begun(words) as (process, name):
        os.kill(process.pid, signal.SIGKILL)
        process.wait(30)
    assert state_of(data_home, name) == "running"
    adapter, step = resumed(name)
    assert step > 0
    assert numbers(adapter) == wanted
    assert state_of(data_home, name) == "done"


def trainer_of(process: subprocess.Popen[str]) -> psutil.Process:
    """The trainer of a command."""
    return next(
        one
        for one in psutil.Process(process.pid).children(recursive=True)
        if one.cmdline()[-2:] == ["--worker", "trainer"]
    )


def test_a_trainer_that_dies_is_replaced_and_the_numbers_are_the_same(
    words: list[str], data_home: Path
) -> None:
    whole = run_command(*words)
    assert whole.returncode == 0, whole.stderr
    wanted = json.loads(whole.stdout)["tensors_sha256"]
    with begun(words) as (process, name):
        trainer_of(process).kill()
        out, error = process.communicate(timeout=120)
    assert process.returncode == 0, error
    assert re.search(r"another one goes on from the last checkpoint, after step [1-9]\d*\n", error)
    assert re.search(r"going on from step [1-9]", error)
    told = json.loads(out)
    assert (told["state"], told["steps"], told["tensors_sha256"]) == ("done", STEPS, wanted)
    assert state_of(data_home, name) == "done"


def test_a_trainer_that_dies_again_leaves_a_run_to_go_on_with(
    words: list[str], data_home: Path
) -> None:
    words[words.index("--steps") + 1] = "5000"
    with begun(words) as (process, name):
        trainer_of(process).kill()
        assert process.stderr is not None
        assert any("going on from step" in line for line in process.stderr)
        trainer_of(process).kill()
        out, error = process.communicate(timeout=120)
    assert (process.returncode, out) == (1, "")
    found = re.search(rf"paused after step (\d+); `benchtop tune --resume {name}` goes on", error)
    assert found, error
    assert "The trainer process ended unexpectedly" in error.strip().splitlines()[-1]
    with open_store(data_home / "benchtop.sqlite3") as store:
        (run,) = store.training_runs.all()
        assert (run.state, run.step) == ("paused", int(found[1]))


def test_what_a_run_kept_before_its_loss_was_no_number_can_be_used(
    words: list[str], data_home: Path, tmp_path: Path
) -> None:
    """Weight decay ten times as large as it may be makes each number nine times as large at each step."""
    with begun(words) as (process, name):
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
    with open_store(data_home / "benchtop.sqlite3") as store:
        (run,) = store.training_runs.all()
        wild = replace(
            run.settings, steps=500, learning_rate=1.0, weight_decay=10.0, clip=1_000.0, warmup=0.0,
            final_rate=1.0, check_every=1,
        )  # fmt: skip
        store.training_runs.put(replace(run, settings=wild))
    kept = folder_of(data_home, name)
    for file in (kept / "checkpoint.pt", *kept.glob("*.gguf")):
        file.unlink()
    output = tmp_path / "kept.gguf"
    done = run_command("tune", "--resume", name, "--output", output)
    assert (done.returncode, done.stdout) == (1, "")
    *_, where, why = done.stderr.strip().splitlines()
    assert "the loss was no number any more: the last good adapter is kept" in why
    found = re.fullmatch(rf"the adapter of step (\d+) is {re.escape(str(output))}", where)
    assert found, done.stderr
    assert numbers(str(output))
    with open_store(data_home / "benchtop.sqlite3") as store:
        (run,) = store.training_runs.all()
        (adapter,) = store.adapters.all()
    assert (run.state, run.adapter_id, adapter.run_id) == ("failed", adapter.id, run.id)
    assert run.result is not None
    assert run.result.best_step == int(found[1])
    assert run.result.verdict is not None
    assert not kept.exists()
    assert "nothing to go on with" in explained(run_command("tune", "--resume", name))


def test_runs_are_listed_and_removed(words: list[str], data_home: Path) -> None:
    assert "no training runs yet" in run("tune", "--list").stdout
    with begun(words) as (process, name):
        trainer = trainer_of(process)
        trainer.suspend()  # it may not end while the commands below begin
        (at_work,) = run_json("tune", "--list")
        assert at_work["state"] == "running"
        assert "at work in another" in explained(run("tune", "--remove", name))
        os.kill(process.pid, signal.SIGKILL)
        process.wait(30)
        trainer.kill()
    (known,) = run_json("tune", "--list")
    assert (known["state"], known["data"], known["model"]) == ("paused", "Boxes", "tiny")
    assert known["steps"] == STEPS
    assert known["run"].startswith(name)
    assert "has no adapter to be judged by" in explained(run("tune", "--judge", name))
    head, row = run("tune", "--list").stdout.splitlines()
    assert head.split()[:3] == ["RUN", "BEGUN", "STATE"]
    assert row.startswith(name)
    assert f"{known['step']} of {STEPS}" in row
    _adapter, step = resumed(name)
    assert step == known["step"], "the list tells the step that it goes on from"
    assert "its adapter stays" in run("tune", "--remove", name).stdout
    assert run_json("tune", "--list") == []
    assert len(run_json("adapters", "list")) == 1
    assert "no training run called" in explained(run("tune", "--remove", name))


def test_a_data_set_is_removed(words: list[str]) -> None:
    assert run_json("data", "remove", "boxes")["name"] == "Boxes"
    assert run_json("data", "list") == []
    assert "no data set called “Boxes”" in explained(run(*words))


def test_what_was_begun_is_not_changed_on_the_way() -> None:
    told = usage_error("tune", "--resume", "x", "--rank", "4", "--seed", "2", "--preset", "quick")
    assert "leave --preset, --rank and --seed out" in told
    assert "goes with --json only" in usage_error("tune", "--list", "--model", "starter")


def test_a_signal_while_the_command_begins_is_heard() -> None:
    """Raised inside of a call to Qt it would be lost."""
    done = run_code(
        """
import os, signal
from benchtop.cli import tune_run
from benchtop.cli.common import prepared_folder
from benchtop.domain.errors import Interrupted
real = tune_run.worker_room

def interrupted(*given):
    os.kill(os.getpid(), signal.SIGINT)
    return real(*given)

tune_run.worker_room = interrupted
try:
    tune_run.TuneRun(prepared_folder()).train(None)
except Interrupted:
    print("heard, and nothing was begun")
"""
    )
    assert done.stdout == "heard, and nothing was begun\n"


def test_one_run_is_trained_by_one_process(words: list[str]) -> None:
    with begun(words) as (process, name):
        trainer = trainer_of(process)
        trainer.suspend()  # it may not end while the command below begins
        told = explained(run_command("tune", "--resume", name))
        assert "at work in another window or command" in told
        trainer.resume()
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
    assert process.returncode == 130


def test_another_file_in_the_place_of_the_base_is_refused(
    words: list[str], tmp_path: Path, data_home: Path
) -> None:
    with begun(words) as (process, name):
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
    base = tmp_path / "own.gguf"
    before = base.read_bytes()
    random_model(base, seed=5)
    told = explained(run_command("tune", "--resume", name))
    assert "own.gguf is another file than the model it began with" in told
    assert state_of(data_home, name) == "paused"
    base.unlink()
    assert "own.gguf cannot be read" in explained(run_command("tune", "--resume", name))
    base.write_bytes(before)
    assert resumed(name)[1] > 0


def test_an_unknown_run_is_told() -> None:
    assert "no training run called “abc”" in explained(run_command("tune", "--resume", "abc"))


def test_a_run_that_died_while_it_was_tried_is_tried_again(
    words: list[str], data_home: Path
) -> None:
    """How long it will take is told then, too."""
    process = subprocess.Popen(
        [*COMMAND, *words], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    with process:
        assert process.stderr is not None
        name = ""
        for line in process.stderr:
            if found := re.match(r"run (\w+):", line):
                name = found[1]
            if line.startswith("trying the settings"):
                break
        process.kill()
    assert name
    done = run_command("tune", "--resume", name, "--json")
    assert done.returncode == 0, done.stderr
    assert "trying the settings" in done.stderr
    assert re.search(r"it will take about \S+ \S+ and .* of memory\n", done.stderr), done.stderr
    assert json.loads(done.stdout)["state"] == "done"
    with open_store(data_home / "benchtop.sqlite3") as store:
        (run,) = store.training_runs.all()
    assert (run.plan.steps, run.plan.train + run.plan.holdout) == (STEPS, 8)
