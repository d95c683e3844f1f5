from __future__ import annotations

import sqlite3
import time
from dataclasses import replace
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from benchtop.domain.hub import Connection
from benchtop.store.connections import UNFINISHED_DETAIL, HostTotal
from benchtop.store.database import Store, open_store
from benchtop.store.rows import clean
from unit.store.makers import ODD_TEXT, TIMES, check_whole, new_store
from unit.store.processes import kill, read_until, running

DAY = 86_400.0
ONE = Connection(
    "c1", 5.25, "huggingface.co", "download", "maker/tiny", "ended", 1_000, "200 OK"
)  # fmt: skip


def record(store: Store, count: int, **changes: object) -> list[Connection]:
    """So many connections, a second apart; the newest first."""
    made = [replace(ONE, id=f"c{n}", began=float(n), **changes) for n in range(count)]  # type: ignore[arg-type]
    with store.connection.writing():
        for one in made:
            store.connections.record(one)
    return made[::-1]


def test_a_connection_comes_back_as_it_went_in(store: Store) -> None:
    store.connections.record(ONE)
    assert store.connections.newest() == [ONE]


def test_the_end_of_a_connection_replaces_its_beginning(store: Store) -> None:
    store.connections.record(replace(ONE, state="begun", received=0, detail=""))
    store.connections.record(ONE)
    assert store.connections.newest() == [ONE]
    assert store.connections.count() == 1


@settings(max_examples=40, deadline=None)
@given(name=ODD_TEXT, text=ODD_TEXT, when=TIMES, received=st.integers(-(2**70), 2**70))
def test_any_words_come_back(name: str, text: str, when: float, received: int) -> None:
    one = Connection(name, when, text, "unknown", text, "failed", received, text, text)
    words = clean(text)
    kept = max(-(2**63) + 1, min(received, 2**63 - 1))
    expected = Connection(clean(name), when, words, "unknown", words, "failed", kept, words, words)
    other = replace(one, id=name + "x")
    with new_store() as store:
        for each in (one, other, one):
            store.connections.record(each)
        assert store.connections.newest() == [replace(expected, id=clean(other.id)), expected]
        assert store.connections.newest(before=other) == [expected]
        (total,) = store.connections.totals()
        assert (total.host, total.attempts, total.refused) == (words, 2, 0)


def test_pages_follow_one_another_whatever_is_recorded_in_between(store: Store) -> None:
    # Six at each moment, so that pages end among equals.
    made = [replace(ONE, id=f"c{n:02}", began=float(n // 6)) for n in range(30)]
    for one in made[::2] + made[1::2]:
        store.connections.record(one)
    shown = store.connections.newest(7)
    while page := store.connections.newest(7, before=shown[-1]):
        assert len(page) <= 7
        shown += page
        store.connections.record(replace(ONE, id=f"new{len(shown)}", began=99.0))
    assert shown == made[::-1]


def test_of_many_connections_a_page_is_read_from_the_index(store: Store) -> None:
    made = record(store, 10_000)
    asked: list[str] = []
    with store.connection.reading() as database:
        database.conn.set_trace_callback(asked.append)
        assert store.connections.newest() == made[:200]
        assert store.connections.newest(before=made[4_999]) == made[5_000:5_200]
        store.connections.totals()
        store.connections.mark_unfinished()
        database.conn.set_trace_callback(None)
        plans = [
            [row[3] for row in database.conn.execute(f"explain query plan {sql}")]
            for sql in asked
            if sql.startswith(("select", "update"))
        ]
    first, next_page, totals, unfinished = plans
    for plan in (first, next_page):  # one step each: nothing is sorted
        (step,) = plan
        assert "USING INDEX connections_began" in step
    assert next_page[0].startswith("SEARCH")
    assert "USING COVERING INDEX connections_host" in totals[0]
    assert "USING INDEX connections_begun" in unfinished[0]


def test_totals_are_of_each_host(store: Store) -> None:
    record(store, 3, received=2**62)
    store.connections.record(replace(ONE, id="x", host="cdn.example", received=5))
    refused = replace(ONE, id="y", host="cdn.example", state="refused", received=0)
    store.connections.record(refused)
    store.connections.record(replace(refused, id="z", host="a.example"))
    assert store.connections.totals() == [
        HostTotal("huggingface.co", 3, 3 * 2**62, 0),
        HostTotal("cdn.example", 2, 5, 1),
        HostTotal("a.example", 1, 0, 1),
    ]


def test_a_cleared_ledger_leaves_no_word_in_the_file(store: Store) -> None:
    assert store.connections.clear() == 0
    record(store, 40, subject="xylophonesecret/model", detail="drumsecret " * 500)
    assert store.connections.clear() == 40
    assert store.connections.newest() == []
    assert store.connections.totals() == []
    for file in store.path.parent.iterdir():
        assert b"xylophonesecret" not in file.read_bytes()
        assert b"drumsecret" not in file.read_bytes()


def test_old_connections_are_pruned(store: Store) -> None:
    now = time.time()
    ages = {"today": 0.0, "recent": 89.9, "old": 90.1, "older": 400.0}
    for name, days in ages.items():
        store.connections.record(replace(ONE, id=name, began=now - days * DAY))
    assert store.connections.prune() == 2
    assert [one.id for one in store.connections.newest()] == ["today", "recent"]
    assert store.connections.prune(older_than_days=30) == 1
    assert store.connections.prune(older_than_days=30) == 0
    assert [one.id for one in store.connections.newest()] == ["today"]


def test_only_so_many_connections_are_kept(store: Store) -> None:
    now = time.time()
    made = [replace(ONE, id=f"c{n}", began=now - n // 2) for n in range(9)]
    for one in made:
        store.connections.record(one)
    kept = store.connections.newest(5)
    assert store.connections.prune(most=9) == 0
    assert store.connections.prune(most=5) == 4
    assert store.connections.newest() == kept
    assert store.connections.prune(most=0) == 5
    assert store.connections.count() == 0


BEGIN = """
from benchtop.domain.hub import Connection
store = open_store(path)
store.connections.record(Connection("dead", 1.0, "hub.example", "card", "a/b"))
store.connections.record(Connection("over", 2.0, "hub.example", "card", "a/b", "ended", 7, "200"))
say("begun")
sys.stdin.read()
"""


def test_what_a_killed_program_had_begun_has_failed(path: Path) -> None:
    begun = Connection("dead", 1.0, "hub.example", "card", "a/b")
    over = Connection("over", 2.0, "hub.example", "card", "a/b", "ended", 7, "200")
    with running(BEGIN, path) as process:
        read_until(process, "begun")
        kill(process)
    check_whole(path)
    with open_store(path) as store:
        assert store.connections.newest() == [over, begun], "opening changes nothing"
        assert store.connections.mark_unfinished() == 1
        assert store.connections.mark_unfinished() == 0
        failed = replace(begun, state="failed", detail=UNFINISHED_DETAIL)
        assert store.connections.newest() == [over, failed]
        # One that went on all the same is put right by its end.
        store.connections.record(replace(begun, state="ended", received=3))
        assert store.connections.newest()[1].state == "ended"


def test_the_index_says_the_same_as_the_table(store: Store) -> None:
    record(store, 50, state="begun")
    store.connections.mark_unfinished()
    store.connections.prune(older_than_days=0, most=10)
    raw = sqlite3.connect(store.path)
    try:
        assert raw.execute("pragma integrity_check").fetchone() == ("ok",)
        assert raw.execute("select count(*) from connections not indexed").fetchone() == (0,)
    finally:
        raw.close()
