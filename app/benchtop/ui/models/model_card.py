"""Paints a model as a card: name, owner, what it is good for, its facts and the fit verdict.

Cards are painted and not built of widgets: a thousand of them cost what the few in sight cost.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QHelpEvent,
    QPainter,
    QPen,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
)

from benchtop.ui.chat.row_painting import draw_line
from benchtop.ui.icons import pixmap
from benchtop.ui.models.card_memory import draw_memory, memory_words
from benchtop.ui.models.card_model import CARD_ROLE, AnyIndex, card_hover
from benchtop.ui.models.fit_label import draw_fit, fit_size
from benchtop.ui.models.fit_words import fit_explanation
from benchtop.ui.models.model_words import SEPARATOR, hub_facts, model_facts, speed_words, tags_of
from benchtop.ui.models.rows import CardRow
from benchtop.ui.theme import TITLE_SCALE, Tokens, icon_side, muted_font, tokens
from benchtop.ui.widgets.focus_ring import draw_focus_ring

MARGIN = 6
"""Half the distance between two cards, in pixels."""
_PAD, _GAP, _STEP, _RADIUS = 14, 10, 4, 8.0
_PURPOSE_LINES = 2
_LEAST_LETTERS = 46
_MOST_COLUMNS = 3
_TAG_PAD, _PALE = 6, 0.4


def columns_for(width: int, font: QFont) -> int:
    """How many cards stand side by side in ``width`` pixels."""
    return min(max(width // width_of_cards(1, font), 1), _MOST_COLUMNS)


def width_of_cards(count: int, font: QFont) -> int:
    """The least pixels in which so many cards stand side by side."""
    return count * (QFontMetrics(font).averageCharWidth() * _LEAST_LETTERS + 2 * (MARGIN + _PAD))


def room_of(view: QListView) -> int:
    """The width for cards, with or without a scroll bar: one that comes must not change the columns."""
    return view.width() - view.verticalScrollBar().sizeHint().width()


@dataclass(frozen=True, slots=True)
class _Look:
    """The fonts and colours of the moment."""

    colours: Tokens
    body: QFont
    small: QFont
    title: QFont
    direction: Qt.LayoutDirection

    @classmethod
    def of(cls, option: QStyleOptionViewItem) -> _Look:
        title = QFont(option.font)
        title.setWeight(QFont.Weight.DemiBold)
        title.setPointSizeF(option.font.pointSizeF() * TITLE_SCALE)
        small = muted_font(option.font)
        return cls(tokens(option.palette), QFont(option.font), small, title, option.direction)


class CardDelegate(QStyledItemDelegate):
    """All cards are of one size, whatever they have to say, so that the eye runs along lines.

    ``has_purpose``: one of them says what it is good for, so that all have room for it.
    ``stale``: they are not what was asked for last, and are drawn pale.
    """

    has_purpose = False
    stale = False

    def sizeHint(self, option: QStyleOptionViewItem, _index: AnyIndex) -> QSize:
        view = self.parent()
        width = room_of(view) if isinstance(view, QListView) else option.rect.width()
        # One pixel less than there is: Qt would begin a new line at the exact width.
        side = (width - 1) // columns_for(width, option.font)
        return QSize(side, self._height(option.font))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        card: CardRow = index.data(CARD_ROLE)
        look = _Look.of(option)
        box = option.rect.adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
        painter.save()
        painter.setOpacity(_PALE if self.stale else 1.0)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _paint_ground(painter, option, look, box)
        inner = box.adjusted(_PAD, _PAD - 4, -_PAD, -_PAD + 2)
        top = _paint_head(painter, look, inner, card)
        body = inner.adjusted(0, top - inner.top() + _STEP + 2, 0, 0)
        _paint_body(painter, look, body, card)
        self._paint_foot(painter, option, look, inner, card)
        painter.restore()

    def helpEvent(
        self,
        event: QHelpEvent,
        view: QAbstractItemView,
        option: QStyleOptionViewItem,
        index: AnyIndex,
    ) -> bool:
        """The verdict explains itself; everywhere else the card says what may be cut short."""
        card = index.data(CARD_ROLE)
        if event.type() != QEvent.Type.ToolTip or not isinstance(card, CardRow):
            return False
        QToolTip.showText(event.globalPos(), self.hover_at(option, card, event.pos()), view)
        return True

    def hover_at(self, option: QStyleOptionViewItem, card: CardRow, at: QPoint) -> str:
        """The hover text at a point of the view, as rich text that wraps and holds nothing foreign."""
        on_fit = self._fit_area(option, card).contains(at)
        words = (fit_explanation(card.fit), memory_words(card.fit))
        text = "\n".join(filter(None, words)) if on_fit else card_hover(card)
        return f"<qt>{escape(text).replace(chr(10), '<br>')}</qt>"

    def _height(self, font: QFont) -> int:
        title = QFont(font)
        title.setPointSizeF(font.pointSizeF() * TITLE_SCALE)
        small, body = QFontMetrics(muted_font(font)), QFontMetrics(font)
        lines = QFontMetrics(title).lineSpacing() + small.lineSpacing()
        lines += small.lineSpacing() + _STEP
        lines += (_PURPOSE_LINES if self.has_purpose else 1) * body.lineSpacing()
        pill = small.height() + 6
        return lines + 5 * _STEP + small.lineSpacing() + pill + 2 * (MARGIN + _PAD)

    def _fit_area(self, option: QStyleOptionViewItem, card: CardRow) -> QRect:
        inner = option.rect.adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
        inner.adjust(_PAD, 0, -_PAD, -_PAD + 2)
        size = fit_size(card.fit, option.font)
        width = min(size.width(), inner.width())
        area = QRect(inner.left(), inner.bottom() - size.height() + 1, width, size.height())
        return QStyle.visualRect(option.direction, inner, area)

    def _paint_foot(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        look: _Look,
        inner: QRect,
        card: CardRow,
    ) -> None:
        """The memory and the verdict at the bottom, and at the end of that line how fast it would be,
        or that it is here already."""
        area = self._fit_area(option, card)
        high = QFontMetrics(look.small).lineSpacing()
        line = QRect(inner.left(), area.top() - _STEP - high, inner.width(), high)
        draw_memory(painter, line, card.fit, option)
        draw_fit(painter, area, card.fit, font=option.font, palette=option.palette)
        words = self.tr("on this machine") if card.here else speed_words(card.speed, rough=True)
        if not words:
            return
        side = icon_side(look.small.pointSizeF()) if card.here else -4
        wide = side + 4 + QFontMetrics(look.small).horizontalAdvance(words) + 2
        left = inner.right() - wide
        if left < inner.left() + area.width() + _GAP:
            return  # the hover and a screen reader still say it
        rest = QRect(left, area.top(), wide, area.height())
        rest = QStyle.visualRect(option.direction, inner, rest)
        if card.here:
            device = painter.device()
            sign = pixmap("model", look.colours.muted, side, device.devicePixelRatio())
            painter.drawPixmap(rest.left(), rest.center().y() - side // 2 + 1, sign)
        rest.setLeft(rest.left() + side + 4)
        draw_line(
            painter,
            rest,
            words,
            font=look.small,
            colour=look.colours.muted,
            direction=look.direction,
        )


def _paint_ground(painter: QPainter, option: QStyleOptionViewItem, look: _Look, box: QRect) -> None:
    state, colours = QStyle.StateFlag, look.colours
    hovered = bool(option.state & state.State_MouseOver)
    painter.setPen(QPen(colours.outline if hovered else colours.border, 1))
    painter.setBrush(colours.surface)
    painter.drawRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), _RADIUS, _RADIUS)
    if option.state & state.State_HasFocus:
        draw_focus_ring(painter, box, colours.accent, _RADIUS)


def _paint_head(painter: QPainter, look: _Look, inner: QRect, card: CardRow) -> int:
    """Name, then owner and tags; returns where the next line begins."""
    line = QRect(inner.left(), inner.top(), inner.width(), QFontMetrics(look.title).lineSpacing())
    draw_line(
        painter,
        line,
        card.name,
        font=look.title,
        colour=look.colours.text,
        direction=look.direction,
    )
    second = QRect(
        inner.left(), line.bottom() + 2, inner.width(), QFontMetrics(look.small).lineSpacing()
    )
    _paint_owner(painter, look, second, card)
    return second.bottom() + 1


def _paint_owner(painter: QPainter, look: _Look, line: QRect, card: CardRow) -> None:
    """The owner and after it the tags on their grounds, as many as there is room for."""
    metrics = QFontMetrics(look.small)
    tags = [(tag, metrics.horizontalAdvance(tag) + 2 * _TAG_PAD) for tag in tags_of(card)]
    wanted = sum(width + 6 for _tag, width in tags)
    own = metrics.horizontalAdvance(card.owner) + 2
    room = min(own, max(line.width() - wanted, line.width() // 4)) if card.owner else 0
    place = QRect(line.left(), line.top(), room, line.height())
    _line(painter, look, QStyle.visualRect(look.direction, line, place), card.owner)
    left = line.left() + (room + 8 if card.owner else 0)
    for tag, width in tags:
        area = QRect(left, line.top(), width, line.height())
        if area.right() > line.right():
            return  # the hover and a screen reader still say it
        area = QStyle.visualRect(look.direction, line, area)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.colours.hover)
        painter.drawRoundedRect(QRectF(area), 4, 4)
        _line(painter, look, area.adjusted(_TAG_PAD, 0, -_TAG_PAD + 2, 0), tag)
        left += width + 6


def two_lines(text: str, font: QFont, width: int) -> list[str]:
    """A text as one or two lines of ``width`` pixels; the second is ended by "…" if more would come."""
    layout = QTextLayout(text, font)
    wrap = QTextOption()
    wrap.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(wrap)
    layout.beginLayout()
    line = layout.createLine()
    line.setLineWidth(max(width, 1))
    units = text.encode("utf-16-le")  # what Qt counts in
    first = units[: 2 * line.textLength()].decode("utf-16-le", "ignore").rstrip()
    layout.endLayout()
    rest = text[len(first) :].strip()
    elide = Qt.TextElideMode.ElideRight
    return [first, QFontMetrics(font).elidedText(rest, elide, width)] if rest else [first]


def _line(
    painter: QPainter, look: _Look, place: QRect, words: str, colour: QColor | None = None
) -> None:
    """A small line, muted unless another colour is named."""
    draw_line(
        painter,
        place,
        words,
        font=look.small,
        colour=colour or look.colours.muted,
        direction=look.direction,
    )


def _paint_body(painter: QPainter, look: _Look, body: QRect, card: CardRow) -> None:
    """What it is good for in two lines and its facts in one; facts alone where nobody wrote it."""
    high = QFontMetrics(look.body).lineSpacing()
    top = body.top()
    if card.good_for:
        for number, line in enumerate(two_lines(card.good_for, look.body, body.width())):
            place = QRect(body.left(), top + number * high, body.width(), high)
            draw_line(
                painter, place, line, font=look.body, colour=look.colours.text,
                direction=look.direction,
            )  # fmt: skip
        facts = [*model_facts(card), *(hub_facts(card) if card.downloads is not None else ())]
        place = QRect(body.left(), top + _PURPOSE_LINES * high + _STEP, body.width(), high)
        _line(painter, look, place, SEPARATOR.join(facts))
        return
    for facts, colour in (
        (model_facts(card), look.colours.text),
        (hub_facts(card), look.colours.muted),
    ):
        if facts:
            place = QRect(body.left(), top, body.width(), high)
            _line(painter, look, place, SEPARATOR.join(facts), colour)
            top += high + _STEP
