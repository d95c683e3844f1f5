"""What the editor of a suite is made of; what it does is in suite_editor.py."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from benchtop.ui.compare.suite_prompt_model import CHECKS, NAME, PROMPT, TAGS, SuitePromptModel
from benchtop.ui.compare.suite_prompt_pane import SuitePromptPane
from benchtop.ui.compare.suite_table import SuiteTable
from benchtop.ui.icons import set_icon, spaced
from benchtop.ui.theme import set_kind, set_tone
from benchtop.ui.widgets.flow_layout import FlowLayout

_WIDE = 62
"""Letters from which on table and fields stand side by side, each."""


class SuiteEditorFrame(QWidget):
    """The head, the table with its tools, and the fields of a prompt; nothing is connected here."""

    _is_made = False  # Qt tells of fonts before there is anything

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = SuitePromptModel(self)
        self._lines: dict[str, QLineEdit] = {}
        self._tools: dict[str, QPushButton | QToolButton] = {}
        # In this order, which is that of the Tab key.
        head, builtin = self._make_head(), self._make_builtin()
        self._table = SuiteTable("compare.suite.prompts", self.tr("Prompts of the suite"), self)
        self._table.setModel(self._rows)
        left = self._make_left()
        self._pane = SuitePromptPane(self)
        self._splitter = QSplitter(self)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.addWidget(left)
        self._splitter.addWidget(self._make_right())
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 16, 24, 16)
        column.setSpacing(12)
        column.addLayout(head)
        column.addWidget(builtin)
        column.addWidget(self._splitter, 1)
        self._is_made = True

    def _tool(self, key: str, sign: str, words: str) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName(f"compare.suite.{key}")
        button.setAccessibleName(words)
        button.setToolTip(words)
        set_icon(button, sign)
        self._tools[key] = button
        return button

    def _field(self, key: str, label: str) -> QLineEdit:
        field = QLineEdit(self)
        field.setObjectName(f"compare.suite.{key}")
        field.setAccessibleName(label)
        field.setPlaceholderText(label)
        self._lines[key] = field
        return field

    def _make_head(self) -> QHBoxLayout:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._tool("back", "back", self.tr("Back to the suites")))
        head.addWidget(self._field("title", self.tr("Name of the suite")), 2)
        head.addWidget(
            self._field("suite_tags", self.tr("Tags of the suite, with commas between")), 2
        )
        run = QPushButton(self.tr("Run…"), self)
        run.setObjectName("compare.suite.run")
        run.setAccessibleName(self.tr("Run this suite"))
        set_kind(run, "primary")
        self._tools["run"] = run
        head.addWidget(run)
        return head

    def _make_builtin(self) -> QWidget:
        self._builtin = QWidget(self)
        row = QHBoxLayout(self._builtin)
        row.setContentsMargins(0, 0, 0, 0)
        words = QLabel(
            self.tr(
                "This suite comes with Benchtop and stays as it is; a copy of it can be changed."
            ),
            self._builtin,
        )
        words.setWordWrap(True)
        set_tone(words, "muted")
        copy = QPushButton(self.tr("Duplicate it"), self._builtin)
        copy.setObjectName("compare.suite.duplicate")
        copy.setAccessibleName(self.tr("Duplicate this suite"))
        self._duplicate = copy
        row.addWidget(words, 1)
        row.addWidget(copy)
        return self._builtin

    def _make_left(self) -> QWidget:
        left = QFrame(self)
        left.setProperty("card", True)
        column = QVBoxLayout(left)
        column.setContentsMargins(2, 2, 2, 6)
        tools = FlowLayout(gap=4)
        tools.setContentsMargins(6, 0, 6, 0)
        add = QPushButton(spaced(self.tr("Add a prompt")), self)
        add.setObjectName("compare.suite.add")
        add.setAccessibleName(self.tr("Add a prompt"))
        set_icon(add, "plus")
        self._tools["add"] = add
        tools.addWidget(add)
        for key, sign, words in (
            ("copy", "copy", self.tr("Duplicate the prompt")),
            ("up", "arrow-up", self.tr("Move the prompt up (Alt+Up)")),
            ("down", "arrow-down", self.tr("Move the prompt down (Alt+Down)")),
            ("remove", "trash", self.tr("Remove the prompt (Del)")),
        ):
            tools.addWidget(self._tool(key, sign, words))
        self._count = QLabel(self)
        set_tone(self._count, "muted")
        tools.addWidget(self._count)
        column.addWidget(self._table, 1)
        column.addLayout(tools)
        return left

    def _make_right(self) -> QWidget:
        right = QFrame(self)
        right.setProperty("card", True)
        self._stack = QStackedWidget(right)
        nothing = QWidget(right)
        inside = QVBoxLayout(nothing)
        words = QLabel(self.tr("A suite begins with its first prompt."), nothing)
        words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        first = QPushButton(spaced(self.tr("Add a prompt")), nothing)
        first.setObjectName("compare.suite.first")
        first.setAccessibleName(self.tr("Add a prompt"))
        set_icon(first, "plus", "on_primary")
        set_kind(first, "primary")
        self._first = first
        inside.addStretch(1)
        inside.addWidget(words)
        inside.addWidget(first, 0, Qt.AlignmentFlag.AlignHCenter)
        inside.addStretch(1)
        self._stack.addWidget(self._pane)
        self._stack.addWidget(nothing)
        column = QVBoxLayout(right)
        column.setContentsMargins(2, 2, 2, 2)
        column.addWidget(self._stack)
        return right

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._turn()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        letters = {QEvent.Type.FontChange, QEvent.Type.StyleChange}
        if self._is_made and event.type() in letters:
            self._turn()

    def _turn(self) -> None:
        """Side by side where there is room, else the table above the fields.

        Not when the table is resized: the splitter is in the midst of laying out what it has then.
        """
        letters = self.width() / max(self.fontMetrics().averageCharWidth(), 1)
        wide = letters >= 2 * _WIDE
        way = Qt.Orientation.Horizontal if wide else Qt.Orientation.Vertical
        if self._splitter.orientation() != way:
            self._splitter.setOrientation(way)
            self._splitter.setSizes([1_000, 1_000] if wide else [400, 600])

    def _measure(self) -> None:
        """The columns of the table: the prompts take what the others leave."""
        table, room = self._table, self._table.viewport().width()
        widths = {NAME: table.letters(16), CHECKS: table.letters(24), TAGS: table.letters(12)}
        table.setColumnHidden(TAGS, room < table.letters(84))
        used = sum(w for column, w in widths.items() if not table.isColumnHidden(column))
        widths[PROMPT] = max(room - used, table.letters(12))
        for column, width in widths.items():
            table.setColumnWidth(column, width)
