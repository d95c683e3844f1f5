"""Versions: exactly what was trained on, and never a prompt that was held out once."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from benchtop.domain.examples import Dataset, Example, Turn, version_sum
from benchtop.domain.holdout import inner_prompt_sums
from benchtop.domain.teach_errors import DatasetEmpty
from benchtop.store.database import Store, open_store
from unit.store.example_makers import example, filled
from unit.store.makers import check_whole, new_store
from unit.store.processes import kill, lines, running


def prompts_of(store: Store, version_id: str, split: str) -> set[str]:
    """The prompts of all answers that a part of a version holds."""
    found: set[str] = set()
    for entry in store.versions.read_version(version_id):
        if entry.split == split:
            found.add(entry.example.prompt_sum)
            found |= inner_prompt_sums(entry.example) if split == "train" else set()
    return found


def test_a_version_holds_what_can_be_learnt_each_once_in_order(store: Store) -> None:
    filled(store, 10, holdout_part=0.2)
    store.examples.add(
        "d",
        [
            example(3),
            example(20, included=False),
            example(21, state="draft"),
            Example((Turn("user", "No answer?"),)),
            example(22, rejected="Worse."),
        ],
    )
    (deleted,) = store.examples.add("d", [example(23)])
    store.examples.delete([deleted.id])
    version = store.versions.make_version("d")
    entries = store.versions.read_version(version.id)
    wanted = [*(example(n) for n in range(10)), example(22, rejected="Worse.")]
    assert [(one.example.turns, one.example.rejected) for one in entries] == [
        (one.turns, one.rejected) for one in wanted
    ]
    assert [one.sum for one in entries] == [one.sum for one in wanted]
    assert [one.example.holdout for one in entries] == [one.split == "holdout" for one in entries]
    assert (version.train, version.holdout, version.name) == (9, 2, "Version 1")
    assert version.sum == version_sum((one.sum, one.split) for one in entries)
    assert version == store.versions.get(version.id) == store.versions.of("d")[0]
    with store.connection.reading() as database:
        assert database.execute("select count(*) from example_contents").fetchone() == (11,)


def test_the_same_content_is_the_same_version(store: Store) -> None:
    filled(store, 4)
    first = store.versions.make_version("d")
    store.examples.tag(["e0"], add=["x"])
    store.examples.add("d", [example(1)])
    assert store.versions.make_version("d") == first
    before = store.examples.get("e0")
    store.examples.edit("e0", [*before.prompt, Turn("assistant", "Another.")])
    second = store.versions.make_version("d")
    assert (second.name, second.id != first.id) == ("Version 2", True)
    store.examples.put_back([before])
    assert store.versions.make_version("d") == first
    assert store.versions.of("d") == [second, first]
    # What the second saw stays what it was.
    assert "Another." in [one.example.answer for one in store.versions.read_version(second.id)]


def test_an_empty_set_has_no_version_and_one_example_is_trained_on(store: Store) -> None:
    filled(store, 0)
    with pytest.raises(DatasetEmpty, match="“Mine” has no example"):
        store.versions.make_version("d")
    store.examples.add("d", [example(0)])
    version = store.versions.make_version("d")
    assert (version.train, version.holdout) == (1, 0)
    store.examples.add("d", [example(1)], holdout=True)
    assert store.versions.make_version("d").holdout == 1
    store.examples.include(["e0", *store.examples.ids("d")[:1]], included=False)
    with pytest.raises(DatasetEmpty):
        store.versions.make_version("d")


def test_what_is_held_out_stays_so_whatever_becomes_of_it(store: Store) -> None:
    filled(store, 10)
    store.versions.make_version("d")
    (held,) = [one for one in store.examples.each("d") if one.holdout][:1]
    other = [*held.prompt, Turn("assistant", "Another answer.")]
    (again,) = store.examples.add("d", [Example(tuple(other))])
    assert again.holdout
    mended = store.examples.edit(held.id, [Turn("user", "A mended question?"), held.turns[-1]])
    assert mended.holdout
    (copied,) = store.examples.add("d", [Example(mended.turns, id="copy")])
    assert copied.holdout
    store.examples.delete([held.id, again.id, "copy"])
    store.examples.empty_bin(older_than=1e11)
    (back,) = store.examples.add("d", [example(30, turns=held.turns)])
    assert back.holdout
    store.datasets.set_holdout_part("d", 0.0)
    assert store.versions.freeze_holdout("d") == 0
    assert {held.prompt_sum, mended.prompt_sum} <= store.versions.held_out("d")


def test_an_answer_within_an_example_leaks_no_prompt_either(store: Store) -> None:
    filled(store, 6, holdout_part=0.0)
    first = store.examples.get("e0")
    longer = Example((*first.turns, Turn("user", "And?"), Turn("assistant", "So.")))
    store.examples.add("d", [longer])
    store.versions.hold_out("d", [first.prompt_sum])
    version = store.versions.make_version("d")
    assert version.holdout == 2
    assert first.prompt_sum not in prompts_of(store, version.id, "train")
    assert [one.holdout for one in store.examples.each("d")] == [True, *[False] * 5, True]


def test_what_an_adapter_has_seen_is_known(store: Store) -> None:
    filled(store, 4, holdout_part=0.0)
    store.versions.make_version("d")
    seen = {one.prompt_sum for one in store.examples.each("d")}
    store.examples.edit("e0", [Turn("user", "Other?"), Turn("assistant", "Other.")])
    store.examples.delete(["e1"])
    assert store.versions.trained_prompts("d") == seen
    store.datasets.set_holdout_part("d", 0.5)
    store.examples.add("d", [example(n) for n in range(10, 12)])
    store.versions.freeze_holdout("d")
    held = store.versions.held_out("d")
    assert held
    assert not held & seen


def test_a_version_outlives_its_data_set_only_for_a_run(store: Store) -> None:
    filled(store, 3)
    store.datasets.put(Dataset("d2", "Other"))
    store.examples.add("d2", [example(n) for n in range(2, 5)])
    first, other = store.versions.make_version("d"), store.versions.make_version("d2")
    store.datasets.delete("d")
    store.datasets.empty_bin(older_than=1e11)
    with store.connection.writing() as database:
        database.execute(
            "insert into training_runs values ('r', '', '', '', '', ?, '', '', '', '', 'done', '', 0, 0,"
            " '', 1.0, null, null, null, null)",
            (first.id,),
        )
    assert store.versions.forget_unused() == 0
    assert len(store.versions.read_version(first.id)) == 3
    with store.connection.writing() as database:
        database.execute("delete from training_runs")
    assert store.versions.forget_unused() == 1
    assert store.versions.of("d") == []
    assert len(store.versions.read_version(other.id)) == 3
    with store.connection.reading() as database:
        assert database.execute("select count(*) from example_contents").fetchone() == (3,)


VERSION_FOREVER = """
from benchtop.domain.examples import Example, Turn
with open_store(path) as store:
    number = 0
    while True:
        number += 1
        words = f"{os.getpid()} {number}"
        store.examples.add("d", [Example((Turn("user", words), Turn("assistant", "a")))])
        say("begins")
        version = store.versions.make_version("d")
        say(version.id, version.train, version.holdout)
