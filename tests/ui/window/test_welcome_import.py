"""The welcome's step about other programs: what leads on, and what is said of what came in."""

from __future__ import annotations

from pathlib import Path
from threading import Event

import pytest
from PySide6.QtWidgets import QCheckBox, QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot

from benchtop.bootstrap import Program
from benchtop.domain.errors import ChatIncomplete, ChatUnreadable
from benchtop.services import chats_of_jan
from benchtop.services.chat_import import BroughtIn
from benchtop.ui.welcome.brought_words import brought_list, brought_words
from ui.window.conftest import WAIT_MS, StartWindow
from ui.window.test_welcome import (
    KEY,
    begin_searched,
    bring_button,
    focus,
    me,
    others_used,
    page_of,
    press,
)
from ui.window.test_welcome import begin as begin_welcome
from unit.services.other_chat_files import jan_line, put_gpt4all, put_jan

__all__ = ["me"]


def kinds(program: Program) -> tuple[object, object]:
    """How the buttons Bring in and Next are drawn."""
    following = page_of(program).findChild(QPushButton, "welcome.next")
    assert following is not None
    return bring_button(program).property("kind"), following.property("kind")


def bring(qtbot: QtBot, program: Program) -> str:
    bring_button(program).click()
    qtbot.waitUntil(bring_button(program).isEnabled, timeout=WAIT_MS)
    return page_of(program).others.result


def test_the_primary_button_is_what_is_to_be_done_next(
    me: Path, start: StartWindow, qtbot: QtBot
) -> None:
    others_used(me)
    greeted = begin_searched(start, qtbot)
    page = page_of(greeted)
    assert kinds(greeted)[1] == "primary"
    page._go(2)
    assert kinds(greeted) == ("primary", "normal")
    ticks = [tick for tick in page.others.findChildren(QCheckBox) if tick.text()]
    for tick in ticks:
        tick.setChecked(False)
    assert kinds(greeted) == ("normal", "primary")
    ticks[0].setChecked(True)
    assert kinds(greeted) == ("primary", "normal")
    bring(qtbot, greeted)
    assert kinds(greeted) == ("normal", "primary")
    ticks[1].setChecked(True)
    assert kinds(greeted) == ("primary", "normal"), "this one was not brought in yet"
    page._go(3)
    assert kinds(greeted)[1] == "primary"


def test_the_whole_list_can_be_seen(me: Path, start: StartWindow, qtbot: QtBot) -> None:
    for number in range(6):
        put_gpt4all(me, b"\xf5\xd5", chat_id=f"bad{number}")
    put_jan(me / "jan", [jan_line(1, "user", "Hello"), "{"])
    greeted = begin_searched(start, qtbot)
    page = page_of(greeted)
    page._go(2)
    every = page.others.findChild(QPushButton, "welcome.all")
    found = page.others.findChild(QPlainTextEdit, "welcome.list")
    assert every is not None
    assert found is not None
    assert not every.isVisible()
    said = bring(qtbot, greeted)
    assert "One chat was brought in." in said
    assert "6 could not be read: gpt4all-bad0.chat" in said
    assert "and 3 more." in said
    assert "messages.jsonl was brought in without all of it: 1 of its lines" in said
    assert not found.isVisible()
    greeted.window.resize(900, 600)
    every.click()
    assert found.isVisible()
    bar = page._scroll.verticalScrollBar()
    qtbot.waitUntil(lambda: 0 < bar.maximum() == bar.value(), timeout=WAIT_MS)
    lines = found.toPlainText().splitlines()
    assert len(lines) == 7
    assert all(any(f"bad{number}" in line for line in lines) for number in range(6))
    bring_button(greeted).click()
    assert not found.isVisible(), "of the import before"


