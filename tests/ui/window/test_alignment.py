"""What stands in line on the chat page stays in line."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from benchtop.bootstrap import Program
from benchtop.ui.chat.message_view import MARGIN
from ui.window.conftest import WAIT_MS


def say(qtbot: QtBot, program: Program, text: str) -> None:
    with qtbot.waitSignal(program.session.reply_ended, timeout=WAIT_MS):
        program.session.send(text)


def test_a_scroll_bar_moves_neither_the_messages_nor_what_they_stand_in_line_with(
    qtbot: QtBot, program: Program
) -> None:
    page = program.chat
    program.window.resize(1180, 760)
    say(qtbot, program, "Hello!")
    bar = page.transcript.verticalScrollBar()
    assert not bar.isVisible()
    field = page.composer.input
    messages = page.transcript.column.views
    without = messages[0].x() + MARGIN
    assert without == field.mapTo(page.composer, field.rect().topLeft()).x()
    say(qtbot, program, "One line of many.\n\n" * 40)
    assert bar.isVisible()
    assert messages[0].x() + MARGIN == without
