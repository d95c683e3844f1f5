"""The verdict of the Result tab: one sentence first, then the numbers that it follows from."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from benchtop.domain.training_verdict import BlindVotes, GeneralChange, TuningVerdict
from benchtop.ui.teach.result_against import shown_title
from benchtop.ui.teach.result_bar import ChangeBar
from benchtop.ui.teach.result_card import card_facts
from benchtop.ui.teach.result_texts import ratio_words, verdict_sentence
from benchtop.ui.teach.result_view import ResultView
from ui.teach.result_kit import button, judged_view
from ui.teach.teach_makers import a_result, a_result_row, a_run, a_verdict, some_votes
from ui.teach.train_kit import find, words

Key = Qt.Key
FORGOT = GeneralChange(0.62, 0.41, -0.30, -0.12, 60, "Everyday")


@pytest.fixture
def view(show: Callable[..., ResultView]) -> ResultView:
    """A run that made its model better."""
    return show(judged_view(), 1_116, 900)


def said(verdict: TuningVerdict | None) -> str:
    row = a_result_row(verdict=verdict)
    return f"{shown_title(row)}. {verdict_sentence(row)}"


def test_the_verdict_comes_first_and_then_its_numbers(view: ResultView) -> None:
    assert words(view, "result.word") == "Better"
    assert words(view, "result.sentence") == (
        "Of the general questions it answered 60 % instead of 62 %: too few were asked to tell whether it "
        "forgot something. "
        "Answers it never learnt from surprise it less than before: perplexity 6.49 instead of 30.6."
    )
    assert words(view, "result.holdout") == "Perplexity 30.6 → 6.49"
    assert words(view, "result.general") == "62 % → 60 % passed"
    assert (
        words(view, "result.votes") == "Your blind votes: 9 for the adapter, 2 for the base, 1 tie"
    )
    shown = [one.text() for one in view.verdict.findChildren(QLabel) if one.isVisible()]
    assert "× 0.21, 90 % interval 0.17 to 0.26" in shown
    assert "\u22122 points, 90 % interval \u22127 to +3" in shown
    assert "The training loss has no say." in find(view, QLabel, "result.word").toolTip()


@pytest.mark.parametrize(
    ("numbers", "beginning"),
    [
        ({"ratio_low": 0.9, "ratio_high": 1.1, "holdout_after": 30.1},
         "Not shown to be better. What is held out changed by perplexity 30.1 instead of 30.6"),
        ({"holdout_tokens": 0}, "Not shown to be better. Nothing was held out"),
        ({"general": FORGOT}, "Not shown to be better. It learnt from your examples, but"),
        ({"votes": some_votes(1, 12)}, "Not shown to be better. What is held out says so, but you"),
        ({"ratio_low": 1.1, "ratio_high": 1.9, "holdout_after": 44.1},
         "Worse. Answers it never learnt from surprise it more than before: perplexity 44.1"),
        ({"ratio_low": 0.9, "ratio_high": 1.1, "general": FORGOT},
         "Worse. It answers general questions worse than before"),
    ],
)  # fmt: skip
def test_each_verdict_has_its_sentence(numbers: dict[str, object], beginning: str) -> None:
    assert said(a_verdict(**numbers)).startswith(beginning)


def test_fewer_general_answers_are_told_before_all_else() -> None:
    few = GeneralChange(0.15, 0.05, -0.22, 0.03, 20, "Everyday")
    told = said(a_verdict(general=few))
    assert told.startswith(
        "Better. Of the general questions it answered 1 of 20 instead of 3 of 20: too few were asked to tell "
    )
    for fine in (replace(few, after=0.15), replace(few, after=0.2)):
        assert said(a_verdict(general=fine)).startswith("Better. Answers it never learnt from")


def test_better_is_said_of_the_holdout_alone_where_nothing_general_was_asked() -> None:
    told = said(a_verdict(general=None))
    assert told.startswith("Better on what was held out. Answers it never learnt from")
    assert told.endswith("Nobody knows yet whether it forgot something else.")
    worse = a_verdict(general=None, ratio_low=1.1, ratio_high=1.9, holdout_after=44.1)
    assert said(worse).startswith("Worse. ")


@pytest.mark.parametrize(
    ("before", "after", "low", "high", "words"),
    [
        (6_020.0, 7.92, 0.00111, 0.00161,
         "about 760 times less, 90 % interval 621 to 901 times"),
        (30.6, 6.49, 0.174, 0.262, "× 0.21, 90 % interval 0.17 to 0.26"),
        (30.6, 30.0, 0.9, 1.1, "× 0.98, 90 % interval 0.90 to 1.10"),
        (4.0, 48.0, 11.0, 13.2, "about 12.0 times as much, 90 % interval 11.0 to 13.2 times"),
        (30.6, 3.0, 0.004, 0.4, "× 0.098, 90 % interval 0.004 to 0.40"),
        (30.6, math.inf, 2.0, math.inf, "× beyond measure, 90 % interval 2.00 to beyond measure"),
    ],
)  # fmt: skip
def test_a_change_of_any_size_is_told_in_digits_that_count(
    before: float, after: float, low: float, high: float, words: str
) -> None:
    verdict = a_verdict(
        holdout_before=before, holdout_after=after, ratio_low=low, ratio_high=high
    )  # fmt: skip
    assert ratio_words(verdict) == words


def test_it_never_says_better_because_the_training_loss_fell() -> None:
    fell = a_run(state="done", result=a_result(loss=0.001, holdout_before=3.4, holdout_after=0.1))
    for verdict in (None, TuningVerdict("not_shown"), a_verdict(ratio_high=1.0)):
        row = a_result_row(run=fell, verdict=verdict)
        assert not shown_title(row).startswith("Better")
        assert "less than before" not in verdict_sentence(row)


def test_a_run_that_learnt_nothing_claims_nothing(view: ResultView) -> None:
    nothing = a_result(
        loss=0.0, holdout_before=None, holdout_after=None, best_step=0, steps=0, stopped_early=False
    )
    run = a_run(state="stopped", step=0, result=nothing)
    row = a_result_row(run=run, verdict=None, adapter="", samples=())
    view.set_result(row)
    assert words(view, "result.word") == "Nothing was learnt"
    assert words(view, "result.sentence") == "Stopped before the first step; nothing was learnt."
    assert dict(card_facts(row))["Steps"] == "0; nothing was kept"
    failed = a_run(state="failed", step=3, error="The loss is no number any more.")
    view.set_result(a_result_row(run=failed, verdict=None, adapter="", samples=()))
    assert words(view, "result.word") == "Nothing was learnt"
    assert words(view, "result.sentence") == "The loss is no number any more."
    kept = a_run(state="stopped", step=9, result=a_result(), adapter_id="ad9")
    view.set_result(a_result_row(run=kept, verdict=None))
    assert words(view, "result.word") == "Not judged yet"


def test_perplexities_beyond_measure_are_told(view: ResultView) -> None:
    view.set_result(a_result_row(verdict=a_verdict(holdout_after=math.inf, ratio_low=2.0,
                                                   ratio_high=math.inf)))  # fmt: skip
    assert words(view, "result.word") == "Worse"
    assert words(view, "result.holdout") == "Perplexity 30.6 → beyond measure"


def test_a_run_that_nobody_judged_offers_it(view: ResultView, qtbot: QtBot) -> None:
    view.set_result(a_result_row(verdict=None))
    assert words(view, "result.word") == "Not judged yet"
    assert not find(view, QLabel, "result.holdout").isVisible()
    with qtbot.waitSignal(view.judge_requested) as heard:
        button(view, "judge").click()
    assert heard.args == ["r1"]
    view.set_result(a_result_row(verdict=None, judging="Asking 60 general questions."))
    assert words(view, "result.sentence") == "Asking 60 general questions."
    assert not button(view, "judge").isVisible()
    trouble = "The base model is gone: /home/ada/models/x.gguf. Bring it back to judge this run."
    view.set_result(a_result_row(verdict=None, trouble=trouble))
    assert words(view, "result.sentence") == trouble
    assert button(view, "judge").isVisible()


def test_what_was_not_measured_is_left_out(view: ResultView) -> None:
    view.set_result(a_result_row(verdict=a_verdict(general=None)))
    assert not find(view, QLabel, "result.general").isVisible()
    assert not find(view, QLabel, "result.votes").isVisible()
    view.set_result(a_result_row(verdict=a_verdict(votes=BlindVotes(0, 0, 0))))
    assert not find(view, QLabel, "result.votes").isVisible()


def test_the_bar_stands_on_the_side_of_the_verdict(
    show: Callable[..., ChangeBar],
) -> None:
    bar = show(ChangeBar(), 400, 40)
    bar.set_change(0.2, 0.4, 0.6, "better")
    assert bar.place_of(0) == 200
    assert 200 < bar.place_of(0.2) < bar.place_of(0.6) < 400
    bar.set_change(-0.6, -0.4, 0.1, "not shown")
    assert 0 < bar.place_of(-0.6) < 200 < bar.place_of(0.1)
    bar.set_change(math.nan, 0.0, math.inf, "nobody knows")
    assert not bar.grab().isNull()
