"""`benchtop suites run` and `benchtop compare --suite`, run as a person runs them."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest

from benchtop.domain.generation import SamplingParams
from benchtop.domain.models import inspect_model
from benchtop.services.contest_entry import Entry
from benchtop.services.data_folder import find_data_folder
from benchtop.services.suite_start import new_run
from benchtop.services.suites import find_suite
from benchtop.store.database import open_store
from workers.commands import COMMAND, explained, run, usage_error
from workers.tiny_gguf import random_model

BRIEF = ("--max-tokens", "8", "--temperature", "0", "--seed", "3")


@pytest.fixture
def small(tmp_path: Path) -> str:
    """A suite of four prompts, two of which nobody passes."""
    return make_suite(tmp_path, 4)


def make_suite(folder: Path, count: int) -> str:
    path = folder / "small.csv"
    lines = [
        "prompt,regex",
        *(f"Say {n} things.,{'zyzzyva' if n % 2 else '.'}" for n in range(count)),
    ]
    path.write_text("\n".join(lines) + "\n")
    assert run("suites", "import", "--name", "Small", path).returncode == 0
    return "small"


def lines_of(text: str) -> list[Any]:
    return [json.loads(line) for line in text.splitlines()]


def test_a_suite_is_asked_and_what_passed_is_told(small: str, starter_path: Path) -> None:
    done = run("suites", "run", small, "--model", "starter", "--repeat", "2", *BRIEF, "--json")
    assert done.returncode == 0, done.stderr
    *replies, summary = lines_of(done.stdout)
    assert len(replies) == 8
    assert [one["passed"] for one in replies] == [True, True, False, False] * 2
    assert [one["seed"] for one in replies[:2]] == [3, 4]
    assert all(one["reply"] and one["tokens"] and not one["error"] for one in replies)
    rate = summary["rates"]["starter"]
    assert (rate["passed"], rate["replies"], rate["prompts"]) == (4, 8, 4)
    assert rate["low"] < 0.5 < rate["high"]
    assert summary["errors"] == 0
    assert "1: starter: " in done.stderr
    assert "Traceback" not in done.stderr
    again = run("suites", "run", small, "--model", "starter", *BRIEF)
    assert again.stdout.splitlines()[0].split()[:2] == ["CONTESTANT", "PASSED"]
    assert "2 of 4" in again.stdout


def test_a_comparison_asks_a_suite_of_all_contestants(small: str, starter_path: Path) -> None:
    words = ("compare", "--model", "starter", "--model", starter_path, "--suite", small, *BRIEF)
    done = run(*words, "--json")
    assert done.returncode == 0, done.stderr
    *replies, summary = lines_of(done.stdout)
    assert len(replies) == 8
    names = list(summary["rates"])
    assert len(names) == 2
    by_name = {name: [r["reply"] for r in replies if r["contestant"] == name] for name in names}
    assert by_name[names[0]] == by_name[names[1]], "the same weights at temperature 0"
    (apart,) = summary["apart"]
    assert (apart["same"], apart["p_value"]) == (4, 1.0)
    assert "4 alike" in run(*words).stdout


def test_ctrl_c_pauses_and_the_run_goes_on(tmp_path: Path, starter_path: Path) -> None:
    make_suite(tmp_path, 40)
    words = [*COMMAND, "suites", "run", "Small", "--model", "starter", *BRIEF, "--json"]
    with subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        first = json.loads(process.stdout.readline())
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in errors
    before = [first, *lines_of(output)]
    assert 0 < len(before) < 40
    assert f"benchtop suites run --resume {first['run']}" in errors.splitlines()[-1]
    done = run("suites", "run", "--resume", first["run"][:8], "--json")
    assert done.returncode == 0, done.stderr
    *after, summary = lines_of(done.stdout)
    asked = [one["prompt"] for one in (*before, *after)]
    assert sorted(asked) == sorted(set(asked)), "nothing that was kept is asked again"
    assert len(asked) == summary["replies"] == 40


def test_a_file_that_was_gone_is_asked_again_and_another_one_in_its_place_is_refused(
    small: str, tmp_path: Path, starter_path: Path
) -> None:
    model, aside = tmp_path / "copy.gguf", tmp_path / "aside.gguf"
    shutil.copy(starter_path, model)
    folder = find_data_folder()
    with open_store(folder.database) as store:
        entries = [Entry(inspect_model(model), params=SamplingParams(max_tokens=8), seed=3)]
        begun = new_run(folder, find_suite(store, small), entries, 1)
        store.suite_runs.add(begun)
    run_id = begun.id
    model.rename(aside)
    gone = run("suites", "run", "--resume", run_id, "--json")
    assert gone.returncode == 1
    *failed, _ = lines_of(gone.stdout)
    assert failed
    assert all(f"{model} is not there" in one["error"] for one in failed)

    random_model(model)
    other = run("suites", "run", "--resume", run_id, "--json")
    *refused, _ = lines_of(other.stdout)
    assert len(refused) == len(failed)
    assert all("is not the file that this run began with" in one["error"] for one in refused)

    aside.replace(model)
    done = run("suites", "run", "--resume", run_id, "--json")
    assert done.returncode == 0, done.stderr
    assert f"{len(failed)} without a reply are asked again" in done.stderr
    *answered, summary = lines_of(done.stdout)
    assert (len(answered), summary["errors"]) == (len(failed), 0)


def test_words_without_sense_are_refused(small: str, tmp_path: Path) -> None:
    assert "give --model 1 to 6 times" in usage_error("suites", "run", small)
    for word, value in (("--model", "starter"), ("--repeat", "5"), ("--temperature", "0")):
        told = usage_error("suites", "run", "--resume", "x", word, value)
        assert f"{word} has no place here" in told
    assert "name a SUITE" in usage_error("suites", "run", "--model", "starter")
    told = explained(run("suites", "run", "gone", "--model", "starter"))
    assert "no suite called “gone”" in told
    assert "no run “r1”" in explained(run("suites", "run", "--resume", "r1"))
    gone = tmp_path / "gone.gguf"
    assert f"{gone} is not there" in explained(run("suites", "run", small, "--model", gone))
    assert "2 to 6" in usage_error("compare", "--suite", small, "--model", "starter")
