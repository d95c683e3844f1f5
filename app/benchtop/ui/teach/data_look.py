"""A look through a whole data set, on a thread of its own."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable

from benchtop.domain.examples import Example
from benchtop.services.dataset_check import DatasetCheck
from benchtop.ui.teach.data_alike import Use, sort_alike
from benchtop.ui.teach.data_reading import Findings
from benchtop.ui.teach.data_rows import Statistics
from benchtop.ui.teach.data_texts import origin_words
from benchtop.ui.teach.length_bars import with_lengths

MOST_COUNTED = 5_000
"""Examples of a data set that are counted in tokens for its statistics."""


class Look:
    """What a DatasetCheck finds, by ids, and the numbers beside it, from examples that come one by one: of
    each only its words are kept. A hundred thousand objects would keep the window waiting whenever Python
    looks for garbage.

    ``stop`` ends it from another thread: whoever is at work there gets CheckStopped.
    """

    def __init__(self) -> None:
        self._check = DatasetCheck()
        self._ids: list[str] = []
        self._numbers = _Numbers()
        self._sums: dict[str, str] = {}
        self._uses: dict[int, Use] = {}

    def stop(self) -> None:
        """Nobody waits for it any more."""
        self._check.stop()

    def take(self, examples: Iterable[Example]) -> None:
        """Look at each."""
        for one in examples:
            self._check.take(one)
            if not one.included or one.state != "kept":
                self._uses[len(self._ids)] = "draft" if one.included else "left_out"
            self._ids.append(one.id)
            if one.state == "kept":
                self._numbers.take(one)
                if self._numbers.count <= MOST_COUNTED:
                    self._sums[one.id] = one.sum

    def findings(self, dataset_id: str) -> Findings:
        """What is to be known of them all."""
        found, ids = self._check.findings(), self._ids
        alike = sort_alike(found, ids, self._uses)
        return Findings(
            dataset_id,
            frozenset(ids[place] for place, _why in found.problems),
            {ids[place]: kinds for place, kinds in found.personal},
            alike.counts,
            self._numbers.statistics(),
            self._sums if self._numbers.count <= MOST_COUNTED else {},
            copies=tuple(alike.copies),
            places=alike.places,
            groups=alike.groups,
            spare=alike.spare,
        )


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
