"""What the view of measured properties is made of; what it does is in measure_view.py."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from benchtop.ui.compare.focus_order import put_in_line
from benchtop.ui.compare.measure_model import MeasureModel
from benchtop.ui.compare.measure_scatter import MeasureScatter
from benchtop.ui.compare.measure_texts import NAME, kind_words
from benchtop.ui.compare.suite_table import SuiteTable
from benchtop.ui.icons import set_icon, spaced
from benchtop.ui.theme import pad_spin_box, set_kind, set_tone
from benchtop.ui.widgets.breaking_label import BreakingLabel
from benchtop.ui.widgets.flow_layout import FlowLayout
from benchtop.ui.widgets.placeholder_page import PlaceholderPage

_LEAST_NAME = 16
"""Letters of a model's name that are seen at least."""
_EDGES = 20
"""Pixels around the words of a cell."""
_NAMED = 32
"""Letters of it in the line that says what the buttons measure."""

WINDOWS = (128, 256, 512, 1_024, 2_048, 4_096)
"""Tokens of a text that are read at a time."""


class MeasureFrame(QWidget):
    """The figures with their settings and buttons, and the picture; of their signals few are connected."""

    find_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("compare.measure")
        self.setAccessibleName(self.tr("Measured properties"))
        self._rows = MeasureModel(self)
        self._table = SuiteTable("compare.measure.list", self.tr("Measured properties"), self)
        self._table.setModel(self._rows)
        self._buttons: dict[str, QPushButton] = {}
        self._text, self._reference = QComboBox(self), QComboBox(self)
        self._window = QComboBox(self)
        for tokens in WINDOWS:
            words = self.tr("Window: {tokens} tokens").format(tokens=f"{tokens:,}")
            self._window.addItem(words, tokens)
        self._price = QDoubleSpinBox(self)
        self._price_label, self._which = QLabel(self), QLabel(self)
        self._tabs, self._stack = QTabBar(self), QStackedWidget(self)
        self._trouble = BreakingLabel("", self)
        self.scatter = MeasureScatter(self)
        self._empty = self._make_empty()
        self._lay_out()

    def _make_empty(self) -> PlaceholderPage:
        action = QAction(self.tr("Find a model"), self)
        action.setObjectName("compare.measure.find")
        action.setProperty("icon_name", "search")
        action.triggered.connect(self.find_requested)
        return PlaceholderPage(
            "models",
            self.tr("Nothing to measure yet"),
            self.tr(
                "The models on this machine stand here, with what each gives and what it takes."
            ),
            [action],
            self,
        )

    def _lay_out(self) -> None:
        table = self._table
        table.sort_by_headings()
        table.sortByColumn(NAME, Qt.SortOrder.AscendingOrder)
        for words in (self.tr("Figures"), self.tr("Picture")):
            self._tabs.addTab(words)
        self._tabs.setObjectName("compare.measure.tabs")
        self._tabs.setAccessibleName(self.tr("Figures or picture"))
        self._tabs.setDrawBase(False)
        self._tabs.setExpanding(False)
        self._stack.addWidget(self._make_figures())
        self._stack.addWidget(self.scatter)
        self._full = QWidget(self)
        column = QVBoxLayout(self._full)
        column.setContentsMargins(24, 12, 24, 16)
        column.setSpacing(12)
        head = QHBoxLayout()
        head.addWidget(self._tabs)
        head.addStretch(1)
        column.addLayout(head)
        column.addWidget(self._stack, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._full)
        whole.addWidget(self._empty)
        above = (self._tabs, self._text, self._reference, self._window, self._price)
        put_in_line((*above, self._table, *self._buttons.values()))

    def _make_figures(self) -> QWidget:
        page = QWidget(self)
        card = QFrame(page)
        card.setProperty("card", True)
        inside = QVBoxLayout(card)
        inside.setContentsMargins(2, 2, 2, 2)
        inside.addWidget(self._table)
        self._trouble.setObjectName("compare.measure.trouble")
        self._trouble.setWordWrap(True)
        set_tone(self._trouble, "bad")
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addLayout(self._make_settings())
        column.addWidget(card, 1)
        column.addWidget(self._trouble)
        column.addLayout(self._make_actions())
        return page

    def _make_settings(self) -> FlowLayout:
        flow = FlowLayout(gap=8)
        for box, key, name in (
            (self._text, "text", self.tr("The text that models are measured on")),
            (self._reference, "reference", self.tr("The model that damage is measured against")),
            (self._window, "window", self._window_words()),
        ):
            box.setObjectName(f"compare.measure.{key}")
            box.setAccessibleName(name)
            box.setToolTip(name)
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
            flow.addWidget(box)
        self._price_label.setBuddy(self._price)
        set_tone(self._price_label, "muted")
        self._price.setObjectName("compare.measure.price")
        for widget in (self._price_label, self._price):
            widget.setToolTip(self._price_words())
        self._price.setRange(0, 1_000)
        self._price.setDecimals(3)
        self._price.setSingleStep(0.01)
        self._price.setSpecialValueText(self.tr("not set"))
        self._price.setKeyboardTracking(False)
        pad_spin_box(self._price)
        together = QWidget(self)  # a price does not go to another line than its name
        pair = QHBoxLayout(together)
        pair.setContentsMargins(0, 0, 0, 0)
        pair.setSpacing(8)
        pair.addWidget(self._price_label)
        pair.addWidget(self._price)
        flow.addWidget(together)
        return flow

    def _window_words(self) -> str:
        return self.tr(
            "How much of the text is read at a time. Only figures of one window can be compared: in a "
            "longer one a model sees more before each word, and guesses better."
        )

    def _price_words(self) -> str:
        return self.tr(
            "What you pay for a kilowatt hour of electricity, in your currency: the costs in the table are "
            "the measured energy times this price."
        )

    def _name_chosen(self, name: str) -> None:
        """Say which model the buttons under the table measure."""
        words = self.tr("Measure {name}:") if name else self.tr("Measure")
        shown = f"{name[: _NAMED - 1]}…" if len(name) > _NAMED else name
        self._which.setText(words.format(name=shown))
        self._which.setToolTip(words.format(name=name))
        for key, what in {"all": self.tr("All that is missing"), **kind_words()}.items():
            said = self.tr("Measure {name}: {what}") if name else self.tr("Measure: {what}")
            self._buttons[key].setAccessibleName(said.format(name=name, what=what))

    def _make_actions(self) -> FlowLayout:
        flow = FlowLayout(gap=8)
        self._which.setObjectName("compare.measure.which")
        self._which.setTextFormat(Qt.TextFormat.PlainText)
        set_tone(self._which, "muted")
        flow.addWidget(self._which)
        texts: dict[str, str] = {"all": self.tr("All that is missing"), **kind_words()}
        texts |= {"stop": self.tr("Stop"), "card": self.tr("Save as card…")}
        for key, words in texts.items():
            button = QPushButton(spaced(words) if key == "card" else words, self)
            button.setObjectName(f"compare.measure.{key}")
            button.setAccessibleName(words)
            self._buttons[key] = button
            flow.addWidget(button)
        set_kind(self._buttons["all"], "primary")
        set_kind(self._buttons["card"], "quiet")
        set_icon(self._buttons["card"], "save")
        self._name_chosen("")
        return flow

    def _measure(self) -> None:
        """As wide as what stands in them; the name takes the rest, and the table scrolls where that is
        little."""
        table, rows, metrics = self._table, self._rows, self._table.fontMetrics()
        widths = []
        for column in range(rows.columnCount()):
            heading = str(rows.headerData(column, Qt.Orientation.Horizontal))
            lines = [str(rows.index(row, column).data()) for row in range(rows.rowCount())]
            words = max(map(metrics.horizontalAdvance, [*heading.split("\n"), *lines]))
            widths.append(words + _EDGES)
        rest = table.viewport().width() - sum(widths[1:])
        widths[NAME] = max(rest, min(widths[NAME], table.letters(_LEAST_NAME)))
        for column, width in enumerate(widths):
            table.setColumnWidth(column, width)
