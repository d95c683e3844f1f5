"""Suites in the whole window: run over real models, looked at, kept, and going on after a restart."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QComboBox, QLabel, QPlainTextEdit, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from benchtop.bootstrap import Program
from benchtop.store.database import open_store
from benchtop.ui.compare.suite_runs_wiring import SuiteRunsWiring
from benchtop.ui.compare.suite_table import SuiteTable
from benchtop.ui.compare.suites_page import SuitesPage
from ui.window.conftest import StartWindow, wait_ready
from ui.window.suites_kit import (
    add,
    answer_with,
    begin,
    button,
    choose,
    listed,
    results_of,
    said,
    small_suite,
    states,
    suites_of,
    table_in,
    two_settings,
    words,
)
from ui.window.test_compare import page_of, second_model, until


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


def totals_line(view: SuitesPage, column: int) -> str:
    model = view.results.findChild(SuiteTable, "compare.results.totals").model()
    return str(model.data(model.index(0, column)))


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


def test_what_got_no_answer_is_asked_again_when_the_file_is_back(
    qtbot: QtBot, start: StartWindow, tmp_path: Path
) -> None:
    program = start()
    wait_ready(qtbot, program)
    add(program, small_suite())
    two_settings(program, second_model(qtbot, program, tmp_path))
    view = suites_of(program)
    choose(qtbot, view, "Small")
    button(view, "compare.suites.run").click()
    until(qtbot, button(view, "compare.run.start").isEnabled)
    again = button(view, "compare.run.again")
    there, away = tmp_path / "finch.gguf", tmp_path / "away.gguf"
    services = program.compare.services
    assert services is not None
    runner = services.suite_runner(lambda _one: None)
    begun = runner.begun.connect(lambda _run: there.rename(away))  # before its turn comes
    button(view, "compare.run.start").click()
    until(qtbot, lambda: words(view).endswith("done"))
    assert states(view) == ["passed", "failed"] * 2 + ["error"] * 4
    assert "4 without an answer" in words(view)
    with open_store(program.folder.database) as store:
        (head,) = store.suite_runs.heads()
        before = [one for one in store.suite_cells.of(head.id) if one.state == "done"]

    assert again.isVisible()
    assert again.text() == "Ask the 4 without an answer again"
    runner.disconnect(begun)
    away.rename(there)
    again.click()
    until(qtbot, lambda: "error" not in states(view) and words(view).endswith("done"))
    assert states(view) == ["passed", "failed"] * 4
    assert "without an answer" not in words(view)
    assert not again.isVisible()
    with open_store(program.folder.database) as store:
        cells = store.suite_cells.of(head.id)
        (now,) = store.suite_runs.heads()
    assert (now.id, now.state, now.failed, now.done) == (head.id, "done", 0, 8)
    assert [one for one in cells if one in before] == before, "what was answered stays"
