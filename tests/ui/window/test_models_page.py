"""The Models page in the whole window, against a local Hub: find, download, and chat with it."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from benchtop.bootstrap import Program
from benchtop.resources import starter_model
from benchtop.services.file_check import Reading
from benchtop.store.database import open_store
from benchtop.ui.models.choice_table import ChoiceTable
from benchtop.ui.models.models_page import ModelsPage
from local_hub.body_faults import Cut, Stall
from local_hub.fixtures import hub
from local_hub.hub import LocalHub
from local_hub.repository import Repository
from ui.window.conftest import WAIT_MS, StartWindow, wait_ready
from workers.hub_kit import point_at

__all__ = ["hub"]

REPO = "org/owl-GGUF"


@pytest.fixture
def online(
    qtbot: QtBot,
    start: StartWindow,
    hub: LocalHub,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Program:
    """A window that may ask a local Hub, which has one model: a copy of the starter."""
    point_at(hub, tmp_path / "hf", monkeypatch)
    hub.add(owl())
    program = start()
    wait_ready(qtbot, program)
    program.settings.set("offline", False)
    return program


def owl() -> Repository:
    """A repository whose model is a copy of the starter."""
    facts = {"total": 3_672_320, "architecture": "llama", "context_length": 1_024}
    content = {"owl-Q8_0.gguf": starter_model().read_bytes()}
    return Repository(REPO, content, licence="mit", card="# Owl\n\nReads at night.", gguf=facts)


def until(qtbot: QtBot, condition: object) -> None:
    qtbot.waitUntil(lambda: bool(condition()), timeout=WAIT_MS)  # type: ignore[operator]


def models_page(program: Program) -> ModelsPage:
    program.window.go_to("models")
    page = program.window.page("models")
    assert isinstance(page, ModelsPage)
    return page


def test_a_model_is_found_downloaded_through_everything_checked_and_chatted_with(
    qtbot: QtBot, online: Program, hub: LocalHub
) -> None:
    page = models_page(online)
    page.show_tab("discover")
    cards = page.discover.cards
    cards.focus_search()
    qtbot.keyClicks(cards.focusWidget(), "owl")
    until(qtbot, lambda: [card.id for card in cards.cards()] == [REPO])
    with qtbot.waitSignal(online.hub.browser.shape_read, timeout=WAIT_MS):
        cards.card_opened.emit(REPO)
    stall = Stall(after=600_000)
    for fault in (Cut(after=900_000), Cut(after=700_000), stall):
        hub.fault("*owl-Q8_0.gguf*", fault)
    with qtbot.waitSignal(online.models.arrived, timeout=WAIT_MS) as told:
        page.discover.repository.download_requested.emit("owl-Q8_0.gguf")
        until(qtbot, stall.reached.is_set)
        os.kill(online.hub.hub.pid, signal.SIGKILL)
        stall.released.set()
    model = told.args[0]
    assert hub.bytes_sent(f"{REPO}/owl-Q8_0.gguf") < starter_model().stat().st_size + 1_500_000
    assert (model.source, model.repo, model.licence) == ("hub", REPO, "MIT")
    assert online.session.model != model  # nobody chose it
    (notice,) = online.window.info_bar.notices()
    assert "is here" in notice.text
    with qtbot.waitSignal(online.hub.checker.checked, timeout=WAIT_MS) as checked:
        page.library.verify_requested.emit(model.id)
    assert checked.args == [model, Reading("read", (model.sha256,))]
    page.library.use_requested.emit(model.id)
    until(qtbot, lambda: online.engine.is_ready(model))
    with qtbot.waitSignal(online.session.reply_ended, timeout=WAIT_MS) as ended:
        online.session.send("Tell me a story about an owl in the library.")
    assert ended.args[0].state == "complete"
    until(qtbot, lambda: online.hub.judge.last_load(model.id).tokens_per_second)
    load = online.hub.judge.last_load(model.id)
    assert load is not None
    assert load.measured > load.predicted > 0


def test_a_newer_file_on_the_hub_is_marked_when_asked_for_and_not_before(
    qtbot: QtBot, online: Program, hub: LocalHub
) -> None:
    page = models_page(online)
    page.show_tab("discover")
    with qtbot.waitSignal(online.hub.browser.shape_read, timeout=WAIT_MS):
        page.discover.cards.card_opened.emit(REPO)
    with qtbot.waitSignal(online.models.arrived, timeout=WAIT_MS) as told:
        page.discover.repository.download_requested.emit("owl-Q8_0.gguf")
    model = told.args[0]
    page.show_tab("library")
    with qtbot.waitSignal(online.hub.newer.ended, timeout=WAIT_MS) as ended:
        page.library.newer_wanted.emit()
    assert ended.args == [0, None, True]
    changed = starter_model().read_bytes() + b"more"
    hub.add(owl()).commit({"owl-Q8_0.gguf": changed})
    asked = len(hub.requests)
    page.show_tab("discover")
    page.show_tab("library")
    assert len(hub.requests) == asked
    with qtbot.waitSignal(online.hub.newer.ended, timeout=WAIT_MS) as ended:
        page.library.newer_wanted.emit()
    assert ended.args == [1, None, True]
    with open_store(online.folder.database) as store:
        assert store.connections.newest(1)[0].purpose == "updates"
    assert online.models.by_id(model.id).newer  # type: ignore[union-attr]
    with qtbot.waitSignal(online.hub.browser.opened, timeout=WAIT_MS):
        page.library.newer_requested.emit(model.id)
    until(qtbot, lambda: page.discover.repository.repository_id == REPO)
    table = page.discover.repository.findChild(ChoiceTable)
    assert table is not None
    until(qtbot, lambda: table.lines)
    assert table.lines[0].row.state == "absent"  # what is here is the older one


def test_what_another_program_has_is_used_where_it_lies(
    qtbot: QtBot, online: Program, hub: LocalHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    place = tmp_path / ".lmstudio" / "models" / "me" / "mine" / "owl.gguf"
    place.parent.mkdir(parents=True)
    place.write_bytes(starter_model().read_bytes())
    page = models_page(online)
    page.show_tab("discover")
    with qtbot.waitSignal(online.hub.browser.shape_read, timeout=WAIT_MS):
        page.discover.cards.card_opened.emit(REPO)
    hub.forget_requests()
    with qtbot.waitSignal(online.models.arrived, timeout=WAIT_MS) as told:
        page.discover.repository.download_requested.emit("owl-Q8_0.gguf")
    assert told.args[0].path == str(place)
    assert hub.requests == []
    assert online.hub.downloads.queue == []
    table = page.discover.repository.findChild(ChoiceTable)
    assert table is not None
    until(qtbot, lambda: table.lines[0].row.state == "here")


def test_offline_the_catalogue_stands_and_nothing_is_asked(
    qtbot: QtBot, online: Program, hub: LocalHub
) -> None:
    online.settings.set("offline", True)
    page = models_page(online)
    page.show_tab("discover")
    cards = page.discover.cards
    assert len(cards.cards()) > 20
    assert cards.offline
    cards.card_opened.emit(cards.cards()[0].id)
    until(qtbot, lambda: "Benchtop is offline" in shown_words(page))
    page.show_tab("connections")
    until(qtbot, lambda: page.ledger.findChildren(object))
    assert hub.requests == []
    assert online.hub.hub.pid == 0


def shown_words(page: ModelsPage) -> str:
    from PySide6.QtWidgets import QLabel

    return " ".join(label.text() for label in page.discover.findChildren(QLabel))


def test_no_connection_is_made_by_starting(online: Program, hub: LocalHub) -> None:
    models_page(online)
    assert hub.requests == []
    assert online.hub.hub.pid == 0


def started_again(
    qtbot: QtBot, online: Program, start: StartWindow, hub: LocalHub, *, offline: bool
) -> Program:
    """With a model of the Hub on the list, and newer ones to be looked for at the start."""
    with qtbot.waitSignal(online.models.arrived, timeout=WAIT_MS):
        online.hub.browser.opened.connect(
            lambda repository, choices: online.hub.downloads.add(repository, choices[0])
        )
        online.hub.browser.open(REPO)
    online.settings.set("check_revisions", True)
    online.settings.set("offline", offline)
    online.window.close()
    hub.forget_requests()
    return start()


def test_newer_files_are_looked_for_at_the_start_where_that_is_wished(
    qtbot: QtBot, online: Program, start: StartWindow, hub: LocalHub
) -> None:
    following = started_again(qtbot, online, start, hub, offline=False)
    with qtbot.waitSignal(following.hub.newer.ended, timeout=WAIT_MS):
        wait_ready(qtbot, following)
    (request,) = hub.requests
    assert REPO in request.path
    assert "newer" not in " ".join(n.text for n in following.window.info_bar.notices())
    hub.add(owl()).commit({"owl-Q8_0.gguf": starter_model().read_bytes() + b"more"})
    following.hub.newer.check_all(wanted=False)  # told without the Models page being there
    until(qtbot, lambda: any("newer file" in n.text for n in following.window.info_bar.notices()))


def test_offline_nothing_is_looked_for_at_the_start(
    qtbot: QtBot, online: Program, start: StartWindow, hub: LocalHub
) -> None:
    following = started_again(qtbot, online, start, hub, offline=True)
    wait_ready(qtbot, following)
    read: list[object] = []
    following.models.after_refresh(read.append)
    until(qtbot, lambda: read)
    assert hub.requests == []
    assert following.hub.hub.pid == 0
