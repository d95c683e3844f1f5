"""Where the actions and the figures of a message stand."""

from __future__ import annotations

from benchtop.ui.chat.action_bar import ActionBar
from benchtop.ui.chat.chat_style import ChatStyle
from benchtop.ui.chat.message_labels import FiguresLabel

GAP = 16


def place_under_reply(
    bar: ActionBar, figures: FiguresLabel, style: ChatStyle, *, left: int, y: int, width: int
) -> int:
    """Actions at the left, figures at the right, or below where they do not fit; returns the end."""
    row = bar.fit()
    # The first icon, not its button's edge, is in line with the text.
    edge = left - (row.height() - style.icon_size) // 2
    bar.setGeometry(edge, y, row.width(), row.height())
    if figures.isHidden():
        return y + row.height()
    size = figures.sizeHint()
    if row.width() + GAP + size.width() <= width:
        figures.setGeometry(left + width - size.width(), y, size.width(), row.height())
        return y + row.height()
    figures.setGeometry(left, y + row.height(), min(size.width(), width), size.height())
    return y + row.height() + size.height()


def place_beside_card(bar: ActionBar, card_left: int, *, left: int, y: int, width: int) -> int:
    """Actions beside a person's card, where they take no height, or below it; returns the end.

    ``card_left`` is how much room the card leaves, ``y`` where the next thing below it may begin.
    """
    row = bar.fit()
    if row.width() + GAP // 2 <= card_left:
        x = left + card_left - row.width() - GAP // 2
        bar.setGeometry(x, y - 4 - row.height(), row.width(), row.height())
        return y
    bar.setGeometry(left + width - row.width(), y, row.width(), row.height())
    return y + row.height()
