"""The metadata of a model's file: every key and value, searched, cut where long, shown whole on demand."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics, QGuiApplication, QKeyEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from benchtop.ui.models.filter_field import FilterField
from benchtop.ui.theme import code_font, set_kind, set_tone
from benchtop.ui.widgets.announce import announce
from benchtop.ui.widgets.reading_table import ReadingTable

CUT = 160
"""Letters of a value that stand in the table."""
MOST_SHOWN = 200_000
"""Letters that are shown of one value: a field with millions would hold the window up. Copying takes all."""


class MetadataTable(QWidget):
    """``set_pairs`` shows keys and values. Enter or a double click shows a value whole."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("models.metadata")
        self._pairs: tuple[tuple[str, str], ...] = ()
        self._shown: list[int] = []
        self._field = FilterField("models.metadata.search", self.tr("Search keys and values"), self)
        self._count = QLabel(self)
        self._table = self._make_table()
        self._whole = self._make_whole()
        self._show_all = self._button("show_all", self.tr("Show all"))
        self._copy = self._button("copy", self.tr("Copy value"))
        self._show_all.setCheckable(True)
        self._lay_out()
        self._field.textChanged.connect(lambda _text: self._fill())
        self._field.went_down.connect(self._table.setFocus)
        self._table.itemSelectionChanged.connect(self._on_chosen)
        self._table.cellDoubleClicked.connect(lambda _row, _column: self._show_all.setChecked(True))
        self._show_all.toggled.connect(self._on_show_all)
        self._copy.clicked.connect(self.copy_value)
        self._fill()

    def set_pairs(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Show these keys and values, in this order."""
        if tuple(pairs) != self._pairs:
            self._pairs, self._shown = tuple(pairs), []
            self._fill()

    def copy_value(self) -> None:
        """Put the whole value of the chosen key on the clipboard."""
        pair = self._chosen()
        if pair is not None:
            QGuiApplication.clipboard().setText(pair[1])
            announce(self, self.tr("Copied"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
        if enter and self._table.hasFocus() and self._show_all.isEnabled():
            self._show_all.toggle()
        else:
            super().keyPressEvent(event)

    def _make_table(self) -> ReadingTable:
        table = ReadingTable((self.tr("Key"), self.tr("Value")), stretched=1, parent=self)
        table.setObjectName("models.metadata.table")
        table.setAccessibleName(self.tr("Metadata of the file"))
        table.setWordWrap(False)
        table.setSelectionMode(table.SelectionMode.SingleSelection)
        table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Interactive)
        return table

    def _make_whole(self) -> QPlainTextEdit:
        text = QPlainTextEdit(self)
        text.setObjectName("models.metadata.value")
        text.setAccessibleName(self.tr("The whole value"))
        text.setReadOnly(True)
        text.setTabChangesFocus(True)
        text.setProperty("field", True)
        text.setFont(code_font(text.font()))
        text.hide()
        return text

    def _button(self, name: str, text: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setObjectName(f"models.metadata.{name}")
        button.setAccessibleName(text)
        button.setAutoDefault(False)
        set_kind(button, "quiet")
        return button

    def _lay_out(self) -> None:
        set_tone(self._count, "muted")
        foot = QHBoxLayout()
        foot.setSpacing(4)
        foot.addWidget(self._count, 1)
        foot.addWidget(self._show_all)
        foot.addWidget(self._copy)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 12, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._field)
        column.addWidget(self._table, 3)
        column.addWidget(self._whole, 2)
        column.addLayout(foot)

    def _fill(self) -> None:
        words = self._field.text().casefold().split()
        before = self._chosen()
        self._shown = [
            number
            for number, pair in enumerate(self._pairs)
            if all(word in f"{pair[0]} {pair[1]}".casefold() for word in words)
        ]
        table = self._table
        table.setUpdatesEnabled(False)
        table.blockSignals(True)
        table.setRowCount(0)
        table.setRowCount(len(self._shown))
        for row, number in enumerate(self._shown):
            key, value = self._pairs[number]
            table.setItem(row, 0, QTableWidgetItem(key))
            table.setItem(row, 1, QTableWidgetItem(self._cut(value)))
        self._measure()
        table.blockSignals(False)
        table.setUpdatesEnabled(True)
        self._choose_again(before)
        self._count.setText(self._count_words())

    def _measure(self) -> None:
        metrics = QFontMetrics(self._table.font())
        self._table.verticalHeader().setDefaultSectionSize(metrics.height() + 12)
        longest = max((key for key, _value in self._pairs), key=len, default="")
        widest = round(metrics.horizontalAdvance(longest) * 1.1)  # others may have broader letters
        most = max(self._table.viewport().width() // 2, metrics.averageCharWidth() * 30)
        self._table.setColumnWidth(0, min(widest + 24, most))

    def _choose_again(self, pair: tuple[str, str] | None) -> None:
        for row, number in enumerate(self._shown):
            if pair is not None and self._pairs[number] == pair:
                self._table.setCurrentCell(row, 0)
                break
        else:
            if self._shown:
                self._table.setCurrentCell(0, 0)
        self._on_chosen()

    def _cut(self, value: str) -> str:
        line = " ".join(value[: CUT * 2].split())
        if len(value) <= CUT:
            return line
        return self.tr("{start}… ({count} letters)").format(
            start=line[:CUT].rstrip(), count=f"{len(value):,}"
        )

    def _count_words(self) -> str:
        every, shown = len(self._pairs), len(self._shown)
        if shown == every:
            return self.tr("{count} keys").format(count=f"{every:,}")
        return self.tr("{shown} of {count} keys").format(shown=f"{shown:,}", count=f"{every:,}")

    def _chosen(self) -> tuple[str, str] | None:
        row = self._table.currentRow()
        return self._pairs[self._shown[row]] if 0 <= row < len(self._shown) else None

    def _on_chosen(self) -> None:
        pair = self._chosen()
        for button in (self._show_all, self._copy):
            button.setEnabled(pair is not None)
        if pair is None:
            self._show_all.setChecked(False)
        elif self._show_all.isChecked():
            self._on_show_all(on=True)

    def _on_show_all(self, on: bool) -> None:
        pair = self._chosen()
        if on and pair is not None:
            text = pair[1]
            if len(text) > MOST_SHOWN:
                more = self.tr("… and {count} letters more: copy the value to have all of it.")
                more = more.format(count=f"{len(text) - MOST_SHOWN:,}")
                text = f"{text[:MOST_SHOWN]}\n\n{more}"
            self._whole.setPlainText(text)
        self._show_all.setText(self.tr("Show less") if on else self.tr("Show all"))
        self._show_all.setAccessibleName(self._show_all.text())
        had_focus = self._whole.hasFocus()
        self._whole.setVisible(on)
        if had_focus and not on:
            self._table.setFocus()
