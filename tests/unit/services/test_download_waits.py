"""Waits of downloads: over when the clock says so, whoever moved it."""

from __future__ import annotations

import time

import pytest
from pytestqt.qtbot import QtBot

from benchtop.domain.downloads import Wait
from benchtop.services import download_waits
from benchtop.services.download_waits import Waits

FILE = "", "org/m", "sum"


def test_a_wait_with_a_time_ends_by_itself(qtbot: QtBot) -> None:
    waits = Waits()
    with qtbot.waitSignal(waits.over) as told:
        waits.put("a", Wait("hub", time.time() + 0.05), FILE)
        assert waits.ids == {"a"}
    assert told.args == ["a"]
    assert waits.of("a") is None


def test_a_computer_that_slept_looks_at_the_clock(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The timer of an hour stood still; its next look finds that the hour is over."""
    monkeypatch.setattr(download_waits, "LOOK_MS", 10)
    began = time.time()
    waits = Waits()
    waits.put("a", Wait("hub", began + 3_600), FILE)
    with qtbot.waitSignal(waits.over):
        monkeypatch.setattr(time, "time", lambda: began + 3_601)


def test_a_clock_set_back_makes_nobody_wait_longer(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download_waits, "LOOK_MS", 10)
    began = time.time()
    waits = Waits()
    with qtbot.waitSignal(waits.over):
        waits.put("a", Wait("hub", began + 0.1), FILE)
        monkeypatch.setattr(time, "time", lambda: began - 86_400)


def test_a_wait_that_was_ended_or_replaced_tells_nothing(qtbot: QtBot) -> None:
    waits = Waits()
    told: list[str] = []
    waits.over.connect(told.append)
    waits.put("a", Wait("hub", time.time() + 0.01), FILE)
    waits.end("a")
    waits.put("b", Wait("hub", time.time() + 0.01), FILE)
    later = Wait("hub", time.time() + 3_600)
    waits.put("b", later, FILE)
    with qtbot.waitSignal(waits.over) as last:
        waits.put("c", Wait("elsewhere", time.time() + 0.2), FILE)
    assert last.args == ["c"]
    assert told == ["c"]
    assert waits.of("b") is later
    assert waits.ids == {"b"}  # and "c" may begin, but says what it waited for until it gets on
    assert waits.of("c") is not None
    assert waits.end("c")
    assert not waits.end("c")


def test_a_shared_file_that_is_free_is_waited_for_no_more() -> None:
    waits = Waits()
    other = "", "org/m", "another"
    waits.put("a", Wait("shared"), FILE)
    waits.put("b", Wait("shared"), other)
    waits.note("c", Wait("again"))
    assert waits.ids == {"a", "b"}  # what is tried again keeps its place
    waits.shared_over(lambda file: file == FILE)
    assert waits.ids == {"b"}
