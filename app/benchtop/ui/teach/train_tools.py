"""The card that says what training needs, while that is not installed."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from benchtop.ui.compare.focus_order import put_in_line
from benchtop.ui.icons import set_icon, spaced
from benchtop.ui.teach.train_rows import ToolsRow
from benchtop.ui.teach.train_texts import tools_state_words, tools_words
from benchtop.ui.theme import code_font, set_kind, set_tone
from benchtop.ui.widgets.announce import announce
from benchtop.ui.widgets.breaking_label import BreakingLabel, with_breaks


class TrainTools(QFrame):
    """Shown while the tools are missing or being set up."""

    setup_requested = Signal()
    cancel_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("teach.train.tools")
        self.setAccessibleName(self.tr("The training tools"))
        self.setProperty("card", True)
        self._tools = ToolsRow()
        self._words, self._state = BreakingLabel("", self), BreakingLabel("", self)
        self._bar = QProgressBar(self)
        self._command = QLineEdit(self)
        self._set_up = QPushButton(spaced(self.tr("Set up")), self)
        self._cancel = QPushButton(self.tr("Cancel"), self)
        self._copy = QPushButton(spaced(self.tr("Copy")), self)
        self._lay_out()
        self._set_up.clicked.connect(self.setup_requested)
        self._cancel.clicked.connect(self.cancel_requested)
        self._copy.clicked.connect(self._on_copy)
        self.set_tools(ToolsRow())

    @property
    def ready(self) -> bool:
        """Nothing is missing."""
        return self._tools.state == "ready"

    def set_tools(self, tools: ToolsRow) -> None:
        """Show what is missing, how far it is, or nothing when all is there."""
        before, self._tools = self._tools, tools
        installing = tools.state == "installing"
        focus = self.focusWidget()
        had_focus = focus is not None and self.isAncestorOf(focus) and focus.hasFocus()
        self.setVisible(tools.state != "ready")
        self._words.setText(with_breaks(tools_words(tools)))
        words = tools_state_words(tools)
        self._state.setText(with_breaks(words))
        self._state.setVisible(bool(words))
        set_tone(self._state, "bad" if tools.state == "failed" else "muted")
        self._bar.setVisible(installing)
        # A progress bar paints at once, with all that waits in the window, when its value is set.
        self._bar.setUpdatesEnabled(False)
        known = tools.progress is not None
        self._bar.setMaximum(1_000 if known else 0)
        self._bar.setValue(int(1_000 * (tools.progress or 0.0)))
        self._bar.setUpdatesEnabled(True)
        self._bar.setAccessibleDescription(words)
        self._set_up.setVisible(not installing)
        again = self.tr("Try again") if tools.state == "failed" else self.tr("Set up")
        self._set_up.setText(spaced(again))
        self._set_up.setAccessibleName(self.tr("Set up the training tools"))
        self._cancel.setVisible(installing)
        self._other.setVisible(bool(tools.command) and not installing)
        self._command.setText(tools.command)
        self._command.setCursorPosition(0)
        gone = focus is not None and not focus.isVisibleTo(self)
        if had_focus and gone and tools.state != "ready":  # then its owner knows where to go on
            (self._cancel if installing else self._set_up).setFocus()
        if before.state != tools.state and words:
            announce(self, words, urgent=tools.state == "failed")

    def _lay_out(self) -> None:
        title = QLabel(self.tr("First, the training tools"), self)
        set_tone(title, "title")
        self._words.setWordWrap(True)
        self._state.setWordWrap(True)
        self._state.setObjectName("teach.train.tools.state")
        self._bar.setObjectName("teach.train.tools.progress")
        self._bar.setAccessibleName(self.tr("How far setting up is"))
        self._bar.setTextVisible(False)
        self._set_up.setObjectName("teach.train.tools.setup")
        set_kind(self._set_up, "primary")
        set_icon(self._set_up, "arrow-down", "on_primary")
        self._cancel.setObjectName("teach.train.tools.cancel")
        self._cancel.setAccessibleName(self.tr("Cancel setting up"))
        self._command.setObjectName("teach.train.tools.command")
        self._command.setAccessibleName(self.tr("The command that does the same in a terminal"))
        self._command.setReadOnly(True)
        self._command.setFont(code_font(self.font()))
        self._copy.setObjectName("teach.train.tools.copy")
        self._copy.setAccessibleName(self.tr("Copy the command"))
        set_icon(self._copy, "copy")
        set_kind(self._copy, "quiet")
        buttons = QHBoxLayout()
        buttons.addWidget(self._set_up)
        buttons.addWidget(self._cancel)
        buttons.addStretch(1)
        self._other = QWidget(self)
        other = QHBoxLayout(self._other)
        other.setContentsMargins(0, 0, 0, 0)
        label = QLabel(self.tr("Or in a terminal:"), self._other)
        label.setBuddy(self._command)
        set_tone(label, "muted")
        other.addWidget(label)
        other.addWidget(self._command, 1)
        other.addWidget(self._copy)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        for widget in (title, self._words, self._state, self._bar):
            column.addWidget(widget)
        column.addLayout(buttons)
        column.addWidget(self._other)
        self._words.setAlignment(Qt.AlignmentFlag.AlignLeft)
        put_in_line((self._set_up, self._cancel, self._command, self._copy))

    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self._tools.command)
        announce(self, self.tr("The command was copied."))
