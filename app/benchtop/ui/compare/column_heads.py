"""The names above the columns: they stay in sight while the answers scroll."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from benchtop.ui.compare.compare_rows import ColumnRow
from benchtop.ui.compare.compare_texts import plain_tip, state_text
from benchtop.ui.icons import set_icon, spaced
from benchtop.ui.theme import set_tone
from benchtop.ui.widgets.elided_label import ElidedLabel


class ColumnHead(QWidget):
    """A name, how far its answer is, and a button that stops it. ``stop`` carries the column's key."""

    stop = Signal(str)

    def __init__(self, place: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(f"compare.head.{place}")
        self._key = ""
        self._name = ElidedLabel("", self, least=6)
        self._name.setObjectName(f"compare.head.{place}.name")
        set_tone(self._name, "title")
        self._state = QLabel(self)
        self._state.setObjectName(f"compare.head.{place}.state")
        set_tone(self._state, "muted")
        self._stop = QToolButton(self)
        self._stop.setObjectName(f"compare.column.{place}.stop")
        self._stop.setText(spaced(self.tr("Stop")))
        self._stop.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._stop.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        set_icon(self._stop, "stop", "muted")
        self._stop.clicked.connect(lambda _on=False: self.stop.emit(self._key))
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 2, 4, 2)
        row.setSpacing(8)
        row.addWidget(self._name, 1)
        row.addWidget(self._state)
        row.addWidget(self._stop)

    def sizeHint(self) -> QSize:
        """As high with its button as without, so that nothing moves when a turn ends."""
        size = super().sizeHint()
        return QSize(size.width(), max(size.height(), self._stop.sizeHint().height() + 4))

    def stops(self) -> list[QWidget]:
        """What the Tab key visits."""
        return [self._stop]

    def set_row(self, row: ColumnRow, *, blind: bool, veiled: bool) -> None:
        """Show it. Blind, single answers cannot be stopped: that would tell whose turn it is."""
        self._key = row.key
        self._name.setText(row.label)
        state = state_text(row, veiled=veiled)
        self._state.setText(state)
        self._state.setVisible(bool(state))
        self.setAccessibleName(", ".join(filter(None, (row.label, state))))
        may_stop = not row.ended and not blind
        if self._stop.hasFocus() and not may_stop:
            self.focusNextChild()
        self._stop.setVisible(may_stop)
        text = self.tr("Stop {name}; what is there is kept").format(name=row.label)
        self._stop.setToolTip(plain_tip(text))
        self._stop.setAccessibleName(text)


class ColumnHeads(QWidget):
    """One head above each column, placed where the columns are."""

    stop_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("compare.heads")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._heads: list[ColumnHead] = []
        self._lefts: list[int] = []
        self._width = 0

    @property
    def heads(self) -> list[ColumnHead]:
        """The heads from left to right."""
        return list(self._heads)

    def set_rows(self, rows: Sequence[ColumnRow], *, blind: bool, veiled: bool) -> None:
        """Show a head for each row."""
        while len(self._heads) > len(rows):
            head = self._heads.pop()
            head.hide()
            head.deleteLater()
        while len(self._heads) < len(rows):
            head = ColumnHead(len(self._heads), self)
            head.stop.connect(self.stop_requested)
            head.show()
            self._heads.append(head)
        for head, row in zip(self._heads, rows, strict=True):
            head.set_row(row, blind=blind, veiled=veiled)
        self._arrange()
        self.updateGeometry()

    def place(self, lefts: Sequence[int], width: int) -> None:
        """Where the columns begin, in pixels of this widget, and how wide each is."""
        self._lefts, self._width = list(lefts), width
        self._arrange()

    def sizeHint(self) -> QSize:
        height = max((head.sizeHint().height() for head in self._heads), default=0)
        return QSize(100, height)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.sizeHint().height())

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() in {QEvent.Type.LayoutRequest, QEvent.Type.Resize}:
            self.updateGeometry()
            self._arrange()
        return done

    def _arrange(self) -> None:
        for head, left in zip(self._heads, self._lefts, strict=False):
            head.setGeometry(left, 0, self._width, max(self.height(), head.sizeHint().height()))
