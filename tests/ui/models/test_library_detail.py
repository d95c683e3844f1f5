"""The dialog about one model: facts, notes that are never lost, past loads, metadata."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QTableWidget,
    QTabWidget,
    QWidget,
)
from pytestqt.qtbot import QtBot

from benchtop.ui.models.library_detail import LibraryDetailDialog
from benchtop.ui.models.library_rows import LibraryDetail
from benchtop.ui.models.metadata_table import MOST_SHOWN
from benchtop.ui.theme import ThemeController
from heartbeat import GROSS, Heartbeat
from ui.models.library_makers import a_detail, some_models


@pytest.fixture
def dialog(qapp: QApplication, qtbot: QtBot) -> Iterator[LibraryDetailDialog]:
    theme = ThemeController(qapp, "light")
    made = LibraryDetailDialog()
    qtbot.addWidget(made)
    made.set_detail(a_detail())
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    yield made
    theme.deleteLater()


def part(dialog: LibraryDetailDialog, kind: type[QWidget], name: str) -> QWidget:
    found = dialog.findChild(kind, f"models.{name}")
    assert found is not None
    return found


def values(dialog: LibraryDetailDialog) -> list[str]:
    labels = dialog.findChildren(QLabel, "models.detail.facts.value")
    return [label.accessibleName() for label in labels if not label.isHidden()]


def metadata(dialog: LibraryDetailDialog) -> QTableWidget:
    dialog.findChild(QTabWidget).setCurrentIndex(2)
    table = part(dialog, QTableWidget, "metadata.table")
    assert isinstance(table, QTableWidget)
    return table


def test_every_fact_is_named(dialog: LibraryDetailDialog) -> None:
    said = values(dialog)
    for words in (
        "Architecture: qwen3",
        "Quantisation: Q4_K_M (good quality for its size)",
        "Context: 40,960 tokens",
        "Licence: Apache 2.0",
        "Adapters for it: “My answers, 14 Nov”, “Shorter, kinder”",
        "Memory: measured 3.0 GB, predicted 3.1 GB",
        "Speed: 11.7 tok/s",
        "Source: from the Hub: Qwen/Qwen3-4B-GGUF",
        "Size: 2.5 GB (2,500,000,000 bytes)",
    ):
        assert words in said
    dialog.set_detail(LibraryDetail(replace(some_models()[4], licence="")))
    assert "Licence: not named in the file" in values(dialog)
    assert not any(text.startswith(("SHA-256", "Adapters")) for text in values(dialog))


def test_notes_are_kept_while_typing_and_when_closed(
    dialog: LibraryDetailDialog, qtbot: QtBot
) -> None:
    dialog.show_notes()
    notes = part(dialog, QPlainTextEdit, "detail.notes")
    assert isinstance(notes, QPlainTextEdit)
    assert notes.hasFocus()
    with qtbot.waitSignal(dialog.notes_typed) as told:
        qtbot.keyClicks(notes, "Good at code")
    assert told.args == ["q", "Good at code"]
    dialog.set_detail(a_detail())  # an answer that knows nothing of the notes yet
    assert notes.toPlainText() == "Good at code"
    qtbot.keyClicks(notes, ".")
    with qtbot.waitSignal(dialog.notes_typed) as told:
        qtbot.keyClick(notes, Qt.Key.Key_Escape)
    assert told.args == ["q", "Good at code."]
    assert not dialog.isVisible()


def test_notes_of_one_model_never_become_another_s(
    dialog: LibraryDetailDialog, qtbot: QtBot
) -> None:
    notes = part(dialog, QPlainTextEdit, "detail.notes")
    assert isinstance(notes, QPlainTextEdit)
    notes.setPlainText("of the first")
    with qtbot.waitSignal(dialog.notes_typed) as told:
        dialog.set_detail(LibraryDetail(replace(some_models()[1], notes="of the second")))
    assert told.args == ["q", "of the first"]
    assert notes.toPlainText() == "of the second"
    with qtbot.assertNotEmitted(dialog.notes_typed):
        dialog.close()


def test_past_loads_show_predicted_and_measured(dialog: LibraryDetailDialog) -> None:
    dialog.findChild(QTabWidget).setCurrentIndex(1)
    loads = part(dialog, QTableWidget, "detail.loads")
    assert isinstance(loads, QTableWidget)
    assert loads.rowCount() == 5
    texts = [loads.item(0, column).text() for column in range(1, 6)]
    assert texts == ["4,096", "3.1 GB", "3.0 GB", "11.7 tok/s", "–"]
    dialog.set_detail(LibraryDetail(some_models()[4]))
    assert not loads.isVisible()


def test_metadata_is_searched_and_copied_whole(dialog: LibraryDetailDialog, qtbot: QtBot) -> None:
    table = metadata(dialog)
    field = part(dialog, QLineEdit, "metadata.search")
    assert isinstance(field, QLineEdit)
    qtbot.keyClicks(field, "chat template MESSAGE")
    assert table.rowCount() == 1
    whole = a_detail().metadata[2][1]
    assert table.item(0, 1).text().endswith(f"({len(whole):,} letters)")
    assert len(table.item(0, 1).text()) < 200
    qtbot.keyClick(field, Qt.Key.Key_Down)
    assert table.hasFocus()
    qtbot.keyClick(table, Qt.Key.Key_Return)
    value = part(dialog, QPlainTextEdit, "metadata.value")
    assert isinstance(value, QPlainTextEdit)
    assert value.isVisible()
    assert value.toPlainText() == whole
    copy = part(dialog, QPushButton, "metadata.copy")
    qtbot.keyClick(copy, Qt.Key.Key_Space)
    assert QGuiApplication.clipboard().text() == whole
    qtbot.keyClick(table, Qt.Key.Key_Return)
    assert not value.isVisible()
    field.setText("no such key")
    assert table.rowCount() == 0
    assert not copy.isEnabled()


def test_a_value_of_millions_of_letters_is_shown_in_part(dialog: LibraryDetailDialog) -> None:
    large = "x" * (MOST_SHOWN + 5_000_000)
    dialog.set_detail(replace(a_detail(), metadata=(("huge", large),)))
    metadata(dialog)
    part(dialog, QPushButton, "metadata.show_all").click()
    value = part(dialog, QPlainTextEdit, "metadata.value")
    assert isinstance(value, QPlainTextEdit)
    assert MOST_SHOWN < len(value.toPlainText()) < MOST_SHOWN + 200
    assert "5,000,000 letters more" in value.toPlainText()
    part(dialog, QPushButton, "metadata.copy").click()
    assert QGuiApplication.clipboard().text() == large


def test_a_thousand_keys_stall_nothing(dialog: LibraryDetailDialog, qtbot: QtBot) -> None:
    table = metadata(dialog)
    field = part(dialog, QLineEdit, "metadata.search")
    assert isinstance(field, QLineEdit)
    dialog.set_detail(a_detail(10))
    few = len(dialog.findChildren(QWidget))
    with Heartbeat(time.thread_time) as heart:
        dialog.set_detail(a_detail(1_000))
        QApplication.processEvents()
        for letter in "key_09":
            qtbot.keyClicks(field, letter)
            table.viewport().repaint()
            QApplication.processEvents()
    assert table.rowCount() == 97
    assert len(dialog.findChildren(QWidget)) == few  # none for a key
    assert heart.worst < GROSS


def test_the_keyboard_reaches_every_part(dialog: LibraryDetailDialog, qtbot: QtBot) -> None:
    tabs = dialog.findChild(QTabWidget)
    tabs.tabBar().setFocus()
    qtbot.keyClick(tabs.tabBar(), Qt.Key.Key_Right)
    qtbot.keyClick(tabs.tabBar(), Qt.Key.Key_Right)
    visited = []
    for _ in range(5):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        visited.append(QApplication.focusWidget().objectName())
    assert visited == [
        "models.metadata.search",
        "models.metadata.table",
        "models.metadata.show_all",
        "models.metadata.copy",
        "models.detail.reveal",
    ]
    with qtbot.waitSignal(dialog.reveal_requested) as told:
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Space)
    assert told.args == ["q"]


@pytest.mark.parametrize("size", [100, 150])
def test_no_line_of_a_fact_is_cut(dialog: LibraryDetailDialog, qtbot: QtBot, size: int) -> None:
    """Also when the letters become larger while it is open."""
    theme = ThemeController(QApplication.instance(), "light")
    theme.set_text_size(size)
    notes = part(dialog, QPlainTextEdit, "detail.notes")
    qtbot.waitUntil(lambda: notes.height() >= 4 * notes.fontMetrics().lineSpacing())
    labels = dialog.findChildren(QLabel, "models.detail.facts.value")
    assert len(labels) > 10
    for value in labels:
        needed = value.fontMetrics().boundingRect(
            0, 0, value.width(), 10_000, int(Qt.TextFlag.TextWordWrap), value.text()
        )
        assert value.height() >= needed.height(), value.accessibleName()
    theme.set_text_size(100)
    theme.deleteLater()
