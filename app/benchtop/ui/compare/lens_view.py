"""The next-token lens: what a model expected at each place of a text, and what could stand there."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QScrollArea,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from benchtop.ui.compare.lens_canvas import LensCanvas
from benchtop.ui.compare.lens_head import LensHead
from benchtop.ui.compare.lens_legend import LensLegend
from benchtop.ui.compare.lens_options import LensOptions
from benchtop.ui.compare.lens_rows import LensRow, most_apart, prefix
from benchtop.ui.compare.lens_texts import apart_words, place_words
from benchtop.ui.theme import set_tone
from benchtop.ui.widgets.announce import announce
from benchtop.ui.widgets.breaking_label import BreakingLabel, with_breaks
from benchtop.ui.widgets.placeholder_page import PlaceholderPage

MARKS = 12
"""Places where two contestants differ most that are marked and listed."""
_MOST_ROWS = 3
_WIDE = 100
"""Letters from which on the alternatives stand beside the text, else below."""


class _Parts(QSplitter):
    """Asks for no more room than it must have: it takes what is left, and only then the page is scrolled."""

    def sizeHint(self) -> QSize:
        return self.minimumSizeHint()


class LensView(QWidget):
    """``read_requested`` carries a LensRequest.

    ``continue_requested`` carries a contestant's id, a place of its tokens, and the text of the token
    that shall stand there; ``prefix_before`` is the text before it.
    """

    read_requested = Signal(object)
    stop_requested = Signal()
    continue_requested = Signal(str, int, str)
    card_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("compare.lens")
        self.setAccessibleName(self.tr("Next-token lens"))
        self._head = LensHead(self)
        self._trouble = BreakingLabel("", self)
        self._canvas = LensCanvas(self)
        self._words = QLabel(self)
        self._legend = LensLegend(self)
        self._options = [LensOptions(number, self) for number in range(_MOST_ROWS)]
        self._apart = QListWidget(self)
        self._apart_label = QLabel(self.tr("Where they differ most"), self)
        self._places: list[tuple[int, int]] = []
        self._empty = self._make_empty()
        self._lay_out()
        self._connect()
        self.set_result(())

    # data in

    def set_contestants(
        self, choices: Sequence[tuple[str, str]], first: str = "", second: str = ""
    ) -> None:
        """Who can read, as (id, name), and who of them is chosen."""
        self._head.set_contestants(choices, first, second)

    def set_counting(self, *, possible: bool, why: str = "") -> None:
        """Whether a model that counts can read too, and why not."""
        self._head.set_counting(possible=possible, why=why)

    def set_running(self, words: str, *, going: bool = True) -> None:
        """Say what goes on; not ``going``: it is over, with what there is to say of it."""
        self._head.set_running(words, going=going)

    def set_trouble(self, words: str) -> None:
        """Say what went wrong, in a sentence; empty takes it away."""
        self._trouble.setText(with_breaks(words))
        self._trouble.setVisible(bool(words))

    def set_prompt(self, text: str) -> None:
        """Put a prompt into the field."""
        self._head.set_prompt(text)

    def set_result(self, rows: Sequence[LensRow]) -> None:
        """Show at most three rows, one above the other; none: the page explains itself."""
        rows = tuple(rows)[:_MOST_ROWS]
        self._places = [
            (number, place) for number, row in enumerate(rows) for place in most_apart(row, MARKS)
        ][:MARKS]
        marks = [
            {place for number, place in self._places if number == one} for one in range(len(rows))
        ]
        self._full.setVisible(bool(rows))
        self._empty.setVisible(not rows)
        self._head.set_result(there=bool(rows))
        for number, panel in enumerate(self._options):
            panel.setVisible(number < len(rows))
        self._fill_apart(rows)
        self._canvas.set_rows(rows, marks)

    def prefix_before(self, contestant_id: str, position: int) -> str:
        """The text before a place of a contestant's tokens."""
        row = next((one for one in self._canvas.rows if one.id == contestant_id), None)
        return prefix(row, position) if row is not None else ""

    def go(self, row: int, position: int) -> None:
        """Put the cursor on a place."""
        self._canvas.go(row, position)

    def focus_text(self) -> None:
        """Give the keyboard to the tokens, or to the prompt."""
        (self._canvas if self._canvas.rows else self._head.prompt).setFocus()

    # building

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        letters = self.width() / max(self.fontMetrics().averageCharWidth(), 1)
        wide = letters >= _WIDE
        way = Qt.Orientation.Horizontal if wide else Qt.Orientation.Vertical
        if self._full.orientation() != way:
            self._full.setOrientation(way)
            self._side.layout().setDirection(
                QVBoxLayout.Direction.TopToBottom if wide else QVBoxLayout.Direction.LeftToRight
            )
            self._full.setSizes([560, 320] if wide else [450, 350])

    def _make_empty(self) -> PlaceholderPage:
        action = QAction(self.tr("Try a sentence"), self)
        action.setObjectName("compare.lens.example")
        action.setProperty("icon_name", "edit")
        action.triggered.connect(self._on_example)
        return PlaceholderPage(
            "search",
            self.tr("What did the model expect?"),
            self.tr(
                "Write a text above and have a model read it: each token stands on the colour of its "
                "probability, with what could have stood there beside it."
            ),
            [action],
            self,
        )

    def _lay_out(self) -> None:
        self._trouble.setObjectName("compare.lens.trouble")
        self._trouble.setWordWrap(True)
        self._trouble.hide()
        set_tone(self._trouble, "bad")
        self._words.setObjectName("compare.lens.words")
        self._words.setWordWrap(True)
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self._words.setMinimumHeight(2 * self.fontMetrics().lineSpacing())
        self._words.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        set_tone(self._apart_label, "muted")
        self._apart.setObjectName("compare.lens.apart")
        self._apart.setAccessibleName(self._apart_label.text())
        self._apart.setFrameShape(QFrame.Shape.NoFrame)
        self._apart.setUniformItemSizes(True)
        card = QFrame(self)
        card.setProperty("card", True)
        inside = QVBoxLayout(card)
        inside.setContentsMargins(2, 2, 2, 8)
        inside.addWidget(self._canvas, 1)
        for widget in (self._words, self._legend):
            holder = QWidget(card)
            padded = QVBoxLayout(holder)
            padded.setContentsMargins(12, 0, 12, 0)
            padded.addWidget(widget)
            inside.addWidget(holder)
        self._full = _Parts(self)
        self._full.setChildrenCollapsible(False)
        self._full.addWidget(card)
        self._full.addWidget(self._make_side())
        self._full.setSizes([560, 320])
        inner = QWidget(self)
        column = QVBoxLayout(inner)
        column.setContentsMargins(24, 16, 24, 16)
        column.setSpacing(12)
        column.addWidget(self._head)
        column.addWidget(self._trouble)
        column.addWidget(self._full, 1)
        column.addWidget(self._empty, 1)
        # Where the letters are large or the window is low, all of it is scrolled rather than cut.
        area = QScrollArea(self)
        area.setObjectName("compare.lens.scroll")
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidgetResizable(True)
        area.setWidget(inner)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(area)

    def _make_side(self) -> QFrame:
        self._side = QFrame(self)
        self._side.setProperty("card", True)
        column = QVBoxLayout(self._side)
        column.setContentsMargins(12, 8, 12, 12)
        column.setSpacing(12)
        for panel in self._options:
            column.addWidget(panel, 3)
        self._apart_box = QWidget(self._side)
        apart = QVBoxLayout(self._apart_box)
        apart.setContentsMargins(0, 0, 0, 0)
        apart.setSpacing(4)
        apart.addWidget(self._apart_label)
        apart.addWidget(self._apart, 1)
        column.addWidget(self._apart_box, 2)
        return self._side

    def _connect(self) -> None:
        self._head.read_requested.connect(self.read_requested)
        self._head.stop_requested.connect(self.stop_requested)
        self._head.card_requested.connect(self.card_requested)
        self._canvas.moved.connect(self._show_place)
        self._canvas.opened.connect(self._on_opened)
        self._apart.itemClicked.connect(lambda _item: self._on_apart())
        self._apart.itemActivated.connect(lambda _item: self._on_apart())
        for number, panel in enumerate(self._options):
            panel.continued.connect(lambda text, number=number: self._on_continued(number, text))

    # what a person does

    def _on_example(self) -> None:
        self._head.set_prompt(self.tr("The owl sat in the old oak tree and looked at the moon."))
        self._head.prompt.setFocus()
        self._head.read()

    def _show_place(self) -> None:
        """Fill the panels for the place looked at."""
        rows = self._canvas.rows
        if not self._canvas.has_places():
            self._words.clear()
            return
        number, position = self._canvas.place()
        for other, row in enumerate(rows):
            beside = self._canvas.beside(other)
            place = row.places[beside] if beside is not None else None
            self._options[other].put(row, place)
        words = place_words(rows[number], position)
        self._words.setText(words)
        self._canvas.setAccessibleDescription(words)
        if (number, position) == self._canvas.cursor_place():
            announce(self._canvas, words)

    def _on_opened(self) -> None:
        """Enter on a token: choose among its contestant's alternatives."""
        table = self._options[self._canvas.place()[0]].table
        if table.model().rowCount():
            table.setCurrentIndex(table.model().index(0, 0))
            table.setFocus()

    def _on_continued(self, number: int, text: str) -> None:
        position = self._canvas.beside(number)
        if position is not None:
            self.continue_requested.emit(self._canvas.rows[number].id, position, text)

    def _fill_apart(self, rows: Sequence[LensRow]) -> None:
        self._apart.clear()
        self._apart_box.setVisible(bool(self._places))
        for number, place in self._places:
            QListWidgetItem(apart_words(rows[number], place), self._apart)

    def _on_apart(self) -> None:
        place = self._apart.currentRow()
        if 0 <= place < len(self._places):
            self._canvas.go(*self._places[place])
