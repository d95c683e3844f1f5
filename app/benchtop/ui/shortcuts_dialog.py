"""Every action with its keys, by group, searchable: what ``?`` opens."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QFont, QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QLabel,
    QLineEdit,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from benchtop.ui.action_table import ACTIONS
from benchtop.ui.actions import shortcut_text, translated
from benchtop.ui.icons import icon
from benchtop.ui.theme import set_tone
from benchtop.ui.widgets.reading_table import ReadingTable


class ShortcutsDialog(QDialog):
    """Stands beside the window, so that a key can be tried while it is read. Esc closes it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("shortcuts")
        self.setWindowTitle(self.tr("Keyboard shortcuts"))
        self._search = self._make_search()
        self._list = self._make_list()
        self._nothing = QLabel(self.tr("No action has these words. Try one word less."), self)
        self._nothing.setObjectName("shortcuts.nothing")
        self._nothing.setWordWrap(True)
        set_tone(self._nothing, "muted")
        self._nothing.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(self._search)
        column.addWidget(self._nothing)
        column.addWidget(self._list, 1)
        self._fill()
        self._search.textChanged.connect(self._filter)

    def sizeHint(self) -> QSize:
        """Room for the longest explanation at this text size, as far as the screen allows."""
        letter = self.fontMetrics().averageCharWidth()
        wanted = QSize(letter * 140, self.fontMetrics().height() * 60)
        return wanted.boundedTo(self.screen().availableSize() * 0.8)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._search.setFocus()
        self._search.selectAll()

    def _make_search(self) -> QLineEdit:
        search = QLineEdit(self)
        search.setObjectName("shortcuts.search")
        search.setAccessibleName(self.tr("Search the shortcuts"))
        search.setPlaceholderText(self.tr("Search: what should happen, or a key"))
        search.setClearButtonEnabled(True)
        sign = QAction(icon("search", "muted"), "", search)
        search.addAction(sign, QLineEdit.ActionPosition.LeadingPosition)
        return search

    def _make_list(self) -> ReadingTable:
        headings = (self.tr("Action"), self.tr("Keys"), self.tr("What it does"))
        table = ReadingTable(headings, stretched=2, parent=self)
        table.setObjectName("shortcuts.list")
        table.setAccessibleName(self.tr("Shortcuts"))
        table.setSelectionMode(table.SelectionMode.SingleSelection)
        # A row is as high as its explanation needs. Queued: only then do all columns stand.
        queued = Qt.ConnectionType.QueuedConnection
        table.horizontalHeader().sectionResized.connect(table.resizeRowsToContents, queued)
        return table

    def _fill(self) -> None:
        group = ""
        for spec in ACTIONS:
            if not spec.shortcuts:
                continue
            if spec.group != group:
                group = spec.group
                self._add_heading(translated(group))
            row = self._add_row()
            texts = (translated(spec.text), shortcut_text(spec), translated(spec.explanation))
            for column, text in enumerate(texts):
                self._list.setItem(row, column, QTableWidgetItem(text))

    def _add_row(self) -> int:
        row = self._list.rowCount()
        self._list.insertRow(row)
        return row

    def _add_heading(self, text: str) -> None:
        row = self._add_row()
        heading = QTableWidgetItem(text)
        heading.setFlags(Qt.ItemFlag.ItemIsEnabled)
        font = QFont()
        font.setBold(True)
        heading.setFont(font)
        self._list.setItem(row, 0, heading)
        self._list.setSpan(row, 0, 1, 3)

    def _filter(self, wanted: str) -> None:
        """Hide the rows without these words, and the headings that have no row left."""
        words = wanted.casefold().split()
        found = below = 0
        for row in reversed(range(self._list.rowCount())):
            if self._list.columnSpan(row, 0) > 1:
                self._list.setRowHidden(row, below == 0)
                below = 0
                continue
            items = [self._list.item(row, column) for column in range(3)]
            text = " ".join(item.text() for item in items if item is not None).casefold()
            hit = all(word in text for word in words)
            self._list.setRowHidden(row, not hit)
            below += hit
            found += hit
        self._list.setVisible(found > 0)
        self._nothing.setVisible(found == 0)
