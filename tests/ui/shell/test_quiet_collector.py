"""Garbage is collected when nobody waits: real garbage, and a clock of the test's own."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QWindow
from PySide6.QtWidgets import QApplication

from benchtop.ui.quiet_collector import AWAY, CALM, DUE, OVERDUE, QuietCollector


class Ring:
    """Something that only a collection of cycles frees."""

    def __init__(self) -> None:
        self.self = self


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def window(qapp: QApplication) -> QWindow:
    return QWindow()


@pytest.fixture
def collector(window: QWindow, clock: Clock) -> Iterator[QuietCollector]:
    gc.collect()  # a process with much in it puts its own off, and may be overdue
    before = gc.get_threshold(), gc.isenabled()
    made = QuietCollector(window, clock=clock)
    yield made
    made.close()
    assert (gc.get_threshold(), gc.isenabled()) == before


def old_garbage() -> weakref.ref[Ring]:
    """A ring that has outlived the young generations, and so is Python's to collect last."""
    ring = Ring()
    seen = weakref.ref(ring)
    gc.collect(0)
    gc.collect(1)
    del ring
    return seen


def make_due(times: int) -> None:
    for _ in range(times):
        gc.collect(1)


def press_a_key(window: QObject) -> None:
    key = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_A, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(window, key)


def test_python_itself_leaves_the_oldest_generation_alone(collector: QuietCollector) -> None:
    seen = old_garbage()
    kept = [[] for _ in range(200_000)]  # many collections of the young ones
    assert seen() is not None
    assert gc.get_count()[2] > 0
    del kept


def test_it_collects_when_it_is_due_and_nobody_types(
    collector: QuietCollector, clock: Clock, window: QWindow
) -> None:
    seen = old_garbage()
    make_due(DUE)
    press_a_key(window)
    clock.now += CALM / 2
    collector.look()
    assert seen() is not None, "somebody types"
    clock.now += CALM
    collector.look()
    assert seen() is None
    assert gc.get_freeze_count() > 0, "what survived is not looked at again"


def test_it_does_not_collect_for_nothing(collector: QuietCollector, clock: Clock) -> None:
    gc.collect()
    seen = old_garbage()
    clock.now += 2 * CALM
    collector.look()
    assert seen() is not None


def test_memory_matters_more_than_a_halt_in_the_end(
    collector: QuietCollector, window: QWindow
) -> None:
    seen = old_garbage()
    make_due(OVERDUE)
    press_a_key(window)
    collector.look()
    assert seen() is None


def test_what_was_set_aside_is_collected_when_everybody_is_away(
    collector: QuietCollector, clock: Clock, window: QWindow
) -> None:
    ring = Ring()
    seen = weakref.ref(ring)
    make_due(DUE)
    clock.now += 2 * CALM
    collector.look()  # sets the ring aside, which is in use
    del ring
    make_due(DUE)
    press_a_key(window)
    clock.now += 2 * CALM
    collector.look()
    assert seen() is not None, "set aside"
    clock.now += AWAY
    collector.look()
    assert seen() is None
