"""The Result tab of a run that went on from an earlier adapter: that comparison comes first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtWidgets import QLabel

from benchtop.domain.training_verdict import GeneralChange, TuningVerdict, against_kind
from benchtop.ui.teach.result_card import card_facts
from benchtop.ui.teach.result_rows import ResultRow
from benchtop.ui.teach.result_view import ResultView
from benchtop.ui.teach.train_reading import run_rows
from benchtop.ui.widgets.scrolled_column import ScrolledColumn
from ui.teach.result_kit import button, judged_view
from ui.teach.teach_makers import PROMPTS, a_plan, a_result, a_result_row, a_run, a_verdict
from ui.teach.train_kit import find, words

BASE = {"holdout_before": 5_668.0, "holdout_after": 1.31, "ratio_low": 1e-4, "ratio_high": 3e-4}
LOSS = {"before": 1.27, "after": 1.31, "low": 0.98, "high": 1.09, "tokens": 80, "examples": 6}
FORGOT = GeneralChange(0.62, 0.41, -0.30, -0.12, 60, "Everyday")


def grown(change: dict[str, Any] | None = None, **values: Any) -> ResultRow:
    """What went on from “Shed, first try”, and was not shown to be better than that."""
    result = a_result(against_parent=LOSS | (change or {}))
    run = a_run(state="done", result=result, adapter_id="ad9", parent_id="r0")
    given = {
        "run": run,
        "verdict": a_verdict(**BASE),
        "parent": "Shed, first try",
        "parent_named": True,
    }
    return a_result_row(**(given | values))


@pytest.fixture
def view(show: Callable[..., ResultView]) -> ResultView:
    made: ResultView = show(judged_view(), 1_116, 900)
    made.set_result(grown())
    return made


def test_the_comparison_with_the_earlier_adapter_leads(view: ResultView) -> None:
    assert words(view, "result.word") == "Not shown to be better than the earlier adapter"
    told = words(view, "result.sentence")
    assert told.startswith("What is held out changed by perplexity 1.31 instead of 1.27, which may")
    assert "Against the base model: better, perplexity 1.31 instead of 5,668." in told
    assert words(view, "result.against") == "Perplexity 1.27 → 1.31"
    assert words(view, "result.holdout") == "Perplexity 5,668 → 1.31"
    first, second = (find(view, QLabel, f"result.{key}") for key in ("against", "holdout"))
    places = [one.mapTo(view.verdict, one.rect().topLeft()).y() for one in (first, second)]
    assert places[0] < places[1]
    shown = [one.text() for one in view.verdict.findChildren(QLabel) if one.isVisible()]
    assert (
        "Against the earlier adapter, “Shed, first try”: 6 examples, 80 tokens of answers" in shown
    )
    assert "× 1.03, 90 % interval 0.98 to 1.09" in shown
    view.set_result(a_result_row())
    assert not first.isVisible()
    assert words(view, "result.word") == "Better"


@pytest.mark.parametrize(
    ("change", "verdict", "title", "beginning"),
    [
        ({"after": 1.1, "low": 0.8, "high": 0.9}, a_verdict(**BASE),
         "Better than the earlier adapter",
         "What is held out surprises it less than it did the earlier adapter: perplexity 1.10"),
        ({"after": 1.5, "low": 1.1, "high": 1.3}, a_verdict(**BASE),
         "Worse than the earlier adapter",
         "What is held out surprises it more than it did the earlier adapter: perplexity 1.50"),
        ({"after": 1.1, "low": 0.8, "high": 0.9}, a_verdict(**BASE, general=None),
         "Better than the earlier adapter on what was held out", "What is held out surprises it less"),
        ({"after": 1.1, "low": 0.8, "high": 0.9}, a_verdict(**BASE, general=FORGOT),
         "Not shown to be better than the earlier adapter", "What is held out surprises it less"),
        ({}, a_verdict(**BASE, general=FORGOT),
         "Not shown to be better than the earlier adapter", "What is held out changed by"),
    ],
)  # fmt: skip
def test_each_word_against_the_earlier_adapter(
    view: ResultView, change: dict[str, Any], verdict: TuningVerdict, title: str, beginning: str
) -> None:
    row = grown(change, verdict=verdict)
    view.set_result(row)
    assert words(view, "result.word") == title
    told = words(view, "result.sentence")
    assert told.startswith(beginning)
    assert ("answers general questions worse than the base" in told) == (verdict.general is FORGOT)
    assert ("Nobody knows yet whether it forgot" in told) == (verdict.general is None)


def test_the_list_of_runs_has_the_same_word() -> None:
    run = grown().run
    assert run.result is not None
    worse = replace(run.result, verdict=a_verdict(**BASE).to_json())
    (row,) = run_rows([replace(run, result=worse)], {})
    assert row.verdict == "not_shown"
    alone = replace(run, result=replace(worse, against_parent=None))
    assert run_rows([alone], {})[0].verdict == "better"
    assert against_kind(LOSS | {"high": 0.999, "low": 0.9}, None) == "better"


def test_list_and_page_say_no_more_of_a_beginning_that_is_not_known(view: ResultView) -> None:
    change = LOSS | {"after": 1.1, "low": 0.8, "high": 0.9}
    asked = a_result(against_parent=change, verdict=a_verdict(**BASE).to_json())
    run = replace(grown().run, result=asked)
    foreign = replace(run, parent_id="", plan=a_plan(start_unknown=True))
    assert [one.verdict for one in run_rows([run, foreign], {})] == ["better", "better_so_far"]
    unread = replace(foreign, result=a_result(against_parent=change))
    assert run_rows([unread], {})[0].verdict == "better_so_far"
    alone = replace(foreign, result=replace(asked, against_parent=None))
    assert run_rows([alone], {})[0].verdict == "better_so_far"
    view.set_result(a_result_row(run=alone))
    assert words(view, "result.word") == "Better on what was held out"


def test_what_an_earlier_adapter_had_learnt_is_told(view: ResultView) -> None:
    known = find(view, QLabel, "result.known")
    assert not known.isVisible()
    run = replace(grown().run, plan=a_plan(learnt_before=3))
    view.set_result(grown(run=run))
    assert known.isVisible()
    assert known.text().startswith(
        "3 held-out examples were left out: an earlier adapter had learnt"
    )
    assert known.text() in view.verdict.words
    one = replace(run, plan=a_plan(learnt_before=1))
    view.set_result(grown(run=one))
    assert known.text().startswith("1 held-out example was left out")
    assert "3 that an earlier adapter learnt from are not read" in card(grown(run=run), "Data set")
    foreign = replace(run, parent_id="", plan=a_plan(start_unknown=True))
    change = {"after": 1.1, "low": 0.8, "high": 0.9}
    assert foreign.result is not None
    foreign = replace(foreign, result=replace(foreign.result, against_parent=LOSS | change))
    view.set_result(grown(run=foreign, parent="an adapter that was imported", parent_named=False))
    assert known.text().startswith("What it began from had learnt is not known")
    assert words(view, "result.word") == "Better than the earlier adapter on what was held out"
    assert "never learnt from" not in words(view, "result.sentence")


def test_where_nothing_new_is_held_out_nobody_can_tell(view: ResultView) -> None:
    run = a_run(state="done", result=a_result(), parent_id="r0", plan=a_plan(learnt_before=2))
    view.set_result(a_result_row(run=run, verdict=TuningVerdict("not_shown")))
    assert words(view, "result.word") == "Not shown to be better"
    told = words(view, "result.sentence")
    assert told.startswith("Nothing was held out that it had not learnt before")


def card(row: ResultRow, name: str) -> str:
    return dict(card_facts(row))[name]


def test_the_card_says_why_fewer_were_learnt() -> None:
    row = grown(run=a_run(state="done", result=a_result(), plan=a_plan(repeats=40)))
    assert card(row, "Data set").endswith("39 learnt from, 7 held out; 40 repeat others")
    one = grown(run=a_run(state="done", result=a_result(), plan=a_plan(repeats=1, skipped=2)))
    assert card(one, "Data set").endswith("; 1 repeats another; 2 could not be used")


def test_the_earlier_adapter_s_answer_stands_between(view: ResultView) -> None:
    between = find(view, QLabel, "sample.0.earlier")
    assert not between.isVisible()
    base, now = (find(view, QLabel, f"sample.0.{key}") for key in ("base", "now"))
    assert abs(base.width() - now.width()) <= 2
    assert base.width() + now.width() > 0.9 * view.samples.width(), "it takes no room"
    view.set_result(grown(earlier={PROMPTS[0]: "Under a pot."}))
    assert between.isVisible()
    assert between.accessibleName() == "With the earlier adapter: Under a pot."
    assert not find(view, QLabel, "sample.1.earlier").isVisible()
    lefts = [
        one.mapTo(view, one.rect().topLeft()).x()
        for one in (find(view, QLabel, f"sample.0.{key}") for key in ("base", "earlier", "now"))
    ]
    assert lefts == sorted(set(lefts))


def test_each_prompt_says_what_its_answer_proves(view: ResultView) -> None:
    view.set_result(grown(splits={PROMPTS[0]: "before", PROMPTS[1]: "unknown"}))
    kinds = [find(view, QLabel, f"sample.{n}.kind").text() for n in range(2)]
    assert kinds[0].startswith("held out, but an earlier adapter learnt from it")
    assert kinds[1].startswith("held out of this run; whether what it began from")


def test_another_run_begins_at_its_top_without_old_words(view: ResultView) -> None:
    scroll = find(view, ScrolledColumn, "result.page").verticalScrollBar()
    view.resize(1_116, 400)
    scroll.setValue(scroll.maximum())
    view.info_bar.post("error", "The suite could not be asked.")
    view.offer_undo("r1", "Shed and garden")
    view.set_result(grown(rated_since=2))
    assert scroll.value() > 0, "the same run stays where it is"
    assert len(view.info_bar.notices()) == 2
    view.set_result(a_result_row(run=replace(grown().run, id="r7")))
    assert scroll.value() == 0
    assert [one.kind for one in view.info_bar.notices()] == ["undo"]


def test_asking_general_questions_is_one_choice_among_others(view: ResultView) -> None:
    view.set_result(a_result_row(verdict=a_verdict(general=None)))
    judge, use = button(view, "judge"), button(view, "use")
    assert judge.isVisible()
    assert use.property("kind") == "primary"
    assert judge.property("kind") != "primary"
    begins = "General questions are about to be asked."
    view.set_result(a_result_row(verdict=a_verdict(general=None), judging=begins))
    assert not judge.isVisible()
