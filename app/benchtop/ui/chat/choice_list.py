"""A list to choose one thing from: a name, a muted line beneath it, a tick for the one in use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from benchtop.ui.chat.row_painting import draw_ground, draw_line
from benchtop.ui.icons import pixmap
from benchtop.ui.theme import muted_font, tokens

_CHOICE = Qt.ItemDataRole.UserRole + 1
_PAD, _ICON, _GAP = 10, 16, 8
_MOST_ROWS = 7.5  # half a row says that there is more below


@dataclass(frozen=True, slots=True)
class Choice:
    """A row. ``warning`` makes it one that cannot be chosen, and is shown in place of ``detail``."""

    id: str
    name: str
    detail: str = ""
    current: bool = False
    warning: str = ""


class ChoiceList(QListView):
    """Arrows move, Enter or a click chooses. As high as its rows, up to seven of them."""

    chosen = Signal(str)
    left_upwards = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Choices"))
        self._rows = QStandardItemModel(self)
        self.setModel(self._rows)
        self.setItemDelegate(_ChoiceDelegate(self))
        self.setFrameShape(QListView.Shape.NoFrame)
        self.viewport().setAutoFillBackground(False)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.clicked.connect(self._choose)

    def set_choices(self, choices: Sequence[Choice]) -> None:
        """Show these rows; the one in use gets the keyboard's place."""
        self._rows.clear()
        for choice in choices:
            item = QStandardItem(choice.name)
            item.setData(choice, _CHOICE)
            item.setEnabled(not choice.warning)
            parts = [choice.name, choice.warning or choice.detail]
            if choice.current:
                parts.append(self.tr("in use"))
            spoken = ", ".join(part for part in parts if part)
            item.setData(spoken, Qt.ItemDataRole.AccessibleTextRole)
            item.setToolTip(f"{choice.name}\n{choice.warning or choice.detail}".strip())
            self._rows.appendRow(item)
            if choice.current:
                self.setCurrentIndex(item.index())
        self.updateGeometry()

    def filter(self, words: str) -> int:
        """Show only the rows that hold every word; how many they are."""
        wanted, shown = words.casefold().split(), 0
        first: QModelIndex | None = None
        for row in range(self._rows.rowCount()):
            index = self._rows.index(row, 0)
            choice: Choice = index.data(_CHOICE)
            text = f"{choice.name} {choice.detail}".casefold()
            fits = all(word in text for word in wanted)
            self.setRowHidden(row, not fits)
            shown += fits
            if fits and not choice.warning and first is None:
                first = index
        if wanted and first is not None:
            self.setCurrentIndex(first)
        self.updateGeometry()
        return shown

    def choose_current(self) -> None:
        """Choose the row that has the keyboard's place."""
        self._choose(self.currentIndex())

    def sizeHint(self) -> QSize:
        shown = [r for r in range(self._rows.rowCount()) if not self.isRowHidden(r)]
        rows = min(max(len(shown), 1), _MOST_ROWS)
        return QSize(self._wanted_width(), round(rows * row_height(self)) + 2)

    def _wanted_width(self) -> int:
        """Room for the longest line, within reason."""
        metrics, longest = self.fontMetrics(), 0
        for row in range(self._rows.rowCount()):
            choice: Choice = self._rows.index(row, 0).data(_CHOICE)
            for text in (choice.name, choice.warning or choice.detail):
                longest = max(longest, metrics.horizontalAdvance(text))
        most = metrics.averageCharWidth() * 72
        return min(longest, most) + 2 * _PAD + _ICON + _GAP + 16

    def minimumSizeHint(self) -> QSize:
        return QSize(120, row_height(self))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self.choose_current()
            case Qt.Key.Key_Up if self.currentIndex().row() <= 0:
                self.left_upwards.emit()
            case _:
                super().keyPressEvent(event)

    def _choose(self, index: QModelIndex) -> None:
        choice = index.data(_CHOICE)
        if isinstance(choice, Choice) and not choice.warning:
            self.chosen.emit(choice.id)


def row_height(view: QWidget) -> int:
    """The height of a row of two lines, in pixels."""
    return view.fontMetrics().lineSpacing() * 2 + 14


class _ChoiceDelegate(QStyledItemDelegate):
    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(0, option.fontMetrics.lineSpacing() * 2 + 14)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        choice: Choice = index.data(_CHOICE)
        colours, box = tokens(option.palette), option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        draw_ground(painter, option, box.adjusted(0, 1, 0, -1))
        line = option.fontMetrics.lineSpacing()
        text = box.adjusted(_PAD, 7, -_PAD - _ICON - _GAP, -7)
        text = QStyle.visualRect(option.direction, box, text)
        upper, lower = QRect(text), QRect(text)
        upper.setHeight(line)
        lower.setTop(upper.bottom() + 1)
        direction = option.direction
        name = colours.muted if choice.warning else colours.text
        draw_line(painter, upper, choice.name, font=option.font, colour=name, direction=direction)
        draw_line(
            painter,
            lower,
            choice.warning or choice.detail,
            font=muted_font(option.font),
            colour=colours.warning if choice.warning else colours.muted,
            direction=direction,
        )
        sign = "warning" if choice.warning else "check" if choice.current else ""
        if sign:
            tint = colours.warning if choice.warning else colours.accent
            ratio = painter.device().devicePixelRatioF()
            at = QRect(box.right() - _PAD - _ICON, box.center().y() - _ICON // 2, _ICON, _ICON)
            at = QStyle.visualRect(direction, box, at)
            painter.drawPixmap(at.topLeft(), pixmap(sign, tint, _ICON, ratio))
        painter.restore()
