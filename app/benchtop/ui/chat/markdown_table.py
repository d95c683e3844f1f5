"""Lays the tokens of a Markdown table out as a QTextTable."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import (
    QFont,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextFrameFormat,
    QTextTable,
    QTextTableFormat,
)

from benchtop.ui.chat.chat_style import ChatStyle

if TYPE_CHECKING:
    from markdown_it.token import Token

_ALIGNMENT = {
    "text-align:left": Qt.AlignmentFlag.AlignLeft,
    "text-align:center": Qt.AlignmentFlag.AlignHCenter,
    "text-align:right": Qt.AlignmentFlag.AlignRight,
}


class TableWriter:
    """Makes the table at a cursor and hands out its cells; its first row is the heading."""

    def __init__(self, cursor: QTextCursor, style: ChatStyle) -> None:
        self._cursor = cursor
        self._style = style
        self._table: QTextTable | None = None
        self._alignment: dict[tuple[int, int], str] = {}

    def cells(self, tokens: Iterator[Token]) -> list[tuple[int, int, Token]]:
        """Take the tokens up to the table's end, make the table, and return (row, column, content)."""
        found: list[tuple[int, int, Token]] = []
        row, column = -1, -1
        for token in tokens:
            if token.type == "table_close":
                break
            if token.type == "tr_open":
                row, column = row + 1, -1
            elif token.type in {"th_open", "td_open"}:
                column += 1
                self._alignment[row, column] = str(token.attrGet("style") or "")
            elif token.type == "inline":
                found.append((row, column, token))
        columns = max((place[1] for place in self._alignment), default=0) + 1
        self._table = self._cursor.insertTable(row + 1, columns, self._format())
        return found

    def cell_cursor(self, row: int, column: int) -> QTextCursor:
        """A cursor inside an empty cell, aligned as its column says."""
        assert self._table is not None
        cell = self._table.cellAt(row, column)
        if row == 0:
            ground = cell.format()
            ground.setBackground(self._style.tokens.code_ground)
            cell.setFormat(ground)
        cursor = cell.firstCursorPosition()
        alignment = _ALIGNMENT.get(self._alignment.get((row, column), ""))
        if alignment is not None:
            aligned = QTextBlockFormat()
            aligned.setAlignment(alignment)
            cursor.setBlockFormat(aligned)
        return cursor

    def cell_format(self, row: int) -> QTextCharFormat:
        """The text of a cell: bold in the heading."""
        made = QTextCharFormat()
        if row == 0:
            made.setFontWeight(QFont.Weight.DemiBold)
        return made

    def _format(self) -> QTextTableFormat:
        made = QTextTableFormat()
        made.setHeaderRowCount(1)
        made.setBorder(1)
        made.setBorderCollapse(True)
        made.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
        made.setBorderBrush(self._style.tokens.border)
        made.setCellPadding(round(self._style.line * 0.3))
        made.setCellSpacing(0)
        return made
