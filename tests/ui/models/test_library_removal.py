"""Models that leave the list, or whose files are fetched again: asked first, and said what it frees."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QPushButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from benchtop.ui.models.library_view import LibraryView
from ui.models.library_kit import Key, pick, table, view
from ui.models.library_makers import some_models

__all__ = ["view"]


def ask_words(view: LibraryView) -> str:
    label = view.findChild(QLabel, "models.remove_ask.words")
    return str(label.text().replace("\u200b", ""))


def test_removing_says_what_it_frees(view: LibraryView, qtbot: QtBot) -> None:
    view.set_rows(some_models())
    for key, answer, with_file, words in (
        ("l", "file", True, "2.0 GB of disk are freed when the bin is emptied"),
        ("l", "list", False, "the file stays and can be imported again"),
        ("q", "file", True, "all files that only it uses in the bin, 3.4 GB of disk are freed"),
        ("o", "list", False, "Its file belongs to Ollama: it stays, and no disk is freed."),
        ("g", "list", False, "not in its place, so nothing is deleted"),
    ):
        pick(view, key)
        with qtbot.assertNotEmitted(view.remove_requested):
            qtbot.keyClick(table(view), Key.Key_Delete)
        assert words in ask_words(view)
        assert (view.findChild(QPushButton, "models.remove_ask.file") is not None) == (key in "lq")
        with qtbot.waitSignal(view.remove_requested) as told:
            chosen = view.findChild(QPushButton, f"models.remove_ask.{answer}")
            qtbot.mouseClick(chosen, Qt.MouseButton.LeftButton)
        assert told.args == [key, with_file]
        QCoreApplication.sendPostedEvents(None, 52)  # what was to be deleted later goes now


def test_of_a_part_that_is_left_the_bytes_are_freed_too(view: LibraryView, qtbot: QtBot) -> None:
    rows = {row.id: row for row in some_models()}
    view.set_rows([replace(rows["l"], missing=True, freed=900_000_000)])
    pick(view, "l")
    qtbot.keyClick(table(view), Key.Key_Delete)
    assert "900 MB of disk are freed" in ask_words(view)


def test_a_missing_or_damaged_file_of_the_hub_is_fetched_again(
    view: LibraryView, qtbot: QtBot
) -> None:
    row = replace(some_models()[0], in_use=False)
    again = view.findChild(QPushButton, "models.again")
    for state, offered in (
        (row, False),
        (replace(row, missing=True), True),
        (replace(row, damaged=True), True),
        (replace(row, damaged=True, repo=""), False),
    ):
        view.set_rows([state])
        pick(view, row.id)
        assert again.isVisibleTo(view) == offered
    view.set_rows([replace(row, missing=True)])
    with qtbot.waitSignal(view.again_requested) as told:
        qtbot.mouseClick(again, Qt.MouseButton.LeftButton)
    assert told.args == [row.id]


def test_a_removal_is_left_with_escape_or_by_choosing_another(
    view: LibraryView, qtbot: QtBot
) -> None:
    view.set_rows(some_models())
    asked = view.findChild(QWidget, "models.remove_ask")
    pick(view, "l")
    qtbot.keyClick(table(view), Key.Key_Delete)
    view.set_rows([replace(row, notes="new") for row in some_models()])
    assert asked.isVisible()
    with qtbot.assertNotEmitted(view.remove_requested):
        qtbot.keyClick(QApplication.focusWidget(), Key.Key_Escape)
    assert not asked.isVisible()
    assert table(view).hasFocus()
    qtbot.keyClick(table(view), Key.Key_Delete)
    view.choose("o")
    assert not asked.isVisible()
