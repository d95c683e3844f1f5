"""A transcript and a composer on the screen."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from benchtop.ui.chat.chat_style import ChatStyle
from benchtop.ui.chat.composer import Composer
from benchtop.ui.chat.transcript import Transcript
from benchtop.ui.theme import make_palette


@pytest.fixture(autouse=True)
def light(qapp: QApplication) -> Iterator[None]:
    """Every test begins and ends in the light theme."""
    before = qapp.palette()
    qapp.setPalette(make_palette(dark=False))
    yield
    qapp.setPalette(before)


@pytest.fixture
def transcript(qtbot: QtBot) -> Transcript:
    """An empty transcript of 800 x 600."""
    made = Transcript()
    qtbot.addWidget(made)
    made.resize(800, 600)
    made.show()
    qtbot.waitExposed(made)
    return made


@pytest.fixture
def composer(qtbot: QtBot) -> Composer:
    """A composer of 700 pixels."""
    made = Composer()
    qtbot.addWidget(made)
    made.resize(700, 60)
    made.show()
    made.activateWindow()
    made.focus_input()
    qtbot.waitUntil(made.input.hasFocus)
    return made


@pytest.fixture
def style(transcript: Transcript) -> ChatStyle:
    """The look of the transcript."""
    return transcript.style_now
