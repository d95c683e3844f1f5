"""`benchtop data check`, `redact` and `export` where a model, a form or a version has a say in it."""

from __future__ import annotations

import json
import signal
import subprocess
from pathlib import Path

import pytest

from benchtop.domain.examples import Example, Turn
from benchtop.services.datasets import new_dataset
from benchtop.store.database import open_store
from workers.commands import COMMAND, explained, run, run_json


def talk(*words: str) -> Example:
    roles = ("user", "assistant") * len(words)
    return Example(tuple(Turn(role, text) for role, text in zip(roles, words, strict=False)))  # type: ignore[arg-type]


@pytest.fixture
def facts(tmp_path: Path) -> Path:
    path = tmp_path / "facts.jsonl"
    pairs = [("Where?", "Here."), ("How?", "Word by word. " * 200), ("Who?", "Ask ann@owls.org.")]
    path.write_text(
        "".join(json.dumps({"question": q, "answer": a}) + "\n" for q, a in pairs) + "no\n"
    )
    return path


def test_lengths_are_told_in_the_tokens_of_a_model(facts: Path) -> None:
    found = run_json("data", "check", facts, "--model", "starter", "--context-length", "100")
    assert (found["model"], found["context_length"], found["broken"]) == ("starter", 100, 1)
    (long,) = found["too_long"]
    assert long["line"] == 2
    assert long["tokens"] == found["tokens"]["most"] > 100 > found["tokens"]["least"] > 3
    told = run("data", "check", facts, "--model", "starter", "--context-length", "100").stdout
    assert f"Tokens of starter: {found['tokens']['least']} to " in told
    assert (
        "Examples longer than the 100 tokens that are learnt of one: 1\n  line 2 “How?”: " in told
    )
    run("data", "import", facts)
    of_set = run_json("data", "check", "facts", "--model", "starter")
    assert of_set["tokens"] == found["tokens"]
    assert of_set["context_length"] == 1_024
    without = run_json("data", "check", "facts")
    assert (without["model"], without["tokens"], without["too_long"]) == (None, None, [])
    assert "nobody" in explained(run("data", "check", facts, "--model", "nobody"))


def test_how_far_a_check_is_can_be_seen_and_it_can_be_stopped(tmp_path: Path) -> None:
    path = tmp_path / "long.jsonl"
    with path.open("w") as stream:
        for number in range(60_000):
            stream.write(json.dumps({"question": f"Q {number}", "answer": "A b c"}) + "\n")
    process = subprocess.Popen(
        [*COMMAND, "data", "check", str(path)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stderr is not None
    assert process.stderr.readline() == "10,000 examples\n"
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, "")
    assert "Traceback" not in err


def test_versions_keep_what_was_learnt_until_a_person_says_otherwise(data_home: Path) -> None:
    with open_store(data_home / "benchtop.sqlite3") as store:
        dataset = new_dataset(store, "Owls")
        store.examples.add(
            dataset.id, [talk(f"Who is {n}?", f"Ask ann{n}@owls.org.") for n in range(4)]
        )
        store.versions.make_version(dataset.id)
    told = run("data", "redact", "Owls").stdout
    assert "Personal data was taken out of 4 examples of “Owls”." in told
    assert "It is still in 1 version that models were taught with" in told
    assert "--versions" in told
    done = run_json("data", "redact", "Owls", "--versions")
    assert (done["redacted"], done["versions_redacted"], done["versions_holding"]) == ([], 1, 0)
    assert run("data", "redact", "Owls", "--versions").stdout == (
        "No personal data was found in “Owls”.\n"
    )


def test_what_does_not_fit_a_form_stays_behind(data_home: Path, tmp_path: Path) -> None:
    with open_store(data_home / "benchtop.sqlite3") as store:
        dataset = new_dataset(store, "Talks")
        store.examples.add(
            dataset.id, [talk("Why?", "So."), talk("Why?", "So.", "How?", "Thus."), talk("Why?")]
        )
    path = tmp_path / "talks.tsv"
    told = run("data", "export", "Talks", path, "--form", "pairs").stdout
    assert told.startswith(f"1 example of “Talks” is now in {path}.\n")
    assert "2 stayed behind:\n" in told
    assert "  1: the example has more than one question and one answer" in told
    assert path.read_text().splitlines()[1] == "\tWhy?\tSo."
    error = explained(run("data", "export", "Talks", tmp_path / "x.jsonl", "--form", "preference"))
    assert "no example fits the form “preference”" in error
    assert not (tmp_path / "x.jsonl").exists()
