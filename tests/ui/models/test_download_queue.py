"""The list of downloads: what it says, what its buttons wish, and that it never holds the window up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QLabel,
    QPushButton,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from benchtop.ui.models.download_list import DownloadList
from benchtop.ui.models.download_queue import DownloadQueue
from benchtop.ui.models.download_row import DownloadRowView
from benchtop.ui.models.download_rows import DownloadRow, totals
from benchtop.ui.models.download_texts import figures_words, totals_words
from benchtop.ui.models.figures_text import amount_text, left_text
from benchtop.ui.theme import ThemeController
from ui.models.download_makers import CUT, GB, many_downloads, some_downloads


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


def show(queue: DownloadQueue, qtbot: QtBot, rows: list[DownloadRow]) -> None:
    queue.set_rows(rows)
    listed = queue.findChild(DownloadList)
    qtbot.waitUntil(lambda: all(listed.view_of(one.id) is not None for one in rows))


def click(qtbot: QtBot, button: QAbstractButton) -> None:
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def answer(view: DownloadRowView, key: str) -> QPushButton:
    found = view.findChild(QPushButton, f"models.downloads.ask.{key}")
    assert found is not None
    return found


def test_an_empty_queue_offers_to_find_a_model(queue: DownloadQueue, qtbot: QtBot) -> None:
    queue.focus_list()
    with qtbot.waitSignal(queue.find_requested):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Space)


def test_figures_in_words() -> None:
    running = some_downloads()[0]
    assert figures_words(running) == "1.2 of 4.1 GB, 8.3 MB/s, 6 min left"
    assert amount_text(800_000_000, 4_100_000_000) == "800 MB of 4.1 GB"
    assert amount_text(5, 0) == "5 bytes"
    said = [left_text(seconds) for seconds in (None, 12, 61, 3_600, 4_900, 300_000)]
    assert said == [
        "",
        "less than a minute left",
        "2 min left",
        "1 h left",
        "1 h 22 min left",
        "3 days left",
    ]
    assert figures_words(replace(running, bytes_per_second=0.0)) == "1.2 of 4.1 GB"


def test_totals_count_what_runs_and_waits() -> None:
    rows = some_downloads()
    assert totals(rows).seconds_left == pytest.approx((2_870_000_000 + 1_920_000_000) / 8_300_000)
    assert totals_words(totals(rows)) == (
        "2 running, 1 waiting, 1 paused, 1 failed, 8.3 MB/s, 10 min left"
    )
    assert totals_words(totals(rows[-1:])) == "All downloads are done."


def test_each_state_has_its_button_and_its_wish(queue: DownloadQueue, qtbot: QtBot) -> None:
    show(queue, qtbot, some_downloads())
    wishes = {
        "a": ("Pause", queue.pause_requested),
        "b": ("Pause", queue.pause_requested),
        "c": ("Try again", queue.retry_requested),
        "d": ("Resume", queue.resume_requested),
        "e": ("Pause", queue.pause_requested),
        "f": ("Show in folder", queue.reveal_requested),
    }
    for key, (words, signal) in wishes.items():
        assert row(queue, key).action.text() == words
        with qtbot.waitSignal(signal) as told:
            click(qtbot, row(queue, key).action)
        assert told.args == [key]


def test_the_sentence_of_a_failure_stands_below_it(queue: DownloadQueue, qtbot: QtBot) -> None:
    show(queue, qtbot, some_downloads())
    label = row(queue, "c").findChild(QLabel, "models.downloads.error")
    assert label.isVisible()
    assert label.text().replace("\u200b", "") == CUT
    assert CUT in row(queue, "c").accessibleName()
    again = [replace(one, state="queued", error="") for one in some_downloads()]
    queue.set_rows(again)
    assert not label.isVisible()


def test_cancelling_asks_only_where_bytes_are(queue: DownloadQueue, qtbot: QtBot) -> None:
    show(queue, qtbot, some_downloads())
    with qtbot.waitSignal(queue.cancel_requested) as told:
        click(qtbot, row(queue, "e").cancel)
    assert told.args == ["e", False]
    with qtbot.waitSignal(queue.dismiss_requested) as told:
        click(qtbot, row(queue, "f").cancel)
    assert told.args == ["f"]
    for key, kept in (("keep", True), ("delete", False)):
        with qtbot.assertNotEmitted(queue.cancel_requested):
            click(qtbot, row(queue, "a").cancel)
        with qtbot.waitSignal(queue.cancel_requested) as told:
            click(qtbot, answer(row(queue, "a"), key))
        assert told.args == ["a", kept]


def test_a_question_is_left_with_escape_and_outlives_progress(
    queue: DownloadQueue, qtbot: QtBot
) -> None:
    rows = some_downloads()
    show(queue, qtbot, rows)
    view = row(queue, "a")
    view.cancel.setFocus()
    qtbot.keyClick(view.cancel, Qt.Key.Key_Space)
    safe = answer(view, "go_on")
    assert safe.hasFocus()
    queue.set_rows([replace(rows[0], done_bytes=2 * GB), *rows[1:]])
    assert safe.isVisible()
    assert safe.hasFocus()
    with qtbot.assertNotEmitted(queue.cancel_requested):
        qtbot.keyClick(safe, Qt.Key.Key_Escape)
    assert not safe.isVisible()
    assert view.cancel.hasFocus()


def test_the_keyboard_alone_walks_acts_and_moves(queue: DownloadQueue, qtbot: QtBot) -> None:
    show(queue, qtbot, some_downloads())
    clear = queue.findChild(QPushButton, "models.downloads.clear")
    clear.setFocus()
    seen = []
    for _ in range(4):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        seen.append(QApplication.focusWidget().objectName())
    # The first row cannot move up, so Tab passes that button by.
    assert seen[:3] == [
        "models.downloads.action",
        "models.downloads.down",
        "models.downloads.cancel",
    ]
    assert QApplication.focusWidget() is clear  # the other rows are reached with the arrow keys
    qtbot.keyClick(clear, Qt.Key.Key_Tab)
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Down)
    assert row(queue, "b").action.hasFocus()
    with qtbot.waitSignal(queue.moved) as told:
        qtbot.keyClick(row(queue, "b").action, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert told.args == ["b", 2]
    with qtbot.waitSignal(queue.pause_requested) as told:
        qtbot.keyClick(row(queue, "b").action, Qt.Key.Key_Space)
    assert told.args == ["b"]
    with qtbot.assertNotEmitted(queue.moved):
        qtbot.keyClick(row(queue, "b").action, Qt.Key.Key_Up)
        qtbot.keyClick(row(queue, "a").action, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)


def test_a_row_is_dragged_to_its_place(queue: DownloadQueue, qtbot: QtBot) -> None:
    show(queue, qtbot, some_downloads())
    queue.repaint()
    facts, onto = row(queue, "e").facts, row(queue, "b")
    end = facts.mapFromGlobal(onto.mapToGlobal(QPoint(40, 4)))
    qtbot.mousePress(facts, Qt.MouseButton.LeftButton, pos=QPoint(40, 10))
    qtbot.mouseMove(facts, QPoint(40, -30))
    qtbot.mouseMove(facts, end)
    with qtbot.waitSignal(queue.moved) as told:
        qtbot.mouseRelease(facts, Qt.MouseButton.LeftButton, pos=end)
    assert told.args == ["e", 1]
    with qtbot.assertNotEmitted(queue.moved):
        qtbot.mouseClick(facts, Qt.MouseButton.LeftButton)


def test_focus_goes_with_the_download_and_to_a_neighbour(
    queue: DownloadQueue, qtbot: QtBot
) -> None:
    rows = some_downloads()
    show(queue, qtbot, rows)
    row(queue, "d").action.setFocus()
    queue.set_rows([rows[3], *rows[:3], *rows[4:]])
    assert row(queue, "d").action.hasFocus()
    assert row(queue, "d").y() == 0 or queue.findChild(DownloadList).place_at(0, "d") == 0
    queue.set_rows([*rows[:3], *rows[4:]])
    assert row(queue, "a").action.hasFocus()
    queue.set_rows([])
    assert QApplication.focusWidget().objectName() == "placeholder.models.downloads.find"


def test_in_a_narrow_window_the_buttons_go_below(queue: DownloadQueue, qtbot: QtBot) -> None:
    show(queue, qtbot, some_downloads())
    view = row(queue, "a")
    qtbot.waitUntil(lambda: view.action.x() > view.facts.geometry().right())
    queue.resize(440, 600)
    qtbot.waitUntil(lambda: view.action.y() > view.facts.geometry().bottom())
    assert view.cancel.geometry().right() <= view.width()


def test_finished_rows_are_cleared_together(queue: DownloadQueue, qtbot: QtBot) -> None:
    rows = some_downloads()
    done = [replace(rows[0], state="done"), *rows[1:]]
    show(queue, qtbot, done)
    told: list[str] = []
    queue.dismiss_requested.connect(told.append)
    click(qtbot, queue.findChild(QPushButton, "models.downloads.clear"))
    assert told == ["a", "f"]
    queue.set_rows(rows[:2])
    assert not queue.findChild(QPushButton, "models.downloads.clear").isVisible()


def test_everything_to_press_has_a_name(queue: DownloadQueue, qtbot: QtBot) -> None:
    show(queue, qtbot, some_downloads())
    row(queue, "a").cancel.click()
    for button in queue.findChildren(QAbstractButton):
        if button.isVisible():
            assert button.objectName().startswith("models.downloads")
            assert button.accessibleName()
    assert row(queue, "d").action.accessibleName() == "Resume Phi-4 mini"
    assert row(queue, "d").findChild(QToolButton, "models.downloads.up").accessibleName() == (
        "Move Phi-4 mini up"
    )


def feed(queue: DownloadQueue, qtbot: QtBot, steps: int) -> None:
    """Feed the queue as the wiring does: ten times a second."""
    fed = [0]

    def once() -> None:
        fed[0] += 1
        queue.set_rows(many_downloads(fed[0]))

    timer = QTimer(interval=100)
    timer.timeout.connect(once)
    timer.start()
    qtbot.waitUntil(lambda: fed[0] >= steps, timeout=20_000)
    timer.stop()


def test_fifty_rows_ten_times_a_second_make_no_widget_anew(
    queue: DownloadQueue, qtbot: QtBot
) -> None:
    bar = queue.findChild(DownloadList).verticalScrollBar()
    show(queue, qtbot, many_downloads(0))
    row(queue, "id30").action.setFocus()
    bar.setValue(1_500)
    at, view = bar.value(), row(queue, "id30")
    widgets = set(queue.findChildren(QWidget))
    feed(queue, qtbot, 8)
    assert bar.value() == at > 0
    assert row(queue, "id30") is view
    assert view.action.hasFocus()
    assert set(queue.findChildren(QWidget)) == widgets
