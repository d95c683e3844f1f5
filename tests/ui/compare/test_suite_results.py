"""The results of a run: cells in words, totals as statistics have them, answers one click away."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QSpinBox,
)
from pytestqt.qtbot import QtBot

from benchtop.domain.suite_runs import SuiteCell, SuiteRunHead
from benchtop.domain.suites import Regex
from benchtop.evaluation.suite_statistics import FairnessDifference, PairedDifference, pass_rate
from benchtop.ui.compare.suite_answer_pane import SuiteAnswerPane
from benchtop.ui.compare.suite_findings import SuiteFindings
from benchtop.ui.compare.suite_frozen import SuiteFrozenColumn
from benchtop.ui.compare.suite_making import answer_row, run_words
from benchtop.ui.compare.suite_results_view import SuiteResultsView
from benchtop.ui.compare.suite_rows import (
    Apart,
    PairsApart,
    ResultCell,
    ResultContestant,
    RunProgress,
    SuiteResults,
    SuiteTotals,
)
from benchtop.ui.compare.suite_table import SuiteTable
from benchtop.ui.compare.suite_texts import (
    RANKS,
    SIGNS,
    apart_words,
    cell_words,
    pairs_words,
    percent,
    rate_words,
)
from benchtop.ui.tab_order import tab_stops
from benchtop.ui.theme import ThemeController
from ui.compare.suite_makers import (
    EVERY_CHECK,
    prompt,
    some_answers,
    some_choices,
    some_results,
    some_totals,
)


@pytest.fixture
def theme(qapp: QApplication) -> Iterator[ThemeController]:
    made = ThemeController(qapp, "light")
    yield made
    made.set_text_size(100)
    made.deleteLater()


@pytest.fixture
def view(theme: ThemeController, qtbot: QtBot) -> SuiteResultsView:
    made = SuiteResultsView()
    qtbot.addWidget(made)
    made.resize(1_200, 700)
    made.show()
    return made


def table(view: SuiteResultsView) -> SuiteTable:
    return view.findChild(SuiteTable, "compare.results.list")


def column(view: SuiteResultsView, number: int) -> list[str]:
    model = table(view).model()
    return [model.index(row, number).data() for row in range(model.rowCount())]


def bar_button(view: SuiteResultsView, name: str) -> QPushButton:
    return view.run_bar.findChild(QPushButton, f"compare.run.{name}")


def test_every_state_has_a_word_and_a_shape_of_its_own() -> None:
    words = {cell_words(ResultCell(state)) for state in SIGNS}
    assert len(words) == len(SIGNS) == len(RANKS)
    shapes = [name for name, _tint in SIGNS.values()]
    assert len(set(shapes)) == len(shapes)


def test_a_cell_says_what_passed(view: SuiteResultsView) -> None:
    view.set_results("Sums", some_results(repeats=3))
    model = table(view).model()
    assert column(view, 1)[3] == "no answer"
    assert column(view, 2)[4] == "could not tell"
    assert column(view, 1)[0] == "2 of 3 passed"
    index = model.index(3, 1)
    spoken = index.data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken.startswith("Sum 3, starter · Q8_0: no answer")
    assert "run it again" in spoken
    assert not index.data(Qt.ItemDataRole.DecorationRole).isNull()


def test_totals_are_the_statistics_own(view: SuiteResultsView) -> None:
    results = some_results()
    view.set_results("Sums", results)
    view.set_totals(some_totals(results))
    totals = view.findChild(SuiteTable, "compare.results.totals")
    marks = {f"p{n}": [(n * 7) % 6 > 0] for n in range(20) if n != 3}
    rate = pass_rate(marks)
    assert totals.model().index(0, 1).data() == rate_words(rate)
    findings = [label.text() for label in view.findChildren(QLabel, "compare.finding")]
    assert any("against the run of 18 Nov" in text for text in findings)
    assert any("pairs differ" in text for text in findings)


def test_seventeen_of_twenty() -> None:
    rate = pass_rate({f"p{n}": [n < 17] for n in range(20)})
    assert rate_words(rate) == "17 of 20, 64 % to 95 %"
    assert (percent(0.999), percent(1.0), percent(0.001), percent(0.0)) == (
        "99 %",
        "100 %",
        "1 %",
        "0 %",
    )


def test_what_stands_before_the_rates_is_not_cut(view: SuiteResultsView) -> None:
    view.resize(800, 600)
    view.set_results("Sums", some_results())
    totals = view.findChild(SuiteTable, "compare.results.totals")
    index = totals.model().index(0, 0)
    assert index.data() == "Passed (95 % interval)"
    assert totals.columnWidth(0) >= totals.sizeHintForIndex(index).width()


def many_pairs(count: int = 18, clear: int = 2) -> tuple[PairsApart, ...]:
    """A fairness suite as one contestant answered it; in few of its tests groups are told apart."""
    made = []
    for number in range(count):
        low = number >= count - clear
        change = PairedDifference(
            9, 0.5 * low, -0.1, 0.9, 5 * low, 0, 9, 0.004 if low else 1.0, "t"
        )
        made.append(PairsApart("a", FairnessDifference(f"x{number}", f"y{number}", change, ())))
    return tuple(made)


def finding_lines(view: SuiteResultsView) -> list[str]:
    labels = view.findChildren(QLabel, "compare.finding")
    return [label.text() for label in labels if not label.isHidden()]


def test_many_tests_are_summed_up_and_folded(view: SuiteResultsView, qtbot: QtBot) -> None:
    view.set_results("Fair", some_results())
    view.set_totals(SuiteTotals(pairs=many_pairs()))
    assert finding_lines(view) == [
        "In 2 of 18 pairs of groups replies passed clearly differently.",
        "These are 18 tests at once: about 1 of them would seem clear by chance alone.",
    ]
    button = view.findChild(QPushButton, "compare.findings.all")
    assert button.text() == "Show all 18 tests"
    button.click()
    tests = finding_lines(view)[2].splitlines()
    findings = view.findChild(SuiteFindings)
    lines = view.fontMetrics().lineSpacing()
    qtbot.waitUntil(lambda: findings.height() > 8 * lines)
    assert len(tests) == 18
    assert [("differently:" in line) for line in tests] == [True] * 2 + [False] * 16
    button.click()
    assert len(finding_lines(view)) == 2
    view.set_totals(SuiteTotals(pairs=many_pairs(clear=0)))
    assert finding_lines(view)[0].startswith("In none of 18 pairs of groups")
    view.set_totals(SuiteTotals(pairs=many_pairs(2, 1)))
    assert len(finding_lines(view)) == 2
    assert button.isHidden()


def test_what_is_alike_is_said_in_words() -> None:
    names = {"a": "owl", "b": "cat"}
    alike = PairedDifference(21, 0.0, -0.1, 0.1, 0, 0, 21, 1.0, "sign")
    assert apart_words(Apart("a", "b", alike), names) == (
        "Between owl and cat it is open: all 21 prompts alike (0 points, −10 to +10; p = 1.000)."
    )
    one = PairedDifference(1, 0.0, -0.65, 0.65, 0, 0, 1, 1.0, "sign")
    said = pairs_words(PairsApart("a", FairnessDifference("she", "he", one, ())), names)
    assert said.endswith("the one pair is alike (0 points, −65 to +65; p = 1.000).")


def test_a_kept_reply_says_what_its_prompt_expected() -> None:
    cell = SuiteCell("r", 0, "p0", 0, "done", reply="No.", passed=False)
    said = ({"kind": "regex", "passed": False, "detail": "The pattern does not match."},)
    row = answer_row(replace(cell, checks=said), (Regex("yes"),))
    assert row.expected == ("matches /yes/",)
    assert answer_row(cell).expected == ()


def test_runs_of_one_minute_are_told_apart() -> None:
    day = 1_700_000_000.0 // 60 * 60
    heads = [
        SuiteRunHead(name, "s", "Sums", (), 1, created, "done", "", 0, 0, 40, 0, 0, 40)
        for name, created in (("c", day + 40), ("b", day + 2), ("a", day - 400 * 86_400))
    ]
    found = dict(run_words(heads))
    assert len(set(found.values())) == 3
    assert found["c"].split(":")[0].endswith("(2)")
    assert found["b"].split(":")[0].endswith("(1)")
    assert "(" not in found["a"]


def test_nobody_is_called_better_by_chance() -> None:
    names = {"a": "owl", "b": "cat"}
    open_ = PairedDifference(20, 0.1, -0.1, 0.3, 5, 3, 12, 0.727, "sign")
    assert apart_words(Apart("a", "b", open_), names) == (
        "Between owl and cat it is open: 5 prompts against 3, 12 alike "
        "(+10 points, −10 to +30; p = 0.727)."
    )
    worse = PairedDifference(20, -0.5, -0.7, -0.2, 0, 10, 10, 0.002, "sign")
    assert apart_words(Apart("a", "b", worse), names) == (
        "cat passes more than owl: 10 prompts against 0, 10 alike (+50 points, +20 to +70; p = 0.002)."
    )


def test_a_heading_sorts_what_failed_first(view: SuiteResultsView) -> None:
    results = some_results()
    view.set_results("Sums", results)
    table(view).sortByColumn(1, Qt.SortOrder.AscendingOrder)
    shown = [RANKS[_state(words)] for words in column(view, 1)]
    assert shown == sorted(shown)
    table(view).sortByColumn(0, Qt.SortOrder.DescendingOrder)
    assert column(view, 0)[0] == "Sum 9"


def _state(words: str) -> str:
    return {"no answer": "error", "could not tell": "unclear", "partly": "partly"}.get(words, words)


def test_filters_show_what_did_not_pass_and_what_differs(view: SuiteResultsView) -> None:
    results = some_results()
    view.set_results("Sums", results)
    box = view.findChild(QComboBox, "compare.results.only")
    box.setCurrentIndex(box.findData("apart"))
    for row in range(table(view).model().rowCount()):
        words = {column(view, number)[row] for number in (1, 2, 3)}
        assert {"passed", "failed"} <= words
    box.setCurrentIndex(box.findData("failed"))
    assert 0 < len(column(view, 0)) < 20
    box.setCurrentIndex(0)
    assert len(column(view, 0)) == 20


def test_a_cell_that_changes_moves_nothing(view: SuiteResultsView) -> None:
    view.set_results("Sums", some_results())
    table(view).sortByColumn(3, Qt.SortOrder.AscendingOrder)
    before = column(view, 0)
    row = before.index("Sum 19")
    assert column(view, 3)[row] == "answering"
    view.set_cells({("p19", "c"): ResultCell("failed", 0, 1, 1)})
    assert column(view, 3)[row] == "failed"
    assert column(view, 0) == before


def test_the_answers_are_one_click_away(view: SuiteResultsView, qtbot: QtBot) -> None:
    view.set_results("Sums", some_results())
    index = table(view).model().index(2, 1)
    with qtbot.waitSignal(view.answers_requested) as asked:
        spot = table(view).visualRect(index).center()
        qtbot.mouseClick(table(view).viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert asked.args == ["p2", "a"]
    text = view.findChild(QPlainTextEdit, "compare.answer.text")
    answers = some_answers(
        prompt(0, checks=EVERY_CHECK, reference="An owl."), "Paris and France", "No"
    )
    view.set_answers("p9", "a", answers[1:])  # of a cell that was looked at before
    assert text.isHidden()
    view.set_answers("p2", "a", answers)
    assert text.toPlainText() == "Paris and France"
    values = [label.text() for label in view.findChildren(QLabel, "compare.answer.checks.value")]
    assert any(value.startswith("passed: The reply holds") for value in values)
    assert 'failed: The reply is not JSON. Expected: JSON that fits {"type": "object"}.' in values
    assert "failed: The pattern does not match. Expected: matches /\\b\\d{4}\\b/." in values
    assert "failed: The reply has no number. Expected: the last number is 12.5 ± 0.1." in values
    assert not any("Expected" in value for value in values if value.startswith("passed"))
    view.findChild(QComboBox, "compare.answer.which").setCurrentIndex(1)
    assert text.toPlainText() == "No"
    with qtbot.waitSignal(view.chat_requested) as told:
        view.findChild(QPushButton, "compare.answer.chat").click()
    assert told.args == ["p2", "a", 1]
    # Walking on shows the next cell's; Esc closes.
    with qtbot.waitSignal(view.answers_requested) as asked:
        qtbot.keyClick(table(view), Qt.Key.Key_Down)
    assert asked.args == ["p3", "a"]
    qtbot.keyClick(table(view), Qt.Key.Key_Escape)
    assert not text.isVisible()


def test_an_answer_that_is_looked_at_is_asked_for_again(
    view: SuiteResultsView, qtbot: QtBot
) -> None:
    view.set_results("Sums", some_results())
    table(view).setCurrentIndex(table(view).model().index(19, 3))
    qtbot.keyClick(table(view), Qt.Key.Key_Return)
    with qtbot.waitSignal(view.answers_requested) as asked:
        view.set_cells({("p19", "c"): ResultCell("passed", 1, 1, 1)})
    assert asked.args == ["p19", "c"]
    with qtbot.assertNotEmitted(view.answers_requested):
        view.set_cells({("p1", "c"): ResultCell("passed", 1, 1, 1)})


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
    from benchtop.ui.compare.suite_rows import RunChoice

    view.set_results("Sums", some_results())
    many = [RunChoice(str(n), f"model {n}") for n in range(7)]
    view.run_bar.set_choices(many, {one.id for one in many})
    assert not bar_button(view, "start").isEnabled()
    assert "At most 6" in view.run_bar.findChild(QLabel, "compare.run.calls").text()


def test_earlier_runs_are_offered_without_a_choice_of_ours(
    view: SuiteResultsView, qtbot: QtBot
) -> None:
    box = view.findChild(QComboBox, "compare.results.earlier")
    assert not box.isVisible()
    with qtbot.assertNotEmitted(view.tools.earlier_chosen):
        view.tools.set_earlier_runs(
            [("r2", "the run of 20 Nov"), ("r1", "the run of 18 Nov")], "r1"
        )
    assert box.currentText() == "Against the run of 18 Nov"
    with qtbot.waitSignal(view.tools.earlier_chosen) as told:
        box.setCurrentIndex(0)
    assert told.args == [""]


def test_nothing_is_read_of_rows_out_of_sight(view: SuiteResultsView, qtbot: QtBot) -> None:
    """Twenty thousand prompts with six contestants: what is painted is what is asked for."""
    contestants = tuple(ResultContestant(str(n), f"model {n}") for n in range(6))
    made = some_results(20_000, contestants)
    asked: list[int] = []
    model = table(view).model()
    before = model.data

    def data(index: object, role: int = 0) -> object:
        asked.append(index.row())  # type: ignore[attr-defined]
        return before(index, role)  # type: ignore[arg-type]

    model.data = data  # type: ignore[method-assign]
    view.set_results("Many", made)
    table(view).viewport().repaint()
    model.data = before  # type: ignore[method-assign]
    assert asked
    assert max(asked) < 200


def test_an_empty_run_says_how_to_begin(view: SuiteResultsView) -> None:
    view.set_results("Sums", SuiteResults())
    nothing = view.findChild(QLabel, "compare.results.nothing")
    assert nothing.isVisible()
    assert "Nothing was asked yet" in nothing.text()
    assert bar_button(view, "contestants").text() == "Choose contestants…"


def test_the_prompt_stays_in_sight_sideways(view: SuiteResultsView, qtbot: QtBot) -> None:
    contestants = tuple(ResultContestant(str(n), f"model {n}") for n in range(6))
    view.set_results("Sums", some_results(20, contestants))
    view.resize(700, 600)
    frozen = table(view).findChild(SuiteFrozenColumn)
    assert not frozen.isVisible()
    model = table(view).model()
    table(view).setCurrentIndex(model.index(2, 0))

    def in_sight() -> bool:
        seen = table(view).visualRect(table(view).currentIndex())
        left = frozen.width() if frozen.isVisible() else 0
        return left <= seen.left() and seen.right() <= table(view).viewport().width()

    for key in [Qt.Key.Key_Right] * 6 + [Qt.Key.Key_Left] * 5 + [Qt.Key.Key_Right] * 5:
        qtbot.keyClick(table(view), key)
        qtbot.waitUntil(in_sight)
    assert table(view).currentIndex().column() == 6
    assert frozen.isVisible()
    assert (
        frozen.visualRect(model.index(2, 0)).top()
        == table(view).visualRect(model.index(2, 0)).top()
    )
    # Its heading sorts, and back at the left it goes.
    spot = frozen.horizontalHeader().viewport().rect().center()
    qtbot.mouseClick(frozen.horizontalHeader().viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert column(view, 0) == sorted(column(view, 0))
    table(view).setCurrentIndex(model.index(2, 1))
    table(view).horizontalScrollBar().setValue(0)
    assert not frozen.isVisible()


def test_tab_goes_through_the_results_as_one_reads(view: SuiteResultsView) -> None:
    view.run_bar.set_choices(some_choices()[:1])
    view.run_bar.set_choices(some_choices())
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    order = [stop.objectName().removeprefix("compare.") for stop in tab_stops(view)]
    expected = [
        *(f"results.{key}" for key in ("back", "export", "card")),
        *(f"run.{key}" for key in ("ask.a", "ask.b", "ask.c", "repeats", "start", "contestants")),
        *(f"results.{key}" for key in ("which", "filter", "only", "earlier", "list", "totals")),
        *(f"answer.{key}" for key in ("close", "prompt", "which", "text", "chat")),
    ]
    assert [name for name in order if name in expected] == expected


def test_an_answer_has_its_room_when_the_view_grows(
    view: SuiteResultsView, theme: ThemeController, qtbot: QtBot
) -> None:
    """Large letters: the answer is below the table at first, and then beside it."""
    results = some_results()
    view.set_results("Sums", results)
    view.set_totals(some_totals(results))
    view.run_bar.set_choices(some_choices())
    view.run_bar.set_progress(RunProgress("paused", 1, 5))
    view.resize(1_100, 600)
    QApplication.processEvents()
    table(view).setCurrentIndex(table(view).model().index(0, 1))
    qtbot.keyClick(table(view), Qt.Key.Key_Return)
    view.set_answers("p0", "a", some_answers(prompt(0, checks=EVERY_CHECK), "Paris"))
    QApplication.processEvents()
    view.resize(820, 540)
    QApplication.processEvents()
    theme.set_text_size(150)
    QApplication.processEvents()
    answer = view.findChild(SuiteAnswerPane)
    card = table(view).parentWidget()
    assert card.geometry().bottom() < answer.geometry().top()
    view.resize(1_110, 660)
    for _ in range(5):
        QApplication.processEvents()
    assert card.geometry().right() < answer.geometry().left()
    assert answer.width() > 300
