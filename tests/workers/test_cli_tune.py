"""`benchtop tune`, run as a person runs it."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from benchtop.domain.gguf import read_header
from benchtop.store.database import open_store
from workers.commands import ASK, explained, run, run_json, usage_error
from workers.run_command import run_command
from workers.tiny_gguf import random_model
from workers.tune_kit import begun, folder_of, tokens_of

CHEAP = ("--threads", "1", "--general", "0")
TALK = [
    (f"What is kept in box {n}?", f"In box {n} there is a {thing}.")
    for n, thing in enumerate(("lamp", "kite", "map", "spoon", "clock", "drum", "coat", "bell"))
]


def questions(path: Path, pairs: Sequence[tuple[str, str]] = TALK) -> Path:
    lines = (json.dumps({"question": asked, "answer": told}) for asked, told in pairs)
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return questions(tmp_path / "Boxes.jsonl")


def strict(text: str) -> Any:
    """JSON as it is written down, which has no infinity."""

    def refuse(word: str) -> None:
        raise ValueError(word)

    return json.loads(text, parse_constant=refuse)


def refused(*words: str | Path) -> str:
    """The last line of a refusal."""
    done = run_command("tune", *words)
    assert (done.returncode, done.stdout) == (1, ""), done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr.strip().splitlines()[-1]


def tune(*words: str | Path) -> Any:
    done = run_command("tune", *words, "--json")
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout.count("\n") == 1
    return strict(done.stdout)


def test_a_model_is_taught_from_a_file_and_talks_with_its_adapter(
    data: Path, data_home: Path, tmp_path: Path, starter_path: Path
) -> None:
    output = tmp_path / "boxes.gguf"
    done = run_command(
        "tune", "--model", "starter", "--data", data, "--steps", "40", "--patience", "0",
        "--name", "My boxes", "--output", output, "--json", *CHEAP,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "7 to learn from, 1 held out" in done.stderr
    assert "40 steps on cpu with 1 threads" in done.stderr
    assert "step 40: loss on what is held out" in done.stderr
    told = strict(done.stdout)
    assert (told["state"], told["steps"], told["model"]) == ("done", 40, "starter")
    assert told["adapter"] == str(output)
    assert told["holdout_loss_after"] < told["holdout_loss_before"]
    assert told["best_step"] in range(1, 41)
    assert min(told[n] for n in ("tokens", "seconds", "tokens_per_second", "peak_memory_bytes")) > 0
    held = told["holdout"]
    assert held["examples"] == 1
    assert held["before"] > held["after"] > 1
    # One example says nothing for sure.
    assert (held["verdict"], held["ratio_low"], held["ratio_high"]) == ("not_shown", 0.0, None)
    assert (told["settings"]["steps"], told["settings"]["threads"]) == (40, 1)
    assert "energy_joules" in told

    listed = run_json("adapters", "list")
    assert [one["name"] for one in listed] == ["My boxes"]
    header = read_header(output)
    assert header.metadata["general.name"] == "My boxes"
    assert header.metadata["benchtop.run"] == told["run"]
    assert header.metadata["benchtop.base.sha256"] == told["base_sha256"]
    with_it = run(*ASK, "--adapter", output, "--prompt", TALK[0][0])
    assert with_it.returncode == 0, with_it.stderr
    assert with_it.stdout.strip()
    assert with_it.stdout != run(*ASK, "--prompt", TALK[0][0]).stdout
    with_it_again = run(*ASK, "--adapter", listed[0]["path"], "--prompt", TALK[0][0])
    assert with_it_again.stdout == with_it.stdout


def test_what_is_held_out_is_never_learnt_from(
    tiny_model: Path, data: Path, data_home: Path
) -> None:
    """Also not in a later run, whatever came to the data set in between."""
    assert (
        run_json("data", "import", data, "--name", "Boxes", "--holdout-part", "0.3")["added"] == 8
    )
    words = ("tune", "--model", tiny_model, "--data", "boxes", "--steps", "5000", *CHEAP)
    with begun(words) as (_process, first):
        seen = tokens_of(data_home, first)
    held = {one.sum for one in seen if one.use == "holdout"}
    assert len(held) == 2
    more = [(asked, f"{told} Look again.") for asked, told in TALK]  # other answers to the same
    more += [(f"Is box {n} open?", "It is.") for n in range(10)]
    run_json("data", "import", "--data", "Boxes", questions(data, more))
    with begun(words) as (_process, second):
        seen_again = tokens_of(data_home, second)
    with open_store(data_home / "benchtop.sqlite3") as store:
        dataset = store.datasets.all()[0]
        prompts = store.versions.held_out(dataset.id)
        later, earlier = (one.version_id for one in store.training_runs.all())
        for version, found in ((earlier, seen), (later, seen_again)):
            entries = {e.sum: e for e in store.versions.read_version(version)}
            assert {one.sum for one in found} == set(entries)
            for one in found:
                is_held = entries[one.sum].example.prompt_sum in prompts
                assert one.use == ("holdout" if is_held else "train")
    assert earlier != later
    assert held < {one.sum for one in seen_again if one.use == "holdout"}


def numbers(adapter: str) -> bytes:
    """An adapter without its metadata, which names its run."""
    return Path(adapter).read_bytes()[read_header(adapter).data_offset :]


def test_learning_goes_on_from_an_adapter(
    tiny_model: Path, data: Path, data_home: Path, tmp_path: Path
) -> None:
    words = ("--model", tiny_model, "--data", data, "--steps", "6", *CHEAP)
    first = tune(*words, "--output", tmp_path / "first.gguf")
    second = tune(*words, "--start", tmp_path / "first.gguf")
    assert second["holdout_loss_before"] == pytest.approx(first["holdout_loss_after"], rel=1e-5)
    assert numbers(second["adapter"]) != numbers(first["adapter"])
    # A run that dies before its first checkpoint must find what it began with.
    longer = ("tune", "--model", tiny_model, "--data", data, "--steps", "5000", *CHEAP)
    with begun((*longer, "--start", tmp_path / "first.gguf")) as (_process, name):
        kept = folder_of(data_home, name) / "start.gguf"
        assert kept.read_bytes() == (tmp_path / "first.gguf").read_bytes()
    gone = explained(run_command("tune", *words, "--start", tmp_path / "gone.gguf"))
    assert "gone.gguf, which training is to begin with, is not there" in gone


def test_an_adapter_that_a_run_cannot_begin_with_is_refused_before_it_begins(
    tiny_model: Path, data: Path, data_home: Path, tmp_path: Path
) -> None:
    """By its base, its rank, its matrices: and nothing is left of the run."""
    words = ("--model", tiny_model, "--data", data, "--steps", "2", *CHEAP)
    first = tune(
        *words, "--rank", "4", "--targets", "attn_q,attn_v", "--output", tmp_path / "a.gguf"
    )
    start = ("--start", tmp_path / "a.gguf")
    assert first["settings"]["rank"] == 4
    refusals = {
        ("--rank", "8"): ("its rank is 4 and the settings say 8", "(--rank 4)"),
        ("--alpha", "3"): ("and the settings say 3", "(--alpha "),
        ("--targets", "attn_q"): (
            "it changes attn_q, attn_v and the settings attn_q", "(--targets attn_q,attn_v)",
        ),
        ("--last-layers", "1"): (
            "it changes the last 2 layers and the settings the last 1", "(--last-layers 0)",
        ),
    }  # fmt: skip
    for more, (told, advice) in refusals.items():
        words_told = refused(*words, *start, *more)
        assert told in words_told
        assert advice in words_told
    assert "it is a GGUF file, but not a LoRA" in refused(*words, "--start", tiny_model)
    other = random_model(tmp_path / "other.gguf", seed=99)
    told = refused(*words[2:], "--model", other, *start)
    assert "a.gguf was made for" in told
    assert "choose the model it was made for, or begin without one" in told
    (tmp_path / "cut.gguf").write_bytes((tmp_path / "a.gguf").read_bytes()[:-100])
    told = refused(*words, "--start", tmp_path / "cut.gguf")
    assert "cut.gguf, which training is to begin with, is cut short: copy or download it" in told
    assert [one["run"] for one in run_json("tune", "--list")] == [first["run"]]
    # Its own settings hold where none are given.
    assert tune(*words, *start)["settings"]["rank"] == 4


def test_the_same_seed_gives_the_same_numbers(tiny_model: Path, data: Path) -> None:
    words = ("--model", tiny_model, "--data", data, "--steps", "3", *CHEAP, "--seed")
    sums = [tune(*words, seed)["tensors_sha256"] for seed in ("7", "7", "8")]
    assert sums[0] == sums[1] != sums[2]


def test_what_is_to_be_known_before_a_model_learns_it_is_said(
    tiny_model: Path, tmp_path: Path
) -> None:
    pairs = [*TALK, ("Who is it?", "Ask anna.miller@example.com."), ("And the other?", "Nobody.")]
    file = questions(tmp_path / "people.jsonl", pairs)
    words = ("tune", "--model", tiny_model, "--steps", "1", *CHEAP, "--data")
    done = run_command(*words, file, "--preference")
    assert done.returncode == 0, done.stderr
    assert "1 example may hold personal data or a secret" in done.stderr
    assert "`benchtop data redact people`" in done.stderr
    assert "anna" not in done.stderr
    assert "--preference changes nothing here" in done.stderr
    told = (
        "opening the model",
        "run ",
        "trying the settings",
        "it will take about 5 s and ",
        "step 1:",
    )
    places = [done.stderr.index(one) for one in told]
    assert places == sorted(places)

    pair = {
        "messages": [{"role": "user", "content": "No?"}, {"role": "assistant", "content": "Yes."}],
        "rejected": "No.",
    }
    (tmp_path / "pair.jsonl").write_text(json.dumps(pair))
    run_json("data", "import", "--data", "people", tmp_path / "pair.jsonl")
    plain = run_command(*words, "people", "--holdout-part", "0")
    assert plain.returncode == 2
    assert "the data set “people” keeps what it holds out" in plain.stderr
    done = run_command(*words, "people", "--preference")
    assert "1 of them has a rejected answer" in done.stderr
    assert "learns from those too" not in done.stderr


def test_a_file_is_the_data_set_that_came_of_it(data: Path, tmp_path: Path) -> None:
    """Whatever that is called now, and with what it holds out."""
    strange = random_model(tmp_path / "strange.gguf", architecture="bloom")
    run_json("data", "import", data, "--name", "Mine", "--holdout-part", "0.4")
    other = questions(tmp_path / "Mine.jsonl", TALK[:3])
    for file in (data, other, other):
        assert "cannot be trained here" in refused("--model", strange, "--data", file)
    found = {one["name"]: one for one in run_json("data", "list")}
    assert sorted(found) == ["Mine", "Mine (2)"]
    assert found["Mine"]["holdout_part"] == 0.4
    pair = {
        "messages": [{"role": "user", "content": "No?"}, {"role": "assistant", "content": "Yes."}],
        "rejected": "No.",
    }
    other.write_text(json.dumps(pair))
    done = run_command("tune", "--model", strange, "--data", other)
    assert "1 example with a rejected answer: --preference learns from those too" in done.stderr


def test_rejected_answers_and_other_settings_reach_the_trainer(
    tiny_model: Path, tmp_path: Path, data_home: Path
) -> None:
    file = tmp_path / "pairs.jsonl"
    lines = [
        {"messages": [{"role": "user", "content": asked}, {"role": "assistant", "content": told}],
         "rejected": "I do not know."}
        for asked, told in TALK
    ]  # fmt: skip
    file.write_text("\n".join(map(json.dumps, lines)))
    words = (
        "--model", tiny_model, "--data", file, "--preference", "--preset", "quick", "--rank", "2",
        "--last-layers", "1", "--targets", "attn_q,ffn_down", "--save-memory", *CHEAP,
    )  # fmt: skip
    told = tune(*words, "--steps", "2")
    with begun(("tune", *words, "--steps", "5000")) as (_process, name):
        learnt = [one for one in tokens_of(data_home, name) if one.use == "train"]
    assert learnt
    assert all(one.rejected_ids and one.rejected_spans for one in learnt)
    names = {info.name for info in read_header(told["adapter"]).tensors}
    assert names == {
        f"blk.1.{matrix}.weight.lora_{half}" for matrix in ("attn_q", "ffn_down") for half in "ab"
    }


def test_a_long_example_is_left_out_and_named(
    tiny_model: Path, tmp_path: Path, data_home: Path
) -> None:
    file = questions(tmp_path / "mixed.jsonl", [*TALK[:2], ("Why?", "Because. " * 800)])
    done = run_command(
        "tune", "--model", tiny_model, "--data", file, "--holdout-part", "0", "--steps", "1", *CHEAP
    )
    assert done.returncode == 0, done.stderr
    assert "2 to learn from, 0 held out" in done.stderr
    assert "left out: example" in done.stderr
    assert "1,024 is the most" in done.stderr
    assert done.stdout.startswith("Nothing was held out, so that nobody knows whether it helped.")
    assert "The adapter is " in done.stdout


def test_one_example_is_enough_and_a_long_one_is_cut_at_a_turn(
    tiny_model: Path, tmp_path: Path
) -> None:
    turns = [
        {"role": role, "content": f"{n} words about nothing. " * 6}
        for n in range(12)
        for role in ("user", "assistant")
    ]
    file = tmp_path / "long.jsonl"
    file.write_text(json.dumps({"messages": turns}))
    done = run_command(
        "tune", "--model", tiny_model, "--data", file, "--steps", "1", "--json", *CHEAP
    )
    assert done.returncode == 0, done.stderr
    assert "1 to learn from, 0 held out" in done.stderr
    assert "1 were longer than the context and are cut at a turn" in done.stderr
    assert strict(done.stdout)["holdout"] == {
        "before": None, "after": None, "ratio_low": None, "ratio_high": None, "examples": 0,
        "verdict": "not_shown",
    }  # fmt: skip


def test_data_that_teaches_nothing_is_named(tiny_model: Path, tmp_path: Path) -> None:
    words = ("tune", "--model", tiny_model, *CHEAP, "--data")
    (tmp_path / "empty.jsonl").write_text("")
    assert "there are no examples in it" in explained(run(*words, tmp_path / "empty.jsonl"))
    assert "no data set called “nowhere”" in explained(run(*words, "nowhere"))
    run_json("data", "import", questions(tmp_path / "q.jsonl"), "--holdout", "--name", "Held")
    assert "“Held” has no example that can be learnt from" in explained(run(*words, "Held"))
    long = questions(tmp_path / "long.jsonl", [("Why?", "Because. " * 800)])
    told = refused(*words[1:], long)
    assert "the first of its examples cannot be used because its shortest question" in told


def test_what_cannot_be_done_is_said_before_anything_begins(
    tiny_model: Path, data: Path, data_home: Path, tmp_path: Path
) -> None:
    words = ("tune", "--model", tiny_model, "--data", data)
    refusals = {
        ("--rank", "0"): "--rank is 0, which is out of range: 1 to 512",
        ("--learning-rate", "nan"): "--learning-rate is nan",
        ("--targets", "wq"): "--targets is wq",
        ("--last-layers", "99"): "--last-layers is 99, which is out of range",
        ("--output", data): "is there already: choose another name, or give --force",
        ("--output", tmp_path / "none" / "x.gguf"): "does not exist: make it",
    }
    for more, told in refusals.items():
        assert told in explained(run(*words, *more))
    assert "no model called" in explained(run("tune", "--model", "none", "--data", data))
    assert run_json("data", "list") == []
    assert not (data_home / "training").exists()
    usage = {
        ("tune",): "give --model and --data, or --resume",
        ("tune", "--model", "starter"): "give --model and --data, or --resume",
        ("tune", "--resume", "x", "--data", "y"): "leave --data out",
        (*words, "--preset", "slow"): "invalid choice",
        (*words, "--steps", "many"): "invalid int value",
        (*words, "--holdout-part", "0.9"): "must be a number from 0 to 0.5",
    }
    for more, told in usage.items():
        assert told in usage_error(*more)


def test_a_model_that_cannot_be_trained_is_named(data: Path, tmp_path: Path) -> None:
    strange = random_model(tmp_path / "strange.gguf", architecture="bloom")
    done = run_command("tune", "--model", strange, "--data", data, "--steps", "1", *CHEAP)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "strange.gguf cannot be trained here because" in done.stderr.strip().splitlines()[-1]


def test_what_may_have_been_forgotten_is_asked_on_demand(tiny_model: Path, data: Path) -> None:
    words = ("tune", "--model", tiny_model, "--data", data, "--steps", "2", *CHEAP)
    done = run_command(*words)
    assert done.returncode == 0, done.stderr
    found = re.search(r"`benchtop tune --judge (\w+)` asks general questions", done.stdout)
    assert found, done.stdout
    judged = run_command("tune", "--judge", found[1], "--json")
    assert judged.returncode == 0, judged.stderr
    told = strict(judged.stdout)
    assert told["general"]["prompts"] > 5
    assert told["verdict"] in ("better", "not_shown", "worse")
    again = run_command("tune", "--judge", found[1])
    assert "General questions: " in again.stdout
    assert "Verdict: " in again.stdout
    assert "general questions, asked" not in again.stderr, "it is asked once"
