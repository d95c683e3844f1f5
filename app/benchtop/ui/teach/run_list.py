"""The runs there were: a line each, to open or to go on with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from benchtop.ui.compare.focus_order import put_in_line
from benchtop.ui.compare.suite_table import SuiteTable
from benchtop.ui.models.figures_text import day_text, full_day_text
from benchtop.ui.teach.run_texts import outcome_words
from benchtop.ui.teach.train_rows import RunRow
from benchtop.ui.theme import set_tone
from benchtop.ui.widgets.flow_layout import FlowLayout

AnyIndex = QModelIndex | QPersistentModelIndex
NAME, MODEL, DATASET, WHEN, OUTCOME = range(5)
_MOST_LINES = 8
"""Runs that are seen without scrolling in the list."""
_LEAST_NAME = 22


class RunListModel(QAbstractTableModel):
    """The newest first, as they are given."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[RunRow, ...] = ()

    def set_rows(self, rows: Sequence[RunRow]) -> None:
        """Show these; where the same runs stand in the same order, only what differs is painted anew."""
        before, after = self.rows, tuple(rows)
        if [one.run.id for one in before] == [one.run.id for one in after]:
            self.rows = after
            if before != after:
                self.dataChanged.emit(self.index(0, 0), self.index(len(after) - 1, OUTCOME))
            return
        self.beginResetModel()
        self.rows = after
        self.endResetModel()

    def cells(self, row: RunRow) -> list[str]:
        """The words of a line."""
        return [
            row.run.name,
            row.model_name,
            row.dataset_name,
            day_text(row.run.created),
            outcome_words(row.run, row.verdict),
        ]

    def headings(self) -> list[str]:
        """The words over the columns."""
        return [
            self.tr("Run"),
            self.tr("Model"),
            self.tr("Data set"),
            self.tr("When"),
            self.tr("Outcome"),
        ]

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else OUTCOME + 1

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self.headings()[section]
        return None

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not 0 <= index.row() < len(self.rows):
            return None
        row = self.rows[index.row()]
        cells = self.cells(row)
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return cells[index.column()]
            case Qt.ItemDataRole.AccessibleTextRole:
                return (
                    ", ".join(filter(None, cells)) if index.column() == 0 else cells[index.column()]
                )
            case Qt.ItemDataRole.ToolTipRole:
                if index.column() == WHEN:
                    return full_day_text(row.run.created)
                return row.run.error if index.column() == OUTCOME else cells[index.column()]
        return None


class RunList(QWidget):
    """``open_requested``, ``resume_requested`` and ``delete_requested`` carry a run's id."""

    open_requested = Signal(str)
    resume_requested = Signal(str)
    delete_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("teach.runs")
        self._model = RunListModel(self)
        self._table = SuiteTable("teach.runs.list", self.tr("Earlier runs"), self)
        self._table.setModel(self._model)
        self._open = QPushButton(self.tr("Open"), self)
        self._resume = QPushButton(self.tr("Go on"), self)
        self._delete = QPushButton(self.tr("Delete"), self)
        self._can_resume = True
        self._lay_out()
        self._table.opened.connect(self._on_open)
        self._table.deleted.connect(self._on_delete)
        self._delete.clicked.connect(self._on_delete)
        self._table.resized.connect(self._measure)
        self._table.selectionModel().currentRowChanged.connect(lambda *_: self._show())
        self._open.clicked.connect(self._on_open)
        self._resume.clicked.connect(lambda: self.resume_requested.emit(self.chosen_id()))
        self.set_rows(())

    def set_rows(self, rows: Sequence[RunRow], *, can_resume: bool = True) -> None:
        """Show these, the newest first. ``can_resume``: nothing else is being trained."""
        chosen = self.chosen_id()
        self._can_resume = can_resume
        self._model.set_rows(rows)
        self.setVisible(bool(rows))
        places = [place for place, one in enumerate(rows) if one.run.id == chosen]
        if rows:
            self._table.setCurrentIndex(self._model.index(places[0] if places else 0, 0))
        self._measure()
        self._show()

    def chosen_id(self) -> str:
        """The selected run; empty where there is none."""
        index = self._table.currentIndex()
        rows = self._model.rows
        return rows[index.row()].run.id if 0 <= index.row() < len(rows) else ""

    def _lay_out(self) -> None:
        title = QLabel(self.tr("Earlier runs"), self)
        set_tone(title, "title")
        card = QFrame(self)
        card.setProperty("card", True)
        inside = QVBoxLayout(card)
        inside.setContentsMargins(2, 2, 2, 2)
        inside.addWidget(self._table)
        for key, button in (
            ("open", self._open),
            ("resume", self._resume),
            ("delete", self._delete),
        ):
            button.setObjectName(f"teach.runs.{key}")
        self._resume.setToolTip(self.tr("Go on where this run was left"))
        self._delete.setToolTip(self.tr("Move this run to the bin; the adapter it made stays"))
        head = QHBoxLayout()
        head.addWidget(title)
        head.addStretch(1)
        buttons = FlowLayout(gap=8)
        buttons.addWidget(self._resume)
        buttons.addWidget(self._open)
        buttons.addWidget(self._delete)
        head.addLayout(buttons)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(head)
        column.addWidget(card)
        put_in_line((self._table, self._resume, self._open, self._delete))

    def _on_open(self) -> None:
        if self.chosen_id():
            self.open_requested.emit(self.chosen_id())

    def _on_delete(self) -> None:
        if self._delete.isEnabled():
            self.delete_requested.emit(self.chosen_id())

    def _show(self) -> None:
        rows, place = self._model.rows, self._table.currentIndex().row()
        row = rows[place] if 0 <= place < len(rows) else None
        paused = row is not None and row.run.state == "paused"
        name = row.run.name if row is not None else ""
        self._open.setEnabled(row is not None)
        self._open.setAccessibleName(self.tr("Open {name}").format(name=name))
        at_work = row is None or row.run.state in ("preparing", "running")
        self._delete.setEnabled(not at_work)
        self._delete.setAccessibleName(self.tr("Delete {name}").format(name=name))
        if self._resume.hasFocus() and not paused:
            self._table.setFocus()
        self._resume.setVisible(paused)
        self._resume.setEnabled(self._can_resume)
        self._resume.setAccessibleName(self.tr("Go on with {name}").format(name=name))

    def _measure(self) -> None:
        table, model = self._table, self._model
        lines = [model.headings(), *map(model.cells, model.rows)]
        widths = [max(map(table.words_width, column)) for column in zip(*lines, strict=True)]
        room = table.viewport().width()
        least = table.letters(_LEAST_NAME)
        widths[NAME] = max(room - sum(widths[MODEL:]), least)
        for column in (DATASET, MODEL):  # the name goes on being read where there is little room
            missing = sum(widths) - room
            if missing > 0:
                widths[column] = max(widths[column] - missing, table.letters(10))
        for column, width in enumerate(widths):
            table.setColumnWidth(column, width)
        shown = min(max(len(model.rows), 1), _MOST_LINES)
        header = table.horizontalHeader().sizeHint().height()
        table.setFixedHeight(header + shown * table.verticalHeader().defaultSectionSize() + 6)
