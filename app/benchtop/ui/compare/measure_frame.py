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

from benchtop.ui.compare.measure_model import MeasureModel
from benchtop.ui.compare.measure_scatter import MeasureScatter
from benchtop.ui.compare.measure_texts import NAME, kind_words
from benchtop.ui.compare.suite_table import SuiteTable
from benchtop.ui.icons import set_icon, spaced
from benchtop.ui.theme import pad_spin_box, set_kind, set_tone
from benchtop.ui.widgets.breaking_label import BreakingLabel
from benchtop.ui.widgets.flow_layout import FlowLayout
from benchtop.ui.widgets.placeholder_page import PlaceholderPage

_SAMPLES = (
    "", "999.9 MB", "9,999.99 ± 99.99", "0.1234 ± 0.0001", "9.999 ± 0.123", "99 % done",
    "9,999 / 9,999 / 9,999", "999 / 999 / 999", "999.9 MB", "not measurable here", "0.000042 EUR",
)  # fmt: skip


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
        label = QLabel(self.tr("Price of a kWh"), self)
        label.setBuddy(self._price)
        set_tone(label, "muted")
        self._price.setObjectName("compare.measure.price")
        self._price.setAccessibleName(label.text())
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
        pair.addWidget(label)
        pair.addWidget(self._price)
        flow.addWidget(together)
        return flow

    def _window_words(self) -> str:
        return self.tr(
            "How much of the text is read at a time. Only figures of one window can be compared: in a "
            "longer one a model sees more before each word, and guesses better."
        )

    def _make_actions(self) -> FlowLayout:
        flow = FlowLayout(gap=8)
        label = QLabel(self.tr("Measure"), self)
        set_tone(label, "muted")
        flow.addWidget(label)
        texts: dict[str, str] = {"all": self.tr("All that is missing"), **kind_words()}
        texts |= {"stop": self.tr("Stop"), "card": self.tr("Save as card…")}
        for key, words in texts.items():
            button = QPushButton(spaced(words) if key == "card" else words, self)
            button.setObjectName(f"compare.measure.{key}")
            button.setAccessibleName(
                words if key in {"stop", "card"} else self.tr("Measure: {what}").format(what=words)
            )
            self._buttons[key] = button
            flow.addWidget(button)
        set_kind(self._buttons["all"], "primary")
        set_kind(self._buttons["card"], "quiet")
        set_icon(self._buttons["card"], "save")
        return flow

    def _measure(self) -> None:
        """As wide as figures need; the name takes the rest, and the table scrolls where that is little."""
        table = self._table
        metrics = table.fontMetrics()
        widths = []
        for column, sample in enumerate(_SAMPLES):
            heading = str(self._rows.headerData(column, table.horizontalHeader().orientation()))
            lines = [*heading.split("\n"), sample]
            widths.append(max(metrics.horizontalAdvance(line) for line in lines) + 28)
        widths[NAME] = max(table.viewport().width() - sum(widths[1:]), table.letters(22))
        for column, width in enumerate(widths):
            table.setColumnWidth(column, width)
