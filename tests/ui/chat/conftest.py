"""A transcript, empty and with messages, and a composer on the screen."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication, QHBoxLayout, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from benchtop.ui.chat.chat_style import ChatStyle
from benchtop.ui.chat.composer import Composer
from benchtop.ui.chat.transcript import Transcript
from benchtop.ui.theme import make_palette
from ui.chat.makers import ANSWER, step


@pytest.fixture(autouse=True)
def light(qapp: QApplication) -> None:
    """Every test begins in the light theme."""
    qapp.setPalette(make_palette(dark=False))


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


@pytest.fixture
def shown(qtbot: QtBot, transcript: Transcript) -> Transcript:
    """A question with three versions and its answer."""
    transcript.show_path([step(0, "Question", sibling=2, siblings=3), step(1, ANSWER)])
    transcript.activateWindow()
    qtbot.waitUntil(transcript.isActiveWindow)
    return transcript


@pytest.fixture
def among_others(qtbot: QtBot) -> Iterator[Transcript]:
    """A branch in a window where another widget would like the focus."""
    window = QWidget()
    qtbot.addWidget(window)
    transcript = Transcript()
    row = QHBoxLayout(window)
    row.addWidget(QPushButton("rail"))
    row.addWidget(transcript)
    window.resize(900, 600)
    window.show()
    transcript.show_path([step(0, "Question"), step(1, ANSWER), step(2, "Next"), step(3, "Yes")])
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    yield transcript
    window.close()  # and until here it lives
