"""Contests, their contestants and answers, and votes. Released: never edit a statement."""

from __future__ import annotations

STATEMENTS = (
    # tags are a JSON list.
    """create table contests (
        id text primary key not null,
        created real not null,
        blind integer not null,
        shuffle_seed integer not null,
        tags text not null,
        deleted real
    ) strict""",
    # setting is the whole contestant as JSON, whose escapes hold any file name; key its Contestant.key.
    """create table contestants (
        contest_id text not null references contests (id) on delete cascade,
        place integer not null,
        key text not null,
        name text not null,
        sha256 text not null,
        setting text not null,
        primary key (contest_id, place)
    ) strict""",
    # turns and timings are JSON.
    """create table contest_answers (
        contest_id text not null,
        number integer not null,
        place integer not null,
        turns text not null,
        created real not null,
        text text not null,
        reasoning text not null,
        seed integer,
        timings text not null,
        stop text,
        memory_bytes integer not null,
        template text not null,
        error text not null,
        primary key (contest_id, number, place),
        foreign key (contest_id, place) references contestants (contest_id, place) on delete cascade
    ) strict""",
    # A vote outlives its contest: both sides (JSON) are all that is needed to run it again.
    """create table votes (
        id text primary key not null,
        contest_id text not null,
        cast_at real not null,
        outcome text not null,
        left_key text not null,
        right_key text not null,
        left_side text not null,
        right_side text not null,
        blind integer not null,
        shuffle_seed integer not null,
        tags text not null,
        deleted real
    ) strict""",
    "create index votes_cast on votes (cast_at) where deleted is null",
    "create index contests_created on contests (created) where deleted is null",
)
