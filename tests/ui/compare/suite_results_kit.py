"""The results of a run on the screen, and what tests look at in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import (
    QApplication,
    QPushButton,
)
from pytestqt.qtbot import QtBot

from benchtop.ui.compare.suite_results_view import SuiteResultsView
from benchtop.ui.compare.suite_table import SuiteTable
from benchtop.ui.theme import ThemeController


@pytest.fixture
def theme(qapp: QApplication) -> Iterator[ThemeController]:
    made = ThemeController(qapp, "light")
    yield made
    made.set_text_size(100)
    made.deleteLater()


@pytest.fixture
def view(theme: ThemeController, qtbot: QtBot) -> SuiteResultsView:
    made = SuiteResultsView()
    qtbot.addWidget(made)
    made.resize(1_200, 700)
    made.show()
    return made


def table(view: SuiteResultsView) -> SuiteTable:
    return view.findChild(SuiteTable, "compare.results.list")


def column(view: SuiteResultsView, number: int) -> list[str]:
    model = table(view).model()
    return [model.index(row, number).data() for row in range(model.rowCount())]


def bar_button(view: SuiteResultsView, name: str) -> QPushButton:
    return view.run_bar.findChild(QPushButton, f"compare.run.{name}")
