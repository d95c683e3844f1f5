"""The Result tab: the answers, what was done, and what can be done now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QFileDialog,
    QLabel,
    QProgressBar,
    QPushButton,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from benchtop.ui.teach.curve_card import CurveCard
from benchtop.ui.teach.result_card import card_facts
from benchtop.ui.teach.result_view import ResultView
from benchtop.ui.theme import ThemeController
from ui.teach.result_kit import button, judged_view
from ui.teach.teach_makers import (
    BASE,
    PROMPTS,
    SHA,
    TAUGHT,
    a_result,
    a_result_row,
    a_run,
    a_verdict,
    result_rows,
    sample_points,
    some_curves,
    unnamed,
)
from ui.teach.train_kit import find, words

Key = Qt.Key


@pytest.fixture
def view(show: Callable[..., ResultView]) -> ResultView:
    """A run that made its model better."""
    return show(judged_view(), 1_116, 900)


def test_before_the_first_run_there_is_one_button(
    show: Callable[..., ResultView], qtbot: QtBot
) -> None:
    view = show(ResultView())
    first = view.findChild(QPushButton, "placeholder.teach.result.train")
    assert first.isVisible()
    with qtbot.waitSignal(view.train_requested):
        first.click()


def test_answers_stand_beside_those_of_the_base(view: ResultView) -> None:
    for place in range(3):
        assert words(view, f"sample.{place}.base") == BASE[place]
        assert words(view, f"sample.{place}.now") == TAUGHT[place]
    assert find(view, QLabel, "sample.0.now").accessibleName() == f"With the adapter: {TAUGHT[0]}"
    view.set_result(a_result_row(samples=sample_points(40, 320) + sample_points(400)[3:4]))
    assert words(view, "sample.0.now") == TAUGHT[0]  # of step 320, which was kept
    assert words(view, "sample.1.now") == TAUGHT[1]
    view.set_result(a_result_row(samples=sample_points()))
    assert words(view, "sample.1.now") == "Not asked yet."
    view.set_result(a_result_row(samples=()))
    assert not find(view, QWidget, "result.samples").isVisible()


def test_each_prompt_says_whether_it_was_held_out(view: ResultView) -> None:
    kinds = [find(view, QLabel, f"sample.{n}.kind") for n in range(3)]
    assert not any(one.isVisible() for one in kinds)
    view.set_result(a_result_row(splits={PROMPTS[0]: "holdout", PROMPTS[1]: "train"}))
    assert kinds[0].text() == "held out: it never learnt from this question"
    assert kinds[1].text() == "learnt from: the answer may be known by heart"
    assert [one.isVisible() for one in kinds] == [True, True, False]


def test_removing_stands_apart_and_in_the_first_line(
    show: Callable[..., ResultView], theme: ThemeController
) -> None:
    view = ResultView()
    view.set_runs(result_rows(), "r1")
    view.set_result(a_result_row(), some_curves(400))
    show(view, 1_116, 900)
    for width, percent in ((1_116, 100), (836, 100), (836, 150)):
        theme.set_text_size(percent)
        view.resize(width, 900)
        QApplication.processEvents()
        use, remove = button(view, "use"), button(view, "remove")
        assert abs(remove.geometry().top() - use.geometry().top()) <= 2
        assert remove.geometry().right() == view.actions_row.width() - 1


def test_the_card_says_exactly_what_was_done() -> None:
    facts = dict(card_facts(a_result_row()))
    assert facts["SHA-256"] == SHA
    assert facts["Its file"].endswith("SmolLM2-135M-Instruct-Q8_0.gguf")
    assert facts["Its licence"].startswith("Apache 2.0. Free to use")
    assert facts["Data set"] == "Shed and garden, version 3, 39 learnt from, 7 held out"
    assert (
        facts["Steps"] == "400; step 320 was kept, and it stopped by itself when it got no better"
    )
    assert facts["Time"] == "7 minutes, 318 tokens a second"
    assert facts["Energy"] == "2.61 Wh of the whole processor, 0.00084 EUR"
    assert facts["Memory"] == "905 MB"
    assert "rank 16, alpha 32, all layers, all matrices" in facts["Settings"]
    bare = dict(card_facts(a_result_row(run=a_run(result=a_result(energy_joules=None)))))
    assert bare["Energy"] == ""
    without = a_result_row(run=a_run(state="failed", result=None), adapter="", verdict=None)
    assert dict(card_facts(without))["Adapter"] == ""


@pytest.mark.parametrize("key", ["vote", "again", "remove"])
def test_wishes_carry_the_run(view: ResultView, qtbot: QtBot, key: str) -> None:
    with qtbot.waitSignal(getattr(view, f"{key}_requested")) as heard:
        button(view, key).click()
    assert heard.args == ["r1"]


def test_it_is_taken_into_the_chat_and_out_again(view: ResultView, qtbot: QtBot) -> None:
    use = button(view, "use")
    with qtbot.waitSignal(view.use_requested) as heard:
        use.click()
    assert heard.args == ["r1", True]
    assert use.accessibleName() == "Use in chat"  # nothing changes before set_result says so
    view.set_result(a_result_row(in_use=True))
    assert use.accessibleName() == "Take out of the chat"
    with qtbot.waitSignal(view.use_requested) as heard:
        use.click()
    assert heard.args == ["r1", False]


def test_teaching_again_says_how_much_is_new(view: ResultView) -> None:
    again = button(view, "again")
    assert again.accessibleName() == "Teach again from 6 replies that I rated since"
    view.set_result(a_result_row(rated_since=1))
    assert again.accessibleName() == "Teach again from 1 reply that I rated since"
    view.set_result(a_result_row(rated_since=0))
    assert again.accessibleName() == "Teach again"


def test_export_asks_where_to(
    view: ResultView, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def answer(_parent: QWidget, _title: str, name: str, _filter: str) -> tuple[str, str]:
        asked.append(name)
        return ("/home/ada/out.gguf" if len(asked) > 1 else ""), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", answer)
    with qtbot.assertNotEmitted(view.export_requested):
        button(view, "export").click()
    with qtbot.waitSignal(view.export_requested) as heard:
        button(view, "export").click()
    assert heard.args == ["r1", "/home/ada/out.gguf"]
    assert asked[0] == "Shed-and-garden-18-Nov.gguf"


def test_merging_asks_for_precision_and_place_and_can_be_cancelled(
    view: ResultView, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def answer(_parent: QWidget, _title: str, name: str, _filter: str) -> tuple[str, str]:
        asked.append(name)
        return "/home/ada/new.gguf", ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", answer)
    card = find(view, QWidget, "result.merge.card")
    assert not card.isVisible()
    button(view, "merge").click()
    kind = find(view, QComboBox, "result.merge.kind")
    assert kind.hasFocus()
    kind.setCurrentIndex(kind.findData("Q4_K_M"))
    with qtbot.waitSignal(view.merge_requested) as heard:
        button(view, "merge.save").click()
    assert heard.args == ["r1", "/home/ada/new.gguf", "Q4_K_M"]
    assert asked == ["Shed-and-garden-18-Nov-Q4_K_M.gguf"]
    button(view, "merge.save").setFocus()
    view.set_merging(0.42)
    assert find(view, QProgressBar, "result.merge.progress").value() == 420
    assert not button(view, "merge.save").isEnabled()
    assert button(view, "merge.cancel").hasFocus()
    with qtbot.waitSignal(view.merge_cancelled) as heard:
        button(view, "merge.cancel").click()
    assert heard.args == ["r1"]
    view.set_merging(None)
    button(view, "merge.close").click()
    assert not card.isVisible()
    assert button(view, "merge").hasFocus()


def test_what_was_removed_comes_back(view: ResultView, qtbot: QtBot) -> None:
    view.offer_undo("r1", "Shed and garden, 18 Nov")
    notice = view.info_bar.notices()[0]
    assert notice.text == "“Shed and garden, 18 Nov” was removed."
    undo = notice.findChild(QPushButton, "notice.action")
    with qtbot.waitSignal(view.restore_requested) as heard:
        undo.click()
    assert heard.args == ["r1"]


def test_a_run_without_an_adapter_offers_what_is_left(view: ResultView) -> None:
    button(view, "remove").setFocus()
    view.set_result(a_result_row(adapter=""))
    shown = [key for key in ("use", "vote", "again", "export", "merge", "remove")
             if button(view, key).isVisible()]  # fmt: skip
    assert shown == ["again"]
    assert find(view, QComboBox, "result.run").hasFocus()  # its button is gone
    view.set_result(a_result_row(adapter="", verdict=None))
    assert not button(view, "judge").isVisible()  # there is nothing to judge


def test_another_run_is_chosen_from_the_list(view: ResultView, qtbot: QtBot) -> None:
    box = find(view, QComboBox, "result.run")
    assert [box.itemText(n).split(" · ")[1] for n in range(box.count())] == [
        "better", "better", "not shown to be better", "worse",
    ]  # fmt: skip
    box.setFocus()
    with qtbot.waitSignal(view.run_chosen) as heard:
        QTest.keyClick(box, Key.Key_Down)
    assert heard.args == ["r3"]
    other = replace(a_result_row().run, id="r3", name="Another")
    view.set_result(a_result_row(run=other))
    assert box.currentData() == "r3"
    assert len(view.curves.train) == 0  # those of the run before are gone


def test_curves_are_folded_and_stay_when_only_the_verdict_comes(view: ResultView) -> None:
    curves = find(view, CurveCard, "curves")
    assert not curves.isVisible()
    view.set_result(a_result_row(verdict=a_verdict()))
    assert len(view.curves.train) == 400
    fold = find(view, QToolButton, "result.curves")
    fold.setFocus()
    QTest.keyClick(fold, Key.Key_Space)
    assert curves.isVisible()


def test_the_keyboard_alone_reaches_everything(view: ResultView) -> None:
    view.focus_first()
    seen = [QApplication.focusWidget().objectName()]
    for _press in range(20):
        QTest.keyClick(QApplication.focusWidget(), Key.Key_Tab)
        seen.append(QApplication.focusWidget().objectName())
        if seen[-1] == seen[0]:
            break
    keys = ["run", "use", "vote", "again", "export", "merge", "remove", "curves", "run"]
    assert seen == [f"teach.result.{key}" for key in keys]
    for name in seen:
        assert view.findChild(QWidget, name).accessibleName(), name


def test_everything_that_can_be_used_has_names(view: ResultView) -> None:
    find(view, QToolButton, "result.curves").click()
    button(view, "merge").click()
    assert unnamed(view) == []
