"""Suites in the whole window: made, run over real models, looked at, kept, and going on after a restart."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QFileDialog,
    QInputDialog,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QToolButton,
)
from pytestqt.qtbot import QtBot

from benchtop.bootstrap import Program
from benchtop.domain.contests import PromptTurn
from benchtop.domain.errors import StoreError
from benchtop.domain.suite_runs import SuiteRun
from benchtop.domain.suites import Contains, Length, Suite, SuitePrompt
from benchtop.services.suites import add_suite
from benchtop.store.database import open_store
from benchtop.ui.compare.suite_list_model import SuiteListModel
from benchtop.ui.compare.suite_results_model import SuiteResultsModel
from benchtop.ui.compare.suite_runs_wiring import SuiteRunsWiring
from benchtop.ui.compare.suite_table import SuiteTable
from benchtop.ui.compare.suites_page import SuitesPage
from ui.window.conftest import WAIT_MS, StartWindow, wait_ready
from ui.window.test_compare import draft, page_of, second_model, until


def small_suite(count: int = 4, *, pairs: bool = False) -> Suite:
    """Half of its prompts can be passed by nobody."""
    prompts = []
    for number in range(count):
        check = Contains(("zyzzyva",)) if number % 2 else Length("characters", 1)
        pair, variant = (f"pair {number // 2}", "ab"[number % 2]) if pairs else ("", "")
        turns = (PromptTurn("user", f"Say {number} things."),)
        prompts.append(
            SuitePrompt(
                f"p{number}", turns, f"Things {number}", checks=(check,), pair=pair, variant=variant
            )
        )
    return Suite("small", "Small", tuple(prompts))


def add(program: Program, suite: Suite) -> None:
    with open_store(program.folder.database) as store:
        add_suite(store, suite)


def suites_of(program: Program) -> SuitesPage:
    page = page_of(program)
    page.show_tab("suites")
    view = page.view("suites")
    assert isinstance(view, SuitesPage)
    return view


def two_settings(program: Program, second: str = "starter") -> None:
    """The starter at temperature 0, and ``second`` at 0.9."""
    page = page_of(program)
    for model_id, temperature in (("starter", 0.0), (second, 0.9)):
        name = f"t{temperature}"
        page.side_by_side.contestants.added.emit(
            draft(model_id, name, temperature=temperature, seed=1)
        )


def listed(view: SuitesPage) -> dict[str, object]:
    model = view.list.findChild(SuiteTable, "compare.suites.list").model()
    assert isinstance(model, SuiteListModel)
    return {row.name: row for row in model.all_rows}


def results_of(view: SuitesPage) -> SuiteResultsModel:
    model = view.results.findChild(SuiteTable, "compare.results.list").model()
    assert isinstance(model, SuiteResultsModel)
    return model


def button(view: SuitesPage, name: str) -> QPushButton:
    found = view.findChild(QPushButton, name)
    assert found is not None
    return found


def words(view: SuitesPage) -> str:
    return view.results.findChild(QLabel, "compare.run.words").accessibleName()


def choose(qtbot: QtBot, view: SuitesPage, name: str) -> None:
    until(qtbot, lambda: name in listed(view))
    view.list.choose(listed(view)[name].id)  # type: ignore[attr-defined]


def begin(qtbot: QtBot, view: SuitesPage, name: str = "Small") -> None:
    choose(qtbot, view, name)
    button(view, "compare.suites.run").click()
    until(qtbot, lambda: view.part == "results")
    until(qtbot, button(view, "compare.run.start").isEnabled)
    button(view, "compare.run.start").click()


def states(view: SuitesPage) -> list[str]:
    model = results_of(view)
    return [
        model.cell(prompt.id, who.id).state
        for who in model.contestants
        for prompt in model.all_prompts
    ]


def test_a_suite_is_run_over_two_models_and_looked_at(
    qtbot: QtBot, start: StartWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = start()
    wait_ready(qtbot, program)
    add(program, small_suite(pairs=True))
    two_settings(program, second_model(qtbot, program, tmp_path))
    view = suites_of(program)
    begin(qtbot, view)
    until(qtbot, lambda: "done" in words(view))
    assert states(view) == ["passed", "failed"] * 4
    assert [one.name for one in results_of(view).contestants] == ["t0.0", "t0.9"]
    until(qtbot, lambda: all("2 of 4, " in totals_line(view, column) for column in (1, 2)))
    findings = findings_of(view)
    assert "Between t0.0 and t0.9 it is open" in findings
    assert "“a” and “b”" in findings

    table = view.results.findChild(SuiteTable, "compare.results.list")
    table.setCurrentIndex(results_of(view).index_of("p0", "0"))
    qtbot.keyClick(table, Qt.Key.Key_Return)
    text = view.results.findChild(QPlainTextEdit, "compare.answer.text")
    until(qtbot, lambda: text.toPlainText() != "")

    page, out = tmp_path / "run.html", tmp_path / "run.csv"
    answer_with(monkeypatch, page)
    button(view, "compare.results.card").click()
    until(qtbot, page.exists)
    opened = opened_files(monkeypatch)
    until(qtbot, lambda: said(program, "The card is in"))
    qtbot.mouseClick(notice_button(program, "The card is in"), Qt.MouseButton.LeftButton)
    assert opened == [page]
    card = json.loads(page.with_suffix(".json").read_text())
    assert card["kind"] == "suite"
    assert len(card["results"]["answers"]) == 8
    assert card["results"]["answers"][0]["reply"] == text.toPlainText()
    answer_with(monkeypatch, out)
    button(view, "compare.results.export").click()
    until(qtbot, out.exists)
    rows = table_in(out)
    assert [row["result"] for row in rows] == ["passed", "failed"] * 4

    begin_again(qtbot, view)
    until(qtbot, lambda: "done" in words(view))
    earlier = box(view, "compare.results.earlier")
    until(qtbot, lambda: earlier.count() == 2)
    earlier.setCurrentIndex(1)
    until(qtbot, lambda: "nothing broke" in findings_of(view))
    which = box(view, "compare.results.which")
    newest, first = (which.itemData(at) for at in range(2))
    for run_id in (first, newest):
        which.setCurrentIndex(which.findData(run_id))
        which.activated.emit(which.currentIndex())
        until(qtbot, lambda wanted=run_id: shown_run(view) == wanted)
        until(qtbot, lambda: "done" in words(view))
        assert earlier.count() == (1 if run_id == first else 2)
        assert states(view).count("passed") == 4
    table.setCurrentIndex(results_of(view).index_of("p2", "1"))
    qtbot.keyClick(table, Qt.Key.Key_Return)
    until(qtbot, lambda: "2 + 2" in text.toPlainText())
    button(view, "compare.answer.chat").click()
    until(qtbot, lambda: program.window.current_page == "chat")
    until(qtbot, lambda: program.session.branch.conversation is not None)
    assert program.session.branch.conversation is not None
    assert program.session.branch.conversation.title.startswith("Say 2 things")
    page_of(program)
    view.results.back_requested.emit()
    until(qtbot, lambda: "4 of 8 passed" in getattr(listed(view)["Small"], "run_words", ""))


def box(view: SuitesPage, name: str) -> QComboBox:
    found = view.results.findChild(QComboBox, name)
    assert isinstance(found, QComboBox)
    return found


def shown_run(view: SuitesPage) -> str:
    wiring = view.findChild(SuiteRunsWiring)
    assert wiring is not None
    return wiring.shown.id if wiring.shown is not None else ""


def begin_again(qtbot: QtBot, view: SuitesPage) -> None:
    button(view, "compare.run.start").click()
    until(qtbot, lambda: "done" not in words(view))


def findings_of(view: SuitesPage) -> str:
    return "\n".join(one.text() for one in view.results.findChildren(QLabel, "compare.finding"))


def notice_button(program: Program, part: str) -> QPushButton:
    (notice,) = (one for one in program.window.info_bar.notices() if part in one.text)
    found = notice.findChild(QPushButton, "notice.action")
    assert found is not None
    assert found.text() == "Open"
    return found


def opened_files(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The files that the system is asked to show from here on."""
    opened: list[Path] = []
    monkeypatch.setattr(
        QDesktopServices, "openUrl", lambda url: opened.append(Path(url.toLocalFile()))
    )
    return opened


