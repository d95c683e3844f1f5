"""The engine the window talks to: the chosen model, loaded when needed, reloaded when it died.

Choosing another model loads it in a new process beside the one in use, so that a file that cannot be
loaded, or that crashes llama.cpp, leaves the choice before it as it was. Only when memory cannot hold
both is the old one let go first.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from PySide6.QtCore import QObject, Signal

from benchtop.domain.errors import BenchtopError
from benchtop.domain.gguf import GgufHeader
from benchtop.domain.memory import FreeMemory
from benchtop.domain.models import ModelFile
from benchtop.protocol.messages import Answer, Finished, Generate, Loaded
from benchtop.services.data_folder import DataFolder
from benchtop.services.engine_worker import Asked, EngineWorker, LoadOptions
from benchtop.services.header_thread import HeaderThread
from benchtop.services.memory_now import MemoryNow
from benchtop.services.settings import SettingsKeeper
from benchtop.services.thread_memory import recall_threads, remember_threads


@dataclass(frozen=True, slots=True)
class EngineState:
    """What the status bar shows. ``fraction`` is None when nothing is loading.

    ``memory_bytes`` is what the worker of ``model`` takes: when it was loaded, then after each reply.
    """

    model: ModelFile | None = None
    facts: Loaded | None = None
    memory_bytes: int = 0
    loading: ModelFile | None = None
    fraction: float | None = None
    stage: str = ""


class Engine(QObject):
    """Loads one model at a time and passes requests to it."""

    state_changed = Signal(object)
    """The new EngineState."""
    answered = Signal(object)
    """An Answer to a request."""
    failed = Signal(str, object)
    """A request's id and its BenchtopError."""
    choice_failed = Signal(object, object)
    """The ModelFile that could not be loaded, and its BenchtopError. The choice before stays."""
    freed = Signal()
    """A process has ended, and the memory of its model is free."""

    def __init__(
        self, folder: DataFolder, settings: SettingsKeeper, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._folder = folder
        self._settings = settings
        self._headers = HeaderThread(self)
        self._current: EngineWorker | None = None
        self._next: EngineWorker | None = None
        self._retired: list[EngineWorker] = []
        self.most_threads: int | None = None
        """Of each reply, while a model is taught beside it; None: as many as are best."""
        self._queue: list[tuple[ModelFile, Asked]] = []
        self._contexts: dict[str, int] = {}
        self._state = EngineState()
        self.memory = MemoryNow()

    @property
    def state(self) -> EngineState:
        """What is loaded and what is loading."""
        return self._state

    @property
    def folder(self) -> DataFolder:
        """The data folder it works in."""
        return self._folder

    @property
    def pid(self) -> int:
        """The process id of the model in use; 0 when none is loaded."""
        return self._current.pid if self._current else 0

    @property
    def is_freeing(self) -> bool:
        """Whether a model that was let go still holds its memory: ``freed`` follows."""
        return bool(self._retired)

    def is_ready(self, model: ModelFile) -> bool:
        """Whether requests for this model are served at once."""
        return self._current is not None and self._current.model.path == model.path

    def choose(self, model: ModelFile, context_length: int | None = None) -> None:
        """Load a model, unless it is loaded with that context already.

        ``context_length`` (tokens) holds for this model until the program ends; None keeps what was
        chosen before. Another model that is still loading is given up: the person changed their mind.
        """
        if context_length is not None:
            self._contexts[model.path] = context_length
        options = self._options(model)
        if self._next is not None:
            if self._serves(self._next, model, options):
                return
            self._retire(self._next)
            self._next = None
        if self._current is not None and self._serves(self._current, model, options):
            self._set_state(loading=None, fraction=None)
            self._advance()
            return
        self._load(model, options)

    def ask(self, model: ModelFile, request: Asked) -> None:
        """Send a request to a model; it waits while that one, or another, is loading."""
        if self.most_threads is not None and isinstance(request, Generate):
            request = replace(request, threads=self.most_threads)
        self._queue.append((model, request))
        self._advance()

    def ask_loaded(self, model: ModelFile, request: Asked) -> bool:
        """Send a request only if it is served at once; False, and nothing is loaded, when not."""
        if self._current is None or not self.is_ready(model):
            return False
        self._current.ask(request)
        return True

    def _advance(self) -> None:
        """Serve what waits, oldest first, loading what it needs; what is loading is awaited."""
        while self._queue and self._next is None:
            model, request = self._queue[0]
            options = self._options(model)
            if self._current is not None and self._serves(self._current, model, options):
                self._queue.pop(0)
                self._current.ask(request)
            else:
                self._load(model, options)

    def cancel(self, request_id: str) -> bool:
        """Stop a request. True: it was still waiting for its model and is gone without an answer."""
        before = len(self._queue)
        self._queue = [(m, r) for m, r in self._queue if r.request_id != request_id]
        if len(self._queue) < before:
            return True
        for worker in self._workers():
            worker.cancel(request_id)
        return False

    def forget(self, conversation: str) -> None:
        """Free what is cached of a conversation."""
        for worker in self._workers():
            worker.forget(conversation)

    def unload(self) -> None:
        """Let the model go; the next request loads it again."""
        if self._current is not None:
            self._retire(self._current)
            self._current = None
        self._set_state(model=None, facts=None, memory_bytes=0)

    def close(self) -> None:
        """End every process and wait for it."""
        self._headers.close()
        for worker in [*self._workers(), *([self._next] if self._next else [])]:
            worker.blockSignals(True)
            worker.stop_and_wait()
        self._current = self._next = None
        self._retired = []

    def largest_context(
        self, model: ModelFile, wanted: int, then: Callable[[int, int], None]
    ) -> None:
        """Tell ``then`` the largest context that memory allows, up to ``wanted`` tokens, and the
        bytes the model takes with it; 0 and 0 when its file cannot be read.

        What unloading the model in use would free counts as free.
        """
        self._headers.read(
            model.path,
            lambda header: then(*self.memory.largest(model, header, wanted, self.free_memory())),
            lambda _error: then(0, 0),
        )

    def free_memory(self) -> FreeMemory:
        """What a model could take now: the one in use counts as let go."""
        return self.memory.free(self.pid, self._state.facts)

    def _options(self, model: ModelFile) -> LoadOptions:
        values = self._settings.values
        context = self._contexts.get(model.path, values.context_length)
        if context is not None and model.context_length:
            context = min(context, model.context_length)
        measured = recall_threads(values, model)
        cache_bytes = values.cache_megabytes * 1024 * 1024
        return LoadOptions(context, values.threads, measured, cache_bytes)

    @staticmethod
    def _serves(worker: EngineWorker, model: ModelFile, options: LoadOptions) -> bool:
        """Whether this worker is what loading anew would give; measured threads make no difference."""
        return (
            worker.model.path == model.path
            and worker.options.context_length == options.context_length
            and worker.options.cache_bytes == options.cache_bytes
            and worker.options.threads == options.threads
        )

    def _load(self, model: ModelFile, options: LoadOptions) -> None:
        worker = EngineWorker(model, self._folder, options, self)
        self._connect(worker)
        self._next = worker
        self._set_state(loading=model, fraction=0.0, stage="reading")
        worker.start()  # while it comes up, the header tells how much memory the model needs
        self._headers.read(
            model.path, partial(self._make_room, worker), partial(self._unreadable, worker)
        )

    def _make_room(self, worker: EngineWorker, header: GgufHeader) -> None:
        """Load the model, the one in use let go first where memory cannot hold both."""
        if worker is not self._next:
            return
        model, limit = worker.model, None
        context = worker.options.context_length or min(model.context_length or 4096, 4096)
        need = self.memory.need(model, header, context)
        if self._current is not None and not self.memory.has_room(need, self.memory.free()):
            free = self.free_memory()
            if self.memory.has_room(need, free) or self._current.model.path == model.path:
                limit = free.machine
                self.unload()
        worker.load(limit, self.memory.correction(header.architecture))

    def _unreadable(self, worker: EngineWorker, error: BenchtopError) -> None:
        if worker is self._next:
            self._retire(worker)
            self._unusable(worker, error)

    def _connect(self, worker: EngineWorker) -> None:
        worker.loading.connect(lambda done, stage: self._progress(worker, done, stage))
        worker.loaded.connect(lambda facts: self._loaded(worker, facts))
        worker.unusable.connect(lambda error: self._unusable(worker, error))
        worker.answered.connect(lambda answer: self._answered(worker, answer))
        worker.failed.connect(self.failed)
        worker.gone.connect(lambda: self._gone(worker))

    def _answered(self, worker: EngineWorker, answer: Answer) -> None:
        self.answered.emit(answer)
        # 0 where the worker did not say it itself, see EngineWorker.cancel.
        if worker is self._current and isinstance(answer, Finished) and answer.memory_bytes:
            self._set_state(memory_bytes=answer.memory_bytes)

    def _progress(self, worker: EngineWorker, done: float, stage: str) -> None:
        if worker is self._next:
            self._set_state(fraction=done, stage=stage)

    def _loaded(self, worker: EngineWorker, facts: Loaded) -> None:
        if worker is not self._next:
            return
        if self._current is not None:
            self._retire(self._current)
        self._current, self._next = worker, None
        self.memory.gpus = facts.gpus
        if facts.thread_speeds:
            remember_threads(self._settings, worker.model, facts)
        self._set_state(
            model=worker.model,
            facts=facts,
            memory_bytes=facts.memory_bytes,
            loading=None,
            fraction=None,
        )
        self._serve_with(worker)
        self._advance()

    def _serve_with(self, worker: EngineWorker) -> None:
        """Everything that waited for this model, whatever its settings have become meanwhile."""
        waiting, self._queue = self._queue, []
        for model, request in waiting:
            if model.path == worker.model.path:
                worker.ask(request)
            else:
                self._queue.append((model, request))

    def _unusable(self, worker: EngineWorker, error: BenchtopError) -> None:
        if worker is self._next:
            self._next = None
            self._refuse(worker.model, error)

    def _refuse(self, model: ModelFile, error: BenchtopError) -> None:
        self._set_state(loading=None, fraction=None)
        failing = [r for m, r in self._queue if m.path == model.path]
        self._queue = [(m, r) for m, r in self._queue if m.path != model.path]
        self.choice_failed.emit(model, error)
        for request in failing:
            self.failed.emit(request.request_id, error)
        self._advance()

    def _retire(self, worker: EngineWorker) -> None:
        self._retired.append(worker)
        worker.retire()

    def _gone(self, worker: EngineWorker) -> None:
        if worker in self._retired:
            self._retired.remove(worker)
        if worker is self._current:
            self._current = None
            self._set_state(model=None, facts=None, memory_bytes=0)
        worker.deleteLater()
        self.freed.emit()

    def _workers(self) -> list[EngineWorker]:
        return [*self._retired, *([self._current] if self._current else [])]

    def _set_state(self, **changes: object) -> None:
        new = replace(self._state, **changes)  # type: ignore[arg-type]  # by field name
        if new == self._state:
            return
        self._state = new
        self.state_changed.emit(self._state)
