"""What the Compare page shows and is told: plain values, filled by the wiring.

Sizes are bytes, durations seconds, instants seconds since 1970 in UTC, probabilities 0 to 1. What is not
known is 0, empty or None. ``key`` names a contestant for as long as it is on the page, whatever its name
and its position.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from benchtop.domain.contests import LEAST_CONTESTANTS, MOST_CONTESTANTS, VoteOutcome
from benchtop.domain.generation import SamplingParams
from benchtop.evaluation.ranking import INTERVAL, SURE

__all__ = [
    "BLIND_NAMES",
    "ENDED",
    "INTERVAL",
    "LEAST_CONTESTANTS",
    "MOST_CONTESTANTS",
    "SURE",
    "AdapterChoice",
    "AdapterRow",
    "ColumnFigures",
    "ColumnRow",
    "ColumnState",
    "ContestantDraft",
    "ContestantRow",
    "PairRow",
    "RankFilter",
    "RankRow",
    "RankSummary",
    "RoundRow",
    "Stage",
    "SuggestionRow",
    "TurnRow",
    "VoteOutcome",
]

ColumnState = Literal["waiting", "loading", "writing", "done", "failed", "cancelled"]
ENDED: frozenset[ColumnState] = frozenset({"done", "failed", "cancelled"})
Stage = Literal["checking", "loading", "waiting", "reading", "writing"]
"""What is done in a turn: the files are read for their sums, the model is loaded, another one is let
finish, the prompt is read, the answer is written."""
BLIND_NAMES = ("A", "B", "C", "D", "E", "F")
"""What stands in the place of names, from left to right."""


@dataclass(frozen=True, slots=True)
class AdapterRow:
    """An adapter of a contestant; ``scale`` 1 is as trained."""

    path: str
    name: str
    scale: float = 1.0


@dataclass(frozen=True, slots=True)
class AdapterChoice:
    """An adapter that fits a model. ``detail`` is like "rank 8 · 1.2 MB"."""

    path: str
    name: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class ContestantRow:
    """A contestant as it stands in the bar.

    ``detail`` is a line on the model, such as "3.6M · Q8_0". ``params_summary`` tells what is not at its
    default, such as "temperature 0, seed 7". ``problem`` is the sentence of why it cannot take part. The seed
    within ``params`` is its seed, None for a new one each time.
    """

    key: str
    name: str
    model_id: str
    model_name: str
    detail: str = ""
    system_prompt: str = ""
    params: SamplingParams = field(default_factory=SamplingParams)
    params_summary: str = ""
    adapters: tuple[AdapterRow, ...] = ()
    problem: str = ""


@dataclass(frozen=True, slots=True)
class ContestantDraft:
    """A contestant as a person wants it. ``key`` is empty for a new one; ``name`` is empty where the
    model's own will do. The seed within ``params`` is the contestant's."""

    key: str = ""
    name: str = ""
    model_id: str = ""
    system_prompt: str = ""
    params: SamplingParams = field(default_factory=SamplingParams)
    adapters: tuple[AdapterRow, ...] = ()


@dataclass(frozen=True, slots=True)
class ColumnFigures:
    """What an answer cost. ``memory`` is what its process took at the end, 0 where nobody knows.

    ``was_read``: most of its prompt had been read before, for another answer of the same model, so that
    its first token came sooner.
    """

    first_token_seconds: float = 0.0
    tokens_per_second: float = 0.0
    tokens: int = 0
    memory: int = 0
    was_read: bool = False


@dataclass(frozen=True, slots=True)
class ColumnRow:
    """One answer. ``label`` is the contestant's name, or "A" or "B" while it is blind.

    ``sentence`` is why there is no answer or only half of one, or a remark on one that is done.
    """

    key: str
    label: str
    text: str = ""
    reasoning: str = ""
    state: ColumnState = "waiting"
    sentence: str = ""
    figures: ColumnFigures | None = None

    @property
    def ended(self) -> bool:
        """Whether nothing more will come."""
        return self.state in ENDED


@dataclass(frozen=True, slots=True)
class RoundRow:
    """A prompt, and its answers from left to right. ``blind``: no figures, and no answer before all
    have ended; a vote makes it False."""

    prompt: str
    columns: tuple[ColumnRow, ...]
    blind: bool = False

    @property
    def ended(self) -> bool:
        """Whether all answers have."""
        return all(column.ended for column in self.columns)

    @property
    def veiled(self) -> bool:
        """Whether the answers must not be seen yet."""
        return self.blind and not self.ended


@dataclass(frozen=True, slots=True)
class TurnRow:
    """Whose turn it is: ``label`` is empty while it is nobody's, and is never shown while the round is
    blind. ``place`` counts from 1. ``fraction`` is how far the loading is, None where nobody knows."""

    stage: Stage
    label: str = ""
    place: int = 0
    of: int = 0
    fraction: float | None = None


@dataclass(frozen=True, slots=True)
class PairRow:
    """The two answers to vote on, by their keys, and what stands above them; ``number`` ``of`` so many
    pairs of one prompt, counted from 1."""

    left_key: str
    right_key: str
    left: str
    right: str
    blind: bool = True
    number: int = 1
    of: int = 1


@dataclass(frozen=True, slots=True)
class SuggestionRow:
    """The pair that a vote would tell most about, and the prompt to ask it; empty for one of the
    person's own."""

    left: str
    right: str
    prompt: str = ""


@dataclass(frozen=True, slots=True)
class RankRow:
    """A contestant's log-strength: the mean, and the interval that holds it with 90 %. ``detail`` tells
    two of one name apart."""

    name: str
    mean: float
    low: float
    high: float
    votes: int
    detail: str = ""


@dataclass(frozen=True, slots=True)
class RankSummary:
    """What the votes say, in a sentence. ``winner`` is a RankRow's name, empty unless ``settled``:
    nobody is named better below 95 %."""

    sentence: str
    settled: bool = False
    winner: str = ""


@dataclass(frozen=True, slots=True)
class RankFilter:
    """Which votes count: those with all of these tags, cast since then (None: at any time)."""

    tags: tuple[str, ...] = ()
    since: float | None = None
