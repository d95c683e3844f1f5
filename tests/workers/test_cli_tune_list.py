"""What `benchtop tune --list` says of runs that have ended."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchtop.domain.training import TrainingResult, TrainingRun, TrainingSettings
from benchtop.domain.training_verdict import GeneralChange, TuningVerdict
from benchtop.store.database import open_store
from workers.commands import run, run_json

GENERAL = GeneralChange(0.6, 0.6, -0.05, 0.05, 60)
HELD: dict[str, Any] = {
    "ratio_low": 0.2,
    "ratio_high": 0.3,
    "holdout_tokens": 40,
    "holdout_examples": 4,
}
ENDED = {
    "asked": TuningVerdict("better", **HELD, general=GENERAL),
    "never": TuningVerdict("better", **HELD),
    "worse": TuningVerdict("worse", **HELD | {"ratio_low": 1.2, "ratio_high": 1.3}),
    "nothing": TuningVerdict("not_shown"),
    "unread": None,
    "nothing learnt": None,
}


def test_there_is_no_verdict_before_general_questions_were_asked(data_home: Path) -> None:
    with open_store(data_home / "benchtop.sqlite3") as store:
        for name, verdict in ENDED.items():
            result = TrainingResult(verdict=verdict.to_json() if verdict is not None else None)
            state = "stopped" if name == "nothing learnt" else "done"
            made = TrainingRun(
                name, name, {}, "d", "v", TrainingSettings(), state, result=result,
                adapter_id="" if state == "stopped" else "a",
            )  # fmt: skip
            store.training_runs.put(made)
    told = {
        one["run"]: (one["verdict"], one["holdout_verdict"]) for one in run_json("tune", "--list")
    }
    assert told == {
        "asked": ("better", "better"),
        "never": (None, "better"),
        "worse": (None, "worse"),
        "nothing": (None, "not_shown"),
        "unread": (None, None),
        "nothing learnt": (None, None),
    }
    rows = {line.split()[-1]: line for line in run("tune", "--list").stdout.splitlines()[1:]}
    assert "  better  " in rows["asked"]
    assert "  better on held-out, general not asked  " in rows["never"]
    assert "  worse on held-out, general not asked  " in rows["worse"]
    assert "  nothing held out, general not asked  " in rows["nothing"]
    assert "  -  " in rows["unread"]
    assert "  nothing was learnt  " in rows["learnt"]
