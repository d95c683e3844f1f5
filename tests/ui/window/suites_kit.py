"""Suites in the whole window, for the tests of them: made, begun and read."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from benchtop.bootstrap import Program
from benchtop.domain.contests import PromptTurn
from benchtop.domain.suites import Contains, Length, Suite, SuitePrompt
from benchtop.services.suites import add_suite
from benchtop.store.database import open_store
from benchtop.ui.compare.suite_list_model import SuiteListModel
from benchtop.ui.compare.suite_results_model import SuiteResultsModel
from benchtop.ui.compare.suite_table import SuiteTable
from benchtop.ui.compare.suites_page import SuitesPage
from ui.window.test_compare import draft, page_of, until


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


def results_of(view: SuitesPage) -> SuiteResultsModel:
    model = view.results.findChild(SuiteTable, "compare.results.list").model()
    assert isinstance(model, SuiteResultsModel)
    return model


def states(view: SuitesPage) -> list[str]:
    model = results_of(view)
    return [
        model.cell(prompt.id, who.id).state
        for who in model.contestants
        for prompt in model.all_prompts
    ]


def said(program: Program, part: str) -> bool:
    return any(part in notice.text for notice in program.window.info_bar.notices())


def answer_with(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: ([str(path)], ""))


def table_in(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines(keepends=True)))
