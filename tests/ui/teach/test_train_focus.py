"""The buttons of a run: what they are while it is prepared, and where the keyboard stays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QScrollArea, QToolButton
from pytestqt.qtbot import QtBot

from benchtop.ui.teach.run_texts import state_words
from benchtop.ui.teach.train_live import TrainLive
from ui.teach.teach_makers import a_live, a_run, some_curves
from ui.teach.train_kit import button, find

Key = Qt.Key


@pytest.fixture
def live(show: Callable[..., TrainLive]) -> TrainLive:
    """A run at step 120 of 480, with answers to step through below."""
    made = TrainLive()
    made.show_run(a_live())
    made.set_curves(some_curves())
    return show(made, 1_116, 900)


def focus() -> str:
    return QApplication.focusWidget().objectName()


def test_space_on_pause_ends_on_go_on(live: TrainLive) -> None:
    live.pause_requested.connect(lambda _run: live.show_run(a_live(phase="pausing")))
    pause = button(live, "live.pause")
    pause.setFocus()
    QTest.keyClick(pause, Key.Key_Space)
    assert not pause.isEnabled()
    live.show_run(a_live(a_run(state="paused"), phase="idle"))
    assert focus() == "teach.live.resume"


def test_nothing_scrolls_away_while_the_keyboard_goes_on(
    show: Callable[..., TrainLive], qtbot: QtBot
) -> None:
    live = TrainLive()
    live.show_run(a_live())
    live.set_curves(some_curves())
    show(live, 900, 300)
    bar = live.findChild(QScrollArea).verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    button(live, "live.pause").setFocus()
    live.show_run(a_live(phase="pausing"))
    assert focus() == "teach.live.beside"
    live.show_run(a_live(a_run(state="paused"), phase="idle"))
    assert (focus(), bar.value()) == ("teach.live.resume", 0)


def test_a_pause_that_comes_to_nothing_gives_the_keyboard_back(live: TrainLive) -> None:
    button(live, "live.pause").setFocus()
    live.show_run(a_live(phase="pausing"))
    live.show_run(a_live())
    assert focus() == "teach.live.pause"


def test_who_went_elsewhere_meanwhile_stays_there(live: TrainLive) -> None:
    button(live, "live.pause").setFocus()
    live.show_run(a_live(phase="pausing"))
    find(live, QToolButton, "samples.back").setFocus()
    live.show_run(a_live(a_run(state="paused"), phase="idle"))
    assert focus() == "teach.samples.back"


def test_the_choice_beside_keeps_the_keyboard_while_it_is_there(live: TrainLive) -> None:
    find(live, QComboBox, "live.beside").setFocus()
    live.show_run(a_live(phase="stopping"))
    live.show_run(a_live())
    assert focus() == "teach.live.beside"
    live.show_run(a_live(a_run(state="paused"), phase="idle"))
    assert focus() == "teach.live.resume"


def test_before_the_first_step_there_is_one_button_that_cancels(
    live: TrainLive, qtbot: QtBot
) -> None:
    preparing = a_live(a_run(state="preparing", step=0, steps=0), phase="measuring")
    live.show_run(preparing)
    pause, stop = button(live, "live.pause"), button(live, "live.stop")
    assert not pause.isVisible()
    assert stop.text().strip() == "Cancel"
    assert stop.accessibleName() == "Cancel before the first step"
    stop.setFocus()
    with qtbot.waitSignal(live.stop_requested):
        stop.click()
    asked = replace(preparing, phase="stopping")
    assert state_words(asked, ()) == "Cancelling before the first step."
    live.show_run(preparing)
    live.show_run(a_live(phase="loading"))
    assert pause.isVisible()
    assert stop.text().strip() == "Stop and keep the best"
    assert focus() == "teach.live.pause", "what Cancel became is not pressed by mistake"
