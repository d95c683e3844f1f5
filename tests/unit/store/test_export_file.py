from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from benchtop.domain.errors import FileNotWritten, FolderMissing
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
    with pytest.raises(FolderMissing, match=rf"The folder {tmp_path / 'gone'} does not exist"):
        write_export(tmp_path / "gone" / "chats.md", "x")


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo], ids=["folder", "pipe"])
def test_what_is_no_plain_file_is_never_replaced(
    tmp_path: Path, make: Callable[[Path], None]
) -> None:
    make(tmp_path / "chats.md")
    kind = stat.S_IFMT((tmp_path / "chats.md").lstat().st_mode)
    for name in ("chats.md", "link.md"):
        if name == "link.md":
            (tmp_path / name).symlink_to("chats.md")
        with pytest.raises(FileNotWritten, match=rf"{name} cannot be written .*not a plain file"):
            write_export(tmp_path / name, "x")
    assert stat.S_IFMT((tmp_path / "chats.md").lstat().st_mode) == kind
    assert {file.name for file in tmp_path.iterdir()} == {"chats.md", "link.md"}


@pytest.mark.parametrize("there", [True, False])
def test_a_link_stays_and_its_target_is_written(tmp_path: Path, there: bool) -> None:
    (tmp_path / "inner").mkdir()
    target, link = tmp_path / "inner" / "real.md", tmp_path / "link.md"
    if there:
        target.write_text("old")
    link.symlink_to("inner/real.md")
    write_export(link, "new")
    assert link.is_symlink()
    assert target.read_text() == "new"


def test_a_place_that_may_not_be_written_is_said() -> None:
    with pytest.raises(FileNotWritten, match=r"/proc/chats\.md cannot be written"):
        write_export(Path("/proc/chats.md"), "x")


def test_any_name_and_any_text_can_be_written(tmp_path: Path) -> None:
    path = tmp_path / ("é" * 120)
    write_export(path, "half \ud800")
    assert path.read_text("utf-8") == "half \ufffd"
