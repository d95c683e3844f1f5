"""The table of the models that are here: its keys, its menu, and the columns there is room for."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QHeaderView, QTableView, QWidget

from benchtop.ui.chat.key_override import is_override
from benchtop.ui.models.library_delegate import LibraryDelegate, row_height
from benchtop.ui.models.library_model import LARGEST_FIRST, SORT_OF_COLUMN, LibraryModel
from benchtop.ui.models.library_rows import LibraryRow
from benchtop.ui.models.library_texts import COLUMNS, Column

_LETTERS: dict[Column, int] = {
    "name": 44,
    "fit": 20,
    "size": 9,
    "memory": 19,
    "speed": 12,
    "used": 18,
}
"""How wide a column is, in letters; the name takes the rest, and no less than this."""
_WORDY = 22
"""Letters more for the verdict, where the name has enough."""
_FIRST_TO_GO: tuple[Column, ...] = ("used", "speed", "memory", "size")
_LEAST_ROWS = 3
"""So many are seen in a low window, which scrolls instead."""
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class LibraryTable(QTableView):
    """One model is chosen at a time; what is chosen stays so while rows come, go and change."""

    chosen = Signal()
    """Another model has the selection, or none has."""
    used = Signal()
    remove_wanted = Signal()
    details_wanted = Signal()
    menu_wanted = Signal(QPoint)
    left_upwards = Signal()
    sort_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("models.list")
        self.setAccessibleName(self.tr("Your models"))
        self._rows = LibraryModel(self)
        self._delegate = LibraryDelegate(self)
        self._chosen_id = ""
        self._place = self._scrolled = 0
        self.setModel(self._rows)
        self.setItemDelegate(self._delegate)
        self._set_up()
        self.doubleClicked.connect(lambda _index: self.used.emit())
        self.selectionModel().currentRowChanged.connect(self._on_current)
        self._rows.modelAboutToBeReset.connect(self._note_scroll)
        self._rows.modelReset.connect(self._choose_again)

    @property
    def rows(self) -> LibraryModel:
        """What is in it."""
        return self._rows

    def chosen_row(self) -> LibraryRow | None:
        """The selected model."""
        return self._rows.row_at(self.currentIndex())

    def choose(self, model_id: str) -> bool:
        """Select a model; False where it is not on show."""
        index = self._rows.index_of(model_id)
        if index.isValid():
            self.setCurrentIndex(index)
            self.scrollTo(index)
        return index.isValid()

    def rename(self) -> None:
        """Open the field for a new name in place."""
        index = self.currentIndex()
        if index.isValid():
            self.edit(index.siblingAtColumn(0))

    def _set_up(self) -> None:
        self.setShowGrid(False)
        self.setFrameShape(self.Shape.NoFrame)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.setSelectionBehavior(self.SelectionBehavior.SelectRows)
        self.setSelectionMode(self.SelectionMode.SingleSelection)
        self.setEditTriggers(self.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(self.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setHighlightSections(False)
        header.setSectionsClickable(True)
        header.setSortIndicatorShown(True)
        header.setSortIndicatorClearable(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.sectionClicked.connect(
            lambda section: self.sort_wanted.emit(SORT_OF_COLUMN[COLUMNS[section]])
        )
        self._measure()

    def show_sort(self) -> None:
        """Let the header's arrow say how the rows are sorted."""
        key = self._rows.sort_key
        sections = [i for i, column in enumerate(COLUMNS) if SORT_OF_COLUMN[column] == key]
        down = self._rows.reverse != (key in LARGEST_FIRST)
        # Fusion draws an arrow that points down for "ascending".
        order = Qt.SortOrder.AscendingOrder if down else Qt.SortOrder.DescendingOrder
        header = self.horizontalHeader()
        header.setSortIndicatorShown(bool(sections))
        header.setSortIndicator(sections[0] if sections else -1, order)

    def _measure(self) -> None:
        """The height of the rows and the columns that there is room for."""
        high = row_height(self.fontMetrics())
        self.verticalHeader().setDefaultSectionSize(high)
        self.setMinimumHeight(self.horizontalHeader().sizeHint().height() + _LEAST_ROWS * high)
        letter = self.fontMetrics().averageCharWidth()
        widths = {column: letter * count + 12 for column, count in _LETTERS.items()}
        room = self.viewport().width()
        shown = list(COLUMNS)
        for column in _FIRST_TO_GO:
            if sum(widths[one] for one in shown) > room:
                shown.remove(column)
        spare = room - sum(widths[one] for one in shown) - letter * _WORDY
        widths["fit"] += min(max(spare, 0), letter * _WORDY)
        others = sum(widths[one] for one in shown if one != "name")
        widths["name"] = max(room - others, letter * 16)
        for number, column in enumerate(COLUMNS):
            self.setColumnHidden(number, column not in shown)
            self.setColumnWidth(number, widths[column])

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._measure()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange}:
            self._measure()

    def event(self, event: QEvent) -> bool:
        # The window has these as shortcuts; in this list they are its own.
        if is_override(event, *_ENTER, Qt.Key.Key_F2, Qt.Key.Key_Delete):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.state() == self.State.EditingState:
            super().keyPressEvent(event)
            return
        with_alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        if event.key() in _ENTER and with_alt:
            self.details_wanted.emit()
            return
        wishes: dict[int, Callable[[], object]] = {
            Qt.Key.Key_Return: self.used.emit,
            Qt.Key.Key_Enter: self.used.emit,
            Qt.Key.Key_F2: self.rename,
            Qt.Key.Key_Delete: self.remove_wanted.emit,
        }
        wish = wishes.get(event.key())
        if event.key() == Qt.Key.Key_Up and self.currentIndex().row() <= 0:
            wish = self.left_upwards.emit
        if wish is None:
            super().keyPressEvent(event)
        else:
            wish()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if by_key else self.indexAt(event.pos())
        if not index.isValid():
            return
        self.setCurrentIndex(index)
        spot = self.visualRect(index).center() if by_key else event.pos()
        self.menu_wanted.emit(self.viewport().mapToGlobal(spot))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._hover(self.indexAt(event.position().toPoint()).row())

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hover(-1)

    def _hover(self, row: int) -> None:
        if row != self._delegate.hovered:
            self._delegate.hovered = row
            self.viewport().update()

    def _on_current(self, index: QModelIndex, _before: QModelIndex) -> None:
        row = self._rows.row_at(index)
        if row is not None:
            self._chosen_id, self._place = row.id, index.row()
        self.chosen.emit()

    def _note_scroll(self) -> None:
        self._scrolled = self.verticalScrollBar().value()

    def _choose_again(self) -> None:
        """After other rows have come: the same model, or the one that took its place."""
        index, last = self._rows.index_of(self._chosen_id), self._rows.rowCount() - 1
        if not index.isValid() and last >= 0:
            index = self._rows.index(min(self._place, last), 0)
        if index.isValid():
            flags = QItemSelectionModel.SelectionFlag
            how = flags.ClearAndSelect | flags.Rows | flags.Current
            self.selectionModel().setCurrentIndex(index, how)
        self.updateGeometries()
        self.verticalScrollBar().setValue(self._scrolled)
        self.chosen.emit()
