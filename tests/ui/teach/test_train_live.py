"""A run that is under way on the Train tab: its buttons, its figures, its curves and its sample answers."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QProgressBar,
    QPushButton,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from benchtop.domain.training import SamplePoint
from benchtop.ui.teach.train_live import TrainLive
from benchtop.ui.teach.train_rows import RunCurves
from ui.teach import train_kit
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
from ui.teach.train_kit import find, words

Key = Qt.Key


@pytest.fixture
def live(show: Callable[..., TrainLive]) -> TrainLive:
    """A run at step 120 of 480."""
    made = TrainLive()
    made.show_run(a_live())
    made.set_curves(some_curves())
    return show(made, 1_116, 900)


def button(view: QWidget, name: str) -> QPushButton:
    return train_kit.button(view, f"live.{name}")


def seen_buttons(view: QWidget) -> list[str]:
    return [key for key in ("pause", "resume", "stop", "result", "another")
            if button(view, key).isVisible()]  # fmt: skip


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