"""


def test_a_version_is_there_whole_or_not_at_all(path: Path, store: Store) -> None:
    filled(store, 400)
    rng = random.Random(11)
    told: dict[str, list[int]] = {}
    for _ in range(4):
        with running(VERSION_FOREVER, path) as process:
            seen = [lines(process).readline() for _ in range(rng.randrange(1, 9))]
            seen += [line for line in kill(process) if line.endswith("\n")]
        for line in seen:
            one, *counts = line.split()
            if counts:
                told[one] = list(map(int, counts))
        check_whole(path)
        with open_store(path) as again:
            found = {one.id: one for one in again.versions.of("d")}
            assert set(told) <= set(found)
            for version in found.values():
                entries = again.versions.read_version(version.id)
                assert len(entries) == version.train + version.holdout
                assert version.sum == version_sum((one.sum, one.split) for one in entries)
    assert told


WORDS = st.sampled_from(["a", "b", "c"])
LENGTHS = st.sampled_from([2, 2, 2, 4, 4, 4, 6, 3, 1])
TURNS = LENGTHS.flatmap(lambda length: st.lists(WORDS, min_size=length, max_size=length)).map(
    lambda words: tuple(
        Turn("assistant" if n % 2 else "user", word) for n, word in enumerate(words)
    )
)
RARELY = st.sampled_from([False] * 6 + [True])
EXAMPLES = st.builds(
    Example, TURNS, st.sampled_from(["", "x"]), included=RARELY.map(lambda no: not no),
    state=RARELY.map(lambda yes: "draft" if yes else "kept"), holdout=RARELY,
)  # fmt: skip
PARTS = st.sampled_from([0.0, 0.1, 0.3, 0.5])


class NothingLeaks(RuleBasedStateMachine):
    """Whatever a person does, and in which order."""

    def __init__(self) -> None:
        super().__init__()
        self._opened = new_store()
        self.store = self._opened.__enter__()
        self.store.datasets.put(Dataset("d", "Mine", 0.3))
        self.before: list[Example] = []
        self.held_out: set[str] = set()
        self.versions = 0

    def teardown(self) -> None:
        self._opened.__exit__(None, None, None)

    def some(self, data: st.DataObject) -> list[str]:
        ids = [*self.store.examples.ids("d"), "gone"]
        return data.draw(st.lists(st.sampled_from(ids), max_size=4))

    @rule(
        examples=st.lists(EXAMPLES, min_size=1, max_size=5),
        holdout=st.sampled_from([False] * 5 + [True]),
    )
    def add(self, examples: list[Example], holdout: bool) -> None:
        self.store.examples.add("d", examples, holdout=holdout)

    @rule(data=st.data(), turns=TURNS)
    def edit(self, data: st.DataObject, turns: tuple[Turn, ...]) -> None:
        for one in self.store.examples.of_ids(self.some(data)[:1]):
            self.before.append(one)
            self.store.examples.edit(one.id, turns)

    @rule()
    def undo(self) -> None:
        if self.before:
            self.store.examples.put_back([self.before.pop()])

    @rule(data=st.data(), included=st.booleans())
    def include(self, data: st.DataObject, included: bool) -> None:
        self.store.examples.include(self.some(data), included)

    @rule(data=st.data())
    def throw_away(self, data: st.DataObject) -> None:
        ids = self.some(data)
        self.store.examples.delete(ids)
        self.store.examples.restore(ids[:1])
        self.store.examples.empty_bin(older_than=1e11)

    @rule(data=st.data())
    def accept(self, data: st.DataObject) -> None:
        self.store.examples.accept(self.some(data))

    @rule(part=PARTS)
    def freeze(self, part: float) -> None:
        self.store.datasets.set_holdout_part("d", part)
        self.store.versions.freeze_holdout("d")

    @rule()
    def version(self) -> None:
        try:
            version = self.store.versions.make_version("d")
        except DatasetEmpty:
            return
        self.versions += 1
        self.held_out |= prompts_of(self.store, version.id, "holdout")
        assert not prompts_of(self.store, version.id, "train") & self.held_out
        assert {one.sum for one in self.store.versions.of("d")}.issuperset({version.sum})

    @invariant()
    def what_was_held_out_is_frozen(self) -> None:
        assert self.held_out <= self.store.versions.held_out("d")
        for one in self.store.examples.each("d"):
            assert one.holdout == (one.prompt_sum in self.store.versions.held_out("d"))
            assert replace(one, holdout=False).sum == one.sum


def test_the_holdout_never_leaks() -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        NothingLeaks,
        settings=settings(
            max_examples=40, stateful_step_count=25, deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
