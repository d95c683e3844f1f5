"""Downloads that are held up: why, said where a person looks, and what can be done about it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from benchtop.domain.downloads import Download, Wait
from benchtop.domain.hub_errors import UnsafeName
from benchtop.domain.repo_files import RepoFile
from benchtop.services.download_places import Destination
from benchtop.ui.models.choice_line import ChoiceLine
from benchtop.ui.models.choice_words import is_going, short_state_of, state_of
from benchtop.ui.models.download_list import DownloadList
from benchtop.ui.models.download_queue import DownloadQueue
from benchtop.ui.models.download_row import DownloadRowView
from benchtop.ui.models.download_rows import DownloadRowState
from benchtop.ui.models.download_texts import action_words, figures_words, spoken_words, state_words
from benchtop.ui.models.row_making import download_row
from benchtop.ui.theme import ThemeController
from ui.models.discover_makers import choice
from ui.models.download_makers import held_up_downloads, some_downloads


@pytest.fixture
def queue(qapp: QApplication, qtbot: QtBot) -> Iterator[DownloadQueue]:
    theme = ThemeController(qapp, "light")
    made = DownloadQueue()
    qtbot.addWidget(made)
    made.resize(900, 600)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    yield made
    theme.deleteLater()


def row(queue: DownloadQueue, key: str) -> DownloadRowView:
    view = queue.findChild(DownloadList).view_of(key)
    assert view is not None
    return view


def line(queue: DownloadQueue) -> QWidget:
    found = queue.findChild(QWidget, "models.downloads.offline")
    assert found is not None
    return found


def test_each_wait_says_what_for() -> None:
    rows = held_up_downloads()[2:]
    until = datetime(2026, 11, 20, 11, 41, 30).astimezone().timestamp()
    QLocale.setDefault(QLocale("en_GB"))
    words = [state_words(replace(rows[0], wait=Wait("hub", until)))]
    QLocale.setDefault(QLocale.system())
    words += [state_words(one) for one in rows[1:]]
    assert words == [
        "Waiting: the Hub asks to wait until 11:42",
        "Waiting: another program is downloading the same file",
        "Waiting: another download here fetches the same file",
        "Broken off: trying again",
    ]
    offline = replace(rows[1], wait=Wait("offline"))
    assert "Waiting: offline" in spoken_words(offline)
    assert state_words(replace(offline, state="paused")) == "Paused"
    assert figures_words(replace(rows[3], bytes_per_second=9_000.0)) == "900 MB of 2.0 GB"


def test_the_terms_are_a_button_of_the_failure_only(queue: DownloadQueue, qtbot: QtBot) -> None:
    rows = held_up_downloads()
    queue.set_rows(rows)
    qtbot.waitUntil(lambda: queue.findChild(DownloadList).view_of("w3") is not None)
    button = row(queue, "gated").terms
    assert button is not None
    assert button.isVisible()
    assert button.accessibleName().startswith("Open the terms of google/gemma")
    with qtbot.waitSignal(queue.terms_requested) as told:
        button.setFocus()
        qtbot.keyClick(button, Qt.Key.Key_Space)
    assert told.args == ["gated"]
    queue.set_rows([rows[0], replace(rows[1], state="queued", error="", terms=""), *rows[2:]])
    assert not button.isVisible()
    assert row(queue, "gated").action.hasFocus()
    assert row(queue, "w0").terms is None


def test_offline_is_said_once_with_the_way_online(queue: DownloadQueue, qtbot: QtBot) -> None:
    rows = some_downloads()
    queue.set_rows(rows)
    assert not line(queue).isVisible()
    queue.set_offline(True)
    assert line(queue).isVisible()
    button = queue.findChild(QPushButton, "models.downloads.offline.go_online")
    button.setFocus()
    with qtbot.waitSignal(queue.go_online_requested):
        qtbot.keyClick(button, Qt.Key.Key_Space)
    queue.set_offline(False)
    assert not line(queue).isVisible()
    assert row(queue, "a").action.hasFocus()


def test_what_waits_for_no_connection_is_not_told_of_it(queue: DownloadQueue) -> None:
    queue.set_offline(True)
    queue.set_rows([one for one in some_downloads() if one.state in ("paused", "failed", "done")])
    assert not line(queue).isVisible()
    queue.set_rows(some_downloads())
    assert line(queue).isVisible()


def test_what_can_never_be_downloaded_is_not_tried_again(
    queue: DownloadQueue, qtbot: QtBot
) -> None:
    file = RepoFile("../evil-Q4_0.gguf", 10, "")
    with pytest.raises(UnsafeName) as caught:
        Destination("a/b", "c" * 40).place(file)
    sentence = str(caught.value)
    assert sentence.count("evil") == 1
    assert sentence.endswith("is not downloaded: its path is absolute or leads out of its folder.")
    made = Download(
        "evil", "a/b", "c" * 40, "evil", (file,), "", 0.0, 0.0, state="failed", error=sentence
    )
    fine = replace(made, files=(RepoFile("fine-Q4_0.gguf", 10, ""),))
    assert action_words(download_row(fine, 0.0)) == "Try again"
    queue.set_rows([download_row(made, 0.0)])
    qtbot.waitUntil(lambda: queue.findChild(DownloadList).view_of("evil") is not None)
    button = row(queue, "evil").action
    assert button.text() == "Take off"
    assert button.accessibleName() == "Take evil off this list"
    with (
        qtbot.waitSignal(queue.dismiss_requested) as told,
        qtbot.assertNotEmitted(queue.retry_requested),
    ):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert told.args == ["evil"]


@pytest.mark.parametrize(
    ("state", "wait", "words", "short"),
    [
        ("running", None, "Downloading 42%", ""),
        ("running", Wait("offline"), "Waiting: offline", "Waiting"),
        ("queued", None, "Waiting", "Waiting"),
        (
            "queued",
            Wait("elsewhere"),
            "Waiting: another program is downloading the same file",
            "Waiting",
        ),
        ("paused", None, "Paused", "Paused"),
        ("failed", None, "Failed", "Failed"),
    ],
)
def test_a_repository_uses_the_words_of_the_queue(
    qtbot: QtBot, state: DownloadRowState, wait: Wait | None, words: str, short: str
) -> None:
    line = ChoiceLine(choice("Q4_K_M", state="downloading", progress=0.42, queue=state, wait=wait))
    qtbot.addWidget(line)
    columns = line.wanted()
    line.resize(900, 60)
    line.arrange(900, columns, wide=True)
    assert state_of(line.row) == words
    assert words in line.accessibleName()
    assert line.hover_at(850) == words
    if short:
        assert short_state_of(line.row) == short
    assert is_going(line.row) is (words == "Downloading 42%")
