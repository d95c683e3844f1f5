"""Paints a search hit: its conversation's title and time, and two lines with the words marked."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRect, QSize, Qt
from PySide6.QtGui import (
    QFont,
    QFontMetrics,
    QPainter,
    QTextCharFormat,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from benchtop.domain.chat import SearchHit
from benchtop.ui.chat.conversation_list import AnyIndex
from benchtop.ui.chat.conversation_sections import local_time
from benchtop.ui.chat.conversation_texts import short_time_text
from benchtop.ui.chat.row_painting import draw_ground, draw_line
from benchtop.ui.theme import Tokens, muted_font, tokens

_MARGIN, _PAD, _GAP = 6, 10, 8
_LINES = 2
_HIT = Qt.ItemDataRole.UserRole + 1
_HEADS_GROUP = _HIT + 1


class SearchResultDelegate(QStyledItemDelegate):
    """The first hit of a conversation carries the title; the others only their words."""

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        line = option.fontMetrics.lineSpacing()
        title = line + _GAP if index.data(_HEADS_GROUP) else 0
        text, spans = self._words(index.data(_HIT))
        width = self._room(option) - 2 * (_MARGIN + _PAD)
        layout = snippet_layout(text, spans, option, tokens(option.palette), width, selected=False)
        return QSize(0, title + line * layout.lineCount() + 12)

    def _room(self, option: QStyleOptionViewItem) -> int:
        """The width of a row: while sizes are asked for, Qt gives the option no rectangle."""
        view = self.parent()
        return view.viewport().width() if isinstance(view, QListView) else option.rect.width()

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        hit: SearchHit = index.data(_HIT)
        colours = tokens(option.palette)
        line = option.fontMetrics.lineSpacing()
        box = option.rect.adjusted(_MARGIN, 0, -_MARGIN, 0)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if index.data(_HEADS_GROUP):
            self._paint_title(painter, option, colours, hit, box)
            box.setTop(box.top() + line + _GAP)
        draw_ground(painter, option, box.adjusted(0, 1, 0, -1))
        inner = box.adjusted(_PAD, 5, -_PAD, -5)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        text, spans = self._words(hit)
        layout = snippet_layout(text, spans, option, colours, inner.width(), selected=selected)
        painter.setPen(colours.text if selected else colours.muted)
        layout.draw(painter, QPointF(inner.topLeft()))
        painter.restore()

    def _words(self, hit: SearchHit) -> tuple[str, list[tuple[int, int]]]:
        """The snippet as one paragraph, after who said it, with its spans moved along."""
        flat = "".join(" " if c in "\n\r\t\u2028\u2029" else c for c in hit.snippet)
        who = self.tr("You: ") if hit.role == "user" else ""
        return who + flat, [(start + len(who), end + len(who)) for start, end in hit.spans]

    def _paint_title(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        colours: Tokens,
        hit: SearchHit,
        box: QRect,
    ) -> None:
        line = option.fontMetrics.lineSpacing()
        rect = QRect(box.left() + _PAD, box.top() + _GAP, box.width() - 2 * _PAD, line)
        small = muted_font(option.font)
        time = short_time_text(local_time(hit.created))
        width = QFontMetrics(small).horizontalAdvance(time) + 1
        draw_line(
            painter,
            rect,
            time,
            font=small,
            colour=colours.muted,
            direction=option.direction,
            at_end=True,
        )
        bold = QFont(option.font)
        bold.setWeight(QFont.Weight.DemiBold)
        left = QStyle.visualRect(option.direction, rect, rect.adjusted(0, 0, -width - _GAP, 0))
        title = " ".join(hit.conversation_title.split())
        draw_line(painter, left, title, font=bold, colour=colours.text, direction=option.direction)


def snippet_layout(
    text: str,
    spans: Sequence[tuple[int, int]],
    option: QStyleOptionViewItem,
    colours: Tokens,
    width: int,
    *,
    selected: bool,
) -> QTextLayout:
    """At most two lines of ``text`` with ``spans`` marked, the last line ended by "…" if cut."""
    layout = QTextLayout(text, option.font)
    wrap = QTextOption(
        QStyle.visualAlignment(option.direction, Qt.AlignmentFlag.AlignLeft)
        | Qt.AlignmentFlag.AlignAbsolute
    )
    wrap.setTextDirection(Qt.LayoutDirection.LayoutDirectionAuto)
    wrap.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(wrap)
    layout.setFormats([_mark(text, span, colours, selected=selected) for span in spans])
    end = _lay_out(layout, width)
    shown = _from_utf16(text, end)
    if shown < len(text.rstrip()):
        kept = text[: max(shown - 2, 0)].rstrip() + "…"
        layout.setText(kept)
        layout.setFormats(
            [
                _mark(kept, (start, min(stop, len(kept) - 1)), colours, selected=selected)
                for start, stop in spans
                if start < len(kept) - 1
            ]
        )
        _lay_out(layout, width)
    return layout


def _mark(
    text: str, span: tuple[int, int], colours: Tokens, *, selected: bool
) -> QTextLayout.FormatRange:
    """A found word: bold as well as on a tinted ground, so that colour is not the only sign."""
    form = QTextCharFormat()
    form.setFontWeight(QFont.Weight.Bold)
    form.setForeground(colours.text)
    if not selected:
        form.setBackground(colours.selection)
    found = QTextLayout.FormatRange()
    found.start = _utf16(text[: span[0]])
    found.length = _utf16(text[span[0] : span[1]])
    found.format = form
    return found


def _lay_out(layout: QTextLayout, width: int) -> int:
    """Place the lines; the UTF-16 offset after the last one that has room."""
    layout.beginLayout()
    top, end = 0.0, 0
    for _ in range(_LINES):
        line = layout.createLine()
        if not line.isValid():
            break
        line.setLineWidth(max(width, 1))
        line.setPosition(QPointF(0, top))
        top += line.height()
        end = line.textStart() + line.textLength()
    layout.endLayout()
    return end


def _utf16(text: str) -> int:
    """The length of ``text`` as Qt counts it."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _from_utf16(text: str, units: int) -> int:
    """How many characters of ``text`` stand before Qt's offset ``units``."""
    kept = text.encode("utf-16-le", "surrogatepass")[: units * 2]
    return len(kept.decode("utf-16-le", "ignore"))
