"""An import goes on where an earlier one of the same file did not come to its end.

The store keeps that a file is being imported from the first example to the last. A death, a full disk and a
person who stops it leave that note, and whoever imports the file again adds only what is not there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from benchtop.domain.errors import BenchtopError
from benchtop.domain.examples import Dataset, Example, UnfinishedImport
from benchtop.services.example_files import ImportReport
from benchtop.store.database import Store
from benchtop.store.example_rows import cleaned
from benchtop.store.examples import BATCH


@dataclass(frozen=True, slots=True)
class ImportUnderWay:
    """An import that this process works on. ``known`` counts by their sums the examples that were in the data
    set when it went on with an earlier one; empty where it did not."""

    id: str
    dataset_id: str
    known: Counter[str]


def unfinished_of(store: Store, into: Dataset | str, path: Path) -> UnfinishedImport | None:
    """The unfinished import that importing a file into a data set goes on with, or into a new one of a name;
    None where it begins anew. For a name it must have been asked for before with a file of this size: the
    file of another day may be another one."""
    place = str(path.absolute())
    for one in store.imports.unfinished():
        if one.path != place:
            continue
        if isinstance(into, Dataset):
            if one.dataset_id == into.id:
                return one
        elif one.wanted == wanted_name(into) and one.bytes == _size(path):
            return one
    return None


def wanted_name(name: str) -> str:
    """A name that was asked for, as it is compared."""
    return " ".join(name.split()).casefold()


def begin_import(store: Store, dataset: Dataset, path: Path, wanted: str = "") -> ImportUnderWay:
    """Note that a file is imported from now on; ``wanted`` is the name that was asked for of a new data
    set."""
    name = wanted_name(wanted)
    one = store.imports.begin(dataset.id, str(path.absolute()), _size(path), name)
    return ImportUnderWay(one, dataset.id, Counter())


def go_on_with(store: Store, left: UnfinishedImport) -> ImportUnderWay:
    """Go on with an unfinished one; what it left is looked through once."""
    store.imports.go_on(left.id)
    return ImportUnderWay(left.id, left.dataset_id, Counter(store.examples.sums(left.dataset_id)))


def add_examples(
    store: Store,
    under_way: ImportUnderWay,
    examples: Iterable[Example],
    report: ImportReport,
    told: Callable[[ImportReport], object],
    *,
    holdout: bool,
) -> None:
    """Add the examples of a file that are not there; ``told`` hears of each BATCH that was read of it. With
    ``holdout`` none of them is ever trained on, those that were there among them.

    Where it ends early the import stays unfinished, also by what ``told`` raises.
    """
    waiting = iter(examples)
    try:
        while batch := list(islice(waiting, BATCH)):
            missing = _missing(batch, under_way.known)
            report.known += len(batch) - len(missing)
            with store.connection.writing():
                store.examples.add(under_way.dataset_id, missing, holdout=holdout)
                if holdout:
                    prompts = {cleaned(one).prompt_sum for one in batch}
                    store.versions.hold_out(under_way.dataset_id, prompts)
                store.imports.count(under_way.id, report.read)
            told(report)
    except BaseException:
        with suppress(BenchtopError):  # a death would leave it the same way
            store.imports.leave(under_way.id)
        raise
    store.imports.end(under_way.id)


def _missing(batch: Sequence[Example], known: Counter[str]) -> list[Example]:
    """Those that are not known; each that is known is taken off ``known``, so that what a file holds twice is
    kept twice."""
    if not known:
        return list(batch)
    missing = []
    for one in batch:
        content = cleaned(one).sum
        if known[content] > 0:
            known[content] -= 1
        else:
            missing.append(one)
    return missing


def _size(path: Path) -> int:
    """Nothing for a file that has gone: reading it tells."""
    try:
        return path.stat().st_size
    except OSError:
        return 0
