"""A suite that is run, in the status bar: it goes on whatever page is on show."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from benchtop.services.suite_progress import SuiteProgress
from benchtop.ui.main_window import MainWindow

JOB = "suite"
REFRESH_MS = 200


class SuitesJob(QObject):
    """``show`` is called when a person presses the job."""

    def __init__(
        self, window: MainWindow, progress: SuiteProgress, show: Callable[[], object]
    ) -> None:
        super().__init__(window)
        self._status, self._progress = window.status, progress
        self._soon = QTimer(self, singleShot=True, interval=REFRESH_MS)
        self._soon.timeout.connect(self._show)
        progress.changed.connect(lambda: self._soon.isActive() or self._soon.start())
        window.status.job_clicked.connect(lambda job: show() if job == JOB else None)

    def _show(self) -> None:
        run = self._progress.run
        if run is None:
            self._status.end_job(JOB)
            return
        done, total = self._progress.done, self._progress.total
        words = self.tr("{name}: {done} of {total} replies")
        text = words.format(name=run.suite.name, done=f"{done:,}", total=f"{total:,}")
        self._status.set_job(JOB, text, done / total if total else None)
