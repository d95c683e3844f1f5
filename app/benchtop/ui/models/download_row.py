"""One download of the list: its facts, its buttons, its error, and the question before cancelling."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QBoxLayout,
    QHBoxLayout,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from benchtop.ui.icons import set_icon, spaced
from benchtop.ui.models.ask_bar import Answer, AskBar
from benchtop.ui.models.download_facts import GRIP, DownloadFacts
from benchtop.ui.models.download_rows import DownloadRow
from benchtop.ui.models.download_texts import (
    action_names,
    action_words,
    all_action_words,
    cancel_names,
    cancel_question,
    spoken_words,
    terms_names,
)
from benchtop.ui.theme import set_tone, tokens
from benchtop.ui.widgets.breaking_label import BreakingLabel, with_breaks

_ROOM = 88
"""Letters of a row's width that facts and buttons need to stand side by side."""
_ARROWS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}


class DownloadRowView(QWidget):
    """Tells wishes by the row's own signals. Only the list's current row can be reached with Tab."""

    acted = Signal()
    """The first button: pause, resume, try again or show, by the row's state."""
    cancelled = Signal(bool)
    """Cancel, and whether what is here is kept; or take it off the list, when it is done."""
    stepped = Signal(int)
    """Move the download by so many places."""
    walked = Signal(int, int)
    """Give the keyboard to the row so many places on: to its button of this number."""
    focused = Signal()
    terms_asked = Signal()
    """Show where the makers ask for agreement."""

    def __init__(self, row: DownloadRow, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("models.downloads.row")
        self.facts = DownloadFacts(self)
        self.action = QPushButton(self)
        self.action.setObjectName("models.downloads.action")
        self.cancel = self._tool("cancel", "close")
        self.up = self._tool("up", "chevron-up")
        self.down = self._tool("down", "chevron-down")
        self.ask = AskBar("models.downloads.ask", self)
        self.ask.setContentsMargins(GRIP, 0, 0, 0)
        self._error: BreakingLabel | None = None
        self.terms: QPushButton | None = None
        self._first = self._last = self._current = False
        self._lay_out()
        self._connect()
        self.row = row
        self._show(row)

    def buttons(self) -> list[QAbstractButton]:
        """The buttons in their order; those of a question are not among them."""
        made = [self.action, self.up, self.down, self.cancel]
        return made if self.terms is None else [*made, self.terms]

    def show_row(self, row: DownloadRow) -> None:
        """Show these values; nothing happens where they are the same."""
        if row == self.row:
            return
        before, self.row = self.row, row
        if _told(before) != _told(row):
            self._show(row)
        else:
            self._show_progress(row)

    def set_current(self, current: bool) -> None:
        """Whether Tab comes here."""
        if current == self._current:
            return
        self._current = current
        policy = Qt.FocusPolicy.StrongFocus if current else Qt.FocusPolicy.ClickFocus
        for button in self.buttons():
            button.setFocusPolicy(policy)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is little room the buttons go below, so that no figure is cut."""
        super().resizeEvent(event)
        narrow = self.width() < self.fontMetrics().averageCharWidth() * _ROOM
        ways = QBoxLayout.Direction
        self._across.setDirection(ways.TopToBottom if narrow else ways.LeftToRight)

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self._first:
            painter = QPainter(self)
            painter.fillRect(0, 0, self.width(), 1, tokens(self.palette()).border)
            painter.end()

    def set_ends(self, *, first: bool, last: bool) -> None:
        """Whether it can move up and down."""
        if (first, last) == (self._first, self._last):
            return
        self._first, self._last = first, last
        self._hand_on_focus(self.up, first, self.down)
        self._hand_on_focus(self.down, last, self.up)
        self.update()
        self.up.setEnabled(not first)
        self.down.setEnabled(not last)

    def focus_button(self, number: int) -> None:
        """Give the keyboard to a button, or the first one where that one cannot have it."""
        if not self.ask.isHidden():
            self.ask.buttons()[-1].setFocus()
            return
        wanted = self.buttons()[number]
        usable = wanted.isEnabled() and not wanted.isHidden()
        (wanted if usable else self.action).setFocus(Qt.FocusReason.TabFocusReason)

    def focus_number(self) -> int | None:
        """Which of the buttons has the keyboard; 0 for one of a question's answers."""
        for number, button in enumerate(self.buttons()):
            if button.hasFocus():
                return number
        return 0 if self.ask.has_focus_inside() else None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrow keys walk through the list; with Alt they move the download."""
        if event.type() == QEvent.Type.FocusIn:
            self.focused.emit()
        if isinstance(event, QKeyEvent) and event.key() in _ARROWS:
            with_alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
            if event.type() == QEvent.Type.ShortcutOverride and with_alt:
                event.accept()
                return True
            if event.type() == QEvent.Type.KeyPress:
                step = _ARROWS[Qt.Key(event.key())]
                if with_alt:
                    self.stepped.emit(step)
                else:
                    self.walked.emit(step, self.focus_number() or 0)
                return True
        return super().eventFilter(watched, event)

    def _tool(self, name: str, icon_name: str) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName(f"models.downloads.{name}")
        set_icon(button, icon_name, "muted")
        return button

    def _lay_out(self) -> None:
        metrics = self.action.fontMetrics()
        widest = max(metrics.horizontalAdvance(text) for text in all_action_words())
        self.action.setMinimumWidth(widest + 30)
        buttons = QHBoxLayout()
        buttons.setSpacing(4)
        buttons.addStretch(1)
        for button in self.buttons():
            buttons.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
            policy = button.sizePolicy()
            policy.setRetainSizeWhenHidden(True)
            button.setSizePolicy(policy)
        self._across = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._across.setSpacing(12)
        self._across.addWidget(self.facts, 1)
        self._across.addLayout(buttons)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(12, 12, 12, 12)
        self._column.setSpacing(8)
        self._column.addLayout(self._across)
        self._column.addWidget(self.ask)

    def _connect(self) -> None:
        self.action.clicked.connect(self.acted)
        self.cancel.clicked.connect(self._on_cancel)
        self.up.clicked.connect(lambda: self.stepped.emit(-1))
        self.down.clicked.connect(lambda: self.stepped.emit(1))
        self.ask.answered.connect(self._on_answer)
        for button in self.buttons():
            button.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
            button.installEventFilter(self)

    def _show(self, row: DownloadRow) -> None:
        """Everything that changes with the state."""
        self.action.setText(action_words(row))
        self.action.setAccessibleName(action_names(row))
        names = {
            self.cancel: cancel_names(row),
            self.up: self.tr("Move {name} up").format(name=row.name),
            self.down: self.tr("Move {name} down").format(name=row.name),
        }
        for button, name in names.items():
            button.setAccessibleName(name)
        self.cancel.setToolTip(names[self.cancel])
        self.up.setToolTip(self.tr("Move up (Alt+Up)"))
        self.down.setToolTip(self.tr("Move down (Alt+Down)"))
        done = row.state == "done"
        for button in (self.up, self.down):
            self._hand_on_focus(button, done, self.action)
            button.setVisible(not done)
        self.facts.setCursor(Qt.CursorShape.ArrowCursor if done else Qt.CursorShape.OpenHandCursor)
        self._show_error(row.error if row.state == "failed" else "")
        self._show_terms(row)
        if row.state == "done" and not self.ask.isHidden():
            self._on_answer("go_on")
        self._show_progress(row)

    def _show_progress(self, row: DownloadRow) -> None:
        self.facts.row = row
        self.facts.update()
        words = spoken_words(row)
        if words != self.accessibleName():
            self.setAccessibleName(words)

    def _show_error(self, sentence: str) -> None:
        if self._error is None and sentence:
            self._error = BreakingLabel("", self)
            self._error.setObjectName("models.downloads.error")
            self._error.setWordWrap(True)
            self._error.setIndent(GRIP)
            set_tone(self._error, "bad")
            self._column.insertWidget(1, self._error)
        if self._error is not None:
            self._error.setText(with_breaks(sentence))
            self._error.setVisible(bool(sentence))

    def _show_terms(self, row: DownloadRow) -> None:
        wanted = row.state == "failed" and bool(row.terms)
        if self.terms is None and wanted:
            self.terms = self._make_terms()
        if self.terms is not None:
            if self.terms.hasFocus() and not wanted:
                self.action.setFocus(Qt.FocusReason.OtherFocusReason)
            self.terms.setAccessibleName(terms_names(row))
            self.terms.setToolTip(row.terms)
            self.terms.setVisible(wanted)

    def _make_terms(self) -> QPushButton:
        button = QPushButton(spaced(self.tr("Open the terms in the browser")), self)
        button.setObjectName("models.downloads.terms")
        set_icon(button, "external")
        button.clicked.connect(lambda _on=False: self.terms_asked.emit())
        button.setFocusPolicy(self.cancel.focusPolicy())
        button.installEventFilter(self)
        QWidget.setTabOrder(self.cancel, button)
        line = QHBoxLayout()
        line.setContentsMargins(GRIP, 0, 0, 0)
        line.addWidget(button)
        line.addStretch(1)
        self._column.insertLayout(self._column.indexOf(self._error) + 1, line)
        return button

    def _on_cancel(self) -> None:
        if self.row.state == "done" or self.row.done_bytes == 0:
            self.cancelled.emit(False)
            return
        answers = (
            Answer("keep", self.tr("Cancel, keep what is here")),
            Answer("delete", self.tr("Cancel and delete it"), "danger"),
            Answer("go_on", self.tr("Don't cancel"), "quiet"),
        )
        self.ask.ask(cancel_question(self.row), answers, "go_on")

    def _on_answer(self, key: str) -> None:
        had_focus = self.ask.has_focus_inside()
        self.ask.close_question()
        if had_focus:
            self.cancel.setFocus(Qt.FocusReason.OtherFocusReason)
        if key != "go_on":
            self.cancelled.emit(key == "keep")

    def _hand_on_focus(self, button: QToolButton, ends: bool, other: QAbstractButton) -> None:
        """A button that can no longer be used hands the keyboard to its neighbour."""
        if ends and button.hasFocus():
            other.setEnabled(True)
            other.setFocus(Qt.FocusReason.OtherFocusReason)


def _told(row: DownloadRow) -> tuple[object, ...]:
    """What more than the painted facts depends on."""
    return row.name, row.state, row.error, row.terms, row.hopeless
