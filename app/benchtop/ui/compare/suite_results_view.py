"""A run's results: the table, what each contestant comes to, and the answers one click away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QModelIndex, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSplitter,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from benchtop.ui.chat.key_override import is_override
from benchtop.ui.compare.suite_answer_pane import SuiteAnswerPane
from benchtop.ui.compare.suite_findings import SuiteFindings
from benchtop.ui.compare.suite_findings_text import findings
from benchtop.ui.compare.suite_frozen import SuiteFrozenColumn
from benchtop.ui.compare.suite_results_model import SuiteResultsModel
from benchtop.ui.compare.suite_results_tools import SuiteResultsTools
from benchtop.ui.compare.suite_rows import (
    ResultAnswer,
    ResultCell,
    SuiteResults,
    SuiteTotals,
)
from benchtop.ui.compare.suite_run_bar import SuiteRunBar
from benchtop.ui.compare.suite_table import SuiteTable
from benchtop.ui.compare.suite_totals_row import SuiteTotalsRow
from benchtop.ui.icons import set_icon, spaced
from benchtop.ui.theme import set_kind, set_tone
from benchtop.ui.widgets.elided_label import ElidedLabel
from benchtop.ui.widgets.scrolled_column import ScrolledColumn

_PROMPT, _CELL = 14, "99 of 99, 99 % to 99 %"
"""Letters of a prompt's name, at least, and what a cell must have room for in bold."""
_WIDE = 110
"""Letters from which on the answer stands beside the table, else below."""
_ROWS, _ROWS_ABOVE_ANSWER = 5, 3
"""So many are seen where letters are large and the window is low, which scrolls then."""
_LINES = 10
"""Of an answer, likewise."""
_ANY_WIDTH = 16_777_215  # Qt's QWIDGETSIZE_MAX


