"""Suites, runs and cells: what goes in comes out, and the queue holds through deaths."""

from __future__ import annotations

import random
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings

from benchtop.domain.contests import PromptTurn
from benchtop.domain.errors import BadParameter, StoreDamaged, StoreError
from benchtop.domain.generation import Timings
from benchtop.domain.suite_runs import SuiteCell, SuiteRun
from benchtop.domain.suites import Contains, Number, Suite, SuitePrompt
from benchtop.store.database import Store, open_store
from benchtop.store.rows import clean
from benchtop.store.suite_cells import requeue_orphans
from unit.store.makers import ODD_TEXT, check_whole, new_store
from unit.store.processes import finished, kill, lines, read_until, running


def suite(suite_id: str = "s1", count: int = 2, **changes: object) -> Suite:
    made = tuple(
        SuitePrompt(f"p{n}", (PromptTurn("user", f"What is {n} + 1?"),), checks=(Number(n + 1),))
        for n in range(count)
    )
    values = {"name": "Sums", "prompts": made, "tags": ("maths",)}
    return Suite(**{"id": suite_id} | values | changes)  # type: ignore[arg-type]  # a test's values


def run(run_id: str = "r1", **changes: object) -> SuiteRun:
    values = {
        "suite": suite(),
        "contestants": ({"key": "A"}, {"key": "B"}),
        "repeats": 2,
        "created": 5.5,
    }
    return SuiteRun(**{"id": run_id} | values | changes)  # type: ignore[arg-type]  # a test's values


def places(cells: list[SuiteCell]) -> list[tuple[int, str, int]]:
    return [(cell.contestant, cell.prompt_id, cell.repeat) for cell in cells]


def states(store: Store, run_id: str = "r1") -> str:
    return "".join(cell.state[0] for cell in store.suite_cells.of(run_id))


def taken(store: Store, run_id: str = "r1") -> SuiteCell:
    cell = store.suite_cells.take(run_id)
    assert cell is not None
    return cell


def test_a_suite_comes_back_as_it_went_in(store: Store) -> None:
    store.suites.put(suite())
    store.suites.put(suite("s0", name="another", prompts=()))
    assert store.suites.get("s1") == suite()
    assert [(h.id, h.prompts, h.tags) for h in store.suites.heads()] == [
        ("s0", 0, ("maths",)), ("s1", 2, ("maths",)),
    ]  # fmt: skip
    changed = suite(name="Sums!", prompts=suite().prompts[:1])
    store.suites.put(changed)
    assert store.suites.get("s1") == changed
    with pytest.raises(StoreError, match="no suite with the id gone"):
        store.suites.get("gone")


@settings(max_examples=30, deadline=None)
@given(text=ODD_TEXT)
def test_any_words_come_back(text: str) -> None:
    prompt = SuitePrompt(
        f"x{text}", (PromptTurn("user", text),), text, text, (Contains((text,)),), (text,), text
    )
    one = suite(f"i{text}", name=text, prompts=(prompt,), about=text)
    with new_store() as store:
        store.suites.put(one)
        found = store.suites.get(one.id)
        assert found.prompts[0].text == clean(text)
        assert (found.name, found.prompts[0].checks) == (clean(text), (Contains((clean(text),)),))
        store.suite_runs.add(run(f"r{text}", suite=one))
        cell = taken(store, f"r{text}")
        store.suite_cells.keep(cell, text, reasoning=text, checks=({"detail": text},), passed=True)
        kept = store.suite_cells.of(f"r{text}", "done")
        assert [(c.reply, c.reasoning, c.checks) for c in kept] == [
            (clean(text), clean(text), ({"detail": clean(text)},))
        ]


def test_a_suite_goes_to_the_bin_and_its_runs_keep_what_they_asked(store: Store) -> None:
    store.suites.put(suite())
    store.suite_runs.add(run())
    store.suites.delete("s1")
    assert store.suites.heads() == []
    assert [head.id for head in store.suites.in_bin()] == ["s1"]
    store.suites.restore("s1")
    assert [head.id for head in store.suites.heads()] == ["s1"]
    store.suites.delete("s1")
    assert store.suites.empty_bin(older_than=1.0) == 0
    assert store.suites.empty_bin(older_than=1e11) == 1
    assert store.suite_runs.get("r1") == run()


def test_a_damaged_suite_is_told_and_the_others_are_there(store: Store) -> None:
    store.suites.put(suite())
    store.suites.put(suite("s2"))
    with store.connection.writing() as database:
        database.execute("update suites set content = '{' where id = 's1'")
    with pytest.raises(StoreDamaged, match="the suite s1"):
        store.suites.get("s1")
    assert store.suites.get("s2").id == "s2"
    assert len(store.suites.heads()) == 2


