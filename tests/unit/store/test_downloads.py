from __future__ import annotations

import os
import random
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchtop.domain.downloads import Download, new_positions, position_between, to_start
from benchtop.domain.errors import StoreError
from benchtop.domain.repo_files import RepoFile
from benchtop.store.database import Store, open_store
from benchtop.store.rows import clean
from unit.store.makers import ODD_TEXT, TIMES, check_whole, new_store
from unit.store.processes import kill, lines, running

FILES = (RepoFile("q8/tiny-00001-of-00002.gguf", 900, "ab" * 32), RepoFile("q8/b.gguf", 100))


def download(download_id: str = "d1", /, **changes: object) -> Download:
    values: dict[str, object] = {
        "repo": "maker/tiny-GGUF", "revision": "c" * 40, "name": "tiny Q8_0", "files": FILES,
        "folder": "/models", "added": 5.25, "position": 1.0,
    }  # fmt: skip
    return Download(**{"id": download_id} | values | changes)  # type: ignore[arg-type]  # a test's values


def ids(store: Store) -> list[str]:
    return [one.id for one in store.downloads.all()]


def test_a_download_comes_back_as_it_went_in(store: Store) -> None:
    one = download(state="failed", done_bytes=7, error="The disk was full.", licence="mit")
    store.downloads.add(one)
    assert store.downloads.get("d1") == one
    assert store.downloads.all() == [one]
    assert store.downloads.get("gone") is None
    with pytest.raises(StoreError, match="UNIQUE"):
        store.downloads.add(download("d1"))


@settings(max_examples=40, deadline=None)
@given(
    text=ODD_TEXT, name=ODD_TEXT, folder=st.binary(max_size=20).map(os.fsdecode), when=TIMES,
    sizes=st.lists(st.tuples(ODD_TEXT, st.integers(0, 2**70)), max_size=4),
)  # fmt: skip
def test_any_words_any_folder_and_any_size_come_back(
    text: str, name: str, folder: str, when: float, sizes: list[tuple[str, int]]
) -> None:
    files = tuple(RepoFile(path, size) for path, size in sizes)
    one = download(text, name=name, repo=text, error=text, folder=folder, files=files, added=when)
    with new_store() as store:
        store.downloads.add(one)
        found = store.downloads.get(one.id)
        assert found == replace(
            one, id=clean(one.id), name=clean(name), repo=clean(text), error=clean(text)
        )
        assert store.downloads.change(one.id, licence=text).licence == clean(text)


def test_the_queue_is_in_the_order_of_positions(store: Store) -> None:
    for position, name in enumerate(("a", "b", "c")):
        store.downloads.add(download(name, position=float(position)))
    assert ids(store) == ["a", "b", "c"]
    place = position_between(store.downloads.all(), "c", 1)
    store.downloads.change("c", position=place)
    assert ids(store) == ["a", "c", "b"]
    store.downloads.change("a", position=-4.0)
    store.downloads.change("b", position=-5.0)
    store.downloads.change("c", position=-6.0)
    assert ids(store) == ["c", "b", "a"]


def test_the_order_holds_after_any_number_of_moves(store: Store) -> None:
    """Halving the gap between two neighbours leaves no number between them after some fifty moves."""
    expected = [f"{number}" for number in range(6)]
    for position, name in enumerate(expected):
        store.downloads.add(download(name, added=9.0, position=float(position)))
    renumbered = 0
    for step in range(300):
        moved = expected.pop()
        expected.insert(2, moved)
        positions = new_positions(store.downloads.all(), moved, 2)
        renumbered += len(positions) > 1
        store.downloads.reorder(positions)
        assert ids(store) == expected, step
        assert len({one.position for one in store.downloads.all()}) == len(expected)
    assert 0 < renumbered < 20


@settings(max_examples=60, deadline=None)
@given(
    positions=st.lists(st.sampled_from([0.0, 5e-324, 1.0, 1.0 + 2**-52, 2.0]), max_size=6),
    moves=st.lists(st.tuples(st.integers(0, 5), st.integers(-1, 7)), max_size=6),
)
def test_a_move_puts_it_where_it_was_put(
    positions: list[float], moves: list[tuple[int, int]]
) -> None:
    """Also among positions that are the same, as an older queue may hold them."""
    queue = [download(f"{n}", added=n, position=place) for n, place in enumerate(positions)]
    for which, place in moves:
        if which >= len(queue):
            continue
        queue.sort(key=lambda one: (one.position, one.added))
        expected = [one.id for one in queue if one.id != f"{which}"]
        expected.insert(max(0, place), f"{which}")
        changed = new_positions(queue, f"{which}", place)
        queue = [replace(one, position=changed.get(one.id, one.position)) for one in queue]
        queue.sort(key=lambda one: (one.position, one.added))
        assert [one.id for one in queue] == expected


