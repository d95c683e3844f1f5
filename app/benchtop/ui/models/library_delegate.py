"""Paints a cell of the library and opens the field for a new name."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QLineEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from benchtop.ui.chat.row_painting import draw_line
from benchtop.ui.models.fit_label import draw_fit, fit_size
from benchtop.ui.models.library_model import Role
from benchtop.ui.models.library_rows import LibraryRow
from benchtop.ui.models.library_texts import (
    COLUMNS,
    Column,
    cell_text,
    facts_line,
    marks,
    second_text,
)
from benchtop.ui.theme import figures_font, muted_font, tokens

_PAD, _GAP, _MARK_GAP = 8, 3, 10
_LEAST_NAME = 14
"""Letters of a name that are shown before its states are."""
AnyIndex = QModelIndex | QPersistentModelIndex


class LibraryDelegate(QStyledItemDelegate):
    """Two lines for the model, one for its figures; ``hovered`` is the row under the pointer."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.hovered = -1

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        return QSize(0, row_height(option.fontMetrics))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        row: LibraryRow = index.data(Role.ROW)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter, option, index)
        column = COLUMNS[index.column()]
        match column:
            case "name":
                self._paint_model(painter, option, row)
            case "fit":
                self._paint_fit(painter, option, row)
            case _:
                self._paint_figures(painter, option, row, column)
        painter.restore()

    def _paint_ground(
        self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex
    ) -> None:
        colours = tokens(option.palette)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, colours.selection)
        elif index.row() == self.hovered:
            painter.fillRect(option.rect, colours.hover)
        line = QRect(option.rect.left(), option.rect.bottom(), option.rect.width(), 1)
        painter.fillRect(line, colours.border)

    def _paint_model(
        self, painter: QPainter, option: QStyleOptionViewItem, row: LibraryRow
    ) -> None:
        colours = tokens(option.palette)
        upper, lower = _two_lines(option)
        bold = QFont(option.font)
        bold.setWeight(QFont.Weight.DemiBold)
        rest = self._paint_name(painter, option, upper, row, bold)
        small = muted_font(option.font)
        for words, tint in marks(row):
            rest = self._paint_mark(painter, option, rest, words, tint)
        draw_line(
            painter, lower, facts_line(row), font=small, colour=colours.muted,
            direction=option.direction,
        )  # fmt: skip

    def _paint_name(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        area: QRect,
        row: LibraryRow,
        font: QFont,
    ) -> QRect:
        """The name, as wide as its states leave it; the room for those."""
        metrics, small = QFontMetrics(font), QFontMetrics(muted_font(option.font))
        wanted = metrics.horizontalAdvance(row.name) + 2
        taken = sum(small.horizontalAdvance(words) + 1 + _MARK_GAP for words, _tint in marks(row))
        least = min(wanted, metrics.averageCharWidth() * _LEAST_NAME)
        width = min(wanted, max(area.width() - taken, least))
        place = QRect(area.left(), area.top(), width, area.height())
        colours = tokens(option.palette)
        draw_line(
            painter,
            QStyle.visualRect(option.direction, area, place),
            row.name,
            font=font,
            colour=colours.muted if row.missing else colours.text,
            direction=option.direction,
        )
        return area.adjusted(width + _MARK_GAP, 0, 0, 0)

    def _paint_mark(
        self, painter: QPainter, option: QStyleOptionViewItem, room: QRect, words: str, tint: str
    ) -> QRect:
        font = muted_font(option.font)
        width = min(QFontMetrics(font).horizontalAdvance(words) + 1, room.width())
        if width < 24:
            return room
        place = QRect(room.left(), room.top(), width, room.height())
        whole = option.rect.adjusted(_PAD, 0, -_PAD, 0)
        draw_line(
            painter,
            QStyle.visualRect(option.direction, whole, place),
            words,
            font=font,
            colour=getattr(tokens(option.palette), tint),
            direction=option.direction,
        )
        return room.adjusted(width + _MARK_GAP, 0, 0, 0)

    def _paint_fit(self, painter: QPainter, option: QStyleOptionViewItem, row: LibraryRow) -> None:
        area = option.rect.adjusted(_PAD, 0, -_PAD, 0)
        size = fit_size(row.fit, option.font)
        top = area.top() + (area.height() - size.height()) // 2
        place = QRect(area.left(), top, min(size.width(), area.width()), size.height())
        place = QStyle.visualRect(option.direction, area, place)
        draw_fit(painter, place, row.fit, font=option.font, palette=option.palette)

    def _paint_figures(
        self, painter: QPainter, option: QStyleOptionViewItem, row: LibraryRow, column: Column
    ) -> None:
        """A figure, and what is said of it in smaller letters below."""
        colours, direction = tokens(option.palette), option.direction
        below = second_text(row, column)
        upper, lower = _two_lines(option)
        if not below:
            upper = upper.united(lower)
        font, colour = figures_font(option.font), colours.muted if row.missing else colours.text
        draw_line(
            painter, upper, cell_text(row, column), font=font, colour=colour, direction=direction
        )
        if below:
            font, colour = muted_font(option.font), colours.muted
            draw_line(painter, lower, below, font=font, colour=colour, direction=direction)

    # renaming in place

    def createEditor(
        self, parent: QWidget, option: QStyleOptionViewItem, index: AnyIndex
    ) -> QWidget:
        field = QLineEdit(parent)
        field.setObjectName("models.list.rename")
        field.setAccessibleName(self.tr("Name of the model"))
        field.setMaxLength(200)
        return field

    def setEditorData(self, editor: QWidget, index: AnyIndex) -> None:
        if isinstance(editor, QLineEdit) and not editor.isModified():
            editor.setText(index.data(Qt.ItemDataRole.EditRole))
            editor.selectAll()

    def setModelData(self, editor: QWidget, model: object, index: QModelIndex) -> None:  # type: ignore[override]  # Qt's stub narrows the union the caller gives
        if isinstance(editor, QLineEdit):
            index.model().setData(index, editor.text(), Qt.ItemDataRole.EditRole)

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, index: AnyIndex
    ) -> None:
        editor.setGeometry(option.rect.adjusted(2, 3, -4, -4))  # over both lines


def _two_lines(option: QStyleOptionViewItem) -> tuple[QRect, QRect]:
    """The places of the two lines of a cell."""
    area = option.rect.adjusted(_PAD, 0, -_PAD, 0)
    high = option.fontMetrics.lineSpacing()
    top = area.top() + (area.height() - 2 * high - _GAP) // 2
    upper = QRect(area.left(), top, area.width(), high)
    return upper, upper.translated(0, high + _GAP)


def row_height(metrics: QFontMetrics) -> int:
    """The height of every row, in pixels."""
    return 2 * metrics.lineSpacing() + _GAP + 18
