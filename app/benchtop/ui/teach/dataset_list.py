"""The data sets there are: chosen, named and removed here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QContextMenuEvent, QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QLineEdit,
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from benchtop.domain.examples import Dataset
from benchtop.ui.chat.key_override import is_override
from benchtop.ui.chat.row_painting import draw_ground, draw_line
from benchtop.ui.teach.data_texts import dataset_words, drafts_words
from benchtop.ui.theme import muted_font, tokens

AnyIndex = QModelIndex | QPersistentModelIndex
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_SIDE, _PAD = 12, 7
_LONGEST_NAME = 200


class DatasetModel(QAbstractListModel):
    """``renamed`` carries an id and a new name; nothing changes before ``set_rows`` says so."""

    renamed = Signal(str, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[Dataset, ...] = ()

    @property
    def rows(self) -> tuple[Dataset, ...]:
        """Every data set."""
        return self._rows

    def row_at(self, index: AnyIndex) -> Dataset | None:
        """The data set of a row."""
        return self._rows[index.row()] if 0 <= index.row() < len(self._rows) else None

    def index_of(self, dataset_id: str) -> QModelIndex:
        """The row of a data set; invalid where there is none."""
        found = (place for place, row in enumerate(self._rows) if row.id == dataset_id)
        place = next(found, -1)
        return self.index(place, 0) if place >= 0 else QModelIndex()

    def set_rows(self, rows: Sequence[Dataset]) -> None:
        """Show these; where the same ones stand in the same order, only what differs changes."""
        before, now = self._rows, tuple(rows)
        if [row.id for row in before] != [row.id for row in now]:
            self.beginResetModel()
            self._rows = now
            self.endResetModel()
            return
        self._rows = now
        for place, (old, new) in enumerate(zip(before, now, strict=True)):
            if old != new:
                self.dataChanged.emit(self.index(place, 0), self.index(place, 0))

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        flag = Qt.ItemFlag
        return flag.ItemIsEnabled | flag.ItemIsSelectable | flag.ItemIsEditable

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.row_at(index)
        if row is None:
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.EditRole:
                return row.name
            case Qt.ItemDataRole.AccessibleTextRole | Qt.ItemDataRole.ToolTipRole:
                parts = (row.name, dataset_words(row), drafts_words(row.drafts))
                return "\n".join(filter(None, parts))
        return None

    def setData(self, index: AnyIndex, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        row, name = self.row_at(index), " ".join(str(value).split())
        if role != Qt.ItemDataRole.EditRole or row is None or not name:
            return False
        if name != row.name:
            self.renamed.emit(row.id, name)
        return True


class DatasetList(QListView):
    """What is chosen stays so while rows come and go. Enter or a double click goes to the examples, F2
    renames, Del removes."""

    chosen = Signal(str)
    """Another data set has the selection; empty: none has."""
    opened = Signal()
    remove_wanted = Signal()
    menu_wanted = Signal(QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("teach.data.sets")
        self.setAccessibleName(self.tr("Your data sets"))
        self.rows = DatasetModel(self)
        self._chosen_id, self._place = "", 0
        self._resetting = False
        self.setModel(self.rows)
        self.setItemDelegate(_Delegate(self))
        self.setFrameShape(self.Shape.NoFrame)
        self.viewport().setAutoFillBackground(False)
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self.setEditTriggers(self.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(self.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.doubleClicked.connect(lambda _index: self.opened.emit())
        self.selectionModel().currentRowChanged.connect(self._on_current)
        self.rows.modelAboutToBeReset.connect(self._begin_reset)
        self.rows.modelReset.connect(self._choose_again)

    @property
    def chosen_id(self) -> str:
        """The data set that is chosen; empty where there is none."""
        return self._chosen_id if self.currentIndex().isValid() else ""

    def choose(self, dataset_id: str) -> bool:
        """Choose a data set; False where it is not there."""
        index = self.rows.index_of(dataset_id)
        if index.isValid():
            self.setCurrentIndex(index)
        return index.isValid()

    def rename(self) -> None:
        """Open the field for a new name in place."""
        if self.currentIndex().isValid():
            self.edit(self.currentIndex())

    def event(self, event: QEvent) -> bool:
        # The window has these as shortcuts; in this list they are its own.
        if is_override(event, *_ENTER, Qt.Key.Key_F2, Qt.Key.Key_Delete):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.state() == self.State.EditingState:
            super().keyPressEvent(event)
        elif event.key() in _ENTER:
            self.opened.emit()
        elif event.key() == Qt.Key.Key_F2:
            self.rename()
        elif event.key() == Qt.Key.Key_Delete:
            self.remove_wanted.emit()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if by_key else self.indexAt(event.pos())
        if index.isValid():
            self.setCurrentIndex(index)
            spot = self.visualRect(index).center() if by_key else event.pos()
            self.menu_wanted.emit(self.viewport().mapToGlobal(spot))

    def _begin_reset(self) -> None:
        self._resetting = True

    def _choose_again(self) -> None:
        """After rows came or went: the same data set, or the one that took its place."""
        self._resetting = False
        index, last = self.rows.index_of(self._chosen_id), self.rows.rowCount() - 1
        if not index.isValid() and last >= 0:
            index = self.rows.index(min(self._place, last), 0)
        if index.isValid():
            self.setCurrentIndex(index)
        elif self._chosen_id:
            self._chosen_id = ""
            self.chosen.emit("")

    def _on_current(self, index: QModelIndex, _before: QModelIndex) -> None:
        row = self.rows.row_at(index)
        if self._resetting or row is None:
            return
        self._place = index.row()
        if row.id != self._chosen_id:
            self._chosen_id = row.id
            self.chosen.emit(row.id)


class _Delegate(QStyledItemDelegate):
    """Two lines a row: the name, and what is in it."""

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        return QSize(0, 2 * option.fontMetrics.lineSpacing() + 2 * _PAD)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        row = index.model().row_at(index)  # type: ignore[attr-defined]
        colours = tokens(option.palette)
        draw_ground(painter, option, option.rect.adjusted(2, 1, -2, -1))
        area = option.rect.adjusted(_SIDE, _PAD, -_SIDE, -_PAD)
        half, small = area.height() // 2, muted_font(option.font)
        drafts = drafts_words(row.drafts)
        taken = QFontMetrics(small).horizontalAdvance(drafts) + 8 if drafts else 0
        first, second = area.adjusted(0, 0, 0, -half), area.adjusted(0, half, 0, 0)
        parts = (
            (first.adjusted(0, 0, -taken, 0), row.name, option.font, colours.text, False),
            (first, drafts, small, colours.accent, True),
            (second, dataset_words(row), small, colours.muted, False),
        )
        for rect, text, font, colour, at_end in parts:
            draw_line(
                painter,
                rect,
                text,
                font=font,
                colour=colour,
                direction=option.direction,
                at_end=at_end,
            )

    def createEditor(
        self, parent: QWidget, option: QStyleOptionViewItem, index: AnyIndex
    ) -> QWidget:
        field = QLineEdit(parent)
        field.setObjectName("teach.data.set_name")
        field.setAccessibleName(self.tr("Name of the data set"))
        field.setMaxLength(_LONGEST_NAME)
        return field

    def setEditorData(self, editor: QWidget, index: AnyIndex) -> None:
        if isinstance(editor, QLineEdit):
            editor.setText(index.data(Qt.ItemDataRole.EditRole))
            editor.selectAll()

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, index: AnyIndex
    ) -> None:
        height = min(editor.sizeHint().height(), option.rect.height())
        rect = option.rect.adjusted(4, 0, -4, 0)
        rect.setTop(option.rect.top() + (option.rect.height() - height) // 2)
        rect.setHeight(height)
        editor.setGeometry(rect)
