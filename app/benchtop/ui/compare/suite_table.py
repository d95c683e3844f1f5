"""A table of the Compare page: its look, its keys, and what is chosen kept while rows change."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QPainter, QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from benchtop.ui.chat.key_override import is_override
from benchtop.ui.theme import tokens

AnyIndex = QModelIndex | QPersistentModelIndex
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_EDGES = 20
"""Pixels around the words of a cell."""


class SuiteTable(QTableView):
    """Whole rows, or single cells where ``cells``; ``lines`` of text high.

    ``opened``: Enter or a double click; ``deleted``: Del. ``menu_wanted`` carries a place on the screen.
    """

    opened = Signal()
    deleted = Signal()
    menu_wanted = Signal(object)
    resized = Signal()
    """The room for columns is another, or the letters are."""

    def __init__(
        self,
        object_name: str,
        label: str,
        parent: QWidget | None = None,
        *,
        cells: bool = False,
        lines: int = 1,
    ) -> None:
        super().__init__(parent)
        self.setObjectName(object_name)
        self.setAccessibleName(label)
        self._lines = lines
        self.setItemDelegate(SuiteDelegate(self, cells=cells))
        self.setCornerWidget(QWidget(self))
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setFrameShape(self.Shape.NoFrame)
        self.setTabKeyNavigation(False)
        self.setEditTriggers(self.EditTrigger.NoEditTriggers)
        behaviour = self.SelectionBehavior
        self.setSelectionBehavior(behaviour.SelectItems if cells else behaviour.SelectRows)
        self.setSelectionMode(self.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(self.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(self.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setHighlightSections(False)
        header.setMinimumSectionSize(24)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.doubleClicked.connect(lambda _index: self.opened.emit())
        self._measure_rows()

    def letters(self, count: float) -> int:
        """The width of a column for so many letters, in pixels."""
        return round(self.fontMetrics().averageCharWidth() * count) + _EDGES

    def words_width(self, words: str) -> int:
        """The width of a column for these words."""
        return self.fontMetrics().horizontalAdvance(words) + _EDGES + 4

    def sort_by_headings(self) -> None:
        """A press on a heading sorts; the model's sort() does it."""
        self.horizontalHeader().setSectionsClickable(True)
        self.horizontalHeader().setSortIndicatorClearable(False)
        self.setSortingEnabled(True)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange}:
            self._measure_rows()
            self.resized.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resized.emit()

    def event(self, event: QEvent) -> bool:
        # The window has these as shortcuts; in this list they are its own.
        if is_override(event, *_ENTER, Qt.Key.Key_Delete):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _ENTER and self.currentIndex().isValid():
            self.opened.emit()
        elif event.key() == Qt.Key.Key_Delete and self.currentIndex().isValid():
            self.deleted.emit()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if by_key else self.indexAt(event.pos())
        if index.isValid():
            self.setCurrentIndex(index)
            spot = self.visualRect(index).center() if by_key else event.pos()
            self.menu_wanted.emit(self.viewport().mapToGlobal(spot))

    def _measure_rows(self) -> None:
        high = self._lines * self.fontMetrics().lineSpacing() + (12 if self._lines == 1 else 14)
        self.verticalHeader().setDefaultSectionSize(high)


class SuiteDelegate(QStyledItemDelegate):
    """A line under each row; a cell with the keyboard has a ring only where ``cells`` are chosen."""

    def __init__(self, parent: QWidget, *, cells: bool = False) -> None:
        super().__init__(parent)
        self._cells = cells

    def initStyleOption(self, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        super().initStyleOption(option, index)
        option.state &= ~QStyle.StateFlag.State_HasFocus
        colour = index.data(Qt.ItemDataRole.ForegroundRole)
        if colour is not None:
            option.palette.setColor(QPalette.ColorRole.HighlightedText, colour)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        super().paint(painter, option, index)
        colours = tokens(option.palette)
        area = option.rect
        painter.fillRect(area.left(), area.bottom(), area.width(), 1, colours.border)
        if self._cells and option.state & QStyle.StateFlag.State_HasFocus:
            painter.save()
            painter.setPen(colours.accent)
            painter.drawRect(area.adjusted(0, 0, -1, -1))
            painter.drawRect(area.adjusted(1, 1, -2, -2))
            painter.restore()
