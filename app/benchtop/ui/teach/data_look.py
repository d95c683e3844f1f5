"""A look through a whole data set, on a thread of its own."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from benchtop.domain.examples import Example, Turn
from benchtop.domain.personal_data import PersonalKind, personal_of
from benchtop.evaluation.near_duplicates import duplicate_groups, leaks
from benchtop.ui.teach.data_reading import Findings
from benchtop.ui.teach.data_rows import Statistics
from benchtop.ui.teach.data_texts import origin_words
from benchtop.ui.teach.length_bars import with_lengths

MOST_COUNTED = 5_000
"""Examples of a data set that are counted in tokens for its statistics."""


class Stopped(Exception):
    """Nobody waits for it any more."""


class Look:
    """What dataset_check.check_dataset() finds, by ids, from examples that come one by one: of each only its
    words are kept. A hundred thousand objects would keep the window waiting whenever Python looks for
    garbage.

    ``stop`` ends it from another thread: whoever is at work there gets Stopped.
    """

    def __init__(self) -> None:
        self._is_stopped = False
        self._texts = _Texts(self)
        self._sound: list[str] = []
        self._questions = _Texts(self), _Texts(self)
        self._asked: tuple[list[str], list[str]] = [], []
        self._problems: list[str] = []
        self._personal: dict[str, tuple[PersonalKind, ...]] = {}
        self._numbers = _Numbers()
        self._sums: dict[str, str] = {}

    def stop(self) -> None:
        """Nobody waits for it any more."""
        self._is_stopped = True

    def check(self) -> None:
        """Raise Stopped where it was stopped."""
        if self._is_stopped:
            raise Stopped

    def take(self, examples: Iterable[Example]) -> None:
        """Look at each."""
        for one in examples:
            self.check()
            self._take(one)

    def findings(self, dataset_id: str) -> Findings:
        """What is to be known of them all."""
        groups = duplicate_groups(self._texts)
        alike: dict[str, int] = {}
        for group in (*groups.exact, *groups.near):
            _note(alike, [self._sound[place] for place in group])
        for leak in leaks(*self._questions):
            _note(alike, [self._asked[0][leak.train], self._asked[1][leak.holdout]])
        return Findings(
            dataset_id,
            frozenset(self._problems),
            self._personal,
            alike,
            self._numbers.statistics(),
            self._sums if self._numbers.count <= MOST_COUNTED else {},
        )

    def _take(self, one: Example) -> None:
        if kinds := personal_of(one):
            self._personal[one.id] = tuple(dict.fromkeys(kinds))
        if one.state == "kept":
            self._numbers.take(one)
            if self._numbers.count <= MOST_COUNTED:
                self._sums[one.id] = one.sum
        if one.problem():
            self._problems.append(one.id)
            return
        self._sound.append(one.id)
        self._texts.append(_words(one.turns))
        if one.state == "kept" and one.included:
            which = int(one.holdout)
            self._questions[which].append(_words(one.prompt))
            self._asked[which].append(one.id)


def _words(turns: Sequence[Turn]) -> str:
    """What tells an example from others: a system prompt is the same in all of them."""
    return "\n".join(turn.content for turn in turns if turn.role != "system")


def _note(alike: dict[str, int], group: Sequence[str]) -> None:
    for one in group:
        alike[one] = max(alike.get(one, 0), len(group) - 1)


class _Texts(list[str]):
    """Whoever reads on in them ends when the look does."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look

    def __iter__(self) -> Iterator[str]:
        for one in super().__iter__():
            self._look.check()
            yield one

    def __getitem__(self, place):  # type: ignore[no-untyped-def]  # as a list's
        self._look.check()
        return super().__getitem__(place)


class _Numbers:
    """How long examples are, where they come from, how they are tagged."""

    def __init__(self) -> None:
        self._lengths = array("q")
        self._fewest, self._most, self._rejected = 1 << 30, 0, 0
        self._origins: Counter[str] = Counter()
        self._tags: Counter[str] = Counter()

    @property
    def count(self) -> int:
        return len(self._lengths)

    def take(self, one: Example) -> None:
        self._lengths.append(one.characters)
        self._fewest = min(self._fewest, len(one.turns))
        self._most = max(self._most, len(one.turns))
        self._rejected += bool(one.rejected)
        self._origins[origin_words(one.origin)] += 1
        self._tags.update(one.tags)

    def statistics(self) -> Statistics:
        if not self._lengths:
            return Statistics()
        known = Statistics(
            turns=(self._fewest, self._most),
            rejected=self._rejected,
            origins=tuple(self._origins.most_common()),
            tags=tuple(self._tags.most_common()),
        )
        return with_lengths(known, self._lengths)
