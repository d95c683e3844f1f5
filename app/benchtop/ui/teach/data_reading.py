"""What the Data tab reads of the store, off the window's thread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from benchtop.domain.examples import Dataset, Example
from benchtop.domain.personal_data import (
    Finding,
    PersonalKind,
    find_in_example,
    personal_of,
    redact_example,
)
from benchtop.store.database import Store
from benchtop.store.example_rows import ExampleFilter, head_of
from benchtop.ui.teach.data_rows import (
    NOT_READ,
    Change,
    ExampleRow,
    Filter,
    Health,
    Statistics,
)

MOST_CHANGES = 40
"""Texts that are shown before and after."""


@dataclass(frozen=True, slots=True)
class Findings:
    """What a look through a whole data set found, by the ids of its examples. ``alike`` says how many others
    look like one; in its order those that look alike stand together. ``sums`` are those of all that was
    accepted (Example.sum), or none where that is too much to be counted in tokens. ``copies``, ``places``,
    ``groups`` and ``spare`` are those of an Alike."""

    dataset_id: str = ""
    problems: frozenset[str] = frozenset()
    personal: Mapping[str, tuple[PersonalKind, ...]] = field(default_factory=dict)
    alike: Mapping[str, int] = field(default_factory=dict)
    statistics: Statistics = field(default_factory=Statistics)
    sums: Mapping[str, str] = field(default_factory=dict)
    copies: tuple[tuple[str, ...], ...] = ()
    places: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    groups: Mapping[str, int] = field(default_factory=dict)
    spare: int = 0


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be on show."""

    dataset_id: str
    filter: Filter = "all"
    words: str = ""
    tag: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """All data sets, and of one of them what goes with a Wanted."""

    datasets: tuple[Dataset, ...]
    dataset: Dataset | None = None
    ids: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


def read_shown(store: Store, wanted: Wanted, findings: Findings | None) -> Shown:
    """The data sets, and the ids of the examples that are wanted of one; of the first where there is none of
    that id."""
    datasets = tuple(store.datasets.all())
    found = (one for one in datasets if one.id == wanted.dataset_id)
    dataset = next(found, datasets[0] if datasets else None)
    if dataset is None:
        return Shown(datasets)
    ids = store.examples.ids(dataset.id, _chosen(wanted))
    ids = _flagged(wanted.filter, ids, findings)
    return Shown(datasets, dataset, tuple(ids), tuple(store.examples.tags(dataset.id)))


def _chosen(wanted: Wanted) -> ExampleFilter:
    text, tag = wanted.words, wanted.tag
    match wanted.filter:
        case "drafts":
            return ExampleFilter(text=text, tag=tag, state="draft")
        case "excluded":
            return ExampleFilter(text=text, tag=tag, included=False, state="kept")
        case "held_out":
            return ExampleFilter(text=text, tag=tag, holdout=True, included=True, state="kept")
    return ExampleFilter(text=text, tag=tag)


def _flagged(which: Filter, ids: list[str], findings: Findings | None) -> list[str]:
    if which not in ("alike", "personal", "unusable"):
        return ids
    if findings is None:
        return []
    if which == "alike":
        there = set(ids)
        return [one for one in findings.alike if one in there]
    wanted = findings.personal if which == "personal" else findings.problems
    return [one for one in ids if one in wanted]


def read_rows(store: Store, ids: Sequence[str], findings: Findings | None) -> list[ExampleRow]:
    """The heads of a page; those that are gone are left out."""
    found = findings or Findings()
    return [_row(one, found) for one in store.examples.of_ids(ids)]


def _row(example: Example, findings: Findings) -> ExampleRow:
    head = head_of(0, example)
    return ExampleRow(
        head.id,
        head.question,
        head.answer,
        head.origin,
        head.tags,
        head.characters,
        turns=head.turns,
        is_draft=head.state == "draft",
        included=head.included,
        holdout=head.holdout,
        has_rejected=head.has_rejected,
        personal=len(findings.personal.get(head.id, ())),
        alike=findings.alike.get(head.id, 0),
        copy=findings.places.get(head.id, (0, 0)),
        group=findings.groups.get(head.id, 0),
        problem=head.problem,
        exchanges=sum(turn.role == "user" for turn in example.turns),
        sum=example.sum,
    )


def read_example(store: Store, example_id: str) -> tuple[Example | None, tuple[PersonalKind, ...]]:
    """One example, as far as it is there, and what is personal in it."""
    found = store.examples.of_ids([example_id])
    return (found[0], personal_of(found[0])) if found else (None, ())


def health_of(dataset: Dataset, findings: Findings | None) -> Health:
    """How a data set does."""
    counts = (dataset.examples, dataset.held_out, dataset.drafts)
    excluded = dataset.examples - dataset.included
    if findings is None:
        unknown = NOT_READ if dataset.examples else 0
        return Health(*counts, excluded, unknown, unknown)
    found = (findings.alike, findings.personal, findings.problems)
    return Health(*counts, excluded, *map(len, found))


def changes_of(example: Example) -> list[Change]:
    """Each text of an example that would change if what is personal were replaced."""
    after = redact_example(example)
    texts = zip(
        (*(turn.content for turn in example.turns), example.rejected),
        (*(turn.content for turn in after.turns), after.rejected),
        strict=True,
    )
    found = find_in_example(example)
    return [_change(example.id, old, new, found[old]) for old, new in texts if old != new]


def _change(example_id: str, before: str, after: str, found: Sequence[Finding]) -> Change:
    """Where the stand-ins are in ``after``: the text between two findings is the same in both."""
    places = [(one.start, one.end) for one in found]
    new, at, done = [], 0, 0
    for place, (start, end) in enumerate(places):
        begin = at + start - done
        following = places[place + 1][0] if place + 1 < len(places) else len(before)
        between = before[end:following]
        stop = after.index("]", begin) + 1
        new.append((begin, stop))
        at, done = stop, end
        assert after.startswith(between, stop)
    return Change(example_id, before, after, tuple(places), tuple(new))


def read_changes(store: Store, ids: Sequence[str]) -> tuple[list[Change], int]:
    """The first texts that would change in these examples, and how many there are."""
    changes: list[Change] = []
    for one in store.examples.of_ids(ids):
        changes += changes_of(one)
    return changes[:MOST_CHANGES], len(changes)
