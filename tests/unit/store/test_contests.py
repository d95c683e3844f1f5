from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchtop.domain.contest_json import contestant_json
from benchtop.domain.contests import PromptTurn, UsedAdapter, clean_tags
from benchtop.domain.errors import StoreError
from benchtop.domain.generation import SamplingParams
from benchtop.store.connection import open_connection
from benchtop.store.database import Store, open_store
from benchtop.store.migrations import STEPS, migrate
from benchtop.store.rows import clean
from unit.store.contest_makers import answer, contest, contestant, vote
from unit.store.makers import ODD_TEXT, check_whole, new_store
from unit.store.processes import kill, lines, running


def test_a_contest_comes_back_as_it_went_in(store: Store) -> None:
    one = contest(names=("one", "two", "three"))
    store.contests.begin(one)
    found = store.contests.get("c1")
    assert found == one
    assert found is not None
    # Contestants are equal by what matters: here everything must be as it was.
    assert [contestant_json(c) for c in found.contestants] == [
        contestant_json(c) for c in one.contestants
    ]
    assert store.contests.all() == [one]
    assert store.contests.get("none") is None
    with pytest.raises(StoreError, match="UNIQUE"):
        store.contests.begin(one)


def test_an_answer_takes_the_place_of_the_one_before(store: Store) -> None:
    store.contests.begin(contest())
    half = answer(1, text="half", stop=None, timings=None, seed=None, error="The engine died.")
    for one in (answer(0), half, answer(0, number=1)):
        store.contests.put_answer(one)
    assert store.contests.answers("c1") == [answer(0), half, answer(0, number=1)]
    store.contests.put_answer(answer(1))
    assert store.contests.answers("c1") == [answer(0), answer(1), answer(0, number=1)]
    with pytest.raises(StoreError, match="FOREIGN KEY"):
        store.contests.put_answer(answer(2))


def test_a_vote_keeps_its_two_answers_too(store: Store) -> None:
    store.contests.begin(contest())
    store.contests.cast(vote())
    assert store.contests.votes() == [vote()]
    assert store.contests.answers("c1") == [vote().left.answer, vote().right.answer]


def test_a_vote_outlives_its_contest(store: Store) -> None:
    store.contests.begin(contest())
    store.contests.cast(vote())
    store.contests.delete("c1")
    assert store.contests.all() == []
    store.contests.restore("c1")
    assert store.contests.all() == [contest()]
    store.contests.delete("c1")
    assert store.contests.empty_bin(4e9) == 1
    assert store.contests.get("c1") is None
    assert store.contests.answers("c1") == []
    assert store.contests.votes() == [vote()]
    store.contests.cast(vote("v2"))
    assert [v.id for v in store.contests.votes()] == ["v1", "v2"]


def test_a_vote_is_taken_back_and_counts_again(store: Store) -> None:
    for one in ("v1", "v2"):
        store.contests.cast(vote(one))
    store.contests.take_back("v1")
    assert [v.id for v in store.contests.votes()] == ["v2"]
    store.contests.count_again("v1")
    assert [v.id for v in store.contests.votes()] == ["v1", "v2"]
    store.contests.take_back("v2")
    assert store.contests.empty_bin(4e9) == 1
    store.contests.count_again("v2")
    assert [v.id for v in store.contests.votes()] == ["v1"]


def test_votes_by_tag_time_and_contest(store: Store) -> None:
    for vote_id, when, tags, of in (
        ("v1", 10.0, ("maths", "école"), "c1"), ("v2", 20.0, ("poems",), "c1"), ("v3", 30.0, (), "c2"),
    ):  # fmt: skip
        store.contests.cast(vote(vote_id, cast=when, tags=tags, contest_id=of))

    def ids(**filters: object) -> list[str]:
        return [v.id for v in store.contests.votes(**filters)]  # type: ignore[arg-type]

    assert ids() == ["v1", "v2", "v3"]
    assert ids(tags=["maths"]) == ids(tags=["école"]) == ["v1"]
    assert ids(tags=["math"]) == []
    assert ids(tags=["maths", "poems", "maths"]) == ["v1", "v2"]
    assert ids(since=20.0) == ["v2", "v3"]
    assert ids(until=20.0) == ["v1"]
    assert ids(since=10.0, until=30.0, tags=["poems"]) == ["v2"]
    assert ids(contest_id="c2") == ["v3"]
    assert store.contests.vote_tags() == ["maths", "poems", "école"]


