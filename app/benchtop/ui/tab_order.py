"""The order in which Tab walks through parts that are not made in the order in which they stand."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget


def tab_stops(part: QWidget) -> list[QWidget]:
    """What Tab visits in ``part``, whether it is on show now or not, in that order.

    A part with a focus proxy inside it has no such order: Tab goes from it to the proxy at once.
    """
    found: list[QWidget] = []
    start = part.window()
    widget: QWidget | None = start
    while widget is not None:
        by_tab = widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        if by_tab and (widget is part or part.isAncestorOf(widget)):
            found.append(widget)
        widget = widget.nextInFocusChain()
        if widget is start:
            break
    return found


def comes_later(part: QWidget, before: QWidget) -> bool:
    """Whether Tab visits anything of ``part`` after the last stop of ``before``: Qt puts what is made later
    at the end of the window, wherever it stands."""
    found, start = False, part.window()
    widget = start.previousInFocusChain()
    while widget is not None and widget is not start:
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            if widget is before or before.isAncestorOf(widget):
                return found
            found = found or widget is part or part.isAncestorOf(widget)
        widget = widget.previousInFocusChain()
    return found


def put_after(part: QWidget, before: QWidget) -> None:
    """Let Tab visit all of ``part``, in the order it has, right after the last stop of ``before``."""
    stops = tab_stops(before)
    for stop in tab_stops(part):
        if stops:
            QWidget.setTabOrder(stops[-1], stop)
        stops.append(stop)
