"""What the Data tab is made of and where it stands; what it does is in data_wishes.py and data_view.py."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QSplitter,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from benchtop.ui.compare.focus_order import put_in_line
from benchtop.ui.icons import set_icon
from benchtop.ui.models.filter_field import FilterField
from benchtop.ui.teach.alike_bar import AlikeBar
from benchtop.ui.teach.data_empty import DataEmpty
from benchtop.ui.teach.data_head import DataHead
from benchtop.ui.teach.dataset_list import DatasetList
from benchtop.ui.teach.example_pane import ExamplePane
from benchtop.ui.teach.example_table import ExampleTable
from benchtop.ui.teach.fold import Fold
from benchtop.ui.teach.health_line import HealthLine
from benchtop.ui.teach.import_bar import ImportBar
from benchtop.ui.teach.new_example import NewExample
from benchtop.ui.teach.personal_bar import PersonalBar
from benchtop.ui.teach.selection_bar import SelectionBar
from benchtop.ui.teach.statistics_view import StatisticsView
from benchtop.ui.teach.teacher_panel import TeacherPanel
from benchtop.ui.teach.versions_bar import VersionsBar
from benchtop.ui.theme import set_tone

_ALL_THREE, _TWO = 160, 104
"""Letters from which on data sets, examples and one example stand side by side; and the latter two."""
_SETS, _SETS_MOST, _PANE_LEAST = 34, 52, 36
"""Letters of the data sets, and at least of one example."""
_PANE_PART = 0.35


class DataFrame(QWidget):
    """Data sets at the left, their examples in the middle, one of them at the right; with less room the
    data sets become a menu, and with little one example takes the place of the others."""

    _given: QWidget | None = None
    _is_made = False  # Qt tells of fonts before there is anything

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_open = False
        self._arrangement = (False, False, False)
        # In this order, which is that of the Tab key.
        self._left = self._make_left()
        self.head = DataHead(self)
        self.import_bar = ImportBar(self)
        self.versions = VersionsBar(self)
        self.teacher = TeacherPanel(self)
        self.teacher.hide()
        self.health = HealthLine(self)
        self.search = FilterField("teach.data.search", self.tr("Search the examples"), self)
        self.tag = self._make_tag()
        self.personal = PersonalBar("teach.data.personal", self)
        self.alike = AlikeBar(self)
        self.table = ExampleTable(self)
        self.empty = DataEmpty("teach.data.none", self)
        self.statistics_fold = Fold("teach.data.statistics_fold", self.tr("Statistics"), self)
        self.chosen_bar = SelectionBar(self)
        self.statistics = StatisticsView(self)
        self._middle = self._make_middle()
        self.pane = ExamplePane(self)
        self.new = NewExample(self)
        self._right = QStackedWidget(self)
        self._right.addWidget(self.pane)
        self._right.addWidget(self.new)
        self.nothing = DataEmpty("teach.data.first", self)
        self._place()
        put_in_line((*self._set_buttons.values(), self.sets))
        self._is_made = True

    def _make_left(self) -> QWidget:
        left = QWidget(self)
        title = QLabel(self.tr("Data sets"), left)
        set_tone(title, "title")
        self.sets = DatasetList(left)
        row = QHBoxLayout()
        row.setSpacing(2)
        row.addWidget(title, 1)
        self._set_buttons: dict[str, QToolButton] = {}
        for key, sign, words in (
            ("new_set", "plus", self.tr("New data set")),
            ("rename_set", "rename", self.tr("Rename the data set (F2)")),
            ("remove_set", "trash", self.tr("Remove the data set (Del)")),
        ):
            button = QToolButton(left)
            button.setObjectName(f"teach.data.{key}")
            button.setAccessibleName(words.partition(" (")[0])
            button.setToolTip(words)
            set_icon(button, sign)
            row.addWidget(button)
            self._set_buttons[key] = button
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(row)
        column.addWidget(self.sets, 1)
        return left

    def _make_tag(self) -> QComboBox:
        tag = QComboBox(self)
        tag.setObjectName("teach.data.tag")
        tag.setAccessibleName(self.tr("Only examples with a tag"))
        tag.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        tag.addItem(self.tr("any tag"), "")
        tag.hide()
        return tag

    def _make_middle(self) -> QWidget:
        middle = QWidget(self)
        self._card = QFrame(middle)
        self._card.setProperty("card", True)
        self._no_match = QLabel(self._card)
        self._no_match.setObjectName("teach.data.no_match")
        self._no_match.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._no_match.setWordWrap(True)
        set_tone(self._no_match, "muted")
        inside = QVBoxLayout(self._card)
        inside.setContentsMargins(2, 2, 2, 2)
        inside.addWidget(self.table, 1)
        inside.addWidget(self._no_match, 1)
        find = QHBoxLayout()
        find.setSpacing(8)
        self.search.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        find.addWidget(self.search, 1)
        find.addWidget(self.tag)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.statistics_fold)
        foot.addStretch(1)
        foot.addWidget(self.chosen_bar)
        self._full = QWidget(middle)
        full = QVBoxLayout(self._full)
        full.setContentsMargins(0, 0, 0, 0)
        full.setSpacing(8)
        full.addWidget(self.health)
        full.addLayout(find)
        full.addWidget(self.personal)
        full.addWidget(self.alike)
        full.addWidget(self._card, 1)
        full.addLayout(foot)
        full.addWidget(self.statistics)
        self.statistics.hide()
        column = self._below_head = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for part in (self.head, self.import_bar, self.versions, self.teacher):
            column.addWidget(part)
        column.addWidget(self._full, 1)
        column.addWidget(self.empty, 1)
        return middle

    def _place(self) -> None:
        self._splitter = QSplitter(self)
        self._splitter.setObjectName("teach.data.splitter")
        self._splitter.setChildrenCollapsible(False)
        self._splitter.setHandleWidth(1)
        self._area = _scrolled(_padded(self._middle))
        for part in (_padded(self._left), self._area, _padded(self._right)):
            self._splitter.addWidget(part)
        self._splitter.setStretchFactor(0, 0)
        self._splitter.setStretchFactor(1, 3)
        self._splitter.setStretchFactor(2, 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self._above = QVBoxLayout()
        self._above.setContentsMargins(16, 12, 16, 0)
        column.addLayout(self._above)
        column.addWidget(self._splitter, 1)
        column.addWidget(self.nothing, 1)

    def _show_sets(self, *, some: bool) -> None:
        """Without a data set there is only how to get one; what came of a file is told in both."""
        self.nothing.setVisible(not some)
        self._splitter.setVisible(some)
        if some:
            self._below_head.insertWidget(1, self.import_bar)
        else:
            self._above.addWidget(self.import_bar)

    def _arrange(self) -> None:
        """Show what there is room for."""
        if not self._is_made:
            return
        letters = self.width() / max(self.fontMetrics().averageCharWidth(), 1)
        has_list, has_both = letters >= _ALL_THREE, letters >= _TWO
        parts = [self._splitter.widget(place) for place in range(3)]
        with_pane = self._is_open or (has_both and self._has_examples())
        parts[0].setVisible(has_list)
        parts[1].setVisible(has_both or not self._is_open)
        parts[2].setVisible(with_pane)
        self.head.set_folded(folded=not has_list)
        self.pane.set_alone(alone=not has_both)
        letter = self.fontMetrics().averageCharWidth()
        parts[0].setMaximumWidth(letter * _SETS_MOST)
        parts[2].setMinimumWidth(letter * _PANE_LEAST if has_both else 0)
        arrangement = (has_list, has_both, with_pane)
        if arrangement != self._arrangement:
            self._arrangement = arrangement
            left = letter * _SETS if has_list else 0
            right = round((self.width() - left) * _PANE_PART)
            self._splitter.setSizes([left, self.width() - left - right, right])

    def _has_examples(self) -> bool:
        return True

    def show_statistics(self, *, shown: bool) -> None:
        """Unfold them into sight, or fold them."""
        self.statistics.setVisible(shown)
        if shown:  # they have their place when this event is done
            QTimer.singleShot(
                0, self, lambda: self._area.ensureWidgetVisible(self.statistics, 0, 12)
            )

    def focus_start(self) -> None:
        """Give the keyboard to what comes first."""
        stops = (self.nothing, self.empty, self.table, self.search)
        next((one for one in stops if one.isVisible()), self.table).setFocus()

    def _keep_focus(self, focus: QWidget) -> None:
        """Where what had the keyboard is hidden by now, Qt has given it to just any part of the window."""
        waits = (
            focus is self._given is self.search and self.table.isVisible()
        )  # for what comes below
        if waits or (focus is not self and not focus.isVisible()):
            self.focus_start()
            self._given = self._focused()

    def _focused(self) -> QWidget:
        """What has the keyboard on this tab, else the tab."""
        focus = self.focusWidget()
        return focus if focus is not None and focus.hasFocus() and focus.isVisible() else self

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange}:
            self._arrange()


def _scrolled(part: QWidget) -> QScrollArea:
    """Whatever is unfolded in it, the window need not grow."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(part)
    area.viewport().setAutoFillBackground(False)
    part.setAutoFillBackground(False)
    return area


def _padded(part: QWidget) -> QWidget:
    outer = QWidget()
    column = QVBoxLayout(outer)
    column.setContentsMargins(16, 12, 16, 12)
    column.addWidget(part)
    return outer
