"""Finding models in the whole window, against a local Hub: what is said, and what is downloaded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from benchtop.bootstrap import Program
from benchtop.domain.memory import FreeMemory
from benchtop.domain.models import ModelFile
from benchtop.resources import starter_model
from benchtop.ui.models.choice_line import ChoiceLine
from benchtop.ui.models.discover_order import Outlook
from benchtop.ui.models.discover_page import DiscoverPage
from benchtop.ui.models.discover_rows import ChoiceRows
from benchtop.ui.models.models_page import ModelsPage
from benchtop.ui.models.rows import CardRow, ChoiceRow, FitRow
from local_hub.faults import Refuse
from local_hub.fixtures import hub
from local_hub.hub import LocalHub
from local_hub.repository import Repository
from ui.window.conftest import WAIT_MS, StartWindow, wait_ready
from workers.hub_kit import point_at

__all__ = ["hub"]

REPO = "org/owl-GGUF"
GB = 1_000_000_000
FACTS = {"total": 3_672_320, "architecture": "llama", "context_length": 1_024}


@pytest.fixture
def online(
    qtbot: QtBot,
    start: StartWindow,
    hub: LocalHub,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Program:
    """A window that may ask a local Hub."""
    point_at(hub, tmp_path / "hf", monkeypatch)
    program = start()
    wait_ready(qtbot, program)
    program.settings.set("offline", False)
    return program


@pytest.fixture
def page(online: Program) -> DiscoverPage:
    """Where models are found, on show."""
    online.window.go_to("models")
    models = online.window.page("models")
    assert isinstance(models, ModelsPage)
    models.show_tab("discover")
    return models.discover


@pytest.fixture
def until(qtbot: QtBot) -> Callable[[Callable[[], object]], None]:
    """Waits for something."""
    return lambda condition: qtbot.waitUntil(lambda: bool(condition()), timeout=WAIT_MS)


Until = Callable[[Callable[[], object]], None]


def line(page: DiscoverPage, key: str) -> ChoiceLine:
    return next(one for one in page.repository.table.lines if one.row.key == key)


def starter(more: int = 0) -> bytes:
    """The starter's bytes, and so many that make it another file."""
    return starter_model().read_bytes() + bytes(more)


def test_the_projector_is_fetched_only_for_who_wants_it(
    qtbot: QtBot, online: Program, page: DiscoverPage, hub: LocalHub, until: Until
) -> None:
    files = {"owl-Q4_0.gguf": starter(1), "owl-Q8_0.gguf": starter(2), "mmproj-F16.gguf": b"GGUF"}
    hub.add(Repository(REPO, files, gguf=FACTS))
    page.cards.card_opened.emit(REPO)
    until(lambda: page.repository.table.lines)
    for key, wanted in (("owl-Q4_0.gguf", False), ("owl-Q8_0.gguf", True)):
        chosen = line(page, key)
        assert not chosen.projector.isChecked()
        chosen.projector.setChecked(wanted)
        qtbot.mouseClick(chosen.button, Qt.MouseButton.LeftButton)
        until(lambda key=key: line(page, key).row.state == "here")
    fetched = {d.files[0].path: len(d.files) for d in online.hub.downloads.queue}
    assert fetched == {"owl-Q4_0.gguf": 1, "owl-Q8_0.gguf": 2}


def test_a_card_that_could_not_be_read_says_why(
    page: DiscoverPage, hub: LocalHub, until: Until
) -> None:
    hub.add(Repository(REPO, {"owl-Q8_0.gguf": starter(1)}, card="# Owl"))
    hub.fault("*README.md*", Refuse(503))
    page.cards.card_opened.emit(REPO)
    state = page.repository.findChild(QLabel, "models.repository.card_state")
    until(lambda: "503" in state.text())
    page.cards.card_opened.emit(REPO)
    until(lambda: page.repository.card.segments)
    assert not state.isVisible()


def test_a_rough_guess_says_why_it_is_one(page: DiscoverPage, hub: LocalHub, until: Until) -> None:
    files = {"bad-Q8_0.gguf": b"no model at all", "owl-Q8_0.gguf": starter(1)}
    hub.add(Repository(REPO, files, gguf=FACTS))
    page.cards.card_opened.emit(REPO)
    until(lambda: page.repository.table.lines)
    until(lambda: "could not be read" in line(page, "bad-Q8_0.gguf").fit.toolTip())
    assert "bad-Q8_0.gguf" in line(page, "bad-Q8_0.gguf").fit.toolTip()
    until(lambda: not line(page, "owl-Q8_0.gguf").row.fit.rough)
    assert "open it" not in line(page, "bad-Q8_0.gguf").fit.toolTip()


