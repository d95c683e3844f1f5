"""Versions of data sets: exactly what a training run saw, and what no run ever may see.

Whatever becomes of an example, a prompt that was held out once is never in the part to train on of any
later version of its data set.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from sqlite_utils import Database

from benchtop.domain.errors import StoreDamaged
from benchtop.domain.examples import DatasetVersion, Example, Split, version_sum
from benchtop.domain.holdout import LearntBefore, choose_holdout, inner_prompt_sums
from benchtop.domain.teach_errors import DatasetEmpty, DatasetUnknown
from benchtop.store.example_rows import content_values
from benchtop.store.examples import BATCH, hold_out
from benchtop.store.rows import clean
from benchtop.store.table import TableFamily, marks

_LEARNT = "from examples where dataset_id = ? and deleted is null and state = 'kept' and included"
_HEAD = "select id, dataset_id, name, sum, created, train, holdout from dataset_versions"
_CHUNK = 500


class VersionEntry(NamedTuple):
    """An example of a version: what it teaches, the sum of that, and whether it is trained on. Of one that
    is held out the last answer alone is unseen: earlier ones may be in other examples."""

    example: Example
    sum: str
    split: Split


class _Fact(NamedTuple):
    """What a content says, by its sum: whether anything can be learnt from it, its prompt, and the prompts
    of its earlier answers."""

    learnable: bool
    prompt_sum: str
    inner: frozenset[str]


class VersionTable(TableFamily):
    """Versions and the holdout of every data set. Every method may raise the errors of a Connection."""

    def of(self, dataset_id: str) -> list[DatasetVersion]:
        """The versions of a data set, the newest first."""
        with self._connection.reading() as database:
            rows = database.execute(
                f"{_HEAD} where dataset_id = ? order by created desc, rowid desc",
                (clean(dataset_id),),
            ).fetchall()
        return [DatasetVersion(*row) for row in rows]

    def get(self, version_id: str) -> DatasetVersion:
        """The version of an id, also of a data set that is no more; StoreError for an unknown one."""
        with self._connection.reading() as database:
            row = database.execute(f"{_HEAD} where id = ?", (clean(version_id),)).fetchone()
        if row is None:
            raise self._unknown("version of a data set", version_id)
        return DatasetVersion(*row)

    def hold_out(self, dataset_id: str, prompt_sums: Iterable[str]) -> int:
        """Keep prompts of a data set out of training for good; how many were not yet. DatasetUnknown."""
        with self._connection.writing() as database:
            self._part_held_out(database, dataset_id)
            return hold_out(database.conn, dataset_id, prompt_sums)

    def held_out(self, dataset_id: str) -> set[str]:
        """The sums of the prompts that are never trained on."""
        with self._connection.reading() as database:
            return self._held_out(database, dataset_id)

    def freeze_holdout(self, dataset_id: str) -> int:
        """Hold out what is missing of the part that the data set wants (see domain/holdout.py); how many
        prompts were added. Nothing is ever given back. Raises DatasetUnknown."""
        facts = self._facts(dataset_id)
        with self._connection.writing() as database:
            learnt = self._learnt(database, dataset_id, facts)
            return self._freeze(database, dataset_id, facts, learnt)

    def make_version(self, dataset_id: str) -> DatasetVersion:
        """What a training run of now would see, kept for good: the holdout frozen first, then every example
        that is included, kept and without a problem, each sum once.

        Where the newest words are those of an earlier version it is that one. Raises DatasetUnknown, and
        DatasetEmpty where nothing is left to train on; then nothing was frozen either.
        """
        facts = self._facts(dataset_id)  # before the lock: a hundred thousand take a while
        self._write_contents(dataset_id, facts)
        with self._connection.writing() as database:
            learnt = self._learnt(database, dataset_id, facts)
            self._freeze(database, dataset_id, facts, learnt)
            held = self._held_out(database, dataset_id)
            entries: list[tuple[str, Split]] = [
                (one, "holdout" if facts[one].prompt_sum in held else "train") for one in learnt
            ]
            train = sum(split == "train" for _, split in entries)
            if not train:
                name = database.execute(
                    "select name from datasets where id = ?", (clean(dataset_id),)
                ).fetchone()[0]
                raise DatasetEmpty(dataset=name)
            return self._kept(database, clean(dataset_id), entries, train)

    def read_version(self, version_id: str) -> list[VersionEntry]:
        """All examples of a version in their order; StoreError for an unknown one."""
        version = self.get(version_id)
        with self._connection.reading() as database:
            rows = database.execute(
                "select content, example_contents.sum, split from version_examples"
                " join example_contents on example_contents.sum = version_examples.sum"
                " where version_id = ? order by seq",
                (version.id,),
            ).fetchall()
        return [
            VersionEntry(
                self._example(content, one, version.dataset_id, held=split == "holdout"), one, split
            )
            for content, one, split in rows
        ]

    def trained_prompts(self, dataset_id: str) -> set[str]:
        """The sums of the prompts that any version of a data set trains on, those of earlier answers
        within an example too: what an adapter may have seen."""
        facts = self._facts(dataset_id)
        with self._connection.reading() as database:
            return self._trained(database, dataset_id, facts)

    def learnt_in(self, version_ids: Sequence[str]) -> LearntBefore:
        """What these versions of any data sets train on, all together; not known for those that are no
        more."""
        wanted = marks(len(version_ids))
        ids = [clean(one) for one in version_ids]
        with self._connection.reading() as database:
            (there,) = database.execute(
                f"select count(*) from dataset_versions where id in ({wanted})", ids
            ).fetchone()
            rows = database.execute(
                "select sum, content from example_contents where sum in (select sum from"
                f" version_examples where split = 'train' and version_id in ({wanted}))",
                ids,
            ).fetchall()
        facts = [self._fact(content, one) for one, content in rows]
        return LearntBefore(
            frozenset().union(*({fact.prompt_sum, *fact.inner} for fact in facts)),
            frozenset(one for one, _ in rows),
            known=there == len(set(ids)),
        )

    def repeats(self, version: DatasetVersion) -> int:
        """How many examples of its data set say what another one in this version says, as of now."""
        with self._connection.reading() as database:
            (held,) = database.execute(
                f"select count(*) {_LEARNT} and sum in"
                " (select sum from version_examples where version_id = ?)",
                (version.dataset_id, version.id),
            ).fetchone()
        return max(0, int(held) - version.train - version.holdout)

    def words(self, dataset_id: str) -> list[tuple[str, Example]]:
        """What the versions of a data set hold: the sum of each example, and what it says."""
        with self._connection.reading() as database:
            rows = database.execute(
                "select sum, content from example_contents where sum in (select version_examples.sum"
                " from version_examples join dataset_versions on dataset_versions.id = version_id"
                " where dataset_id = ?)",
                (clean(dataset_id),),
            ).fetchall()
        return [(one, self._example(content, one, dataset_id, held=False)) for one, content in rows]

    def holding(self, dataset_id: str, sums: Sequence[str]) -> int:
        """How many versions of a data set hold one of these examples."""
        found: set[str] = set()
        with self._connection.reading() as database:
            for start in range(0, len(sums), _CHUNK):
                some = sums[start : start + _CHUNK]
                rows = database.execute(
                    "select distinct version_id from version_examples join dataset_versions"
                    f" on dataset_versions.id = version_id where dataset_id = ? and"
                    f" version_examples.sum in ({marks(len(some))})",
                    [clean(dataset_id), *some],
                ).fetchall()
                found |= {row[0] for row in rows}
        return len(found)

    def replace_words(self, changed: Mapping[str, Example]) -> None:
        """Let all versions say something else in the place of the examples with these sums, which stay as
        they are: what a version learns from and holds out is told by them."""
        with self._connection.writing() as database:
            database.conn.executemany(
                "update example_contents set content = ? where sum = ?",
                [(content_values(after)[0], one) for one, after in changed.items()],
            )

    def forget_unused(self) -> int:
        """Forget the versions of data sets that are no more and that no training run names, and the words
        that no version holds; how many versions. To be called after bins are emptied."""
        with self._connection.writing() as database:
            removed = database.execute(
                "delete from dataset_versions where dataset_id not in (select id from datasets)"
                " and id not in (select version_id from training_runs)"
            ).rowcount
            words = database.execute(
                "delete from example_contents where sum not in (select sum from version_examples)"
            ).rowcount
        if words:
            self._connection.cut_log()
        return int(removed)

    def _kept(
        self,
        database: Database,
        dataset_id: str,
        entries: list[tuple[str, Split]],
        train: int,
    ) -> DatasetVersion:
        whole = version_sum(entries)
        there = database.execute(
            f"{_HEAD} where dataset_id = ? and sum = ?", (dataset_id, whole)
        ).fetchone()
        if there is not None:
            return DatasetVersion(*there)
        number = database.execute(
            "select count(*) from dataset_versions where dataset_id = ?", (dataset_id,)
        ).fetchone()[0]
        version = DatasetVersion(
            uuid.uuid4().hex, dataset_id, f"Version {number + 1}", whole, time.time(), train,
            len(entries) - train,
        )  # fmt: skip
        database.execute(
            "insert into dataset_versions (id, dataset_id, name, sum, created, train, holdout)"
            " values (?, ?, ?, ?, ?, ?, ?)",
            (version.id, dataset_id, version.name, whole, version.created, train, version.holdout),
        )
        _insert_contents(database, dataset_id, [one for one, _ in entries])
        database.conn.executemany(
            "insert into version_examples (version_id, seq, sum, split) values (?, ?, ?, ?)",
            [(version.id, place, one, split) for place, (one, split) in enumerate(entries)],
        )
        return version

    def _write_contents(self, dataset_id: str, facts: dict[str, _Fact]) -> None:
        """Most of what make_version() writes, in parts, so that nobody waits for it as a whole. Words that
        come into no version after all, as after a death, are forgotten by forget_unused()."""
        # In the order they lie in: at random places every part would touch all of the table.
        wanted = sorted(one for one, fact in facts.items() if fact.learnable)
        for start in range(0, len(wanted), BATCH):
            with self._connection.writing() as database:
                _insert_contents(database, clean(dataset_id), wanted[start : start + BATCH])

    def _learnt(self, database: Database, dataset_id: str, facts: dict[str, _Fact]) -> list[str]:
        """The sums of what can be learnt from, in their order, each once; ``facts`` are completed."""
        rows = database.execute(f"select sum {_LEARNT} order by seq", (clean(dataset_id),))
        sums = list(dict.fromkeys(row[0] for row in rows.fetchall()))
        missing = [one for one in sums if one not in facts]  # written since they were read
        for start in range(0, len(missing), _CHUNK):
            some = missing[start : start + _CHUNK]
            found = database.execute(
                "select sum, prompt_sum, content from examples where dataset_id = ?"
                f" and sum in ({marks(len(some))})",
                [clean(dataset_id), *some],
            ).fetchall()
            facts |= {one: self._fact(content, one, prompt) for one, prompt, content in found}
        return [one for one in sums if facts[one].learnable]

    def _freeze(
        self, database: Database, dataset_id: str, facts: dict[str, _Fact], learnt: list[str]
    ) -> int:
        part = self._part_held_out(database, dataset_id)
        prompts = {facts[one].prompt_sum: facts[one].inner for one in learnt}
        frozen = self._held_out(database, dataset_id)
        trained = self._trained(database, dataset_id, facts)
        more = choose_holdout(prompts, frozen, part, trained)
        return hold_out(database.conn, dataset_id, more)

    def _part_held_out(self, database: Database, dataset_id: str) -> float:
        row = database.execute(
            "select holdout_part from datasets where id = ?", (clean(dataset_id),)
        ).fetchone()
        if row is None:
            raise DatasetUnknown(dataset=dataset_id)
        return float(row[0])

    def _held_out(self, database: Database, dataset_id: str) -> set[str]:
        rows = database.execute(
            "select prompt_sum from dataset_holdout where dataset_id = ?", (clean(dataset_id),)
        ).fetchall()
        return {row[0] for row in rows}

    def _trained(self, database: Database, dataset_id: str, facts: dict[str, _Fact]) -> set[str]:
        rows = database.execute(
            "select distinct version_examples.sum from version_examples join dataset_versions"
            " on dataset_versions.id = version_id where dataset_id = ? and split = 'train'",
            (clean(dataset_id),),
        ).fetchall()
        found: set[str] = set()
        for (one,) in rows:
            fact = facts.get(one)
            if fact is None:  # edited or thrown away since
                (content,) = database.execute(
                    "select content from example_contents where sum = ?", (one,)
                ).fetchone()
                fact = facts[one] = self._fact(content, one)
            found |= {fact.prompt_sum, *fact.inner}
        return found

    def _facts(self, dataset_id: str) -> dict[str, _Fact]:
        with self._connection.reading() as database:
            rows = database.execute(
                f"select sum, prompt_sum, content {_LEARNT}", (clean(dataset_id),)
            )
            return {one: self._fact(content, one, prompt) for one, prompt, content in rows}

    def _fact(self, content: str, one: str, prompt_sum: str = "") -> _Fact:
        example = self._example(content, one, "", held=False)
        prompt_sum = prompt_sum or example.prompt_sum
        return _Fact(not example.problem(), prompt_sum, inner_prompt_sums(example))

    def _example(self, content: str, one: str, dataset_id: str, *, held: bool) -> Example:
        try:
            plain = Example((), holdout=held, dataset_id=dataset_id)
            return plain.with_content(json.loads(content))
        except (ValueError, KeyError, TypeError) as error:
            detail = f"the example with the sum {one}: {error}"
            raise StoreDamaged(path=str(self._connection.path), detail=detail) from error


def _insert_contents(database: Database, dataset_id: str, sums: list[str]) -> None:
    database.conn.executemany(
        # Words that were replaced in older versions are learnt again as they are now.
        "insert into example_contents (sum, content) select sum, content from examples"
        " where dataset_id = ? and sum = ? limit 1 on conflict (sum) do update"
        " set content = excluded.content where content <> excluded.content",
        [(dataset_id, one) for one in sums],
    )
