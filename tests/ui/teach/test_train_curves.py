"""The curves of a run: all points are kept, few are drawn, and the picture is painted seldom."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from benchtop.domain.training import HoldoutPoint, TrainPoint
from benchtop.ui.teach.curve_card import REPAINT_MS, CurveCard
from benchtop.ui.teach.curve_data import MOST_DRAWN, LossCurve, loss_span
from benchtop.ui.teach.curve_plot import CurvePlot, name_places
from benchtop.ui.theme import ThemeController
from ui.teach.teach_makers import holdout_points, train_points


def test_thousands_of_points_repaint_seldom_and_are_all_kept(
    show: Callable[..., CurveCard], qtbot: QtBot
) -> None:
    card = show(CurveCard(), 900, 420)
    qtbot.waitUntil(lambda: card.repaints > 0, timeout=30_000)
    card.set_steps(6_000)
    before, count = card.repaints, 5_000
    for point in train_points(count):
        card.add_train([point])
    assert card.repaints == before  # none of them waited for a picture
    qtbot.waitUntil(lambda: card.repaints == before + 1)
    assert len(card.train) == count
    assert REPAINT_MS >= 250


def test_a_hidden_card_does_not_paint(show: Callable[..., CurveCard], qtbot: QtBot) -> None:
    card = show(CurveCard(), 900, 420)
    qtbot.waitUntil(lambda: card.repaints > 0, timeout=30_000)
    card.hide()
    before = card.repaints
    card.add_train(train_points(50))
    assert not card._soon._timer.isActive()
    assert card.repaints == before
    card.show()
    qtbot.waitUntil(lambda: card.repaints == before + 1)


def test_the_best_step_is_marked(show: Callable[..., CurveCard], qtbot: QtBot) -> None:
    card = CurveCard()
    card.set_steps(480)
    card.add_train(train_points(400))
    card.add_holdout(holdout_points(400))
    show(card, 900, 420)
    qtbot.waitUntil(lambda: card._plot is not None and card.repaints > 0, timeout=30_000)
    assert card.best == 320
    plot = card._plot
    assert plot is not None
    xs, ys = plot._ring.getData()
    assert list(xs) == [320]
    assert ys[0] == pytest.approx(min(one.loss for one in holdout_points(400)))
    assert plot._name.isVisible()
    assert plot._name.text() == "best: step 320"
    assert plot._box.rect().contains(plot._name.mapRectToParent(plot._name.boundingRect()))
    assert "surprised" in plot.toolTip()
    assert "Best: 1.84 at step 320" in plot.accessibleDescription()


def test_the_name_of_the_best_step_never_hides_its_ring() -> None:
    """In the middle, at each edge and in each corner of the picture."""
    room, size = QRectF(0, 0, 400, 150), QSizeF(80, 18)
    for x in (0.0, 200.0, 400.0):
        for y in (0.0, 75.0, 150.0):
            found = name_places(QPointF(x, y), size, room)
            assert found
            for place in found:
                assert room.contains(place)
                assert not place.contains(QPointF(x, y))


def test_before_the_first_point_there_are_words_and_no_axes(
    show: Callable[..., CurveCard], qtbot: QtBot
) -> None:
    card = show(CurveCard(), 700, 320)
    qtbot.waitUntil(lambda: card.findChild(CurvePlot) is not None)
    plot = card.findChild(CurvePlot)
    assert not plot.isVisible()
    shown = [one.text() for one in card.findChildren(QLabel) if one.isVisible()]
    assert shown == ["The first points come after the first steps."]
    card.add_train(train_points(3))
    qtbot.waitUntil(plot.isVisible)
    card.clear()
    qtbot.waitUntil(lambda: not plot.isVisible())


def test_the_picture_follows_the_theme(
    show: Callable[..., CurveCard], qtbot: QtBot, theme: ThemeController
) -> None:
    card = show(CurveCard(), 900, 420)
    qtbot.waitUntil(lambda: card._plot is not None, timeout=30_000)
    assert card._plot is not None
    light = card._plot.backgroundBrush().color().name()
    theme.set_choice("dark")
    assert card._plot.backgroundBrush().color().name() != light


def test_a_run_that_goes_back_to_a_checkpoint_replaces_what_came_after() -> None:
    curve = LossCurve()
    curve.add(train_points(120))
    curve.add([TrainPoint(101, 9.0, 1e-4, 100, 1.0), TrainPoint(102, 8.0, 1e-4, 100, 1.0)])
    assert len(curve) == 102
    assert list(curve.losses[-2:]) == [9.0, 8.0]
    assert np.all(np.diff(curve.steps) == 1)


def test_a_loss_that_is_no_number_is_left_out() -> None:
    curve = LossCurve()
    curve.add([HoldoutPoint(0, 3.0), HoldoutPoint(20, math.nan), HoldoutPoint(40, math.inf)])
    assert list(curve.steps) == [0]
    assert loss_span([curve.drawn()])[0] < 3.0 < loss_span([curve.drawn()])[1]
    assert loss_span([LossCurve().drawn()]) == (0.0, 1.0)


def test_a_long_curve_is_drawn_in_few_places_between_its_extremes() -> None:
    curve = LossCurve()
    points = train_points(5_001)
    curve.add(points)
    drawn = curve.drawn()
    assert len(drawn.steps) <= MOST_DRAWN
    assert np.all(drawn.low <= drawn.middle)
    assert np.all(drawn.middle <= drawn.high)
    assert drawn.low.min() == min(one.loss for one in points)
    assert drawn.high.max() == max(one.loss for one in points)
    assert drawn.steps[0] >= 1
    assert drawn.steps[-1] <= 5_001
