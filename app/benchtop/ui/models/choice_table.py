"""The files of a repository, one line each, as many as can be read at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import reduce

from PySide6.QtCore import QEvent, QObject, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QPushButton, QSizePolicy, QStyle, QVBoxLayout, QWidget

from benchtop.ui.chat.row_painting import draw_line
from benchtop.ui.models.choice_line import ChoiceLine
from benchtop.ui.models.choice_places import GAP, PAD, Columns
from benchtop.ui.models.recommended import recommended
from benchtop.ui.models.rows import ChoiceRow
from benchtop.ui.theme import muted_font, set_kind, tokens

PAGE = 40
"""How many lines come at once; a button shows more of them."""
_AT_ONCE = 4  # made in one go; the window has its turn in between


class ChoiceTable(QFrame):
    """``download_requested`` carries a choice's key. Up and Down walk from button to button.

    ``focus_dropped``: the button that had the keyboard is gone, and there is no other.
    """

    download_requested = Signal(str)
    focus_dropped = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("models.choices")
        self.setAccessibleName(self.tr("Files to choose from"))
        self.setProperty("card", True)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._rows: tuple[ChoiceRow, ...] = ()
        self._best = ""
        self._lines: list[ChoiceLine] = []
        self._limit = PAGE
        self._offline = False
        self._wanted_focus = ""
        self._head = _Head(self)
        self._more = self._make_more()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(1, 1, 1, 1)
        self._column.setSpacing(0)
        self._column.addWidget(self._head)
        self._column.addWidget(self._more)
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._make_some)

    @property
    def lines(self) -> list[ChoiceLine]:
        """The lines that are there, from top to bottom."""
        return list(self._lines)

    def set_choices(
        self, rows: Sequence[ChoiceRow], whole: Sequence[ChoiceRow] | None = None
    ) -> None:
        """Show these; lines of the same choices stay where they are and keep the keyboard. ``whole`` are
        all that there are, where only some are shown: one of them is recommended."""
        best = recommended(rows if whole is None else whole)
        self._best = best.key if best is not None else ""
        before, self._rows = [row.key for row in self._rows], tuple(rows)
        if before != [row.key for row in rows]:
            self._wanted_focus = self._focused_key()
            for line in self._lines:
                self._column.removeWidget(line)
                line.hide()
                line.deleteLater()
            self._lines, self._limit = [], PAGE
            self._make_some()
            return
        self._show_states()
        self._arrange()

    def wants_projector(self, key: str) -> bool:
        """Whether the box for the projector of a choice is ticked."""
        return any(line.row.key == key and line.wants_projector for line in self._lines)

    def set_offline(self, offline: bool) -> None:
        """Whether nothing can be downloaded now."""
        self._offline = offline
        self._show_states()

    def first_button(self) -> QPushButton | None:
        """The button of the recommended file, else the first that can be pressed."""
        able = [line for line in self._lines if line.button.isVisibleTo(self)]
        able = [line for line in able if line.button.isEnabled()]
        marked = [line for line in able if line.recommended]
        return next((line.button for line in (*marked, *able)), None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self._arrange()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange}:
            QTimer.singleShot(0, self, self._arrange)  # once the lines have the new font as well

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Up and Down on a button go to the next one that can be pressed."""
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        step = steps.get(Qt.Key(event.key()))
        if step is None:
            return False
        buttons: list[QPushButton] = [line.button for line in self._lines]
        buttons = [b for b in buttons if b is watched or (b.isVisible() and b.isEnabled())]
        at = next((i for i, button in enumerate(buttons) if button is watched), 0) + step
        if 0 <= at < len(buttons):
            buttons[at].setFocus(Qt.FocusReason.TabFocusReason)
        return True

    def _make_some(self) -> None:
        """The next lines; the timer goes on until as many are there as are shown."""
        wanted = self._rows[: self._limit]
        for row in wanted[len(self._lines) : len(self._lines) + _AT_ONCE]:
            line = ChoiceLine(row, self)
            line.download_requested.connect(self.download_requested)
            line.button.installEventFilter(self)
            line.size_changed.connect(self._arrange)
            self._column.insertWidget(len(self._lines) + 1, line)
            self._lines.append(line)
            line.show()  # now, not with the next layout: only then can its button take the focus
        self._show_states()
        self._arrange()
        self._give_focus_back()
        if len(self._lines) >= len(wanted):
            self._timer.stop()
            self._finish()
        elif not self._timer.isActive():
            self._timer.start()

    def _finish(self) -> None:
        left = len(self._rows) - len(self._lines)
        self._more.setVisible(left > 0)
        text = self.tr("Show {count} more files").format(count=min(left, PAGE))
        self._more.setText(text)
        self._more.setAccessibleName(text)
        last = self._lines[-1].button if self._lines else None
        if last is not None:
            QWidget.setTabOrder(last, self._more)

    def _show_states(self) -> None:
        focused = next((line for line in self._lines if line.button.hasFocus()), None)
        # While buttons go and come back Qt would send the keyboard to wherever Tab leads.
        if focused is not None:
            self.setFocus()
        for line, row in zip(self._lines, self._rows, strict=False):
            line.set_row(row, recommended=row.key == self._best, offline=self._offline)
        if focused is not None:
            self._focus_near(focused)

    def _focus_near(self, line: ChoiceLine) -> None:
        """The keyboard to this line's button, else to the next, else to the last one before."""
        at = self._lines.index(line)
        for near in (*self._lines[at:], *reversed(self._lines[:at])):
            if not near.button.isHidden() and near.button.isEnabled():
                near.button.setFocus()
                return
        self.focus_dropped.emit()

    def _arrange(self) -> None:
        """Columns as wide as the widest of each; lines on top of each other where that is too much."""
        columns = reduce(Columns.union, (line.wanted() for line in self._lines), Columns())
        width = self.contentsRect().width() - 2
        spare = max(width - columns.total, 0)  # long names may have what nobody else needs
        whole = max((line.whole_name() for line in self._lines), default=0)
        columns = replace(columns, name=max(columns.name, min(whole, columns.name + spare)))
        self._head.show_columns(columns)
        wide = columns.total <= width
        self._head.setVisible(wide and bool(self._lines))
        for line in self._lines:
            line.arrange(width, columns, wide=wide)

    def _focused_key(self) -> str:
        return next((line.row.key for line in self._lines if line.button.hasFocus()), "")

    def _give_focus_back(self) -> None:
        for line in self._lines:
            if self._wanted_focus and line.row.key == self._wanted_focus:
                self._wanted_focus = ""
                line.button.setFocus()

    def _make_more(self) -> QPushButton:
        button = QPushButton(self)
        button.setObjectName("models.choices.more")
        button.setAccessibleName(self.tr("Show more files"))
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        set_kind(button, "quiet")
        button.clicked.connect(self._show_more)
        button.hide()
        return button

    def _show_more(self) -> None:
        first_new = len(self._lines)
        self._limit += PAGE
        self._make_some()
        if first_new < len(self._lines):
            self._lines[first_new].button.setFocus()


class _Head(QWidget):
    """The names of the columns; only there while they stand side by side."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._columns = Columns()

    def show_columns(self, columns: Columns) -> None:
        """Stand above columns of these widths."""
        self._columns = columns
        self.setFixedHeight(self.fontMetrics().lineSpacing() + 12)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        columns, left = self._columns, PAD
        names = (
            (self.tr("File"), columns.name),
            (self.tr("Size"), columns.size),
            (self.tr("Memory"), columns.fit),
        )
        for name, width in names:
            place = QRect(left, 0, width, self.height())
            draw_line(
                painter,
                QStyle.visualRect(self.layoutDirection(), self.rect(), place),
                name,
                font=muted_font(self.font()),
                colour=tokens(self.palette()).muted,
                direction=self.layoutDirection(),
            )
            left += width + GAP
        painter.end()
