"""A file that is not whole, on the disk: what is believed of it after anything."""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchtop.domain.repo_files import RepoFile
from benchtop.domain.unfinished import Unfinished, unfinished
from benchtop.hub import partial as partial_module
from benchtop.hub.partial import Partial, discard
from benchtop.hub.ranges import Range

CONTENT = bytes(range(1, 101))
FILE = RepoFile("a.gguf", 100, hashlib.sha256(CONTENT).hexdigest())


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """Where the file goes."""
    return tmp_path / "a.gguf"


@pytest.fixture
def names(target: Path) -> Unfinished:
    """What lies there meanwhile."""
    return unfinished(target)


def spread(target: Path, *ranges: tuple[int, int], file: RepoFile = FILE) -> None:
    """These bytes came over several connections, the first ten in order before."""
    with Partial(target, file) as partial:
        partial.add(0, CONTENT[:10])
        partial.spread_out()
        for first, end in ranges:
            partial.add(first, CONTENT[first:end])


def here(target: Path, file: RepoFile = FILE) -> list[Range]:
    """What is believed to be here."""
    with Partial(target, file) as partial:
        return list(partial.here)


def test_what_comes_in_order_is_the_plain_file(target: Path, names: Unfinished) -> None:
    told: list[tuple[int, int]] = []
    with Partial(target, FILE) as partial:
        partial.written = lambda prefix, total: told.append((prefix, total))
        partial.add(0, CONTENT[:30])
        partial.add(30, CONTENT[30:50])
        with pytest.raises(ValueError, match="60 is not the end"):
            partial.add(60, b"x")
    assert names.plain.read_bytes() == CONTENT[:50]
    assert list(target.parent.iterdir()) == [names.plain]
    assert told == [(30, 30), (50, 50)]
    assert here(target) == [(0, 50)]


def test_what_comes_in_any_order_is_known_again(target: Path, names: Unfinished) -> None:
    spread(target, (60, 80), (20, 30), (80, 90))
    assert set(target.parent.iterdir()) == {names.spread, names.ranges}
    assert here(target) == [(0, 10), (20, 30), (60, 90)]
    with Partial(target, FILE) as partial:
        assert partial.spread
        for gap in partial.gaps:
            partial.add(gap.first, CONTENT[gap.first : gap.end])
        partial.end()
        assert partial.transferred == 50
    assert list(target.parent.iterdir()) == [names.plain]
    assert names.plain.read_bytes() == CONTENT


def test_an_older_benchtop_finds_nothing_that_looks_like_a_beginning(
    target: Path, names: Unfinished
) -> None:
    spread(target, (90, 100))
    assert names.spread.stat().st_size == FILE.size
    assert not names.plain.exists()


@pytest.mark.parametrize(
    "file",
    [
        replace(FILE, size=101),
        replace(FILE, size=99),
        replace(FILE, sha256="0" * 64),
        replace(FILE, sha256=""),
    ],
)
def test_of_another_file_nothing_is_believed(
    target: Path, names: Unfinished, file: RepoFile
) -> None:
    spread(target, (60, 80))
    assert here(target, file) == []
    assert list(target.parent.iterdir()) == [names.plain]
    assert names.plain.stat().st_size == 0


def test_a_list_without_its_file_or_a_file_without_its_list_is_nothing(
    target: Path, names: Unfinished
) -> None:
    for lost in (names.spread, names.ranges):
        spread(target, (60, 80))
        lost.unlink()
        assert here(target) == []
        assert list(target.parent.iterdir()) == [names.plain]


def test_a_list_that_says_more_than_its_file_has_is_not_believed(
    target: Path, names: Unfinished
) -> None:
    spread(target, (60, 80))
    os.truncate(names.spread, 79)
    assert here(target) == []


def test_a_list_too_long_to_be_one_is_not_read(target: Path, names: Unfinished) -> None:
    spread(target, (60, 80))
    os.truncate(names.ranges, 1 << 40)
    assert here(target) == []


def test_half_a_line_is_no_line_and_the_next_begins_anew(target: Path, names: Unfinished) -> None:
    spread(target, (60, 80))
    with names.ranges.open("ab") as stream:
        stream.write(b"90 9")
    spread_again = here(target)
    assert spread_again == [(0, 10), (60, 80)]
    with Partial(target, FILE) as partial:
        partial.add(85, CONTENT[85:90])
    assert here(target) == [(0, 10), (60, 80), (85, 90)]


