"""Paints a row of the conversation list and opens the field for renaming in place."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QLineEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from benchtop.ui.chat.conversation_list import AnyIndex, Role
from benchtop.ui.chat.row_painting import draw_ground, draw_line
from benchtop.ui.icons import pixmap
from benchtop.ui.theme import Tokens, muted_font, tokens

_MARGIN = 6  # between the list's edge and a row's rounded ground
_PAD = 10
_GAP = 6
_ICON = 16
_INDENT = 22
_LEAST_TITLE = 20
"""Letters of a title that are shown before its time is."""


class RowKind(IntEnum):
    """The three looks of a row."""

    HEADING = 0
    FOLDER = 1
    CONVERSATION = 2


def row_kind(index: AnyIndex) -> RowKind:
    """Which look a row of the ConversationModel has."""
    match index.data(Role.KIND):
        case "conversation":
            return RowKind.CONVERSATION
        case "folder":
            return RowKind.FOLDER
    return RowKind.HEADING


@dataclass
class _Row:
    """What one row is painted with. ``start`` and ``end`` close in as parts are placed."""

    painter: QPainter
    option: QStyleOptionViewItem
    colours: Tokens
    start: int
    end: int

    def mirrored(self, rect: QRect) -> QRect:
        return QStyle.visualRect(self.option.direction, self.option.rect, rect)

    def take_end(self, width: int, gap: int = _GAP) -> QRect:
        """A rectangle of ``width`` cut off the row's end."""
        box = self.option.rect
        rect = QRect(self.end - width, box.top(), width, box.height())
        self.end -= width + gap
        return self.mirrored(rect)

    def take_start(self, width: int, gap: int = _GAP) -> QRect:
        """A rectangle of ``width`` cut off the row's start."""
        box = self.option.rect
        rect = QRect(self.start, box.top(), width, box.height())
        self.start += width + gap
        return self.mirrored(rect)

    def rest(self) -> QRect:
        """What is left between start and end."""
        box = self.option.rect
        return self.mirrored(
            QRect(self.start, box.top(), max(self.end - self.start, 0), box.height())
        )

    def write(
        self,
        rect: QRect,
        text: str,
        font: QFont,
        colour: QColor,
        vertical: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignVCenter,
    ) -> None:
        direction = self.option.direction
        draw_line(
            self.painter,
            rect,
            text,
            font=font,
            colour=colour,
            direction=direction,
            vertical=vertical,
        )

    def has(self, flag: QStyle.StateFlag) -> bool:
        return bool(self.option.state & flag)


