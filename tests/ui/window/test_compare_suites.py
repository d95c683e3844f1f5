"""Suites in the whole window: made, changed, brought back, and run as they are written."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QInputDialog,
    QLineEdit,
    QPushButton,
)
from pytestqt.qtbot import QtBot

from benchtop.domain.contests import PromptTurn
from benchtop.domain.errors import StoreError
from benchtop.domain.suite_runs import SuiteRun
from benchtop.domain.suites import Contains, Suite, SuitePrompt
from benchtop.store.database import open_store
from benchtop.ui.compare.suites_page import SuitesPage
from ui.window.conftest import WAIT_MS, StartWindow, wait_ready
from ui.window.suites_kit import (
    add,
    answer_with,
    begin,
    button,
    choose,
    listed,
    said,
    small_suite,
    states,
    suites_of,
    table_in,
    two_settings,
    words,
)
from ui.window.test_compare import draft, page_of, until


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


def test_a_prompt_that_asks_nothing_is_a_press_away(qtbot: QtBot, start: StartWindow) -> None:
    program = start()
    wait_ready(qtbot, program)
    empty = SuitePrompt("p9", (PromptTurn("user", ""),))
    add(program, Suite("small", "Small", (*small_suite().prompts, empty)))
    two_settings(program)
    view = suites_of(program)
    begin(qtbot, view)
    until(qtbot, lambda: said(program, "the field “prompt” is empty"))
    (notice,) = (one for one in program.window.info_bar.notices() if "cannot be used" in one.text)
    mend = notice.findChild(QPushButton, "notice.action")
    assert mend.text() == "Open the prompt"
    program.window.go_to("chat")
    mend.click()
    until(qtbot, lambda: view.part == "editor")
    assert program.window.current_page == "compare"
    until(qtbot, lambda: focus_name() == "compare.suite.prompt")
    type_in(qtbot, "Who are you?")
    view.editor.back_requested.emit()
    with open_store(program.folder.database) as store:
        until(qtbot, lambda: store.suites.get("small").prompts[-1].text == "Who are you?")
