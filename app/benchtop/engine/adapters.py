"""LoRA adapters: loaded once, attached and scaled without loading the model again."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from benchtop.domain.errors import AdapterFailed
from benchtop.domain.generation import AdapterUse
from benchtop.engine.adapter_check import BaseTensors, check_adapter
from benchtop.engine.context import Context
from benchtop.engine.llama import Model, NativeLog, native

FileState = tuple[str, int, int]
"""A file's path, time of change in nanoseconds and size: another of these is another adapter."""
AdapterSet = tuple[tuple[FileState, float], ...]


class Adapters:
    """The adapters of one model. They are freed with it."""

    def __init__(self, model: Model, context: Context, base: BaseTensors, log: NativeLog) -> None:
        self._model = model
        self._context = context
        self._base = base
        self._log = log
        self._loaded: dict[FileState, int] = {}
        self._attached: AdapterSet = ()

    def load(self, uses: Sequence[AdapterUse]) -> AdapterSet:
        """Load what is not loaded yet; returns the set to ``attach``. Raises AdapterFailed."""
        wanted = []
        for use in uses:
            state = _file_state(use.path)
            if state not in self._loaded:
                self._loaded[state] = self._load(use.path)
            if use.scale != 0:
                wanted.append((state, use.scale))
        return tuple(wanted)

    def attach(self, wanted: AdapterSet) -> None:
        """Attach exactly this set; what the KV cache holds is then another set's."""
        if wanted == self._attached:
            return
        self.attach_to(self._context, wanted)
        self._attached = wanted

    def attach_to(self, context: Context, wanted: AdapterSet) -> None:
        """Attach this set to another context of the same model. Raises AdapterFailed."""
        pairs = [(self._loaded[state], scale) for state, scale in wanted]
        if not context.use_adapters(pairs):
            path = wanted[0][0][0] if wanted else ""
            raise AdapterFailed(path=path, detail="llama.cpp refused to attach it")

    def _load(self, path: str) -> int:
        check_adapter(path, self._base)
        self._log.clear()
        pointer = native.llama_adapter_lora_init(self._model.pointer, os.fsencode(path))
        if not pointer:  # a NULL pointer object, not None
            cause = self._log.cause("llama.cpp gave no reason")
            raise AdapterFailed(path=path, detail=cause.rstrip("."))
        return pointer  # type: ignore[no-any-return]  # an opaque pointer object


def _file_state(path: str) -> FileState:
    try:
        status = Path(path).stat()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise AdapterFailed(path=path, detail=reason.lower()) from error
    return (path, status.st_mtime_ns, status.st_size)
