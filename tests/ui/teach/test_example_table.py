"""Which columns the table of examples has room for."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from benchtop.ui.teach.data_view import DataView
from benchtop.ui.teach.example_model import LENGTH, NOTES, ORIGIN, WORDS
from benchtop.ui.teach.example_table import ExampleTable
from ui.teach.data_makers import MemoryOwner

Show = Callable[[DataView, int, int], DataView]


def columns(table: ExampleTable) -> list[tuple[int, int]]:
    """Those on show, and how wide they are."""
    shown = (one for one in (WORDS, ORIGIN, LENGTH, NOTES) if not table.isColumnHidden(one))
    return [(one, table.columnWidth(one)) for one in shown]


@pytest.mark.parametrize("width", [836, 1_116, 1_500])
def test_the_length_is_there_and_columns_stay_when_a_scroll_bar_comes(
    show: Show, qtbot: QtBot, width: int
) -> None:
    view = show(DataView(), width, 640)
    owner = MemoryOwner(view)
    owner.fill()
    table = view.table
    qtbot.waitUntil(table.verticalScrollBar().isVisible)
    long = columns(table)
    assert LENGTH in dict(long)
    view.set_ids(owner.ids[:2])
    qtbot.waitUntil(lambda: not table.verticalScrollBar().isVisible())
    assert columns(table) == long
