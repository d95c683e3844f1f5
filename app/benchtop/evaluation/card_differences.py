"""What differs between two cards of the same thing, done twice."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any, TypeGuard

from benchtop.domain.cards import Card, CardModel

SAME_FIGURE = 1e-9
"""Figures that differ by less of the larger one are the same: they went through text."""
_LONGEST = 60
_CHANGING = ("_seconds", "_rate", "_bytes", "joules", "joules_per_1000")
"""Ends of the names of what is another each time."""
_MOMENTS = ("when",)


@dataclass(frozen=True, slots=True)
class Difference:
    """``what`` names the place, such as ``results.answers.0.text``; an empty side: it is not there."""

    what: str
    before: str
    after: str


def card_differences(before: Card, after: Card) -> list[Difference]:
    """Differences of the machine, of the files of the models, and of the results, in this order.

    Nobody expects the time of a card, a speed, a size in memory or an energy to repeat: those are left
    out, and are for changing_figures().
    """
    found = [*_machine(before, after), *_models(before, after)]
    found += _values("results", before.results, after.results)
    return found


def changing_figures(before: Card, after: Card) -> list[Difference]:
    """The speeds, durations, sizes in memory and energies that both cards know, side by side."""
    return list(_figures("results", before.results, after.results))


def _figures(what: str, before: Any, after: Any) -> Iterator[Difference]:
    if isinstance(before, dict) and isinstance(after, dict):
        for name in before:
            old, new = before[name], after.get(name)
            if not _changes(name):
                yield from _figures(f"{what}.{name}", old, new)
            elif name not in _MOMENTS and _is_figure(old) and _is_figure(new) and (old or new):
                yield Difference(f"{what}.{name}", _figure(old), _figure(new))
    elif isinstance(before, list) and isinstance(after, list):
        for place, (old, new) in enumerate(zip(before, after, strict=False)):
            yield from _figures(f"{what}.{place}", old, new)


def _figure(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 10_000 else f"{value:,.5g}"


def _changes(name: object) -> bool:
    return name in _MOMENTS or str(name).endswith(_CHANGING)


def _machine(before: Card, after: Card) -> Iterator[Difference]:
    for one in fields(before.machine):
        old, new = getattr(before.machine, one.name), getattr(after.machine, one.name)
        if old != new:
            yield Difference(f"machine.{one.name}", str(old or ""), str(new or ""))


def _models(before: Card, after: Card) -> Iterator[Difference]:
    now: dict[str, list[CardModel]] = {}
    for model in after.models:
        now.setdefault(model.name, []).append(model)
    for old in before.models:
        there = now.get(old.name)
        new = there.pop(0) if there else None
        if new is None:
            yield Difference(f"models.{old.name}", old.file, "")
            continue
        for name in ("sha256", "bytes", "template_sha256"):
            was, is_now = getattr(old, name), getattr(new, name)
            if was and is_now and was != is_now:  # what one side does not know says nothing
                yield Difference(f"models.{old.name}.{name}", str(was), str(is_now))
    for name, more in now.items():
        yield from (Difference(f"models.{name}", "", new.file) for new in more)


def _values(what: str, before: Any, after: Any) -> Iterator[Difference]:
    if isinstance(before, dict) and isinstance(after, dict):
        for name in [*before, *(name for name in after if name not in before)]:
            if not _changes(name):
                yield from _values(f"{what}.{name}", before.get(name), after.get(name))
    elif isinstance(before, list) and isinstance(after, list):
        for place in range(max(len(before), len(after))):
            old, new = (side[place] if place < len(side) else None for side in (before, after))
            yield from _values(f"{what}.{place}", old, new)
    elif not _same(before, after):
        yield Difference(what, *_shown(before, after))


def _same(before: Any, after: Any) -> bool:
    if _is_figure(before) and _is_figure(after):
        return math.isclose(before, after, rel_tol=SAME_FIGURE, abs_tol=SAME_FIGURE)
    return type(before) is type(after) and bool(before == after)


def _is_figure(value: object) -> TypeGuard[float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


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
