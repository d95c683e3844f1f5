"""Running a suite: who is asked, how far it is, and what can be asked again."""

from __future__ import annotations

from PySide6.QtWidgets import (
    QCheckBox,
    QLabel,
    QSpinBox,
)
from pytestqt.qtbot import QtBot

from benchtop.ui.compare.suite_results_view import SuiteResultsView
from benchtop.ui.compare.suite_rows import RunChoice, RunProgress
from ui.compare.suite_makers import (
    some_choices,
    some_results,
)
from ui.compare.suite_results_kit import bar_button, theme, view

__all__ = ["theme", "view"]


def test_a_run_is_set_up_started_paused_and_ended(view: SuiteResultsView, qtbot: QtBot) -> None:
    bar = view.run_bar
    view.set_results("Sums", some_results())
    assert not bar_button(view, "start").isEnabled()
    bar.set_choices(some_choices(), {"b"})
    boxes = {b.text(): b for b in bar.findChildren(QCheckBox)}
    assert not boxes["owl-adapter"].isEnabled()
    boxes["starter · 3.6M · Q8_0"].click()
    bar.findChild(QSpinBox, "compare.run.repeats").setValue(3)
    assert bar.findChild(QLabel, "compare.run.calls").text() == "120 replies"
    with qtbot.waitSignal(bar.start_requested) as told:
        bar_button(view, "start").click()
    assert told.args == [["a", "b"], 3]
    bar.set_progress(RunProgress("running", 57, 120, 185.0, 1, "starter on “Sum 3”"))
    words = bar.findChild(QLabel, "compare.run.words")
    assert words.accessibleName() == (
        "57 of 120 replies, 1 without an answer, 4 min left, starter on “Sum 3”"
    )
    assert not bar_button(view, "start").isVisible()
    with qtbot.waitSignal(bar.pause_requested):
        bar_button(view, "pause").click()
    bar.set_progress(RunProgress("paused", 57, 120))
    assert not bar_button(view, "pause").isVisible()
    with qtbot.waitSignal(bar.resume_requested):
        bar_button(view, "resume").click()
    with qtbot.waitSignal(bar.stop_requested):
        bar_button(view, "stop").click()
    bar.set_progress(RunProgress("done", 120, 120))
    assert bar_button(view, "start").isVisible()
    assert bar.chosen() == ["a", "b"]


def test_seven_cannot_be_asked(view: SuiteResultsView) -> None:
    view.set_results("Sums", some_results())
    many = [RunChoice(str(n), f"model {n}") for n in range(7)]
    view.run_bar.set_choices(many, {one.id for one in many})
    assert not bar_button(view, "start").isEnabled()
    assert "At most 6" in view.run_bar.findChild(QLabel, "compare.run.calls").text()


def test_what_got_no_answer_can_be_asked_again_once_the_run_stands(
    view: SuiteResultsView, qtbot: QtBot
) -> None:
    bar, again = view.run_bar, bar_button(view, "again")
    view.set_results("Sums", some_results())
    for state, done, errors, offered in (
        ("running", 57, 3, False),
        ("stopping", 57, 3, False),
        ("paused", 57, 3, True),
        ("paused", 57, 0, False),
        ("done", 120, 3, True),
        ("done", 120, 0, False),
        ("done", 57, 3, False),  # ended early: it would go on with the rest
        ("idle", 0, 0, False),
    ):
        bar.set_progress(RunProgress(state, done, 120, errors=errors))
        assert again.isVisible() == offered, (state, done, errors)
    bar.set_progress(RunProgress("done", 120, 120, errors=3))
    assert again.text() == again.accessibleName() == "Ask the 3 without an answer again"
    with qtbot.waitSignal(bar.again_requested):
        again.click()
    bar.set_progress(RunProgress("done", 120, 120, errors=1))
    assert again.text() == "Ask the one without an answer again"
