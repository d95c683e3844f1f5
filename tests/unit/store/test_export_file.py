from __future__ import annotations

from pathlib import Path

import pytest

from benchtop.domain.errors import StoreError, StoreReadOnly
from benchtop.store.export_file import write_export
from unit.store.processes import finished, kill, lines, running

REPLACE_FOREVER = """
from benchtop.store.export_file import write_export
number = 0
while True:
    write_export(path, f"{number % 10}" * 200_000)
    say(number)
    number += 1
"""
FULL = """
from benchtop.store.export_file import write_export
resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, resource.RLIM_INFINITY))
try:
    write_export(path, "z" * 200_000)
except BenchtopError as error:
    say(type(error).__name__)
"""


def test_an_export_killed_at_any_moment_is_the_old_one_or_the_new(tmp_path: Path) -> None:
    path = tmp_path / "chats.md"
    for count in (1, 2, 5, 9):
        with running(REPLACE_FOREVER, path) as process:
            for _ in range(count):
                lines(process).readline()
            kill(process)
        text = path.read_text()
        assert text == text[0] * 200_000


def test_a_full_disk_leaves_the_old_export(tmp_path: Path) -> None:
    path = tmp_path / "chats.md"
    write_export(path, "old")
    assert finished(FULL, path) == ["StoreFull"]
    assert path.read_text() == "old"
    assert [file.name for file in tmp_path.iterdir()] == ["chats.md"]


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="No such file"):
        write_export(tmp_path / "gone" / "chats.md", "x")


def test_a_folder_in_its_place_is_said_and_nothing_is_left(tmp_path: Path) -> None:
    (tmp_path / "chats.md").mkdir()
    with pytest.raises(StoreError, match="directory"):
        write_export(tmp_path / "chats.md", "x")
    assert [file.name for file in tmp_path.iterdir()] == ["chats.md"]


def test_a_place_that_may_not_be_written_is_said() -> None:
    with pytest.raises((StoreReadOnly, StoreError)):
        write_export(Path("/proc/chats.md"), "x")


def test_any_name_and_any_text_can_be_written(tmp_path: Path) -> None:
    path = tmp_path / ("é" * 120)
    write_export(path, "half \ud800")
    assert path.read_text("utf-8") == "half \ufffd"