def test_what_another_program_made_of_it_meanwhile_is_taken_if_it_is_more(
    target: Path, names: Unfinished
) -> None:
    spread(target, (60, 80))
    names.plain.write_bytes(CONTENT[:29])
    assert here(target) == [(0, 10), (60, 80)]
    assert not names.plain.exists()
    spread(target)
    names.plain.write_bytes(CONTENT[:40])
    assert here(target) == [(0, 40)]
    assert list(target.parent.iterdir()) == [names.plain]


def test_a_list_of_an_earlier_time_is_not_taken_for_that_of_a_plain_file(
    target: Path, names: Unfinished
) -> None:
    spread(target, (60, 80))
    old = names.ranges.read_bytes()
    discard(target)
    assert not list(target.parent.iterdir())
    names.plain.write_bytes(CONTENT[:20])
    names.ranges.write_bytes(old)
    assert here(target) == [(0, 20)]
    assert list(target.parent.iterdir()) == [names.plain]


def test_to_begin_anew_leaves_nothing_that_could_be_believed(
    target: Path, names: Unfinished
) -> None:
    spread(target, (60, 80))
    with Partial(target, FILE) as partial:
        told: list[tuple[int, int]] = []
        partial.written = lambda prefix, total: told.append((prefix, total))
        partial.begin_anew()
        assert told == [(0, 0)]
        assert list(target.parent.iterdir()) == [names.plain]
        partial.add(0, CONTENT[:5])
    assert here(target) == [(0, 5)]


def test_a_long_list_is_written_anew(
    target: Path, names: Unfinished, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(partial_module, "LIST_BYTES", 200)
    spread(target, *((at, at + 1) for at in range(20, 90)))
    assert names.ranges.stat().st_size < 300
    assert here(target) == [(0, 10), (20, 90)]


class Died(Exception):
    """The power went."""


def _dies(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever changes names or writes does so ``count`` times, and then never again."""
    left = [count]

    def last(real: object) -> object:
        def call(*arguments: object, **named: object) -> object:
            if not left[0]:
                raise Died
            left[0] -= 1
            return real(*arguments, **named)  # type: ignore[operator]

        return call

    for name in ("replace", "unlink"):
        monkeypatch.setattr(Path, name, last(getattr(Path, name)))
    monkeypatch.setattr(partial_module, "_append", last(partial_module._append))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(count=st.integers(0, 25), again=st.booleans())
def test_wherever_it_dies_all_that_is_believed_is_right(
    tmp_path_factory: pytest.TempPathFactory, count: int, again: bool
) -> None:
    target = tmp_path_factory.mktemp("died") / "a.gguf"
    with pytest.MonkeyPatch.context() as patch:
        _dies(count, patch)
        try:
            spread(target, (60, 80))
            with Partial(target, FILE) as partial:
                if again:
                    partial.begin_anew()
                for gap in partial.gaps:
                    partial.add(gap.first, CONTENT[gap.first : gap.end])
                    if not again:
                        partial.spread_out()
                partial.end()
        except Died:
            pass
    with Partial(target, FILE) as partial:
        content = partial.path.read_bytes()
        for one in partial.here:
            assert content[one.first : one.end] == CONTENT[one.first : one.end]
        for gap in partial.gaps:
            partial.add(gap.first, CONTENT[gap.first : gap.end])
        partial.end()
    assert list(target.parent.iterdir()) == [unfinished(target).plain]
    assert unfinished(target).plain.read_bytes() == CONTENT


@pytest.mark.parametrize("kind", ["plain", "spread"])
def test_a_link_in_its_place_is_not_followed(
    target: Path, names: Unfinished, tmp_path: Path, kind: str
) -> None:
    other = tmp_path / "precious"
    other.write_text("words")
    getattr(names, kind).symlink_to(other)
    with Partial(target, FILE) as partial:
        assert partial.here.total == 0
        partial.add(0, CONTENT[:10])
    assert other.read_text() == "words"
    assert names.plain.read_bytes() == CONTENT[:10]
    assert not names.plain.is_symlink()