def test_a_run_asks_contestant_by_contestant(store: Store) -> None:
    store.suite_runs.add(run())
    assert store.suite_runs.get("r1") == run()
    assert places(store.suite_cells.of("r1")) == [
        (0, "p0", 0), (0, "p0", 1), (0, "p1", 0), (0, "p1", 1),
        (1, "p0", 0), (1, "p0", 1), (1, "p1", 0), (1, "p1", 1),
    ]  # fmt: skip
    first = taken(store)
    other = store.suite_cells.take("r1", contestant=1)
    assert other is not None
    assert places([first, other]) == [(0, "p0", 0), (1, "p0", 0)]
    assert states(store) == "rqqqrqqq"
    assert store.suite_cells.get(first) == first == replace(first, state="running")
    with pytest.raises(StoreError, match="UNIQUE"):
        store.suite_runs.add(run())
    assert states(store) == "rqqqrqqq"


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"repeats": 0}, "1 to 1,000"), ({"repeats": 1_001}, "1 to 1,000"),
     ({"contestants": ()}, "The number of replies"),
     ({"suite": suite(count=3_000), "repeats": 1_000}, "6,000,000")],
)  # fmt: skip
def test_a_run_of_no_sensible_size_is_refused(
    store: Store, changes: dict[str, object], words: str
) -> None:
    with pytest.raises(BadParameter, match=words):
        store.suite_runs.add(run(**changes))
    assert store.suite_runs.heads() == []


def test_a_result_is_written_whole_and_the_last_one_ends_the_run(store: Store) -> None:
    store.suite_runs.add(run(repeats=1, contestants=({"key": "A"},)))
    cell = taken(store)
    timings = Timings(9, 3, 4, 0.5, 0.25, 0.125)
    checks = (
        {"kind": "number", "passed": False, "detail": "The last number is 3.", "score": None},
    )
    store.suite_cells.keep(
        cell, "3", reasoning="Hm.", seed=2**70, timings=timings, stop="end", checks=checks, passed=False
    )  # fmt: skip
    found = store.suite_cells.get(cell)
    assert found is not None
    assert found.finished is not None
    assert found == replace(
        cell, state="done", reply="3", reasoning="Hm.", seed=2**63 - 1, timings=timings, stop="end",
        checks=checks, passed=False, finished=found.finished,
    )  # fmt: skip
    assert store.suite_runs.get("r1").state == "running"
    store.suite_cells.fail(taken(store), "The engine process ended.")
    assert store.suite_runs.get("r1").state == "done"
    assert store.suite_cells.of("r1", "failed")[0].error == "The engine process ended."
    (head,) = store.suite_runs.heads("s1")
    assert (head.queued, head.running, head.done, head.failed) == (0, 0, 1, 1)
    assert (head.passed, head.judged, head.state, head.contestants) == (
        0,
        1,
        "done",
        ({"key": "A"},),
    )
    assert store.suite_cells.try_failed_again("r1") == 1
    assert store.suite_runs.get("r1").state == "running"
    store.suite_cells.keep(taken(store), "2", passed=True)
    assert [(h.passed, h.judged, h.state) for h in store.suite_runs.heads()] == [(1, 2, "done")]
    assert store.suite_runs.heads("other") == []


def test_a_paused_run_gives_nothing_and_neither_does_one_in_the_bin(store: Store) -> None:
    store.suite_runs.add(run())
    cell = taken(store)
    store.suite_runs.set_state("r1", "paused", "The disk is full.")
    assert store.suite_runs.get("r1").error == "The disk is full."
    assert store.suite_cells.take("r1") is None
    store.suite_cells.put_back(cell)
    assert states(store) == "qqqqqqqq"
    store.suite_runs.set_state("r1", "running")
    assert taken(store) == cell
    store.suite_cells.put_back(cell)
    store.suite_runs.delete("r1")
    assert store.suite_cells.take("r1") is None
    assert store.suite_runs.heads() == []
    store.suite_runs.restore("r1")
    assert taken(store) == cell
    store.suite_runs.delete("r1")
    assert store.suite_runs.empty_bin(older_than=1e11) == 1
    assert store.suite_cells.of("r1") == []
    assert store.suite_cells.take("r1") is None


def test_a_run_with_nothing_left_stays_done(store: Store) -> None:
    store.suite_runs.add(run(suite=suite(count=1), repeats=1, contestants=({},)))
    store.suite_cells.keep(taken(store), "1")
    store.suite_runs.set_state("r1", "running")
    assert store.suite_runs.get("r1").state == "done"


TAKE_AND_WAIT = """
with open_store(path) as store:
    cell = store.suite_cells.take("r1")
    say("took", cell.prompt_id, cell.repeat)
    sys.stdin.readline()
    store.suite_cells.keep(cell, "late")
"""


