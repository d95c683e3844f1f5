"""What is said of a run: its figures, what is happening, and how it ended."""

from __future__ import annotations

from dataclasses import replace

import pytest

from benchtop.ui.teach.run_texts import figures_of, outcome_words, state_words
from benchtop.ui.teach.train_rows import LiveRun, RunPhase
from ui.teach.teach_makers import a_live, a_result, a_run, holdout_points, train_points


def figures(one: LiveRun, train: int = 120, holdout: int = 120) -> dict[str, str]:
    found = figures_of(one, train_points(train), holdout_points(holdout))
    return {figure.key: figure.value for figure in found}


def test_all_figures_of_a_measured_run() -> None:
    assert figures(a_live()) == {
        "step": "120 of 480", "left": "5 to 6 minutes", "speed": "311 tok/s", "memory": "890 MB",
        "holdout": "3.45 → 2.32", "energy": "0.653 Wh", "cost": "0.00021 EUR",
        "per_energy": "1.73", "per_money": "54",
    }  # fmt: skip


def test_what_cannot_be_measured_is_not_made_up() -> None:
    bare = a_live(a_run(step=0, plan=replace(a_run().plan, seconds=0)), joules=None, memory=0)
    assert figures(bare, 0, 0) == {
        "step": "0 of 480", "left": "–", "speed": "–", "holdout": "3.45",
    }  # fmt: skip
    told = replace(bare, unmeasurable="This system shows no counters of its processor.")
    assert figures(told)["energy"] == "not measurable"
    no_price = a_live(price=0.0)
    assert "cost" not in figures(no_price)
    assert "per_money" not in figures(no_price)
    assert "per_energy" not in figures(a_live(), holdout=0)


def test_a_run_that_is_over_says_how_long_it_took() -> None:
    done = figures(a_live(a_run(state="done", step=400, result=a_result())), 400, 400)
    assert done["took"] == "7 minutes"
    assert "left" not in done


def test_time_left_is_a_wide_range_at_first() -> None:
    assert figures(a_live(a_run(step=3)), 3)["left"] == "3 to 9 minutes"
    assert figures(a_live(a_run(step=476)), 476)["left"] == "a few seconds"


@pytest.mark.parametrize(
    ("phase", "said"),
    [
        ("queued", "another training run"), ("measuring", "some seconds"), ("encoding", "tokens"),
        ("loading", "Opening"), ("checking", "Reading the holdout"), ("sampling", "your prompts"),
        ("waiting", "Waits while starter writes"), ("pausing", "Pausing"),
        ("stopping", "the best one"), ("judging", "whether it helped"),
    ],
)  # fmt: skip
def test_a_sentence_says_what_is_happening(phase: RunPhase, said: str) -> None:
    assert said in state_words(a_live(phase=phase, writer="starter"), holdout_points(120))


def test_a_run_that_gets_no_better_says_when_it_stops() -> None:
    run = a_live(a_run(step=405))
    assert state_words(run, holdout_points(120)) == (
        "Learning, and getting better on what is held out."
    )
    assert state_words(run, holdout_points(400)) == (
        "Getting no better on the holdout since step 320; stops at step 440 unless that changes."
    )


def test_how_it_ended_is_told() -> None:
    done = a_run(state="done", step=400, result=a_result())
    assert "stopped at step 400; step 320 was kept" in state_words(a_live(done), ())
    stopped = replace(done, state="stopped")
    assert state_words(a_live(stopped), ()).startswith("You stopped it after step 400; step 320")
    whole = replace(done, result=a_result(stopped_early=False))
    assert state_words(a_live(whole), ()).startswith("All 400 steps are made")
    failed = replace(done, state="failed", error="The loss is no number any more.")
    assert state_words(a_live(failed), ()) == "The loss is no number any more."
    nothing = replace(stopped, step=0, result=a_result(best_step=0, steps=0))
    assert state_words(a_live(nothing), ()) == "Stopped before the first step; nothing was learnt."
    assert outcome_words(nothing, None) == "nothing was learnt"


def test_a_pause_before_the_first_step_promises_no_checkpoint() -> None:
    paused = a_run(state="paused", step=0, error="The trainer ended unexpectedly.")
    for run in (paused, replace(paused, step=3, steps=0)):
        assert state_words(a_live(run), ()) == (
            "The trainer ended unexpectedly. Paused before the first step. It begins anew."
        )
        assert outcome_words(run, None) == "paused before the first step"
    later = replace(paused, step=120, error="")
    said = "Paused. It goes on from its last checkpoint, after step 120."
    assert state_words(a_live(later), ()) == said
