"""Names that tell things apart where several share one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import count

from benchtop.domain.contests import Contestant


def told_apart(names: Sequence[str]) -> list[str]:
    """The names in their order, with a number behind those that occur more than once: "a (1)", "b",
    "a (2)". A number is passed over where something has that very name already, so that all differ."""
    times, taken = Counter(names), set(names)
    numbers = {name: count(1) for name, often in times.items() if often > 1}
    found = []
    for name in names:
        own = name
        if name in numbers:
            tried = (f"{name} ({number})" for number in numbers[name])
            own = next(one for one in tried if one not in taken)
            taken.add(own)
        found.append(own)
    return found


def contestant_names(contestants: Iterable[Contestant]) -> list[str]:
    """The names of contestants, told apart."""
    return told_apart([one.name for one in contestants])
