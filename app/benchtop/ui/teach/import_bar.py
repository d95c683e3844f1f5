"""An import, from the first line to what came of it: said in the page, without a dialog."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QTableWidgetItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from benchtop.ui.icons import set_icon
from benchtop.ui.teach.data_rows import ImportOutcome
from benchtop.ui.teach.data_texts import import_words
from benchtop.ui.theme import set_kind, set_tone
from benchtop.ui.widgets.announce import announce
from benchtop.ui.widgets.reading_table import ReadingTable

_MOST_LINES = 7
"""Rows of the list of broken lines that are seen at once."""


class ImportBar(QFrame):
    """``stop_wanted`` while a file is read; ``undo_wanted`` takes all of it out again."""

    stop_wanted = Signal()
    undo_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("teach.import")
        self.setAccessibleName(self.tr("Import"))
        self.setProperty("card", True)
        self._words = QLabel(self)
        self._words.setObjectName("teach.import.words")
        self._words.setWordWrap(True)
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self._progress = QProgressBar(self)
        self._progress.setTextVisible(False)
        self._progress.setAccessibleName(self.tr("How much of the file is read"))
        self._show = self._button("show", self.tr("Show the lines"))
        self._stop = self._button("stop", self.tr("Stop"))
        # Not "Undo": what was done since has a notice with that word, and means something else.
        self._undo = self._button("undo", self.tr("Take out again"))
        self._undo.setAccessibleName(self.tr("Take this import out again"))
        self._close = QToolButton(self)
        self._close.setObjectName("teach.import.close")
        self._close.setAccessibleName(self.tr("Dismiss this message"))
        self._close.setToolTip(self.tr("Dismiss"))
        set_icon(self._close, "close", "muted")
        self._lines = ReadingTable((self.tr("Line"), self.tr("Why it was left out")), 1, self)
        self._lines.setObjectName("teach.import.lines")
        self._lines.setAccessibleName(self.tr("Lines that were left out"))
        self._more = QLabel(self)
        set_tone(self._more, "muted")
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._words, 1)
        for part in (self._show, self._undo, self._stop, self._close):
            row.addWidget(part)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 6, 8, 6)
        column.setSpacing(6)
        column.addLayout(row)
        for widget in (self._progress, self._lines, self._more):
            column.addWidget(widget)
        self._show.clicked.connect(self._on_show)
        self._stop.clicked.connect(self.stop_wanted)
        self._undo.clicked.connect(self._on_undo)
        self._close.clicked.connect(self.hide)
        self.hide()

    def set_reading(self, name: str, examples: int, fraction: float | None) -> None:
        """A file is being read; a fraction of None: nobody can say how far it is."""
        words = self.tr("Reading {file}: {count} examples so far…")
        self._words.setText(words.format(file=name, count=f"{examples:,}"))
        self.setUpdatesEnabled(False)  # a progress bar paints all that waits when its value is set
        self._progress.setRange(0, 0 if fraction is None else 1_000)
        self._progress.setValue(round((fraction or 0) * 1_000))
        self.setUpdatesEnabled(True)
        self._parts(reading=True)
        self._fold(shown=False)
        self.show()

    def set_outcome(self, outcome: ImportOutcome) -> None:
        """A file was read."""
        self._words.setText(import_words(outcome))
        self._parts(reading=False)
        self._show.setVisible(bool(outcome.broken))
        self._undo.setVisible(outcome.read > 0)
        self._lines.setRowCount(0)
        self._outcome = outcome
        self._fold(shown=False)
        self.show()
        announce(self, self._words.text())

    def fail(self, words: str) -> None:
        """The file could not be read."""
        self._words.setText(words)
        self._parts(reading=False)
        for part in (self._show, self._undo):
            part.hide()
        self._fold(shown=False)
        self.show()
        announce(self, words, urgent=True)

    def _button(self, key: str, words: str) -> QPushButton:
        button = QPushButton(words, self)
        button.setObjectName(f"teach.import.{key}")
        button.setAccessibleName(words)
        set_kind(button, "quiet")
        return button

    def _parts(self, *, reading: bool) -> None:
        self._progress.setVisible(reading)
        self._stop.setVisible(reading)
        self._close.setVisible(not reading)
        if reading:
            self._show.hide()
            self._undo.hide()

    def _on_show(self) -> None:
        self._fold(shown=not self._lines.isVisible())

    def _on_undo(self) -> None:
        self.hide()
        self.undo_wanted.emit()

    def _fold(self, *, shown: bool) -> None:
        broken = self._outcome.broken if shown else ()
        if shown and not self._lines.rowCount():
            self._fill()
        self._lines.setVisible(shown)
        left = self._outcome.left_out - len(broken) if shown else 0
        self._more.setText(self.tr("and {count} more").format(count=f"{left:,}"))
        self._more.setVisible(left > 0)
        self._show.setText(self.tr("Hide the lines") if shown else self.tr("Show the lines"))
        self._show.setAccessibleName(self._show.text())

    def _fill(self) -> None:
        broken = self._outcome.broken
        self._lines.setRowCount(len(broken))
        for place, line in enumerate(broken):
            self._lines.setItem(place, 0, QTableWidgetItem(f"{line.line:,}"))
            self._lines.setItem(place, 1, QTableWidgetItem(line.why))
        high = self._lines.verticalHeader().defaultSectionSize()
        head = self._lines.horizontalHeader().sizeHint().height()
        self._lines.setFixedHeight(head + min(len(broken), _MOST_LINES) * high + 8)

    _outcome = ImportOutcome("", 0)
