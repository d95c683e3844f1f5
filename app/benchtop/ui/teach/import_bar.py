"""An import of files, from the first line to what came of each: said in the page, without a dialog."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRect, Qt, QTimer, Signal
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
from benchtop.ui.teach.import_texts import imports_words, outcome_words
from benchtop.ui.theme import set_kind, set_tone
from benchtop.ui.widgets.announce import announce
from benchtop.ui.widgets.reading_table import ReadingTable

_MOST_LINES = 7
"""Rows of the list of broken lines that are seen at once."""
_MOST_FILES = 5
"""Likewise of the list of files."""
_PADDING = 24
_MOST_FITTED = 100
"""Rows whose words go on in the next line; to measure thousands would keep the window waiting."""


class ImportBar(QFrame):
    """``stop_wanted`` while files are read; ``undo_wanted`` takes all of them out again."""

    stop_wanted = Signal()
    undo_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("teach.import")
        self.setAccessibleName(self.tr("Import"))
        self.setProperty("card", True)
        self._outcomes: tuple[ImportOutcome, ...] = ()
        self._is_told = False
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
        self._files = _List((self.tr("File"), self.tr("What came of it")), _MOST_FILES, self)
        self._files.setObjectName("teach.import.files")
        self._files.setAccessibleName(self.tr("What came of each file"))
        self._lines = _List((self.tr("Line"), self.tr("Why it was left out")), _MOST_LINES, self)
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
        for widget in (self._progress, self._files, self._lines, self._more):
            column.addWidget(widget)
        self._show.clicked.connect(self._on_show)
        self._stop.clicked.connect(self.stop_wanted)
        self._undo.clicked.connect(self._on_undo)
        self._close.clicked.connect(self.dismiss)
        self.hide()

    def set_reading(
        self,
        name: str,
        examples: int,
        fraction: float | None = None,
        place: tuple[int, int] = (1, 1),
    ) -> None:
        """A file is being read, the first, second… of so many; a fraction of None: nobody can say how far it
        is."""
        one = self.tr("Reading {file}: {count} examples so far…")
        many = self.tr("Reading {file}, {place} of {files}: {count} examples so far…")
        words = one if place[1] == 1 else many
        self._words.setText(
            words.format(
                file=name, count=f"{examples:,}", place=f"{place[0]:,}", files=f"{place[1]:,}"
            )
        )
        self._is_told = False
        self.setUpdatesEnabled(False)  # a progress bar paints all that waits when its value is set
        self._progress.setRange(0, 0 if fraction is None else 1_000)
        self._progress.setValue(round((fraction or 0) * 1_000))
        self.setUpdatesEnabled(True)
        self._parts(reading=True)
        self._files.hide()
        self._fold(shown=False)
        self.show()

    def set_outcome(self, outcome: ImportOutcome) -> None:
        """A file was read."""
        self.set_outcomes((outcome,))

    def set_outcomes(self, outcomes: Sequence[ImportOutcome], where: str = "") -> None:
        """Files were read; ``where`` says into which data set, if that is not the one on show."""
        self._outcomes, self._is_told = tuple(outcomes), True
        into = self.tr("It went into “{name}”.").format(name=where) if where else ""
        self._words.setText(" ".join(filter(None, (imports_words(outcomes), into))))
        self._parts(reading=False)
        self._show.setVisible(any(one.broken for one in outcomes))
        self._undo.setVisible(any(one.read for one in outcomes))
        self._lines.setRowCount(0)
        self._show_files()
        self._fold(shown=False)
        self.show()
        urgent = any(one.error or one.removed for one in outcomes)
        announce(self, self._words.text(), urgent=urgent)

    def dismiss(self) -> None:
        """What came of the files was read."""
        self._is_told = False
        self.hide()

    def set_aside(self, *, aside: bool) -> None:
        """Another data set is on show than that of the files; or theirs is again."""
        if self._is_told:
            self.setVisible(not aside)

    def _show_files(self) -> None:
        """A line for each, where there are several."""
        outcomes = self._outcomes
        self._files.setVisible(len(outcomes) > 1)
        if len(outcomes) > 1:
            self._files.fill([(one.name, outcome_words(one)) for one in outcomes])

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
        self.dismiss()
        self.undo_wanted.emit()

    def _fold(self, *, shown: bool) -> None:
        broken = self._broken() if shown else []
        if shown and not self._lines.rowCount():
            self._lines.fill(broken)
        self._lines.setVisible(shown)
        left = sum(one.left_out for one in self._outcomes) - len(broken) if shown else 0
        self._more.setText(self.tr("and {count} more").format(count=f"{left:,}"))
        self._more.setVisible(left > 0)
        self._show.setText(self.tr("Hide the lines") if shown else self.tr("Show the lines"))
        self._show.setAccessibleName(self._show.text())

    def _broken(self) -> list[tuple[str, str]]:
        """Each line that was left out, with the name of its file where there are several, and why."""
        alone = len(self._outcomes) == 1
        words = "{line}" if alone else self.tr("{file}, line {line}")
        return [
            (words.format(file=one.name, line=f"{line.line:,}"), line.why)
            for one in self._outcomes
            for line in one.broken
        ]


class _List(ReadingTable):
    """Two columns of words, none of which is cut; ``most`` rows of it are seen at once."""

    def __init__(self, headings: tuple[str, str], most: int, parent: QWidget) -> None:
        super().__init__(headings, 1, parent)
        self._most = most
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._fit)
        # Not when the table has another width: the columns have theirs later.
        self.horizontalHeader().sectionResized.connect(lambda *_: self._soon.start())

    def fill(self, rows: Sequence[tuple[str, str]]) -> None:
        """Show these."""
        self.setRowCount(len(rows))
        for place, texts in enumerate(rows):
            for column, text in enumerate(texts):
                self.setItem(place, column, QTableWidgetItem(text))
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if hasattr(self, "_soon") and event.type() in {
            QEvent.Type.FontChange,
            QEvent.Type.StyleChange,
        }:
            self._soon.start()

    def _height(self, row: int) -> int:
        """For all its words: Qt's own count leaves the padding of the style sheet out of the width."""
        room = QRect(0, 0, max(self.columnWidth(1) - _PADDING, 1), 1 << 20)
        words = self.item(row, 1)
        text = words.text() if words is not None else ""
        area = self.fontMetrics().boundingRect(room, int(Qt.TextFlag.TextWordWrap), text)
        return max(area.height() + _PADDING // 2, self.verticalHeader().defaultSectionSize())

    def _fit(self) -> None:
        for row in range(min(self.rowCount(), _MOST_FITTED)):
            self.setRowHeight(row, self._height(row))
        seen = sum(self.rowHeight(row) for row in range(min(self.rowCount(), self._most)))
        around = self.horizontalHeader().sizeHint().height() + 8
        self.setFixedHeight(seen + around)