class SuiteResultsView(QWidget):
    """``run_bar`` and ``tools`` are public: the one runs the suite, the other says which run is on show.

    ``answers_requested`` carries a prompt's and a contestant's id; ``set_answers`` is the reply to it.
    """

    _is_open = _is_made = False  # Qt tells of events and fonts before there is anything
    answers_requested = Signal(str, str)
    chat_requested = Signal(str, str, int)
    export_requested = Signal()
    card_requested = Signal()
    back_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("compare.results")
        self.setAccessibleName(self.tr("Results of the suite"))
        self._rows = SuiteResultsModel(self)
        self._told = SuiteTotals()
        # In this order, which is that of the Tab key.
        head = self._make_head()
        self.run_bar = SuiteRunBar(self)
        self.tools = SuiteResultsTools(self)
        self._table = SuiteTable("compare.results.list", self.tr("Results"), self, cells=True)
        self._table.setModel(self._rows)
        self._totals = SuiteTotalsRow(self._table, self)
        self._nothing = QLabel(self)
        self._answer = SuiteAnswerPane(self)
        self._findings = SuiteFindings(self)
        self._lay_out(head)
        self._connect()
        self._frozen = [SuiteFrozenColumn(one) for one in (self._table, self._totals)]
        self.tools.set_earlier_runs((), "")
        self.tools.set_runs((), "")
        self.set_results("", SuiteResults())

    # data in

    def set_results(self, title: str, results: SuiteResults) -> None:
        """Show a run under the name of its suite. Totals come with ``set_totals``."""
        self._title.setText(title)
        self._answer.hide()
        self._is_open = False
        self._rows.set_results(results)
        self.run_bar.set_prompts(len(results.prompts))
        self.set_totals(SuiteTotals())
        self._show_state()
        self._measure()
        self._keep_rows()

    def set_cells(self, cells: Mapping[tuple[str, str], ResultCell]) -> None:
        """Cells changed, by (prompt id, contestant id)."""
        self._rows.set_cells(cells)
        if self._answer.ids() in cells and not self._answer.isHidden():
            self.answers_requested.emit(*self._answer.ids())

    def set_totals(self, totals: SuiteTotals) -> None:
        """Show what the whole run says."""
        self._told = totals
        names = {one.id: one.name for one in self._rows.contestants}
        titles = {one.id: one.title for one in self._rows.all_prompts}
        self._totals.put(self._rows.contestants, totals)
        self._findings.set_findings(findings(totals, names, titles))

    def set_answers(
        self, prompt_id: str, contestant_id: str, answers: Sequence[ResultAnswer]
    ) -> None:
        """The replies behind a cell; passed over where another is looked at meanwhile."""
        if (prompt_id, contestant_id) == self._answer.ids():
            self._answer.set_answers(answers)

    def focus_list(self) -> None:
        """Give the keyboard to the table, or to what begins a run."""
        (self._table if self._rows.all_prompts else self.run_bar).setFocus()

    # building

    def _make_head(self) -> QHBoxLayout:
        self._title = ElidedLabel("", self)
        set_tone(self._title, "title")
        self._title.setObjectName("compare.results.title")
        back = QToolButton(self)
        back.setObjectName("compare.results.back")
        back.setAccessibleName(self.tr("Back to the suites"))
        back.setToolTip(back.accessibleName())
        set_icon(back, "back")
        back.clicked.connect(self.back_requested)
        self._outlets: list[QPushButton] = []
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(back)
        head.addWidget(self._title, 1)
        for key, words, name, sign in (
            ("export", self.tr("Export CSV…"), self.tr("Export the results as CSV"), "export"),
            ("card", self.tr("Save as card…"), self.tr("Save the run as a card"), "save"),
        ):
            button = QPushButton(spaced(words), self)
            button.setObjectName(f"compare.results.{key}")
            button.setAccessibleName(name)
            set_icon(button, sign)
            set_kind(button, "quiet")
            button.clicked.connect(
                self.export_requested if key == "export" else self.card_requested
            )
            head.addWidget(button)
            self._outlets.append(button)
        return head

    def _lay_out(self, head: QHBoxLayout) -> None:
        self._table.sort_by_headings()
        self._table.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self._splitter = _LowSplitter(self)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.addWidget(self._make_card())
        self._splitter.addWidget(self._answer)
        self._splitter.setStretchFactor(0, 3)
        self._splitter.setStretchFactor(1, 2)
        self._answer.hide()
        inside = QWidget(self)
        column = QVBoxLayout(inside)
        column.setContentsMargins(24, 16, 24, 16)
        column.setSpacing(12)
        column.addLayout(head)
        column.addWidget(self.run_bar)
        column.addWidget(self.tools)
        column.addWidget(self._splitter, 1)
        column.addWidget(self._findings)
        self._scroll = ScrolledColumn(inside, _ANY_WIDTH, self, at_start=True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.show_ground()
        self._scroll.verticalScrollBar().rangeChanged.connect(lambda *_: self._show_answer())
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._scroll)
        self._is_made = True

    def _make_card(self) -> QFrame:
        card = QFrame(self)
        card.setProperty("card", True)
        set_tone(self._nothing, "muted")
        self._nothing.setObjectName("compare.results.nothing")
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        inside = QVBoxLayout(card)
        inside.setContentsMargins(2, 2, 2, 2)
        inside.setSpacing(0)
        inside.addWidget(self._table, 1)
        inside.addWidget(self._nothing, 1)
        inside.addWidget(self._totals)
        return card

    def _connect(self) -> None:
        self.tools.filtered.connect(self._on_filter)
        self.tools.went_down.connect(self._table.setFocus)
        self._table.clicked.connect(lambda _index: self._open())
        self._table.resized.connect(self._measure)
        self._table.opened.connect(self._open)
        self._table.selectionModel().currentChanged.connect(self._on_current)
        self._answer.closed.connect(self._close_answer)
        self._answer.chat_requested.connect(self.chat_requested)
        self._rows.modelAboutToBeReset.connect(self._note_chosen)
        self._rows.modelReset.connect(self._choose_again)

    # what a person does

    def event(self, event: QEvent) -> bool:
        # Esc is a shortcut of the window: while an answer is open it closes that.
        if self._is_open and is_override(event, Qt.Key.Key_Escape):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and not self._answer.isHidden():
            self._close_answer()
            return
        super().keyPressEvent(event)

    def _open(self) -> None:
        """Show the answers of the chosen cell, of the first contestant for a prompt's own."""
        index = self._table.currentIndex()
        prompt = self._rows.prompt_at(index)
        who = self._rows.contestant_at(index) or next(iter(self._rows.contestants), None)
        if prompt is None or who is None:
            return
        self._answer.show_cell(prompt, who)
        self._is_open = True
        if self._answer.isHidden():
            self._answer.show()
            self._share()
            self._table.scrollTo(index)
            self._keep_rows()
            QTimer.singleShot(0, self, self._show_answer)  # where it will stand then
        self.answers_requested.emit(prompt.id, who.id)

    def _show_answer(self) -> None:
        if self._is_open:
            self._scroll.ensureWidgetVisible(self._answer)
            self._table.scrollTo(self._table.currentIndex())

    def _close_answer(self) -> None:
        self._answer.hide()
        self._is_open = False
        self._keep_rows()
        self._table.setFocus()

    def _on_current(self, index: QModelIndex, _before: QModelIndex) -> None:
        if index.isValid() and not self._answer.isHidden():
            self._open()

    def _on_filter(self) -> None:
        self._rows.set_filter(self.tools.words(), self.tools.kind())
        self._show_state()

    def _note_chosen(self) -> None:
        index = self._table.currentIndex()
        prompt, who = self._rows.prompt_at(index), self._rows.contestant_at(index)
        self._kept = (prompt.id if prompt else "", who.id if who else "")

    def _choose_again(self) -> None:
        index = self._rows.index_of(*self._kept)
        if index.isValid():
            self._table.setCurrentIndex(index)
            self._table.scrollTo(index)

    def _show_state(self) -> None:
        found = self._rows.rowCount() > 0
        self.tools.show_filters(bool(self._rows.all_prompts))
        for widget in self._outlets:
            widget.setVisible(bool(self._rows.all_prompts))
        self._table.setVisible(found)
        self._totals.setVisible(found and bool(self._rows.contestants))
        self._nothing.setVisible(not found)
        self._nothing.setText(
            self.tr("No prompt is like that.")
            if self._rows.all_prompts
            else self.tr("Nothing was asked yet: tick who is asked above, and start.")
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._turn()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        letters = {QEvent.Type.FontChange, QEvent.Type.StyleChange}
        if self._is_made and event.type() in letters:
            self._turn()
            QTimer.singleShot(0, self, self._keep_rows)  # when the rows have their new height

    def _turn(self) -> None:
        """The answer stands beside the table where there is room, else below.

        Not when the table is resized: the splitter is in the midst of laying out what it has then.
        """
        letter = max(self.fontMetrics().averageCharWidth(), 1)
        wide = self.width() / letter >= _WIDE
        way = Qt.Orientation.Horizontal if wide else Qt.Orientation.Vertical
        if self._splitter.orientation() != way:
            self._splitter.setOrientation(way)
            self._share()

    def _share(self) -> None:
        """What table and answer have of the room."""
        wide = self._splitter.orientation() == Qt.Orientation.Horizontal
        self._splitter.setSizes([1_100, 900] if wide else [400, 600])
        self._keep_rows()

    def _keep_rows(self) -> None:
        """Some rows stay in sight, and lines of the answer, whatever else there is.

        Not when the table is resized: what holds it is in the midst of laying it out then.
        """
        below = self._splitter.orientation() == Qt.Orientation.Vertical
        rows = _ROWS_ABOVE_ANSWER if self._is_open and below else _ROWS
        table = rows * self._table.verticalHeader().defaultSectionSize()
        table += self._table.horizontalHeader().sizeHint().height()
        table += self._table.horizontalScrollBar().sizeHint().height()
        table += 2 * self._table.frameWidth()
        answer = _LINES * self.fontMetrics().lineSpacing() if self._is_open else 0
        self._table.setMinimumHeight(table)
        self._answer.setMinimumHeight(answer)
        table += self._totals.sizeHint().height() + 4  # and the edges of their card
        both = table + answer + self._splitter.handleWidth() if below else max(table, answer)
        self._splitter.setMinimumHeight(both)

    def _measure(self) -> None:
        """Equal columns; the prompt takes what is left, and what does not fit scrolls sideways."""
        table, count = self._table, len(self._rows.contestants)
        room = table.viewport().width()
        bold = QFont(table.font())
        bold.setWeight(QFont.Weight.DemiBold)
        cell = QFontMetrics(bold).horizontalAdvance(_CELL) + 28
        first = max(table.letters(_PROMPT), min(self._totals.label_width(), room // 2))
        if count:
            first = max(first, min(room - count * cell, room // 2))
            cell = max(cell, (room - first) // count)
        table.setColumnWidth(0, first if count else room)
        for column in range(1, count + 1):
            table.setColumnWidth(column, cell)
        self._totals.follow()


class _LowSplitter(QSplitter):
    """Asks for no more height than it must have: a page that scrolls would give it all it likes."""

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), self.minimumHeight())
