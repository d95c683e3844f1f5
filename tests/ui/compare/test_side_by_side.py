"""The vote, its keys, and how the parts of the view go together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from benchtop.ui.chat.text_segment import TextSegment
from benchtop.ui.compare.contestant_chip import ContestantChip
from benchtop.ui.compare.contestant_editor import ContestantEditor
from benchtop.ui.compare.side_by_side import SideBySide
from ui.compare.compare_makers import CONTESTANTS, MODELS, PAIR, answered

Key = Qt.Key
KEYS = {"a": Key.Key_1, "b": Key.Key_2, "tie": Key.Key_3, "both_bad": Key.Key_0}


@pytest.fixture
def page(show: Callable[..., SideBySide]) -> SideBySide:
    made = show(SideBySide(), 1_000, 700)
    made.contestants.set_models(MODELS)
    made.set_contestants(CONTESTANTS[:2])
    return made


def asked(page: SideBySide) -> SideBySide:
    """A blind prompt that both answered."""
    page.columns.set_rounds([answered(2, blind=True)])
    page.open_vote(PAIR)
    return page


def vote_button(page: SideBySide, outcome: str) -> QPushButton:
    found = page.findChild(QPushButton, f"compare.vote.{outcome}")
    assert found is not None
    return found


def words(page: SideBySide, name: str) -> str:
    return page.findChild(QLabel, f"compare.vote.{name}").text()


@pytest.mark.parametrize("outcome", list(KEYS))
def test_each_key_votes_once(page: SideBySide, qtbot: QtBot, outcome: str) -> None:
    asked(page).columns.setFocus()
    told: list[str] = []
    page.vote.voted.connect(told.append)
    for _ in range(2):
        qtbot.keyClick(QApplication.focusWidget(), KEYS[outcome])
    assert told == [outcome]


@pytest.mark.parametrize("outcome", list(KEYS))
def test_each_button_votes_once(page: SideBySide, qtbot: QtBot, outcome: str) -> None:
    asked(page)
    told: list[str] = []
    page.vote.voted.connect(told.append)
    for _ in range(2):
        qtbot.mouseClick(vote_button(page, outcome), Qt.MouseButton.LeftButton)
    assert told == [outcome]


def test_the_keys_of_a_number_pad_vote_too(page: SideBySide, qtbot: QtBot) -> None:
    asked(page).columns.setFocus()
    with qtbot.waitSignal(page.vote.voted) as told:
        qtbot.keyClick(QApplication.focusWidget(), Key.Key_2, Qt.KeyboardModifier.KeypadModifier)
    assert told.args == ["b"]


def test_keys_in_a_text_field_are_text(page: SideBySide, qtbot: QtBot) -> None:
    asked(page)
    for field in (page.prompt.input, page.findChild(QLineEdit, "compare.tags")):
        field.setFocus()
        with qtbot.assertNotEmitted(page.vote.voted):
            qtbot.keyClicks(field, "1230")
    assert page.prompt.text() == "1230"
    assert page.prompt.tags == ("1230",)


def test_keys_vote_while_an_answer_is_read_with_the_caret(page: SideBySide, qtbot: QtBot) -> None:
    segment = asked(page).findChild(TextSegment)
    segment.setFocus()
    with qtbot.waitSignal(page.vote.voted) as told:
        qtbot.keyClick(segment, Key.Key_3)
    assert told.args == ["tie"]


def test_without_a_pair_no_key_votes(page: SideBySide, qtbot: QtBot) -> None:
    page.columns.set_rounds([answered(2)])
    page.columns.setFocus()
    with qtbot.assertNotEmitted(page.vote.voted):
        qtbot.keyClick(QApplication.focusWidget(), Key.Key_1)
        asked(page)
        page.close_vote()
        qtbot.keyClick(QApplication.focusWidget(), Key.Key_1)
    assert not page.vote.isVisible()


def test_buttons_name_the_sides_and_their_keys(page: SideBySide) -> None:
    asked(page)
    assert "after the vote" in words(page, "question")
    names = [vote_button(page, one).accessibleName() for one in KEYS]
    assert names == ["A is better, key 1", "B is better, key 2", "Tie, key 3", "Both bad, key 0"]
    page.open_vote(replace(PAIR, left="starter & co", right="Qwen3 4B", blind=False))
    assert words(page, "question") == "Which answer is better: starter & co or Qwen3 4B?"
    assert vote_button(page, "a").accessibleName() == "starter & co is better, key 1"


def test_after_the_vote_it_says_what_it_did_and_takes_it_back(
    page: SideBySide, qtbot: QtBot
) -> None:
    asked(page)
    vote_button(page, "a").setFocus()
    qtbot.keyClick(vote_button(page, "a"), Key.Key_Space)
    page.vote.show_result("You voted for A: it was starter.", "starter: 71 % (62 % before).")
    assert words(page, "result") == "You voted for A: it was starter."
    assert words(page, "effect") == "starter: 71 % (62 % before)."
    undo = page.findChild(QPushButton, "compare.vote.undo")
    assert undo.isVisible()
    assert not undo.hasFocus()
    assert page.isAncestorOf(QApplication.focusWidget())
    with qtbot.assertNotEmitted(page.vote.voted):
        qtbot.keyClick(QApplication.focusWidget(), Key.Key_1)
    with qtbot.waitSignal(page.vote.undo_requested):
        qtbot.mouseClick(undo, Qt.MouseButton.LeftButton)
    page.open_vote(PAIR)
    with qtbot.waitSignal(page.vote.voted):
        qtbot.mouseClick(vote_button(page, "b"), Qt.MouseButton.LeftButton)


def test_a_vote_that_was_not_kept_can_be_cast_again(page: SideBySide, qtbot: QtBot) -> None:
    asked(page)
    page.vote.vote("a")
    assert not page.vote.is_open
    page.vote.show_failure("The disk is full: free some space and vote again.")
    assert words(page, "question") == "The disk is full: free some space and vote again."
    with qtbot.waitSignal(page.vote.voted):
        page.vote.vote("a")


def test_the_vote_takes_the_keyboard_only_from_an_empty_prompt(page: SideBySide) -> None:
    page.prompt.input.setFocus()
    page.prompt.set_text("The next question")
    asked(page)
    assert page.prompt.input.hasFocus()
    page.prompt.clear_text()
    asked(page)
    assert page.columns.isAncestorOf(QApplication.focusWidget())


def test_contestants_decide_what_can_be_asked(page: SideBySide) -> None:
    run = page.findChild(QPushButton, "compare.run")
    page.prompt.set_text("Hello")
    nothing = page.findChild(QLabel, "compare.columns.nothing")
    for rows, usable, said in (
        (CONTESTANTS[:2], True, "Ask something below"),
        (CONTESTANTS[:1], False, "Two contestants are needed: add one above."),
        (CONTESTANTS[3:5], False, "Two contestants whose files are there are needed."),
    ):
        page.set_contestants(rows)
        assert run.isEnabled() == usable
        assert nothing.text().startswith(said)


def test_no_contestant_is_a_page_that_leads_to_the_first(page: SideBySide, qtbot: QtBot) -> None:
    page.prompt.input.setFocus()
    page.set_contestants(())
    start = page.findChild(QAbstractButton, "placeholder.compare.start")
    assert start.isVisible()
    assert start.hasFocus()
    assert not page.prompt.isVisible()
    qtbot.keyClick(start, Key.Key_Space)
    dialog = page.findChild(ContestantEditor)
    qtbot.waitUntil(dialog.isVisible)
    dialog.reject()
    page.set_contestants(CONTESTANTS[:2])
    assert page.prompt.isVisible()


def test_the_tab_key_goes_from_contestants_to_answers_to_the_vote_to_the_prompt(
    page: SideBySide, qtbot: QtBot
) -> None:
    asked(page)
    page.findChild(ContestantChip).setFocus()
    visited: list[str] = []
    for _ in range(18):
        visited.append(QApplication.focusWidget().objectName().removeprefix("compare."))
        qtbot.keyClick(QApplication.focusWidget(), Key.Key_Tab)
    order = ("contestant.c1", "contestant.c2", "add", "columns.scroll", "column.0.copy",
             "column.1.copy", "vote.a", "vote.both_bad", "prompt", "blind", "tags")  # fmt: skip
    assert "new" not in visited  # it would clear away what is voted on
    places = [visited.index(name) for name in order]
    assert places == sorted(places)
    page.columns.set_rounds([answered(2)])  # told: a card can be saved
    page.close_vote()
    page.findChild(QAbstractButton, "compare.new").setFocus()
    qtbot.keyClick(QApplication.focusWidget(), Key.Key_Tab)
    assert QApplication.focusWidget().objectName() == "compare.save"
    qtbot.keyClick(QApplication.focusWidget(), Key.Key_Tab)
    assert QApplication.focusWidget().objectName() == "compare.columns.scroll"


def test_everything_that_can_be_used_has_names(page: SideBySide) -> None:
    asked(page)
    stops = [
        w
        for w in page.findChildren(QWidget)
        if w.isVisible()
        and w.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not w.objectName().startswith("qt_")
    ]
    assert len(stops) > 10
    assert not [w for w in stops if not (w.objectName() and w.accessibleName())]
