"""The first column of a wide table, which stays in sight while the others are scrolled sideways."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt
from PySide6.QtWidgets import QHeaderView, QTableView

from benchtop.ui.compare.suite_table import SuiteDelegate, SuiteTable


class SuiteFrozenColumn(QTableView):
    """Lies over ``table`` while that is scrolled sideways: the same rows, selection and order.

    It takes no keyboard and is nothing to a screen reader: the table itself has this column.
    """

    def __init__(self, table: SuiteTable) -> None:
        super().__init__(table)
        self._table = table
        self.setModel(table.model())
        self.setSelectionModel(table.selectionModel())
        self.setItemDelegate(SuiteDelegate(self))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setFrameShape(self.Shape.NoFrame)
        self.setStyleSheet("QTableView { border: none; }")
        self.setSelectionBehavior(table.selectionBehavior())
        self.setSelectionMode(table.selectionMode())
        self.setEditTriggers(self.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(self.ScrollMode.ScrollPerPixel)
        never = Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.setVerticalScrollBarPolicy(never)
        self.setHorizontalScrollBarPolicy(never)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setHighlightSections(False)
        header.setDefaultAlignment(table.horizontalHeader().defaultAlignment())
        header.setSectionsClickable(True)
        header.sectionClicked.connect(lambda _section: self._sort())
        bar = table.verticalScrollBar()
        bar.valueChanged.connect(self.verticalScrollBar().setValue)
        self.verticalScrollBar().valueChanged.connect(bar.setValue)
        table.horizontalScrollBar().valueChanged.connect(lambda _value: self.follow())
        table.horizontalHeader().sectionResized.connect(lambda *_: self.follow())
        table.selectionModel().currentChanged.connect(self._on_current)
        self.clicked.connect(table.clicked)
        self.model().modelReset.connect(self.follow)
        table.viewport().installEventFilter(self)
        self.follow()

    def follow(self) -> None:
        """Lie where the table has its first column, or not at all."""
        table = self._table
        scrolled = table.horizontalScrollBar().value() > 0
        if scrolled:
            for column in range(self.model().columnCount()):
                self.setColumnHidden(column, column > 0)
            self.setColumnWidth(0, table.columnWidth(0))
            self.verticalHeader().setDefaultSectionSize(table.verticalHeader().defaultSectionSize())
            over = 0 if table.horizontalHeader().isHidden() else table.horizontalHeader().height()
            self.horizontalHeader().setVisible(over > 0)
            self.horizontalHeader().setFixedHeight(over)
            frame = table.viewport().geometry().left()
            high = over + table.viewport().height()
            top = table.viewport().geometry().top() - over
            self.setGeometry(frame, top, table.columnWidth(0), high)
            self.verticalScrollBar().setValue(table.verticalScrollBar().value())
        self.setVisible(scrolled)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self.follow()
        return super().eventFilter(watched, event)

    def _on_current(self, index: QModelIndex, _before: QModelIndex) -> None:
        """A cell that is walked to must not lie under this column."""
        table, width = self._table, self._table.columnWidth(0)
        left = table.columnViewportPosition(index.column())
        if index.column() > 0 and left < width:
            bar = table.horizontalScrollBar()
            bar.setValue(bar.value() - (width - left))

    def _sort(self) -> None:
        header, order = self._table.horizontalHeader(), Qt.SortOrder
        up = (
            header.sortIndicatorSection() == 0
            and header.sortIndicatorOrder() == order.AscendingOrder
        )
        self._table.sortByColumn(0, order.DescendingOrder if up else order.AscendingOrder)
