"""Pick turns of a conversation as an example to teach a model with."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QItemSelection, QItemSelectionModel, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from benchtop.domain.chat import Message
from benchtop.domain.examples import Dataset
from benchtop.services.example_collecting import turns_of_range
from benchtop.ui.theme import set_kind, set_tone
from benchtop.ui.widgets.reading_table import ReadingTable

_LONGEST_PREVIEW = 300
_NEW = ""
"""What the list of data sets holds for one that is to be made."""


class _Turns(ReadingTable):
    """One run of rows is chosen. Shift with a key moves the end of it that was moved last, also of a run
    that no key has made: Qt would begin a new one there."""

    def __init__(self, headings: Sequence[str], stretched: int, parent: QWidget) -> None:
        super().__init__(headings, stretched, parent)
        self.setSelectionMode(self.SelectionMode.ContiguousSelection)

    def chosen_rows(self) -> list[int]:
        """From top to bottom."""
        return sorted(index.row() for index in self.selectionModel().selectedRows())

    def choose(self, fixed: int, moved: int) -> None:
        """Choose all rows between these two; ``moved`` gets the keyboard."""
        model, selection = self.model(), self.selectionModel()
        first, last = sorted((fixed, moved))
        rows = QItemSelection(model.index(first, 0), model.index(last, self.columnCount() - 1))
        flags = QItemSelectionModel.SelectionFlag
        selection.select(rows, flags.ClearAndSelect)
        selection.setCurrentIndex(model.index(moved, 0), flags.NoUpdate)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        move, rows = _MOVES.get(event.key()), self.chosen_rows()
        if move is None or not rows or event.modifiers() != Qt.KeyboardModifier.ShiftModifier:
            super().keyPressEvent(event)
            return
        # With Control Home and End go to the first and last row, else along the row.
        there = self.moveCursor(move, Qt.KeyboardModifier.ControlModifier)
        self.choose(rows[0] if self.currentRow() == rows[-1] else rows[-1], there.row())


_MOVES = {
    int(Qt.Key.Key_Up): QAbstractItemView.CursorAction.MoveUp,
    int(Qt.Key.Key_Down): QAbstractItemView.CursorAction.MoveDown,
    int(Qt.Key.Key_PageUp): QAbstractItemView.CursorAction.MovePageUp,
    int(Qt.Key.Key_PageDown): QAbstractItemView.CursorAction.MovePageDown,
    int(Qt.Key.Key_Home): QAbstractItemView.CursorAction.MoveHome,
    int(Qt.Key.Key_End): QAbstractItemView.CursorAction.MoveEnd,
}


class RangeDialog(QDialog):
    """A branch as a table, one run of its turns chosen in it; Enter adds them. The dialog then closes."""

    add_wanted = Signal(object, str, str)
    """A Dataset or the name of a new one, and the ids of the first and the last message."""

    def __init__(
        self,
        path: Sequence[Message],
        first_id: str,
        datasets: Sequence[Dataset],
        dataset_id: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._path = [one for one in path if one.content.strip() and one.state != "streaming"]
        self._datasets = {one.id: one for one in datasets}
        self.setObjectName("chat.range")
        self.setWindowTitle(self.tr("Teach from this conversation"))
        self._table = self._make_table()
        self._words = QLabel(self)
        self._words.setObjectName("chat.range.words")
        self._words.setWordWrap(True)
        self._into = self._make_choice(dataset_id)
        self._name = QLineEdit(self.tr("From my chats"), self)
        self._name.setObjectName("chat.range.name")
        self._name.setAccessibleName(self.tr("Name of the new data set"))
        self._add = self._button("add", self.tr("Add"))
        set_kind(self._add, "primary")
        self._add.setDefault(True)
        self._cancel = self._button("cancel", self.tr("Cancel"))
        self._lay_out()
        self._table.itemSelectionChanged.connect(self._tell)
        self._into.currentIndexChanged.connect(self._tell)
        self._name.textChanged.connect(self._tell)
        self._add.clicked.connect(self._on_add)
        self._cancel.clicked.connect(self.reject)
        self._choose_from(first_id)
        self._tell()
        self.resize(self.sizeHint())
        self._table.setFocus()

    def sizeHint(self) -> QSize:
        """Room for ten turns at this text size, as far as the screen allows."""
        letter, line = self.fontMetrics().averageCharWidth(), self.fontMetrics().height()
        return QSize(letter * 90, line * 28).boundedTo(self.screen().availableSize() * 0.8)

    def _make_table(self) -> _Turns:
        table = _Turns((self.tr("Who"), self.tr("Words")), stretched=1, parent=self)
        table.setObjectName("chat.range.turns")
        table.setAccessibleName(self.tr("Turns of the conversation"))
        table.setWordWrap(False)
        table.setRowCount(len(self._path))
        for row, message in enumerate(self._path):
            who = self.tr("You") if message.role == "user" else message.model_name
            table.setItem(row, 0, QTableWidgetItem(who or self.tr("Reply")))
            words = " ".join(message.content.split())
            table.setItem(row, 1, QTableWidgetItem(words[:_LONGEST_PREVIEW]))
        return table

    def _make_choice(self, dataset_id: str) -> QComboBox:
        choice = QComboBox(self)
        choice.setObjectName("chat.range.dataset")
        choice.setAccessibleName(self.tr("The data set it goes into"))
        choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        choice.setMinimumContentsLength(20)
        for one in self._datasets.values():
            choice.addItem(one.name, one.id)
        choice.addItem(self.tr("A new data set"), _NEW)
        choice.setCurrentIndex(max(choice.findData(dataset_id), 0))
        return choice

    def _button(self, key: str, words: str) -> QPushButton:
        button = QPushButton(words, self)
        button.setObjectName(f"chat.range.{key}")
        button.setAccessibleName(words)
        return button

    def _lay_out(self) -> None:
        about = QLabel(
            self.tr(
                "Choose the turns that belong together: Shift with the arrow keys, or drag. "
                "A model learns every answer among them."
            ),
            self,
        )
        about.setWordWrap(True)
        set_tone(about, "muted")
        label = QLabel(self.tr("&Data set"), self)
        label.setBuddy(self._into)
        into = QHBoxLayout()
        into.setSpacing(8)
        into.addWidget(label)
        into.addWidget(self._into, 1)
        into.addWidget(self._name, 1)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addStretch(1)
        foot.addWidget(self._cancel)
        foot.addWidget(self._add)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(about)
        column.addWidget(self._table, 1)
        column.addWidget(self._words)
        column.addLayout(into)
        column.addLayout(foot)

    def _choose_from(self, first_id: str) -> None:
        """From a message, and the question before it where it is an answer, to the last answer."""
        if not self._path:
            return
        ids = [one.id for one in self._path]
        taken = turns_of_range(self._path, first_id, ids[-1])
        first = ids.index(taken[0].id) if taken else ids.index(first_id) if first_id in ids else 0
        last = ids.index(taken[-1].id) if taken else len(ids) - 1
        self._table.choose(first, last)
        self._table.scrollTo(self._table.model().index(first, 0))

    def _chosen(self) -> tuple[str, str]:
        """The ids of the first and the last chosen message; empty where none is."""
        rows = self._table.chosen_rows()
        return (self._path[rows[0]].id, self._path[rows[-1]].id) if rows else ("", "")

    def _tell(self) -> None:
        first, last = self._chosen()
        taken = turns_of_range(self._path, first, last) if first else ()
        words = [_count_words(sum(one.role == "assistant" for one in taken))]
        if taken and taken[0].id != first:
            words.append(self.tr("The question before the first one comes along."))
        if taken and taken[-1].id != last:
            words.append(self.tr("The last question has no answer here and stays behind."))
        self._words.setText(" ".join(words))
        is_new = self._into.currentData() == _NEW
        self._name.setVisible(is_new)
        self._add.setEnabled(bool(taken) and not (is_new and not self._name.text().strip()))

    def _on_add(self) -> None:
        first, last = self._chosen()
        into = self._datasets.get(str(self._into.currentData()), self._name.text())
        self.accept()
        self.add_wanted.emit(into, first, last)


def _count_words(answers: int) -> str:
    def tr(text: str) -> str:
        return QCoreApplication.translate("RangeDialog", text)

    if not answers:
        return tr("There is no answer among these turns, so nothing could be learnt.")
    if answers == 1:
        return tr("One example with one answer.")
    return tr("One example with {count} answers.").format(count=f"{answers:,}")
