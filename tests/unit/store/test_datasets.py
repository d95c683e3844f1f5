"""Data sets and their examples: what goes in comes out, in parts, and through deaths."""

from __future__ import annotations

import random
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchtop.domain.errors import StoreDamaged, StoreError
from benchtop.domain.examples import Dataset, Example, Origin, Turn
from benchtop.domain.teach_errors import DatasetUnknown
from benchtop.store.database import Store, open_store
from benchtop.store.example_rows import SHORTENED, ExampleFilter, plain_tags
from benchtop.store.examples import BATCH
from benchtop.store.rows import clean
from unit.store.example_makers import example, filled
from unit.store.makers import ODD_TEXT, check_whole, new_store
from unit.store.processes import finished, kill, lines, running


def test_a_data_set_comes_back_with_its_counts(store: Store) -> None:
    store.datasets.put(Dataset("d1", "Mine", 0.25, created=5.0))
    store.datasets.put(Dataset("d0", "another"))
    store.examples.add("d1", [example(n) for n in range(4)])
    store.examples.add("d1", [example(9)], holdout=True)
    store.examples.add("d1", [example(10, included=False), example(11, state="draft")])
    found = store.datasets.get("d1")
    assert (found.examples, found.included, found.held_out, found.drafts) == (6, 5, 1, 1)
    assert (found.name, found.holdout_part, found.created) == ("Mine", 0.25, 5.0)
    assert found.changed > 5.0
    assert [one.id for one in store.datasets.all()] == ["d0", "d1"]
    assert store.datasets.all()[1] == found
    store.datasets.rename("d1", "Other")
    store.datasets.set_holdout_part("d1", 7.0)
    again = store.datasets.get("d1")
    assert (again.name, again.holdout_part, again.examples) == ("Other", 0.5, 6)


@pytest.mark.parametrize("wanted", ["gone", "", "caf\udce9"])
def test_an_unknown_data_set_is_told(store: Store, wanted: str) -> None:
    for ask in (store.datasets.get, store.versions.make_version, store.versions.freeze_holdout):
        with pytest.raises(DatasetUnknown, match="no data set called"):
            ask(wanted)
    with pytest.raises(DatasetUnknown):
        store.examples.add(wanted, [example()])
    with pytest.raises(DatasetUnknown):
        store.versions.hold_out(wanted, ["x"])
    assert store.examples.places(wanted) == []
    assert store.versions.of(wanted) == []
    with pytest.raises(StoreError, match="no example with the id"):
        store.examples.get(wanted)
    with pytest.raises(StoreError, match="no version of a data set"):
        store.versions.read_version(wanted)


def test_a_data_set_goes_to_the_bin_and_out_of_it_or_for_good(store: Store) -> None:
    filled(store, 3)
    store.datasets.delete("d")
    assert store.datasets.all() == []
    assert [(one.id, one.examples) for one in store.datasets.in_bin()] == [("d", 3)]
    store.datasets.restore("d")
    assert [one.examples for one in store.datasets.all()] == [3]
    store.datasets.delete("d")
    assert store.datasets.empty_bin(older_than=1.0) == 0
    assert store.datasets.empty_bin(older_than=1e11) == 1
    with store.connection.reading() as database:
        for table in ("examples", "dataset_holdout"):
            assert database.execute(f"select count(*) from {table}").fetchone() == (0,)


