"""The tables of contests: who was asked what, what came, and how a person voted."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any

from benchtop.domain.contest_json import (
    contestant_from,
    contestant_json,
    side_from,
    side_json,
    turns_from,
)
from benchtop.domain.contests import CastVote, Contest, ContestAnswer, Contestant
from benchtop.store.rows import clean, clean_optional, fitting, pack_timings, unpack_timings
from benchtop.store.table import TableFamily, marks

_ANSWER = tuple(f.name for f in fields(ContestAnswer))
_PUT_ANSWER = (
    f"insert or replace into contest_answers ({', '.join(_ANSWER)}) values ({marks(len(_ANSWER))})"
)
_VOTE = (
    "id, contest_id, cast_at, outcome, left_side, right_side, blind, shuffle_seed, tags, deleted"
)


class ContestTable(TableFamily):
    """Contests and votes. Every method may raise the errors of a Connection."""

    def begin(self, contest: Contest) -> None:
        """Keep a contest with all its contestants, or nothing; StoreError when its id is taken."""
        tags = _pack_tags(contest.tags)
        row = (clean(contest.id), contest.created, contest.blind, contest.shuffle_seed, tags)
        with self._connection.writing() as database:
            database.execute(
                "insert into contests (id, created, blind, shuffle_seed, tags)"
                " values (?, ?, ?, ?, ?)",
                row,
            )
            for place, one in enumerate(contest.contestants):
                setting = _pack(contestant_json(one))
                database.execute(
                    "insert into contestants (contest_id, place, key, name, sha256, setting)"
                    " values (?, ?, ?, ?, ?, ?)",
                    (row[0], place, one.key, clean(one.name), clean(one.sha256), setting),
                )

    def put_answer(self, answer: ContestAnswer) -> None:
        """Keep an answer, in place of one to the same prompt; StoreError for an unknown contest."""
        values = [_packed(name, getattr(answer, name)) for name in _ANSWER]
        with self._connection.writing() as database:
            database.execute(_PUT_ANSWER, values)

    def cast(self, vote: CastVote) -> None:
        """Keep a vote, and the two answers it is on; StoreError when its id is taken.

        All in one transaction: who sees the names after this returned has voted.
        """
        sides = [_pack(side_json(side)) for side in (vote.left, vote.right)]
        keys = [vote.left.contestant.key, vote.right.contestant.key]
        with self._connection.writing() as database:
            if self.get(vote.contest_id) is not None:
                self.put_answer(vote.left.answer)
                self.put_answer(vote.right.answer)
            database.execute(
                f"insert into votes ({_VOTE}, left_key, right_key) values ({marks(12)})",
                (
                    clean(vote.id), clean(vote.contest_id), vote.cast, vote.outcome, *sides, vote.blind,
                    vote.shuffle_seed, _pack_tags(vote.tags), vote.deleted, *keys,
                ),
            )  # fmt: skip

    def get(self, contest_id: str) -> Contest | None:
        """The contest of an id, or None."""
        return next(iter(self._contests("id = ?", clean(contest_id))), None)

    def all(self) -> list[Contest]:
        """Every contest that is not in the bin, the newest first."""
        return self._contests("deleted is null")

    def answers(self, contest_id: str) -> list[ContestAnswer]:
        """The answers of a contest, by prompt and place."""
        with self._connection.reading() as database:
            rows = database.execute(
                f"select {', '.join(_ANSWER)} from contest_answers where contest_id = ?"
                " order by number, place",
                (clean(contest_id),),
            ).fetchall()
        return [_answer(row) for row in rows]

    def votes(
        self,
        tags: Sequence[str] = (),
        since: float | None = None,
        until: float | None = None,
        contest_id: str | None = None,
    ) -> list[CastVote]:
        """Votes that were not taken back, the oldest first: with any of ``tags``, cast at ``since`` or
        later and before ``until`` (seconds since 1970, UTC), in one contest. Without a filter all."""
        conditions: list[str] = ["deleted is null"]
        values: list[str | float] = []
        if tags:
            conditions.append(
                f"exists (select 1 from json_each(votes.tags) where value in ({marks(len(tags))}))"
            )
            values += [clean(tag) for tag in tags]
        filters: tuple[tuple[str, str | float | None], ...] = (
            ("cast_at >= ?", since),
            ("cast_at < ?", until),
            ("contest_id = ?", clean_optional(contest_id)),
        )
        for condition, value in filters:
            if value is not None:
                conditions.append(condition)
                values.append(value)
        with self._connection.reading() as database:
            rows = database.execute(
                f"select {_VOTE} from votes where {' and '.join(conditions)} order by cast_at, rowid",
                values,
            ).fetchall()
        return [_vote(row) for row in rows]

    def vote_tags(self) -> list[str]:
        """Every tag of a vote that counts, by name."""
        with self._connection.reading() as database:
            rows = database.execute(
                "select distinct value from votes, json_each(votes.tags) where deleted is null"
                " order by value collate nocase, value"
            ).fetchall()
        return [tag for (tag,) in rows]

    def take_back(self, vote_id: str) -> None:
        """Move a vote to the bin: it counts no more; nothing happens for an unknown one."""
        self._assign("votes", vote_id, {"deleted": time.time()})

    def count_again(self, vote_id: str) -> None:
        """Take a vote out of the bin; nothing happens for an unknown one."""
        self._assign("votes", vote_id, {"deleted": None})

    def delete(self, contest_id: str) -> None:
        """Move a contest to the bin; its votes count on. Nothing happens for an unknown one."""
        self._assign("contests", contest_id, {"deleted": time.time()})

    def restore(self, contest_id: str) -> None:
        """Take a contest out of the bin; nothing happens for an unknown one."""
        self._assign("contests", contest_id, {"deleted": None})

    def empty_bin(self, older_than: float) -> int:
        """Remove for good the contests and votes deleted before that time (seconds since 1970); how many."""
        removed = 0
        with self._connection.writing() as database:
            for table in ("contests", "votes"):
                removed += database.execute(
                    f"delete from {table} where deleted < ?", (older_than,)
                ).rowcount
        if removed:
            self._connection.cut_log()
        return removed

    def _contests(self, where: str, *values: str) -> list[Contest]:
        with self._connection.reading() as database:
            rows = database.execute(
                "select id, created, blind, shuffle_seed, tags from contests"
                f" where {where} order by created desc, rowid desc",
                values,
            ).fetchall()
            return [
                Contest(
                    row[0], row[1], self._contestants(row[0]), bool(row[2]), row[3], _tags(row[4])
                )
                for row in rows
            ]

    def _contestants(self, contest_id: str) -> tuple[Contestant, ...]:
        with self._connection.reading() as database:
            rows = database.execute(
                "select setting from contestants where contest_id = ? order by place", (contest_id,)
            ).fetchall()
        return tuple(contestant_from(json.loads(setting)) for (setting,) in rows)


def _pack(value: Mapping[str, Any]) -> str:
    """JSON whose escapes hold halves of characters as well."""
    return json.dumps(value, separators=(",", ":"))


def _pack_tags(tags: Sequence[str]) -> str:
    return json.dumps([clean(tag) for tag in tags])  # SQLite reads it too, and knows no halves


def _packed(name: str, value: Any) -> Any:
    if name == "turns":
        return json.dumps([asdict(turn) for turn in value], separators=(",", ":"))
    if name == "timings":
        return pack_timings(value)
    if isinstance(value, str):
        return clean(value)
    return fitting(value) if isinstance(value, int) else value


def _tags(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text))


def _answer(row: Sequence[Any]) -> ContestAnswer:
    values = dict(zip(_ANSWER, row, strict=True))
    values["turns"] = turns_from(json.loads(values["turns"]))
    values["timings"] = unpack_timings(values["timings"])
    return ContestAnswer(**values)


def _vote(row: Sequence[Any]) -> CastVote:
    vote_id, contest_id, cast, outcome, left, right, blind, seed, tags, deleted = row
    return CastVote(
        vote_id, contest_id, cast, outcome, side_from(json.loads(left)), side_from(json.loads(right)),
        bool(blind), seed, _tags(tags), deleted,
    )  # fmt: skip
