"""Messages: at most two, dismissed by hand or by time, spoken to a screen reader."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAccessible, QAction, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QAbstractButton, QLabel, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from benchtop.ui.theme import ThemeController
from benchtop.ui.widgets.breaking_label import BreakingLabel
from benchtop.ui.widgets.info_bar import UNDO_MS, Group, InfoBar, Notice


@pytest.fixture
def page(theme: ThemeController, qtbot: QtBot) -> QWidget:
    widget = QWidget()
    qtbot.addWidget(widget)
    column = QVBoxLayout(widget)
    column.addWidget(InfoBar(widget))
    column.addWidget(QLabel("the page"), 1)
    widget.resize(800, 400)
    widget.show()
    widget.activateWindow()
    qtbot.waitUntil(widget.isActiveWindow)
    return widget


@pytest.fixture
def bar(page: QWidget) -> InfoBar:
    found = page.findChild(InfoBar)
    assert found is not None
    return found


def button(notice: Notice, name: str) -> QAbstractButton:
    found = notice.findChild(QAbstractButton, f"notice.{name}")
    assert found is not None
    return found


def texts(bar: InfoBar) -> list[str]:
    return [notice.text for notice in bar.notices()]


def test_hidden_until_there_is_something_to_say(bar: InfoBar) -> None:
    assert not bar.isVisible()
    bar.post("info", "one")
    assert bar.isVisible()
    assert bar.dismiss()
    assert not bar.isVisible()
    assert not bar.dismiss()


def test_two_at_most_and_the_oldest_goes(bar: InfoBar) -> None:
    for words in ("one", "two", "three"):
        bar.post("info", words)
    assert texts(bar) == ["two", "three"]


def test_an_error_does_not_go_for_news(bar: InfoBar) -> None:
    bar.post("error", "the file is gone")
    for words in ("one", "two", "three"):
        bar.post("info", words)
    assert texts(bar) == ["the file is gone", "three"]
    bar.post("warning", "careful")
    bar.post("error", "second")
    bar.post("error", "third")
    assert texts(bar) == ["second", "third"]
    bar.post("info", "news")
    assert texts(bar) == ["third", "news"]


@pytest.mark.parametrize("word", ["/home/me/" + "deep_er/" * 40 + "x.gguf", "w" * 400])
def test_a_long_word_is_broken_and_copied_whole(bar: InfoBar, word: str) -> None:
    notice = bar.post("error", f"{word} is damaged.")
    label = notice.findChild(BreakingLabel, "notice.text")
    assert label is not None
    assert notice.text == f"{word} is damaged."
    assert label.minimumSizeHint().width() < 400
    assert label.heightForWidth(400) > 3 * label.fontMetrics().height()
    label.setSelection(0, len(label.text()))
    label.copy()
    assert QGuiApplication.clipboard().text() == f"{word} is damaged."


def test_the_same_words_again_do_not_pile_up(bar: InfoBar) -> None:
    bar.post("error", "the disk is full")
    bar.post("info", "other")
    bar.post("error", "the disk is full")
    assert texts(bar) == ["other", "the disk is full"]


def test_the_action_runs_once_and_the_message_goes(bar: InfoBar, qtbot: QtBot) -> None:
    done = []
    notice = bar.post("undo", "in the bin", "Undo", lambda: done.append("undone"))
    undo = button(notice, "action")
    qtbot.mouseClick(undo, Qt.MouseButton.LeftButton)
    undo.click()
    assert done == ["undone"]
    assert texts(bar) == []


def test_an_action_may_post_the_next_message(bar: InfoBar) -> None:
    notice = bar.post("error", "failed", "Retry", lambda: bar.post("error", "failed", "Retry"))
    button(notice, "action").click()
    assert texts(bar) == ["failed"]


def test_the_cross_and_esc_dismiss(bar: InfoBar, qtbot: QtBot) -> None:
    button(bar.post("info", "one"), "close").click()
    assert texts(bar) == []
    close = button(bar.post("info", "two"), "close")
    close.setFocus()
    qtbot.keyClick(close, Qt.Key.Key_Escape)
    assert texts(bar) == []


def test_esc_in_a_message_is_not_taken_by_a_shortcut(
    page: QWidget, bar: InfoBar, qtbot: QtBot
) -> None:
    stopped = []
    stop = QAction(page)
    stop.setShortcut(QKeySequence("Esc"))
    stop.triggered.connect(lambda: stopped.append(1))
    page.addAction(stop)
    close = button(bar.post("info", "words"), "close")
    close.setFocus()
    qtbot.keyClick(close, Qt.Key.Key_Escape)
    assert texts(bar) == []
    assert stopped == []


def test_messages_stay_but_undo_has_its_time(bar: InfoBar, qtbot: QtBot) -> None:
    stays, goes = bar.post("error", "stays"), bar.post("undo", "goes")
    assert stays.remaining_ms() is None
    left = goes.remaining_ms()
    assert left is not None
    assert 0 < left <= UNDO_MS * 1.05  # a coarse timer may be late by a twentieth
    soon = bar.post("info", "soon gone", timeout_ms=1)
    qtbot.waitUntil(lambda: soon not in bar.notices())


def test_the_time_stands_still_while_someone_is_there(bar: InfoBar, qtbot: QtBot) -> None:
    notice = bar.post("undo", "in the bin", "Undo", lambda: None)
    button(notice, "action").setFocus()
    qtbot.waitUntil(lambda: notice.remaining_ms() is None)
    button(notice, "action").clearFocus()
    qtbot.waitUntil(lambda: notice.remaining_ms() is not None)
    notice.enterEvent(QEvent(QEvent.Type.Enter))
    assert notice.remaining_ms() is None
    notice.leaveEvent(QEvent(QEvent.Type.Leave))
    assert notice.remaining_ms() is not None


def test_markup_in_a_message_is_only_text(bar: InfoBar) -> None:
    notice = bar.post("error", "<b>file</b>.gguf is empty")
    label = notice.findChild(QLabel, "notice.text")
    assert label is not None
    assert label.textFormat() == Qt.TextFormat.PlainText


def test_a_long_message_wraps_and_a_short_one_is_low(
    bar: InfoBar, page: QWidget, qtbot: QtBot
) -> None:
    short = bar.post("info", "short")
    low = short.heightForWidth(600)
    long = bar.post("error", "many words " * 40)
    assert long.heightForWidth(600) > 2 * low
    page.resize(1_200, 400)
    qtbot.waitUntil(lambda: long.height() == long.heightForWidth(long.width()))


def test_a_message_is_spoken(bar: InfoBar, monkeypatch: pytest.MonkeyPatch) -> None:
    """What reaches Qt's accessibility is caught at its door; no screen reader runs in a test."""
    spoken = []
    monkeypatch.setattr(QAccessible, "isActive", staticmethod(lambda: True))
    monkeypatch.setattr(
        QAccessible,
        "updateAccessibility",
        staticmethod(lambda event: spoken.append((event.message(), event.politeness()))),
    )
    bar.post("info", "saved")
    bar.post("error", "the disk is full")
    polite = QAccessible.AnnouncementPoliteness
    assert spoken == [
        ("Information: saved", polite.Polite),
        ("Error: the disk is full", polite.Assertive),
    ]


def test_kinds_can_be_cleared(bar: InfoBar) -> None:
    bar.post("error", "one")
    bar.post("info", "two")
    bar.clear("error")
    assert texts(bar) == ["two"]
    bar.clear()
    assert texts(bar) == []


def test_many_of_a_kind_become_one_with_their_number(bar: InfoBar, qtbot: QtBot) -> None:
    shown: list[bool] = []
    group = Group("cut", lambda n: f"{n} were cut off.", "Show them", lambda: shown.append(True))
    bar.post("warning", "Something else.")
    for number in range(5):
        bar.post("error", f"Number {number} was cut off.", "Show it", group=group)
    assert texts(bar) == ["Something else.", "5 were cut off."]
    qtbot.mouseClick(button(bar.notices()[1], "action"), Qt.MouseButton.LeftButton)
    assert shown == [True]
    bar.post("error", "Number 6 was cut off.", "Show it", group=group)
    assert texts(bar) == ["Something else.", "Number 6 was cut off."]
    bar.clear_group("cut")
    assert texts(bar) == ["Something else."]
