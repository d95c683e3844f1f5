"""Scrolls through the messages of a branch: pages, places that stay, following a stream.

Only a window of messages has views (path_window), and only those that are seen are laid out at once;
the others get a guessed height and are measured when nothing else is to do. Whatever changes, one
message stays where it is on the screen, or the end stays at the end.
"""

from __future__ import annotations

from time import perf_counter

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, QTimer
from PySide6.QtGui import QPalette, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QPushButton, QScrollArea, QTextEdit, QWidget

from benchtop.domain.chat import PathStep
from benchtop.ui.chat.chat_style import ChatStyle
from benchtop.ui.chat.empty_state import EmptyState
from benchtop.ui.chat.message_column import MessageColumn, Place
from benchtop.ui.chat.message_view import MARGIN, MessageView
from benchtop.ui.chat.path_window import PathWindow
from benchtop.ui.widgets.focus_ring import FocusRing

_NEAR = 4
"""Pixels from the bottom that still count as being there."""
_PAGE_AHEAD = 800
"""An older page is shown when the view comes this near to the first message."""
_IDLE_SLICE = 0.006
"""Seconds of measuring at a time while nothing else is to do."""
_MOST_ROUNDS = 40
_EMPTY_WIDTH = 34
"""Widest empty state, in lines of text."""


