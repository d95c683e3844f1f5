"""Texts that say nearly the same: found by MinHash, and made sure of by comparing them.

Likely pairs are those whose MinHash signatures agree in a whole band (Broder 1997; Leskovec, Rajaraman and
Ullman, "Mining of Massive Datasets", chapter 3). For each of them the Jaccard similarity of the shingles is
counted, so that no pair is told that does not reach the threshold; of those just at it about one in a
thousand is missed.
"""

from __future__ import annotations

import hashlib
import unicodedata
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from rensa import RMinHash, RMinHashLSH

from benchtop.evaluation.shingles import shingles

USUAL_THRESHOLD: Final = 0.85
"""Of 100 words about four may differ, or one of 30."""
MOST_LEAKS: Final = 100
"""Training texts that are told for one held-out text."""
_VALUES: Final = 120
"""Of a signature: divisible by 1 to 6, 8 and 10 rows of a band. They estimate a similarity of 0.85 to 0.033
(one standard error)."""
_SEED: Final = 20_251
_MISSED: Final = 0.001
_MARGIN: Final = 0.15
"""What is estimated lower than the threshold by this much is not compared."""
_MOST_HASHES: Final = 8_000_000
"""Hashes of shingles that are kept to compare with (8 bytes each); those of later texts are made again from
the text when they are needed."""
_MOST_COMPARED: Final = 64
"""Of the most likely ones, for one text. Where thousands of texts follow one pattern, each is likely to
resemble each."""


@dataclass(frozen=True, slots=True)
class DuplicateGroups:
    """Indexes of the texts, in order.

    ``exact``: texts that are equal but for white space. ``near``: groups whose first is the one to keep, and
    whose others each resemble that; of equal texts only the first is named.
    """

    exact: tuple[tuple[int, ...], ...] = ()
    near: tuple[tuple[int, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Leak:
    """A training text (its index) that resembles a held-out one; ``similarity`` is Jaccard's, 0 to 1."""

    train: int
    holdout: int
    similarity: float


def duplicate_groups(texts: Sequence[str], threshold: float = USUAL_THRESHOLD) -> DuplicateGroups:
    """Which texts are equal, and which of the others resemble each other at least by ``threshold``.

    The first of several is kept: a text is in a group if it resembles the first of it, so that no two
    texts that are kept resemble each other. The same texts give the same groups.
    """
    equal = _equal(texts)
    known = _Index(threshold, texts, len(equal))
    near: dict[int, list[int]] = defaultdict(list)
    for group in equal:
        first = group[0]
        text = _Sketched(texts[first])
        found = next(known.like(text), None)
        if found is None:
            known.add(first, text)
        else:
            near[found[0]].append(first)
    return DuplicateGroups(
        tuple(tuple(group) for group in equal if len(group) > 1),
        tuple((first, *others) for first, others in sorted(near.items())),
    )


def leaks(
    train_texts: Sequence[str], holdout_texts: Sequence[str], threshold: float = USUAL_THRESHOLD
) -> tuple[Leak, ...]:
    """Which training texts resemble a held-out text at least by ``threshold``, in the order of the held-out
    ones; for each at most MOST_LEAKS."""
    if not holdout_texts:
        return ()
    groups = {group[0]: group for group in _equal(train_texts)}
    known = _Index(threshold, train_texts, len(groups))
    for first in groups:
        known.add(first, _Sketched(train_texts[first]))
    found = []
    for number, text in enumerate(holdout_texts):
        like = {
            train: similarity
            for first, similarity in known.like(_Sketched(text))
            for train in groups[first]
        }
        closest = sorted(like, key=lambda train: (-like[train], train))[:MOST_LEAKS]
        found += [Leak(train, number, like[train]) for train in closest]
    return tuple(found)


class _Sketched:
    """A text's shingles, as their hashes, with the signature."""

    def __init__(self, text: str) -> None:
        parts = list(shingles(text))
        self.hashes = _hashes(parts)
        self.signature = RMinHash(_VALUES, _SEED)
        self.signature.update(parts)


def _hashes(parts: Iterable[str]) -> array[int]:
    """Of this process only, but for telling shingles apart 64 bits are enough."""
    return array("q", map(hash, parts))


class _Index:
    """Up to ``most`` of the texts by number, and which of them resemble another."""

    def __init__(self, threshold: float, texts: Sequence[str], most: int) -> None:
        self._threshold, self._texts = threshold, texts
        self._room = _MOST_HASHES
        self._lsh = RMinHashLSH(threshold, _VALUES, _VALUES // rows_of_band(threshold))
        self._numbers: list[int] = []
        self._hashes: list[array[int]] = []
        """Those of the first rows, as many as there is room for."""
        self._signatures = np.empty((most, _VALUES), np.uint32)

    def add(self, number: int, text: _Sketched) -> None:
        """Remember a text; one without words resembles nothing."""
        if text.hashes:
            row = len(self._numbers)
            self._lsh.insert(row, text.signature)
            self._signatures[row] = text.signature.digest()
            self._numbers.append(number)
            self._room -= len(text.hashes)
            if self._room >= 0:
                self._hashes.append(text.hashes)

    def like(self, text: _Sketched) -> Iterator[tuple[int, float]]:
        """The texts that resemble it and how much, the most likely ones first."""
        if not text.hashes:
            return
        own = frozenset(text.hashes)
        for row in self._likely(text):
            other = self._hashes_of(row)
            shared = len(own.intersection(other))
            similarity = shared / (len(own) + len(other) - shared)
            if similarity >= self._threshold:
                yield self._numbers[row], similarity

    def _hashes_of(self, row: int) -> array[int]:
        if row < len(self._hashes):
            return self._hashes[row]
        return _hashes(shingles(self._texts[self._numbers[row]]))

    def _likely(self, text: _Sketched) -> list[int]:
        """The rows that are worth comparing, by how many of their signature's values are the same."""
        rows = np.sort(np.array(self._lsh.query(text.signature), np.intp))
        values = np.array(text.signature.digest(), np.uint32)
        same = (self._signatures[rows] == values).sum(axis=1)
        order = np.argsort(-same, kind="stable")[:_MOST_COMPARED]
        enough = (self._threshold - _MARGIN) * _VALUES
        found: list[int] = rows[order[same[order] >= enough]].tolist()
        return found


def rows_of_band(threshold: float) -> int:
    """The most signature values to a band, which means the fewest pairs to compare, with which a pair of
    that similarity is missed at most once in a thousand: (1 - s^rows)^bands."""
    for rows in (10, 8, 6, 5, 4, 3, 2):
        if (1 - threshold**rows) ** (_VALUES // rows) <= _MISSED:
            return rows
    return 1


def _equal(texts: Sequence[str]) -> list[list[int]]:
    """The indexes of each different text, in order."""
    groups: dict[bytes, list[int]] = defaultdict(list)
    for number, text in enumerate(texts):
        plain = " ".join(unicodedata.normalize("NFC", text).split())
        # The sums of texts in their place: all the texts at once may be more than the memory holds.
        groups[hashlib.sha256(plain.encode("utf-8", "surrogatepass")).digest()].append(number)
    return list(groups.values())
