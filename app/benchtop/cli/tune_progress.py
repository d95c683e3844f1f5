"""How far a training run is, on stderr: on a terminal the last line is written over."""

from __future__ import annotations

import math
import sys
import time
from collections import deque

from benchtop.domain.errors import BenchtopError
from benchtop.domain.models import bytes_text
from benchtop.domain.training import HoldoutPoint, TrainingPlan, TrainingRun, TrainPoint
from benchtop.domain.training_pace import seconds_left, tokens_per_second
from benchtop.protocol.tuning_messages import TrainingBegun
from benchtop.services.training_wish import Prepared

TELL_SECONDS = 1.0
"""Steps are told so often."""
PARTS = 4
"""Where nothing can be written over, how far the answers of the base are is told in so many parts."""
_NAMED = 10
_PACE = 64
_DOING = {
    "loading": "opening the model",
    "asking": "the model answers everyday questions, so that it forgets less of the rest",
    "encoding": "turning the examples into tokens",
    "measuring": "trying the settings for some seconds, to know how long it will take",
}


class TuneProgress:
    """One run."""

    def __init__(self) -> None:
        self._told = 0.0
        self._said = ("", -1)
        self._plan = TrainingPlan()
        self._steps = 0
        self._latest: deque[TrainPoint] = deque(maxlen=_PACE)

    def preparing(self, what: str, fraction: float) -> None:
        """What is done before the first step, and how much of it is."""
        if not fraction and what in ("asking", "encoding"):
            return  # the model is opened first
        words, part = _DOING.get(what, what), int(fraction * PARTS)
        if sys.stderr.isatty():
            self._over(f"{words}: {fraction:.0%}" if fraction else words)
        elif what != self._said[0]:
            self.tell(words)
        elif part > self._said[1] and what == "asking":  # that takes minutes, once for each model
            self.tell(f"{words}: {fraction:.0%}")
        self._said = (what, part)

    def prepared(self, prepared: Prepared) -> None:
        """What it will learn from."""
        plan = prepared.run.plan
        examples = f"{plan.train:,} to learn from, {plan.holdout:,} held out"
        self.tell(f"run {prepared.run.id[:12]}: {examples}")
        if plan.learnt_before:
            self.tell(_known(plan.learnt_before))
        if plan.start_unknown:
            self.tell("what it begins with had learnt is not known: maybe what is held out")
        if prepared.wish.settings.preference:
            self.tell(_pairs(plan.pairs))
        if plan.cut:
            self.tell(f"{plan.cut:,} were longer than the context and are cut at a turn")
        for one in prepared.skipped[:_NAMED]:
            self.tell(f"left out: example {one.sum[:12]}: {one.why}")
        if not prepared.prefix_stable:
            self.tell("its template rewrites earlier turns: each answer is an example of its own")

    def begun(self, run: TrainingRun, begun: TrainingBegun) -> None:
        """The first step is about to be made."""
        self._plan, self._steps = run.plan, begun.steps
        self._latest.clear()
        from_ = f", going on from step {begun.step:,}" if begun.step else ""
        self.tell(
            f"{begun.steps:,} steps on {begun.device} with {begun.threads} threads, "
            f"{begun.parameters:,} numbers to learn{from_}"
        )
        left = self._left(begun.step)
        if left and run.plan.memory_bytes:
            self.tell(
                f"it will take about {left} and {bytes_text(run.plan.memory_bytes)} of memory"
            )

    def stepped(self, point: TrainPoint) -> None:
        """A step was made."""
        self._latest.append(point)
        now = time.monotonic()
        if now - self._told < TELL_SECONDS:
            return
        self._told = now
        rate = tokens_per_second(tuple(self._latest))
        words = (
            f"step {point.step:,} of {self._steps:,}, loss {point.loss:.3f}, {rate:,.0f} tokens/s"
        )
        left = self._left(point.step)
        words += f", about {left} left" if left else ""
        if sys.stderr.isatty():
            self._over(words)
        else:
            self.tell(words)

    def holdout(self, point: HoldoutPoint) -> None:
        """The holdout was read."""
        best = ", the best so far" if point.best and point.step else ""
        self.tell(f"step {point.step:,}: loss on what is held out {point.loss:.3f}{best}")

    def restarted(self, run: TrainingRun, error: BenchtopError) -> None:
        """Another trainer goes on."""
        self.tell(
            f"the trainer process ended by itself ({error.facts.get('cause', '')}): another one goes on "
            f"from the last checkpoint, after step {run.step:,}"
        )

    def tell(self, text: str) -> None:
        """Write a line."""
        clear = "\r\033[K" if sys.stderr.isatty() else ""
        sys.stderr.write(f"{clear}{text}\n")
        sys.stderr.flush()

    def _over(self, text: str) -> None:
        sys.stderr.write(f"\r\033[K{text}")
        sys.stderr.flush()

    def _left(self, step: int) -> str:
        found = seconds_left(step, self._steps, tuple(self._latest), self._plan)
        return _time(sum(found) / 2) if found is not None else ""


def _known(count: int) -> str:
    """What is held out and proves nothing."""
    if count == 1:
        return "1 more is held out and not read: what it begins with had learnt from it"
    return f"{count:,} more are held out and not read: what it begins with had learnt from them"


def _pairs(count: int) -> str:
    if not count:
        return "none of its examples has a rejected answer: --preference changes nothing here"
    have = "has" if count == 1 else "have"
    return f"{count:,} of them {have} a rejected answer beside the better one (DPO)"


def _time(seconds: float) -> str:
    """A time to come, no more exactly than anybody knows."""
    if seconds < 90:
        return f"{max(5, round(seconds / 5) * 5)} s"
    minutes = math.ceil(seconds / 60)
    return f"{minutes} min" if minutes < 120 else f"{minutes / 60:.1f} h"