def test_what_a_living_process_has_taken_stays_its_own(path: Path, store: Store) -> None:
    store.suite_runs.add(run())
    with running(TAKE_AND_WAIT, path) as process:
        read_until(process, "took p0 0")
        with open_store(path) as second:
            assert states(second) == "rqqqqqqq"
            first = second.suite_cells.of("r1")[0]
            second.suite_cells.keep(first, "not mine")
            second.suite_cells.fail(first, "not mine")
            second.suite_cells.put_back(first)
            assert states(second) == "rqqqqqqq"
            assert taken(second).repeat == 1
        kill(process)
    with open_store(path) as third:
        assert states(third) == "qrqqqqqq"  # this process has taken the second one
    assert requeue_orphans(store.connection) == 0


WORK_FOREVER = """
with open_store(path) as store:
    while cell := store.suite_cells.take("r1"):
        say("took", cell.contestant, cell.prompt_id, cell.repeat)
        store.suite_cells.keep(cell, "x" * 3000, passed=True, checks=({"kind": "number"},))
        say("kept", cell.contestant, cell.prompt_id, cell.repeat)
    say("over")
"""


def test_the_queue_survives_a_kill_at_any_moment(path: Path, store: Store) -> None:
    """Nothing that was told as kept is asked again, nothing is left out, nothing half written."""
    store.suite_runs.add(run(suite=suite(count=60)))
    rng = random.Random(3)
    told: list[str] = []
    for _ in range(5):
        with running(WORK_FOREVER, path) as process:
            seen = [lines(process).readline() for _ in range(rng.randrange(1, 60))]
            seen += [line for line in kill(process) if line.endswith("\n")]
        told += [line.removeprefix("kept ") for line in seen if line.startswith("kept ")]
        check_whole(path)
        with open_store(path) as again:
            assert again.suite_cells.of("r1", "running") == []
            done = again.suite_cells.of("r1", "done")
            kept = {f"{c.contestant} {c.prompt_id} {c.repeat}\n" for c in done}
            assert set(told) <= kept
            assert all(c.reply == "x" * 3000 and c.passed and c.checks for c in done)
    assert len(told) == len(set(told)) > 0
    if store.suite_runs.get("r1").state != "done":
        assert finished(WORK_FOREVER, path)[-1] == "over"
    assert states(store) == "d" * 240
    assert store.suite_runs.get("r1").state == "done"


ADD_FOREVER = """
from benchtop.domain.contests import PromptTurn
from benchtop.domain.suite_runs import SuiteRun
from benchtop.domain.suites import Suite, SuitePrompt
prompts = tuple(SuitePrompt(f"p{n}", (PromptTurn("user", "x" * 200),)) for n in range(300))
with open_store(path) as store:
    number = 0
    while True:
        say("begins")
        store.suite_runs.add(SuiteRun(
            f"{os.getpid()}-{number}", Suite("s", "S", prompts), ({}, {}), 2, 1.0
        ))
        number += 1
"""


def test_a_run_is_added_with_all_its_cells_or_not_at_all(path: Path, store: Store) -> None:
    rng = random.Random(8)
    for _ in range(4):
        with running(ADD_FOREVER, path) as process:
            for _ in range(rng.randrange(1, 6)):
                lines(process).readline()
            kill(process)
        check_whole(path)
    heads = store.suite_runs.heads()
    assert heads
    assert {head.queued for head in heads} == {1_200}


def test_two_processes_never_take_the_same_cell(path: Path, store: Store) -> None:
    store.suite_runs.add(run(suite=suite(count=40)))
    with running(WORK_FOREVER, path) as one, running(WORK_FOREVER, path) as other:
        told = [line for process in (one, other) for line in lines(process)]
    took = [line for line in told if line.startswith("took")]
    assert len(took) == len(set(took)) == 160


def test_a_large_run_is_no_trouble(store: Store) -> None:
    store.suite_runs.add(run(suite=suite(count=20_000), repeats=1))
    (head,) = store.suite_runs.heads()
    assert head.queued == 40_000
    with store.connection.reading() as database:
        plan = database.execute(
            "explain query plan select seq from suite_cells where run_id = 'r1' and state = 'queued'"
            " order by contestant, seq limit 1"
        ).fetchall()
    assert "suite_cells_state" in str(plan)
    assert "TEMP B-TREE" not in str(plan)


def test_the_store_from_before_suites_gets_them(path: Path) -> None:
    released = (Path(__file__).parent / "fixtures" / "schema_0_1.sql").read_text("utf-8")
    path.parent.mkdir(parents=True)
    raw = sqlite3.connect(path)
    raw.executescript(released)
    raw.close()
    with open_store(path) as store:
        assert store.suites.heads() == store.suite_runs.heads() == []
        store.suite_runs.add(run())
        assert states(store) == "q" * 8
