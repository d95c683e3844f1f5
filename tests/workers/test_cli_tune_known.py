"""`benchtop tune --start`: what the adapter had learnt before is no proof of what the run taught it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from benchtop.domain.adapters import RUN_KEY, RUNS_KEY, UNKNOWN_RUN, runs_inside
from benchtop.domain.gguf import read_header
from benchtop.services.gguf_texts import replace_texts
from workers.commands import run_json
from workers.run_command import run_command

CHEAP = ("--steps", "4", "--threads", "1", "--general", "0", "--rank", "4")
THINGS = ("lamp", "kite", "map", "spoon", "clock", "drum", "coat", "bell", "rope", "vase")


def boxes(path: Path, numbers: range) -> Path:
    lines = [
        json.dumps({"question": f"What is kept in box {n}?", "answer": f"There is a {THINGS[n]}."})
        for n in numbers
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def tuned(*words: str | Path) -> tuple[Any, str]:
    """What a run came to, and what was said on the way."""
    done = run_command("tune", *words, *CHEAP, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout), done.stderr


def test_what_the_adapter_had_learnt_is_not_read(
    tiny_model: Path, data_home: Path, tmp_path: Path
) -> None:
    facts, own = boxes(tmp_path / "facts.jsonl", range(6)), boxes(tmp_path / "own.jsonl", range(10))
    run_json("data", "import", facts, "--name", "Facts", "--holdout-part", "0")
    run_json("data", "import", own, "--name", "Own", "--holdout-part", "0.4")
    adapter, model = tmp_path / "first.gguf", ("--model", tiny_model)
    first, _said = tuned(*model, "--data", "Facts", "--output", adapter)
    assert (first["start_run"], first["start_unknown"]) == (None, False)

    alone, _said = tuned(*model, "--data", "Own")
    assert (alone["holdout"]["examples"], alone["learnt_before"]) == (4, 0)
    child, said = tuned(*model, "--data", "Own", "--start", adapter)
    known, read = child["learnt_before"], child["holdout"]["examples"]
    assert 0 < known < 4, "of ten questions six were learnt, and four of the ten are held out"
    assert read == 4 - known
    assert f"{known:,} more" in said
    assert (child["start_run"], child["start_unknown"]) == (first["run"], False)
    assert child["against_start"]["verdict"] in ("better_so_far", "not_shown", "worse")

    replace_texts(adapter, {RUN_KEY: ""})  # as of a file from elsewhere
    foreign, said = tuned(*model, "--data", "Own", "--start", adapter)
    assert (foreign["start_run"], foreign["start_unknown"]) == (None, True)
    assert (foreign["holdout"]["examples"], foreign["learnt_before"]) == (4, 0)
    assert "is not known" in said


def test_what_was_merged_into_the_base_is_not_read(
    tiny_model: Path, data_home: Path, tmp_path: Path
) -> None:
    facts, own = boxes(tmp_path / "facts.jsonl", range(6)), boxes(tmp_path / "own.jsonl", range(10))
    run_json("data", "import", facts, "--name", "Facts", "--holdout-part", "0")
    run_json("data", "import", own, "--name", "Own", "--holdout-part", "0.4")
    adapter, merged = tmp_path / "first.gguf", tmp_path / "merged.gguf"
    first, _said = tuned("--model", tiny_model, "--data", "Facts", "--output", adapter)
    words = ("--model", tiny_model, "--kind", "Q8_0")
    run_json("adapters", "merge", adapter, *words, "--output", merged)
    assert runs_inside(read_header(merged)) == (first["run"],), "quantising keeps it"

    child, said = tuned("--model", merged, "--data", "Own")
    known = child["learnt_before"]
    assert 0 < known < 4
    assert child["holdout"]["examples"] == 4 - known
    assert (child["start_run"], child["start_unknown"]) == (None, False)
    assert f"{known:,} more" in said

    replace_texts(merged, {RUNS_KEY: UNKNOWN_RUN})  # as with an adapter from elsewhere inside
    foreign, said = tuned("--model", merged, "--data", "Own")
    assert (foreign["start_unknown"], foreign["learnt_before"]) == (True, 0)
    assert "what it begins with had learnt is not known" in said


def test_where_nothing_unknown_is_held_out_nothing_is_claimed(
    tiny_model: Path, data_home: Path, tmp_path: Path
) -> None:
    facts = boxes(tmp_path / "facts.jsonl", range(6))
    run_json("data", "import", facts, "--name", "Facts", "--holdout-part", "0")
    run_json("data", "import", facts, "--name", "Same", "--holdout-part", "0.3")
    adapter, words = tmp_path / "first.gguf", ("--model", tiny_model)
    tuned(*words, "--data", "Facts", "--output", adapter)
    done = run_command("tune", *words, "--data", "Same", "--start", adapter, *CHEAP)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Nothing was held out that it had not learnt before")
    assert "2 held-out examples were not read" in done.stdout
