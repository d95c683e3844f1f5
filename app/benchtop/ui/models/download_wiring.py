"""What the queue of downloads does, here and in the status bar."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, QUrl
from PySide6.QtGui import QDesktopServices

from benchtop.domain.downloads import Download
from benchtop.domain.models import ModelFile, bytes_text
from benchtop.services.hub_services import HubServices
from benchtop.ui.main_window import MainWindow
from benchtop.ui.models.download_queue import DownloadQueue
from benchtop.ui.models.row_making import download_row

REFRESH_MS = 200
JOB = "downloads"


class DownloadNotices(QObject):
    """Tells of downloads while the page is not on show: a job in the status bar, a notice at the end."""

    def __init__(
        self, window: MainWindow, services: HubServices, use: Callable[[str], object]
    ) -> None:
        super().__init__(window)
        self._window = window
        self._downloads = services.downloads
        self._use = use
        self._downloads.changed.connect(lambda _queue: self._show())
        self._downloads.progressed.connect(lambda *_: self._show())
        self._downloads.failed.connect(self._failed)
        services.models.arrived.connect(self._arrived)

    def _show(self) -> None:
        queue = [d for d in self._downloads.queue if d.state in ("queued", "running")]
        if not queue:
            self._window.status.end_job(JOB)
            return
        done, total = sum(d.done_bytes for d in queue), sum(d.total_bytes for d in queue)
        words = queue[0].name if len(queue) == 1 else self.tr("{n} downloads").format(n=len(queue))
        self._window.status.set_job(JOB, words, done / total if total else None)

    def _failed(self, download: Download) -> None:
        self._window.info_bar.post("error", download.error)

    def _arrived(self, model: ModelFile) -> None:
        words = self.tr("{name} is here: {size}, checked.")
        if model.source != "hub":
            words = self.tr("{name} is on the list now: {size}; its file stays where it is.")
        text = words.format(name=model.name, size=bytes_text(model.bytes))
        model_id = model.id
        self._window.info_bar.post(
            "info", text, self.tr("Chat with it"), lambda: self._use(model_id)
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
        self._soon = QTimer(self, singleShot=True, interval=REFRESH_MS)
        self._soon.timeout.connect(self._show)
        self._downloads.changed.connect(lambda _queue: self._show())
        self._downloads.progressed.connect(self._progressed)
        view.pause_requested.connect(self._downloads.pause)
        view.resume_requested.connect(self._downloads.resume)
        view.retry_requested.connect(self._downloads.resume)
        view.cancel_requested.connect(lambda i, keep: self._downloads.cancel(i, keep=keep))
        view.dismiss_requested.connect(lambda i: self._downloads.cancel(i, keep=True))
        view.moved.connect(self._downloads.move)
        view.reveal_requested.connect(self._reveal)
        self._show()

    def _reveal(self, download_id: str) -> None:
        folder = self._downloads.folder_of(download_id)
        if folder is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))

    def _progressed(self, download_id: str, _done: int, speed: float) -> None:
        self._speeds[download_id] = speed
        if not self._soon.isActive():
            self._soon.start()

    def _show(self) -> None:
        queue = self._downloads.queue
        self._view.set_rows([download_row(d, self._speeds.get(d.id, 0.0)) for d in queue])
        self._count(sum(d.state != "done" for d in queue))
