"""The table of examples: its keys, its look, and the columns that there is room for."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHeaderView, QTableView, QWidget

from benchtop.ui.chat.key_override import is_override
from benchtop.ui.teach.example_delegate import ROW_PAD as _PAD
from benchtop.ui.teach.example_delegate import ExampleDelegate
from benchtop.ui.teach.example_model import LENGTH, NOTES, ORIGIN, USED, WORDS, ExampleModel
from benchtop.ui.theme import icon_side

_KEY = Qt.Key
_OWN = (_KEY.Key_Return, _KEY.Key_Enter, _KEY.Key_Delete, _KEY.Key_Space, _KEY.Key_A, _KEY.Key_R)
_LETTERS = {ORIGIN: 18, LENGTH: 15, NOTES: 18}
_FIRST_TO_GO = (ORIGIN, LENGTH)
"""The pane tells where an example comes from; nothing else tells how long the others are."""
_LEAST_WORDS = 28


class ExampleTable(QTableView):
    """Several examples can be chosen. Enter opens, Space teaches or leaves out, Del removes, and where
    drafts are chosen A accepts and R refuses them."""

    current_changed = Signal(str)
    """The example with the keyboard; empty for none."""
    selection_changed = Signal()
    opened = Signal()
    remove_wanted = Signal()
    toggle_wanted = Signal()
    accept_wanted = Signal()
    refuse_wanted = Signal()
    menu_wanted = Signal(QPoint)
    left_upwards = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("teach.data.examples")
        self.setAccessibleName(self.tr("Examples"))
        self.rows = ExampleModel(self)
        self._current_id, self._place, self._scrolled = "", 0, 0
        self._wanted_id = ""
        self.setModel(self.rows)
        self.setItemDelegate(ExampleDelegate(self))
        self._set_up()
        self.doubleClicked.connect(lambda _index: self.opened.emit())
        self.selectionModel().currentRowChanged.connect(self._on_current)
        self.selectionModel().selectionChanged.connect(lambda *_: self.selection_changed.emit())
        self.rows.modelAboutToBeReset.connect(self._note_scroll)
        self.rows.modelReset.connect(self._choose_again)

    @property
    def current_id(self) -> str:
        """The example with the keyboard; empty for none."""
        return self.rows.id_at(self.currentIndex())

    def chosen_ids(self) -> list[str]:
        """Every chosen example, in the order of the table."""
        ranges = sorted((one.top(), one.bottom()) for one in self.selectionModel().selection())
        ids: dict[str, None] = {}
        for top, bottom in ranges:
            ids.update(dict.fromkeys(self.rows.ids[top : bottom + 1]))
        return list(ids)

    def choose(self, example_id: str) -> bool:
        """Choose one example; False where it is not on show."""
        index = self.rows.index_of(example_id)
        if index.isValid():
            self._select(index)
            self.scrollTo(index)
        return index.isValid()

    def begin_anew(self, example_id: str = "") -> None:
        """Other examples are to come: of those this one is chosen, else the first."""
        self.rows.forget()
        self._current_id, self._place, self._scrolled = "", 0, 0
        self._wanted_id = example_id

    def step(self, by: int) -> None:
        """Go on to the next example, or back."""
        place = self.currentIndex().row() + by
        if 0 <= place < len(self.rows.ids):
            self._select(self.rows.index(place, WORDS))

    def _set_up(self) -> None:
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setMouseTracking(True)
        self.setFrameShape(self.Shape.NoFrame)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setSelectionBehavior(self.SelectionBehavior.SelectRows)
        self.setSelectionMode(self.SelectionMode.ExtendedSelection)
        self.setEditTriggers(self.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(self.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionsClickable(False)
        header.setHighlightSections(False)
        header.setMinimumSectionSize(16)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        # With the table's own, Qt asks each row whether the whole column is chosen, for every choice.
        for head in (header, self.verticalHeader()):
            head.setSelectionModel(QItemSelectionModel(self.rows, self))
        self._measure()

    def _measure(self) -> None:
        """The height of the rows, and the columns that there is room for."""
        metrics = self.fontMetrics()
        high = 2 * metrics.lineSpacing() + 2 * _PAD
        self.verticalHeader().setDefaultSectionSize(high)
        self.setMinimumHeight(self.horizontalHeader().sizeHint().height() + 2 * high)
        letter, room = metrics.averageCharWidth(), self._room()
        box = icon_side(QGuiApplication.font().pointSizeF()) + 20
        widths = {column: letter * count for column, count in _LETTERS.items()} | {USED: box}
        shown = [USED, WORDS, *_LETTERS]
        for column in _FIRST_TO_GO:
            others = sum(widths[one] for one in shown if one != WORDS)
            if others + letter * _LEAST_WORDS > room:
                shown.remove(column)
        others = sum(widths[one] for one in shown if one != WORDS)
        widths[WORDS] = max(room - others, letter * 12)
        for column, width in widths.items():
            self.setColumnHidden(column, column not in shown)
            self.setColumnWidth(column, width)

    def _room(self) -> int:
        """Beside a scroll bar, whether it is there or not: with other rows no column comes or goes."""
        return self.width() - 2 * self.frameWidth() - self.verticalScrollBar().sizeHint().width()

    def _select(self, index: QModelIndex) -> None:
        flags = QItemSelectionModel.SelectionFlag
        how = flags.ClearAndSelect | flags.Rows | flags.Current
        self.selectionModel().setCurrentIndex(index, how)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._measure()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange}:
            self._measure()

    def event(self, event: QEvent) -> bool:
        # The window has some of these as shortcuts; in this table they are its own.
        if is_override(event, *_OWN):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = event.modifiers() in (
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.KeypadModifier,
        )
        wishes = {
            _KEY.Key_Return: self.opened,
            _KEY.Key_Enter: self.opened,
            _KEY.Key_Delete: self.remove_wanted,
            _KEY.Key_Space: self.toggle_wanted,
            _KEY.Key_A: self.accept_wanted,
            _KEY.Key_R: self.refuse_wanted,
        }
        wish = wishes.get(_KEY(event.key())) if plain else None
        if plain and event.key() == _KEY.Key_Up and self.currentIndex().row() <= 0:
            wish = self.left_upwards
        if wish is not None:
            wish.emit()
        else:
            super().keyPressEvent(event)

    def keyboardSearch(self, _search: str) -> None:
        """Letters are keys here, and most rows are not in memory."""

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if by_key else self.indexAt(event.pos())
        if not index.isValid():
            return
        if not self.selectionModel().isRowSelected(index.row(), QModelIndex()):
            self._select(index)
        spot = self.visualRect(index).center() if by_key else event.pos()
        self.menu_wanted.emit(self.viewport().mapToGlobal(spot))

    def _on_current(self, index: QModelIndex, _before: QModelIndex) -> None:
        example_id = self.rows.id_at(index)
        if example_id:
            self._place = index.row()
        if example_id and example_id != self._current_id:
            self._current_id = example_id
            self.current_changed.emit(example_id)

    def _note_scroll(self) -> None:
        self._scrolled = self.verticalScrollBar().value()

    def _choose_again(self) -> None:
        """After other rows have come: the same example, or the one that took its place."""
        wanted = self._current_id or self._wanted_id
        index, last = self.rows.index_of(wanted), self.rows.rowCount() - 1
        if not index.isValid() and last >= 0:
            index = self.rows.index(min(self._place, last), WORDS)
        if index.isValid():
            self._select(index)
        elif self._current_id:
            self._current_id = ""
            self.current_changed.emit("")
        self.updateGeometries()
        self.verticalScrollBar().setValue(self._scrolled)
        self.scrollTo(index)
        self.selection_changed.emit()
