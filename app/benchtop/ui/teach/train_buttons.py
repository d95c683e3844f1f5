"""Which buttons a run has: what can be done with it as it is now."""

from __future__ import annotations

from benchtop.domain.training import ENDED
from benchtop.ui.teach.train_rows import LiveRun

IN_ORDER = ("pause", "resume", "result", "another", "stop")
"""What the keyboard is given to: the first of these that can be pressed."""


def button_states(live: LiveRun) -> dict[str, tuple[bool, bool]]:
    """Of each button whether it is shown, and whether it can be pressed. Before the first step there is
    nothing to pause."""
    state = live.run.state
    ended, paused = state in ENDED, state == "paused"
    busy = live.phase in {"pausing", "stopping", "judging"}
    has_result = bool(live.run.adapter_id) or live.run.result is not None
    return {
        "pause": (state == "running", not busy),
        "resume": (paused, live.phase == "idle"),
        "stop": (not ended, not busy),
        "result": (ended and has_result, True),
        "another": (ended or paused, True),
    }


def first_button(states: dict[str, tuple[bool, bool]]) -> str:
    """The first that can be pressed; empty for none."""
    return next((key for key in IN_ORDER if all(states[key])), "")
