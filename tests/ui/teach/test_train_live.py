"""A run that is under way: what it says, its figures, its curves and its sample answers."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QLabel,
    QProgressBar,
    QPushButton,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from benchtop.domain.training import HoldoutPoint, SamplePoint, TrainPoint
from benchtop.ui.teach.curve_card import REPAINT_MS, CurveCard
from benchtop.ui.teach.curve_data import MOST_DRAWN, LossCurve, loss_span
from benchtop.ui.teach.curve_plot import CurvePlot, name_places
from benchtop.ui.teach.run_texts import figures_of, outcome_words, state_words
from benchtop.ui.teach.train_live import TrainLive
from benchtop.ui.teach.train_rows import LiveRun, RunCurves, RunPhase
from benchtop.ui.theme import ThemeController
from ui.teach.teach_makers import (
    BASE,
    PROMPTS,
    TAUGHT,
    a_live,
    a_result,
    a_run,
    holdout_points,
    sample_points,
    some_curves,
    train_points,
    unnamed,
)

Key = Qt.Key
T = TypeVar("T", bound=QWidget)


@pytest.fixture
def live(show: Callable[..., TrainLive]) -> TrainLive:
    """A run at step 120 of 480."""
    made = TrainLive()
    made.show_run(a_live())
    made.set_curves(some_curves())
    return show(made, 1_116, 900)


def find(view: QWidget, kind: type[T], name: str) -> T:
    found = view.findChild(kind, f"teach.{name}")
    assert found is not None, name
    return found


def button(view: QWidget, name: str) -> QPushButton:
    return find(view, QPushButton, f"live.{name}")


def words(view: QWidget, name: str) -> str:
    return find(view, QLabel, name).text().replace("\u200b", "")


def seen_buttons(view: QWidget) -> list[str]:
    return [key for key in ("pause", "resume", "stop", "result", "another")
            if button(view, key).isVisible()]  # fmt: skip


def figures(one: LiveRun, train: int = 120, holdout: int = 120) -> dict[str, str]:
    found = figures_of(one, train_points(train), holdout_points(holdout))
    return {figure.key: figure.value for figure in found}


def test_all_figures_of_a_measured_run() -> None:
    assert figures(a_live()) == {
        "step": "120 of 480", "left": "5 to 6 minutes", "speed": "311 tok/s", "memory": "890 MB",
        "holdout": "3.45 → 2.32", "energy": "0.653 Wh", "cost": "0.00021 EUR",
        "per_energy": "1.73", "per_money": "54",
    }  # fmt: skip


def test_what_cannot_be_measured_is_not_made_up() -> None:
    bare = a_live(a_run(step=0, plan=replace(a_run().plan, seconds=0)), joules=None, memory=0)
    assert figures(bare, 0, 0) == {
        "step": "0 of 480", "left": "–", "speed": "–", "holdout": "3.45",
    }  # fmt: skip
    told = replace(bare, unmeasurable="This system shows no counters of its processor.")
    assert figures(told)["energy"] == "not measurable"
    no_price = a_live(price=0.0)
    assert "cost" not in figures(no_price)
    assert "per_money" not in figures(no_price)
    assert "per_energy" not in figures(a_live(), holdout=0)


def test_a_run_that_is_over_says_how_long_it_took() -> None:
    done = figures(a_live(a_run(state="done", step=400, result=a_result())), 400, 400)
    assert done["took"] == "7 minutes"
    assert "left" not in done


def test_time_left_is_a_wide_range_at_first() -> None:
    assert figures(a_live(a_run(step=3)), 3)["left"] == "3 to 9 minutes"
    assert figures(a_live(a_run(step=476)), 476)["left"] == "a few seconds"


@pytest.mark.parametrize(
    ("phase", "said"),
    [
        ("queued", "another training run"), ("measuring", "some seconds"), ("encoding", "tokens"),
        ("loading", "Opening"), ("checking", "Reading the holdout"), ("sampling", "your prompts"),
        ("waiting", "Waits while starter writes"), ("pausing", "Pausing"),
        ("stopping", "the best one"), ("judging", "whether it helped"),
    ],
)  # fmt: skip
def test_a_sentence_says_what_is_happening(phase: RunPhase, said: str) -> None:
    assert said in state_words(a_live(phase=phase, writer="starter"), holdout_points(120))


def test_a_run_that_gets_no_better_says_when_it_stops() -> None:
    run = a_live(a_run(step=405))
    assert state_words(run, holdout_points(120)) == (
        "Learning, and getting better on what is held out."
    )
    assert state_words(run, holdout_points(400)) == (
        "Getting no better on the holdout since step 320; stops at step 440 unless that changes."
    )


def test_how_it_ended_is_told() -> None:
    done = a_run(state="done", step=400, result=a_result())
    assert "stopped at step 400; step 320 was kept" in state_words(a_live(done), ())
    stopped = replace(done, state="stopped")
    assert state_words(a_live(stopped), ()).startswith("You stopped it after step 400; step 320")
    whole = replace(done, result=a_result(stopped_early=False))
    assert state_words(a_live(whole), ()).startswith("All 400 steps are made")
    failed = replace(done, state="failed", error="The loss is no number any more.")
    assert state_words(a_live(failed), ()) == "The loss is no number any more."
    nothing = replace(stopped, step=0, result=a_result(best_step=0, steps=0))
    assert state_words(a_live(nothing), ()) == "Stopped before the first step; nothing was learnt."
    assert outcome_words(nothing, None) == "nothing was learnt"


def test_a_pause_before_the_first_step_promises_no_checkpoint() -> None:
    paused = a_run(state="paused", step=0, error="The trainer ended unexpectedly.")
    for run in (paused, replace(paused, step=3, steps=0)):
        assert state_words(a_live(run), ()) == (
            "The trainer ended unexpectedly. Paused before the first step. It begins anew."
        )
        assert outcome_words(run, None) == "paused before the first step"
    later = replace(paused, step=120, error="")
    said = "Paused. It goes on from its last checkpoint, after step 120."
    assert state_words(a_live(later), ()) == said


def test_buttons_follow_the_state(live: TrainLive, qtbot: QtBot) -> None:
    assert seen_buttons(live) == ["pause", "stop"]
    for key, signal in (("pause", live.pause_requested), ("stop", live.stop_requested)):
        with qtbot.waitSignal(signal) as heard:
            button(live, key).click()
        assert heard.args == ["r1"]
    live.show_run(a_live(phase="pausing"))
    assert not button(live, "pause").isEnabled()
    assert not button(live, "stop").isEnabled()
    live.show_run(a_live(a_run(state="paused"), phase="idle"))
    assert seen_buttons(live) == ["resume", "stop", "another"]
    with qtbot.waitSignal(live.resume_requested) as heard:
        button(live, "resume").click()
    assert heard.args == ["r1"]
    live.show_run(a_live(a_run(state="done", result=a_result()), phase="idle"))
    assert seen_buttons(live) == ["result", "another"]
    with qtbot.waitSignal(live.result_requested) as heard:
        button(live, "result").click()
    assert heard.args == ["r1"]
    live.show_run(a_live(a_run(state="failed", error="Too little memory."), phase="idle"))
    assert seen_buttons(live) == ["another"]  # there is no result of it


def test_the_result_is_offered_as_soon_as_it_is_there(live: TrainLive) -> None:
    live.show_run(a_live(a_run(state="done"), phase="idle"))
    assert seen_buttons(live) == ["another"]
    live.show_run(a_live(a_run(state="done", result=a_result()), phase="idle"))
    assert seen_buttons(live) == ["result", "another"]


def test_the_keyboard_stays_where_something_can_be_done(live: TrainLive) -> None:
    button(live, "pause").setFocus()
    live.show_run(a_live(a_run(state="paused"), phase="idle"))
    assert button(live, "resume").hasFocus()
    live.show_run(a_live(phase="training"))
    assert button(live, "pause").hasFocus()


def test_what_training_does_beside_a_chat_can_be_changed(live: TrainLive, qtbot: QtBot) -> None:
    box = find(live, QComboBox, "live.beside")
    box.setFocus()
    with qtbot.waitSignal(live.beside_changed) as heard:
        QTest.keyClick(box, Key.Key_Down)
    assert heard.args == ["share"]


def test_the_bar_shows_how_far_it_is(live: TrainLive, qtbot: QtBot) -> None:
    bar = find(live, QProgressBar, "live.progress")
    assert (bar.value(), bar.maximum()) == (120, 480)
    live.show_run(a_live(a_run(step=240)))
    qtbot.waitUntil(lambda: bar.value() == 240)
    assert words(live, "live.figure.step") == "240 of 480"


def test_samples_follow_the_newest_checkpoint_until_a_person_steps_back(live: TrainLive) -> None:
    assert words(live, "sample.0.prompt") == PROMPTS[0]
    assert words(live, "sample.0.base") == BASE[0]
    assert words(live, "sample.1.now") == TAUGHT[1]
    assert words(live, "samples.which") == "checkpoint 3 of 3"
    live.add_samples([SamplePoint(160, 1, PROMPTS[1], "Newer.")])
    assert words(live, "sample.1.now") == "Newer."
    assert words(live, "sample.0.now") == "Not asked yet."
    back, on = (find(live, QToolButton, f"samples.{key}") for key in ("back", "on"))
    back.setFocus()
    for _press in range(3):
        QTest.keyClick(back, Key.Key_Space)
    assert words(live, "sample.1.now") == "After step 40: with a can."
    assert words(live, "sample.2.now") == "Nothing at all."  # an empty answer is told
    assert on.hasFocus()  # there is nothing before
    live.add_samples([SamplePoint(200, 1, PROMPTS[1], "Newest.")])
    assert words(live, "samples.which") == "checkpoint 1 of 5"
    for _press in range(4):
        QTest.keyClick(on, Key.Key_Space)
    assert words(live, "sample.1.now") == "Newest."


def test_another_run_begins_with_nothing_of_the_last(live: TrainLive) -> None:
    live.show_run(a_live(a_run(id="r2", step=0), phase="encoding"))
    assert len(live.curves.train) == len(live.curves.holdout) == 0
    assert live.curves.best == -1
    assert live.samples.step is None
    assert not live.samples.isVisible()


def test_curves_are_told_in_words(live: TrainLive, qtbot: QtBot) -> None:
    said = "Training loss 3.76, now 1.33. Held out: 3.45 before training, now 2.32. Best: 2.32 at step 120."
    qtbot.waitUntil(lambda: words(live, "curves.words") == said)


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


def test_the_keyboard_alone_reaches_everything(live: TrainLive, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: live.curves._plot is not None, timeout=30_000)
    live.focus_first()
    seen = [QApplication.focusWidget().objectName()]
    for _press in range(8):
        QTest.keyClick(QApplication.focusWidget(), Key.Key_Tab)
        seen.append(QApplication.focusWidget().objectName())
        if seen[-1] == seen[0]:
            break
    assert seen == [
        "teach.live.pause", "teach.live.stop", "teach.live.beside", "teach.samples.back",
        "teach.live.pause",
    ]  # fmt: skip


def test_late_curves_fill_what_was_missed(live: TrainLive) -> None:
    live.show_run(a_live(a_run(step=200)))
    live.set_curves(RunCurves(train_points(200), holdout_points(200), sample_points(40, 200)))
    assert len(live.curves.train) == 200
    assert live.curves.best == 200
    assert live.samples.step == 200


def test_everything_that_can_be_used_has_names(live: TrainLive, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: live.curves._plot is not None, timeout=30_000)
    assert unnamed(live) == []


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
