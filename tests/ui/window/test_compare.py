"""The Compare page in the whole window: a blind contest of real models, votes, and the ranking."""

from __future__ import annotations

import shutil
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from benchtop.bootstrap import Program
from benchtop.domain.contests import CastVote
from benchtop.domain.generation import SamplingParams
from benchtop.services.contest_ranking import RankedVotes
from benchtop.ui.compare.answer_cell import AnswerCell
from benchtop.ui.compare.compare_page import ComparePage
from benchtop.ui.compare.compare_rows import ContestantDraft
from benchtop.ui.compare.side_by_side import SideBySide
from ui.window.conftest import WAIT_MS, StartWindow, wait_ready

QUESTIONS = (
    "Do you work offline?",
    "Who are you?",
    "Tell me a story.",
    "Hello!",
    "And now?",
    "Bye.",
)


def page_of(program: Program) -> ComparePage:
    program.window.go_to("compare")
    page = program.window.page("compare")
    assert isinstance(page, ComparePage)
    return page


def until(qtbot: QtBot, condition: object) -> None:
    assert callable(condition)
    qtbot.waitUntil(lambda: bool(condition()), timeout=WAIT_MS)


def draft(model_id: str, name: str = "", **params: object) -> ContestantDraft:
    settings = SamplingParams(max_tokens=8, **params)  # type: ignore[arg-type]  # by field name
    return ContestantDraft(name=name, model_id=model_id, params=settings)


def ask(qtbot: QtBot, view: SideBySide, prompt: str) -> None:
    view.prompt.set_text(prompt)
    view.prompt.input.setFocus()
    qtbot.keyClick(view.prompt.input, Qt.Key.Key_Return)


def second_model(qtbot: QtBot, program: Program, tmp_path: Path) -> str:
    """The starter's bytes under another name."""
    path = tmp_path / "finch.gguf"
    shutil.copy(program.models.models[0].path, path)
    with qtbot.waitSignal(program.models.imported, timeout=WAIT_MS) as told:
        program.models.import_file(path)
    model_id: str = told.args[0].id
    return model_id


def test_a_blind_contest_of_six_votes(qtbot: QtBot, start: StartWindow, tmp_path: Path) -> None:
    program = start()
    wait_ready(qtbot, program)
    finch = second_model(qtbot, program, tmp_path)
    page = page_of(program)
    view = page.side_by_side
    assert view.prompt.blind
    view.contestants.added.emit(draft("starter", temperature=0.0))
    view.contestants.added.emit(draft(finch, "finch", seed=3))
    assert [row.name for row in view.contestants.rows] == ["starter", "finch"]
    services = program.compare.services
    assert services is not None
    for number, question in enumerate(QUESTIONS):
        ask(qtbot, view, question)
        until(qtbot, lambda: view.vote.is_open)
        assert view.prompt.text() == ""
        round_ = view.columns.rounds[-1]
        assert (round_.prompt, round_.blind) == (question, True)
        assert [column.label for column in round_.columns] == ["A", "B"]
        assert all(column.figures is None for column in round_.columns)
        assert all(column.state == "done" for column in round_.columns)
        qtbot.keyClick(view.columns, "1230"[number % 4])
        until(qtbot, lambda: not view.columns.rounds[-1].blind)
        shown = view.columns.rounds[-1].columns
        assert {column.label for column in shown} == {"starter", "finch"}
        assert all(column.figures is not None for column in shown)
    assert len(view.columns.rounds) == 6
    effect = view.vote.findChild(QLabel, "compare.vote.effect")
    until(qtbot, lambda: "6 votes" in effect.text())
    page.show_tab("ranking")
    until(
        qtbot,
        lambda: "6 votes" in page.ranking.findChild(QLabel, "compare.ranking.sentence").text(),
    )
    assert len(services.session.history(0)) == 12
    vote_undo = view.vote.findChild(QPushButton, "compare.vote.undo")
    page.show_tab("side_by_side")
    vote_undo.click()
    until(qtbot, lambda: view.vote.is_open)
    page.show_tab("ranking")
    until(
        qtbot,
        lambda: "5 votes" in page.ranking.findChild(QLabel, "compare.ranking.sentence").text(),
    )


def test_contestants_are_there_again_at_the_next_start(qtbot: QtBot, start: StartWindow) -> None:
    program = start()
    wait_ready(qtbot, program)
    view = page_of(program).side_by_side
    view.contestants.added.emit(draft("starter", "greedy", temperature=0.0))
    view.prompt.set_blind(False)
    view.prompt.blind_changed.emit(False)
    program.settings.write_now()
    program.window.close()
    second = start()
    wait_ready(qtbot, second)
    again = page_of(second).side_by_side
    assert [row.name for row in again.contestants.rows] == ["greedy"]
    assert again.contestants.rows[0].params.temperature == 0.0
    assert not again.prompt.blind


def names_of(view: SideBySide, number: int = -1) -> list[str]:
    return [column.label for column in view.columns.rounds[number].columns]