@settings(max_examples=40, deadline=None)
@given(text=ODD_TEXT, other=ODD_TEXT, tags=st.lists(ODD_TEXT, max_size=3))
def test_any_words_come_back_and_are_found(text: str, other: str, tags: list[str]) -> None:
    given_one = Example(
        (Turn("system", other), Turn("user", text), Turn("assistant", f"a{text}")), other, tuple(tags),
        Origin("teacher", text, other, text), state="draft",
    )  # fmt: skip
    with new_store() as store:
        store.datasets.put(Dataset("d", text))
        (kept,) = store.examples.add("d", [given_one])
        found = store.examples.get(kept.id)
        # An origin is kept cleaned too.
        origin = Origin("teacher", clean(text), clean(other), clean(text))
        assert found == replace(kept, origin=origin)
        assert [turn.content for turn in found.turns] == [
            clean(other),
            clean(text),
            clean(f"a{text}"),
        ]
        assert found.tags == plain_tags(tags)
        with store.connection.reading() as database:
            row = database.execute("select sum, prompt_sum from examples").fetchone()
        assert row == (found.sum, found.prompt_sum)
        words = text.partition("\0")[0]  # where SQLite's own ends
        assert store.examples.ids("d", ExampleFilter(text=words)) == [kept.id]
        for tag in found.tags:
            assert store.examples.ids("d", ExampleFilter(tag=tag)) == [kept.id]
        assert set(store.examples.tags("d")) == set(found.tags)


def test_examples_are_chosen_by_what_they_are(store: Store) -> None:
    filled(store, 0)
    kept = store.examples.add(
        "d",
        [
            example(0, tags=("a", "b")),
            example(1, tags=("B%",), origin=Origin("chat", "m", "c", "m1")),
            example(2, included=False),
            example(3, state="draft", origin=Origin("teacher", "T")),
            example(4, rejected='He said: "no_way"\nReally.'),
        ],
    )
    store.versions.hold_out("d", [kept[0].prompt_sum])
    store.examples.delete([kept[4].id])
    ids = [one.id for one in kept]

    def chosen(**wanted: object) -> list[int]:
        found = store.examples.ids("d", ExampleFilter(**wanted))  # type: ignore[arg-type]
        assert store.examples.count("d", ExampleFilter(**wanted)) == len(found)  # type: ignore[arg-type]
        assert [one.id for one in store.examples.each("d", ExampleFilter(**wanted))] == found  # type: ignore[arg-type]
        return [ids.index(one) for one in found]

    assert chosen() == [0, 1, 2, 3]
    assert chosen(deleted=True) == [4]
    assert chosen(deleted=True, text='"NO_way"\nre') == [4]
    assert chosen(deleted=True, text="no!way") == []
    assert chosen(tag="b") == [0]
    assert chosen(tag="B%") == [1]
    assert chosen(tag="") == [0, 1, 2, 3]
    assert chosen(origin="chat") == [1]
    assert chosen(included=False) == [2]
    assert chosen(included=True) == [0, 1, 3]
    assert chosen(holdout=True) == [0]
    assert chosen(holdout=False, state="kept") == [1, 2]
    assert chosen(state="draft") == [3]
    assert chosen(text="QUESTION 2") == [2]
    assert chosen(text="user") == []  # the role is no words
    assert chosen(text="%") == []
    assert store.examples.tags("d") == {"a": 1, "b": 1, "B%": 1}
    assert store.examples.from_chats("d") == {"m1": {kept[1].sum}}


def test_a_table_shows_the_beginning_of_what_is_there(store: Store) -> None:
    filled(store, 0)
    long = "word " * 1_000
    kept = store.examples.add(
        "d",
        [
            Example(
                (Turn("system", "Be."), Turn("user", f" a\n b{long}"), Turn("assistant", long)),
                "no",
            ),
            Example((Turn("user", "Alone?"),)),
            Example(()),
        ],
    )
    first, alone, nothing = store.examples.page("d")
    assert first.question.startswith("a bword word")
    assert len(first.question) <= SHORTENED
    assert first.question.endswith("…")
    assert (first.characters, first.turns, first.has_rejected, first.problem) == (
        kept[0].characters, 3, True, "",
    )  # fmt: skip
    assert (alone.question, alone.answer, alone.problem) == (
        "Alone?",
        "",
        "does not end with an answer",
    )
    assert (nothing.question, nothing.problem) == ("", "has no turns")
    assert [head.id for head in store.examples.page("d", offset=1, limit=1)] == [kept[1].id]
    places = store.examples.places("d")
    assert [head.place for head in store.examples.heads(places[::-1])] == places[::-1]
    assert store.examples.heads([places[1], 10**9]) == [alone]