@settings(max_examples=60, deadline=None)
@given(
    words=st.lists(ODD_TEXT, min_size=8, max_size=8), scale=st.floats(-10, 10), bias=st.floats(-9, 9),
    seed=st.none() | st.integers(0, 2**32 - 2), size=st.integers(0, 2**70),
)  # fmt: skip
def test_any_words_and_any_file_come_back(
    words: list[str], scale: float, bias: float, seed: int | None, size: int
) -> None:
    one, two, three, *rest = words
    blind = size % 2 == 0
    params = SamplingParams(stop=("x" + one,), logit_bias={5: bias}, json_schema=two)
    asked = contestant(
        one, path=two, file=three, sha256=rest[0], system_prompt=rest[1], params=params, seed=seed,
        adapters=(UsedAdapter(rest[2], scale, rest[3]),),
    )  # fmt: skip
    said = answer(0, text=one, reasoning=two, error=three, seed=seed, memory_bytes=size,
                  turns=(PromptTurn("user", one), PromptTurn("assistant", two)))  # fmt: skip
    with new_store() as store:
        kept = contest(tags=(one,), blind=blind)
        kept = replace(kept, contestants=(asked, contestant("two")))
        store.contests.begin(kept)
        tags = clean_tags([two]) or ("none",)
        cast = vote(tags=tags, blind=blind)
        cast = replace(cast, left=replace(cast.left, contestant=asked, answer=said))
        store.contests.cast(cast)
        (found,) = store.contests.votes(tags=tags)
        assert found == replace(cast, tags=tuple(map(clean, tags)))
        assert contestant_json(found.left.contestant) == contestant_json(asked)
        again = store.contests.get("c1")
        assert again is not None
        assert contestant_json(again.contestants[0]) == contestant_json(asked)
        (left, _) = store.contests.answers("c1")
        assert (left.text, left.error, left.turns) == (clean(one), clean(three), said.turns)


TESTS = str(Path(__file__).resolve().parents[2])
VOTE_FOREVER = """
sys.path.insert(0, sys.argv[3])
from unit.store.contest_makers import answer, contest, vote
turn = sys.argv[2]
names = ("one", "two", "three", "four")
with open_store(path) as store:
    number = 0
    while True:
        name = f"c{turn}-{number}"
        store.contests.begin(contest(name, names))
        say("begun", name)
        one = vote(f"v{name}", contest_id=name)
        left = replace(one.left, answer=replace(one.left.answer, text="x" * 50_000))
        store.contests.cast(replace(one, left=left))
        say("cast", one.id)
        number += 1
"""


def test_a_kill_at_any_moment_leaves_no_half_and_loses_no_vote(path: Path) -> None:
    """What was acknowledged is there; a contest has all its contestants, a vote both its answers."""
    rng = random.Random(11)
    cast: set[str] = set()
    halves: set[str] = set()
    for turn in range(6):
        with running(VOTE_FOREVER, path, str(turn), TESTS) as process:
            told = [lines(process).readline() for _ in range(rng.randrange(1, 40))]
            told += kill(process)
        said = [line.split() for line in told if line.endswith("\n")]
        cast |= {words[1] for words in said if words[0] == "cast"}
        check_whole(path)
        with open_store(path) as store:
            contests = store.contests.all()
            votes = {one.id: one for one in store.contests.votes()}
            assert {words[1] for words in said if words[0] == "begun"} <= {c.id for c in contests}
            for one in contests:
                assert [c.name for c in one.contestants] == ["one", "two", "three", "four"]
                kept = votes.get(f"v{one.id}")
                halves |= {one.id} if kept is None else set()
                expected = [kept.left.answer, kept.right.answer] if kept else []
                assert store.contests.answers(one.id) == expected
        assert cast <= set(votes)
    assert len(cast) > 6
    assert len(halves) <= 6  # the one at hand when it was killed


MIGRATE = """
from benchtop.store import database, migrations
STEPS = migrations.STEPS
place = [name for name, _ in STEPS].index("0009_contests")
def slow(db):
    STEPS[place][1](db)
    say("within")
    sys.stdin.read()
connection = database.open_connection(path)
migrations.migrate(connection, (*STEPS[:place], (STEPS[place][0], slow)))
"""


def test_a_kill_while_the_tables_are_made_is_made_good_at_the_next_start(path: Path) -> None:
    path.parent.mkdir()
    with running(MIGRATE, path) as process:
        assert "within\n" in iter(lines(process).readline, "")
        kill(process)
    for name in ("c1", "c2"):
        with open_store(path) as store:
            store.contests.begin(contest(name))
        check_whole(path)


def test_the_step_before_it_may_come_after_it(path: Path) -> None:
    """A store that got these tables before another step of this version was there gets it later."""
    here = [step for step in STEPS if step[0] == "0009_contests"]
    before = [step for step in STEPS if step[0] < "0008"]
    late = ("0008_late", lambda database: database.execute("create table late (words text)"))
    path.parent.mkdir()
    connection = open_connection(path)
    migrate(connection, (*before, *here))
    migrate(connection, (*before, late, *here))  # type: ignore[arg-type]  # a lambda returns something
    with connection.reading() as database:
        assert {"late", "votes"} <= set(database.table_names())
    connection.close()