class ConversationDelegate(QStyledItemDelegate):
    """One line a row: the title from the start, its marks and the time at the end."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.dragging_over: QPersistentModelIndex | None = None

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        return QSize(0, row_height(option.fontMetrics))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        box = option.rect
        row = _Row(
            painter,
            option,
            tokens(option.palette),
            box.left() + _MARGIN + _PAD,
            box.right() + 1 - _MARGIN - _PAD,
        )
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        kind = row_kind(index)
        if kind is RowKind.HEADING:
            self._paint_heading(row, index)
        else:
            self._paint_ground(row, index)
            if kind is RowKind.FOLDER:
                self._paint_folder(row, index)
            else:
                self._paint_conversation(row, index)
        painter.restore()

    def _paint_heading(self, row: _Row, index: AnyIndex) -> None:
        font = muted_font(row.option.font)
        font.setWeight(QFont.Weight.DemiBold)
        rect = row.rest()
        rect.setBottom(rect.bottom() - 5)
        row.write(rect, index.data(), font, row.colours.muted, Qt.AlignmentFlag.AlignBottom)

    def _paint_ground(self, row: _Row, index: AnyIndex) -> None:
        ground = row.option.rect.adjusted(_MARGIN, 1, -_MARGIN, -1)
        over = self.dragging_over is not None and self.dragging_over == index
        draw_ground(row.painter, row.option, ground, marked=over)
        if index.data(Role.OPEN):
            bar = QRect(ground.left() + 1, ground.top() + 6, 3, ground.height() - 12)
            row.painter.setPen(Qt.PenStyle.NoPen)
            row.painter.setBrush(row.colours.accent)
            row.painter.drawRoundedRect(row.mirrored(bar), 1.5, 1.5)

    def _paint_folder(self, row: _Row, index: AnyIndex) -> None:
        row.start -= 4
        _icon(row, row.take_start(_ICON, 2), _chevron(row))
        _icon(row, row.take_start(_ICON), "folder")
        if self._shows_more(row):
            _icon(row, row.take_end(_ICON), "more")
        else:
            number = row.option.locale.toString(index.data(Role.COUNT))
            self._end_text(row, number)
        row.write(row.rest(), index.data(), row.option.font, row.colours.text)

    def _paint_conversation(self, row: _Row, index: AnyIndex) -> None:
        if index.parent().data(Role.KIND) == "folder":
            row.start += _INDENT
        if self._shows_more(row):
            _icon(row, row.take_end(_ICON), "more")
        elif leaves_room(row.option.fontMetrics, index.data(), self._room_beside_time(row, index)):
            self._end_text(row, index.data(Role.TIME))
        if index.data(Role.PINNED):
            _icon(row, row.take_end(_ICON), "pin-on")
        if index.data(Role.DRAFT):
            self._end_text(row, self.tr("Draft"), warn=True)
        font = QFont(row.option.font)
        if index.data(Role.OPEN):
            font.setWeight(QFont.Weight.DemiBold)
        row.write(row.rest(), index.data(), font, row.colours.text)

    def _room_beside_time(self, row: _Row, index: AnyIndex) -> int:
        """The pixels a title has where its time and its marks are shown too."""
        metrics = QFontMetrics(muted_font(row.option.font))
        taken = metrics.horizontalAdvance(index.data(Role.TIME)) + 1 + _GAP
        if index.data(Role.PINNED):
            taken += _ICON + _GAP
        if index.data(Role.DRAFT):
            taken += metrics.horizontalAdvance(self.tr("Draft")) + 1 + _GAP
        return row.end - row.start - taken

    def _shows_more(self, row: _Row) -> bool:
        return row.has(QStyle.StateFlag.State_MouseOver)

    def _end_text(self, row: _Row, text: str, *, warn: bool = False) -> None:
        """A few muted letters at the end; never more than a third of the row."""
        font = muted_font(row.option.font)
        metrics = QFontMetrics(font)
        limit = max(row.option.rect.width() // 3, 24)
        width = min(metrics.horizontalAdvance(text) + 1, limit)
        colour = row.colours.warning if warn else row.colours.muted
        row.write(row.take_end(width), text, font, colour)

    def more_rect(self, box: QRect, direction: Qt.LayoutDirection) -> QRect:
        """Where the "more" button of a row lies, with the room around it that answers a click."""
        rect = QRect(box.right() - _MARGIN - _PAD - _ICON - 4, box.top(), _ICON + 12, box.height())
        return QStyle.visualRect(direction, box, rect)

    # renaming in place

    def createEditor(
        self, parent: QWidget, option: QStyleOptionViewItem, index: AnyIndex
    ) -> QWidget:
        field = QLineEdit(parent)
        folder = row_kind(index) is RowKind.FOLDER
        field.setObjectName("chat.rename")
        field.setAccessibleName(self.tr("Folder name") if folder else self.tr("Title"))
        field.setPlaceholderText(self.tr("Name of the new folder") if folder else "")
        field.setMaxLength(200)
        return field

    def setEditorData(self, editor: QWidget, index: AnyIndex) -> None:
        if isinstance(editor, QLineEdit):
            editor.setText(index.data(Qt.ItemDataRole.EditRole))
            editor.selectAll()

    def setModelData(self, editor: QWidget, model: object, index: QModelIndex) -> None:  # type: ignore[override]  # Qt's stub narrows the union the caller gives
        if isinstance(editor, QLineEdit):
            index.model().setData(index, editor.text(), Qt.ItemDataRole.EditRole)

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, index: AnyIndex
    ) -> None:
        height = min(editor.sizeHint().height(), option.rect.height())
        rect = option.rect.adjusted(_MARGIN, 0, -_MARGIN, 0)
        rect.setTop(option.rect.top() + (option.rect.height() - height) // 2)
        rect.setHeight(height)
        editor.setGeometry(rect)


def leaves_room(metrics: QFontMetrics, title: str, room: int) -> bool:
    """Whether ``room`` pixels show a title, or enough of it to know it by."""
    least = metrics.averageCharWidth() * _LEAST_TITLE
    return room >= min(metrics.horizontalAdvance(title), least)


def row_height(metrics: QFontMetrics) -> int:
    """The height of every row, in pixels, for a font."""
    return max(metrics.height() + 14, 32)


def _icon(row: _Row, rect: QRect, name: str) -> None:
    ratio = row.painter.device().devicePixelRatioF()
    picture = pixmap(name, row.colours.muted, _ICON, ratio)
    top = rect.top() + (rect.height() - _ICON) // 2
    row.painter.drawPixmap(rect.left(), top, picture)


def _chevron(row: _Row) -> str:
    if row.has(QStyle.StateFlag.State_Open):
        return "chevron-down"
    rightward = row.option.direction == Qt.LayoutDirection.LeftToRight
    return "chevron-right" if rightward else "chevron-left"
