"""Where widgets that come later stand in the order of the Tab key: Qt puts them last in the window."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget


def put_before(stops: Sequence[QWidget], after: QWidget) -> None:
    """Let Tab visit ``stops``, in this order, right before ``after``."""
    put_in_line((_stop_before(after, stops), *stops))


def put_before_compound(stops: Sequence[QWidget], compound: QWidget) -> None:
    """The same, before a widget that has a focus proxy within it: Tab goes to the proxy from there, and
    Qt takes what stands behind the widget's first place for next already. So the last goes first."""
    before = _stop_before(compound, stops)
    for stop in reversed(stops):
        QWidget.setTabOrder(before, stop)


def put_in_line(stops: Sequence[QWidget]) -> None:
    """Let Tab visit them one after the other, from where the first stands."""
    before: QWidget | None = None
    for stop in stops:
        if not _by_tab(stop):
            continue
        if before is not None:
            QWidget.setTabOrder(before, stop)
        before = stop


def put_in_place(view: QWidget, old: QWidget) -> None:
    """Let Tab visit what is in ``view`` where it visited what is in ``old``."""
    after = old.nextInFocusChain() or old
    while old.isAncestorOf(after):
        after = after.nextInFocusChain() or old
    put_before(_inside(view), after)


def _inside(view: QWidget) -> list[QWidget]:
    """The widget and all in it, in the order of the Tab key."""
    found, at = [view], view.nextInFocusChain()
    while at is not None and at is not view:
        if view.isAncestorOf(at):
            found.append(at)
        at = at.nextInFocusChain()
    return found


def _stop_before(after: QWidget, stops: Sequence[QWidget]) -> QWidget:
    before = _before(after)
    while before is not after and (before in stops or not _by_tab(before)):
        before = _before(before)
    return before


def _before(widget: QWidget) -> QWidget:
    """The one before it in the chain, which is a ring: None stands for a chain of one."""
    return widget.previousInFocusChain() or widget


def _by_tab(widget: QWidget) -> bool:
    return bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
