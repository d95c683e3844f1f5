"""The program's file, put in another one's place and taken away as package managers do."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from benchtop.services import program_file
from benchtop.services.program_file import ProgramFile


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(program_file, "SETTLED_MS", 0)
    made = tmp_path / "benchtop"
    made.write_text("one")
    return made


@pytest.fixture
def told(path: Path, qtbot: QtBot) -> tuple[ProgramFile, list[str]]:
    watched, said = ProgramFile(path), []
    watched.replaced.connect(lambda: said.append("replaced"))
    watched.gone.connect(lambda: said.append("gone"))
    return watched, said


def put_another(path: Path, words: str) -> None:
    new = path.with_name("benchtop.dpkg-new")
    new.write_text(words)
    new.rename(path)


def test_each_that_takes_its_place_is_told_of(
    told: tuple[ProgramFile, list[str]], path: Path, qtbot: QtBot
) -> None:
    _watched, said = told
    for number in range(1, 4):
        put_another(path, f"version {number}")
        qtbot.waitUntil(lambda number=number: len(said) == number)
    assert said == ["replaced"] * 3


def test_a_file_that_is_gone_is_told_of(
    told: tuple[ProgramFile, list[str]], path: Path, qtbot: QtBot
) -> None:
    _watched, said = told
    path.unlink()
    qtbot.waitUntil(lambda: said == ["gone"])


def test_one_that_comes_back_before_anybody_looked_is_another_one(
    path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    monkeypatch.setattr(program_file, "SETTLED_MS", 50)
    watched = ProgramFile(path)
    gone: list[None] = []
    watched.gone.connect(lambda: gone.append(None))
    with qtbot.waitSignal(watched.replaced):
        path.unlink()
        path.write_text("two")
    assert gone == []


def test_a_folder_that_was_moved_is_seen_at_the_next_look(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    monkeypatch.setattr(program_file, "SETTLED_MS", 0)
    place = tmp_path / "program"
    place.mkdir()
    (place / "benchtop").write_text("one")
    watched = ProgramFile(place / "benchtop")
    place.rename(tmp_path / "old")
    place.mkdir()
    (place / "benchtop").write_text("two")
    with qtbot.waitSignal(watched.replaced):
        watched.look_soon()


def test_who_only_looked_at_it_is_no_news(
    told: tuple[ProgramFile, list[str]], path: Path, qtbot: QtBot
) -> None:
    watched, said = told
    path.chmod(0o700)
    watched._look()
    assert said == []


def test_the_program_that_lies_there_is_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    program, told = tmp_path / "benchtop", tmp_path / "told"
    monkeypatch.setattr(sys, "executable", str(program))
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert not program_file.can_start_again()
    assert not program_file.start_again()
    program.write_text(
        f'#!/bin/sh\necho "$* $PYINSTALLER_RESET_ENVIRONMENT" > "{told}.new"\nmv "{told}.new" "{told}"\n'
    )
    assert not program_file.can_start_again()
    program.chmod(0o700)
    assert program_file.can_start_again()
    assert program_file.start_again()
    qtbot.waitUntil(told.is_file, timeout=20_000)
    assert told.read_text() == "open 1\n"
