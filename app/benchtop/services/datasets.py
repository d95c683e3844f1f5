"""Data sets by their name: made, filled from files, written to files, and freed of personal data."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchtop.domain.errors import ImportInvalid
from benchtop.domain.example_forms import FormName
from benchtop.domain.examples import USUAL_HOLDOUT, Dataset, Example
from benchtop.domain.personal_data import personal_of, redact_example
from benchtop.domain.teach_errors import DatasetUnknown
from benchtop.services.example_files import (
    FileFormat,
    ImportReport,
    ReadExample,
    Written,
    read_examples,
    write_examples,
)
from benchtop.services.unfinished_imports import (
    ImportUnderWay,
    add_examples,
    begin_import,
    go_on_with,
    unfinished_of,
)
from benchtop.store.database import Store


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of a file, and the data set that it went into, with its counts."""

    dataset: Dataset
    report: ImportReport


def find_dataset(store: Store, wanted: str) -> Dataset:
    """The data set of an id, else of a name, capitals or not; DatasetUnknown where there is none."""
    found = store.datasets.all()
    name = wanted.strip().casefold()
    for dataset in found:
        if dataset.id == wanted:
            return dataset
    for dataset in found:
        if dataset.name.casefold() == name:
            return dataset
    raise DatasetUnknown(dataset=wanted)


def new_dataset(store: Store, name: str, holdout_part: float = USUAL_HOLDOUT) -> Dataset:
    """Keep an empty data set; a name that is taken gets a number: "name (2)"."""
    name = " ".join(name.split()) or "Examples"
    with store.connection.writing():
        taken = {one.name.casefold() for one in store.datasets.all()}
        free, number = name, 1
        while free.casefold() in taken:
            number += 1
            free = f"{name} ({number})"
        dataset = Dataset(uuid.uuid4().hex, free, holdout_part)
        store.datasets.put(dataset)
        return store.datasets.get(dataset.id)


def import_examples(
    store: Store,
    into: Dataset | str,
    path: Path,
    form: FormName | None = None,
    *,
    holdout: bool = False,
    holdout_part: float | None = None,
    told: Callable[[ImportReport], object] = lambda _report: None,
    report: ImportReport | None = None,
) -> Imported:
    """Read a file into a data set, or into a new one of a name, which is only made when the file holds an
    example; ``told`` hears of every thousand that is read. ``holdout_part`` is that of a new one, or
    of the one that it goes on with; None leaves the usual or what that has. With ``holdout`` nothing of it
    is ever trained on. ``report`` is filled in meanwhile, for who wants to know where it ended early.

    Broken lines are counted and passed over. Where it ends early, by a full disk, a death or what ``told``
    raises, what was told stays, the store tells that it is unfinished, and the same file again adds only
    what did not come before. Raises ImportInvalid, also for a file without an example, FileUnreadable,
    DatasetUnknown, also for one that is in the bin or gets there, and the errors of a Connection.
    """
    report = ImportReport() if report is None else report

    def read() -> Iterator[Example]:
        report.begin()
        return _counted(path, form, report)

    if next(read(), None) is None:
        raise ImportInvalid(path=str(path), detail=_why_nothing(report))
    under_way = _begun(store, into, path, holdout_part)
    report.dataset_id, report.import_id = under_way.dataset_id, under_way.id
    add_examples(store, under_way, read, report, told, holdout=holdout)
    return Imported(store.datasets.get(under_way.dataset_id), report)


def export_dataset(
    store: Store,
    dataset: Dataset,
    path: Path,
    form: FormName = "messages",
    chosen: FileFormat | None = None,
) -> Written:
    """Write the examples of a data set, drafts and those left out too, as far as something can be learnt from
    them and the form has a place for them; how many, and what stayed behind. Raises what write_examples()
    raises, and then the file is as it was."""
    return write_examples(path, store.examples.each(dataset.id), form, chosen)


def redact(store: Store, ids: Sequence[str]) -> list[Example]:
    """Put marks in the place of personal data in these examples, all or none of them; those that changed, as
    they were: ExampleTable.put_back() brings them back. Versions that were made before keep the old words
    (see redact_versions()).
    """
    changed = []
    with store.connection.writing():
        for before in store.examples.of_ids(ids):
            after = redact_example(before)
            if after.to_json() != before.to_json():
                store.examples.edit(before.id, after.turns, after.rejected)
                changed.append(before)
    if changed:
        store.connection.cut_log()  # which has the old words still
    return changed


def versions_with_personal_data(store: Store, dataset_id: str) -> int:
    """How many versions of a data set hold personal data: what models were taught with stays as it was."""
    held = (one for one, example in store.versions.words(dataset_id) if personal_of(example))
    return store.versions.holding(dataset_id, list(held))


def redact_versions(store: Store, dataset_id: str) -> int:
    """Put marks in the place of personal data in all versions of a data set, for good; how many versions.

    What a run saw is not told word for word any more then; which examples it learnt from still is.
    """
    with store.connection.writing():
        changed = {
            one: redact_example(example)
            for one, example in store.versions.words(dataset_id)
            if personal_of(example)
        }
        count = store.versions.holding(dataset_id, list(changed))
        store.versions.replace_words(changed)
    if changed:
        store.connection.cut_log()
    return count


def _begun(
    store: Store, into: Dataset | str, path: Path, holdout_part: float | None
) -> ImportUnderWay:
    """The import of a file as the store knows it from now on, and the data set, together or not at all."""
    left = None
    try:
        with store.connection.writing():
            left = unfinished_of(store, into, path)
            if left is not None:
                if holdout_part is not None:
                    store.datasets.set_holdout_part(left.dataset_id, holdout_part)
                return go_on_with(store, left)
            if isinstance(into, str):
                part = USUAL_HOLDOUT if holdout_part is None else holdout_part
                return begin_import(store, new_dataset(store, into, part), path, into)
            store.datasets.check(into.id)
            return begin_import(store, into, path)
    except BaseException:
        if left is not None:
            store.imports.let_go(left.id)
        raise


def _counted(path: Path, form: FormName | None, report: ImportReport) -> Iterator[Example]:
    for one in read_examples(path, form):
        report.count(one)
        if isinstance(one, ReadExample):
            yield one.example


def _why_nothing(report: ImportReport) -> str:
    if not report.broken:
        return "there are no examples in it"
    first = report.broken[0]
    return f"there are no examples in it: line {first.line} {first.why}"
