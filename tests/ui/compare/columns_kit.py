"""What tests of the answers side by side look at, and how text is streamed to them."""

from __future__ import annotations

from PySide6.QtWidgets import QAbstractButton, QLabel, QScrollArea

from benchtop.ui.compare.answer_cell import AnswerCell
from benchtop.ui.compare.column_heads import ColumnHead
from benchtop.ui.compare.columns_view import ColumnsView


def cells(view: ColumnsView) -> list[AnswerCell]:
    """The answers of the last round, from left to right."""
    found = view.findChildren(AnswerCell)
    last = max(cell.y() for cell in found)
    return sorted((cell for cell in found if cell.y() == last), key=lambda cell: cell.x())


def label(cell: AnswerCell, name: str) -> str:
    """What a label of an answer says; nothing while it is hidden."""
    found = cell.findChild(QLabel, f"compare.column.{name}")
    return found.text().replace("\u00a0", " ") if not found.isHidden() else ""


def heads(view: ColumnsView) -> list[ColumnHead]:
    """The names above, from left to right."""
    return sorted(view.findChildren(ColumnHead), key=lambda head: head.x())


def turn(view: ColumnsView) -> str:
    """The line above the columns."""
    return view.findChild(QLabel, "compare.turn").text()


def button(view: ColumnsView, name: str) -> QAbstractButton:
    """A button of a column."""
    found = view.findChild(QAbstractButton, f"compare.column.{name}")
    assert found is not None
    return found


def scroll(view: ColumnsView) -> QScrollArea:
    """What scrolls."""
    return view.findChild(QScrollArea, "compare.columns.scroll")


def stream(view: ColumnsView, key: str, lines: int) -> None:
    """Write so many lines into an answer."""
    for number in range(lines):
        view.append(key, f"Line {number} of the answer.\n\n")
        view.flush()


def end_in_sight(view: ColumnsView, cell: AnswerCell) -> bool:
    """Whether the end of what was written is seen."""
    top = scroll(view).verticalScrollBar().value()
    return top <= cell.y() + cell.text_end <= top + scroll(view).viewport().height()