def test_who_has_gone_on_is_led_back_to_the_list(
    me: Path, start: StartWindow, qtbot: QtBot
) -> None:
    for number in range(2):
        put_gpt4all(me, b"\xf5\xd5", chat_id=f"bad{number}")
    greeted = begin_searched(start, qtbot)
    page = page_of(greeted)
    page._go(2)
    bring_button(greeted).click()
    greeted.window.go_to("chat")
    notices = greeted.window.info_bar.notices
    qtbot.waitUntil(lambda: bool(notices()), timeout=WAIT_MS)
    button = notices()[0].findChild(QPushButton, "notice.action")
    assert button is not None
    button.click()
    assert greeted.window.current_page == "welcome"
    assert page.step is page.others
    every = page.others.findChild(QPushButton, "welcome.all")
    assert every is not None
    assert every.isVisible()


BAD = ChatUnreadable(path="/x/bad.chat", detail="it is damaged")
CUT = ChatIncomplete(path="/x/one/messages.jsonl", detail="1 of its lines could not be read")


@pytest.mark.parametrize(
    ("done", "words"),
    [
        (BroughtIn(), "No chat was brought in."),
        (BroughtIn(new=1), "One chat was brought in."),
        (BroughtIn(new=1200), "1,200 chats were brought in."),
        (BroughtIn(known=3), "The chats were here already."),
        (BroughtIn(grown=1), "One chat has grown since: what is new was added."),
        (
            BroughtIn(new=2, grown=3, known=1),
            (
                "2 chats were brought in. 3 chats have grown since: what is new was added. "
                "One was here already."
            ),
        ),
        (BroughtIn(new=1, incomplete=(CUT,)), f"One chat was brought in. {CUT}"),
        (
            BroughtIn(new=2, incomplete=(CUT, CUT), unreadable=(BAD, BAD)),
            (
                "2 chats were brought in. Of 2 a part could not be read and was left out: "
                "one/messages.jsonl, one/messages.jsonl. 2 could not be read: bad.chat, bad.chat."
            ),
        ),
    ],
)
def test_what_came_of_it_in_words(qapp: object, done: BroughtIn, words: str) -> None:
    assert brought_words(done) == words
    assert len(brought_list(done)) == len(done.unreadable) + len(done.incomplete)


def test_folders_that_did_not_answer_are_told(
    me: Path, start: StartWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    others_used(me)
    answer = Event()
    monkeypatch.setattr(chats_of_jan, "count", lambda *_: answer.wait())
    greeted = begin_welcome(start)
    qtbot.waitUntil(lambda: greeted.window.current_page == "welcome", timeout=WAIT_MS)
    others = greeted.wiring.welcome._others
    assert others is not None
    qtbot.waitUntil(lambda: others._awaited == {"Jan"}, timeout=WAIT_MS)
    step = page_of(greeted).others
    assert "Looking" in step.words.text()
    others._patience.timeout.emit()
    answer.set()
    assert "Some folders did not answer" in step.words.text()
    assert step.first is not None, "what the others have is offered"


def test_the_keyboard_stays_in_the_welcome_while_chats_come_in(
    me: Path, start: StartWindow, qtbot: QtBot
) -> None:
    others_used(me)
    greeted = begin_searched(start, qtbot)
    greeted.window.activateWindow()
    page = page_of(greeted)
    page._go(2)
    bring_button(greeted).setFocus()
    press(greeted, KEY.Key_Return)
    assert page.others.result.startswith("Bringing them in"), "the end has not been told yet"
    assert focus() == "welcome.next"
    press(greeted, KEY.Key_Space)
    assert greeted.settings.offline
    assert page.step is page.ready
    notices = greeted.window.info_bar.notices
    qtbot.waitUntil(lambda: bool(notices()), timeout=WAIT_MS)
    assert "3 chats were brought in." in notices()[0].text, "also to who has gone on"


def test_with_nothing_ticked_nothing_can_be_brought_in(
    me: Path, start: StartWindow, qtbot: QtBot
) -> None:
    put_gpt4all(me)
    greeted = begin_searched(start, qtbot)
    page, bring = page_of(greeted), bring_button(greeted)
    (tick,) = [one for one in page.others.findChildren(QCheckBox) if one.text()]
    assert bring.isEnabled()
    tick.setChecked(False)
    assert not bring.isEnabled()
