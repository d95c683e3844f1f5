"""Words that could not be written: as Markdown, in a file for their owner alone."""

import tempfile
from pathlib import Path

import pytest

from benchtop.domain.chat import Conversation, Message, MessageEdit
from benchtop.domain.errors import FolderMissing
from benchtop.services.unsaved_text import UnsavedText, write_rescue_file

TALK = Conversation("c", "Owls *at* night", 0.0, 0.0, system_prompt="Be brief.", draft="And then")
ASKED = Message("m1", "c", None, "user", "Why do owls hoot?", 1.0)
SAID = Message("m2", "c", "m1", "assistant", "```\nto be", 2.0, state="stopped", model_name="Tiny")
EDIT = MessageEdit("m0", "c", "Why do they\n")
STRAY = Message("m3", "other", "m0", "user", "elsewhere", 3.0)


def test_every_word_is_in_it() -> None:
    text = UnsavedText([TALK, ASKED, EDIT, SAID, STRAY], "a new thought").markdown()
    assert text == (
        "# Owls \\*at\\* night\n\nStarted 1970-01-01.\n\n> System prompt: Be brief.\n\n"
        "## You\n\nWhy do owls hoot?\n\n"
        "## An edit, not saved yet\n\nWhy do they\n\n## Tiny\n\n```\nto be\n```\n\n*Stopped.*\n\n"
        "## Not sent yet\n\nAnd then\n\n---\n\n"
        "# Part of a conversation\n\n## You\n\nelsewhere\n\n---\n\n"
        "## Not sent yet\n\na new thought\n"
    )


def test_nothing_unsaved_is_nothing_to_ask_about() -> None:
    assert not UnsavedText([], "  \n")
    assert UnsavedText([], "x")
    assert UnsavedText([TALK])


def test_a_file_of_the_persons_choosing(tmp_path: Path) -> None:
    unsaved = UnsavedText([TALK, ASKED])
    unsaved.write(tmp_path / "x.md")
    assert (tmp_path / "x.md").read_text() == unsaved.markdown()
    with pytest.raises(FolderMissing):
        unsaved.write(tmp_path / "gone" / "x.md")


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    home, temporary = tmp_path / "me", tmp_path / "tmp"
    home.mkdir()
    temporary.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    return home, temporary


def test_the_rescue_file_is_in_the_home_folder_for_its_owner_only(
    places: tuple[Path, Path],
) -> None:
    place = write_rescue_file(UnsavedText([ASKED]))
    assert place is not None
    assert place.parent == places[0]
    assert "Why do owls hoot?" in place.read_text()
    assert place.stat().st_mode & 0o777 == 0o600


def test_where_the_home_folder_takes_nothing_it_is_elsewhere(places: tuple[Path, Path]) -> None:
    home, temporary = places
    home.rmdir()
    place = write_rescue_file(UnsavedText([ASKED]))
    assert place is not None
    assert place.parent == temporary
    place.unlink()
    temporary.rmdir()
    assert write_rescue_file(UnsavedText([ASKED])) is None
