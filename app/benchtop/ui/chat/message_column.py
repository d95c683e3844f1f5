"""The centred column that holds the messages on show, placed by hand and never twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from benchtop.ui.chat.message_view import MessageView

SPACE = 16
"""Above the first message, and below the last one."""
BETWEEN = 8


@dataclass(frozen=True, slots=True)
class Place:
    """What must stay where it is: a message's top, ``offset`` pixels below the view's top.

    Without a message the bottom stays at the bottom.
    """

    view: MessageView | None = None
    offset: int = 0


class MessageColumn(QWidget):
    """Knows every message's height, measured or guessed. Qt's layouts would ask all of them again
    for each streamed word; here only the one that changed is measured."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._views: list[MessageView] = []
        self._heights: dict[MessageView, int] = {}
        self._text_width = 0

    @property
    def views(self) -> Sequence[MessageView]:
        """The messages on show, from top to bottom."""
        return self._views

    @property
    def text_width(self) -> int:
        """The width every message is laid out in."""
        return self._text_width

    def set_views(self, views: Sequence[MessageView]) -> None:
        """Show these messages; one that is not among them any more is deleted."""
        kept = set(views)
        for view in self._views:
            if view not in kept:
                view.hide()
                view.deleteLater()
                self._heights.pop(view, None)
        self._views = list(views)

    def set_text_width(self, width: int) -> None:
        """Lay messages out in another width from now on."""
        self._text_width = width

    def measure(self, view: MessageView) -> None:
        """Lay one message out."""
        self._heights[view] = view.fit(self._text_width)

    def is_measured(self, view: MessageView) -> bool:
        """Whether a message's height is known and not guessed."""
        return view in self._heights and view.is_fitted(self._text_width)

    def arrange(self, width: int, least_height: int, middle: int) -> None:
        """Put every message in its place and take the size they need together.

        ``middle`` is where the middle of the messages lies, in pixels from the left.
        """
        left = max(0, middle - self._text_width // 2)
        y = SPACE
        for view in self._views:
            height = self._heights.get(view)
            if height is None:
                height = self._heights[view] = view.estimate(self._text_width)
            now = view.geometry()
            if (now.x(), now.y(), now.width(), now.height()) != (left, y, self._text_width, height):
                view.setGeometry(left, y, self._text_width, height)
            if view.isHidden():
                view.show()
            y += height + BETWEEN
        self.resize(width, max(y - BETWEEN + SPACE, least_height))

    def between(self, top: int, bottom: int) -> Iterator[MessageView]:
        """The messages that reach into this part of the column."""
        for view in self._views:
            if view.y() >= bottom:
                return
            if view.y() + view.height() > top:
                yield view

    def next_unmeasured(self, middle: int) -> MessageView | None:
        """The message closest to ``middle`` whose height is only guessed."""
        waiting = [view for view in self._views if not self.is_measured(view)]
        return min(waiting, key=lambda view: abs(view.y() - middle), default=None)
