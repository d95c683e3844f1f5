"""The suites there are: to run, to open, to bring in and to take out."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QMenu,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from benchtop.ui.compare.suite_list_model import LAST, NAME, ORIGIN, PROMPTS, TAGS, SuiteListModel
from benchtop.ui.compare.suite_rows import SuiteSummary
from benchtop.ui.compare.suite_table import SuiteTable
from benchtop.ui.icons import icon, set_icon, spaced
from benchtop.ui.models.drop_files import FileDrop
from benchtop.ui.models.filter_field import FilterField
from benchtop.ui.theme import set_kind, set_tone
from benchtop.ui.widgets.flow_layout import FlowLayout
from benchtop.ui.widgets.placeholder_page import PlaceholderPage

_FOLDED = (LAST, TAGS, ORIGIN)
"""Columns that go first where there is little room."""


class SuiteListView(QWidget):
    """Tells wishes by a suite's id; nothing changes before ``set_rows`` says so.

    ``delete_requested`` asks for no confirmation: its owner removes the suite and offers Undo.
    ``export_requested`` carries an id and "csv" or "jsonl"; ``paths_dropped`` files to import.
    """

    run_requested = Signal(str)
    open_requested = Signal(str)
    results_requested = Signal(str)
    duplicate_requested = Signal(str)
    delete_requested = Signal(str)
    export_requested = Signal(str, str)
    new_requested = Signal()
    from_chats_requested = Signal()
    import_requested = Signal()
    paths_dropped = Signal(list)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("compare.suites")
        self.setAccessibleName(self.tr("Suites"))
        self._chosen, self._place = "", 0
        self._field = FilterField("compare.suites.filter", self.tr("Filter the suites"), self)
        self._rows = SuiteListModel(self)
        self._table = SuiteTable("compare.suites.list", self.tr("Suites"), self)
        self._about = QLabel(self)
        self._buttons: dict[str, QPushButton] = {}
        self._nothing = QLabel(self.tr("No suite matches these words."), self)
        self._empty = self._make_empty()
        self._drop = FileDrop(self)
        self._lay_out()
        self._connect()
        self.set_rows(())
        self._choose_again()

    def set_rows(self, rows: Sequence[SuiteSummary]) -> None:
        """Show these suites; what is chosen stays so, or what took its place."""
        self._rows.set_rows(rows)
        self._full.setVisible(bool(rows))
        self._empty.setVisible(not rows)

    def choose(self, suite_id: str) -> None:
        """Select a suite; a filter that hides it is emptied."""
        if not self._rows.index_of(suite_id).isValid():
            self._field.clear()
        index = self._rows.index_of(suite_id)
        if index.isValid():
            self._table.setCurrentIndex(index)

    def chosen_id(self) -> str:
        """The selected suite; empty where there is none."""
        row = self._rows.row_at(self._table.currentIndex())
        return row.id if row is not None else ""

    def focus_list(self) -> None:
        """Give the keyboard to the list, or to what can be done while it is empty."""
        (self._table if self._rows.all_rows else self._empty).setFocus()

    def _make_empty(self) -> PlaceholderPage:
        action = QAction(self.tr("Make a suite"), self)
        action.setObjectName("compare.suites.first")
        action.setProperty("icon_name", "plus")
        action.triggered.connect(self.new_requested)
        return PlaceholderPage(
            "data",
            self.tr("No suite yet"),
            self.tr(
                "A suite is a list of prompts with checks: it asks several models the same and counts "
                "what passes."
            ),
            [action],
            self,
        )

    def _button(self, key: str, text: str, name: str = "", icon_name: str = "") -> QPushButton:
        button = QPushButton(spaced(text) if icon_name else text, self)
        button.setObjectName(f"compare.suites.{key}")
        button.setAccessibleName(name or text.rstrip("…\u2003"))
        if icon_name:
            set_icon(button, icon_name)
        self._buttons[key] = button
        return button

    def _lay_out(self) -> None:
        self._table.setModel(self._rows)
        self._table.sort_by_headings()
        self._table.sortByColumn(NAME, Qt.SortOrder.AscendingOrder)
        set_tone(self._nothing, "muted")
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._about.setObjectName("compare.suites.about")
        self._about.setWordWrap(True)
        set_tone(self._about, "muted")
        head = FlowLayout(gap=8)
        self._field.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        head.addWidget(self._field)
        for key, text, name, sign in (
            ("new", self.tr("New suite"), "", "plus"),
            ("from_chats", self.tr("From chats…"), self.tr("Make a suite from chats"), "chat"),
            ("import", self.tr("Import…"), self.tr("Import a CSV or JSONL file"), "import"),
        ):
            head.addWidget(self._button(key, text, name, sign))
        actions = FlowLayout(gap=8)
        for key, text in (
            ("run", self.tr("Run…")),
            ("open", self.tr("Open")),
            ("results", self.tr("Results")),
            ("duplicate", self.tr("Duplicate")),
            ("export", self.tr("Export") + "\u2003"),  # room for the arrow of its menu
            ("delete", self.tr("Delete")),
        ):
            actions.addWidget(self._button(key, text))
        set_kind(self._buttons["run"], "primary")
        for key in ("results", "duplicate", "export", "delete"):
            set_kind(self._buttons[key], "quiet")
        self._buttons["export"].setMenu(self._make_export_menu())
        card = QFrame(self)
        card.setProperty("card", True)
        inside = QVBoxLayout(card)
        inside.setContentsMargins(2, 2, 2, 2)
        inside.addWidget(self._table, 1)
        inside.addWidget(self._nothing, 1)
        self._full = QWidget(self)
        column = QVBoxLayout(self._full)
        column.setContentsMargins(24, 16, 24, 16)
        column.setSpacing(12)
        column.addLayout(head)
        column.addWidget(card, 1)
        column.addWidget(self._about)
        column.addLayout(actions)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._full)
        whole.addWidget(self._empty)

    def _make_export_menu(self) -> QMenu:
        menu = QMenu(self)
        for kind, text in (("csv", self.tr("As CSV…")), ("jsonl", self.tr("As JSONL…"))):
            action = menu.addAction(text)
            action.setObjectName(f"compare.suites.export.{kind}")
            action.triggered.connect(lambda _on=False, kind=kind: self._export(kind))
        return menu

    def _connect(self) -> None:
        wishes = {
            "new": self.new_requested,
            "from_chats": self.from_chats_requested,
            "import": self.import_requested,
        }
        for key, signal in wishes.items():
            self._buttons[key].clicked.connect(signal)
        for key in ("run", "open", "results", "duplicate", "delete"):
            self._buttons[key].clicked.connect(lambda _on=False, key=key: self._want(key))
        self._field.textChanged.connect(self._rows.set_filter)
        self._field.went_down.connect(self._table.setFocus)
        self._table.resized.connect(self._measure)
        self._table.opened.connect(lambda: self._want("open"))
        self._table.deleted.connect(lambda: self._want("delete"))
        self._table.menu_wanted.connect(self._show_menu)
        self._table.selectionModel().currentRowChanged.connect(lambda *_: self._on_current())
        self._rows.arranged.connect(self._choose_again)
        self._rows.dataChanged.connect(lambda *_: self._on_current())
        self._drop.dropped.connect(self.paths_dropped)

    def _want(self, key: str) -> None:
        row = self._rows.row_at(self._table.currentIndex())
        if row is None or (key == "delete" and row.builtin):
            return
        {
            "run": self.run_requested,
            "open": self.open_requested,
            "results": self.results_requested,
            "duplicate": self.duplicate_requested,
            "delete": self.delete_requested,
        }[key].emit(row.id)

    def _export(self, kind: str) -> None:
        if self.chosen_id():
            self.export_requested.emit(self.chosen_id(), kind)

    def _show_menu(self, at: QPoint) -> None:
        menu = QMenu(self)
        signs = {"run": "send", "open": "edit", "duplicate": "copy", "delete": "trash"}
        for key in ("run", "open", "results", "duplicate", "delete"):
            button = self._buttons[key]
            action = menu.addAction(button.text(), lambda key=key: self._want(key))
            action.setEnabled(button.isEnabled())
            if key in signs:
                action.setIcon(icon(signs[key]))
        menu.addSeparator()
        menu.addActions(self._buttons["export"].menu().actions())
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(at)

    def _on_current(self) -> None:
        row = self._rows.row_at(self._table.currentIndex())
        if row is not None:
            self._chosen, self._place = row.id, self._table.currentIndex().row()
        for key in ("run", "open", "results", "duplicate", "export", "delete"):
            self._buttons[key].setEnabled(row is not None)
        self._about.setVisible(bool(row and row.about))
        self._about.setText(row.about if row else "")
        if row is None:
            return
        self._buttons["open"].setText(self.tr("Look at it") if row.builtin else self.tr("Edit"))
        self._buttons["results"].setEnabled(row.last_run is not None)
        self._buttons["delete"].setEnabled(not row.builtin)
        hint = self.tr("It comes with Benchtop and stays; a copy of it can be changed.")
        self._buttons["delete"].setToolTip(hint if row.builtin else self.tr("Delete (Del)"))

    def _choose_again(self) -> None:
        """After other rows have come: the same suite, or the one that took its place."""
        index, last = self._rows.index_of(self._chosen), self._rows.rowCount() - 1
        if not index.isValid() and last >= 0:
            index = self._rows.index(min(self._place, last), 0)
        if index.isValid():
            self._table.setCurrentIndex(index)
        self._on_current()
        found = self._rows.rowCount() > 0
        self._table.setVisible(found)
        self._nothing.setVisible(not found)
        self._measure()

    def _measure(self) -> None:
        """The columns that there is room for; the name takes the rest."""
        table = self._table
        widths = {
            NAME: table.letters(24),
            PROMPTS: table.words_width(self.tr("Prompts")) + 16,
            TAGS: table.letters(24),
            ORIGIN: table.words_width(self.tr("built in")) + 16,
            LAST: table.letters(34),
        }
        room = table.viewport().width()
        shown = list(widths)
        for column in _FOLDED:
            if sum(widths[one] for one in shown) > room:
                shown.remove(column)
        widths[NAME] += max(0, room - sum(widths[one] for one in shown))
        for column, width in widths.items():
            table.setColumnHidden(column, column not in shown)
            table.setColumnWidth(column, width)