def table_in(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines(keepends=True)))


def totals_line(view: SuitesPage, column: int) -> str:
    model = view.results.findChild(SuiteTable, "compare.results.totals").model()
    return str(model.data(model.index(0, column)))


def answer_with(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: ([str(path)], ""))


def test_a_run_goes_on_after_a_restart(qtbot: QtBot, start: StartWindow) -> None:
    program = start()
    wait_ready(qtbot, program)
    add(program, small_suite(30))
    two_settings(program)
    view = suites_of(program)
    begin(qtbot, view)
    until(qtbot, lambda: states(view).count("passed") >= 3)
    until(qtbot, lambda: has_job(program))
    program.window.go_to("chat")
    program.window.status.job_clicked.emit("suite")
    assert program.window.current_page == "compare"
    assert view.part == "results"
    program.window.close()
    with open_store(program.folder.database) as store:
        (head,) = store.suite_runs.heads()
        before = [one for one in store.suite_cells.of(head.id) if one.state == "done"]
    assert head.state == "running"
    assert 0 < len(before) < 60

    second = start()
    wait_ready(qtbot, second)
    assert second.window.current_page != ""
    until(qtbot, lambda: is_done(second, head.id))
    with open_store(second.folder.database) as store:
        cells = store.suite_cells.of(head.id)
    assert {one.state for one in cells} == {"done"}
    assert [one for one in cells if one in before] == before, "what was kept is not asked again"
    until(qtbot, lambda: not has_job(second))


