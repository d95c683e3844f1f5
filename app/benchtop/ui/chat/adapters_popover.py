"""The list beneath the header's "Adapters": which are attached to the model that answers, how strongly."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from benchtop.ui.chat.adapter_line import AdapterLine
from benchtop.ui.chat.adapter_rows import AdapterRow
from benchtop.ui.chat.popover import Popover
from benchtop.ui.icons import set_icon, spaced
from benchtop.ui.theme import set_kind, set_tone

_WAIT_MS = 250
"""A scale is told this long after its last step, and at once when the list goes away."""
_MOST_LINES = 6.5  # half a line says that there is more below
_LETTERS = 80


class AdaptersPopover(Popover):
    """``changed`` carries all rows as they stand. Tab goes from switch to scale to the next switch."""

    changed = Signal(list)
    more_requested = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("chat.adapters.menu")
        self.setAccessibleName(self.tr("Adapters"))
        self._lines: list[AdapterLine] = []
        self._model = ""
        self._rows: tuple[AdapterRow, ...] = ()
        self._head = QLabel(self)
        self._head.setWordWrap(True)
        self._head.setContentsMargins(8, 4, 8, 4)
        set_tone(self._head, "muted")
        self._inside = QWidget()
        self._column = QVBoxLayout(self._inside)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._scroll = _Lines(self._inside, self)
        self._more = QPushButton(spaced(self.tr("More…")), self)
        self._more.setObjectName("chat.adapters.more")
        self._more.setAccessibleName(self.tr("More…"))
        self._more.setToolTip(
            self.tr("Their cards, export, merging and removal, in the model's details under Models")
        )
        set_icon(self._more, "models")
        set_kind(self._more, "quiet")
        self._more.clicked.connect(self._on_more)
        self.content.addWidget(self._head)
        self.content.addWidget(self._scroll, 1)
        self.content.addWidget(self._more, 0, Qt.AlignmentFlag.AlignLeading)
        self._wait = QTimer(self, singleShot=True, interval=_WAIT_MS)
        self._wait.timeout.connect(self._tell)

    def set_adapters(self, rows: Sequence[AdapterRow], model: str) -> None:
        """Show these adapters, for the model of this name."""
        self._rows, self._model = tuple(rows), model
        if self.isVisible():
            self._fill()

    def open_beneath(self, anchor: QWidget) -> None:
        """Show it with the keyboard at the first switch."""
        self._fill()
        self.show_beneath(anchor)
        stops = (line.first_stop() for line in self._lines)
        first = next((stop for stop in stops if stop is not None), self._more)
        first.setFocus(Qt.FocusReason.PopupFocusReason)

    def sizeHint(self) -> QSize:
        """Room for a name and its scale beside each other."""
        size = super().sizeHint()
        wide = self.fontMetrics().averageCharWidth() * _LETTERS
        return QSize(max(size.width(), wide), size.height() + self._wrapped(wide))

    def _wrapped(self, width: int) -> int:
        """By how much the words are higher in this width than Qt thinks."""
        inner = width - self.content.contentsMargins().left() * 2
        return max(0, self._head.heightForWidth(inner) - self._head.sizeHint().height())

    def hideEvent(self, event: QHideEvent) -> None:
        if self._wait.isActive():
            self._tell()
        super().hideEvent(event)

    def _fill(self) -> None:
        """Take the lines there are for the same adapters: the one being changed keeps the keyboard."""
        if [line.row.path for line in self._lines] == [row.path for row in self._rows]:
            for line, row in zip(self._lines, self._rows, strict=True):
                if line.row != row and not self._wait.isActive():
                    line.set_row(row)
        else:
            self._make_lines()
        self._say()
        self._measure()

    def _measure(self) -> None:
        """Take the height that the lines have by now."""
        self._column.activate()
        self._scroll.updateGeometry()
        self.content.activate()
        self.fit()

    def _make_lines(self) -> None:
        for line in self._lines:
            self._column.removeWidget(line)
            line.hide()
            line.deleteLater()
        self._lines = [AdapterLine(row, n, self._inside) for n, row in enumerate(self._rows)]
        for line in self._lines:
            self._column.addWidget(line)
            line.show()
            line.turned.connect(self._tell)
            line.turned.connect(self._fit_soon)
            line.scaled.connect(self._wait.start)
        QWidget.setTabOrder(self._scroll, self._more)

    def _say(self) -> None:
        self._scroll.setVisible(bool(self._rows))
        if not self._rows:
            words = self.tr(
                "There is no adapter on this machine yet. Teach makes one from your own chats; a .gguf "
                "file of an adapter can be dropped on the window."
            )
        elif all(row.problem for row in self._rows):
            words = self.tr("No adapter on this machine was made for {model}.")
        else:
            words = self.tr("What changes how {model} answers here, from the next reply on")
        self._head.setText(words.format(model=self._model))

    def _fit_soon(self) -> None:
        QTimer.singleShot(0, self, self._measure)

    def _tell(self) -> None:
        self._wait.stop()
        self._rows = tuple(line.row for line in self._lines)
        self.changed.emit(list(self._rows))

    def _on_more(self) -> None:
        self.close()
        self.more_requested.emit()


class _Lines(QScrollArea):
    """As high as its lines, up to six of them."""

    def __init__(self, inside: QWidget, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(inside)
        inside.setAutoFillBackground(False)
        self.viewport().setAutoFillBackground(False)

    def sizeHint(self) -> QSize:
        inside = self.widget()
        wanted = inside.sizeHint()
        lines = [one.sizeHint().height() for one in inside.findChildren(AdapterLine)]
        most = round(max(lines, default=0) * _MOST_LINES)
        return QSize(wanted.width(), min(wanted.height(), most) if lines else 0)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, min(self.sizeHint().height(), 48))