def test_progress_makes_only_those_rows_anew_that_changed(
    online: Program, page: DiscoverPage, hub: LocalHub, until: Until
) -> None:
    hub.add(Repository(REPO, {f"m{n:02}-Q8_0.gguf": starter(n + 1) for n in range(20)}))
    rows = page.findChild(ChoiceRows)
    told: list[list[ChoiceRow]] = []
    with_headers: list[str] = []
    online.hub.browser.shape_read.connect(lambda _repo, base, _shape: with_headers.append(base))
    page.cards.card_opened.emit(REPO)
    until(lambda: len(with_headers) == 8)
    rows.made.connect(told.append)
    online.settings.set("offline", True)  # it stays in the queue
    page.repository.download_requested.emit("m03-Q8_0.gguf")
    before = page.repository.table.lines[0].row
    until(lambda: line(page, "m03-Q8_0.gguf").row.state == "downloading")
    assert page.repository.table.lines[0].row is before
    assert [row.state for row in told[-1]].count("downloading") == 1


def test_the_catalogue_shows_first_what_can_be_read_along_with(online: Program) -> None:
    services = online.hub
    outlook, easy = Outlook(services), FitRow("easy")
    sizes = {"small": GB // 2, "middle": GB, "large": 4 * GB, "huge": 8 * GB}
    cards = [
        CardRow(name, name, bytes=size, parameters=size, fit=easy) for name, size in sizes.items()
    ]
    cards += [
        CardRow("tight", "tight", bytes=GB, parameters=GB, fit=FitRow("tight")),
        CardRow("none", "none", bytes=9 * GB, parameters=9 * GB, fit=FitRow("no")),
        CardRow("words", "words", embedding=True, bytes=GB, parameters=GB, fit=easy),
        CardRow("gpu", "gpu", bytes=6 * GB, parameters=6 * GB, fit=FitRow("fits", where="A GPU")),
    ]

    def order() -> list[str]:
        return [card.id for card in sorted(cards, key=outlook.rank)]

    assert outlook.bandwidth == 0
    unknown = ["gpu", "middle", "small", "large", "huge", "tight", "none", "words"]
    assert order() == unknown  # 10 GB a second are assumed
    outlook.bandwidth = 22 * GB
    assert order() == ["gpu", "large", *unknown[1:3], "huge", *unknown[5:]]
    outlook.bandwidth = 50 * GB
    assert order()[:4] == ["huge", "gpu", "large", "middle"]


def test_a_speed_is_told_once_a_model_of_some_size_wrote_here(
    online: Program, until: Until
) -> None:
    services, fit = online.hub, FitRow("easy")
    assert Outlook(services).shown_speed(GB, fit) == 0.0
    model = ModelFile(id="owl", name="Owl", path="/owl.gguf", bytes=2 * GB)

    def write(store: object) -> None:
        loads = store.loads  # type: ignore[attr-defined]
        loads.record("owl", "llama", 1.0, context=512, predicted=1, measured=1)
        loads.add_speed("owl", 1.0, 6.0)
        loads.record("owl", "llama", 2.0, context=512, predicted=1, measured=1)

    services.judge._store.run(write)
    services.judge.load()
    until(lambda: services.judge.bandwidth([model]) == 12 * GB)
    outlook = Outlook(services)
    outlook.bandwidth = services.judge.bandwidth([model])
    assert outlook.shown_speed(GB, fit) == 12.0
    assert outlook.shown_speed(GB, replace(fit, where="A GPU")) == 0.0
    assert outlook.shown_speed(4_000_000, fit) == 0.0  # it lives in the cache
    assert services.judge.bandwidth([replace(model, bytes=4_000_000)]) == 0.0


def test_the_memory_of_the_machine_is_told_with_each_verdict(
    online: Program, page: DiscoverPage
) -> None:
    free: FreeMemory = online.hub.judge.free()
    totals = {card.fit.total for card in page.cards.cards()}
    assert len(totals) == 1
    assert totals.pop() > free.machine
    for card in page.cards.cards():
        assert card.bytes
        assert card.quantisation
        assert card.catalogue is not None
        assert card.catalogue.card.startswith("https://")
