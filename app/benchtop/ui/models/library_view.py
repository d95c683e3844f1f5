"""The models that are here: to use, to look at, to keep in order."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from benchtop.ui.models.ask_bar import Answer, AskBar
from benchtop.ui.models.disk_use import DiskUse
from benchtop.ui.models.drop_files import FileDrop
from benchtop.ui.models.library_actions import LibraryActions
from benchtop.ui.models.library_head import LibraryHead
from benchtop.ui.models.library_rows import DiskShare, LibraryRow, freeable_bytes
from benchtop.ui.models.library_table import LibraryTable
from benchtop.ui.models.library_texts import duplicates_words, removal_question
from benchtop.ui.theme import set_kind, set_tone
from benchtop.ui.widgets.placeholder_page import PlaceholderPage
from benchtop.ui.widgets.scrolled_column import ScrolledColumn

_ANY_WIDTH = 16_777_215
"""What Qt takes for no limit (QWIDGETSIZE_MAX)."""


class LibraryView(QWidget):
    """Shows rows and tells wishes by a model's id; nothing changes before ``set_rows`` says so.

    ``remove_requested`` also says whether its files go to the bin; only files of our own can.
    ``find_requested`` means the Hub, ``find_local_requested`` this disk; ``newer_requested`` is about one
    model, ``newer_wanted`` about all. ``again_requested`` is for a file that is missing or damaged.
    """

    use_requested = Signal(str)
    details_requested = Signal(str)
    notes_requested = Signal(str)
    adapters_requested = Signal(str)
    rename_requested = Signal(str, str)
    verify_requested = Signal(str)
    verify_stop_requested = Signal(str)
    reveal_requested = Signal(str)
    newer_requested = Signal(str)
    again_requested = Signal(str)
    remove_requested = Signal(str, bool)
    import_requested = Signal()
    find_requested = Signal()
    find_local_requested = Signal()
    newer_wanted = Signal()
    paths_dropped = Signal(list)
    shown = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("models.library")
        self.setAccessibleName(self.tr("Models on this machine"))
        self._asked = ""
        self._head = LibraryHead(self)
        self._duplicates = QLabel(self)
        self._duplicates.setObjectName("models.duplicates")
        self._show_same = self._make_show_same()
        self._table = LibraryTable(self)
        self._nothing = QLabel(self)
        self._nothing.setObjectName("models.nothing")
        self._actions = LibraryActions(self)
        self._ask = AskBar("models.remove_ask", self)
        self._disks = DiskUse(self)
        self._empty = self._make_empty()
        self._drop = FileDrop(self)
        self._lay_out()
        self._connect()
        self._on_sort()
        self.set_rows(())

    def set_rows(self, rows: Sequence[LibraryRow]) -> None:
        """Show these models; what is chosen, typed and asked stays where it can."""
        if tuple(rows) == self._table.rows.all_rows and rows:
            return
        had_focus = self._full.isAncestorOf(self.focusWidget() or self)
        self._table.rows.set_rows(rows)
        self._scroll.setVisible(bool(rows))
        self._empty.setVisible(not rows)
        if had_focus and not rows:
            self._empty.setFocus()
        self._head.set_from_hub(any(row.repo for row in rows))
        files, size = freeable_bytes(rows)
        self._duplicates.setText(duplicates_words(files, size))
        self._same_line.setVisible(files > 0)
        if not files and self._show_same.isChecked():
            self._show_same.setChecked(False)
        if self._asked and not any(row.id == self._asked for row in rows):
            self._calm()
        self._show_chosen()

    def set_disks(self, shares: Sequence[DiskShare]) -> None:
        """Show how the disks with models are filled."""
        self._disks.set_disks(shares)

    def choose(self, model_id: str) -> None:
        """Select a model; a filter that hides it is emptied."""
        if not self._table.choose(model_id):
            self._head.field.clear()
            self._show_same.setChecked(False)
            self._table.choose(model_id)

    def chosen_id(self) -> str:
        """The selected model; empty where there is none."""
        row = self._table.chosen_row()
        return row.id if row is not None else ""

    def focus_list(self) -> None:
        """Give the keyboard to the list, or to what can be done while it is empty."""
        (self._table if self._table.rows.all_rows else self._empty).setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.shown.emit()

    def _make_show_same(self) -> QPushButton:
        button = QPushButton(self.tr("Show them"), self)
        button.setObjectName("models.duplicates.show")
        button.setAccessibleName(self.tr("Show only files that are here more than once"))
        button.setCheckable(True)
        set_kind(button, "quiet")
        return button

    def _make_empty(self) -> PlaceholderPage:
        actions = []
        for key, text, icon_name, signal in (
            ("find", self.tr("Find a model"), "search", self.find_requested),
            ("import", self.tr("Import model file"), "import", self.import_requested),
            ("find_local", self.tr("Look on this disk"), "folder", self.find_local_requested),
        ):
            action = QAction(text, self)
            action.setObjectName(f"models.library.{key}")
            action.setProperty("icon_name", icon_name)
            action.triggered.connect(signal)
            actions.append(action)
        return PlaceholderPage(
            "models",
            self.tr("No model is on the list yet"),
            self.tr(
                "Find one on the Hub, or import a GGUF file that is on this disk: drop it here, or a "
                "whole folder. It stays where it is, and nothing is copied."
            ),
            actions,
            self,
        )

    def _lay_out(self) -> None:
        set_tone(self._duplicates, "muted")
        set_tone(self._nothing, "muted")
        self._duplicates.setWordWrap(True)
        self._nothing.setContentsMargins(16, 16, 16, 16)
        self._same_line = QWidget(self)
        same = QHBoxLayout(self._same_line)
        same.setContentsMargins(0, 0, 0, 0)
        same.addWidget(self._duplicates, 1)
        same.addWidget(self._show_same)
        self._ask.setContentsMargins(12, 4, 12, 8)
        card = QFrame(self)
        card.setProperty("card", True)
        inside = QVBoxLayout(card)
        inside.setContentsMargins(2, 2, 2, 1)
        inside.setSpacing(0)
        line = QFrame(card)
        line.setFixedHeight(1)
        line.setProperty("line", True)
        inside.addWidget(self._table, 1)
        inside.addWidget(self._nothing, 1)
        for widget in (line, self._actions, self._ask):
            inside.addWidget(widget)
        self._full = QWidget(self)
        column = QVBoxLayout(self._full)
        column.setContentsMargins(24, 16, 24, 16)
        column.setSpacing(12)
        column.addWidget(self._head)
        column.addWidget(self._same_line)
        column.addWidget(card, 1)
        column.addWidget(self._disks)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        # Where letters are large and the window is low, it scrolls, and the list keeps some rows.
        self._scroll = ScrolledColumn(self._full, _ANY_WIDTH, self)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.show_ground()  # the table in it scrolls
        whole.addWidget(self._scroll)
        whole.addWidget(self._empty)

    def _connect(self) -> None:
        self._head.words_changed.connect(self._on_filter)
        self._head.went_down.connect(self._table.setFocus)
        self._head.sort_changed.connect(self._on_sort)
        self._head.import_requested.connect(self.import_requested)
        self._head.find_local_requested.connect(self.find_local_requested)
        self._head.newer_wanted.connect(self.newer_wanted)
        self._show_same.toggled.connect(self._on_filter)
        self._table.chosen.connect(self._show_chosen)
        self._table.used.connect(lambda: self._on_wanted("use"))
        self._table.remove_wanted.connect(lambda: self._on_wanted("remove"))
        self._table.details_wanted.connect(lambda: self._on_wanted("details"))
        self._table.menu_wanted.connect(self._on_menu)
        self._table.left_upwards.connect(self._head.field.setFocus)
        self._table.sort_wanted.connect(self._head.choose_sort)
        self._table.rows.renamed.connect(self.rename_requested)
        self._table.rows.dataChanged.connect(self._on_changed)
        self._actions.wanted.connect(self._on_wanted)
        self._ask.answered.connect(self._on_answer)
        self._drop.dropped.connect(self.paths_dropped)

    def _on_filter(self) -> None:
        only = self._show_same.isChecked()
        self._show_same.setText(self.tr("Show all") if only else self.tr("Show them"))
        self._table.rows.set_filter(self._head.field.text(), same_only=only)
        self._show_chosen()

    def _on_sort(self) -> None:
        self._table.rows.set_sort(self._head.sort_key, reverse=self._head.reverse)
        self._table.show_sort()

    def _show_chosen(self) -> None:
        row = self._table.chosen_row()
        self._actions.set_row(row)
        if self._asked and (row is None or row.id != self._asked):
            self._calm()
        found = self._table.rows.rowCount() > 0
        self._table.setVisible(found)
        self._nothing.setVisible(not found)
        words = self.tr("No model here matches “{words}”.")
        self._nothing.setText(words.format(words=self._head.field.text().strip()))

    def _on_changed(self, first: QModelIndex, last: QModelIndex) -> None:
        """All rows may change at once: only the chosen one is on show elsewhere."""
        if first.row() <= self._table.currentIndex().row() <= last.row():
            self._show_chosen()

    def _on_menu(self, at: QPoint) -> None:
        self._actions.show_menu(at, self)

    def _on_wanted(self, key: str) -> None:
        row = self._table.chosen_row()
        if row is None:
            return
        if key == "rename":
            self._table.setFocus()
            self._table.rename()
        elif key == "remove":
            self._ask_removal(row)
        elif key == "use":
            if row.usable:
                self.use_requested.emit(row.id)
        else:
            wishes = {
                "details": self.details_requested,
                "notes": self.notes_requested,
                "adapters": self.adapters_requested,
                "verify": self.verify_requested,
                "stop_verify": self.verify_stop_requested,
                "reveal": self.reveal_requested,
                "newer": self.newer_requested,
                "again": self.again_requested,
            }
            wishes[key].emit(row.id)

    def _ask_removal(self, row: LibraryRow) -> None:
        if not row.removable:
            return
        off = Answer("list", self.tr("Take it off the list"))
        answers = [off, Answer("keep", self.tr("Keep it"), "quiet")]
        if row.owned and row.freed:
            one, many = self.tr("Move its file to the bin"), self.tr("Move its files to the bin")
            # What Benchtop fetched goes with its file; what a person brought stays unless they say so.
            place = 1 if row.source == "imported" else 0
            answers.insert(place, Answer("file", many if row.files > 1 else one))
        self._asked = row.id
        self._actions.hide()
        self._ask.ask(removal_question(row), answers, answers[0].key)

    def _on_answer(self, key: str) -> None:
        asked = self._asked
        self._calm()
        if key != "keep":
            self.remove_requested.emit(asked, key == "file")

    def _calm(self) -> None:
        had_focus = self._ask.has_focus_inside()
        self._asked = ""
        self._ask.close_question()
        self._actions.show()
        if had_focus:
            self._table.setFocus()
