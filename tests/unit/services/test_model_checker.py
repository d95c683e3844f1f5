"""Files read on threads: every check ends in words, and none holds up what is asked meanwhile."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from benchtop.domain.models import Companion, ModelFile, inspect_model
from benchtop.services.file_check import Reading
from benchtop.services.model_checker import MOST_FILES, ModelChecker, model_files
from benchtop.services.model_places import Places
from unit.services.local_layouts import model_bytes, put, put_text, sha256


@pytest.fixture
def checker(qapp: object) -> Iterator[ModelChecker]:
    made = ModelChecker()
    yield made
    made.close()


@pytest.fixture
def model(tmp_path: Path) -> ModelFile:
    return inspect_model(put(tmp_path / "tiny.gguf"))


def checked(qtbot: QtBot, checker: ModelChecker, model: ModelFile) -> Reading:
    with qtbot.waitSignal(checker.checked) as told:
        checker.check(model)
    assert told.args[0] == model
    assert isinstance(told.args[1], Reading)
    return told.args[1]


def test_a_check_reads_all_files(qtbot: QtBot, checker: ModelChecker, model: ModelFile) -> None:
    assert checked(qtbot, checker, model) == Reading("read", (sha256(model_bytes()),))


def test_a_missing_part_is_named(
    qtbot: QtBot, checker: ModelChecker, model: ModelFile, tmp_path: Path
) -> None:
    gone = tmp_path / "mmproj.gguf"
    model = ModelFile(
        "m", "M", model.path, model.bytes, companions=(Companion(str(gone), 5, projector=True),)
    )
    reading = checked(qtbot, checker, model)
    assert (reading.ended, reading.path) == ("missing", str(gone))


def test_what_cannot_be_read_says_why(qtbot: QtBot, checker: ModelChecker, tmp_path: Path) -> None:
    (tmp_path / "folder.gguf").mkdir()
    model = ModelFile("m", "M", str(tmp_path / "folder.gguf"), 1)
    reading = checked(qtbot, checker, model)
    assert (reading.ended, reading.path) == ("unreadable", model.path)
    assert "directory" in reading.why.lower()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="a pipe that nobody writes to yet")
def test_a_check_that_lasts_holds_up_nothing_and_can_be_stopped(
    qtbot: QtBot, checker: ModelChecker, model: ModelFile, tmp_path: Path
) -> None:
    pipe = tmp_path / "slow.gguf"
    os.mkfifo(pipe)
    slow = ModelFile("slow", "Slow", str(pipe), 10)
    ended: list[tuple[ModelFile, Reading]] = []
    checker.checked.connect(lambda *told: ended.append(told))
    checker.check(slow)
    checker.check(model)  # waits for its turn
    checker.stop(slow.id)
    with qtbot.waitSignals([checker.metadata_read, checker.looked, checker.listed]):
        checker.read_metadata(model)
        checker.look([model])
        checker.list_files([str(tmp_path)])
    assert ended == []
    with pipe.open("wb") as stream:
        stream.write(b"something")
    qtbot.waitUntil(lambda: len(ended) == 2)
    assert [(one.id, reading.ended) for one, reading in ended] == [
        ("slow", "stopped"), (model.id, "read"),
    ]  # fmt: skip


def test_of_many_questions_where_files_lie_the_newest_is_answered(
    qtbot: QtBot, checker: ModelChecker, model: ModelFile, tmp_path: Path
) -> None:
    told: list[Places] = []
    checker.looked.connect(told.append)
    gone = ModelFile("gone", "Gone", str(tmp_path / "gone.gguf"), 1)
    for _ in range(50):
        checker.look([model])
    checker.look([model, gone])
    qtbot.waitUntil(lambda: bool(told))
    (places,) = told
    assert places.missing == {"gone"}
    assert places.freed[model.id] == len(model_bytes())
    (disk,) = places.disks
    assert Path(disk.mounted).is_mount()
    assert 0 < disk.free < disk.total
    assert disk.models == {model.id: len(model_bytes())}


def test_a_folder_gives_its_models_and_says_what_it_leaves_out(tmp_path: Path) -> None:
    put(tmp_path / "two-00001-of-00002.gguf")
    put(tmp_path / "two-00002-of-00002.gguf")
    put_text(tmp_path / "notes.txt", "no model")
    assert model_files([str(tmp_path)]).paths == (str(tmp_path / "two-00001-of-00002.gguf"),)
    for number in range(MOST_FILES):
        put(tmp_path / "many" / f"{number}.gguf", b"")
    listed = model_files([str(tmp_path)])
    assert (len(listed.paths), listed.left_out) == (MOST_FILES, 1)


def test_an_empty_folder_gives_nothing(tmp_path: Path) -> None:
    assert model_files([str(tmp_path)]).paths == ()
