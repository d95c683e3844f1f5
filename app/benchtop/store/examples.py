"""The table of examples: a hundred thousand are shown, changed and read without being held at once."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

from benchtop.domain.examples import Example, Turn
from benchtop.domain.teach_errors import DatasetUnknown
from benchtop.store.example_reader import ExampleReader, parts_of
from benchtop.store.example_rows import (
    INSERT,
    PROMPT_SUM,
    cleaned,
    content_values,
    pack_origin,
    pack_tags,
    packed,
    plain_tags,
    unpack_tags,
)
from benchtop.store.rows import clean
from benchtop.store.table import marks

BATCH = 1_000
"""Examples that are written in one transaction of an import."""


class ExampleTable(ExampleReader):
    """Examples of all data sets. Every method may raise the errors of a Connection.

    Ids of which there is no example are passed over. What is deleted is in the bin until empty_bin().
    """

    def add(
        self, dataset_id: str, examples: Iterable[Example], *, holdout: bool = False
    ) -> list[Example]:
        """Add examples in one transaction and return them as they are kept. The prompts of those that are
        marked as held out, or of all with ``holdout``, are never trained on. The same example twice is kept
        twice. Raises DatasetUnknown."""
        pairs = [packed(one, dataset_id) for one in examples]
        with self._connection.writing() as database:
            if not database.execute(
                "select 1 from datasets where id = ?", (clean(dataset_id),)
            ).fetchone():
                raise DatasetUnknown(dataset=dataset_id)
            database.conn.executemany(INSERT, [row for row, _ in pairs])
            prompts = [row[PROMPT_SUM] for row, _ in pairs]
            hold_out(
                database.conn,
                dataset_id,
                {
                    prompt
                    for prompt, (_, one) in zip(prompts, pairs, strict=True)
                    if holdout or one.holdout
                },
            )
            self._touch(database.conn, [dataset_id])
            held = self._held_of(dataset_id, prompts)
        return [
            one if one.holdout == (prompt in held) else replace(one, holdout=prompt in held)
            for prompt, (_, one) in zip(prompts, pairs, strict=True)
        ]

    def add_in_batches(
        self, dataset_id: str, examples: Iterable[Example], *, holdout: bool = False
    ) -> Iterator[int]:
        """Add any number of examples, BATCH in a transaction, and tell after each how many there are. What
        was told stays, whatever happens next. Raises DatasetUnknown."""
        waiting, done = iter(examples), 0
        while batch := list(islice(waiting, BATCH)):
            done += len(self.add(dataset_id, batch, holdout=holdout))
            yield done

    def edit(self, example_id: str, turns: Sequence[Turn], rejected: str = "") -> Example:
        """Give an example other words and return it; StoreError for an unknown one. One that is held out
        stays so: its new prompt is held out too, or a mended comma would let it be trained on."""
        with self._connection.writing() as database:
            before = self.get(example_id)
            after = cleaned(Example(tuple(turns), rejected))
            database.execute(
                "update examples set content = ?, sum = ?, prompt_sum = ?, changed = ? where id = ?",
                (*content_values(after), time.time(), before.id),
            )
            if before.holdout:
                hold_out(database.conn, before.dataset_id, {after.prompt_sum})
            self._touch(database.conn, [before.dataset_id])
            return self.get(example_id)

    def put_back(self, examples: Sequence[Example]) -> None:
        """Make examples again what they were, as Undo does: words, tags, included, state, bin and time of
        change. What was held out since stays so."""
        with self._connection.writing() as database:
            database.conn.executemany(
                "update examples set content = ?, sum = ?, prompt_sum = ?, origin_kind = ?, origin = ?,"
                " tags = ?, included = ?, state = ?, changed = ?, deleted = ? where id = ?",
                [
                    (*content_values(cleaned(one)), one.origin.kind, pack_origin(one.origin),
                     pack_tags(cleaned(one).tags), int(one.included), one.state, one.changed, one.deleted,
                     clean(one.id))
                    for one in examples
                ],
            )  # fmt: skip
            held = [one for one in examples if one.holdout]
            for dataset_id in {one.dataset_id for one in held}:
                sums = {cleaned(one).prompt_sum for one in held if one.dataset_id == dataset_id}
                hold_out(database.conn, dataset_id, sums)
            self._touch(database.conn, {one.dataset_id for one in examples})

    def include(self, ids: Sequence[str], included: bool) -> int:
        """Let examples be learnt from, or not; how many changed."""
        return self._change(ids, "included = ?", "included <> ?", int(included))

    def delete(self, ids: Sequence[str]) -> int:
        """Move examples to the bin; how many."""
        return self._change(ids, "deleted = ?", "deleted is null and ? > 0", time.time())

    def restore(self, ids: Sequence[str]) -> int:
        """Take examples out of the bin; how many."""
        return self._change(ids, "deleted = ?", "deleted is not ?", None)

    def accept(self, ids: Sequence[str]) -> int:
        """Say yes to drafts, which are examples like others from now on; how many."""
        return self._change(ids, "state = ?", "state <> ?", "kept")

    def refuse(self, ids: Sequence[str]) -> int:
        """Move drafts to the bin, where they stay drafts; how many."""
        return self._change(
            ids, "deleted = ?", "state = 'draft' and deleted is null and ? > 0", time.time()
        )

    def tag(self, ids: Sequence[str], add: Sequence[str] = (), remove: Sequence[str] = ()) -> int:
        """Put tags on examples and take tags off; how many changed."""
        gone = set(plain_tags(remove))
        changed = 0
        with self._connection.writing() as database:
            for some in parts_of(list(map(clean, ids))):
                rows = database.execute(
                    f"select id, tags from examples where id in ({marks(len(some))})", some
                ).fetchall()
                now = time.time()
                wanted = []
                for one, text in rows:
                    tags = dict.fromkeys([*unpack_tags(text), *plain_tags(add)])
                    after = pack_tags([tag for tag in tags if tag not in gone])
                    if after != text:
                        wanted.append((after, now, one))
                database.conn.executemany(
                    "update examples set tags = ?, changed = ? where id = ?", wanted
                )
                self._touch_of(database.conn, [row[2] for row in wanted])
                changed += len(wanted)
        return changed

    def empty_bin(self, older_than: float) -> int:
        """Forget what was deleted before that time (seconds since 1970); how many. What a version holds
        of it stays with the version."""
        with self._connection.writing() as database:
            removed = database.execute(
                "delete from examples where deleted < ?", (older_than,)
            ).rowcount
        if removed:
            self._connection.cut_log()
        return int(removed)

    def _change(self, ids: Sequence[str], assign: str, unless: str, value: Any) -> int:
        changed = 0
        with self._connection.writing() as database:
            now = time.time()
            for some in parts_of(list(map(clean, ids))):
                done = database.execute(
                    f"update examples set {assign}, changed = ? where id in ({marks(len(some))})"
                    f" and {unless}",
                    (value, now, *some, value),
                )
                changed += int(done.rowcount)
                self._touch_of(database.conn, some)
        return changed

    def _touch_of(self, raw: sqlite3.Connection, ids: Sequence[str]) -> None:
        if ids:
            rows = raw.execute(
                f"select distinct dataset_id from examples where id in ({marks(len(ids))})",
                list(ids),
            )
            self._touch(raw, [row[0] for row in rows.fetchall()])

    def _touch(self, raw: sqlite3.Connection, dataset_ids: Iterable[str]) -> None:
        now = time.time()
        raw.executemany(
            "update datasets set changed = ? where id = ?",
            [(now, clean(one)) for one in dataset_ids],
        )


def hold_out(raw: sqlite3.Connection, dataset_id: str, prompt_sums: Iterable[str]) -> int:
    """Keep prompts of a data set out of training for good, inside the caller's transaction; how many
    were not yet."""
    now = time.time()
    before = raw.total_changes
    raw.executemany(
        "insert or ignore into dataset_holdout (dataset_id, prompt_sum, frozen) values (?, ?, ?)",
        [(clean(dataset_id), one, now) for one in sorted(prompt_sums)],
    )
    return raw.total_changes - before
