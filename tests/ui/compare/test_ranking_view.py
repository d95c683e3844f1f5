"""The ranking: what it says, that nobody is coloured before it is sure, filters, the matrix."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLabel, QWidget
from pytestqt.qtbot import QtBot

from benchtop.evaluation.blind import position_bias
from benchtop.ui.compare.better_matrix import BetterMatrix
from benchtop.ui.compare.compare_rows import RankFilter, RankRow, RankSummary
from benchtop.ui.compare.compare_texts import bias_text
from benchtop.ui.compare.rank_chart import RankChart, axis_of
from benchtop.ui.compare.rank_filters import RankFilters
from benchtop.ui.compare.ranking_view import RankingView
from benchtop.ui.theme import ThemeController, dark_tokens, light_tokens
from ui.compare.compare_makers import BETTER, OPEN, RANKS, SETTLED

Key = Qt.Key
DAY = 86_400
NOW = datetime(2026, 11, 21, 15, 30).astimezone().timestamp()


@pytest.fixture
def view(show: Callable[..., RankingView]) -> RankingView:
    made = show(RankingView(), 1_000, 760)
    made.set_tags(["German", "maths"])
    return made


def label(view: RankingView, name: str) -> QLabel:
    found = view.findChild(QLabel, f"compare.ranking.{name}")
    assert found is not None
    return found


def box(view: QWidget, name: str) -> QComboBox:
    found = view.findChild(QComboBox, f"compare.ranking.{name}")
    assert found is not None
    return found


def test_no_votes_lead_to_comparing(view: RankingView, qtbot: QtBot) -> None:
    start = view.findChild(QAbstractButton, "placeholder.compare.ranking.start")
    assert start.isVisible()
    assert not label(view, "sentence").isVisible()
    with qtbot.waitSignal(view.compare_requested):
        qtbot.mouseClick(start, Qt.MouseButton.LeftButton)


def test_strength_is_explained(view: RankingView) -> None:
    assert "2.7 times as often" in label(view, "about").text()
    assert "log-odds" in label(view, "about").toolTip()


def test_every_row_is_told_in_words(view: RankingView) -> None:
    view.set_ranking(RANKS, OPEN, BETTER)
    lines = view.findChild(RankChart).lines
    assert label(view, "sentence").text() == OPEN.sentence
    assert lines[1].accessibleName() == (
        "2 of 4: Llama 3.2 3B Instruct, strength +0.7, with 90 % between −0.1 and +1.6, 24 votes"
    )
    assert lines[2].accessibleName().startswith("3 of 4: starter, pirate (starter), strength −0.5")


def test_all_is_grey_until_it_is_settled(view: RankingView) -> None:
    view.set_ranking(RANKS, RankSummary(OPEN.sentence, settled=False, winner="Qwen3 4B"), BETTER)
    lines = view.findChild(RankChart).lines
    grey, accent = light_tokens().outline, light_tokens().accent
    assert [line.bar_colour for line in lines] == [grey] * 4
    assert "the best" not in lines[0].accessibleName()
    view.set_ranking(RANKS, SETTLED, BETTER)
    assert [line.bar_colour for line in lines] == [accent, grey, grey, grey]
    assert lines[0].accessibleName().endswith("the best")


def test_what_is_painted_has_the_winners_colour_only_when_settled(view: RankingView) -> None:
    accent = light_tokens().accent.rgb()
    for summary, coloured in ((OPEN, False), (SETTLED, True)):
        view.set_ranking(RANKS, summary, BETTER)
        image = view.findChild(RankChart).lines[0].grab().toImage()
        middle = image.height() // 2
        row = {image.pixel(x, middle) for x in range(image.width() // 2, image.width())}
        assert (accent in row) == coloured


def test_the_axis_holds_all_bars_and_nought() -> None:
    axis = axis_of(RANKS)
    assert axis.low <= -2.72
    assert axis.high >= 2.36
    assert 0 in axis.ticks()
    assert len(axis.ticks()) <= 9
    one = axis_of([RankRow("a", 3.0, 2.5, 3.5, 1)])
    assert one.low < 0 < one.high
    assert one.x(one.low, 10, 100) == 10
    assert one.x(one.high, 10, 100) == 110
    wide = axis_of([RankRow("a", 0, -40, 40, 1)])
    assert len(wide.ticks()) <= 9
    assert axis_of([]).low < 0 < axis_of([]).high


def test_the_matrix_says_who_is_better_than_whom(view: RankingView, qtbot: QtBot) -> None:
    view.set_ranking(RANKS, SETTLED, BETTER)
    matrix = view.findChild(BetterMatrix)
    cells = matrix.model()
    shown = [[cells.index(r, c).data() for c in range(4)] for r in range(4)]
    assert shown[0] == ["–", "88 %", "96 %", "99 %"]
    assert shown[3] == ["1 %", "2 %", "10 %", "–"]
    cell = cells.index(0, 2)
    said = "Qwen3 4B better than starter, pirate (starter): 96 %"
    assert cell.data(Qt.ItemDataRole.AccessibleTextRole) == said
    ink = Qt.ItemDataRole.ForegroundRole
    assert cell.data(ink) == light_tokens().accent
    font = Qt.ItemDataRole.FontRole
    assert cell.data(font).weight() > cells.index(0, 1).data(font).weight()
    assert cells.index(1, 2).data(ink) == light_tokens().muted
    vertical = Qt.Orientation.Vertical
    assert cells.headerData(1, vertical) == "2  Llama 3.2 3B Instruct"
    whole = sum(matrix.rowHeight(row) for row in range(4))
    qtbot.waitUntil(lambda: matrix.height() >= whole)


def test_the_matrix_follows_the_theme(view: RankingView, theme: ThemeController) -> None:
    view.set_ranking(RANKS, SETTLED, BETTER)
    theme.set_choice("dark")
    QApplication.processEvents()
    cell = view.findChild(BetterMatrix).model().index(0, 2)
    assert cell.data(Qt.ItemDataRole.ForegroundRole) == dark_tokens().accent


def test_filters_are_told_and_an_empty_outcome_says_so(view: RankingView, qtbot: QtBot) -> None:
    view.set_ranking(RANKS, OPEN, BETTER)
    with qtbot.waitSignal(view.filter_changed) as told:
        box(view, "tag").setCurrentText("maths")
    assert told.args == [RankFilter(("maths",), None)]
    view.set_ranking((), RankSummary(""), ())
    assert label(view, "none").isVisible()
    assert box(view, "tag").isVisible()
    with qtbot.waitSignal(view.filter_changed) as told:
        reset = view.findChild(QAbstractButton, "compare.ranking.filters.reset")
        qtbot.mouseClick(reset, Qt.MouseButton.LeftButton)
    assert told.args == [RankFilter()]
    view.set_ranking(RANKS, OPEN, BETTER)
    assert not label(view, "none").isVisible()


def test_dates_count_from_now_and_today_from_midnight(qtbot: QtBot) -> None:
    filters = RankFilters(now=lambda: NOW)
    qtbot.addWidget(filters)
    midnight = datetime(2026, 11, 21).astimezone().timestamp()
    since = [None, midnight, NOW - 7 * DAY, NOW - 30 * DAY, NOW - 365 * DAY]
    for place, wanted in enumerate(since):
        box(filters, "since").setCurrentIndex(place)
        assert filters.filter == RankFilter((), wanted)


def test_a_tag_that_is_gone_counts_all_again(view: RankingView, qtbot: QtBot) -> None:
    box(view, "tag").setCurrentText("maths")
    with qtbot.assertNotEmitted(view.filter_changed):
        view.set_tags(["German", "maths", "poems"])
    assert view.filters.filter.tags == ("maths",)
    with qtbot.waitSignal(view.filter_changed) as told:
        view.set_tags(["German"])
    assert told.args == [RankFilter()]


def test_the_check_of_positions_is_a_sentence(view: RankingView) -> None:
    view.set_ranking(RANKS, OPEN, BETTER)
    assert not label(view, "bias").isVisible()
    assert bias_text(position_bias(11, 20)).endswith(": no sign of a preference for one side.")
    assert bias_text(position_bias(18, 20)).endswith(": a sign of a preference for the left side.")
    assert bias_text(position_bias(2, 20)).endswith(": a sign of a preference for the right side.")
    view.set_bias("The left answer won 11 of 20 votes: nothing unusual.")
    assert label(view, "bias").text() == "The left answer won 11 of 20 votes: nothing unusual."
    view.set_bias("The left answer won 18 of 20 votes.", suspicious=True)
    assert label(view, "bias").text().startswith("Check your positions: The left")


def test_rows_are_one_stop_and_the_arrows_walk(view: RankingView, qtbot: QtBot) -> None:
    view.set_ranking(RANKS, OPEN, BETTER)
    lines = view.findChild(RankChart).lines
    lines[0].setFocus()
    qtbot.keyClick(lines[0], Key.Key_Down)
    assert lines[1].hasFocus()
    qtbot.keyClick(lines[1], Key.Key_Up)
    assert lines[0].hasFocus()
    qtbot.keyClick(lines[0], Key.Key_Tab)
    assert QApplication.focusWidget() is view.findChild(BetterMatrix)


def test_fewer_rows_leave_none_behind(view: RankingView) -> None:
    view.set_ranking(RANKS, SETTLED, BETTER)
    view.findChild(RankChart).lines[3].setFocus()
    view.set_ranking(RANKS[:2], OPEN, [row[:2] for row in BETTER[:2]])
    assert len(view.findChild(RankChart).lines) == 2
    assert view.findChild(BetterMatrix).model().rowCount() == 2


def test_a_card_of_it_can_be_wished_for(view: RankingView, qtbot: QtBot) -> None:
    save = view.findChild(QAbstractButton, "compare.ranking.save")
    assert not save.isVisible()
    view.set_ranking(RANKS, OPEN, BETTER)
    with qtbot.waitSignal(view.save_requested):
        qtbot.mouseClick(save, Qt.MouseButton.LeftButton)