def test_an_order_is_set_as_a_whole_or_not_at_all(path: Path, store: Store) -> None:
    """A process that is killed while it numbers anew leaves one of the two orders."""
    names = [f"{number}" for number in range(40)]
    for position, name in enumerate(names):
        store.downloads.add(download(name, position=float(position)))
    rng = random.Random(5)
    for _ in range(4):
        with running(REORDER_FOREVER, path) as process:
            told = [lines(process).readline() for _ in range(rng.randrange(2, 60))]
            assert all(line == "turned\n" for line in told)
            kill(process)
        check_whole(path)
        assert ids(store) in (names, names[::-1])
    store.downloads.reorder({"gone": 1.0})


def test_of_one_position_the_earlier_comes_first(store: Store) -> None:
    store.downloads.add(download("late", added=9.0))
    store.downloads.add(download("early", added=3.0))
    store.downloads.add(download("early too", added=3.0))
    assert ids(store) == ["early", "early too", "late"]


def test_fields_are_changed_by_name_and_nothing_else_is(store: Store) -> None:
    store.downloads.add(download())
    store.downloads.add(download("other", position=2.0))
    changed = store.downloads.change("d1", state="paused", done_bytes=2**80, files=FILES[:1])
    assert changed == download(state="paused", done_bytes=2**63 - 1, files=FILES[:1])
    assert store.downloads.all() == [changed, download("other", position=2.0)]
    assert store.downloads.change("d1") == changed
    for wrong in ({"id": "x"}, {"added": 1.0}, {"colour": "red"}):
        with pytest.raises(TypeError, match=next(iter(wrong))):
            store.downloads.change("d1", **wrong)
    for changes in ({"state": "done"}, {}):
        with pytest.raises(StoreError, match="no download with the id gone"):
            store.downloads.change("gone", **changes)


def test_a_removed_download_is_gone_and_removing_it_again_is_no_error(store: Store) -> None:
    for name in ("a", "b"):
        store.downloads.add(download(name))
    store.downloads.remove("a")
    store.downloads.remove("a")
    assert ids(store) == ["b"]


def test_opening_changes_nothing_and_what_ran_is_queued_on_request(store: Store) -> None:
    states = ("queued", "running", "paused", "failed", "done", "running")
    for place, state in enumerate(states):
        store.downloads.add(download(f"{place}", state=state, position=place))
    before = store.downloads.all()
    with open_store(store.path) as second:
        assert second.downloads.all() == before
        assert second.downloads.requeue_running() == 2
        assert second.downloads.requeue_running() == 0
    assert [one.state for one in store.downloads.all()] == [
        "queued", "queued", "paused", "failed", "done", "queued",
    ]  # fmt: skip
    assert [one.id for one in to_start(store.downloads.all())] == ["0", "1"]


REORDER_FOREVER = """
with open_store(path) as store:
    while True:
        order = [one.id for one in store.downloads.all()]
        store.downloads.reorder({name: float(n) for n, name in enumerate(reversed(order))})
        say("turned")
"""


WORK_FOREVER = """
from benchtop.domain.downloads import Download
from benchtop.domain.repo_files import RepoFile
turn = int(sys.argv[2])
with open_store(path) as store:
    number = 0
    while True:
        name = f"{turn}-{number}"
        files = (RepoFile("x" * 3000 + ".gguf", 1000, name),)
        store.downloads.add(Download(
            name, "maker/tiny", "c", name, files, "/models", 1.0, 1000.0 * turn + number
        ))
        say("added", name)
        for done in range(0, 1000, 250):
            store.downloads.change(name, state="running", done_bytes=done)
            say("running", name, done)
        if number % 3 == 0:
            store.downloads.change(name, state="done", done_bytes=1000)
            say("done", name)
        number += 1
"""


def test_the_queue_survives_a_kill_at_any_moment(path: Path) -> None:
    rng = random.Random(11)
    added: list[str] = []
    ran = 0
    for turn in range(4):
        with running(WORK_FOREVER, path, str(turn)) as process:
            told = [lines(process).readline() for _ in range(rng.randrange(1, 40))]
            told += kill(process)
        said = [line.split() for line in told if line.endswith("\n")]
        added += [words[1] for words in said if words[0] == "added"]
        reached = {words[1]: int(words[2]) for words in said if words[0] == "running"}
        done = [words[1] for words in said if words[0] == "done"]
        check_whole(path)
        with open_store(path) as store:
            was_running = [one for one in store.downloads.all() if one.state == "running"]
            assert store.downloads.requeue_running() == len(was_running)
            found = {one.id: one for one in store.downloads.all()}
        ran += len(was_running)
        assert [one for one in found if one in added] == added, "all are there, in their order"
        assert all(one.files[0].sha256 == one.id for one in found.values())
        assert all(found[one].done_bytes >= least for one, least in reached.items())
        assert all((found[one].state, found[one].done_bytes) == ("done", 1000) for one in done)
        assert {one.state for one in found.values()} <= {"queued", "done"}
    assert ran, "no kill came while something ran: the test has tested nothing"
