"""Run one request against one model from a command: load, ask, and stop on Ctrl+C."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from types import FrameType

from PySide6.QtCore import QCoreApplication, QTimer

from benchtop.domain.errors import BenchtopError, Interrupted
from benchtop.domain.models import ModelFile
from benchtop.protocol.messages import Answer, BenchmarkDone, Finished, Loaded, Rendered
from benchtop.services.data_folder import DataFolder
from benchtop.services.engine_worker import Asked, EngineWorker, LoadOptions
from benchtop.services.settings import SettingsKeeper
from benchtop.services.thread_memory import recall_threads, remember_threads

_LAST = (Finished, Rendered, BenchmarkDone)
SIGNAL_CHECK_MS = 100
"""Python runs its signal handlers only when its own code runs, so a timer lets it."""


class EngineRun:
    """One worker with one model, asked one request after another; blocks while it answers."""

    def __init__(self, folder: DataFolder, model: ModelFile, options: LoadOptions) -> None:
        self._app = QCoreApplication.instance() or QCoreApplication(["benchtop"])
        self._settings = SettingsKeeper(folder)
        self._model = model
        if options.threads is None:
            remembered = recall_threads(self._settings.values.thread_counts, model)
            options = replace(options, threads=remembered)
        self._worker = EngineWorker(model, folder, options)
        self._worker.loading.connect(self._loading)
        self._worker.loaded.connect(self._loaded)
        self._worker.unusable.connect(self._fail)
        self._worker.failed.connect(lambda _id, error: self._fail(error))
        self._worker.answered.connect(self._answered)
        self._error: BenchtopError | None = None
        self._last: Answer | None = None
        self._listener: Callable[[Answer], None] | None = None
        self._request_id = ""
        self.interrupted = False
        self._timer = QTimer(interval=SIGNAL_CHECK_MS)
        self._timer.timeout.connect(lambda: None)

    def load(self) -> Loaded:
        """Load the model; raises the BenchtopError of a model that cannot be used."""
        self._worker.start()
        self._wait()
        facts = self._worker.facts
        if facts is None:
            raise self._error or Interrupted
        return facts

    def ask(self, request: Asked, listener: Callable[[Answer], None] | None = None) -> Answer:
        """Ask and wait for the last answer; ``listener`` gets every answer. Raises its error."""
        if self.interrupted:  # while the model was loading, too late to stop that
            raise Interrupted
        self._error, self._last, self._listener = None, None, listener
        self._request_id = request.request_id
        self._worker.ask(request)
        self._wait()
        self._request_id = ""
        if self._last is None:
            raise self._error or Interrupted
        return self._last

    def stop(self) -> None:
        """Stop the request at hand after its token; its last answer still comes."""
        self._worker.cancel(self._request_id)

    def close(self) -> None:
        """End the worker."""
        self._worker.stop_and_wait()

    def _wait(self) -> None:
        handlers = {n: signal.signal(n, self._interrupt) for n in (signal.SIGINT, signal.SIGTERM)}
        self._timer.start()
        try:
            self._app.exec()
        finally:
            self._timer.stop()
            for number, handler in handlers.items():
                signal.signal(number, handler)

    def _interrupt(self, _number: int, _frame: FrameType | None) -> None:
        """The first Ctrl+C stops the reply after its token; the second ends at once."""
        at_once = self.interrupted or not self._request_id
        self.interrupted = True
        if at_once:
            # Through the event loop: exit() before exec() would be forgotten.
            QTimer.singleShot(0, self._app, partial(self._fail, Interrupted()))
        else:
            self.stop()

    def _loading(self, fraction: float, stage: str) -> None:
        if sys.stderr.isatty():
            end = "\r" if fraction < 1 else "\r\033[K"
            sys.stderr.write(f"loading {self._model.name}: {stage} {fraction:.0%}{end}")
            sys.stderr.flush()

    def _loaded(self, facts: Loaded) -> None:
        if sys.stderr.isatty():
            sys.stderr.write("\r\033[K")
        if facts.thread_speeds:
            remember_threads(self._settings, self._model, facts)
        self._app.exit()

    def _fail(self, error: BenchtopError) -> None:
        self._error = error
        self._app.exit()

    def _answered(self, answer: Answer) -> None:
        if self._listener is not None:
            self._listener(answer)
        if isinstance(answer, _LAST):
            self._last = answer
            self._app.exit()