def test_an_edit_is_undone_whole(store: Store) -> None:
    filled(store, 2)
    before = store.examples.get("e1")
    after = store.examples.edit("e1", [Turn("user", "New?"), Turn("assistant", "New.")], "Old.")
    assert store.examples.get("e1") == after
    assert (after.answer, after.rejected, after.id) == ("New.", "Old.", "e1")
    assert after.changed > before.changed
    assert after.sum != before.sum
    store.examples.tag(["e1"], add=["x"])
    store.examples.put_back([before])
    assert store.examples.get("e1") == before
    with pytest.raises(StoreError, match="no example with the id gone"):
        store.examples.edit("gone", [])


def test_many_are_changed_at_once(store: Store) -> None:
    filled(store, 1_200)
    ids = store.examples.ids("d")
    assert store.examples.include([*ids, "gone"], included=False) == 1_200
    assert store.examples.include(ids[:700], included=True) == 700
    assert store.examples.include(ids[:700], included=True) == 0
    assert store.datasets.get("d").included == 700
    assert store.examples.tag([*ids, "gone"], add=["one", "two", "one"]) == 1_200
    assert store.examples.tag(ids[:600], remove=["one"]) == 600
    assert store.examples.tags("d") == {"one": 600, "two": 1_200}
    assert store.examples.delete(ids[:900]) == 900
    assert store.examples.delete(ids[:900]) == 0
    assert store.examples.restore(ids[:100]) == 100
    assert store.examples.count("d") == 400
    assert store.examples.empty_bin(older_than=1.0) == 0
    assert store.examples.empty_bin(older_than=1e11) == 800
    assert store.examples.of_ids([ids[1_000], ids[0], ids[500], ids[0]]) == [
        store.examples.get(ids[1_000]), store.examples.get(ids[0]),
    ]  # fmt: skip


def test_what_a_file_says_is_held_out_is(store: Store) -> None:
    filled(store, 1)
    kept = store.examples.add("d", [example(0, holdout=True), example(1)])
    assert [one.holdout for one in kept] == [True, False]
    assert [one.holdout for one in store.examples.each("d")] == [True, True, False]
    assert store.examples.add("d", [example(0)])[0].holdout


def test_drafts_wait_for_a_yes(store: Store) -> None:
    filled(store, 1)
    drafts = store.examples.add("d", [example(n, state="draft") for n in range(10, 13)])
    ids = [one.id for one in drafts]
    assert store.examples.accept(ids[:1]) == 1
    assert store.examples.refuse([*ids, "e0"]) == 2
    assert store.examples.ids("d") == ["e0", ids[0]]
    assert store.examples.get(ids[0]).state == "kept"
    assert store.examples.restore(ids[1:]) == 2
    assert store.datasets.get("d").drafts == 2


def test_the_same_example_twice_is_kept_twice(store: Store) -> None:
    filled(store, 0)
    kept = store.examples.add("d", [example(), example()])
    assert kept[0].sum == kept[1].sum
    assert store.examples.count("d") == 2


def test_a_damaged_example_is_told_and_the_others_are_there(store: Store) -> None:
    filled(store, 3)
    with store.connection.writing() as database:
        database.execute("update examples set content = '{}' where id = 'e1'")
    with pytest.raises(StoreDamaged, match="the example e1"):
        store.examples.get("e1")
    assert store.examples.get("e2").id == "e2"
    with pytest.raises(StoreDamaged, match="the example with the sum"):
        store.versions.make_version("d")


def test_lists_and_counts_read_no_contents(store: Store) -> None:
    filled(store, 0)
    chosen = ExampleFilter(origin="typed", included=True, holdout=False, state="kept")
    where, values = chosen.where("d")
    counted = "select sum(state = 'kept') from examples where deleted is null group by dataset_id"
    with store.connection.reading() as database:
        for statement, given_values in (
            (f"select seq from examples where {where} order by seq", values), (counted, []),
        ):  # fmt: skip
            plan = str(database.execute(f"explain query plan {statement}", given_values).fetchall())
            assert "COVERING INDEX examples_dataset" in plan
    plan_of_sums = "explain query plan delete from example_contents where sum = 'x'"
    with (
        store.connection.reading() as database
    ):  # a key without an index is looked for in every row
        assert database.execute(plan_of_sums).fetchall()
        index = database.execute(
            "explain query plan select 1 from version_examples where sum = 'x'"
        ).fetchall()
    assert "version_examples_sum" in str(index)


