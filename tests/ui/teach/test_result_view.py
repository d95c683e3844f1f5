"""The Result tab: the verdict first, the numbers, the answers, and what can be done now."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

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

from benchtop.domain.training_verdict import BlindVotes, GeneralChange, TuningVerdict
from benchtop.ui.teach.curve_card import CurveCard
from benchtop.ui.teach.result_bar import ChangeBar
from benchtop.ui.teach.result_card import card_facts
from benchtop.ui.teach.result_texts import ratio_words, verdict_sentence, verdict_title
from benchtop.ui.teach.result_view import ResultView
from benchtop.ui.theme import ThemeController
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
    some_votes,
    unnamed,
)

Key = Qt.Key
T = TypeVar("T", bound=QWidget)
FORGOT = GeneralChange(0.62, 0.41, -0.30, -0.12, 60, "Everyday")


@pytest.fixture
def view(show: Callable[..., ResultView]) -> ResultView:
    """A run that made its model better."""
    made = ResultView()
    made.set_runs(result_rows(), "r1")
    made.set_result(a_result_row(), some_curves(400))
    return show(made, 1_116, 900)


def find(view: QWidget, kind: type[T], name: str) -> T:
    found = view.findChild(kind, f"teach.{name}")
    assert found is not None, name
    return found


def button(view: QWidget, name: str) -> QPushButton:
    return find(view, QPushButton, f"result.{name}")


def words(view: QWidget, name: str) -> str:
    return find(view, QLabel, name).text().replace("\u200b", "")


def said(verdict: TuningVerdict | None) -> str:
    return f"{verdict_title(verdict)}. {verdict_sentence(a_result_row(verdict=verdict))}"


def test_before_the_first_run_there_is_one_button(
    show: Callable[..., ResultView], qtbot: QtBot
) -> None:
    view = show(ResultView())
    first = view.findChild(QPushButton, "placeholder.teach.result.train")
    assert first.isVisible()
    with qtbot.waitSignal(view.train_requested):
        first.click()


def test_the_verdict_comes_first_and_then_its_numbers(view: ResultView) -> None:
    assert words(view, "result.word") == "Better"
    assert words(view, "result.sentence") == (
        "Of the general questions it answered 60 % instead of 62 %: too few were asked to tell whether it "
        "forgot something. "
        "Answers it never learnt from surprise it less than before: perplexity 6.49 instead of 30.6."
    )
    assert words(view, "result.holdout") == "Perplexity 30.6 → 6.49"
    assert words(view, "result.general") == "62 % → 60 % passed"
    assert (
        words(view, "result.votes") == "Your blind votes: 9 for the adapter, 2 for the base, 1 tie"
    )
    shown = [one.text() for one in view.verdict.findChildren(QLabel) if one.isVisible()]
    assert "× 0.21, 90 % interval 0.17 to 0.26" in shown
    assert "\u22122 points, 90 % interval \u22127 to +3" in shown
    assert "The training loss has no say." in find(view, QLabel, "result.word").toolTip()


@pytest.mark.parametrize(
    ("numbers", "beginning"),
    [
        ({"ratio_low": 0.9, "ratio_high": 1.1, "holdout_after": 30.1},
         "Not shown to be better. What is held out changed by perplexity 30.1 instead of 30.6"),
        ({"holdout_tokens": 0}, "Not shown to be better. Nothing was held out"),
        ({"general": FORGOT}, "Not shown to be better. It learnt from your examples, but"),
        ({"votes": some_votes(1, 12)}, "Not shown to be better. What is held out says so, but you"),
        ({"ratio_low": 1.1, "ratio_high": 1.9, "holdout_after": 44.1},
         "Worse. Answers it never learnt from surprise it more than before: perplexity 44.1"),
        ({"ratio_low": 0.9, "ratio_high": 1.1, "general": FORGOT},
         "Worse. It answers general questions worse than before"),
    ],
)  # fmt: skip
def test_each_verdict_has_its_sentence(numbers: dict[str, object], beginning: str) -> None:
    assert said(a_verdict(**numbers)).startswith(beginning)


def test_fewer_general_answers_are_told_before_all_else() -> None:
    few = GeneralChange(0.15, 0.05, -0.22, 0.03, 20, "Everyday")
    told = said(a_verdict(general=few))
    assert told.startswith(
        "Better. Of the general questions it answered 1 of 20 instead of 3 of 20: too few were asked to tell "
    )
    for fine in (None, replace(few, after=0.15), replace(few, after=0.2)):
        assert said(a_verdict(general=fine)).startswith("Better. Answers it never learnt from")


@pytest.mark.parametrize(
    ("before", "after", "low", "high", "words"),
    [
        (6_020.0, 7.92, 0.00111, 0.00161,
         "about 760 times less, 90 % interval 621 to 901 times"),
        (30.6, 6.49, 0.174, 0.262, "× 0.21, 90 % interval 0.17 to 0.26"),
        (30.6, 30.0, 0.9, 1.1, "× 0.98, 90 % interval 0.90 to 1.10"),
        (4.0, 48.0, 11.0, 13.2, "about 12.0 times as much, 90 % interval 11.0 to 13.2 times"),
        (30.6, 3.0, 0.004, 0.4, "× 0.098, 90 % interval 0.004 to 0.40"),
        (30.6, math.inf, 2.0, math.inf, "× beyond measure, 90 % interval 2.00 to beyond measure"),
    ],
)  # fmt: skip
def test_a_change_of_any_size_is_told_in_digits_that_count(
    before: float, after: float, low: float, high: float, words: str
) -> None:
    verdict = a_verdict(
        holdout_before=before, holdout_after=after, ratio_low=low, ratio_high=high
    )  # fmt: skip
    assert ratio_words(verdict) == words


def test_it_never_says_better_because_the_training_loss_fell() -> None:
    fell = a_run(state="done", result=a_result(loss=0.001, holdout_before=3.4, holdout_after=0.1))
    for verdict in (None, TuningVerdict("not_shown"), a_verdict(ratio_high=1.0)):
        row = a_result_row(run=fell, verdict=verdict)
        assert verdict_title(row.verdict) != "Better"
        assert "less than before" not in verdict_sentence(row)


def test_perplexities_beyond_measure_are_told(view: ResultView) -> None:
    view.set_result(a_result_row(verdict=a_verdict(holdout_after=math.inf, ratio_low=2.0,
                                                   ratio_high=math.inf)))  # fmt: skip
    assert words(view, "result.word") == "Worse"
    assert words(view, "result.holdout") == "Perplexity 30.6 → beyond measure"


def test_a_run_that_nobody_judged_offers_it(view: ResultView, qtbot: QtBot) -> None:
    view.set_result(a_result_row(verdict=None))
    assert words(view, "result.word") == "Not judged yet"
    assert not find(view, QLabel, "result.holdout").isVisible()
    with qtbot.waitSignal(view.judge_requested) as heard:
        button(view, "judge").click()
    assert heard.args == ["r1"]
    view.set_result(a_result_row(verdict=None, judging="Asking 60 general questions."))
    assert words(view, "result.sentence") == "Asking 60 general questions."
    assert not button(view, "judge").isVisible()
    trouble = "The base model is gone: /home/ada/models/x.gguf. Bring it back to judge this run."
    view.set_result(a_result_row(verdict=None, trouble=trouble))
    assert words(view, "result.sentence") == trouble
    assert button(view, "judge").isVisible()


def test_what_was_not_measured_is_left_out(view: ResultView) -> None:
    view.set_result(a_result_row(verdict=a_verdict(general=None)))
    assert not find(view, QLabel, "result.general").isVisible()
    assert not find(view, QLabel, "result.votes").isVisible()
    view.set_result(a_result_row(verdict=a_verdict(votes=BlindVotes(0, 0, 0))))
    assert not find(view, QLabel, "result.votes").isVisible()


def test_the_bar_stands_on_the_side_of_the_verdict(
    show: Callable[..., ChangeBar],
) -> None:
    bar = show(ChangeBar(), 400, 40)
    bar.set_change(0.2, 0.4, 0.6, "better")
    assert bar.place_of(0) == 200
    assert 200 < bar.place_of(0.2) < bar.place_of(0.6) < 400
    bar.set_change(-0.6, -0.4, 0.1, "not shown")
    assert 0 < bar.place_of(-0.6) < 200 < bar.place_of(0.1)
    bar.set_change(math.nan, 0.0, math.inf, "nobody knows")
    assert not bar.grab().isNull()


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
