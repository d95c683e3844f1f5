"""Answers side by side: widths, scrolling, rounds, what stays in its place, the Tab key."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel
from pytestqt.qtbot import QtBot

from benchtop.ui.compare.answer_cell import AnswerCell
from benchtop.ui.compare.columns_body import ColumnsBody, grid
from benchtop.ui.compare.columns_view import ColumnsView
from benchtop.ui.compare.compare_rows import ColumnRow, RoundRow
from benchtop.ui.compare.prompt_heading import PromptHeading
from benchtop.ui.theme import ThemeController
from ui.compare.columns_kit import cells, end_in_sight, heads, label, scroll, stream
from ui.compare.compare_makers import answered, waiting


def test_nothing_asked_says_what_to_do(view: ColumnsView) -> None:
    view.set_nothing("Ask something below.")
    nothing = view.findChild(QLabel, "compare.columns.nothing")
    assert nothing.isVisible()
    assert nothing.text() == "Ask something below."
    view.set_rounds([waiting(2)])
    assert not nothing.isVisible()


@pytest.mark.parametrize("count", [2, 3])
def test_columns_are_equally_wide_and_fill_the_view(view: ColumnsView, count: int) -> None:
    view.set_rounds([answered(count)])
    widths = {cell.width() for cell in cells(view)}
    assert len(widths) == 1
    assert scroll(view).horizontalScrollBar().maximum() == 0
    assert cells(view)[-1].geometry().right() > scroll(view).viewport().width() - 30


def test_more_than_three_are_reached_by_scrolling_with_heads_and_prompt(view: ColumnsView) -> None:
    view.set_rounds([answered(5)])
    assert cells(view)[2].geometry().right() < scroll(view).viewport().width()
    bar = scroll(view).horizontalScrollBar()
    assert bar.maximum() > 0
    bar.setValue(bar.maximum())
    for head, cell in zip(heads(view), cells(view), strict=True):
        assert head.x() == cell.mapTo(view, cell.rect().topLeft()).x()
    heading = view.findChild(PromptHeading)
    assert heading.mapTo(view, heading.rect().topLeft()).x() == 24


def test_large_letters_take_fewer_columns_and_none_is_cut() -> None:
    assert [grid(6, 960, 16).width > 200, len(grid(6, 960, 16).lefts)] == [True, 6]
    assert grid(3, 900, 16).total == 900
    large = grid(3, 836, 32)
    assert large.width >= 13 * 32
    assert large.total > 836
    assert grid(2, 120, 16).width >= 80


def test_a_conversation_stands_in_rounds_with_the_prompts_across(view: ColumnsView) -> None:
    view.set_rounds([answered(2, prompt="First?"), answered(2, prompt="Second?")])
    headings = view.findChildren(PromptHeading)
    assert [heading.prompt for heading in headings] == ["First?", "Second?"]
    assert headings[0].width() > 2 * cells(view)[0].width()
    tops = sorted({cell.y() for cell in view.findChildren(AnswerCell)})
    assert headings[0].y() < tops[0] < headings[1].y() < tops[1]
    assert not [cell for cell in view.findChildren(AnswerCell) if label(cell, "label")]


def swapped(row: RoundRow) -> RoundRow:
    """The same answers in the other order."""
    return replace(row, columns=row.columns[::-1])


def test_answers_that_stand_in_different_orders_say_their_names(view: ColumnsView) -> None:
    view.set_rounds([swapped(answered(2, prompt="First?")), answered(2, blind=True)])
    above = [cell for cell in view.findChildren(AnswerCell) if cell not in cells(view)]
    assert [label(cell, "label") for cell in above] == ["Qwen3 4B", "starter"]
    assert [label(cell, "label") for cell in cells(view)] == ["A", "B"]


def test_the_heads_are_those_of_the_highest_round_in_sight(view: ColumnsView) -> None:
    view.set_rounds([swapped(answered(2, prompt=f"{n}?")) for n in range(3)])
    view.set_rounds([*view.rounds, answered(2, prompt="Last?")])
    bar = scroll(view).verticalScrollBar()
    seen = set()
    for y in range(0, bar.maximum() + 1, 7):
        bar.setValue(y)
        names = [head.accessibleName() for head in heads(view)]
        row = view.rounds[view.findChild(ColumnsBody).round_at(y)]
        assert names == [column.label for column in row.columns]
        seen.add(tuple(names))
    assert ("Qwen3 4B", "starter") in seen
    view.begin_round(waiting(2))
    bar.setValue(0)
    assert heads(view)[0].accessibleName().startswith("starter")  # the one that its button stops


def last_round_in_sight(view: ColumnsView) -> bool:
    """All of it, from the prompt to the lower edges of the answers."""
    top = scroll(view).verticalScrollBar().value()
    bottom = top + scroll(view).viewport().height()
    heading = view.findChildren(PromptHeading)[-1]
    return top <= heading.y() and cells(view)[0].geometry().bottom() < bottom


def test_a_blind_round_is_in_sight_once_answered_while_it_is_voted_on_and_after(
    view: ColumnsView,
) -> None:
    earlier = [answered(2, prompt=f"{n}?") for n in range(4)]
    view.set_rounds(earlier)
    view.begin_round(waiting(2, blind=True))
    for column in answered(2, blind=True).columns:
        view.put_column(column)
    assert last_round_in_sight(view)
    view.set_pair(("c1", "c2"))
    view.resize(view.width(), view.height() - 70)  # the vote bar takes its room later
    QApplication.processEvents()
    assert last_round_in_sight(view)
    view.set_rounds([*earlier, answered(2)])
    assert last_round_in_sight(view)
    bar = scroll(view).verticalScrollBar()
    bar.setValue(10)
    view.resize(view.width(), view.height() - 20)
    QApplication.processEvents()
    assert bar.value() == 10  # a hand scrolled


def test_a_vote_does_not_move_what_is_read_in_a_round_that_is_too_high(view: ColumnsView) -> None:
    view.begin_round(waiting(2, blind=True))
    tall = [replace(one, text=one.text * 40) for one in answered(2, blind=True).columns]
    for column in tall:
        view.put_column(column)
    bar = scroll(view).verticalScrollBar()
    assert bar.value() < 16
    bar.setValue(200)
    view.set_pair(("c1", "c2"))
    assert bar.value() == 200
    bar.setValue(bar.maximum())
    view.set_rounds([replace(answered(2), columns=tuple(tall))])
    bottom = bar.value() + scroll(view).viewport().height()
    assert bar.value() > 200
    assert cells(view)[0].geometry().bottom() < bottom  # with the figures


def test_both_answers_that_are_voted_on_come_into_sight(view: ColumnsView) -> None:
    view.set_rounds([answered(6, blind=True)])
    for keys in (("c5", "c6"), ("c2", "c3"), ("c3", "c4"), ("c1", "c2")):
        view.set_pair(keys)
        left = scroll(view).horizontalScrollBar().value()
        for cell in cells(view):
            if cell.row_key in keys:
                assert left <= cell.x()
                assert cell.geometry().right() < left + scroll(view).viewport().width()


def test_the_view_stays_with_the_end_of_what_is_written(view: ColumnsView) -> None:
    view.begin_round(waiting(2))
    for _ in range(6):
        stream(view, "c1", 10)
        assert end_in_sight(view, cells(view)[0])
    assert scroll(view).verticalScrollBar().value() > 0
    view.put_column(ColumnRow("c1", "starter", cells(view)[0].row.text, state="done"))
    stream(view, "c2", 3)
    assert end_in_sight(view, cells(view)[1])


def test_the_view_stays_where_the_person_reads(view: ColumnsView) -> None:
    view.begin_round(waiting(2))
    stream(view, "c1", 60)
    bar = scroll(view).verticalScrollBar()
    bar.setValue(40)
    assert not view.follows
    stream(view, "c1", 20)
    assert bar.value() == 40
    bar.setValue(bar.maximum())
    assert view.follows
    stream(view, "c1", 20)
    assert end_in_sight(view, cells(view)[0])
    view.begin_round(waiting(2, prompt="Next?"))
    assert view.follows
    heading = view.findChildren(PromptHeading)[-1]
    assert heading.isVisible()
    assert bar.value() <= heading.y() <= bar.value() + scroll(view).viewport().height()


def test_a_long_prompt_is_folded(view: ColumnsView, qtbot: QtBot) -> None:
    text = "\n".join(f"Line {number}" for number in range(100))
    view.set_rounds([answered(2, prompt=text)])
    heading = view.findChild(PromptHeading)
    low = heading.height()
    fold = heading.findChild(QAbstractButton, "compare.prompt.0.fold")
    fold.setFocus()
    qtbot.keyClick(fold, Qt.Key.Key_Space)
    assert heading.height() > 3 * low
    assert cells(view)[0].y() > heading.geometry().bottom()
    qtbot.keyClick(fold, Qt.Key.Key_Space)
    assert heading.height() == low


def test_another_look_keeps_text_and_places(view: ColumnsView, theme: ThemeController) -> None:
    view.set_rounds([answered(3, prompt="First?"), waiting(3)])
    stream(view, "c1", 4)
    theme.set_choice("dark")
    theme.set_text_size(150)
    QApplication.processEvents()
    assert cells(view)[0].text.text.count("Line") == 4
    assert len(view.findChildren(AnswerCell)) >= 6
    left = {cell for cell in view.findChildren(AnswerCell) if cell.isVisible()}
    assert len(left) == 6


def test_the_pair_is_marked_only_among_more_than_two(view: ColumnsView) -> None:
    view.set_rounds([answered(3)])
    view.set_pair(("c1", "c3"))
    assert [cell.marked for cell in cells(view)] == [True, False, True]
    view.set_pair(())
    assert not any(cell.marked for cell in cells(view))
    view.set_rounds([answered(2)])
    view.set_pair(("c1", "c2"))
    assert not any(cell.marked for cell in cells(view))


def test_text_of_an_unknown_column_is_dropped(view: ColumnsView) -> None:
    view.append("c1", "too early")
    view.flush()
    view.begin_round(waiting(2))
    view.append("c6", "nobody")
    view.put_column(ColumnRow("c6", "nobody"))
    view.flush()
    assert [cell.row.text for cell in cells(view)] == ["", ""]


def test_the_tab_key_visits_answers_from_left_to_right(view: ColumnsView, qtbot: QtBot) -> None:
    view.set_rounds([answered(2)])
    view.setFocus()
    visited = []
    for _ in range(5):
        visited.append(QApplication.focusWidget().objectName())
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    assert visited[0] == "compare.columns.scroll"
    assert visited[1:] == [f"compare.column.{n}.{b}" for n in (0, 1) for b in ("take", "copy")]
