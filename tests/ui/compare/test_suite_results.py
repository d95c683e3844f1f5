"""The results of a run: cells in words, totals as statistics have them, answers one click away."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QRect, Qt
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from benchtop.evaluation.suite_statistics import FairnessDifference, PairedDifference, pass_rate
from benchtop.ui.compare.suite_answer_pane import SuiteAnswerPane
from benchtop.ui.compare.suite_findings import SuiteFindings
from benchtop.ui.compare.suite_frozen import SuiteFrozenColumn
from benchtop.ui.compare.suite_results_view import SuiteResultsView
from benchtop.ui.compare.suite_rows import (
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
    rate_words,
)
from benchtop.ui.tab_order import tab_stops
from benchtop.ui.theme import ThemeController
from benchtop.ui.widgets.scrolled_column import ScrolledColumn
from ui.compare.suite_makers import (
    EVERY_CHECK,
    prompt,
    some_answers,
    some_choices,
    some_results,
    some_totals,
)
from ui.compare.suite_results_kit import bar_button, column, table, theme, view

__all__ = ["theme", "view"]


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


def test_rows_and_answer_stay_in_sight_in_a_low_window_with_large_letters(
    view: SuiteResultsView, theme: ThemeController, qtbot: QtBot
) -> None:
    theme.set_text_size(150)
    view.resize(826, 505)  # what a window of 900 x 600 leaves
    view.set_results("Sums", some_results())
    view.run_bar.set_choices(some_choices(), {"b"})
    view.run_bar.set_progress(RunProgress("done", 120, 120, errors=3))
    view.set_totals(some_totals(some_results()))
    one = table(view)

    def whole_rows() -> int:
        """Rows of which all is in the table's window."""
        room = one.viewport().rect()
        rects = (one.visualRect(one.model().index(n, 1)) for n in range(one.model().rowCount()))
        return sum(room.top() <= rect.top() and rect.bottom() <= room.bottom() for rect in rects)

    qtbot.waitUntil(lambda: whole_rows() >= 5)
    one.setFocus()
    one.setCurrentIndex(one.model().index(7, 1))
    qtbot.keyClick(one, Qt.Key.Key_Return)
    answer = view.findChild(SuiteAnswerPane)
    page = view.findChild(ScrolledColumn)

    def seen(widget: QWidget) -> bool:
        rect = QRect(widget.mapTo(page.viewport(), QPoint()), widget.size())
        return page.viewport().rect().contains(rect, False)

    qtbot.waitUntil(lambda: seen(answer) and answer.height() >= 150)
    assert whole_rows() >= 3
    assert one.viewport().rect().contains(one.visualRect(one.currentIndex()).center())
    assert seen(one)
    qtbot.keyClick(one, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: whole_rows() >= 5)
