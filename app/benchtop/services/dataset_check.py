"""What a person should know of a data set before a model learns from it."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import overload

from benchtop.domain.examples import Example, Turn
from benchtop.domain.personal_data import PersonalKind, personal_of
from benchtop.evaluation.near_duplicates import USUAL_THRESHOLD, Leak, duplicate_groups, leaks
from benchtop.services.dataset_statistics import Spread, spread_of
from benchtop.services.spooled_texts import SpooledTexts


class CheckStopped(Exception):
    """Nobody waits for the check any more."""


@dataclass(frozen=True, slots=True)
class DatasetFindings:
    """Places are those of the examples that were checked, from 0.

    ``problems`` say why nothing can be learnt from one. ``exact`` and ``near`` are groups of the same and of
    nearly the same examples, the first of each the one to keep. ``leaks`` are pairs of an example that is
    learnt from and one that is held out with nearly the same question. ``personal`` names the kinds of
    personal data in an example, ``too_long`` its length in tokens where that is more than the context.
    ``tokens`` is how long those are that were counted; None where none was.
    """

    checked: int = 0
    problems: tuple[tuple[int, str], ...] = ()
    exact: tuple[tuple[int, ...], ...] = ()
    near: tuple[tuple[int, ...], ...] = ()
    leaks: tuple[Leak, ...] = ()
    personal: tuple[tuple[int, tuple[PersonalKind, ...]], ...] = ()
    too_long: tuple[tuple[int, int], ...] = ()
    tokens: Spread | None = None

    @property
    def is_clean(self) -> bool:
        """Whether there is nothing to tell."""
        lists = (self.problems, self.exact, self.near, self.leaks, self.personal, self.too_long)
        return not any(lists)


class DatasetCheck:
    """Looks through examples that come one by one, of any number, and keeps only their words: they lie in
    files of ``folder`` that have no names, and memory holds some hundreds of bytes of each example; without
    a folder they are in memory too.

    ``context`` is how many tokens of an example are learnt (0: no matter). ``threshold`` (0 to 1) is how
    alike texts are that are told as nearly the same. ``stop`` ends it from another thread: whoever is at work
    there gets CheckStopped. With a folder its methods raise FileNotWritten when the disk is full.
    """

    def __init__(
        self, folder: Path | None = None, *, context: int = 0, threshold: float = USUAL_THRESHOLD
    ) -> None:
        self._context, self._threshold = context, threshold
        self._texts, self._train, self._held = (_texts_in(folder) for _ in range(3))
        self._is_stopped = False
        self._sound, self._train_places, self._held_places = (array("q") for _ in range(3))
        self._problems: list[tuple[int, str]] = []
        self._personal: list[tuple[int, tuple[PersonalKind, ...]]] = []
        self._too_long: list[tuple[int, int]] = []
        self._lengths = array("q")

    @property
    def checked(self) -> int:
        """How many examples came."""
        return len(self._texts)

    def stop(self) -> None:
        """Nobody waits for it any more."""
        self._is_stopped = True

    def take(self, example: Example, tokens: int = 0) -> None:
        """Look at one; ``tokens`` is its length, where that is known."""
        self._go_on()
        place = len(self._texts)
        self._texts.append(_words(example.turns))
        if kinds := personal_of(example):
            self._personal.append((place, tuple(dict.fromkeys(kinds))))
        if problem := example.problem():
            self._problems.append((place, problem))
            return
        self._sound.append(place)
        if tokens:
            self._lengths.append(tokens)
            if 0 < self._context < tokens:
                self._too_long.append((place, tokens))
        if example.included and example.state == "kept":
            # The same answer to another question is no leak.
            texts, places = (
                (self._held, self._held_places)
                if example.holdout
                else (self._train, self._train_places)
            )
            texts.append(_words(example.prompt))
            places.append(place)

    def findings(self, told: Callable[[float], object] = lambda _fraction: None) -> DatasetFindings:
        """What was found in all that came; ``told`` hears how far the comparing is, from 0 to 1."""
        asked = 2 * len(self._train) + len(self._held) if self._held else 0
        reads = _Reads(2 * len(self._sound) + asked, told, self._go_on)
        sound = _Counted(self._texts, self._sound, reads)
        groups = duplicate_groups(sound, self._threshold)
        found = leaks(
            _Counted(self._train, range(len(self._train)), reads),
            _Counted(self._held, range(len(self._held)), reads),
            self._threshold,
        )
        train, held = self._train_places, self._held_places
        return DatasetFindings(
            checked=self.checked,
            problems=tuple(self._problems),
            exact=_places(groups.exact, self._sound),
            near=_places(groups.near, self._sound),
            leaks=tuple(Leak(train[one.train], held[one.holdout], one.similarity) for one in found),
            personal=tuple(self._personal),
            too_long=tuple(self._too_long),
            tokens=spread_of(self._lengths) if self._lengths else None,
        )

    def words(self, place: int) -> str:
        """What was said in an example, from its first question on."""
        return self._texts[place]

    def close(self) -> None:
        """Free the room that the words take."""
        for one in (self._texts, self._train, self._held):
            one.close()

    def _go_on(self) -> None:
        if self._is_stopped:
            raise CheckStopped


class _HeldTexts(list[str]):
    """Texts in memory, as SpooledTexts are on the disk."""

    def close(self) -> None:
        self.clear()


def _texts_in(folder: Path | None) -> SpooledTexts | _HeldTexts:
    return SpooledTexts(folder) if folder is not None else _HeldTexts()


class _Reads:
    """Tells how many of the expected readings are done, a hundred times at most; ``go_on`` is called before
    each."""

    def __init__(
        self, expected: int, told: Callable[[float], object], go_on: Callable[[], None]
    ) -> None:
        self._expected, self._told = max(expected, 1), told
        self.go_on = go_on
        self._done = self._percent = 0

    def count(self) -> None:
        self._done += 1
        percent = min(100 * self._done // self._expected, 99)
        if percent > self._percent:
            self._percent = percent
            self._told(percent / 100)


class _Counted(Sequence[str]):
    """Some of the texts; each reading of one is counted."""

    def __init__(self, texts: Sequence[str], places: Sequence[int], reads: _Reads) -> None:
        self._texts, self._places, self._reads = texts, places, reads

    def __len__(self) -> int:
        return len(self._places)

    @overload
    def __getitem__(self, place: int) -> str: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[str]: ...

    def __getitem__(self, place: int | slice) -> str | Sequence[str]:
        if isinstance(place, slice):
            return [self[one] for one in range(len(self))[place]]
        self._reads.go_on()
        found = self._texts[self._places[place]]
        self._reads.count()
        return found


def _places(groups: Sequence[Sequence[int]], places: Sequence[int]) -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(places[one] for one in group) for group in groups)


def _words(turns: Sequence[Turn]) -> str:
    """What tells an example from others: a system prompt is the same in all of them."""
    return "\n".join(turn.content for turn in turns if turn.role != "system")
