"""A dialog with everything about one model: its facts, notes, past loads, and its file's metadata,
and its adapters."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QSizePolicy,
    QTableWidgetItem,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from benchtop.domain.models import bytes_text
from benchtop.ui.models.adapters_part import AdaptersPart
from benchtop.ui.models.fact_list import FactList
from benchtop.ui.models.figures_text import NOT_KNOWN, full_day_text, rate_text
from benchtop.ui.models.library_facts import facts_of
from benchtop.ui.models.library_rows import LibraryDetail, PastLoad
from benchtop.ui.models.library_texts import marks
from benchtop.ui.models.metadata_table import MetadataTable
from benchtop.ui.tab_order import tab_stops
from benchtop.ui.theme import set_kind, set_tone
from benchtop.ui.widgets.elided_label import ElidedLabel
from benchtop.ui.widgets.reading_table import ReadingTable
from benchtop.ui.widgets.scrolled_column import ScrolledColumn

_WAIT_MS = 400
"""Notes are told this long after the last key, and at once when the dialog or the field is left."""


class LibraryDetailDialog(QDialog):
    """``notes_typed`` carries the model's id and the whole text; nothing has to be pressed to keep it."""

    notes_typed = Signal(str, str)
    use_requested = Signal(str)
    reveal_requested = Signal(str)
    adapter_wanted = Signal(str, str)
    """See AdaptersPart."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("models.detail")
        self._detail: LibraryDetail | None = None
        self._told = ""
        self._title = ElidedLabel("", self)
        self._state = QLabel(self)
        self._facts = FactList("models.detail.facts", self)
        self._notes = self._make_notes()
        self._loads = self._make_loads()
        self._no_loads = QLabel(self.tr("It was not loaded here yet."), self)
        self._metadata = MetadataTable(self)
        self._adapters = AdaptersPart(self)
        self._tabs = self._make_tabs()
        self._use = self._button("use", self.tr("Use"))
        self._reveal = self._button("reveal", self.tr("Show in folder"))
        self._close = self._button("close", self.tr("Close"))
        self._wait = QTimer(self, singleShot=True, interval=_WAIT_MS)
        self._lay_out()
        self._connect()
        # By hand: Qt would take the height that the wrapped words alone need.
        self.resize(self.sizeHint())

    def set_detail(self, detail: LibraryDetail) -> None:
        """Show a model. What is being typed as its notes stays; for another model it is told first."""
        before = self._detail
        other = before is None or before.row.id != detail.row.id
        if other:
            self._tell()
        self._detail = detail
        row = detail.row
        self.setWindowTitle(row.name)
        self._title.setText(row.name)
        self._state.setText(", ".join(words for words, _tint in marks(row)))
        self._state.setVisible(bool(self._state.text()))
        self._facts.set_facts(facts_of(detail))
        if other:
            self._show_notes(row.notes)
        self._show_loads(detail.loads)
        self._metadata.set_pairs(detail.metadata)
        count = f"{len(detail.metadata):,}"
        self._tabs.setTabText(2, self.tr("Metadata ({count})").format(count=count))
        self._adapters.set_adapters(detail.adapters)
        adapters = self.tr("Adapters ({count})").format(count=len(detail.adapters))
        self._tabs.setTabText(3, adapters if detail.adapters else self.tr("Adapters"))
        self._use.setEnabled(row.usable)
        self._reveal.setEnabled(not row.missing)

    def show_notes(self) -> None:
        """Go to the notes, ready to type."""
        self._tabs.setCurrentIndex(0)
        self._notes.setFocus()

    def show_adapters(self) -> None:
        """Go to the adapters."""
        self._tabs.setCurrentIndex(3)
        self._adapters.focus_start()

    def sizeHint(self) -> QSize:
        """Room to read at this text size, as far as the screen allows."""
        letter, line = self.fontMetrics().averageCharWidth(), self.fontMetrics().height()
        return QSize(letter * 112, line * 46).boundedTo(self.screen().availableSize() * 0.85)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:  # larger letters need more room
            self._measure()
            self.resize(self.size().expandedTo(self.sizeHint()))

    def _measure(self) -> None:
        """Four lines of notes are always to be seen."""
        self._notes.setMinimumHeight(self.fontMetrics().lineSpacing() * 4 + 24)

    def done(self, result: int) -> None:
        """Closed in whatever way: no word is lost."""
        self._tell()
        super().done(result)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Enter belongs to the part that has the keyboard, never to a default button.
        if event.key() not in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            super().keyPressEvent(event)

    def _make_notes(self) -> QPlainTextEdit:
        notes = QPlainTextEdit(self)
        notes.setObjectName("models.detail.notes")
        notes.setAccessibleName(self.tr("Notes"))
        notes.setPlaceholderText(self.tr("What it is good for, what it gets wrong…"))
        notes.setTabChangesFocus(True)
        notes.setProperty("field", True)
        return notes

    def _make_loads(self) -> ReadingTable:
        headings = (
            self.tr("When"),
            self.tr("Context"),
            self.tr("Predicted"),
            self.tr("Measured"),
            self.tr("Writing"),
            self.tr("Reading"),
        )
        table = ReadingTable(headings, stretched=0, parent=self)
        table.setObjectName("models.detail.loads")
        table.setAccessibleName(self.tr("Past loads"))
        table.setWordWrap(False)
        return table

    def _make_tabs(self) -> QTabWidget:
        tabs = QTabWidget(self)
        tabs.setObjectName("models.detail.tabs")
        tabs.setAccessibleName(self.tr("Parts"))
        tabs.setDocumentMode(True)
        tabs.addTab(self._about_page(), self.tr("About"))
        tabs.addTab(self._loads_page(), self.tr("Past loads"))
        tabs.addTab(self._metadata, self.tr("Metadata"))
        tabs.addTab(self._adapters, self.tr("Adapters"))
        return tabs

    def _about_page(self) -> QWidget:
        heading = QLabel(self.tr("Notes"), self)
        heading.setBuddy(self._notes)
        set_tone(heading, "title")
        # Its wish for height would push its end out of sight; what is left over it takes all the same.
        self._notes.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self._measure()
        inside = QWidget(self)
        column = QVBoxLayout(inside)
        column.setContentsMargins(4, 12, 12, 4)
        column.setSpacing(8)
        column.addWidget(self._facts)
        column.addSpacing(8)
        column.addWidget(heading)
        column.addWidget(self._notes, 1)
        scroll = ScrolledColumn(inside, 16_777_215, self)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        return scroll

    def _loads_page(self) -> QWidget:
        page = QWidget(self)
        words = QLabel(
            self.tr(
                "What each load was expected to take and what it took. The prediction learns from "
                "the difference."
            ),
            page,
        )
        words.setWordWrap(True)
        set_tone(words, "muted")
        set_tone(self._no_loads, "muted")
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 12, 0, 0)
        column.setSpacing(8)
        column.addWidget(words)
        column.addWidget(self._no_loads)
        column.addWidget(self._loads, 1)
        column.addStretch(0)
        return page

    def _button(self, name: str, text: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setObjectName(f"models.detail.{name}")
        button.setAccessibleName(text)
        button.setAutoDefault(False)
        return button

    def _lay_out(self) -> None:
        set_tone(self._title, "heading")
        set_tone(self._state, "muted")
        set_kind(self._use, "primary")
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self._title)
        head.addWidget(self._state)
        head.addStretch(1)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self._use)
        foot.addWidget(self._reveal)
        foot.addStretch(1)
        foot.addWidget(self._close)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addLayout(head)
        column.addWidget(self._tabs, 1)
        column.addLayout(foot)
        stops = (
            self._tabs.tabBar(),
            self._notes,
            self._loads,
            *tab_stops(self._metadata),
            *self._adapters.stops(),
            self._use,
            self._reveal,
            self._close,
        )
        for before, after in pairwise(stops):
            QWidget.setTabOrder(before, after)

    def _connect(self) -> None:
        self._notes.textChanged.connect(self._wait.start)
        self._wait.timeout.connect(self._tell)
        self._adapters.wanted.connect(self.adapter_wanted)
        self._use.clicked.connect(lambda: self.use_requested.emit(self._id()))
        self._reveal.clicked.connect(lambda: self.reveal_requested.emit(self._id()))
        self._close.clicked.connect(self.close)

    def _id(self) -> str:
        return self._detail.row.id if self._detail is not None else ""

    def _show_notes(self, text: str) -> None:
        blocked = self._notes.blockSignals(True)
        self._notes.setPlainText(text)
        self._notes.blockSignals(blocked)
        self._told = text

    def _tell(self) -> None:
        """Tell the notes, if they are not what was told last."""
        self._wait.stop()
        if self._detail is None or self._notes.toPlainText() == self._told:
            return
        self._told = self._notes.toPlainText()
        self.notes_typed.emit(self._detail.row.id, self._told)

    def _show_loads(self, loads: tuple[PastLoad, ...]) -> None:
        self._loads.setRowCount(len(loads))
        for row, load in enumerate(loads):
            for column, text in enumerate(_load_texts(load)):
                self._loads.setItem(row, column, QTableWidgetItem(text))
        self._loads.setVisible(bool(loads))
        self._no_loads.setVisible(not loads)


def _load_texts(load: PastLoad) -> tuple[str, ...]:
    return (
        full_day_text(load.when),
        f"{load.context:,}",
        bytes_text(load.predicted_bytes) if load.predicted_bytes else NOT_KNOWN,
        bytes_text(load.measured_bytes) if load.measured_bytes else NOT_KNOWN,
        rate_text(load.tokens_per_second),
        rate_text(load.prompt_tokens_per_second),
    )