IMPORT_FOREVER = """
from benchtop.domain.examples import Dataset, Example, Turn
def many():
    number = 0
    while True:
        yield Example((Turn("user", f"{os.getpid()} {number}"), Turn("assistant", "x" * 300)))
        number += 1
with open_store(path) as store:
    for done in store.examples.add_in_batches("d", many(), holdout=sys.argv[2] == "held"):
        say(done)
"""


@pytest.mark.parametrize("part", ["held", "free"])
def test_an_import_that_is_killed_leaves_whole_batches(path: Path, store: Store, part: str) -> None:
    filled(store, 0)
    rng = random.Random(4)
    for _ in range(3):
        before = store.examples.count("d")
        with running(IMPORT_FOREVER, path, part) as process:
            told = [lines(process).readline() for _ in range(rng.randrange(1, 5))]
            told += [line for line in kill(process) if line.endswith("\n")]
        check_whole(path)
        added = store.examples.count("d") - before
        assert added % BATCH == 0
        assert added >= int(told[-1])
        held = store.examples.count("d", ExampleFilter(holdout=True))
        assert held == (store.examples.count("d") if part == "held" else 0)
    assert all(one.answer == "x" * 300 for one in store.examples.each("d"))


IMPORT_TO_A_FULL_DISK = """
from benchtop.domain.examples import Example, Turn
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (6_000_000, 6_000_000))
answer = Turn("assistant", "x" * 300)
many = (Example((Turn("user", f"{number}"), answer)) for number in range(10**6))
with open_store(path) as store:
    try:
        for done in store.examples.add_in_batches("d", many):
            say(done)
    except BenchtopError as error:
        say(type(error).__name__)
    say(store.examples.count("d"))
"""


def test_an_import_to_a_full_disk_keeps_what_was_told(path: Path, store: Store) -> None:
    filled(store, 0)
    *told, error, count = finished(IMPORT_TO_A_FULL_DISK, path)
    assert error == "StoreFull"
    assert told
    assert int(count) == int(told[-1]) == store.examples.count("d")


EDIT_FOREVER = """
from benchtop.domain.examples import Turn
with open_store(path) as store:
    number = 0
    while True:
        number += 1
        store.examples.edit("e0", [Turn("user", f"{number}?"), Turn("assistant", "y" * number)])
        say(number)
"""


def test_an_edit_is_there_whole_or_not_at_all_and_stays_held_out(path: Path, store: Store) -> None:
    filled(store, 2)
    store.versions.hold_out("d", [store.examples.get("e0").prompt_sum])
    rng = random.Random(6)
    for _ in range(4):
        with running(EDIT_FOREVER, path) as process:
            told = [lines(process).readline() for _ in range(rng.randrange(1, 40))]
            told += [line for line in kill(process) if line.endswith("\n")]
        found = store.examples.get("e0")
        number = len(found.answer)
        assert found.prompt[0].content == f"{number}?"
        assert number in (int(told[-1]), int(told[-1]) + 1)
        assert found.holdout
        with store.connection.reading() as database:
            row = database.execute(
                "select sum, prompt_sum from examples where id = 'e0'"
            ).fetchone()
        assert row == (found.sum, found.prompt_sum)


def test_the_store_from_before_data_sets_gets_them(path: Path) -> None:
    released = (Path(__file__).parent / "fixtures" / "schema_0_1.sql").read_text("utf-8")
    path.parent.mkdir(parents=True)
    raw = sqlite3.connect(path)
    raw.executescript(released)
    raw.close()
    with open_store(path) as store:
        assert store.datasets.all() == store.datasets.in_bin() == []
        filled(store, 3)
        assert store.versions.make_version("d").train == 2
    check_whole(path)
