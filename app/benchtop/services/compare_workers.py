"""The engine workers of a comparison: each model loaded once, and never more than memory holds.

They stand beside the chat's worker, whose model stays as it is: another context length, a reload or
a reply in the chat must not reach into a comparison, and the other way round. Of a model that both have
loaded only the context is there twice: its weights are mapped from one file. When memory cannot hold
the next model, those of the comparison are let go first, the one used longest ago before the others,
then the chat's, which loads it again when it is needed.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from benchtop.domain.errors import BenchtopError
from benchtop.domain.gguf import GgufHeader
from benchtop.domain.models import ModelFile
from benchtop.protocol.messages import Loaded
from benchtop.services.data_folder import DataFolder
from benchtop.services.engine import Engine
from benchtop.services.engine_worker import Asked, EngineWorker, LoadOptions
from benchtop.services.header_thread import HeaderThread
from benchtop.services.memory_now import MemoryNow
from benchtop.services.settings import SettingsKeeper
from benchtop.services.thread_memory import recall_threads, remember_threads

USUAL_CONTEXT = 4_096


class CompareWorkers(QObject):
    """Workers by the path of their model. One model is loaded at a time; all stay loaded that fit.

    ``chat`` is the chat's engine, which may be asked to let its model go; None where there is none.
    ``context_length`` (tokens) may be set for the next loads; None goes by the settings.
    """

    ready = Signal(str)
    """The path of a model that was wanted: it can be asked now."""
    refused = Signal(str, object)
    """The path of a model that was wanted and cannot be loaded, and the BenchtopError."""
    loading = Signal(str, float)
    """A path, and the fraction done."""
    loaded = Signal(object, object)
    """A ModelFile and its Loaded message: each time a model was loaded."""
    answered = Signal(object)
    """An Answer to a request."""
    failed = Signal(str, object)
    """A request's id and its BenchtopError."""

    def __init__(
        self,
        folder: DataFolder,
        settings: SettingsKeeper,
        memory: MemoryNow,
        chat: Engine | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.context_length: int | None = None
        self._folder, self._settings = folder, settings
        self._memory, self._chat = memory, chat
        self._headers = HeaderThread(self)
        self._workers: dict[str, EngineWorker] = {}  # the one used longest ago first
        self._retired: list[EngineWorker] = []
        self._next: EngineWorker | None = None
        self._wanted: tuple[ModelFile, GgufHeader | None] | None = None
        if chat is not None:
            chat.freed.connect(self._try_load)

    def paths(self) -> list[str]:
        """The models that are loaded, the one used longest ago first."""
        return list(self._workers)

    def pid(self, path: str) -> int:
        """The process id of a loaded model; 0 when it is not loaded."""
        worker = self._workers.get(path)
        return worker.pid if worker is not None else 0

    def worker(self, path: str) -> EngineWorker | None:
        """The worker that holds a model; None when it is not loaded. It stays this object's."""
        return self._workers.get(path)

    def want(self, model: ModelFile) -> None:
        """Have a model loaded: ``ready`` or ``refused`` follows, through the event loop."""
        if model.path in self._workers:
            self._workers[model.path] = self._workers.pop(model.path)
            QTimer.singleShot(0, self, partial(self.ready.emit, model.path))
            return
        self._wanted = (model, None)
        self._headers.read(model.path, partial(self._read, model), partial(self._refuse, model))

    def give_up(self) -> None:
        """Stop waiting for the model that is wanted, and its loading: neither signal follows."""
        self._wanted = None
        if self._next is not None:
            self._retire(self._next)
            self._next = None

    def ask(self, path: str, request: Asked) -> None:
        """Send a request to a loaded model; answers come as ``answered`` or ``failed``."""
        self._workers[path].ask(request)

    def cancel(self, request_id: str) -> None:
        """Stop a request after the token at hand."""
        for worker in self._workers.values():
            worker.cancel(request_id)

    def forget(self, conversation: str) -> None:
        """Free what is cached of a conversation."""
        for worker in self._workers.values():
            worker.forget(conversation)

    def let_go(self) -> None:
        """End every worker that has nothing to do: the memory is wanted elsewhere."""
        self.give_up()
        for path in list(self._workers):
            self._retire(self._workers.pop(path))

    def close(self) -> None:
        """End every process and wait for it."""
        self._headers.close()
        self._wanted = None
        every = [*self._workers.values(), *self._retired, *([self._next] if self._next else [])]
        for worker in every:
            worker.blockSignals(True)
            worker.stop_and_wait()
        self._workers, self._retired, self._next = {}, [], None

    def _read(self, model: ModelFile, header: GgufHeader) -> None:
        if self._wanted is not None and self._wanted[0] is model:
            self._wanted = (model, header)
            self._try_load()

    def _refuse(self, model: ModelFile, error: BenchtopError) -> None:
        if self._wanted is not None and self._wanted[0] is model:
            self._wanted = None
            self.refused.emit(model.path, error)

    def _try_load(self) -> None:
        """Load what is wanted if there is room, else make some and come back when it is there.

        With nothing left to let go it is loaded all the same: the worker knows best, and says how much
        is missing.
        """
        model, header = self._wanted or (None, None)
        if model is None or header is None or self._next is not None:
            return
        options = self._options(model)
        context = options.context_length or min(
            model.context_length or USUAL_CONTEXT, USUAL_CONTEXT
        )
        need = self._memory.need(model, header, context)
        if not self._memory.has_room(need, self._memory.free()) and self._make_room():
            return
        self._load(model, header, options)

    def _make_room(self) -> bool:
        """Let one model go; True when memory comes free soon, so that it is worth to wait for it."""
        if self._retired:
            return True
        if self._workers:
            self._retire(self._workers.pop(next(iter(self._workers))))
            return True
        if self._chat is not None and self._chat.state.model is not None:
            self._chat.unload()
        return self._chat is not None and self._chat.is_freeing

    def _load(self, model: ModelFile, header: GgufHeader, options: LoadOptions) -> None:
        worker = EngineWorker(model, self._folder, options, self)
        worker.loading.connect(lambda done, _stage: self.loading.emit(model.path, done))
        worker.loaded.connect(lambda facts: self._loaded(worker, facts))
        worker.unusable.connect(lambda error: self._unusable(worker, error))
        worker.answered.connect(self.answered)
        worker.failed.connect(self.failed)
        worker.gone.connect(lambda: self._gone(worker))
        self._next = worker
        worker.start()
        worker.load(extra_bytes=self._memory.correction(header.architecture))

    def _options(self, model: ModelFile) -> LoadOptions:
        values = self._settings.values
        context = self.context_length or values.context_length
        if context is not None and model.context_length:
            context = min(context, model.context_length)
        cache_bytes = values.cache_megabytes * 1024 * 1024
        return LoadOptions(context, values.threads, recall_threads(values, model), cache_bytes)

    def _loaded(self, worker: EngineWorker, facts: Loaded) -> None:
        if worker is not self._next:
            return
        self._next = self._wanted = None
        self._workers[worker.model.path] = worker
        self._memory.gpus = facts.gpus
        if facts.thread_speeds:
            remember_threads(self._settings, worker.model, facts)
        self.loaded.emit(worker.model, facts)
        self.ready.emit(worker.model.path)

    def _unusable(self, worker: EngineWorker, error: BenchtopError) -> None:
        if worker is self._next:
            self._next = None
            self._retired.append(worker)  # its process is about to end
            self._refuse(worker.model, error)

    def _retire(self, worker: EngineWorker) -> None:
        self._retired.append(worker)
        worker.retire()

    def _gone(self, worker: EngineWorker) -> None:
        if worker in self._retired:
            self._retired.remove(worker)
        if self._workers.get(worker.model.path) is worker:
            del self._workers[worker.model.path]
        worker.deleteLater()
        self._try_load()
