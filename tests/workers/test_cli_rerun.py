"""`benchtop compare --rerun`: suites and measurements of cards, done again by real engines."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from benchtop.cli.compare_rerun import Answers
from benchtop.cli.compare_run import CompareRun
from benchtop.domain.cards import Card
from benchtop.domain.contests import PromptTurn
from benchtop.domain.generation import SamplingParams
from benchtop.domain.suite_runs import SuiteCell, SuiteRun
from benchtop.services.card_files import load_card, save_card
from benchtop.services.comparison_card import comparison_card
from benchtop.services.contest_entry import Entry
from benchtop.services.data_folder import find_data_folder
from benchtop.services.library import starter
from benchtop.services.measure_card import measure_card
from benchtop.services.measure_results import MeasureResult
from benchtop.services.suite_card import suite_card
from benchtop.services.suite_totals import run_totals
from benchtop.store.database import open_store
from workers.commands import explained, run, usage_error
from workers.measured_text import story
from workers.test_cli_suite_run import BRIEF, make_suite

WRONG = {
    "perplexity": {"perplexity": 1.5, "standard_error": 0.1, "tokens": 10, "context": 512},
    "speed": {"memory_bytes": 5, "depths": [], "context": 512},
    "energy": {"joules_per_1000": 5.0, "joules": 1.0},
}
"""What no measurement comes to."""


def rerun(card: Path) -> tuple[int, dict[str, Any], str]:
    done = run("compare", "--rerun", card, "--json")
    assert "Traceback" not in done.stderr
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout.splitlines()[-1]), done.stderr


def saved(card: Card, folder: Path) -> Path:
    return save_card(card, folder / "card.html")[1]


def stored_run() -> tuple[SuiteRun, list[SuiteCell]]:
    with open_store(find_data_folder().database) as store:
        (head,) = store.suite_runs.heads()
        return store.suite_runs.get(head.id), store.suite_cells.of(head.id)


def test_a_suite_is_asked_again_and_what_differs_is_told(
    tmp_path: Path, starter_path: Path
) -> None:
    make_suite(tmp_path, 4)
    assert run("suites", "run", "Small", "--model", "starter", *BRIEF).returncode == 0
    kept, cells = stored_run()
    card = saved(suite_card(kept, cells, run_totals(kept, cells), "Half passed.", ()), tmp_path)
    status, told, _ = rerun(card)
    assert told["differences"] == []
    assert (status, told["same"]) == (0, True)
    values = json.loads(card.read_text(encoding="utf-8"))
    values["results"]["answers"][1]["reply"] = "Something else."
    card.write_text(json.dumps(values), encoding="utf-8")
    done = run("compare", "--rerun", card)
    assert done.returncode == 1
    assert "results.answers.1.reply\n  before: Something else." in done.stdout
    del values["inputs"]["suite"]
    card.write_text(json.dumps(values), encoding="utf-8")
    assert "what it was made from is not all in it" in explained(run("compare", "--rerun", card))


NO_SEED = ("--max-tokens", "8", "--temperature", "1.8", "--top-k", "0")


def test_whoever_had_no_seed_says_the_same_again(tmp_path: Path, starter_path: Path) -> None:
    """Of one file twice, which stands twice among the models of the card."""
    make_suite(tmp_path, 3)
    twice = ("--model", "starter", "--model", "starter")
    assert run("suites", "run", "Small", *twice, *NO_SEED).returncode == 0
    kept, cells = stored_run()
    card = saved(suite_card(kept, cells, run_totals(kept, cells), "", ()), tmp_path)
    status, told, _ = rerun(card)
    assert told["differences"] == []
    assert status == 0


@pytest.mark.usefixtures("qapp")  # it waits in this process
def test_a_comparison_without_seeds_is_the_same_again(tmp_path: Path, starter_path: Path) -> None:
    folder = find_data_folder()
    folder.prepare()
    params = SamplingParams(temperature=1.8, top_k=0, max_tokens=8)
    entries = [Entry(starter(), params=params), Entry(starter(), (), "Be short.", params)]
    compare, told = CompareRun(folder, [starter()]), Answers()
    try:
        compare.ask(entries, (PromptTurn("user", "Hello!"),), told)
        compare.go_on((PromptTurn("user", "Who are you?"),), told)
    finally:
        compare.close()
    card = saved(comparison_card(told.contestants, told.sorted_rounds()), tmp_path)
    values = json.loads(card.read_text(encoding="utf-8"))
    assert all(one["bytes"] and len(one["template_sha256"]) == 64 for one in values["models"])
    assert rerun(card)[1]["differences"] == []
    for wrong in ({"seed": "x"}, {"path": 5}, {"params": {"temperature": -9.0}}):
        broken = json.loads(json.dumps(values))
        broken["inputs"]["contestants"][0] |= wrong
        card.write_text(json.dumps(broken), encoding="utf-8")
        assert str(card) in explained(run("compare", "--rerun", card))
    values["inputs"]["contestants"] = []
    card.write_text(json.dumps(values), encoding="utf-8")
    assert "what it was made from" in explained(run("compare", "--rerun", card))
    card.write_text(card.read_text(encoding="utf-8").replace('"made": ', '"made": 1' + "0" * 400))
    assert "“made” is not a number" in explained(run("compare", "--rerun", card))
    assert "--seed has no place" in usage_error("compare", "--rerun", card, "--seed", "4")


def test_a_model_is_measured_again(tmp_path: Path, starter_path: Path) -> None:
    text = tmp_path / "story.txt"
    text.write_text(story(60), encoding="utf-8")
    kinds = ("perplexity", "speed", "energy")
    results = [
        MeasureResult(
            "m", kind, 1.0, text=str(text) if kind == "perplexity" else "", figures=WRONG[kind]
        )
        for kind in kinds
    ]
    card = saved(measure_card(starter(), results, (), find_data_folder()), tmp_path)
    status, told, said = rerun(card)
    differences = {one["what"]: one for one in told["differences"]}
    wrong = differences["results.measurements.0.figures.perplexity"]
    assert (status, wrong["before"]) == (1, "1.5")
    assert float(wrong["after"]) > 2
    assert "results.measurements.1.figures.memory_bytes" not in differences
    memory = {one["what"]: one for one in told["figures"]}
    assert memory["results.measurements.1.figures.memory_bytes"]["before"] == "5"
    with_energy = any(what.startswith("results.measurements.2") for what in memory)
    assert with_energy or "energy is left out" in said

    found = run("perplexity", "--model", "starter", "--text", text, "--json")
    truth = json.loads(found.stdout)
    figures = {name: truth[name] for name in ("perplexity", "standard_error", "tokens", "context")}
    again = replace(results[0], figures=figures)
    card = saved(measure_card(starter(), [again], (), find_data_folder()), tmp_path)
    whole = {one["what"] for one in rerun(card)[1]["differences"]}
    assert "results.measurements.0.figures.perplexity" not in whole
    assert "results.measurements.0.figures.tokens" not in whole


def test_a_model_that_is_not_here_is_named(tmp_path: Path) -> None:
    gone = replace(starter(), name="Gone", sha256="0" * 64)
    card = saved(measure_card(gone, (), (), find_data_folder()), tmp_path)
    assert "no model called “Gone”" in explained(run("compare", "--rerun", card))


@pytest.mark.parametrize("measure", ["tea leaves", None])
def test_a_measurement_that_nobody_knows_is_refused(tmp_path: Path, measure: str | None) -> None:
    card = saved(measure_card(starter(), (), (), find_data_folder()), tmp_path)
    values = json.loads(card.read_text(encoding="utf-8"))
    values["inputs"]["measure"] = measure
    card.write_text(json.dumps(values), encoding="utf-8")
    assert "what it was made from" in explained(run("compare", "--rerun", card))
    assert load_card(card).kind == "measurement"


def test_what_is_damaged_is_refused_before_anything_runs(
    tmp_path: Path, starter_path: Path
) -> None:
    make_suite(tmp_path, 2)
    assert run("suites", "run", "Small", "--model", "starter", *BRIEF).returncode == 0
    kept, cells = stored_run()
    card = saved(suite_card(kept, cells, run_totals(kept, cells), "", ()), tmp_path)
    whole = card.read_text(encoding="utf-8")

    def change(where: str, name: str, value: object) -> None:
        values = json.loads(whole)
        place = values[where] if where == "inputs" else values["results"]["answers"][0]
        place[name] = value
        card.write_text(json.dumps(values), encoding="utf-8")

    for where, name, value in (
        ("inputs", "repeats", 1.9),
        ("inputs", "repeats", float("inf")),
        ("answers", "repeat", float("inf")),
        ("answers", "seed", 2**70),
    ):
        change(where, name, value)
        assert "what it was made from" in explained(run("compare", "--rerun", card)), name
    with open_store(find_data_folder().database) as store:
        assert len(store.suite_runs.heads()) == 1, "nothing was begun"
