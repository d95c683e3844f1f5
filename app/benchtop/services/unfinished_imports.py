"""An import goes on where an earlier one of the same file did not come to its end.

The store keeps that a file is being imported from the first example to the last. A death, a full disk and a
person who stops it leave that note, and whoever imports the file again adds only what did not come before.

That is what lies behind the examples that came, if the file still begins with them: what a person changed
or threw away since stays so. Of a file that was changed it is what the data set has not, its bin included.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
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
    """An import that this process works on. ``came`` examples from the beginning of the file came before it
    went on, and ``sum`` is their UnfinishedImport.sum; 0 where it did not go on."""

    id: str
    dataset_id: str
    came: int = 0
    sum: str = ""


class BeginningSum:
    """The sum of the examples of a file from its beginning on, as they stand there."""

    def __init__(self) -> None:
        self._sum = hashlib.sha256()

    def add(self, examples: Sequence[Example]) -> None:
        """Take the next ones of the file."""
        for one in examples:
            texts = [text for turn in one.turns for text in (turn.role, turn.content)]
            told = "\0".join((str(len(texts)), *texts, one.rejected, ""))
            self._sum.update(told.encode("utf-8", "surrogatepass"))

    def __str__(self) -> str:
        return self._sum.hexdigest()


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
    return ImportUnderWay(one, dataset.id)


def go_on_with(store: Store, left: UnfinishedImport) -> ImportUnderWay:
    """Go on with an unfinished one."""
    store.imports.go_on(left.id)
    return ImportUnderWay(left.id, left.dataset_id, left.examples, left.sum)


def add_examples(
    store: Store,
    under_way: ImportUnderWay,
    read: Callable[[], Iterator[Example]],
    report: ImportReport,
    told: Callable[[ImportReport], object],
    *,
    holdout: bool,
) -> None:
    """Add the examples of a file that did not come before; ``told`` hears of each BATCH that was read of it,
    and ``read`` begins the file anew. With ``holdout`` none of them is ever trained on, those that came
    before among them.

    Where it ends early the import stays unfinished, also by what ``told`` raises.
    """
    adding = _Adding(store, under_way, report, told, holdout)
    try:
        examples = read()
        if not adding.pass_over(examples):
            examples = read()
            adding.know_by_sums()
        adding.add(examples)
    except BaseException:
        with suppress(BenchtopError):  # a death would leave it the same way
            store.imports.leave(under_way.id)
        raise
    store.imports.end(under_way.id)


@dataclass(slots=True)
class _Adding:
    """A file that comes in. ``known`` counts by their sums the examples of the data set where only that tells
    what came before."""

    store: Store
    under_way: ImportUnderWay
    report: ImportReport
    told: Callable[[ImportReport], object]
    holdout: bool
    beginning: BeginningSum = field(default_factory=BeginningSum)
    by_sums: bool = False
    known: Counter[str] = field(default_factory=Counter)

    def pass_over(self, examples: Iterator[Example]) -> bool:
        """Take those that came before from the beginning of the file; whether they are those."""
        came = self.under_way.came
        if came and not self.under_way.sum:
            return False
        while batch := list(islice(examples, min(BATCH, came))):
            came -= len(batch)
            self._write(batch, [])
        return not (self.under_way.came and (came or str(self.beginning) != self.under_way.sum))

    def know_by_sums(self) -> None:
        """Look through the data set instead, which says less: what was changed there since is not known."""
        self.by_sums = True
        self.known = Counter(self.store.examples.sums(self.under_way.dataset_id, binned=True))

    def add(self, examples: Iterator[Example]) -> None:
        """Add the rest of the file."""
        while batch := list(islice(examples, BATCH)):
            self._write(batch, self._missing(batch))

    def _write(self, batch: Sequence[Example], missing: Sequence[Example]) -> None:
        store, dataset_id, report = self.store, self.under_way.dataset_id, self.report
        self.beginning.add(batch)
        with store.connection.writing():
            store.datasets.check(dataset_id)
            added = store.examples.add(dataset_id, missing, holdout=self.holdout) if missing else []
            if self.holdout:
                store.versions.hold_out(dataset_id, {cleaned(one).prompt_sum for one in batch})
            if self.by_sums or report.read > self.under_way.came:
                content = "" if self.by_sums else str(self.beginning)
                store.imports.count(self.under_way.id, report.read, content)
        report.known += len(batch) - len(missing)
        report.added += [one.id for one in added]
        self.told(report)

    def _missing(self, batch: Sequence[Example]) -> list[Example]:
        """Those that are not known; each that is known is taken off, so that what a file holds twice is
        kept twice."""
        if not self.known:
            return list(batch)
        missing = []
        for one in batch:
            content = cleaned(one).sum
            if self.known[content] > 0:
                self.known[content] -= 1
            else:
                missing.append(one)
        return missing


def _size(path: Path) -> int:
    """Nothing for a file that has gone: reading it tells."""
    try:
        return path.stat().st_size
    except OSError:
        return 0
