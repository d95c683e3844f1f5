"""Cards of what was compared in the window: saved, and done again by the command."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import pytest
from PySide6.QtWidgets import QAbstractButton, QFileDialog, QLabel
from pytestqt.qtbot import QtBot

from benchtop.cli.compare_rerun import rerun
from benchtop.domain.contest_json import vote_from
from benchtop.evaluation.ranking import REPORT_DRAWS
from benchtop.services.contest_ranking import rank_votes
from ui.window.conftest import StartWindow, wait_ready
from ui.window.test_compare import QUESTIONS, ask, draft, page_of, until


def test_a_comparison_is_saved_as_a_card_and_done_again(
    qtbot: QtBot,
    start: StartWindow,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    program = start()
    wait_ready(qtbot, program)
    view = page_of(program).side_by_side
    for temperature in (0.0, 0.9):
        view.contestants.added.emit(draft("starter", temperature=temperature, seed=1))
    for question in QUESTIONS[:2]:
        ask(qtbot, view, question)
        until(qtbot, lambda: view.vote.is_open)
        button = view.columns.findChild(QAbstractButton, "compare.save")
        assert not button.isEnabled()  # a card tells the names
        view.vote.vote("tie")
        until(qtbot, lambda: not view.columns.rounds[-1].blind)
    page = tmp_path / "card.html"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(page), ""))
    assert button.isVisible()
    button.click()
    until(qtbot, lambda: page.exists() and view.info.notices())
    assert QUESTIONS[1] in page.read_text(encoding="utf-8")
    program.window.close()
    assert rerun(str(page), json=True) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["same"], told["differences"]) == (True, [])
    assert any(one["what"].endswith("token_rate") for one in told["figures"])
    beside = page.with_suffix(".json")
    changed = json.loads(beside.read_text(encoding="utf-8"))
    changed["results"]["answers"][0]["text"] = "Something else."
    beside.write_text(json.dumps(changed), encoding="utf-8")
    assert rerun(str(page), json=False) == 1
    assert "before: Something else." in capsys.readouterr().out


def test_a_ranking_is_saved_with_the_draws_of_a_report_and_done_again(
    qtbot: QtBot,
    start: StartWindow,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    program = start()
    wait_ready(qtbot, program)
    page = page_of(program)
    view = page.side_by_side
    for temperature in (0.0, 0.9):
        view.contestants.added.emit(draft("starter", temperature=temperature, seed=1))
    ask(qtbot, view, QUESTIONS[0])
    until(qtbot, lambda: view.vote.is_open)
    view.vote.vote("a")
    page.show_tab("ranking")
    sentence = page.ranking.findChild(QLabel, "compare.ranking.sentence")
    until(qtbot, lambda: "1 vote" in sentence.text())
    card = tmp_path / "ranking.html"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(card), ""))
    page.ranking.findChild(QAbstractButton, "compare.ranking.save").click()
    until(qtbot, card.exists)
    told = json.loads(card.with_suffix(".json").read_text(encoding="utf-8"))
    votes = [vote_from(one) for one in told["inputs"]["votes"]]
    ranking = rank_votes(votes, draws=REPORT_DRAWS).ranking
    assert ranking is not None
    assert told["results"]["items"] == [asdict(one) for one in ranking.strengths]
    assert told["summary"] == sentence.text()  # with so few votes both say the same percent
    program.window.close()
    assert rerun(str(card), json=True) == 0
    assert json.loads(capsys.readouterr().out)["same"]
