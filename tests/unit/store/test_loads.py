from __future__ import annotations

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from benchtop.domain.memory import MeasuredLoad, extra_bytes
from benchtop.store.database import Store, open_store
from benchtop.store.loads import LoadRecord
from benchtop.store.rows import clean
from unit.store.makers import ODD_TEXT, TIMES, check_whole, new_store
from unit.store.processes import kill, read_until, running


def load(store: Store, model_id: str, when: float, measured: int = 20) -> None:
    store.loads.record(model_id, "llama", when, context=512, predicted=10, measured=measured)


def test_a_load_comes_back_as_it_went_in(store: Store) -> None:
    store.loads.record(
        "tiny-1", "llama", 5.25, context=2_048, predicted=900, measured=1_000, tokens_per_second=88.5
    )  # fmt: skip
    assert store.loads.last_of("tiny-1") == LoadRecord(
        "tiny-1", "llama", 5.25, 2_048, 900, 1_000, 88.5
    )
    assert store.loads.recent() == [MeasuredLoad("llama", 900, 1_000)]
    assert store.loads.last_of("tiny") is None


def test_the_loads_of_a_model_come_newest_first(store: Store) -> None:
    for when, measured in ((1.0, 10), (3.0, 30), (2.0, 20)):
        load(store, "tiny", when, measured)
    load(store, "other", 9.0)
    assert [one.measured for one in store.loads.of("tiny")] == [30, 20, 10]
    assert [one.measured for one in store.loads.of("tiny", 1)] == [30]
    assert store.loads.of("gone") == []


@settings(max_examples=30, deadline=None)
@given(name=ODD_TEXT, architecture=ODD_TEXT, when=TIMES, number=st.integers(-(2**70), 2**70))
def test_any_words_and_numbers_are_kept(
    name: str, architecture: str, when: float, number: int
) -> None:
    kept = max(-(2**63) + 1, min(number, 2**63 - 1))
    with new_store() as store:
        store.loads.record(
            name, architecture, when, context=number, predicted=number, measured=number
        )
        store.loads.add_speed(name, when, 1.5)
        assert store.loads.last_of(name) == LoadRecord(
            clean(name), clean(architecture), when, kept, kept, kept, 1.5
        )


def test_the_newest_come_first_whenever_they_were_told(store: Store) -> None:
    for when, measured in ((3.0, 103), (1.0, 101), (2.0, 102), (3.0, 104)):
        load(store, "a", when, measured)
    load(store, "b", 0.5, 100)
    assert [one.measured for one in store.loads.recent()] == [104, 103, 102, 101, 100]
    assert [one.measured for one in store.loads.recent(2)] == [104, 103]
    last = store.loads.last_of("a")
    assert last is not None
    assert last.measured == 104
    assert extra_bytes(store.loads.recent(), "llama") == 92


def test_a_speed_belongs_to_the_latest_load_up_to_then(store: Store) -> None:
    for when in (1.0, 2.0, 3.0):
        load(store, "a", when)
    load(store, "b", 2.0)
    store.loads.add_speed("a", 2.5, 50.0)
    store.loads.add_speed("a", 3.0, 60.0)
    store.loads.add_speed("a", 0.5, 1.0)
    store.loads.add_speed("gone", 9.0, 1.0)
    with store.connection.reading() as database:
        rows = database.execute(
            "select model_id, loaded, tokens_per_second from loads order by seq"
        ).fetchall()
    assert rows == [("a", 1.0, None), ("a", 2.0, 50.0), ("a", 3.0, 60.0), ("b", 2.0, None)]
    store.loads.add_speed("a", 99.0, 70.0)
    last = store.loads.last_of("a")
    assert last is not None
    assert last.tokens_per_second == 70.0


def test_loads_are_found_by_their_indexes(store: Store) -> None:
    with store.connection.writing():
        for number in range(2_000):
            load(store, f"m{number % 7}", float(number))
    asked: list[str] = []
    with store.connection.reading() as database:
        database.conn.set_trace_callback(asked.append)
        assert len(store.loads.recent()) == 200
        store.loads.last_of("m3")
        database.conn.set_trace_callback(None)
        plans = [
            [row[3] for row in database.conn.execute(f"explain query plan {sql}")] for sql in asked
        ]
    (recent,), (last,) = plans  # one step each: nothing is sorted
    assert "USING INDEX loads_loaded" in recent
    assert last.startswith("SEARCH")
    assert "USING INDEX loads_model" in last


LOAD = """
with open_store(path) as store:
    for number in range(50):
        store.loads.record("a", "llama", float(number), context=1, predicted=2, measured=number)
    say("loaded")
    sys.stdin.read()
"""


def test_loads_survive_a_kill(path: Path) -> None:
    with running(LOAD, path) as process:
        read_until(process, "loaded")
        kill(process)
    check_whole(path)
    with open_store(path) as store:
        assert [one.measured for one in store.loads.recent()] == list(range(49, -1, -1))


def test_the_latest_speed_of_each_model_is_told(store: Store) -> None:
    for when, speed in ((1.0, 8.0), (2.0, 9.0)):
        load(store, "a", when)
        store.loads.add_speed("a", when, speed)
    load(store, "a", 3.0)  # loaded again, and nothing was written yet
    load(store, "b", 1.0)
    assert store.loads.speeds() == {"a": 9.0}
