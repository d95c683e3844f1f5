"""Where widgets that come later stand in the order of the Tab key: Qt puts them last in the window."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget


def put_before(stops: Sequence[QWidget], after: QWidget) -> None:
    """Let Tab visit ``stops``, in this order, right before ``after``."""
    before = _before(after)
    while before is not after and (before in stops or not _by_tab(before)):
        before = _before(before)
    put_in_line((before, *stops))


def put_in_line(stops: Sequence[QWidget]) -> None:
    """Let Tab visit them one after the other, from where the first stands."""
    before: QWidget | None = None
    for stop in stops:
        if not _by_tab(stop):
            continue
        if before is not None:
            QWidget.setTabOrder(before, stop)
        before = stop


def _before(widget: QWidget) -> QWidget:
    """The one before it in the chain, which is a ring: None stands for a chain of one."""
    return widget.previousInFocusChain() or widget


def _by_tab(widget: QWidget) -> bool:
    return bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
