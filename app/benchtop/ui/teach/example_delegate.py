"""How a row of the table of examples is painted."""

from __future__ import annotations

from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QFont, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from benchtop.ui.chat.row_painting import draw_line
from benchtop.ui.teach.data_rows import ExampleRow
from benchtop.ui.teach.data_texts import length_words, note_parts, origin_words, question_words
from benchtop.ui.teach.example_model import ROW_ROLE, USED, WORDS, AnyIndex, ExampleModel
from benchtop.ui.theme import Tokens, figures_font, muted_font, tokens

ROW_PAD = 6
"""Above and below the two lines of a row."""


class ExampleDelegate(QStyledItemDelegate):
    """Two lines a row, a line under each, and no ring around a single cell."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        super().initStyleOption(option, index)
        option.state &= ~QStyle.StateFlag.State_HasFocus
        if index.column() != USED:
            option.text = ""  # painted here, in lines of their own

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        super().paint(painter, option, index)
        colours = tokens(option.palette)
        row = index.data(ROW_ROLE)
        lines = self._lines(row, index.column(), option, colours)
        area = option.rect.adjusted(6, ROW_PAD, -6, -ROW_PAD)
        high = area.height() // 2
        top = area.top() if len(lines) > 1 else area.top() + high // 2
        for place, (text, font, colour) in enumerate(lines):
            rect = QRect(area.left(), top + place * high, area.width(), high)
            draw_line(painter, rect, text, font=font, colour=colour, direction=option.direction)
        whole = option.rect
        ends = self._ends_group(row, index)
        high, line = (2, colours.outline) if ends else (1, colours.border)
        painter.fillRect(whole.left(), whole.bottom() + 1 - high, whole.width(), high, line)

    def _ends_group(self, row: ExampleRow | None, index: AnyIndex) -> bool:
        """Whether the next row is of another group than this one, where groups stand together."""
        model = index.model()
        if row is None or not isinstance(model, ExampleModel) or not model.is_grouped:
            return False
        following = index.sibling(index.row() + 1, WORDS).data(ROW_ROLE)
        return following is not None and following.group != row.group

    def _lines(
        self, row: ExampleRow | None, column: int, option: QStyleOptionViewItem, colours: Tokens
    ) -> list[tuple[str, QFont, QColor]]:
        body, small, muted = option.font, muted_font(option.font), colours.muted
        if row is None:
            return [("…", body, muted)] if column == WORDS else []
        shown = colours.text if row.included or row.is_draft else muted
        match column:
            case 1:
                question = question_words(row)
                answer = row.answer or self.tr("(no answer)")
                return [(question, body, shown), (answer, small, muted)]
            case 2:
                texts = [origin_words(row.origin), ", ".join(row.tags)]
                return [(text, small, muted) for text in texts if text]
            case 3:
                tint = colours.warning if row.most else muted
                return [(length_words(row), figures_font(small), tint)]
            case 4:
                warned = row.personal or row.problem
                tint = colours.warning if warned else colours.accent if row.is_draft else muted
                first, *others = note_parts(row) or [""]
                return [(text, small, tint) for text in (first, ", ".join(others)) if text]
        return []
