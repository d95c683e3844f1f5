"""The Downloads tab in the whole window: offline in the middle of a download, and online again."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QPushButton
from pytestqt.qtbot import QtBot

from benchtop.bootstrap import Program
from local_hub.body_faults import Stall
from local_hub.fixtures import hub
from local_hub.hub import LocalHub
from local_hub.repository import Repository
from ui.window.conftest import WAIT_MS
from ui.window.test_models_page import REPO, models_page, online, until

__all__ = ["hub", "online"]


def test_offline_in_the_middle_says_so_and_goes_online_from_there(
    qtbot: QtBot, online: Program, hub: LocalHub
) -> None:
    page, downloads = models_page(online), online.hub.downloads
    page.show_tab("downloads")
    browser = online.hub.browser
    with (
        qtbot.waitSignal(browser.shape_read, timeout=WAIT_MS),  # faults are for what comes then
        qtbot.waitSignal(browser.opened, timeout=WAIT_MS) as opened,
    ):
        browser.open(REPO)
    repository, (choice, *_) = opened.args
    stall = Stall(after=2_000_000)
    hub.fault("*owl-Q8_0.gguf*", stall)
    downloads.add(repository, choice)

    def jobs() -> list[QAbstractButton]:
        found = online.window.status.findChildren(QAbstractButton, "status.job.downloads")
        return [job for job in found if job.isVisible()]

    until(qtbot, lambda: downloads.queue[0].done_bytes > 1_000_000)
    assert jobs()
    online.settings.set("offline", True)
    until(qtbot, lambda: downloads.queue[0].state == "queued")
    until(qtbot, lambda: not jobs())
    (row,) = page.downloads.rows
    assert row.wait is not None
    assert row.wait.reason == "offline"
    assert row.done_bytes > 1_000_000
    button = page.downloads.findChild(QPushButton, "models.downloads.offline.go_online")
    assert button.isVisible()
    stall.released.set()
    with qtbot.waitSignal(online.models.arrived, timeout=WAIT_MS):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert not online.settings.offline
    assert not button.isVisible()


def test_what_is_no_model_is_told_on_its_row(qtbot: QtBot, hub: LocalHub, online: Program) -> None:
    hub.add(Repository("maker/words-GGUF", {"words-Q8_0.gguf": b"words " * 1_000}))
    page, downloads = models_page(online), online.hub.downloads
    page.show_tab("downloads")
    with qtbot.waitSignal(online.hub.browser.opened, timeout=WAIT_MS) as opened:
        online.hub.browser.open("maker/words-GGUF")
    repository, (choice, *_) = opened.args
    with qtbot.waitSignal(downloads.failed, timeout=WAIT_MS):
        downloads.add(repository, choice)
    until(qtbot, lambda: [row.state for row in page.downloads.rows] == ["failed"])
    (row,) = page.downloads.rows
    assert "maker/words-GGUF/words-Q8_0.gguf is what the Hub has" in row.error
    assert "it is not in the GGUF format" in row.error
    assert [model.source for model in online.models.models] == ["starter"]
