"""Rows of dataclasses in a Qt table: found, changed in place, or put anew."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester, QSignalSpy

from benchtop.ui.compare.measure_model import MeasureModel
from benchtop.ui.compare.measure_rows import MeasureRow
from benchtop.ui.compare.suite_list_model import SuiteListModel
from benchtop.ui.compare.suite_prompt_model import SuitePromptModel
from benchtop.ui.compare.suite_rows import SuiteSummary
from benchtop.ui.models.library_model import LibraryModel
from benchtop.ui.widgets.rows_model import AnyIndex, ArrangedModel, RowsModel


@dataclass(frozen=True, slots=True)
class Bird:
    """A row."""

    id: str
    name: str


class Birds(ArrangedModel[Bird]):
    """By name, those with an "o" only where that is asked for."""

    only = ""

    def __init__(self) -> None:
        super().__init__(2)

    def _wanted(self) -> list[Bird]:
        return sorted((row for row in self._all if self.only in row.name), key=lambda row: row.name)

    def narrow(self, only: str) -> None:
        """Show those with these letters."""
        self.only = only
        self._arrange()

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> str | None:
        row = self.row_at(index)
        return row.name if row is not None and role == Qt.ItemDataRole.DisplayRole else None


OWL, WREN, ROOK = Bird("1", "owl"), Bird("2", "wren"), Bird("3", "rook")


@pytest.fixture
def birds(qapp: object) -> Birds:
    model = Birds()
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal, model)
    model.set_rows([WREN, OWL, ROOK])
    return model


def test_rows_are_found_by_index_and_by_key(birds: Birds) -> None:
    assert (birds.rowCount(), birds.columnCount()) == (3, 2)
    assert (birds.rowCount(birds.index(0, 0)), birds.columnCount(birds.index(0, 0))) == (0, 0)
    assert birds.all_rows == (WREN, OWL, ROOK)
    assert [birds.row_at(birds.index(n, 1)) for n in range(3)] == [OWL, ROOK, WREN]
    assert birds.row_at(QModelIndex()) is None
    assert (birds.place_of("2"), birds.place_of("9")) == (2, -1)
    assert (birds.index_of("2").row(), birds.index_of("2").column()) == (2, 0)
    assert not birds.index_of("9").isValid()


def test_the_same_rows_are_changed_in_place_and_what_is_chosen_stays(birds: Birds) -> None:
    chosen = QItemSelectionModel(birds)
    chosen.setCurrentIndex(birds.index_of("3"), QItemSelectionModel.SelectionFlag.Select)
    changed, arranged = QSignalSpy(birds.dataChanged), QSignalSpy(birds.arranged)
    birds.set_rows([WREN, OWL, Bird("3", "rookie")])
    assert arranged.count() == 0
    assert changed.count() == 1
    first, last = changed.at(0)[:2]
    assert (first.row(), first.column(), last.row(), last.column()) == (1, 0, 1, 1)
    assert chosen.currentIndex().data() == "rookie"


def test_other_rows_or_another_order_are_put_anew(birds: Birds) -> None:
    changed, arranged = QSignalSpy(birds.dataChanged), QSignalSpy(birds.arranged)
    birds.set_rows([WREN, OWL, Bird("3", "zebra finch")])
    assert [birds.index(n, 0).data() for n in range(3)] == ["owl", "wren", "zebra finch"]
    birds.narrow("o")
    assert [birds.index(n, 0).data() for n in range(birds.rowCount())] == ["owl"]
    assert len(birds.all_rows) == 3
    birds.set_rows(())
    assert birds.rowCount() == 0
    assert (arranged.count(), changed.count()) == (3, 0)


def test_nothing_is_told_where_nothing_changed(birds: Birds) -> None:
    changed, arranged = QSignalSpy(birds.dataChanged), QSignalSpy(birds.arranged)
    birds.set_rows([WREN, OWL, ROOK])
    assert (arranged.count(), changed.count()) == (0, 0)


@pytest.mark.parametrize("make", [LibraryModel, MeasureModel, SuiteListModel, SuitePromptModel])
def test_the_tables_of_the_pages_are_such_models(qapp: object, make: type[RowsModel]) -> None:  # type: ignore[type-arg]
    assert issubclass(make, RowsModel)
    for name in ("rowCount", "columnCount", "row_at", "place_of", "index_of", "show"):
        assert name not in vars(make), "written once only"


def test_a_suite_that_was_run_stays_chosen_and_a_measured_model_too(qapp: object) -> None:
    suites = SuiteListModel()
    suites.set_rows([SuiteSummary("s1", "Maths", 3), SuiteSummary("s2", "Everyday", 4)])
    reset = QSignalSpy(suites.modelReset)
    suites.set_rows(
        [SuiteSummary("s1", "Maths", 3, last_run=1.0), SuiteSummary("s2", "Everyday", 4)]
    )
    assert reset.count() == 0
    assert suites.row_at(suites.index_of("s1")).last_run == 1.0  # type: ignore[union-attr]
    measures = MeasureModel()
    measures.set_rows([MeasureRow("m1", "starter")])
    reset = QSignalSpy(measures.modelReset)
    measures.set_rows([MeasureRow("m1", "starter", missing=True)])
    assert reset.count() == 0
