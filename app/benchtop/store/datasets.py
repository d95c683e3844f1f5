"""The table of data sets; what is in them is in store/examples.py."""

from __future__ import annotations

import time
from collections.abc import Sequence

from benchtop.domain.examples import Dataset
from benchtop.domain.teach_errors import DatasetUnknown
from benchtop.store.rows import clean
from benchtop.store.table import TableFamily

_COUNTED = """
    select dataset_id, sum(state = 'kept') as examples, sum(state = 'kept' and included) as included,
        sum(state = 'kept' and included and exists (
            select 1 from dataset_holdout held where held.dataset_id = examples.dataset_id
            and held.prompt_sum = examples.prompt_sum)) as held_out,
        sum(state = 'draft') as drafts
    from examples where deleted is null {which} group by dataset_id
"""
_SELECT = """
    select id, name, holdout_part, coalesce(counted.examples, 0), coalesce(counted.included, 0),
        coalesce(counted.held_out, 0), coalesce(counted.drafts, 0), created, changed, deleted
    from datasets left join ({counted}) as counted on counted.dataset_id = datasets.id {rest}
"""


class DatasetTable(TableFamily):
    """Data sets with the counts of their examples, and the bin of them. Every method may raise the errors
    of a Connection."""

    def all(self) -> list[Dataset]:
        """Those not in the bin, by name."""
        return self._select("where deleted is null order by name collate nocase, datasets.rowid")

    def in_bin(self) -> list[Dataset]:
        """Those in the bin, the last deleted first."""
        return self._select("where deleted is not null order by deleted desc, datasets.rowid desc")

    def get(self, dataset_id: str) -> Dataset:
        """The data set of an id, also one in the bin; DatasetUnknown."""
        wanted = clean(dataset_id)
        found = self._select("where id = ?", (wanted,), "and dataset_id = ?")
        if not found:
            raise DatasetUnknown(dataset=dataset_id)
        return found[0]

    def put(self, dataset: Dataset) -> None:
        """Add a data set, or set the name and the part held out of the one that has its id, which leaves the
        bin. Its counts are those of its examples."""
        now = time.time()
        row = (
            clean(dataset.id), clean(dataset.name), _part(dataset.holdout_part), dataset.created or now, now,
        )  # fmt: skip
        with self._connection.writing() as database:
            database.execute(
                "insert into datasets (id, name, holdout_part, created, changed) values (?, ?, ?, ?, ?)"
                " on conflict (id) do update set name = excluded.name,"
                " holdout_part = excluded.holdout_part, changed = excluded.changed, deleted = null",
                row,
            )

    def check(self, dataset_id: str) -> None:
        """Raises DatasetUnknown where no data set of that id is outside the bin."""
        with self._connection.reading() as database:
            row = database.execute(
                "select name, deleted from datasets where id = ?", (clean(dataset_id),)
            ).fetchone()
        name, deleted = row or (dataset_id, 0.0)
        if deleted is not None:
            raise DatasetUnknown(dataset=name)

    def rename(self, dataset_id: str, name: str) -> None:
        """Give a data set another name; nothing happens for an unknown one."""
        self._assign("datasets", dataset_id, {"name": clean(name), "changed": time.time()})

    def set_holdout_part(self, dataset_id: str, part: float) -> None:
        """How much is held out (0 to 0.5) from the next version on: more may be frozen then, and nothing
        is ever given back. Nothing happens for an unknown one."""
        values = {"holdout_part": _part(part), "changed": time.time()}
        self._assign("datasets", dataset_id, values)

    def delete(self, dataset_id: str) -> None:
        """Move a data set to the bin; nothing happens for an unknown one. Its versions stay."""
        self._assign("datasets", dataset_id, {"deleted": time.time()})

    def restore(self, dataset_id: str) -> None:
        """Take a data set out of the bin; nothing happens for an unknown one."""
        self._assign("datasets", dataset_id, {"deleted": None})

    def empty_bin(self, older_than: float) -> int:
        """Forget what was deleted before that time (seconds since 1970), examples and all; how many. What
        a training run saw stays for as long as the run (see VersionTable.forget_unused())."""
        with self._connection.writing() as database:
            removed = database.execute(
                "delete from datasets where deleted < ?", (older_than,)
            ).rowcount
        if removed:
            self._connection.cut_log()
        return int(removed)

    def _select(self, rest: str, values: Sequence[str] = (), counted: str = "") -> list[Dataset]:
        statement = _SELECT.format(counted=_COUNTED.format(which=counted), rest=rest)
        with self._connection.reading() as database:
            # The counts are made first, so their parameter comes first.
            rows = database.execute(statement, (*values, *values)).fetchall()
        return [Dataset(*row) for row in rows]


def _part(part: float) -> float:
    """A part that makes sense; NaN is none."""
    return min(0.5, part) if part > 0 else 0.0
