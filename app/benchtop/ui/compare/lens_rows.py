"""What the next-token lens shows: plain values, filled by the wiring.

Probabilities are 0 to 1, divergences in nats. A place is evaluation.next_token.Place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Literal

from benchtop.evaluation.next_token import Place

LensKind = Literal["model", "count"]
Likelihood = Literal["start", "next", "sure", "likely", "possible", "surprising", "astonishing"]
LEAST: dict[Likelihood, float] = {
    "sure": 0.9,
    "likely": 0.5,
    "possible": 0.1,
    "surprising": 0.01,
    "astonishing": 0.0,
}
"""The probability from which on a token is called so."""


@dataclass(frozen=True, slots=True)
class LensRow:
    """One contestant's view of the text: a model, or the one that counts.

    ``leading`` places at the beginning stand for no text (a model's BOS). All rows of a result show the
    same text; their tokens may differ.
    """

    id: str
    name: str
    places: tuple[Place, ...]
    kind: LensKind = "model"
    leading: int = 0


@dataclass(frozen=True, slots=True)
class LensRequest:
    """What is wanted: ``prompt`` read by ``first``, by ``second`` too where it is not empty, with ``top``
    alternatives for each place; ``counting``: beside them the model that counts. ``as_chat``: the prompt is
    a message in the model's template, with the ``reply`` to it as far as there is one."""

    prompt: str
    first: str
    second: str = ""
    top: int = 10
    counting: bool = False
    as_chat: bool = False
    reply: str = ""


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of the text that begins and ends with a token in every row: in ``spans`` the first place
    of each row and the one after its last. A row may have none there."""

    spans: tuple[tuple[int, int], ...]


def text_of(place: Place) -> str:
    """The token that came; nothing for the place after the end."""
    return "" if is_end(place) else place.text


def is_end(place: Place) -> bool:
    """Whether it is the place after the text, of what would come next."""
    return place.id < 0


def likelihood(place: Place) -> Likelihood:
    """What its token is called."""
    if is_end(place):
        return "next"
    came = place.came
    if came is None:
        return "start"
    return next(name for name, least in LEAST.items() if came.probability >= least)


def rank(place: Place) -> int | None:
    """Where the token that came stands among the alternatives, from 1; None where it is below them."""
    ids = [option.id for option in place.options]
    return ids.index(place.id) + 1 if place.id in ids else None


def prefix(row: LensRow, position: int) -> str:
    """The text before a place of a row."""
    return "".join(text_of(place) for place in row.places[row.leading : max(position, row.leading)])


def mostly_astonishing(row: LensRow) -> bool:
    """Whether more than half of a text's tokens were hardly expected at all."""
    names = [likelihood(place) for place in row.places[row.leading :] if place.came is not None]
    return 2 * names.count("astonishing") > len(names)


def segments(rows: Sequence[LensRow]) -> list[Segment]:
    """Where all rows have a border in common: one token each where they cut the text alike.

    What stands for no text is a segment of its own at the beginning, and what would come next one at
    the end.
    """
    if not rows:
        return []
    found = []
    if any(row.leading for row in rows):
        found.append(Segment(tuple((0, row.leading) for row in rows)))
    ends = [_ends(row) for row in rows]
    common = set(ends[0]).intersection(*map(set, ends[1:]))
    at = [row.leading for row in rows]
    last = [row.leading + len(one) for row, one in zip(rows, ends, strict=True)]
    for border in sorted(common - {0}):
        spans = []
        for number, row in enumerate(rows):
            stop = at[number]
            while stop < last[number] and ends[number][stop - row.leading] <= border:
                stop += 1
            spans.append((at[number], stop))
            at[number] = stop
        found.append(Segment(tuple(spans)))
    if any(place < stop for place, stop in zip(at, last, strict=True)):  # the texts differ
        found.append(Segment(tuple(zip(at, last, strict=True))))
    tails = tuple((stop, len(row.places)) for stop, row in zip(last, rows, strict=True))
    if any(stop < end for stop, end in tails):
        found.append(Segment(tails))
    return found


def _ends(row: LensRow) -> list[int]:
    """Where each token of the text ends, in characters from its beginning."""
    came = [place for place in row.places[row.leading :] if not is_end(place)]
    return list(accumulate(len(text_of(place)) for place in came))


def most_apart(row: LensRow, count: int) -> list[int]:
    """The places where this row's predictions differ most from the other's, the largest KL first."""
    known = [
        (place.divergence, -number)
        for number, place in enumerate(row.places)
        if place.divergence is not None and place.divergence > 0
    ]
    return [-number for _divergence, number in sorted(known, reverse=True)[:count]]
