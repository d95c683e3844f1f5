"""Where the keyboard is in the real window, and what keys do from the message box."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from benchtop.bootstrap import Program
from benchtop.ui.help.help_page import HelpPage
from benchtop.ui.tab_order import tab_stops
from ui.window.conftest import WAIT_MS

KEY = Qt.Key
CONTROL, ALT, SHIFT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ShiftModifier,
)
FROM_BIN_TO_SAMPLING = [
    "chat.bin",
    "chat.sidebar.toggle",
    "chat.model",
    "chat.adapters",
    "chat.system_prompt",
    "chat.preset",
    "chat.sampling",
]


@pytest.fixture(autouse=True)
def in_front(qtbot: QtBot, program: Program) -> None:
    """The window has the keyboard, and the caret is in the message box."""
    program.window.activateWindow()
    program.chat.composer.focus_input()
    qtbot.waitUntil(program.chat.composer.input.hasFocus)


def press(
    program: Program, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> None:
    """A key for the whole window, so that its shortcuts see it first."""
    QTest.keyClick(program.window.windowHandle(), key, modifiers)


def say(qtbot: QtBot, program: Program, text: str) -> None:
    with qtbot.waitSignal(program.session.reply_ended, timeout=WAIT_MS):
        program.chat.composer.set_draft(text)
        press(program, KEY.Key_Return)


def until(qtbot: QtBot, condition: Callable[[], object]) -> None:
    qtbot.waitUntil(lambda: bool(condition()), timeout=WAIT_MS)


def test_a_suggestion_leaves_the_keyboard_in_the_message_box(
    qtbot: QtBot, program: Program
) -> None:
    card = program.chat.transcript.empty_state.cards[0]
    card.setFocus()
    with qtbot.waitSignal(program.session.reply_ended, timeout=WAIT_MS):
        press(program, KEY.Key_Space)
        assert program.chat.composer.input.hasFocus()
    assert program.chat.composer.input.hasFocus()


def test_send_and_stop_leave_the_keyboard_in_the_message_box(
    qtbot: QtBot, program: Program
) -> None:
    composer = program.chat.composer
    composer.set_draft("Tell me a story.")
    composer.send_button.setFocus()
    with qtbot.waitSignal(program.session.reply_ended, timeout=WAIT_MS):
        press(program, KEY.Key_Space)
        assert composer.input.hasFocus()
        composer.stop_button.setFocus()
        press(program, KEY.Key_Space)
    assert composer.input.hasFocus()


def test_the_key_of_the_page_on_show_goes_to_the_message_box(program: Program) -> None:
    press(program, KEY.Key_1, CONTROL)
    assert program.chat.composer.input.hasFocus()
    program.window.rail.setFocus()
    program.chat.header.open_system_prompt()
    press(program, KEY.Key_1, CONTROL)
    assert program.chat.composer.input.hasFocus()


def test_undo_in_the_message_box_takes_back_what_was_done_last(
    qtbot: QtBot, program: Program
) -> None:
    say(qtbot, program, "Hello!")
    here = program.session.branch.here.id
    wiring = program.chat.sidebar_wiring
    until(qtbot, lambda: wiring.known(here))
    press(program, KEY.Key_Delete, CONTROL | SHIFT)
    until(qtbot, lambda: wiring.known(here) is None)
    program.chat.composer.focus_input()
    QTest.keyClicks(program.chat.composer.input, "word")
    press(program, KEY.Key_Z, CONTROL)
    assert program.chat.composer.text() == "", "typing came last"
    assert wiring.known(here) is None
    press(program, KEY.Key_Z, CONTROL)
    until(qtbot, lambda: wiring.known(here))


def test_keys_of_the_conversation_work_from_the_message_box(qtbot: QtBot, program: Program) -> None:
    say(qtbot, program, "Hello!")
    transcript = program.chat.transcript
    reply = program.session.branch.messages()[-1].id
    press(program, KEY.Key_PageUp, ALT)
    assert transcript.view_with(QApplication.focusWidget()) is transcript.view_of(reply)
    program.chat.composer.focus_input()
    press(program, KEY.Key_Up, CONTROL | SHIFT)
    view = transcript.view_of(reply)
    assert view is not None
    assert view.editor is not None


def test_the_sampling_key_shows_and_hides(program: Program) -> None:
    press(program, KEY.Key_D, CONTROL | SHIFT)
    assert program.chat.header.sampling_panel.isVisible()
    press(program, KEY.Key_D, CONTROL | SHIFT)
    assert not program.chat.header.sampling_panel.isVisible()
    press(program, KEY.Key_D, CONTROL | SHIFT)
    program.window.show_page("models")
    press(program, KEY.Key_D, CONTROL | SHIFT)
    assert program.chat.header.sampling_panel.isVisible(), "from another page it is shown"


def names(stops: list[QWidget]) -> list[str]:
    return [stop.objectName() for stop in stops if stop.objectName()]


def test_tab_goes_through_the_window_as_it_is_seen(qtbot: QtBot, program: Program) -> None:
    say(qtbot, program, "Hello!")
    program.chat.header.open_sampling()
    program.chat.transcript.focus_message(program.session.branch.messages()[-1].id)
    program.window.show_page("help")
    program.window.show_page("chat")
    order = names(tab_stops(program.window))
    expected = [
        "nav.chat",
        "chat.folder.new",
        "chat.new",
        "chat.conversations",
        *FROM_BIN_TO_SAMPLING,
        "chat.transcript",
        "chat.message",
        "chat.message.copy",
        "chat.suggestion",
        "chat.input",
        "chat.send",
        "help.text",
        "status.context",
    ]
    assert [name for name in dict.fromkeys(order) if name in expected] == expected
    window = program.window
    panel = tab_stops(program.chat.header.sampling_panel)
    stops = tab_stops(window)
    assert stops.index(program.chat.composer.stop_button) < stops.index(panel[0])
    assert stops.index(panel[-1]) < stops.index(tab_stops(window.status)[0])


def walk(program: Program, last: str) -> list[str]:
    """The names that Tab visits from where it is until ``last``."""
    seen: list[str] = []
    for _ in range(100):
        press(program, KEY.Key_Tab)
        focused = QApplication.focusWidget()
        assert focused is not None
        seen.append(focused.objectName())
        if seen[-1] == last:
            return list(dict.fromkeys(seen))
    raise AssertionError(f"never came to {last}: {seen}")


def test_tab_visits_everything_on_a_page(program: Program) -> None:
    tab_stops(program.window.rail)[0].setFocus()
    assert walk(program, "chat.input") == [
        "chat.search",
        "chat.folder.new",
        "chat.new",
        *FROM_BIN_TO_SAMPLING,
        "chat.transcript",
        "chat.suggestion",
        "chat.input",
    ]
    program.window.go_to("help")
    page = program.window.page("help")
    assert isinstance(page, HelpPage)
    assert page.browser.hasFocus()
    assert walk(program, "nav.help")[-4:] == [
        "status.offline",
        "status.model",
        "status.context",
        "nav.help",
    ]
    assert walk(program, "help.text") == [
        "help.pages",
        "help.welcome",
        "help.search",
        "help.text",
    ]


@pytest.mark.parametrize("how", ["disabled", "hidden"])
def test_a_button_that_goes_leaves_the_keyboard_to_no_switch(
    program: Program, qtbot: QtBot, how: str
) -> None:
    """The next Space was meant for something else."""
    window = program.window
    window.go_to("settings")
    page = window.page("settings")
    button = page.findChild(QPushButton, "settings.tools_remove")
    page.tools.set_bytes(1_000)
    button.setFocus()
    before = window.focusWidget()
    assert before is button
    if how == "disabled":
        page.tools.set_removing()
    else:
        button.hide()
    assert window.focusWidget() is not button
    qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Space)
    assert program.settings.offline
    assert page.isAncestorOf(window.focusWidget())


def test_the_transcript_and_the_help_show_that_they_have_the_keyboard(program: Program) -> None:
    def edge(widget: QWidget) -> str:
        shown = widget.grab().toImage()
        return shown.pixelColor(QPoint(shown.width() // 2, 1)).name()

    page = program.window.page("help")
    assert isinstance(page, HelpPage)
    for widget in (program.chat.transcript, page.browser):
        program.window.show_page("chat" if widget is program.chat.transcript else "help")
        program.chat.header.setFocus()
        before = edge(widget)
        widget.setFocus(Qt.FocusReason.TabFocusReason)
        assert widget.hasFocus()
        assert edge(widget) != before
        tab_stops(program.window.rail)[0].setFocus()
        assert edge(widget) == before


def test_the_empty_page_keeps_its_cards_through_another_text_size(
    qtbot: QtBot, program: Program
) -> None:
    empty = program.chat.transcript.empty_state
    card = empty.cards[0]
    low = card.height()
    program.theme.set_text_size(130)
    until(qtbot, lambda: card.height() > low)
    assert empty.cards[0] is card
    for one in empty.cards:
        assert one.height() >= one.heightForWidth(one.width())
    program.theme.set_text_size(100)