def question(view: SideBySide) -> str:
    return view.vote.findChild(QLabel, "compare.vote.question").text()


def blind_view(program: Program, count: int) -> SideBySide:
    """Side by side with so many contestants, one model in several settings."""
    view = page_of(program).side_by_side
    for number in range(count):
        view.contestants.added.emit(draft("starter", f"s{number}", temperature=1.0, seed=number))
    return view


def test_every_contestant_of_a_prompt_is_voted_on_before_names_are_told(
    qtbot: QtBot, start: StartWindow
) -> None:
    program = start()
    wait_ready(qtbot, program)
    view = blind_view(program, 4)
    services = program.compare.services
    assert services is not None
    kept: list[CastVote] = []
    services.votes.kept.connect(kept.append)
    ask(qtbot, view, QUESTIONS[0])
    undo = view.vote.findChild(QPushButton, "compare.vote.undo")
    page = page_of(program)
    ranked: list[RankedVotes] = []
    services.ranking.ranked.connect(ranked.append)
    for number, pair in enumerate(("A or B", "B or C", "C or D"), 1):
        until(qtbot, lambda: view.vote.is_open)
        before = len(ranked)
        page.show_tab("ranking")  # where names stand beside their votes
        until(qtbot, lambda seen=before: len(ranked) > seen)
        assert ranked[-1].votes == ()
        page.show_tab("side_by_side")
        assert question(view).startswith(f"Vote {number} of 3: which answer is better, {pair}?")
        assert undo.isVisible() == (number > 1)
        assert names_of(view) == ["A", "B", "C", "D"]
        marked = [c for c in view.columns.findChildren(AnswerCell) if c.marked]
        assert ["ABCD".index(c.row.label) for c in marked] == [
            number - 1,
            number,
        ]
        if number == 2:  # a key was pressed by mistake: the pair before is asked once more
            undo.click()
            until(qtbot, lambda: question(view).startswith("Vote 1 of 3"))
            view.vote.vote("b")
            until(qtbot, lambda: question(view).startswith("Vote 2 of 3"))
        view.vote.vote("a")
    until(qtbot, lambda: not view.columns.rounds[-1].blind)
    assert sorted(names_of(view)) == ["s0", "s1", "s2", "s3"]
    assert [one.blind for one in kept] == [True] * 4
    met = {frozenset((v.left.answer.place, v.right.answer.place)) for v in kept}
    assert len(met) == 3
    assert frozenset().union(*met) == {0, 1, 2, 3}
    result = view.vote.findChild(QLabel, "compare.vote.result").text()
    assert result.count("You found") == 3
    until(qtbot, lambda: len(ranked[-1].votes) == 3)
    undo.click()
    until(qtbot, lambda: view.vote.is_open)
    view.vote.vote("tie")
    until(qtbot, lambda: len(kept) == 5)
    assert not kept[-1].blind


def test_names_can_be_seen_without_a_vote(qtbot: QtBot, start: StartWindow) -> None:
    program = start()
    wait_ready(qtbot, program)
    view = blind_view(program, 3)
    ask(qtbot, view, QUESTIONS[0])
    until(qtbot, lambda: view.vote.is_open)
    button = view.vote.findChild(QPushButton, "compare.vote.names")
    button.setFocus()
    qtbot.keyClick(button, Qt.Key.Key_Space)
    assert not view.vote.isVisible()
    assert view.columns.isAncestorOf(program.window.focusWidget())
    round_ = view.columns.rounds[-1]
    assert not round_.blind
    assert sorted(names_of(view)) == ["s0", "s1", "s2"]
    assert all(column.figures is not None for column in round_.columns)


def test_an_open_vote_outlives_tags_and_switches_and_a_dropped_one_tells_its_names(
    qtbot: QtBot, start: StartWindow
) -> None:
    program = start()
    wait_ready(qtbot, program)
    view = blind_view(program, 2)
    services = program.compare.services
    assert services is not None
    kept: list[CastVote] = []
    services.votes.kept.connect(kept.append)
    ask(qtbot, view, QUESTIONS[0])
    until(qtbot, lambda: view.vote.is_open)
    ask(qtbot, view, QUESTIONS[1])
    asked_before = view.vote.findChild(QLabel, "compare.vote.question")
    assert "ask once more to skip this vote" in asked_before.text()
    assert view.vote.is_open
    assert (view.prompt.text(), len(view.columns.rounds)) == (QUESTIONS[1], 1)
    assert view.columns.rounds[0].blind
    qtbot.keyClick(view.prompt.input, Qt.Key.Key_Return)  # the vote on the first is left behind
    until(qtbot, lambda: view.vote.is_open and len(view.columns.rounds) == 2)
    first, second = view.columns.rounds
    assert (first.blind, second.blind) == (False, True)
    assert sorted(names_of(view, 0)) == ["s0", "s1"]
    assert all(column.figures is not None for column in first.columns)
    tags = view.prompt.findChild(QLineEdit, "compare.tags")
    tags.setFocus()
    qtbot.keyClicks(tags, "owls")
    view.columns.setFocus()
    view.prompt.findChild(QAbstractButton, "compare.blind").click()
    assert view.vote.is_open
    assert "vote on this one before" in view.columns.findChild(QLabel, "compare.turn").text()
    view.columns.setFocus()
    qtbot.keyClick(program.window.focusWidget(), Qt.Key.Key_1)
    until(qtbot, lambda: kept)
    assert (kept[0].blind, kept[0].tags) == (True, ("owls",))
    assert sorted(names_of(view)) == ["s0", "s1"]
    ask(qtbot, view, QUESTIONS[2])
    until(qtbot, lambda: view.vote.is_open)
    assert names_of(view) == ["s0", "s1"]
    assert len(view.columns.rounds) == 1


