"""The Models page of a real window: how soon a full library is there, and whether anything holds it up."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QAbstractScrollArea, QApplication

from bench.event_loop import wait_ms, wait_until
from bench.models_world import (
    BIG_CARD,
    BYTES_PER_SECOND,
    FOUND_CARDS,
    MANY,
    MODELS,
    TWO,
    fill_hub,
    fill_other_programs,
    fill_store,
    hub_process,
    page_of,
)
from benchtop.bootstrap import Program
from benchtop.services.data_folder import DataFolder
from benchtop.ui.application import make_application
from benchtop.ui.models.library_table import LibraryTable
from benchtop.ui.models.library_wiring import LibraryWiring
from benchtop.ui.models.rows import SearchWish
from heartbeat import Heartbeat

ROUNDS = 3


def library_open_ms(folder: DataFolder, repeat: int = 9) -> dict[str, float]:
    """From the wish to see "On this machine" to its 500 models painted, in milliseconds.

    ``library_open_ms`` is the median of openings from another page of the window, the list being read
    anew each time because something changed meanwhile; ``library_open_warm_ms`` where nothing did;
    ``library_open_first_ms`` the first one in this process, which imports and builds all four tabs.
    """
    fill_store(folder)
    program = _window(folder)
    try:
        first = _open(program)
        changed, warm = [], []
        for _ in range(repeat):
            program.window.show_page("chat")
            warm.append(_open(program))
            program.window.show_page("chat")
            program.models.changed.emit(program.models.models)  # as after an import
            changed.append(_open(program))
    finally:
        program.window.close()
    return {
        "library_open_ms": round(statistics.median(changed), 1),
        "library_open_warm_ms": round(statistics.median(warm), 1),
        "library_open_first_ms": round(first, 1),
    }


def _open(program: Program) -> float:
    """Show the library and paint it; in milliseconds."""
    began = time.perf_counter()
    program.window.go_to("models")
    page = page_of(program)
    page.show_tab("library")
    QApplication.processEvents()  # what was left for the moment it is shown
    wiring = page.library.findChild(LibraryWiring)
    while wiring.is_filling:
        QApplication.processEvents()
    table = page.library.findChild(LibraryTable)
    _paint(table)
    spent = (time.perf_counter() - began) * 1e3
    assert table.rows.rowCount() == MODELS + 1, "the starter is one more"
    wait_until(lambda: not program.hub.finder.busy)
    wait_ms(150)
    return spent


def _paint(view: QAbstractScrollArea) -> None:
    """Paint everything that waits to be painted, now."""
    QCoreApplication.sendPostedEvents(None, QEvent.Type.UpdateRequest.value)
    view.viewport().repaint()


def models_ui_stall_ms(folder: DataFolder) -> dict[str, Any]:
    """The longest that the window's thread was away from its event loop, in milliseconds: the worst of
    all things below, and each of them. Of three rounds the quickest: other programs only add time.

    The first opening, which makes the page, is told apart.
    """
    fill_store(folder)
    served, home = folder.root / "served", folder.root / "person"
    served.mkdir()
    home.mkdir()
    fill_hub(served)
    fill_other_programs(home)
    os.environ |= {"HOME": str(home), "HF_HOME": str(folder.root / "hf"), "NO_PROXY": "127.0.0.1"}
    with hub_process(served, BYTES_PER_SECOND) as endpoint:
        os.environ["HF_ENDPOINT"] = endpoint
        program = _window(folder)
        program.settings.set("offline", False)
        try:
            first = _stall(lambda: _open(program))
            rounds = [_round(program, number) for number in range(ROUNDS)]
        finally:
            program.window.close()
    best = {name: round(min(one[name] for one in rounds), 1) for name in rounds[0]}
    return {
        "models_ui_stall_ms": max(best.values()),
        "models_ui_stall_ms_steps": best | {"first opening": round(first, 1)},
    }


def _round(program: Program, number: int) -> dict[str, float]:
    steps: dict[str, Callable[[], object]] = {
        "500 models": lambda: _library(program),
        "30 cards": lambda: _search(program, "owl" + " " * number),
        "3,000 files": lambda: _repository(program, MANY),
        "card of 5 MB": lambda: _card(program),
        "two downloads, 5,000 lines": lambda: _downloads(program),
        "find-local": lambda: _find_local(program),
    }
    return {name: _stall(step) for name, step in steps.items()}


def _stall(step: Callable[[], object]) -> float:
    with Heartbeat() as heart:
        step()
        wait_ms(100)
    return heart.worst * 1e3


def _library(program: Program) -> None:
    program.window.show_page("chat")
    program.models.changed.emit(program.models.models)
    program.window.go_to("models")
    page_of(program).show_tab("library")
    wait_ms(300)


def _search(program: Program, words: str) -> None:
    page = page_of(program)
    page.show_tab("discover")
    page.discover.go_back()
    cards = page.discover.cards
    seen: list[object] = []
    connection = program.hub.browser.found.connect(lambda *told: seen.append(told))
    cards.search_requested.emit(SearchWish(words))
    wait_until(lambda: seen)
    program.hub.browser.found.disconnect(connection)
    found = seen[0][0]  # type: ignore[index]  # what the signal told
    assert len(found) == FOUND_CARDS, len(found)


def _repository(program: Program, repo: str) -> None:
    page = page_of(program)
    read: list[object] = []
    connection = program.hub.browser.shape_read.connect(lambda *told: read.append(told))
    page.discover.cards.card_opened.emit(repo)
    wait_until(lambda: read)
    wait_ms(400)  # the rows are made by and by
    program.hub.browser.shape_read.disconnect(connection)


def _card(program: Program) -> None:
    view = page_of(program).discover.repository
    _repository(program, BIG_CARD)
    wait_until(lambda: view.card.is_finished and view.card.segments)


def _downloads(program: Program) -> None:
    """Two files of 60 MB at once, while the ledger is looked at and then their queue."""
    page = page_of(program)
    downloads = program.hub.downloads
    _repository(program, TWO)
    done: list[object] = []
    connection = downloads.arrived.connect(lambda *told: done.append(told))
    for key in ("two-Q4_K_M.gguf", "two-Q8_0.gguf"):
        page.discover.repository.download_requested.emit(key)
    page.show_tab("connections")
    wait_ms(1_000)
    page.ledger.older_requested.emit()
    wait_ms(500)
    page.show_tab("downloads")
    wait_until(lambda: len(done) == 2)
    downloads.arrived.disconnect(connection)
    listed = {path for _one, paths in done for path in paths}  # type: ignore[misc]
    wait_until(lambda: listed <= {model.path for model in program.models.models})
    for download, _paths in done:  # type: ignore[misc]  # for the next round
        downloads.cancel(download.id)
    # Not on the window's thread: to delete 60 MB takes a while, and the window never does that here.
    with ThreadPoolExecutor(1) as other:
        gone = other.submit(_delete, [path for _one, paths in done for path in paths])  # type: ignore[misc]
        wait_until(gone.done)


def _delete(paths: list[str]) -> None:
    for path in paths:
        Path(path).resolve().unlink(missing_ok=True)
        Path(path).unlink(missing_ok=True)


def _find_local(program: Program) -> None:
    page = page_of(program)
    page.show_tab("library")
    program.hub.finder.start()
    wait_until(lambda: not program.hub.finder.busy)
    wait_ms(500)


def _window(folder: DataFolder) -> Program:
    """A window that is ready, its model loaded."""
    app = QApplication.instance() or make_application()
    assert isinstance(app, QApplication)
    program = Program(app, folder)
    program.show()
    wait_until(lambda: program.engine.state.facts is not None)
    wait_until(lambda: len(program.models.models) == MODELS + 1)
    return program
