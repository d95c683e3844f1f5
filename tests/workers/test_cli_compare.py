"""`benchtop compare`: answers one after the other, and rankings of votes."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest

from workers.commands import COMMAND, explained, read_terminal, run, run_json, usage_error

ASK = ("--prompt", "Do you work offline?", "--max-tokens", "20")
TWICE = ("compare", "--model", "starter", "--model", "starter")


def test_answers_come_with_their_figures(starter_path: Path, tmp_path: Path) -> None:
    other = shutil.copy(starter_path, tmp_path / "other.gguf")
    found = run_json("compare", "--model", "starter", "--model", other, "--model", "starter",
                     *ASK, "--temperature", "0", "--repeat", "2")  # fmt: skip
    assert found["prompt"] == "Do you work offline?"
    assert found["loads"] == 2  # each model once, for all that is repeated
    names = [one["name"] for one in found["contestants"]]
    assert len(set(names)) == 3
    texts = [answer["text"] for one in found["contestants"] for answer in one["answers"]]
    assert len(texts) == 6
    assert len(set(texts)) == 1  # the same weights at temperature 0
    assert texts[0]
    for one in found["contestants"]:
        assert len(one["model"]["sha256"]) == 64
        assert one["params"]["temperature"] == 0
        assert [answer["repetition"] for answer in one["answers"]] == [1, 2]
        for answer in one["answers"]:
            assert answer["error"] == ""
            assert answer["completion_tokens"] > 0
            assert answer["tokens_per_second"] > 0
            assert answer["first_token_seconds"] > 0
            assert answer["memory_bytes"] > 10_000_000
    chat = run_json("chat", "--model", "starter", *ASK, "--temperature", "0", "--no-store")
    assert chat["text"] == texts[0]


def test_repetitions_of_a_seed_differ_and_can_be_repeated(starter_path: Path) -> None:
    words = (*TWICE, "--prompt", "Tell me a story.", "--max-tokens", "30", "--temperature", "1.5",
             "--seed", "5", "--repeat", "2")  # fmt: skip
    one, again = run_json(*words), run_json(*words)

    def texts(found: Any) -> list[list[str]]:
        return [[answer["text"] for answer in one["answers"]] for one in found["contestants"]]

    assert texts(one) == texts(again)
    assert texts(one)[0] == texts(one)[1]
    assert texts(one)[0][0] != texts(one)[0][1]
    assert [answer["seed"] for answer in one["contestants"][0]["answers"]] == [5, 6]


def test_a_person_reads_answers_and_figures_and_progress_apart(starter_path: Path) -> None:
    done = run(*TWICE, *ASK, "--temperature", "0", "--system", "Be brief.")
    assert done.returncode == 0, done.stderr
    assert "--- starter (1)\n" in done.stdout
    assert "--- starter (2)\n" in done.stdout
    assert done.stdout.count("tokens/s") == 2
    assert done.stdout.count("(prompt already read)") == 1
    assert "starter (2): writing" in done.stderr
    assert "writing" not in done.stdout


def test_one_that_fails_leaves_the_others_their_answers(
    tiny_model: Path, tiny_adapter: Path
) -> None:
    done = run("compare", "--model", "starter", "--adapter", tiny_adapter, "--model", tiny_model,
               "--adapter", f"{tiny_adapter}:0.5", *ASK, "--json")  # fmt: skip
    assert done.returncode == 1
    failed, fine = json.loads(done.stdout)["contestants"]
    assert failed["answers"][0]["error"].startswith(
        f"The adapter {tiny_adapter} was made for another model and cannot be used with starter"
    )
    assert fine["answers"][0]["error"] == ""
    assert fine["adapters"][0]["scale"] == 0.5
    assert f"benchtop: starter with an adapter: The adapter {tiny_adapter}" in done.stderr
    assert "Traceback" not in done.stderr


def test_words_without_sense_are_refused(tmp_path: Path) -> None:
    assert "give --model 2 to 6 times" in usage_error("compare", "--model", "starter", *ASK)
    assert "give --model 2 to 6 times" in usage_error("compare", *["--model", "starter"] * 7, *ASK)
    assert "--prompt" in usage_error(*TWICE)
    assert "--model has no place" in usage_error(*TWICE, "--rank", "votes.json")
    assert "before it" in usage_error("compare", "--adapter", "x.gguf", *TWICE[1:], *ASK)
    assert "from 1 to" in usage_error(*TWICE, *ASK, "--repeat", "0")
    assert "input was empty" in usage_error(*TWICE, "--prompt", "-", given=" \n")
    gone = tmp_path / "gone.gguf"
    line = explained(run("compare", "--model", "starter", "--model", gone, *ASK))
    assert f"{gone} is not there" in line
    assert "no model called “nobody”" in explained(run(*TWICE, "--model", "nobody", *ASK))
    assert "--temperature is 99" in explained(run(*TWICE, *ASK, "--temperature", "99"))


def test_ctrl_c_keeps_what_was_written_and_asks_nobody_else(slow_model_path: Path) -> None:
    words = [
        "compare",
        "--model",
        slow_model_path,
        "--model",
        "starter",
        "--prompt",
        "Go on",
        "--json",
    ]
    with subprocess.Popen(
        [*COMMAND, *map(str, words), "--repeat", "3"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stderr is not None
        assert any("writing" in line for line in iter(process.stderr.readline, ""))
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in errors
    slow, starter = json.loads(output)["contestants"]
    assert [answer["stop"] for answer in slow["answers"]] == ["cancelled"]
    assert slow["answers"][0]["text"]
    assert [answer["text"] for answer in starter["answers"]] == [""]


VOTES = [
    *[{"a": "A", "b": "B", "outcome": "a", "note": "passed over"}] * 4,
    *[{"a": "B", "b": "A", "outcome": "a"}] * 2,
    {"a": "A", "b": "B", "outcome": "tie"},
    {"a": "C", "b": "A", "outcome": "b"},
]


def rank(tmp_path: Path, text: str) -> Any:
    file = tmp_path / "votes.json"
    file.write_text(text, encoding="utf-8")
    return run("compare", "--rank", file)


def test_votes_become_a_ranking(tmp_path: Path) -> None:
    both_bad = [*VOTES, {"a": "A", "b": "B", "outcome": "both_bad"}]
    done = rank(tmp_path, json.dumps(both_bad))
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert set(found) == {"items", "better", "votes"}
    assert found["votes"] == 9
    assert [item["name"] for item in found["items"]] == ["A", "B", "C"]
    for item in found["items"]:
        assert set(item) == {"name", "mean", "sd", "low", "high"}
        assert item["low"] < item["mean"] < item["high"]
        assert item["high"] - item["low"] == pytest.approx(2 * 1.645 * item["sd"], rel=0.1)
    better = found["better"]
    assert better["A"]["B"] == pytest.approx(1 - better["B"]["A"])
    assert 0.5 < better["A"]["B"] < 0.95
    assert set(better["C"]) == {"A", "B"}
    tie = rank(tmp_path, json.dumps([*VOTES, {"a": "A", "b": "B", "outcome": "tie"}]))
    assert json.loads(tie.stdout) == found  # both bad counts as a tie
    given = run("compare", "--rank", "-", "--json", given="\ufeff" + json.dumps(both_bad))
    assert json.loads(given.stdout) == found


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "No votes yet."),
        (9, r"9 votes: probably A, \d\d %; about \d+ more would settle it\."),
        (90, r"90 votes: A, 9\d %\."),
    ],
)
def test_a_person_at_a_terminal_reads_a_table(tmp_path: Path, count: int, words: str) -> None:
    votes = [{"a": "A", "b": "B", "outcome": ("a", "b", "a")[n % 3]} for n in range(count)]
    file = tmp_path / "votes.json"
    file.write_text(json.dumps(votes))
    terminal, side = os.openpty()
    process = subprocess.Popen([*COMMAND, "compare", "--rank", str(file)], stdout=side)
    os.close(side)
    text = read_terminal(terminal).decode()
    os.close(terminal)
    assert process.wait(60) == 0
    assert "90 % interval" in text
    assert re.search(words, text), text


def test_no_votes_are_no_failure(tmp_path: Path) -> None:
    assert json.loads(rank(tmp_path, "[]").stdout) == {"items": [], "better": {}, "votes": 0}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "it is not JSON"),
        ("[1,", "it is not JSON"),
        ("[" * 200_000, "nested too deeply"),
        ('{"a": "A"}', "it is not a list of votes"),
        ("[3]", "vote 1 is no object"),
        ('[{"a": "A", "b": "B", "outcome": "a"}, {"a": "A", "outcome": "a"}]', "vote 2 names nobody as “b”"),
        ('[{"a": " ", "b": "B", "outcome": "a"}]', "vote 1 names nobody as “a”"),
        ('[{"a": 1, "b": "B", "outcome": "a"}]', "vote 1 names nobody as “a”"),
        ('[{"a": "A", "b": "B"}]', "vote 1 has no outcome"),
        ('[{"a": "A", "b": "B", "outcome": ["a"]}]', "vote 1 has no outcome"),
        ('[{"a": "A", "b": "B", "outcome": "A"}]', "vote 1 has no outcome"),
        ('[{"a": "A", "b": "A", "outcome": "a"}]', "vote 1 is on “A” against itself"),
        (
            json.dumps([{"a": f"m{n}", "b": f"m{n + 1}", "outcome": "a"} for n in range(101)]),
            "more than 100 names",
        ),
    ],
)  # fmt: skip
def test_votes_that_make_no_sense_are_a_sentence(tmp_path: Path, text: str, why: str) -> None:
    line = explained(rank(tmp_path, text))
    assert str(tmp_path / "votes.json") in line
    assert why in line
    assert len(line) < 400


def test_a_file_of_votes_that_cannot_be_read_is_a_sentence(tmp_path: Path) -> None:
    gone = tmp_path / "gone.json"
    assert f"{gone} cannot be read" in explained(run("compare", "--rank", gone))
    binary = tmp_path / "binary.json"
    binary.write_bytes(b"\xff\xfe\x00")
    assert "it is not UTF-8 text" in explained(run("compare", "--rank", binary))
