"""Examples read: a part of a hundred thousand at a time, and of most only where they lie."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from benchtop.domain.errors import StoreDamaged
from benchtop.domain.examples import Example
from benchtop.store.example_rows import COLUMNS, ExampleFilter, ExampleHead, head_of, unpacked
from benchtop.store.rows import clean
from benchtop.store.table import TableFamily, marks

ANY = ExampleFilter()
CHANGED = "changed"
CHUNK = 500
"""Rows that are read, or ids that are named, in one statement."""


class ExampleReader(TableFamily):
    """Reads the examples of all data sets. Every method may raise the errors of a Connection."""

    def get(self, example_id: str) -> Example:
        """One example, also one in the bin; StoreError for an unknown one."""
        found = self.of_ids([example_id])
        if not found:
            raise self._unknown("example", example_id)
        return found[0]

    def of_ids(self, ids: Sequence[str]) -> list[Example]:
        """The examples of these ids in their order, as far as there are."""
        found: dict[str, Example] = {}
        for some in parts_of(list(map(clean, ids))):
            rows = self._rows(
                f"select {COLUMNS} from examples where id in ({marks(len(some))})", some
            )
            found |= {row[0]: self._example(row) for row in rows}
        return [found[one] for one in dict.fromkeys(map(clean, ids)) if one in found]

    def places(self, dataset_id: str, chosen: ExampleFilter = ANY) -> list[int]:
        """Where the chosen examples lie, in the order they were added: what heads() takes a part of."""
        where, values = chosen.where(dataset_id)
        return [
            row[0]
            for row in self._rows(f"select seq from examples where {where} order by seq", values)
        ]

    def heads(self, places: Sequence[int]) -> list[ExampleHead]:
        """What a table shows of the examples at these places, in this order; those that are gone are left
        out."""
        found: dict[int, ExampleHead] = {}
        for some in parts_of(list(places)):
            rows = self._rows(
                f"select seq, {COLUMNS} from examples where seq in ({marks(len(some))})", some
            )
            found |= {row[0]: head_of(row[0], self._example(row[1:])) for row in rows}
        return [found[place] for place in places if place in found]

    def page(
        self, dataset_id: str, chosen: ExampleFilter = ANY, offset: int = 0, limit: int = 100
    ) -> list[ExampleHead]:
        """A part of the chosen examples, in the order they were added."""
        where, values = chosen.where(dataset_id)
        rows = self._rows(
            f"select seq from examples where {where} order by seq limit ? offset ?",
            [*values, limit, offset],
        )
        return self.heads([row[0] for row in rows])

    def count(self, dataset_id: str, chosen: ExampleFilter = ANY) -> int:
        """How many the chosen examples are."""
        where, values = chosen.where(dataset_id)
        return int(self._rows(f"select count(*) from examples where {where}", values)[0][0])

    def ids(self, dataset_id: str, chosen: ExampleFilter = ANY) -> list[str]:
        """The ids of the chosen examples, in the order they were added."""
        where, values = chosen.where(dataset_id)
        return [
            row[0]
            for row in self._rows(f"select id from examples where {where} order by seq", values)
        ]

    def each(self, dataset_id: str, chosen: ExampleFilter = ANY) -> Iterator[Example]:
        """The chosen examples one after another, as they were added; a few are in memory at a time, and
        nothing stays locked in between."""
        where, values = chosen.where(dataset_id)
        last = 0
        while True:
            rows = self._rows(
                f"select seq, {COLUMNS} from examples where {where} and seq > ? order by seq limit ?",
                [*values, last, CHUNK],
            )
            yield from (self._example(row[1:]) for row in rows)
            if len(rows) < CHUNK:
                return
            last = rows[-1][0]

    def tags(self, dataset_id: str) -> dict[str, int]:
        """The tags of a data set, and how many examples outside the bin have each; by name."""
        rows = self._rows(
            "select value, count(*) from examples, json_each(tags) where dataset_id = ?"
            " and deleted is null and tags <> '' group by value order by value collate nocase",
            [clean(dataset_id)],
        )
        return dict(rows)

    def sums(self, dataset_id: str, *, binned: bool = False) -> list[str]:
        """The sums of all examples of a data set that are not in the bin, or of those there too."""
        rows = self._rows(
            "select sum from examples where dataset_id = ? and (deleted is null or ?)",
            [clean(dataset_id), binned],
        )
        return [row[0] for row in rows]

    def sums_of(self, ids: Sequence[str]) -> Iterator[str]:
        """The sums of the examples of these ids, as far as there are."""
        for some in parts_of(list(map(clean, ids))):
            statement = f"select sum from examples where id in ({marks(len(some))})"
            yield from (row[0] for row in self._rows(statement, some))

    def from_chats(self, dataset_id: str) -> dict[str, set[str]]:
        """The sums of every example of a data set that came from a chat, by the id of its reply. Those in
        the bin are among them: what a person threw away is not collected again. The sum of one that was
        changed here since is CHANGED."""
        rows = self._rows(
            "select origin ->> 'message_id', iif(changed > created, ?, sum) from examples"
            " where dataset_id = ? and origin_kind = 'chat' and origin <> ''",
            [CHANGED, clean(dataset_id)],
        )
        found: dict[str, set[str]] = {}
        for one, content in rows:
            found.setdefault(one or "", set()).add(content)
        return found

    def _held_of(self, dataset_id: str, prompt_sums: Sequence[str]) -> set[str]:
        held: set[str] = set()
        for some in parts_of(list(prompt_sums)):
            rows = self._rows(
                "select prompt_sum from dataset_holdout where dataset_id = ?"
                f" and prompt_sum in ({marks(len(some))})",
                [clean(dataset_id), *some],
            )
            held |= {row[0] for row in rows}
        return held

    def _rows(self, statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        with self._connection.reading() as database:
            return database.execute(statement, values).fetchall()

    def _example(self, row: Sequence[Any]) -> Example:
        try:
            return unpacked(row)
        except (ValueError, KeyError, TypeError) as error:
            detail = f"the example {row[0]}: {error}"
            raise StoreDamaged(path=str(self._connection.path), detail=detail) from error


def parts_of(values: list[Any]) -> Iterator[list[Any]]:
    """Values in as many as one statement names."""
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]
