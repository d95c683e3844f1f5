"""Examples that are the same or nearly the same, sorted into groups that stand together in the table."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from benchtop.domain.examples import Example

if TYPE_CHECKING:
    from benchtop.services.dataset_check import DatasetFindings
    from benchtop.store.database import Store

Use = Literal["taught", "draft", "left_out"]


@dataclass(slots=True)
class Alike:
    """By ids: ``counts`` says how many others look like one, in an order in which these stand together;
    ``groups`` are the numbers of their groups. ``copies`` are those that are the same word for word, and
    ``places`` says for each such one which it is of how many. ``spare`` of them could be left out, and one of
    each would stay."""

    counts: dict[str, int] = field(default_factory=dict)
    groups: dict[str, int] = field(default_factory=dict)
    copies: list[tuple[str, ...]] = field(default_factory=list)
    places: dict[str, tuple[int, int]] = field(default_factory=dict)
    spare: int = 0

    def take(self, group: Sequence[str]) -> None:
        """Note that these look alike."""
        number = len(self.groups) + 1
        for one in group:
            self.counts[one] = max(self.counts.get(one, 0), len(group) - 1)
            self.groups.setdefault(one, number)

    def take_copies(self, group: Sequence[str]) -> None:
        """Note that these are the same."""
        self.copies.append(tuple(group))
        self.places.update((one, (at, len(group))) for at, one in enumerate(group, 1))


def sort_alike(found: DatasetFindings, ids: Sequence[str], uses: Mapping[int, Use]) -> Alike:
    """What of the examples of these ids looks alike, the same ones first; ``uses`` are those of the places
    that are not taught. Those that are left out count no more: nothing is learnt from them."""
    alike = Alike()
    copies: dict[int, tuple[str, ...]] = {}
    for group in found.exact:
        living = [place for place in group if uses.get(place) != "left_out"]
        copies[group[0]] = tuple(ids[place] for place in living)
        if len(living) > 1:
            alike.take_copies(copies[group[0]])
            alike.spare += max(sum(place not in uses for place in living) - 1, 0)

    def all_of(place: int) -> tuple[str, ...]:
        """What a place stands for in a group of those that are nearly the same."""
        own = () if uses.get(place) == "left_out" else (ids[place],)
        return copies.get(place, own)

    near = [[part for place in group if (part := all_of(place))] for group in found.near]
    near = [group for group in near if len(group) > 1]
    nearly = {part[0] for group in near for part in group}
    for one in alike.copies:
        if one[0] not in nearly:
            alike.take(one)
    for parts in near:
        alike.take([one for part in parts for one in part])
    for leak in found.leaks:
        alike.take([ids[leak.train], ids[leak.holdout]])
    return alike


def leave_copies_out(store: Store, groups: Sequence[Sequence[str]]) -> list[str]:
    """Leave out all but one of each, all of them or none; which. What was changed meanwhile and is not the
    same any more stays, and so do drafts."""
    with store.connection.writing():
        gone = [one.id for group in groups for one in _spare(store.examples.of_ids(group))]
        store.examples.include(gone, False)
    return gone


def _spare(group: Sequence[Example]) -> Iterator[Example]:
    same: dict[str, list[Example]] = defaultdict(list)
    for one in group:
        if one.included and one.state == "kept" and not one.deleted:
            same[_plain(one)].append(one)
    for some in same.values():
        # What is held out stays so, and a worse answer beside is worth keeping; else the first stays.
        stays = max(some, key=lambda one: (one.holdout, bool(one.rejected)))
        yield from (one for one in some if one is not stays)


def _plain(example: Example) -> str:
    """What is compared: all that is said, but for white space."""
    said = " ".join(turn.content for turn in example.turns if turn.role != "system")
    return " ".join(unicodedata.normalize("NFC", said).split())