def test_a_vote_that_was_nearly_left_is_cast_and_the_next_one_asks_again(
    qtbot: QtBot, start: StartWindow
) -> None:
    program = start()
    wait_ready(qtbot, program)
    view = blind_view(program, 3)
    services = program.compare.services
    assert services is not None
    kept: list[CastVote] = []
    services.votes.kept.connect(kept.append)
    ask(qtbot, view, QUESTIONS[0])
    until(qtbot, lambda: view.vote.is_open)
    ask(qtbot, view, QUESTIONS[1])
    words = view.vote.findChild(QLabel, "compare.vote.question")
    assert "skip this vote" in words.text()
    view.columns.setFocus()
    qtbot.keyClick(view.columns, Qt.Key.Key_1)
    until(qtbot, lambda: kept and view.vote.is_open)  # the second pair
    assert kept[0].blind
    assert "skip this vote" not in words.text()
    qtbot.keyClick(view.prompt.input, Qt.Key.Key_Return)
    assert "skip this vote" in words.text(), "what was wished for once was another vote"
    assert len(view.columns.rounds) == 1


def test_the_suggested_pair_is_asked_in_a_comparison_of_its_own(
    qtbot: QtBot, start: StartWindow
) -> None:
    program = start()
    wait_ready(qtbot, program)
    view = blind_view(program, 2)
    ask(qtbot, view, QUESTIONS[0])
    until(qtbot, lambda: view.vote.is_open)
    view.vote.vote("a")
    button = view.prompt.findChild(QPushButton, "compare.suggested")
    until(qtbot, button.isVisible)
    ask(qtbot, view, QUESTIONS[1])
    until(qtbot, lambda: view.vote.is_open)
    assert not button.isVisible()  # which pair tells most says who was voted on
    view.vote.vote("a")
    until(qtbot, lambda: button.isVisible() and button.isEnabled())
    view.prompt.set_text("Typed meanwhile")
    button.click()
    until(qtbot, lambda: view.vote.is_open)
    assert len(view.columns.rounds) == 1
    services = program.compare.services
    assert services is not None
    assert len(services.session.history(0)) == 2
    assert view.prompt.text() == "Typed meanwhile"


def test_open_eyes_see_names_and_take_one_answer_into_chat(
    qtbot: QtBot, start: StartWindow
) -> None:
    program = start()
    wait_ready(qtbot, program)
    view = page_of(program).side_by_side
    view.prompt.set_blind(False)
    for temperature in (0.0, 0.9):
        view.contestants.added.emit(
            draft("starter", f"t{temperature}", temperature=temperature, seed=1)
        )
    ask(qtbot, view, QUESTIONS[0])
    until(qtbot, lambda: view.vote.is_open)
    (round_,) = view.columns.rounds
    assert [column.label for column in round_.columns] == ["t0.0", "t0.9"]
    assert all(column.figures is not None for column in round_.columns)
    view.columns.take_requested.emit(round_.columns[0].key)
    until(qtbot, lambda: program.window.current_page == "chat")
    until(qtbot, lambda: program.session.branch.conversation is not None)
    conversation = program.session.branch.conversation
    assert conversation is not None
    assert conversation.title.startswith("Do you work")


def test_a_model_that_is_gone_says_so_in_its_column(
    qtbot: QtBot, start: StartWindow, tmp_path: Path
) -> None:
    program = start()
    wait_ready(qtbot, program)
    finch = second_model(qtbot, program, tmp_path)
    view = page_of(program).side_by_side
    view.prompt.set_blind(False)
    view.contestants.added.emit(draft("starter"))
    view.contestants.added.emit(draft(finch, "finch"))
    (tmp_path / "finch.gguf").unlink()
    ask(qtbot, view, QUESTIONS[0])
    until(qtbot, lambda: view.columns.rounds and view.columns.rounds[-1].ended)
    starter, gone = view.columns.rounds[-1].columns
    assert (starter.state, gone.state) == ("done", "failed")
    assert "is not there" in gone.sentence
    assert not view.vote.is_open
