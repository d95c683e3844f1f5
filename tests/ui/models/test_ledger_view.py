"""The ledger: what it says of each attempt, and what it asks before it forgets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QFrame,
    QLabel,
    QPushButton,
    QStyleOptionViewItem,
    QWidget,
)
from pytestqt.qtbot import QtBot

from benchtop.ui.models.ledger_rows import HostTotal, LedgerRow
from benchtop.ui.models.ledger_table import LedgerTable
from benchtop.ui.models.ledger_texts import spoken_row
from benchtop.ui.models.ledger_view import LedgerView
from benchtop.ui.theme import ThemeController
from ui.models.ledger_makers import some_connections, some_totals


@pytest.fixture
def view(qapp: QApplication, qtbot: QtBot) -> Iterator[LedgerView]:
    theme = ThemeController(qapp, "light")
    made = LedgerView()
    qtbot.addWidget(made)
    made.resize(1_000, 500)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    yield made
    theme.deleteLater()


def button(view: LedgerView, name: str) -> QPushButton:
    found = view.findChild(QPushButton, f"models.ledger.{name}")
    assert found is not None
    return found


def texts(view: LedgerView, row: int) -> list[str]:
    rows = view.findChild(LedgerTable).rows
    return [rows.index(row, column).data() for column in range(rows.columnCount())]


def test_an_empty_ledger_says_that_nothing_left(view: LedgerView) -> None:
    labels = [label.text() for label in view.findChildren(QLabel) if label.isVisible()]
    assert "Nothing has left this machine." in labels
    assert any("Only one process" in text for text in labels)
    assert not view.findChild(LedgerTable).isVisible()
    # A ledger that was cleared of what is newest is not empty.
    view.set_rows((), more=True)
    assert "Nothing has left this machine." not in [
        label.text() for label in view.findChildren(QLabel) if label.isVisible()
    ]


def test_a_row_says_everything_in_words(view: LedgerView) -> None:
    view.set_rows(some_connections(), more=False)
    assert texts(view, 1)[1:] == [
        "allowed", "huggingface.co", "read the head of a file", "Qwen/Qwen3-4B-GGUF", "310 kB",
    ]  # fmt: skip
    assert texts(view, 3)[1:] == [
        "refused", "huggingface.co", "look for newer revisions", "3 repositories (Benchtop is offline)", "–",
    ]  # fmt: skip
    index = view.findChild(LedgerTable).rows.index(4, 0)
    assert "no answer in 20 s" in index.data(Qt.ItemDataRole.AccessibleTextRole)
    assert view.findChild(QLabel, "models.ledger.words").isVisible()


def test_a_proxy_is_named_beside_who_was_meant() -> None:
    row = LedgerRow("c", 0.0, "hub.example", "card", "a/b", "ended", via="proxy.local")
    assert "hub.example through the proxy proxy.local" in spoken_row(row)


def test_totals_stand_by_host(view: LedgerView) -> None:
    view.set_rows(some_connections(), more=False)
    view.set_totals(some_totals())
    cards = [card.accessibleName() for card in view.findChildren(QFrame, "models.ledger.total")]
    assert cards == [
        "cdn-lfs-us-1.hf.co: 1 attempt, 1.2 GB",
        "huggingface.co: 124 attempts, 5.4 MB, 3 refused, 1 failed",
    ]
    many = [HostTotal(f"host{number}", 2, 1_000 - number) for number in range(9)]
    view.set_totals(many)
    visible = [c for c in view.findChildren(QFrame, "models.ledger.total") if c.isVisible()]
    assert len(visible) == 6
    assert visible[-1].accessibleName() == "4 more hosts: 8 attempts, 4.0 kB"


def test_filtering_by_state(view: LedgerView, qtbot: QtBot) -> None:
    view.set_rows(some_connections(10), more=False)
    box = view.findChild(QComboBox, "models.ledger.filter")
    for state, count in (("refused", 2), ("failed", 2), ("ended", 6), ("", 10)):
        with qtbot.waitSignal(view.filter_changed) as told:
            box.setCurrentIndex(box.findData(state))
        assert told.args == [state]
        assert view.findChild(LedgerTable).rows.rowCount() == count
    box.setCurrentIndex(box.findData("refused"))
    view.set_rows([row for row in some_connections(10) if row.state == "ended"], more=False)
    nothing = view.findChild(QLabel, "models.ledger.nothing")
    assert nothing.isVisible()
    assert nothing.text() == "There is no such attempt."
    assert box.isVisible()


def test_older_ones_come_page_by_page(view: LedgerView, qtbot: QtBot) -> None:
    view.set_rows(some_connections(50), more=True)
    table = view.findChild(LedgerTable)
    table.verticalScrollBar().setValue(200)
    with qtbot.waitSignal(view.older_requested):
        qtbot.mouseClick(button(view, "older"), Qt.MouseButton.LeftButton)
    view.set_rows(some_connections(100), more=False)
    assert table.rows.rowCount() == 100
    assert table.verticalScrollBar().value() == 200
    assert not button(view, "older").isVisible()
    assert table.hasFocus()  # the button that had it is gone


def test_new_attempts_do_not_push_away_what_is_read(view: LedgerView) -> None:
    rows = some_connections(60)
    view.set_rows(rows[1:], more=False)
    table = view.findChild(LedgerTable)
    table.selectRow(20)
    table.verticalScrollBar().setValue(300)
    top = table.rowAt(0)
    before = table.rows.row_at(table.rows.index(top, 0))
    view.set_rows(rows, more=False)
    assert table.rows.row_at(table.rows.index(table.rowAt(0), 0)) == before
    assert table.rows.row_at(table.currentIndex()) == rows[21]
    ended = [replace(rows[0], state="ended", received=5), *rows[1:]]
    view.set_rows(ended, more=False)
    assert texts(view, 0)[1] == "allowed"


def test_clearing_is_asked_in_place(view: LedgerView, qtbot: QtBot) -> None:
    view.set_rows(some_connections(), more=False)
    asked = view.findChild(QWidget, "models.ledger.ask")
    button(view, "clear").setFocus()
    with qtbot.assertNotEmitted(view.clear_requested):
        qtbot.keyClick(button(view, "clear"), Qt.Key.Key_Space)
        assert asked.isVisible()
        assert QApplication.focusWidget().objectName() == "models.ledger.ask.keep"
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    assert not asked.isVisible()
    assert button(view, "clear").hasFocus()
    qtbot.keyClick(button(view, "clear"), Qt.Key.Key_Space)
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Backtab)
    with qtbot.waitSignal(view.clear_requested):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)


def test_export_and_copy(view: LedgerView, qtbot: QtBot) -> None:
    view.set_rows(some_connections(), more=False)
    with qtbot.waitSignal(view.export_requested):
        qtbot.mouseClick(button(view, "export"), Qt.MouseButton.LeftButton)
    view.focus_list()
    table = view.findChild(LedgerTable)
    table.selectRow(4)
    qtbot.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert (
        QGuiApplication.clipboard()
        .text()
        .endswith("unsloth/Phi-4-mini-instruct-GGUF (no answer in 20 s)")
    )


def test_the_keyboard_walks_through_it(view: LedgerView, qtbot: QtBot) -> None:
    view.set_rows(some_connections(), more=True)
    view.findChild(QComboBox).setFocus()
    visited = []
    for _ in range(4):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        visited.append(QApplication.focusWidget().objectName())
    assert visited == [
        "models.ledger.export",
        "models.ledger.clear",
        "models.ledger.list",
        "models.ledger.older",
    ]


def test_of_five_thousand_rows_only_the_one_that_changes_is_told(view: LedgerView) -> None:
    rows = some_connections(5_000)
    view.set_rows(rows, more=True)
    model = view.findChild(LedgerTable).rows
    widgets = len(view.findChildren(QWidget))
    resets: list[object] = []
    changed: list[int] = []
    model.modelReset.connect(lambda: resets.append(None))
    model.dataChanged.connect(lambda first, last: changed.extend([first.row(), last.row()]))
    for step in range(10):
        rows[0] = replace(rows[0], received=step * 1_000_000 + 1)
        view.set_rows(rows, more=True)
        view.repaint()
    assert resets == []
    assert changed == [0, 0] * 10
    assert model.rowCount() == 5_000
    assert len(view.findChildren(QWidget)) == widgets


def test_what_is_told_is_not_cut_for_the_sake_of_the_host(view: LedgerView) -> None:
    """At the width that the window has at first."""
    view.resize(1_106, 700)
    rows = [replace(row, host="huggingface.co", received=423) for row in some_connections(3)]
    long = (
        "Qwen/Qwen2.5-Coder-7B-Instruct-GGUF/qwen2.5-coder-7b-instruct-q4_k_m-00001-of-00002.gguf"
    )
    view.set_rows([replace(rows[0], subject=long), *rows[1:]], more=False)
    table = view.findChild(LedgerTable)
    advance = table.fontMetrics().horizontalAdvance
    assert table.columnWidth(5) >= advance("423 bytes") + 6
    assert table.columnWidth(4) > 2 * table.columnWidth(2)
    assert table.columnWidth(2) >= advance("huggingface.co") + 6
    assert table.textElideMode() == Qt.TextElideMode.ElideMiddle  # the file name is at the end
    assert sum(table.columnWidth(column) for column in range(6)) <= table.viewport().width()


def test_where_it_is_narrow_rows_have_two_lines(
    view: LedgerView, theme_at_150: ThemeController
) -> None:
    """At 900 pixels and a text of 150 %: nothing scrolls sideways and nothing that tells is cut."""
    view.resize(800, 500)
    file = "bartowski/Qwen3-4B-Instruct-GGUF/Qwen3-4B-Q4_K_M.gguf"
    rows = [replace(r, host="huggingface.co", subject=file) for r in some_connections(5)]
    rows[1] = replace(rows[1], detail="206")
    view.set_rows(rows, more=False)
    table = view.findChild(LedgerTable)
    assert table.horizontalScrollBar().maximum() == 0
    assert [table.isColumnHidden(column) for column in range(6)] == [False] * 3 + [True] + [
        False
    ] * 2
    assert texts(view, 1)[4] == "Qwen3-4B-Q4_K_M.gguf\nread the head of a file"
    assert texts(view, 3)[4].endswith("\nlook for newer revisions (Benchtop is offline)")
    advance = table.fontMetrics().horizontalAdvance
    for column, words in ((0, "00:00:00"), (1, "refused"), (2, "huggingface.co"), (5, "310 kB")):
        assert table.columnWidth(column) >= advance(words) + 6
    assert table.columnWidth(4) >= advance("Qwen3-4B…Q4_K_M.gguf") + 6
    assert table.rowHeight(0) >= 2 * table.fontMetrics().height()
    option = QStyleOptionViewItem()
    option.rect = table.visualRect(table.rows.index(1, 4))
    table.itemDelegate().initStyleOption(option, table.rows.index(1, 4))
    assert "read the head of a file" in option.text
    index = table.rows.index(1, 0)
    assert file in index.data(Qt.ItemDataRole.ToolTipRole)
    assert file in index.data(Qt.ItemDataRole.AccessibleTextRole)
    search = replace(rows[2], purpose="search", subject="either/or")
    view.set_rows([search], more=False)
    assert texts(view, 0)[4].startswith("either/or\n")


@pytest.fixture
def theme_at_150(qapp: QApplication) -> Iterator[ThemeController]:
    theme = ThemeController(qapp, "light")
    theme.set_text_size(150)
    yield theme
    theme.set_text_size(100)
    theme.deleteLater()


def test_a_status_code_gives_way_to_the_end_of_a_name(view: LedgerView) -> None:
    row = replace(some_connections(2)[1], detail="206")
    view.resize(1_106, 500)
    long = (
        "bartowski/A-Rather-Long-Name-Of-A-Merge-v3-i1-GGUF/"
        + "a-rather-long-name-" * 4
        + "Q4.gguf"
    )
    view.set_rows([replace(row, subject="a/b"), replace(row, subject=long)], more=False)
    table = view.findChild(LedgerTable)
    shown = []
    for number in range(2):
        index = table.rows.index(number, 4)
        option = QStyleOptionViewItem()
        option.rect = table.visualRect(index)
        table.itemDelegate().initStyleOption(option, index)
        shown.append(option.text)
    assert shown == ["a/b (206)", long]
