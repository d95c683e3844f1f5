"""What the Data tab shows, as plain rows: its owner makes them from the store."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, get_args

from benchtop.domain.examples import Origin

Filter = Literal["all", "drafts", "alike", "personal", "unusable", "excluded", "held_out"]
FILTERS: tuple[Filter, ...] = get_args(Filter)
"""Which examples are on show: each part of the line of health is one of these."""
ExportForm = Literal["messages", "sharegpt", "alpaca", "dolly", "preference", "csv"]
DraftKind = Literal["prompts", "answers", "rewrites"]
"""What a larger model is asked for: new prompts like these, answers to these prompts, or rewrites."""
NOT_READ = -1
"""A figure that nobody has counted yet."""


@dataclass(frozen=True, slots=True)
class ExampleRow:
    """One example in the table. ``question`` and ``answer`` are the beginnings of the last ones, of which
    there are ``exchanges``; ``length`` counts tokens of the model at hand where ``in_tokens``, else letters.
    ``sum`` is Example.sum. ``most`` is how many tokens of it would be taught, where it has more; else 0.
    ``personal`` is how many personal things were found in it, ``alike`` how many other examples look like
    it, and ``group`` the number that all of them have. ``copy``: of those that say the same word for word it
    is the first, second… of so many. ``problem`` is an Example.problem()."""

    id: str
    question: str
    answer: str
    origin: Origin = field(default_factory=Origin)
    tags: tuple[str, ...] = ()
    length: int = 0
    in_tokens: bool = False
    turns: int = 2
    is_draft: bool = False
    included: bool = True
    holdout: bool = False
    has_rejected: bool = False
    personal: int = 0
    alike: int = 0
    copy: tuple[int, int] = (0, 0)
    group: int = 0
    problem: str = ""
    exchanges: int = 1
    sum: str = ""
    most: int = 0


@dataclass(frozen=True, slots=True)
class Health:
    """How a data set does, in numbers of examples; NOT_READ where it is still being looked for."""

    examples: int = 0
    held_out: int = 0
    drafts: int = 0
    excluded: int = 0
    alike: int = 0
    personal: int = 0
    unusable: int = 0

    def of(self, which: Filter) -> int:
        """The number of a filter."""
        return self.examples if which == "all" else int(getattr(self, which))


@dataclass(frozen=True, slots=True)
class Change:
    """A text before and after what is personal was replaced in it; (start, end) of each place in
    ``before`` and ``after``, in letters."""

    example_id: str
    before: str
    after: str
    places: tuple[tuple[int, int], ...] = ()
    new_places: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class BrokenLine:
    """A line of a file that is no example, and why."""

    line: int
    why: str


@dataclass(frozen=True, slots=True)
class ImportOutcome:
    """What came of a file. ``known`` were in the data set already, from an import that had not come to its
    end, and were not added again; ``again`` of those that were ``read`` were there as well. ``broken`` may be
    the first of many: ``left_out`` counts all. ``stopped``: a person ended it; ``skipped``: it was not begun
    then. ``removed``: its data set went into the bin before its end. ``error``: why no more of it could be
    read."""

    name: str
    read: int
    left_out: int = 0
    known: int = 0
    broken: tuple[BrokenLine, ...] = ()
    stopped: bool = False
    skipped: bool = False
    again: int = 0
    error: str = ""
    removed: bool = False


@dataclass(frozen=True, slots=True)
class Statistics:
    """``edges`` are the ends of the bars (one more than ``counts``), in tokens of ``model`` where
    ``in_tokens``, else in letters; ``too_long`` are longer than the ``most`` tokens that would be taught.
    ``turns`` are the fewest and the most of an example. ``origins`` and ``tags`` are (words, how many), the
    most first."""

    counts: tuple[int, ...] = ()
    edges: tuple[int, ...] = ()
    in_tokens: bool = False
    shortest: int = 0
    median: int = 0
    longest: int = 0
    model: str = ""
    too_long: int = 0
    most: int = 0
    turns: tuple[int, int] = (0, 0)
    rejected: int = 0
    origins: tuple[tuple[str, int], ...] = ()
    tags: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class TeacherModel:
    """A model on this machine that could draft; ``note`` says what of it ("7.6B, fits easily"), and
    ``caution`` in a sentence why its drafts may be of no use; empty where there is no reason."""

    id: str
    name: str
    note: str = ""
    caution: str = ""


@dataclass(frozen=True, slots=True)
class DraftWish:
    """What a larger model is asked for. ``of_chosen``: from the examples that are chosen in the table,
    not from all."""

    model_id: str
    kind: DraftKind
    count: int
    of_chosen: bool = False


@dataclass(frozen=True, slots=True)
class DraftProgress:
    """How far the teacher is; ``words`` say more than the numbers where there is more to say."""

    done: int
    wanted: int
    words: str = ""
