"""The table of the ledger: to read, row by row."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from benchtop.ui.models.ledger_model import LedgerModel
from benchtop.ui.models.ledger_texts import narrow_samples, samples, spoken_row

_HOST, _PURPOSE, _SUBJECT = 2, 3, 4
_LEAST, _LEAST_SUBJECT, _EDGES = 20, 28, 20
"""Letters of a host, and of a subject that stands in one line with all else, at least; pixels around
the words of a cell."""


class LedgerTable(QTableView):
    """Whole rows; Ctrl+C copies the chosen one. The place that is looked at stays when more come in."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("models.ledger.list")
        self.setAccessibleName(self.tr("Attempts to connect, newest first"))
        self._rows = LedgerModel(self)
        self.setModel(self._rows)
        self.setItemDelegate(_WholeRows(self))
        self.setCornerWidget(QWidget(self))  # else a small square is drawn between the scroll bars
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)  # the end of a path is its file name
        self.setFrameShape(self.Shape.NoFrame)
        self.setTabKeyNavigation(False)
        self.setEditTriggers(self.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(self.SelectionBehavior.SelectRows)
        self.setSelectionMode(self.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(self.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(self.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionsClickable(False)
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self._rows.rowsInserted.connect(self._on_inserted)
        self._rows.rowsInserted.connect(self._measure)
        self._rows.modelReset.connect(self._measure)
        self._measure()

    @property
    def rows(self) -> LedgerModel:
        """What is in it."""
        return self._rows

    def keyPressEvent(self, event: QKeyEvent) -> None:
        row = self._rows.row_at(self.currentIndex())
        if event.matches(QKeySequence.StandardKey.Copy) and row is not None:
            QGuiApplication.clipboard().setText(spoken_row(row))
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._measure()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange}:
            self._measure()

    def _measure(self) -> None:
        """One line a row where all columns have room, else two lines in fewer columns."""
        metrics, room = self.fontMetrics(), self.viewport().width()
        letter = metrics.averageCharWidth()
        widths = self._widths(samples())
        needed = sum(widths) + letter * (_LEAST + _LEAST_SUBJECT)
        narrow = room < needed
        if narrow:
            widths = self._widths(narrow_samples())
        left = room - sum(widths)
        # It takes what its names need; all the rest is for what a connection was about.
        most = max(left - letter * _LEAST, 0) if narrow else letter * 2 * _LEAST
        widths[_HOST] = min(max(self._host_width(), letter * _LEAST // 2), most)
        self.setColumnHidden(_PURPOSE, narrow)
        # The totals above name the hosts too: it is the first to go.
        self.setColumnHidden(_HOST, widths[_HOST] < letter * _LEAST // 2)
        if self.isColumnHidden(_HOST):
            widths[_HOST] = 0
        widths[_SUBJECT] = max(left - widths[_HOST], letter * _LEAST // 2)
        self._rows.set_narrow(narrow=narrow)
        lines = 2 if narrow else 1
        self.verticalHeader().setDefaultSectionSize(lines * metrics.height() + 12)
        for column, width in enumerate(widths):
            self.setColumnWidth(column, width)

    def _widths(self, texts: tuple[tuple[str, ...], ...]) -> list[int]:
        """What the columns with known texts need; 0 for the others."""
        advance = self.fontMetrics().horizontalAdvance
        return [max(map(advance, column)) + _EDGES if column else 0 for column in texts]

    def _host_width(self) -> int:
        """What the longest host on show needs, and its heading."""
        advance = self.fontMetrics().horizontalAdvance
        heading = str(self._rows.headerData(_HOST, Qt.Orientation.Horizontal))
        hosts = {row.host for row in self._rows.all_rows}
        return max((advance(text) for text in (heading, *hosts)), default=0) + _EDGES

    def _on_inserted(self, _parent: QModelIndex, first: int, last: int) -> None:
        """Rows that come in above must not push away what is being read."""
        bar = self.verticalScrollBar()
        if first == 0 and bar.value() > 0:
            high = self.verticalHeader().defaultSectionSize()
            at = bar.value() + (last - first + 1) * high
            self.updateGeometries()
            bar.setValue(at)


class _WholeRows(QStyledItemDelegate):
    """Marks no single cell, and keeps the colour of a state on a selected row."""

    def initStyleOption(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().initStyleOption(option, index)
        option.state &= ~option.state.State_HasFocus
        whole = option.fontMetrics.horizontalAdvance(option.text) + _EDGES <= option.rect.width()
        if index.column() == _SUBJECT and not whole:
            option.text = self._without_code(index) or option.text
        colour = index.data(Qt.ItemDataRole.ForegroundRole)
        if colour is not None:
            option.palette.setColor(QPalette.ColorRole.HighlightedText, colour)

    def _without_code(self, index: QModelIndex | QPersistentModelIndex) -> str:
        """The subject alone, of an attempt that was allowed: the end of a name tells more."""
        model = index.model()
        if not isinstance(model, LedgerModel) or model.narrow:
            return ""
        row = model.row_at(index)
        return row.subject if row is not None and row.state == "ended" else ""
