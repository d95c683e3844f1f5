"""The ledger: every attempt to reach another machine, allowed or not."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from benchtop.ui.models.ask_bar import Answer, AskBar
from benchtop.ui.models.ledger_rows import HostTotal, LedgerRow
from benchtop.ui.models.ledger_table import LedgerTable
from benchtop.ui.models.ledger_totals import HostTotals
from benchtop.ui.theme import set_kind, set_tone
from benchtop.ui.widgets.placeholder_page import PlaceholderPage


class LedgerView(QWidget):
    """``set_rows`` shows rows, newest first; ``filter_changed`` carries a state or nothing for all.

    The rows that are here are filtered at once; whoever keeps the ledger may answer with more of them.
    """

    older_requested = Signal()
    filter_changed = Signal(str)
    clear_requested = Signal()
    export_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("models.ledger")
        self.setAccessibleName(self.tr("Connections"))
        self._more = False
        self._words = QLabel(self._explanation(), self)
        self._words.setObjectName("models.ledger.words")
        self._totals = HostTotals(self)
        self._filter = self._make_filter()
        self._export = self._button("export", self.tr("Export as CSV…"))
        self._clear = self._button("clear", self.tr("Clear…"))
        self._ask = AskBar("models.ledger.ask", self)
        self._table = LedgerTable(self)
        self._nothing = QLabel(self)
        self._older = self._button("older", self.tr("Show older"))
        self._empty = PlaceholderPage(
            "offline", self.tr("Nothing has left this machine."), self._explanation(), (), self
        )
        self._lay_out()
        self._connect()
        self.set_rows((), more=False)

    def set_rows(self, rows: Sequence[LedgerRow], *, more: bool) -> None:
        """Show these attempts, newest first; ``more``: there are older ones."""
        self._more = more
        self._table.rows.set_rows(rows)
        self._show_state()

    def set_totals(self, totals: Sequence[HostTotal]) -> None:
        """Show what went on with each host, the largest first."""
        self._totals.set_totals(totals)

    def filter_state(self) -> str:
        """The state that is shown; empty for all."""
        return str(self._filter.currentData())

    def focus_list(self) -> None:
        """Give the keyboard to the list."""
        self._table.setFocus()

    def _explanation(self) -> str:
        return self.tr(
            "Every attempt to reach another machine stands here, refused ones too. Only one process "
            "of Benchtop can connect at all: the one that asks the Hub for models. The window, your "
            "chats and the models themselves do not."
        )

    def _make_filter(self) -> QComboBox:
        box = QComboBox(self)
        box.setObjectName("models.ledger.filter")
        box.setAccessibleName(self.tr("Which attempts are shown"))
        for words, state in (
            (self.tr("All attempts"), ""),
            (self.tr("Allowed"), "ended"),
            (self.tr("Refused"), "refused"),
            (self.tr("Failed"), "failed"),
        ):
            box.addItem(words, state)
        return box

    def _button(self, name: str, text: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setObjectName(f"models.ledger.{name}")
        button.setAccessibleName(text)
        set_kind(button, "quiet")
        return button

    def _lay_out(self) -> None:
        self._words.setWordWrap(True)
        set_tone(self._words, "muted")
        set_tone(self._nothing, "muted")
        self._nothing.setObjectName("models.ledger.nothing")
        self._nothing.setContentsMargins(16, 16, 16, 16)
        tools = QHBoxLayout()
        tools.setSpacing(8)
        tools.addWidget(self._filter)
        tools.addStretch(1)
        tools.addWidget(self._export)
        tools.addWidget(self._clear)
        card = QFrame(self)
        card.setProperty("card", True)
        inside = QVBoxLayout(card)
        inside.setContentsMargins(2, 2, 2, 2)
        inside.setSpacing(0)
        inside.addWidget(self._table, 1)
        inside.addWidget(self._nothing, 1)
        inside.addWidget(self._older)
        self._full = QWidget(self)
        column = QVBoxLayout(self._full)
        column.setContentsMargins(24, 16, 24, 24)
        column.setSpacing(12)
        column.addWidget(self._words)
        column.addWidget(self._totals)
        column.addLayout(tools)
        column.addWidget(self._ask)
        column.addWidget(card, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._full)
        whole.addWidget(self._empty)

    def _connect(self) -> None:
        self._filter.currentIndexChanged.connect(lambda _index: self._on_filter())
        self._export.clicked.connect(self.export_requested)
        self._clear.clicked.connect(self._on_clear)
        self._older.clicked.connect(self.older_requested)
        self._ask.answered.connect(self._on_answer)

    def _on_filter(self) -> None:
        self._table.rows.set_state(self.filter_state())
        self._show_state()
        self.filter_changed.emit(self.filter_state())

    def _show_state(self) -> None:
        """What is on show: the list, that the filter finds nothing, or that there is nothing at all."""
        shown = self._table.rows.rowCount() > 0
        nothing = not self._table.rows.all_rows and not self._more and not self.filter_state()
        if nothing and not self._ask.isHidden():
            self._ask.close_question()
        self._full.setVisible(not nothing)
        self._empty.setVisible(nothing)
        self._table.setVisible(shown)
        self._nothing.setVisible(not shown)
        self._nothing.setText(
            self.tr("None among these; there are older ones.")
            if self._more
            else self.tr("There is no such attempt.")
        )
        if self._older.hasFocus() and not self._more:
            self._table.setFocus()
        self._older.setVisible(self._more)

    def _on_clear(self) -> None:
        question = self.tr(
            "Clear the whole list? What was connected to until now can then no longer be looked up, "
            "and that cannot be undone."
        )
        answers = (
            Answer("clear", self.tr("Clear it"), "danger"),
            Answer("keep", self.tr("Keep it")),
        )
        self._ask.ask(question, answers, "keep")

    def _on_answer(self, key: str) -> None:
        had_focus = self._ask.has_focus_inside()
        self._ask.close_question()
        if had_focus:
            self._clear.setFocus()
        if key == "clear":
            self.clear_requested.emit()
