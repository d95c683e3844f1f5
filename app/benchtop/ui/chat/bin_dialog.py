"""What lies in the bin: to look at, to bring back, to delete for good."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from PySide6.QtCore import QItemSelectionModel, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from benchtop.domain.chat import Conversation, Preset
from benchtop.ui.chat.conversation_sections import local_time
from benchtop.ui.chat.conversation_texts import full_time_text, short_time_text
from benchtop.ui.icons import set_icon, spaced
from benchtop.ui.theme import set_kind, set_tone
from benchtop.ui.widgets.reading_table import ReadingTable

_ID = Qt.ItemDataRole.UserRole + 1


class BinDialog(QDialog):
    """The deleted conversations and presets, the last deleted first. Enter or a double click restores.

    Deleting for good is confirmed in place. The dialog stays open until it is closed.
    """

    restore_requested = Signal(list)
    purge_requested = Signal(list)

    def __init__(self, days: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._days = days
        self.setObjectName("chat.bin_dialog")
        self.setWindowTitle(self.tr("Bin"))
        self._words = QLabel(self)
        self._words.setObjectName("chat.bin_dialog.words")
        self._words.setWordWrap(True)
        self._list = self._make_list()
        self._restore = self._button("restore", self.tr("Restore"), "undo")
        set_kind(self._restore, "primary")
        set_icon(self._restore, "undo", "on_primary")
        self._purge = self._button("purge", self.tr("Delete for good…"), "trash")
        self._sure = self._button("purge_sure", "", "")
        set_kind(self._sure, "danger")
        self._keep = self._button("keep", self.tr("Keep"), "")
        self._close = self._button("close", self.tr("Close"), "")
        self._lay_out()
        self._connect()
        self.set_binned(())
        # By hand: Qt would take the height that the wrapped words alone need.
        self.resize(self.sizeHint())

    def set_binned(self, binned: Sequence[Conversation | Preset]) -> None:
        """Show these; what is selected stays selected as far as it is still there."""
        chosen, was_empty = set(self.selected_ids()), self._list.rowCount() == 0
        at = max(self._list.currentRow(), 0)
        self._list.setRowCount(0)
        for one in binned:
            self._add(one)
        self._select_again(chosen, at)
        self._list.setVisible(bool(binned))
        self._words.setText(
            self.tr("What you delete lies here for {days} days; then it is gone for good.").format(
                days=self._days
            )
            if binned
            else self.tr(
                "The bin is empty. A conversation or preset you delete lies here for {days} days."
            ).format(days=self._days)
        )
        self._calm()
        if binned and was_empty:
            self._list.setFocus()

    def selected_ids(self) -> list[str]:
        """The ids of the selected rows, from top to bottom."""
        rows = sorted(index.row() for index in self._list.selectionModel().selectedRows())
        return [self._id_at(row) for row in rows]

    def sizeHint(self) -> QSize:
        """Room for a dozen rows at this text size, as far as the screen allows."""
        letter, line = self.fontMetrics().averageCharWidth(), self.fontMetrics().height()
        return QSize(letter * 84, line * 28).boundedTo(self.screen().availableSize() * 0.8)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if self._list.hasFocus():
                self._on_restore()
            case Qt.Key.Key_Delete if self._list.hasFocus() and self._purge.isEnabled():
                self._on_purge()
            case Qt.Key.Key_Escape if not self._sure.isHidden():
                self._calm()
            case _:
                super().keyPressEvent(event)

    def _make_list(self) -> ReadingTable:
        headings = (self.tr("Name"), self.tr("Deleted"), self.tr("Kept for"))
        table = ReadingTable(headings, stretched=0, parent=self)
        table.setObjectName("chat.bin_dialog.list")
        table.setAccessibleName(self.tr("Deleted conversations and presets"))
        table.setWordWrap(False)
        return table

    def _button(self, name: str, text: str, icon_name: str) -> QPushButton:
        button = QPushButton(spaced(text) if icon_name else text, self)
        button.setObjectName(f"chat.bin_dialog.{name}")
        button.setAccessibleName(text)
        button.setAutoDefault(False)
        if icon_name:
            set_icon(button, icon_name)
        return button

    def _lay_out(self) -> None:
        set_tone(self._words, "muted")
        foot = QHBoxLayout()
        foot.setSpacing(8)
        for button in (self._restore, self._purge, self._sure, self._keep):
            foot.addWidget(button)
        foot.addStretch(1)
        foot.addWidget(self._close)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(self._words)
        column.addWidget(self._list, 1)
        column.addStretch(0)
        column.addLayout(foot)

    def _connect(self) -> None:
        self._list.itemSelectionChanged.connect(self._calm)
        self._list.cellDoubleClicked.connect(lambda _row, _column: self._on_restore())
        self._restore.clicked.connect(self._on_restore)
        self._purge.clicked.connect(self._on_purge)
        self._sure.clicked.connect(self._on_sure)
        self._keep.clicked.connect(self._calm)
        self._close.clicked.connect(self.close)

    def _add(self, one: Conversation | Preset) -> None:
        row = self._list.rowCount()
        self._list.insertRow(row)
        deleted = local_time(one.deleted or 0.0)
        name = self._name(one)
        texts = (name, short_time_text(deleted), self._left_text(one.deleted or 0.0))
        for column, text in enumerate(texts):
            item = QTableWidgetItem(text)
            item.setData(_ID, one.id)
            self._list.setItem(row, column, item)
        title, when = self._list.item(row, 0), self._list.item(row, 1)
        assert title is not None
        assert when is not None
        title.setToolTip(name)
        when.setToolTip(full_time_text(deleted))

    def _name(self, one: Conversation | Preset) -> str:
        if isinstance(one, Preset):
            return self.tr("Preset: {name}").format(name=one.name)
        return one.title

    def _left_text(self, deleted: float) -> str:
        end = datetime.fromtimestamp(deleted, UTC) + timedelta(days=self._days)
        days = math.ceil((end - datetime.now(UTC)) / timedelta(days=1))
        if days <= 1:
            return self.tr("less than a day")
        return self.tr("{days} days").format(days=days)

    def _id_at(self, row: int) -> str:
        item = self._list.item(row, 0)
        return str(item.data(_ID)) if item is not None else ""

    def _select_again(self, chosen: set[str], at: int) -> None:
        """Select what was selected; where that is gone, the row that took its place."""
        rows = [row for row in range(self._list.rowCount()) if self._id_at(row) in chosen]
        if not rows and self._list.rowCount():
            rows = [min(at, self._list.rowCount() - 1)]
        select = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
        model, selection = self._list.model(), self._list.selectionModel()
        if rows:
            self._list.setCurrentCell(rows[0], 0)
        for row in rows:
            selection.select(model.index(row, 0), select)

    def _on_restore(self) -> None:
        ids = self.selected_ids()
        if ids:
            self.restore_requested.emit(ids)

    def _on_purge(self) -> None:
        count = len(self.selected_ids())
        if count == 1:
            text = self.tr("Delete it for good")
        else:
            text = self.tr("Delete these {count} for good").format(count=count)
        self._sure.setText(text)
        self._sure.setAccessibleName(text)
        self._ask(sure=True)
        self._keep.setFocus()

    def _on_sure(self) -> None:
        ids = self.selected_ids()
        self._calm()
        self.purge_requested.emit(ids)

    def _calm(self) -> None:
        had_focus = self._sure.hasFocus() or self._keep.hasFocus()
        self._ask(sure=False)
        any_chosen = bool(self.selected_ids())
        self._restore.setEnabled(any_chosen)
        self._purge.setEnabled(any_chosen)
        if had_focus or not (any_chosen or self._close.hasFocus()):
            (self._list if any_chosen else self._close).setFocus()

    def _ask(self, *, sure: bool) -> None:
        """Show the two buttons that ask again, or the plain ones."""
        for button in (self._restore, self._purge):
            button.setVisible(not sure)
        for button in (self._sure, self._keep):
            button.setVisible(sure)
