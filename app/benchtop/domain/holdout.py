"""Which examples are held out of training, so that a model is judged by what it never saw.

What is held out is a prompt, by its sum: every answer to it is. In an example of several answers each has a
prompt of its own, the turns before it, and all of them are learnt; so an example is held out as well when
one of its earlier answers is to a prompt that is.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Set
from dataclasses import dataclass

from benchtop.domain.examples import Example, more_holdout

_NONE: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class LearntBefore:
    """What the adapter that a run goes on from had learnt, in all runs that led to it: the sums of prompts,
    those of earlier answers too, and of whole examples. Not ``known``: it may have learnt more."""

    prompts: frozenset[str] = _NONE
    sums: frozenset[str] = _NONE
    known: bool = True

    def holds(self, example: Example, sum_: str) -> bool:
        """Whether it learnt an answer to this prompt. ``sum_`` is the example's, which stays what it was when
        the words of a version are replaced."""
        return example.prompt_sum in self.prompts or sum_ in self.sums


def inner_prompt_sums(example: Example) -> frozenset[str]:
    """The sums of the prompts of all answers but the last."""
    turns = example.turns[:-1]
    places = [place for place, turn in enumerate(turns) if turn.role == "assistant"]
    if not places:
        return _NONE
    return frozenset(Example(turns[: place + 1]).prompt_sum for place in places)


def choose_holdout(
    prompts: Mapping[str, frozenset[str]],
    frozen: Set[str],
    part: float,
    trained: Collection[str] = (),
) -> set[str]:
    """Which prompts are to be held out beside the ``frozen`` ones, until ``part`` of all is (more_holdout()
    says how many that is), and those that hold a frozen one within.

    ``prompts`` are the sums of the prompts that can be learnt from, each with its inner_prompt_sums(). One
    with which other examples begin is never chosen, because all of those would go with it. One that was
    ``trained`` on is only chosen where nothing is held out and no other is there: an adapter that learns on
    from an earlier one has seen it.
    """
    known = set(prompts)
    openers = {one for inner in prompts.values() for one in inner}
    free = known - openers - frozen
    unseen = free - set(trained)
    if not unseen and not known & frozen:
        unseen = free
    count = len(more_holdout(known, frozen, part))
    chosen = set(sorted(unseen)[:count])
    held = frozen | chosen
    return chosen | {one for one, inner in prompts.items() if inner & held and one not in frozen}
