"""Looking for models on a thread: what is found comes to the thread that asked."""

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication
from pytestqt.qtbot import QtBot

from benchtop.services.local_model_finder import LocalModelFinder
from benchtop.services.local_models import LocalModel
from benchtop.services.local_places import LM_STUDIO, Place
from unit.services.local_layouts import model_bytes, put


@pytest.fixture
def finder(qapp: object) -> Iterator[LocalModelFinder]:
    made = LocalModelFinder()
    yield made
    made.close()


@pytest.fixture
def places(tmp_path: Path) -> list[Place]:
    for number in range(3):
        put(tmp_path / "models" / f"m{number}.gguf", model_bytes(str(number)))
    return [Place(LM_STUDIO, tmp_path / "models", "publisher")]


class HeldUp:
    """A place in the search where it waits until it is let go."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.reached, self.go_on = threading.Event(), threading.Event()
        scandir = os.scandir

        def wait(path: Path) -> object:
            if threading.current_thread().name == "local-models":
                self.reached.set()
                assert self.go_on.wait(30)
            return scandir(path)

        monkeypatch.setattr(os, "scandir", wait)


def test_models_come_on_the_thread_that_asked(
    finder: LocalModelFinder, places: list[Place], qtbot: QtBot
) -> None:
    seen: list[tuple[str, threading.Thread]] = []
    finder.found.connect(lambda model: seen.append((model.name, threading.current_thread())))
    for _ in range(2):  # it can be asked again
        seen.clear()
        with qtbot.waitSignal(finder.ended) as ended:
            finder.start(places)
            finder.start(places)  # ignored: there is one under way
            assert finder.busy
        assert ended.args == [3]
        assert [name for name, _ in seen] == ["m0", "m1", "m2"]
        assert {thread for _, thread in seen} == {threading.main_thread()}
        assert not finder.busy


def test_a_cancelled_search_tells_nothing_more_and_another_may_begin(
    finder: LocalModelFinder, places: list[Place], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    held_up = HeldUp(monkeypatch)
    seen: list[LocalModel] = []
    counts: list[int] = []
    finder.found.connect(seen.append)
    finder.ended.connect(counts.append)
    finder.start(places)
    assert held_up.reached.wait(30)
    finder.cancel()
    assert (counts, finder.busy) == ([0], False)
    finder.start(places)
    held_up.go_on.set()
    qtbot.waitUntil(lambda: len(counts) == 2)
    assert counts == [0, 3]
    assert len(seen) == 3


def test_nothing_is_told_after_it_was_closed(
    finder: LocalModelFinder, places: list[Place], monkeypatch: pytest.MonkeyPatch
) -> None:
    held_up = HeldUp(monkeypatch)
    told: list[object] = []
    finder.found.connect(told.append)
    finder.ended.connect(told.append)
    finder.start(places)
    assert held_up.reached.wait(30)
    held_up.go_on.set()
    finder.close()
    QCoreApplication.processEvents()  # what the thread told is waiting here
    assert told == []


def test_without_places_it_looks_where_programs_keep_theirs(
    finder: LocalModelFinder, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    put(tmp_path / ".lmstudio/models/owner/name/tiny.gguf")
    with qtbot.waitSignal(finder.found) as found, qtbot.waitSignal(finder.ended):
        finder.start()
    assert found.args is not None
    assert found.args[0].name == "owner/name:tiny.gguf"
