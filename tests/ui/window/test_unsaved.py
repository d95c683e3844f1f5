"""Closing with words that the disk did not take: asked first, saved elsewhere, rescued, never silent."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from benchtop.bootstrap import Program
from benchtop.services.data_folder import find_data_folder
from benchtop.store.database import open_store
from benchtop.ui.unsaved_dialog import UnsavedDialog
from ui.window.conftest import WAIT_MS, full_disk

WORDS = "Words I care about"


def exchange(qtbot: QtBot, program: Program) -> None:
    """Type, send, and wait for the end of the reply."""
    with qtbot.waitSignal(program.session.reply_ended, timeout=WAIT_MS):
        QTest.keyClicks(program.chat.composer.input, WORDS)
        QTest.keyClick(program.chat.composer.input, Qt.Key.Key_Return)


@contextmanager
def unsaved_words(qtbot: QtBot, program: Program) -> Iterator[Program]:
    """A window with an exchange that could not be written, while the disk is full.

    No fixture: pytest writes a test's result before it takes fixtures down, maybe into a file.
    """
    with full_disk():
        exchange(qtbot, program)
        qtbot.waitUntil(lambda: program.store.held_by is not None, timeout=WAIT_MS)
        yield program


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a rescue file would go."""
    place = tmp_path / "me"
    place.mkdir()
    monkeypatch.setenv("HOME", str(place))
    return place


def answer(*names: str, look: Callable[[UnsavedDialog], None] | None = None) -> list[str]:
    """Press these buttons, each when the question stands (again); the reasons that were shown."""
    left, seen = list(names), []

    def press() -> None:
        dialog = QApplication.activeModalWidget()
        if not isinstance(dialog, UnsavedDialog):
            QTimer.singleShot(20, press)
            return
        seen.append(dialog.findChild(QLabel, "unsaved.reason").text())
        if look is not None:
            look(dialog)
        button = dialog.findChild(QPushButton, f"unsaved.{left.pop(0)}")
        if left:
            QTimer.singleShot(0, press)  # after this question has gone
        button.click()

    QTimer.singleShot(0, press)
    return seen


def stored() -> int:
    with open_store(find_data_folder().database) as store:
        return store.messages.count()


def test_closing_asks_and_staying_is_the_default(
    qtbot: QtBot, program: Program, home: Path
) -> None:
    with unsaved_words(qtbot, program) as unsaved:
        defaults: list[bool] = []

        def look(dialog: UnsavedDialog) -> None:
            defaults.append(dialog.findChild(QPushButton, "unsaved.keep_open").isDefault())

        seen = answer("keep_open", look=look)
        assert not unsaved.window.close()
        assert unsaved.window.isVisible()
        assert "is full" in seen[0]
        assert defaults == [True]
        answer("lose")
        assert unsaved.window.close()
        assert list(home.iterdir()) == []  # a person has decided


def test_a_window_that_stayed_open_saves_when_there_is_room(qtbot: QtBot, program: Program) -> None:
    with full_disk():
        exchange(qtbot, program)
        qtbot.waitUntil(lambda: program.store.held_by is not None, timeout=WAIT_MS)
        answer("keep_open")
        assert not program.window.close()
    assert program.window.close()  # a last try, and no question
    assert stored() == 2


def test_the_words_can_be_saved_elsewhere(
    qtbot: QtBot, program: Program, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with unsaved_words(qtbot, program) as unsaved:
        places = iter([str(home / "gone" / "x.md"), "", str(home / "kept.md")])
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (next(places), ""))
        seen = answer("save", "save", "save")
        QTest.keyClicks(unsaved.chat.composer.input, "not sent")
        assert unsaved.window.close()
        text = (home / "kept.md").read_text()
        assert WORDS in text
        assert unsaved.session.branch.messages()[1].content.strip() in text
        assert "not sent" in text
        assert [path.name for path in home.iterdir()] == ["kept.md"]
        # The first place failed, and that is said; no place was chosen then.
        assert ["does not exist" in reason for reason in seen] == [False, True, False]
        assert "is full" in seen[0]


def test_logging_out_rescues_and_leaves_the_window(
    qtbot: QtBot, program: Program, home: Path
) -> None:
    with unsaved_words(qtbot, program) as unsaved:
        unsaved.guard.rescue()
        (rescued,) = home.iterdir()
        assert WORDS in rescued.read_text()
        assert unsaved.window.isVisible()
        rescued.unlink()
        answer("lose")
        unsaved.window.close()


def test_a_saved_window_closes_without_a_question(qtbot: QtBot, program: Program) -> None:
    exchange(qtbot, program)
    assert program.window.close()
    assert stored() == 2


def test_every_step_of_closing_is_taken_whatever_another_raises(program: Program) -> None:
    def broken() -> None:
        raise RuntimeError("the first step")

    program.chat.keep_typed = broken  # type: ignore[method-assign]  # a fault of ours
    with pytest.raises(RuntimeError, match="the first step"):
        program.close()
    assert program.engine.pid == 0
    assert program.settings.values.window["page"] == "chat"
    heard: list[object] = []
    program.store.run(heard.append)
    assert heard == []  # the store is closed: conftest sees that its thread is gone
