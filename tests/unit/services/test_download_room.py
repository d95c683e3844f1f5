"""Room on a disk for a whole choice, beside what is on its way to it already."""

from __future__ import annotations

import shutil
from collections import namedtuple
from pathlib import Path

import pytest

from benchtop.domain.downloads import RESERVE_BYTES
from benchtop.domain.hub_errors import DownloadNoRoom, DownloadsNoRoom
from benchtop.domain.repo_files import RepoFile
from benchtop.domain.unfinished import unfinished
from benchtop.services.download_places import Destination, bytes_here
from benchtop.services.download_room import Room
from benchtop.services.hub_cache import Place

MB = 1_000_000
FILES = [RepoFile(f"m-0000{n}-of-00003.gguf", 10 * MB, "") for n in (1, 2, 3)]
Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def room(monkeypatch: pytest.MonkeyPatch) -> Room:
    """On a disk with room for 30 MB."""
    usage = Usage(0, 0, RESERVE_BYTES + 30 * MB)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage)
    return Room()


def places(folder: Path, repo: str = "org/m") -> list[Place]:
    return Destination(repo, "main", folder).places(FILES)


def write(path: Path, size: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(bytes(size))


def test_all_parts_must_fit_and_what_is_here_counts(room: Room, tmp_path: Path) -> None:
    mine = places(tmp_path / "not" / "there" / "yet")
    assert room.admit("a", "m Q8_0", mine, FILES) == 0
    room.leave("a")
    larger = [*FILES, RepoFile("mmproj.gguf", 10 * MB)]
    more = Destination("org/m", "main", tmp_path).places(larger)
    with pytest.raises(DownloadNoRoom, match=r"no room for m Q8_0 in .*needs 308 MB more"):
        room.admit("a", "m Q8_0", more, larger)
    write(more[0].target, 10 * MB)
    write(unfinished(more[1].target).plain, 4 * MB)
    assert room.admit("a", "m Q8_0", more, larger) == 14 * MB


def test_what_runs_on_the_same_disk_counts_as_far_as_it_is_missing(
    room: Room, tmp_path: Path
) -> None:
    room.admit("a", "one", places(tmp_path, "org/one"), FILES)
    two = places(tmp_path, "org/two")
    with pytest.raises(DownloadsNoRoom, match="beside what else is being downloaded"):
        room.admit("b", "two", two, FILES)
    room.missing("a", 1)
    with pytest.raises(DownloadsNoRoom):  # a refusal counts for nobody, and nothing is forgotten
        room.admit("b", "two", two, FILES)
    room.admit(
        "a", "one", places(tmp_path, "org/one"), FILES
    )  # the same again is not counted twice
    room.leave("a")
    room.missing("a", 30 * MB)  # it ended already
    room.admit("b", "two", two, FILES)


def test_another_disk_is_another_matter(
    room: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.admit("a", "one", places(tmp_path), FILES)
    monkeypatch.setitem(room._needs, "a", (-1, 30 * MB))
    assert room.admit("b", "two", places(tmp_path, "org/two"), FILES) == 0


def test_a_file_with_gaps_is_here_as_far_as_it_takes_room(tmp_path: Path) -> None:
    (place, *_) = places(tmp_path)
    spread = unfinished(place.target).spread
    write(spread, 0)
    with spread.open("r+b") as stream:
        stream.write(bytes(2 * MB))
        stream.truncate(10 * MB)
        stream.flush()
    assert bytes_here(place, FILES[0]) < 10 * MB
    write(unfinished(place.target).plain, 3 * MB)
    assert bytes_here(place, FILES[0]) == 3 * MB
