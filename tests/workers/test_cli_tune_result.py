"""What `benchtop tune` claims of a run: no more than the window does."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from benchtop.cli.tune_result import print_run, run_json
from benchtop.domain.training import TrainingPlan, TrainingResult, TrainingRun, TrainingSettings
from benchtop.domain.training_verdict import GeneralChange, TuningVerdict

CHANGE = {"before": 2.0, "after": 1.0, "low": 0.4, "high": 0.6, "tokens": 90, "examples": 6}
HELD: dict[str, Any] = {
    "holdout_before": 3.0, "holdout_after": 1.0, "ratio_low": 0.2, "ratio_high": 0.4,
    "holdout_tokens": 90, "holdout_examples": 6,
}  # fmt: skip
NEVER_ASKED = TuningVerdict("better", **HELD)
ASKED = replace(NEVER_ASKED, general=GeneralChange(0.6, 0.6, -0.05, 0.05, 60))


def grown(verdict: TuningVerdict, *, unknown: bool = False) -> TrainingRun:
    """A run that went on from an adapter and was better than that."""
    result = TrainingResult(
        holdout_before=1.1, holdout_after=0.1, best_step=4, steps=4, verdict=verdict.to_json(),
        against_parent=CHANGE,
    )  # fmt: skip
    return TrainingRun(
        "r1", "r1", {}, "d", "v", TrainingSettings(), "done", parent_id="" if unknown else "r0",
        plan=TrainingPlan(start_unknown=unknown), result=result, adapter_id="a",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("run", "kind", "whole"),
    [
        (grown(NEVER_ASKED), "better_so_far", None),
        (grown(ASKED), "better", "better"),
        (grown(ASKED, unknown=True), "better_so_far", "better_so_far"),
        (grown(NEVER_ASKED, unknown=True), "better_so_far", None),
    ],
)
def test_better_than_the_adapter_before_only_where_that_is_known(
    run: TrainingRun, kind: str, whole: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    told = run_json(run, "")
    assert (told["against_start"]["verdict"], told["verdict"]) == (kind, whole)
    print_run(run, "/mine.gguf")
    lines = capsys.readouterr().out.splitlines()
    of_the_holdout = " on what was held out" if kind == "better_so_far" else ""
    wanted = f"Better than the adapter it began with{of_the_holdout}: perplexity 2.000"
    assert lines[0].startswith(wanted)
    assert any(line.endswith("Verdict: better.") for line in lines) == (whole == "better")


def test_a_run_that_was_stopped_before_its_first_step_learnt_nothing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    nothing = replace(grown(ASKED), state="stopped", result=TrainingResult(), adapter_id="")
    print_run(nothing, "")
    assert capsys.readouterr().out == "Stopped before the first step; nothing was learnt.\n"
    print_run(grown(ASKED), "")  # kept then, removed since
    said = capsys.readouterr().out
    assert "4 steps, the best was 4" in said
    assert said.endswith("The adapter is gone by now.\n")
