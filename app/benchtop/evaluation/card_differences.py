"""What differs between two cards of the same thing, done twice."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any

from benchtop.domain.cards import Card

SAME_FIGURE = 1e-9
"""Figures that differ by less of the larger one are the same: they went through text."""
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Difference:
    """``what`` names the place, such as ``results.answers.0.text``; an empty side: it is not there."""

    what: str
    before: str
    after: str


def card_differences(before: Card, after: Card) -> list[Difference]:
    """Differences of the machine, of the files of the models, and of the results, in this order.

    Nobody expects the time of a card or a duration to repeat: what ends in ``_seconds``, ``_rate`` or
    ``_bytes`` is left out.
    """
    found = [*_machine(before, after), *_models(before, after)]
    found += _values("results", before.results, after.results)
    return found


def _machine(before: Card, after: Card) -> Iterator[Difference]:
    for one in fields(before.machine):
        old, new = getattr(before.machine, one.name), getattr(after.machine, one.name)
        if old != new:
            yield Difference(f"machine.{one.name}", str(old or ""), str(new or ""))


def _models(before: Card, after: Card) -> Iterator[Difference]:
    now = {model.name: model for model in after.models}
    for old in before.models:
        new = now.pop(old.name, None)
        if new is None:
            yield Difference(f"models.{old.name}", old.file, "")
            continue
        for name in ("sha256", "bytes", "template_sha256"):
            was, is_now = getattr(old, name), getattr(new, name)
            if was and is_now and was != is_now:  # what one side does not know says nothing
                yield Difference(f"models.{old.name}.{name}", str(was), str(is_now))
    for name, new in now.items():
        yield Difference(f"models.{name}", "", new.file)


def _values(what: str, before: Any, after: Any) -> Iterator[Difference]:
    if isinstance(before, dict) and isinstance(after, dict):
        for name in [*before, *(name for name in after if name not in before)]:
            if not str(name).endswith(("_seconds", "_rate", "_bytes")):
                yield from _values(f"{what}.{name}", before.get(name), after.get(name))
    elif isinstance(before, list) and isinstance(after, list):
        for place in range(max(len(before), len(after))):
            old, new = (side[place] if place < len(side) else None for side in (before, after))
            yield from _values(f"{what}.{place}", old, new)
    elif not _same(before, after):
        yield Difference(what, *_shown(before, after))


def _same(before: Any, after: Any) -> bool:
    figures = all(
        isinstance(one, (int, float)) and not isinstance(one, bool) for one in (before, after)
    )
    if figures:
        return math.isclose(before, after, rel_tol=SAME_FIGURE, abs_tol=SAME_FIGURE)
    return type(before) is type(after) and bool(before == after)


def _shown(before: Any, after: Any) -> tuple[str, str]:
    """Both sides as short texts; of long ones from a little before the first sign that differs."""
    old, new = ("" if one is None else str(one) for one in (before, after))
    same = 0
    while same < min(len(old), len(new)) and old[same] == new[same]:
        same += 1
    start = max(0, same - _LONGEST // 3) if max(len(old), len(new)) > _LONGEST else 0
    return _part(old, start), _part(new, start)


def _part(text: str, start: int) -> str:
    end = start + _LONGEST
    head, tail = "…" if start else "", "…" if end < len(text) else ""
    return f"{head}{text[start:end]}{tail}"
