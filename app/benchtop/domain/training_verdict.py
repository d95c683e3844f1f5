"""Did training help? One of three words, by rules that are fixed before anybody sees the figures.

better: the whole 90 % interval of the ratio of perplexities on the holdout (after over before) lies under 1,
general ability is not shown to be worse, and blind votes do not settle for the base. Not shown to be worse is
no proof: where fewer general questions were answered than before, the window says so first.
worse: that whole interval lies over 1, or it does not lie under 1 and general ability is shown to be worse.
not_shown: everything else, a holdout that is empty or was not read among it.

A run that went on from an earlier adapter is held against that first (against_kind()): the same interval, of
after over before with the earlier adapter. It is not better either where general questions or votes speak
against it.

The loss of training is no part of it: it falls for whatever is learnt by heart.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from benchtop.domain.training import ENDED, TrainingRun

VerdictKind = Literal["better", "not_shown", "worse"]
ShownVerdict = VerdictKind | Literal["better_so_far"]
"""A verdict as it is told: better_so_far is better on what was held out, and no more is known."""
LEVEL = 0.90
"""The level of the intervals."""
SETTLED = 0.95
"""From this probability on, blind votes settle for one of the two, as they do everywhere in Benchtop."""


@dataclass(frozen=True, slots=True)
class GeneralChange:
    """A suite of general questions, asked without and with the adapter. ``before`` and ``after`` are shares
    of its ``prompts`` that passed; ``low`` to ``high`` is the 90 % interval of after minus before."""

    before: float
    after: float
    low: float
    high: float
    prompts: int
    suite: str = ""

    @property
    def shown_worse(self) -> bool:
        """The whole interval lies under 0."""
        return self.high < 0

    @property
    def fell(self) -> bool:
        """Fewer were answered than before, be that shown or chance."""
        return self.after < self.before


@dataclass(frozen=True, slots=True)
class BlindVotes:
    """What a person chose between base and adapter without knowing which was which. ``chance`` is the
    probability that the adapter is the better one by these votes (services/contest_ranking.py)."""

    adapter: int
    base: int
    ties: int
    chance: float = 0.5

    @property
    def count(self) -> int:
        """All votes."""
        return self.adapter + self.base + self.ties

    @property
    def settled_for_base(self) -> bool:
        """The person, asked blind, prefers what there was before."""
        return self.count > 0 and 1 - self.chance >= SETTLED


@dataclass(frozen=True, slots=True)
class TuningVerdict:
    """Perplexities on the holdout, and the 90 % interval of their ratio, after over before.

    ``holdout_tokens`` are the tokens of answers that were read, of ``holdout_examples`` examples; 0 where
    nothing was held out: then the other numbers of the holdout say nothing.
    """

    kind: VerdictKind
    holdout_before: float = 1.0
    holdout_after: float = 1.0
    ratio_low: float = 1.0
    ratio_high: float = 1.0
    holdout_tokens: int = 0
    holdout_examples: int = 0
    general: GeneralChange | None = None
    votes: BlindVotes | None = None

    def to_json(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> TuningVerdict:
        """The inverse of to_json; TypeError for what is none."""
        general, votes = values.get("general"), values.get("votes")
        return cls(
            **{
                **values,
                "general": GeneralChange(**general) if general else None,
                "votes": BlindVotes(**votes) if votes else None,
            }
        )


def verdict_kind(
    ratio_low: float,
    ratio_high: float,
    holdout_tokens: int,
    general: GeneralChange | None = None,
    votes: BlindVotes | None = None,
) -> VerdictKind:
    """The word for these numbers; see the top of this file. An interval that is no number shows nothing."""
    known = holdout_tokens > 0 and math.isfinite(ratio_low) and not math.isnan(ratio_high)
    forgot = general is not None and general.shown_worse
    if known and ratio_low > 1:
        return "worse"
    if known and ratio_high < 1:
        against = votes is not None and votes.settled_for_base
        return "not_shown" if forgot or against else "better"
    return "worse" if forgot else "not_shown"


def against_kind(change: Mapping[str, Any], verdict: TuningVerdict | None) -> VerdictKind:
    """The word for a change from an earlier adapter (TrainingResult.against_parent); ``verdict`` is that
    against the base."""
    low, high, tokens = float(change["low"]), float(change["high"]), int(change["tokens"])
    kind = verdict_kind(low, high, tokens)
    if kind == "better" and verdict is not None:
        return verdict_kind(low, high, tokens, verdict.general, verdict.votes)
    return kind


def told_kind(
    kind: VerdictKind, verdict: TuningVerdict | None, *, start_unknown: bool = False
) -> ShownVerdict:
    """How much of "better" may be told: only of what was held out, where general questions were never asked,
    or nobody knows whether the adapter that the run began with had learnt from it."""
    asked = verdict is not None and verdict.general is not None
    return "better_so_far" if kind == "better" and (start_unknown or not asked) else kind


def shown_verdict(run: TrainingRun, verdict: TuningVerdict | None) -> ShownVerdict | None:
    """The word that leads: against the adapter that the run began with, where that was read, else against
    the base, which is what ``verdict`` says. None: nobody judged yet."""
    change = run.result.against_parent if run.result is not None else None
    if change:
        return told_kind(against_kind(change, verdict), verdict, start_unknown=run.start_unknown)
    if verdict is None:
        return None
    return told_kind(verdict.kind, verdict, start_unknown=run.start_unknown)


def learnt_nothing(run: TrainingRun) -> bool:
    """Whether a run is over and left nothing: it ended before there was anything to keep."""
    if run.state not in ENDED or run.adapter_id:
        return False
    if run.state == "failed" or run.result is None:
        return True
    return run.result.verdict is None and not run.result.best_step
