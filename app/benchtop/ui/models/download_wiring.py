"""What the queue of downloads does, here and in the status bar."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, QUrl
from PySide6.QtGui import QDesktopServices

from benchtop.domain.downloads import Download
from benchtop.domain.models import ModelFile, bytes_text
from benchtop.services.hub_services import HubServices
from benchtop.ui.main_window import MainWindow
from benchtop.ui.models.download_queue import DownloadQueue
from benchtop.ui.models.models_page import Tab
from benchtop.ui.models.row_making import download_row
from benchtop.ui.widgets.info_bar import Group
from benchtop.ui.widgets.when_visible import WhenVisible

REFRESH_MS = 200
JOB = "downloads"
FAILED = "downloads.failed"
ARRIVED_MS = 60_000
"""How long it is said that a model is here; the list says it for good."""


class DownloadNotices(QObject):
    """Tells of downloads: a job in the status bar, a notice at the end.

    ``on_show`` says whether the rows, which tell of failures themselves, are; ``show`` opens a tab.
    """

    def __init__(
        self,
        window: MainWindow,
        services: HubServices,
        use: Callable[[str], object],
        *,
        on_show: Callable[[], bool],
        show: Callable[[Tab], object],
    ) -> None:
        super().__init__(window)
        self._window = window
        self._on_show, self._show_tab = on_show, show
        self._downloads = services.downloads
        self._use = use
        self._downloads.changed.connect(lambda _queue: self._show())
        self._soon = QTimer(self, singleShot=True, interval=REFRESH_MS)
        self._soon.timeout.connect(self._show)
        self._downloads.progressed.connect(lambda *_: self._soon.isActive() or self._soon.start())
        self._downloads.failed.connect(self._failed)
        services.models.arrived.connect(self._arrived)

    def _show(self) -> None:
        queue = [d for d in self._downloads.queue if d.state in ("queued", "running")]
        running = any(d.state == "running" for d in queue) and not self._downloads.offline
        if not running:  # the list itself says what is waited for
            self._window.status.end_job(JOB)
            return
        done, total = sum(d.done_bytes for d in queue), sum(d.total_bytes for d in queue)
        words = queue[0].name if len(queue) == 1 else self.tr("{n} downloads").format(n=len(queue))
        self._window.status.set_job(JOB, words, done / total if total else None)

    def _failed(self, download: Download) -> None:
        if self._on_show():
            return
        words, button = self.tr("{n} downloads could not be ended."), self.tr("Show them")
        show = partial(self._show_tab, "downloads")
        group = Group(FAILED, lambda n: words.format(n=n), button, show)
        self._window.info_bar.post("error", download.error, self.tr("Show it"), show, group=group)

    def _arrived(self, model: ModelFile) -> None:
        words = self.tr("{name} is here: {size}, checked.")
        if model.source != "hub":
            words = self.tr("{name} is on the list now: {size}; its file stays where it is.")
        text = words.format(name=model.name, size=bytes_text(model.bytes))
        model_id = model.id
        many, button = self.tr("{n} models are here now."), self.tr("Show them")
        show = partial(self._show_tab, "library")
        self._window.info_bar.post(
            "info",
            text,
            self.tr("Chat with it"),
            lambda: self._use(model_id),
            timeout_ms=ARRIVED_MS,
            group=Group("models.arrived", lambda n: many.format(n=n), button, show),
        )


class DownloadWiring(QObject):
    """Fills the list and does what it wishes."""

    def __init__(
        self, view: DownloadQueue, services: HubServices, count: Callable[[int], object]
    ) -> None:
        super().__init__(view)
        self._view = view
        self._count = count
        self._downloads = services.downloads
        self._speeds: dict[str, float] = {}
        self._soon = WhenVisible(view, self._show, REFRESH_MS)
        self._downloads.changed.connect(lambda _queue: self._changed())
        self._downloads.progressed.connect(self._progressed)
        view.pause_requested.connect(self._downloads.pause)
        view.resume_requested.connect(self._downloads.resume)
        view.retry_requested.connect(self._downloads.resume)
        view.cancel_requested.connect(lambda i, keep: self._downloads.cancel(i, keep=keep))
        view.dismiss_requested.connect(lambda i: self._downloads.cancel(i, keep=True))
        view.moved.connect(self._downloads.move)
        view.reveal_requested.connect(self._reveal)
        view.terms_requested.connect(self._show_terms)
        view.go_online_requested.connect(lambda: services.settings.set("offline", False))
        self._changed()

    def _reveal(self, download_id: str) -> None:
        def show(folder: Path) -> None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))

        self._downloads.folder_of(download_id, show)

    def _show_terms(self, download_id: str) -> None:
        row = next((row for row in self._view.rows if row.id == download_id), None)
        if row is not None:
            QDesktopServices.openUrl(QUrl(row.terms))

    def _progressed(self, download_id: str, _done: int, speed: float) -> None:
        self._speeds[download_id] = speed
        self._soon.ask()

    def _changed(self) -> None:
        self._count(sum(download.state != "done" for download in self._downloads.queue))
        if self._view.isVisible():
            self._show()  # a person who pressed a button sees it at once
        else:
            self._soon.ask()

    def _show(self) -> None:
        queue = self._downloads.queue
        wait, speeds = self._downloads.wait_of, self._speeds
        self._view.set_offline(self._downloads.offline)
        self._view.set_rows([download_row(d, speeds.get(d.id, 0.0), wait(d.id)) for d in queue])
