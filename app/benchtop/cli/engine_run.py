"""Run one request against one model from a command: load, ask, and stop on Ctrl+C."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from benchtop.cli.common import one_line
from benchtop.cli.event_wait import EventWait
from benchtop.domain.errors import BenchtopError, Interrupted, WorkerDied
from benchtop.domain.models import ModelFile
from benchtop.protocol.encode_messages import Counted, Encoded, Quantised
from benchtop.protocol.measure_messages import LensRead, Scored
from benchtop.protocol.messages import Answer, BenchmarkDone, Finished, Loaded, Rendered
from benchtop.services.data_folder import DataFolder
from benchtop.services.engine_worker import Asked, EngineWorker, LoadOptions
from benchtop.services.load_memory import learned_bytes, remember_load
from benchtop.services.settings import SettingsKeeper
from benchtop.services.thread_memory import recall_threads, remember_threads

_LAST = (Finished, Rendered, BenchmarkDone, Scored, LensRead, Encoded, Counted, Quantised)


class EngineRun:
    """One worker with one model, asked one request after another; blocks while it answers.

    What ``options`` leaves open is as the settings have it.
    """

    def __init__(self, folder: DataFolder, model: ModelFile, options: LoadOptions) -> None:
        self._folder = folder
        self._events = EventWait(folder.logs)
        self._settings = SettingsKeeper(folder)
        self._model = model
        self._worker = EngineWorker(model, folder, self._with_settings(options))
        self._worker.loading.connect(self._loading)
        self._worker.waiting.connect(self._waiting)
        self._worker.loaded.connect(self._loaded)
        self._worker.unusable.connect(self._fail)
        self._worker.failed.connect(lambda _id, error: self._fail(error))
        self._worker.answered.connect(self._answered)
        self._error: BenchtopError | None = None
        self._last: Answer | None = None
        self._listener: Callable[[Answer], None] | None = None
        self._request_id = ""
        self._told_waiting = False
        self.interrupted = False

    def _with_settings(self, given: LoadOptions) -> LoadOptions:
        values, model = self._settings.values, self._model
        context = given.context_length or values.context_length
        if context is not None and model.context_length:
            context = min(context, model.context_length)
        return replace(
            given,
            context_length=context,
            threads=given.threads or values.threads,
            measured_threads=recall_threads(values, model),
        )

    def load(self) -> Loaded:
        """Load the model; raises the BenchtopError of a model that cannot be used."""
        self._wait(self._start)
        facts = self._worker.facts
        if facts is None or self._error is not None:
            raise self._error or Interrupted
        return facts

    def start(self) -> None:
        """Start the worker without a model, for what needs none."""
        self._worker.start()

    def ask(self, request: Asked, listener: Callable[[Answer], None] | None = None) -> Answer:
        """Ask and wait for the last answer; ``listener`` gets every answer. Raises its error."""
        if self.interrupted:  # while the model was loading, too late to stop that
            raise Interrupted
        self._error, self._last, self._listener = None, None, listener
        self._request_id = request.request_id
        self._wait(partial(self._worker.ask, request))
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

    def _start(self) -> None:
        self._worker.start()
        self._worker.load(extra_bytes=learned_bytes(self._folder, self._model))

    def _wait(self, begin: Callable[[], None]) -> None:
        self._events.wait(begin, self._interrupt, self._fail)

    def _interrupt(self) -> None:
        """The first Ctrl+C stops the reply after its token; the second ends at once."""
        at_once = self.interrupted or not self._request_id
        self.interrupted = True
        if at_once:
            self._events.soon(partial(self._fail, Interrupted()))
        else:
            self.stop()

    def _waiting(self) -> None:
        if sys.stderr.isatty() and not self._told_waiting:
            self._told_waiting = True
            sys.stderr.write("\r\033[Kwaiting for another reply to end\n")
            sys.stderr.flush()

    def _loading(self, fraction: float, stage: str) -> None:
        if sys.stderr.isatty():
            end = "\r" if fraction < 1 else "\r\033[K"
            sys.stderr.write(f"loading {one_line(self._model.name)}: {stage} {fraction:.0%}{end}")
            sys.stderr.flush()

    def _loaded(self, facts: Loaded) -> None:
        if sys.stderr.isatty():
            sys.stderr.write("\r\033[K")
        if facts.thread_speeds:
            remember_threads(self._settings, self._model, facts)
            self._settings.write_now()
        remember_load(self._folder, self._model, facts)
        self._events.end()

    def _fail(self, error: BenchtopError) -> None:
        """End the wait. A worker that died of what has interrupted us is no news of its own."""
        died = isinstance(error, WorkerDied) and self.interrupted
        self._error = Interrupted() if died else error
        self._listener = None  # what still comes comes too late
        self._events.end()

    def _answered(self, answer: Answer) -> None:
        if self._listener is not None:
            self._listener(answer)
        if isinstance(answer, _LAST):
            self._last = answer
            self._events.end()