class MessageList(QScrollArea):
    """The scrolling half of the transcript; Transcript adds what the messages do."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.style_now = ChatStyle(self)
        self.window_now = PathWindow()
        self.views: dict[str, MessageView] = {}
        self._follow = True
        self._settling = False
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setBackgroundRole(QPalette.ColorRole.Base)
        self.column = MessageColumn()
        self.column.setBackgroundRole(QPalette.ColorRole.Base)
        self.setWidget(self.column)
        self.empty_state = EmptyState(self.style_now, self.column)
        self.newest_button = QPushButton(self)
        self.newest_button.setObjectName("chat.transcript.newest")
        self.newest_button.hide()
        self._ring = FocusRing(self)
        self.newest_button.clicked.connect(self.go_to_newest)
        self._idle = _timer(self, self._measure_some)
        self._pages = _timer(self, self._load_pages)
        self._restyling = _timer(self, self._restyle)
        self.verticalScrollBar().valueChanged.connect(self._on_scrolled)
        self._dress()

    def make_view(self, step: PathStep) -> MessageView:
        """A view for a step; Transcript connects it."""
        return MessageView(step, self.style_now, parent=self.column)

    @property
    def follows(self) -> bool:
        """Whether the view stays with the newest text."""
        return self._follow

    def view_of(self, message_id: str | None) -> MessageView | None:
        """The view of a message, if it has one now."""
        return self.views.get(message_id) if message_id is not None else None

    def view_with(self, widget: QWidget | None) -> MessageView | None:
        """The message that a widget is, or is a part of."""
        while widget is not None and widget is not self:
            if isinstance(widget, MessageView):
                return widget if self.isAncestorOf(widget) else None
            widget = widget.parentWidget()
        return None

    def go_to_newest(self) -> None:
        """Show the end of the conversation and stay with it."""
        if not self.window_now.at_end:
            self.window_now.to_end()
        self.sync(Place())

    def follow(self) -> None:
        """Stay with the newest text from the next change on."""
        self._follow = True

    # Places

    def here(self) -> Place:
        """What must stay where it is now: the end, or the first message in sight."""
        if self._follow:
            return Place()
        top = self.verticalScrollBar().value()
        seen = list(self.column.between(top, top + self.viewport().height()))
        # A message that is only guessed at may change its height, and so may one that begins above
        # the view when the width changes: one below it is a better hold.
        measured = [view for view in seen if self.column.is_measured(view)]
        whole = [view for view in measured if view.y() >= top]
        return self.place_of((whole or measured or seen)[0]) if seen else Place()

    def place_of(self, view: MessageView) -> Place:
        """A message, where it is now."""
        return Place(view, view.y() - self.verticalScrollBar().value())

    def sync(self, place: Place) -> None:
        """Bring the views in line with the window, then settle."""
        shown = self.window_now.shown
        ids = {step.message.id for step in shown}
        leaving = self.view_with(self.window().focusWidget())
        if leaving is not None and leaving.message_id not in ids:
            self.setFocus()  # or Qt would give the focus to whatever comes next in the window
        for message_id in [i for i in self.views if i not in ids]:
            view = self.views.pop(message_id)
            if view.step.message.state == "streaming" and self.window_now.get(message_id):
                self.window_now.put(view.step)  # what streamed in so far stays
        ordered: list[MessageView] = []
        for step in shown:
            if step.message.id not in self.views:
                self.views[step.message.id] = self.make_view(step)
            ordered.append(self.views[step.message.id])
        self.column.set_views(ordered)
        for view in ordered:
            view.set_last(view is ordered[-1] and self.window_now.at_end)
        self.settle(place)

    def settle(self, place: Place) -> None:
        """Place all messages, keep ``place``, and lay out whatever comes into sight by that."""
        if self._settling:
            return
        self._settling = True
        try:
            for _ in range(_MOST_ROUNDS):
                # In the middle of the page, not of the view: a scroll bar that comes moves nothing.
                port = self.viewport()
                self.column.arrange(port.width(), port.height(), self.width() // 2)
                self._go_to(place)
                waiting = self._unmeasured_in_sight()
                if not waiting or not self.isVisible():
                    break
                for view in waiting:
                    self.column.measure(view)
        finally:
            self._settling = False
        self._follow = place.view is None or self._is_at_end()
        self._place_empty_state()
        self._after_move()

    def _go_to(self, place: Place) -> None:
        bar = self.verticalScrollBar()
        bar.setValue(bar.maximum() if place.view is None else place.view.y() - place.offset)

    def _is_at_end(self) -> bool:
        bar = self.verticalScrollBar()
        return self.window_now.at_end and bar.value() >= bar.maximum() - _NEAR

    def _unmeasured_in_sight(self) -> list[MessageView]:
        top = self.verticalScrollBar().value()
        seen = self.column.between(top, top + self.viewport().height())
        return [view for view in seen if not self.column.is_measured(view)]

    def _on_scrolled(self) -> None:
        if self._settling:
            return
        self._follow = self._is_at_end()
        if self._unmeasured_in_sight():
            self.settle(self.here())
        else:
            self._after_move()

    def _after_move(self) -> None:
        bar = self.verticalScrollBar()
        window = self.window_now
        near_top = window.start > 0 and bar.value() < _PAGE_AHEAD
        near_end = not window.at_end and bar.value() > bar.maximum() - _PAGE_AHEAD
        if self.isVisible():
            if near_top or near_end:
                self._pages.start()
            self._idle.start()
        self.newest_button.setVisible(
            len(window) > 0 and not self._follow and not self._is_at_end()
        )

    def _load_pages(self) -> None:
        """Show another page above or below, with what is seen staying in its place."""
        bar = self.verticalScrollBar()
        if self.window_now.start > 0 and bar.value() < _PAGE_AHEAD:
            place = self.here()
            self.window_now.grow_up()
        elif not self.window_now.at_end and bar.value() > bar.maximum() - _PAGE_AHEAD:
            self._follow = False
            place = self.here()
            self.window_now.grow_down()
        else:
            return
        self.sync(place)

    def _measure_some(self) -> None:
        """Lay out messages out of sight, the nearest first, for a few milliseconds."""
        until = perf_counter() + _IDLE_SLICE
        middle = self.verticalScrollBar().value() + self.viewport().height() // 2
        place = self.here()
        view = self.column.next_unmeasured(middle)
        if view is None:
            return
        while view is not None:  # one at least, however busy the machine is: settle() comes back
            self.column.measure(view)
            view = self.column.next_unmeasured(middle) if perf_counter() < until else None
        self.settle(place)

    def keep_in_sight(self, widget: QWidget) -> None:
        """Scroll so that the caret of a text is seen."""
        if not isinstance(widget, QTextEdit | QPlainTextEdit):
            return
        rect = widget.cursorRect()
        top = widget.viewport().mapTo(self.column, rect.topLeft()).y()
        self._bring_in_sight(top - rect.height(), top + 2 * rect.height())

    def bring_message_in_sight(self, view: MessageView) -> None:
        """Scroll as little as possible so that a message, or its beginning, is seen."""
        self.settle(self.here())
        self._bring_in_sight(
            view.y(), min(view.y() + view.height(), view.y() + self.viewport().height())
        )

    def _bring_in_sight(self, top: int, bottom: int) -> None:
        bar = self.verticalScrollBar()
        if top < bar.value():
            bar.setValue(top)
        elif bottom > bar.value() + self.viewport().height():
            bar.setValue(bottom - self.viewport().height())

    # Look

    def _dress(self) -> None:
        style = self.style_now
        self.newest_button.setText(self.tr("Newest"))
        self.newest_button.setToolTip(self.tr("Go to the newest message (Ctrl+End)"))
        self.newest_button.setAccessibleName(self.tr("Go to the newest message"))
        self.newest_button.setIcon(style.icon("arrow-down", "text"))
        self.newest_button.setIconSize(QSize(style.icon_size, style.icon_size))
        self.verticalScrollBar().setSingleStep(style.line * 2)

    def _restyle(self) -> None:
        style = ChatStyle(self)
        if style == self.style_now:
            return
        place = self.here()
        self.style_now = style
        for view in self.views.values():
            view.set_style(style)
        self.empty_state.set_style(style)
        self._dress()
        self._set_width()
        self.settle(place)
        self._place_newest_button()

    def _set_width(self) -> None:
        """As wide as the column may be, with room for a scroll bar whether there is one or not."""
        room = self.width() - self.verticalScrollBar().sizeHint().width() - 16
        widest = self.style_now.column + 2 * MARGIN
        self.column.set_text_width(max(120, min(room, widest)))

    def _place_empty_state(self) -> None:
        empty = not self.column.views
        self.empty_state.setVisible(empty)
        if empty:
            width = min(self.column.text_width, _EMPTY_WIDTH * self.style_now.line)
            height = self.empty_state.height_in(width)
            top = max(16, (self.viewport().height() - height) * 2 // 5)
            self.column.resize(self.viewport().width(), max(self.viewport().height(), height + 32))
            self.empty_state.setGeometry((self.column.width() - width) // 2, top, width, height)

    def _place_newest_button(self) -> None:
        size = self.newest_button.sizeHint()
        x = (self.viewport().width() - size.width()) // 2
        corner = QPoint(x, self.viewport().height() - size.height() - 12)
        self.newest_button.setGeometry(corner.x(), corner.y(), size.width(), size.height())

    # Qt

    def resizeEvent(self, event: QResizeEvent) -> None:
        place = self.here()
        super().resizeEvent(event)
        self._set_width()
        self.settle(place)
        self._place_newest_button()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._set_width()
        self.settle(self.here())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in {
            QEvent.Type.PaletteChange,
            QEvent.Type.FontChange,
            QEvent.Type.StyleChange,
        }:
            self._restyling.start()


def _timer(owner: MessageList, slot: object) -> QTimer:
    timer = QTimer(owner)
    timer.setSingleShot(True)
    timer.timeout.connect(slot)  # type: ignore[arg-type]
    return timer