def has_job(program: Program) -> bool:
    return program.window.status.findChild(QToolButton, "status.job.suite") is not None


def is_done(program: Program, run_id: str) -> bool:
    with open_store(program.folder.database) as store:
        return store.suite_runs.get(run_id).state == "done"


def test_a_run_is_paused_and_ended(qtbot: QtBot, start: StartWindow) -> None:
    program = start()
    wait_ready(qtbot, program)
    add(program, small_suite(40))
    two_settings(program)
    view = suites_of(program)
    begin(qtbot, view)
    until(qtbot, lambda: "passed" in states(view))
    button(view, "compare.run.pause").click()
    until(qtbot, lambda: "paused" in words(view))
    assert "running" not in states(view)
    ended = len([one for one in states(view) if one != "waiting"])
    button(view, "compare.run.resume").click()
    until(qtbot, lambda: len([one for one in states(view) if one != "waiting"]) > ended + 1)
    button(view, "compare.run.stop").click()
    until(qtbot, lambda: words(view).endswith("done"))
    assert "waiting" in states(view)
    with open_store(program.folder.database) as store:
        assert [one.state for one in store.suite_runs.heads()] == ["done"]


def test_suites_are_made_changed_and_brought_back(
    qtbot: QtBot, start: StartWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = start()
    wait_ready(qtbot, program)
    view = suites_of(program)
    choose(qtbot, view, "Everyday")
    button(view, "compare.suites.duplicate").click()
    until(qtbot, lambda: "Everyday 2" in listed(view))
    assert view.list.chosen_id() == listed(view)["Everyday 2"].id  # type: ignore[attr-defined]
    button(view, "compare.suites.open").click()
    until(qtbot, lambda: view.part == "editor")
    title = view.editor.findChild(QLineEdit, "compare.suite.title")
    title.setFocus()
    title.selectAll()
    qtbot.keyClicks(title, "My days")
    view.editor.back_requested.emit()
    until(qtbot, lambda: "My days" in listed(view))

    choose(qtbot, view, "My days")
    button(view, "compare.suites.delete").click()
    until(qtbot, lambda: "My days" not in listed(view))
    program.chat.undo_stack.undo()
    until(qtbot, lambda: "My days" in listed(view))

    path = tmp_path / "days.csv"
    answer_with(monkeypatch, path)
    choose(qtbot, view, "My days")
    view.list.export_requested.emit(view.list.chosen_id(), "csv")
    until(qtbot, path.exists)
    assert len(table_in(path)) == 20
    view.list.paths_dropped.emit([str(path)])
    until(qtbot, lambda: "days" in listed(view))
    path.write_text("what\nno\n")
    button(view, "compare.suites.import").click()
    until(qtbot, lambda: said(program, "cannot be imported: line 1"))

    monkeypatch.setattr(QInputDialog, "getInt", lambda *_: (5, True))
    button(view, "compare.suites.from_chats").click()
    until(qtbot, lambda: said(program, "There are no chats yet to make a suite of"))


def test_what_was_typed_last_is_kept_when_the_window_closes(
    qtbot: QtBot, start: StartWindow
) -> None:
    program = start()
    wait_ready(qtbot, program)
    add(program, small_suite())
    view = suites_of(program)
    choose(qtbot, view, "Small")
    button(view, "compare.suites.open").click()
    until(qtbot, lambda: view.part == "editor")
    title = view.editor.findChild(QLineEdit, "compare.suite.title")
    title.setFocus()
    title.selectAll()
    qtbot.keyClicks(title, "Last words")
    program.window.close()
    with open_store(program.folder.database) as store:
        assert [one.name for one in store.suites.heads()] == ["Last words"]


def test_emptying_the_bin_forgets_suites_and_runs_in_it(qtbot: QtBot, start: StartWindow) -> None:
    program = start()
    wait_ready(qtbot, program)
    suite = small_suite()
    with open_store(program.folder.database) as store:
        store.suites.put(suite)
        store.suites.delete(suite.id)
        store.suite_runs.add(SuiteRun("r1", suite, ({"name": "one"},), 1, 1.0, "paused"))
        store.suite_runs.delete("r1")
        assert len(store.suites.in_bin()) == 1
    with qtbot.waitSignal(program.conversations.bin_counted, timeout=WAIT_MS):
        program.conversations.empty_bin(0)
    with open_store(program.folder.database) as store:
        assert store.suites.in_bin() == []
        with pytest.raises(StoreError):
            store.suite_runs.get("r1")


def said(program: Program, part: str) -> bool:
    return any(part in notice.text for notice in program.window.info_bar.notices())


def test_a_suite_of_what_was_asked_in_chats(
    qtbot: QtBot, start: StartWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = start()
    wait_ready(qtbot, program)
    with qtbot.waitSignal(program.session.reply_ended, timeout=WAIT_MS):
        program.session.send("Do you work offline?")
    view = suites_of(program)
    monkeypatch.setattr(QInputDialog, "getInt", lambda *_: (5, True))
    button(view, "compare.suites.from_chats").click()
    until(qtbot, lambda: "From my chats" in listed(view))
    with open_store(program.folder.database) as store:
        (head,) = store.suites.heads()
        (prompt,) = store.suites.get(head.id).prompts
    assert prompt.text == "Do you work offline?"


def press(qtbot: QtBot, view: SuitesPage, name: str) -> None:
    """With the mouse, where it is on show."""
    until(qtbot, button(view, name).isVisible)
    qtbot.mouseClick(button(view, name), Qt.MouseButton.LeftButton)


def type_in(qtbot: QtBot, text: str) -> None:
    """Where the keyboard is."""
    focused = QApplication.focusWidget()
    assert focused is not None
    qtbot.keyClicks(focused, text)


def focus_name() -> str:
    focused = QApplication.focusWidget()
    return focused.objectName() if focused is not None else ""


def test_a_suite_is_written_from_nothing_and_run(qtbot: QtBot, start: StartWindow) -> None:
    program = start()
    wait_ready(qtbot, program)
    view = suites_of(program)
    page_of(program).side_by_side.contestants.added.emit(draft("starter", "owl", temperature=0.0))
    press(qtbot, view, "compare.suites.new")
    until(qtbot, lambda: view.part == "editor")
    press(qtbot, view, "compare.suite.first")
    until(qtbot, lambda: focus_name() == "compare.suite.prompt")
    type_in(qtbot, "Do you work offline?")
    checks = view.editor.findChild(QComboBox, "compare.suite.add_check")
    checks.setFocus()
    qtbot.keyClick(checks, Qt.Key.Key_Down)  # the first sort: the reply holds a text
    until(qtbot, lambda: focus_name() == "compare.suite.check1.how_many")
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    assert focus_name() == "compare.suite.check1.texts"
    type_in(qtbot, "zyzzyva")
    press(qtbot, view, "compare.suite.add")
    until(qtbot, lambda: focus_name() == "compare.suite.prompt")
    type_in(qtbot, "Who are you?")
    press(qtbot, view, "compare.suite.run")
    until(qtbot, lambda: view.part == "results")
    with open_store(program.folder.database) as store:
        (head,) = store.suites.heads()
        first, second = store.suites.get(head.id).prompts
    assert (first.text, first.checks) == ("Do you work offline?", (Contains(("zyzzyva",)),))
    assert (second.text, second.checks) == ("Who are you?", ())
    until(qtbot, button(view, "compare.run.start").isEnabled)
    press(qtbot, view, "compare.run.start")
    until(qtbot, lambda: "done" in words(view))
    assert states(view) == ["failed", "answered"]
