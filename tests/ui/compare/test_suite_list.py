"""The list of suites: what it says, what it asks for, and what it leaves to its owner."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from benchtop.ui.compare.suite_list_view import SuiteListView
from benchtop.ui.compare.suite_table import SuiteTable
from benchtop.ui.models.filter_field import FilterField
from benchtop.ui.theme import ThemeController
from ui.compare.suite_makers import some_summaries


@pytest.fixture
def view(qapp: QApplication, qtbot: QtBot) -> Iterator[SuiteListView]:
    theme = ThemeController(qapp, "light")
    made = SuiteListView()
    qtbot.addWidget(made)
    made.resize(1_100, 600)
    made.show()
    yield made
    theme.deleteLater()


def button(view: SuiteListView, name: str) -> QPushButton:
    found = view.findChild(QPushButton, f"compare.suites.{name}")
    assert found is not None
    return found


def names(view: SuiteListView) -> list[str]:
    model = view.findChild(SuiteTable).model()
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def test_without_suites_there_is_one_button(view: SuiteListView, qtbot: QtBot) -> None:
    first = view.findChild(QPushButton, "placeholder.compare.suites.first")
    assert first.isVisible()
    assert not view.findChild(SuiteTable).isVisible()
    with qtbot.waitSignal(view.new_requested):
        first.click()
    view.set_rows(some_summaries())
    assert not first.isVisible()


def test_a_row_says_what_a_suite_is(view: SuiteListView) -> None:
    view.set_rows(some_summaries())
    model = view.findChild(SuiteTable).model()
    row = names(view).index("Everyday")
    cells = [model.index(row, column).data() for column in range(model.columnCount())]
    assert cells[:4] == ["Everyday", "24", "general", "built in"]
    assert cells[4].endswith(": 17 of 24 passed")
    spoken = model.index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken.startswith("Everyday, built in, 24 prompts, tags general")
    assert names(view) == sorted(names(view), key=str.casefold)


def test_a_built_in_suite_is_not_deleted(view: SuiteListView, qtbot: QtBot) -> None:
    view.set_rows(some_summaries())
    view.choose("maths")
    assert not button(view, "delete").isEnabled()
    assert button(view, "open").text() == "Look at it"
    with qtbot.assertNotEmitted(view.delete_requested):
        qtbot.keyClick(view.findChild(SuiteTable), Qt.Key.Key_Delete)
    view.choose("mine")
    assert button(view, "open").text() == "Edit"
    with qtbot.waitSignal(view.delete_requested) as told:
        qtbot.keyClick(view.findChild(SuiteTable), Qt.Key.Key_Delete)
    assert told.args == ["mine"]
    assert "My letters" in names(view)  # its owner removes it, and can bring it back


def test_the_selection_stays_and_moves_on(view: SuiteListView) -> None:
    rows = some_summaries()
    view.set_rows(rows)
    view.choose("fair")
    view.set_rows(rows[::-1])
    assert view.chosen_id() == "fair"
    at = names(view).index("Fairness pairs")
    view.set_rows([row for row in rows if row.id != "fair"])
    assert view.chosen_id() == next(r.id for r in rows if r.name == names(view)[at])


def test_every_wish_names_the_chosen_suite(view: SuiteListView, qtbot: QtBot) -> None:
    view.set_rows(some_summaries())
    view.choose("everyday")
    for name, signal in (
        ("run", view.run_requested),
        ("open", view.open_requested),
        ("results", view.results_requested),
        ("duplicate", view.duplicate_requested),
    ):
        with qtbot.waitSignal(signal) as told:
            button(view, name).click()
        assert told.args == ["everyday"]
    for kind in ("csv", "jsonl"):
        with qtbot.waitSignal(view.export_requested) as told:
            view.findChild(QAction, f"compare.suites.export.{kind}").trigger()
        assert told.args == ["everyday", kind]
    with qtbot.waitSignal(view.open_requested):
        qtbot.keyClick(view.findChild(SuiteTable), Qt.Key.Key_Return)
    view.choose("mine")
    assert not button(view, "results").isEnabled()  # it was never run


def test_filtering_and_sorting(view: SuiteListView) -> None:
    view.set_rows(some_summaries())
    field = view.findChild(FilterField)
    field.setText("support")
    assert len(names(view)) == 1
    field.setText("nothing has this")
    assert not view.findChild(SuiteTable).isVisible()
    view.choose("mine")
    assert field.text() == ""
    assert view.chosen_id() == "mine"
    view.findChild(SuiteTable).sortByColumn(1, Qt.SortOrder.DescendingOrder)
    assert names(view)[0].startswith("A suite with a rather long name")
    assert view.chosen_id() == "mine"


def test_narrow_the_name_stays_and_columns_go(view: SuiteListView) -> None:
    view.set_rows(some_summaries())
    view.resize(420, 400)
    table = view.findChild(SuiteTable)
    assert not table.isColumnHidden(0)
    assert table.isColumnHidden(4)
    assert sum(table.columnWidth(column) for column in range(5)) <= table.viewport().width()
