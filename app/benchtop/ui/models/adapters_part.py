"""The adapters of one model, in the dialog about it: to use, to give away, to merge, to remove."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QPushButton, QTableWidgetItem, QVBoxLayout, QWidget

from benchtop.domain.models import bytes_text
from benchtop.ui.models.figures_text import NOT_KNOWN, full_day_text
from benchtop.ui.models.library_rows import ModelAdapter
from benchtop.ui.theme import set_kind, set_tone
from benchtop.ui.widgets.flow_layout import FlowLayout
from benchtop.ui.widgets.reading_table import ReadingTable


class AdaptersPart(QWidget):
    """``wanted`` carries what was pressed (use, export, card, merge, remove, import) and the adapter's id,
    which is empty for "import"."""

    wanted = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[ModelAdapter, ...] = ()
        self._words = QLabel(self)
        self._words.setWordWrap(True)
        set_tone(self._words, "muted")
        self._table = self._make_table()
        self._buttons = {key: self._make(key, text, tip) for key, text, tip in self._wishes()}
        set_kind(self._buttons["use"], "primary")
        set_kind(self._buttons["remove"], "quiet")
        self._import = self._make_import()
        self._foot = QWidget(self)
        foot = FlowLayout(self._foot, gap=8)
        foot.setContentsMargins(0, 0, 0, 0)
        for button in (*self._buttons.values(), self._import):
            foot.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 12, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._words)
        column.addWidget(self._table, 1)
        column.addWidget(self._foot)
        column.addStretch(0)
        self._table.itemSelectionChanged.connect(self._show_wishes)
        self._table.cellActivated.connect(lambda *_: self._wish("use"))
        self.set_adapters(())

    def set_adapters(self, rows: Sequence[ModelAdapter]) -> None:
        """Show these; the chosen one stays chosen where it is still there."""
        if tuple(rows) == self._rows and rows:
            return
        chosen, had_focus = self.chosen_id(), any(stop.hasFocus() for stop in self.stops())
        self._rows = tuple(rows)
        self._words.setText(
            self.tr("What this model learnt. An adapter fits exactly the file it was trained on.")
            if rows
            else self.tr(
                "No adapter on this machine was made for this model. Teach makes one from your own "
                "chats; the .gguf file of another can be imported here, or dropped on the list of models."
            )
        )
        self._table.setVisible(bool(rows))
        blocked = self._table.blockSignals(True)
        self._table.setRowCount(len(rows))
        for number, row in enumerate(rows):
            for column, text in enumerate(self._texts(row)):
                item = QTableWidgetItem(text)
                item.setToolTip(row.path if column == 0 else "")
                self._table.setItem(number, column, item)
        ids = [row.id for row in rows]
        if rows:
            self._table.selectRow(ids.index(chosen) if chosen in ids else 0)
        self._table.blockSignals(blocked)
        for button in self._buttons.values():
            button.setVisible(bool(rows))
        if had_focus and not rows:
            self._import.setFocus()
        self._show_wishes()

    def chosen_id(self) -> str:
        """The chosen adapter; empty where there is none."""
        row = self._chosen()
        return row.id if row is not None else ""

    def stops(self) -> list[QWidget]:
        """What the Tab key visits, in its order."""
        return [self._table, *self._buttons.values(), self._import]

    def focus_start(self) -> None:
        """Give the keyboard to the table, or to what there is without one."""
        (self._table if self._rows else self._import).setFocus()

    def _chosen(self) -> ModelAdapter | None:
        at = self._table.currentRow()
        return self._rows[at] if 0 <= at < len(self._rows) else None

    def _make_table(self) -> ReadingTable:
        headings = (
            self.tr("Name"),
            self.tr("Rank"),
            self.tr("Size"),
            self.tr("Added"),
            self.tr("Learnt from"),
        )
        table = ReadingTable(headings, stretched=4, parent=self)
        table.setObjectName("models.adapters.table")
        table.setAccessibleName(self.tr("Adapters of this model"))
        table.setSelectionMode(table.SelectionMode.SingleSelection)
        table.setWordWrap(False)
        return table

    def _wishes(self) -> tuple[tuple[str, str, str], ...]:
        return (
            ("use", self.tr("Use in chat"), self.tr("Attach it to this model in the chat on show")),
            ("card", self.tr("Save card…"), self.tr("What it was made of and how, as one page")),
            ("export", self.tr("Export…"), self.tr("Copy its file to another place")),
            (
                "merge",
                self.tr("Merge…"),
                self.tr("Make a new model of this one with the adapter inside it"),
            ),
            ("remove", self.tr("Remove"), self.tr("Move its file to the bin; Undo brings it back")),
        )

    def _make(self, key: str, text: str, tip: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setObjectName(f"models.adapters.{key}")
        button.setAutoDefault(False)
        button.setToolTip(tip)
        button.clicked.connect(lambda _on=False: self._wish(key))
        return button

    def _make_import(self) -> QPushButton:
        button = QPushButton(self.tr("Import…"), self)
        button.setObjectName("models.adapters.import")
        button.setAccessibleName(self.tr("Import an adapter file"))
        button.setToolTip(
            self.tr("Use the .gguf file of an adapter from this disk; it stays where it is")
        )
        button.setAutoDefault(False)
        button.clicked.connect(lambda _on=False: self.wanted.emit("import", ""))
        return button

    def _wish(self, key: str) -> None:
        row = self._chosen()
        if row is not None and self._buttons[key].isEnabled():
            self.wanted.emit(key, row.id)

    def _show_wishes(self) -> None:
        row = self._chosen()
        gone = self.tr("Its file is not there any more. Put it back, or take it off the list.")
        for key, text, tip in self._wishes():
            button = self._buttons[key]
            button.setEnabled(row is not None and (key == "remove" or not row.missing))
            why = gone if row is not None and row.missing and key != "remove" else tip
            if key == "card" and row is not None and not row.has_card:
                button.setEnabled(False)
                why = self.tr("Its file brings no card: it was not made by Benchtop.")
            button.setToolTip(why)
            button.setAccessibleDescription(why)
            name = row.name if row is not None else ""
            button.setAccessibleName(f"{text}: {name}" if name else text)

    def _texts(self, row: ModelAdapter) -> tuple[str, ...]:
        return (
            row.name,
            f"{row.rank}" if row.rank else NOT_KNOWN,
            bytes_text(row.bytes),
            full_day_text(row.added) if row.added else NOT_KNOWN,
            self.tr("Its file is not there any more") if row.missing else row.learnt_from,
        )
