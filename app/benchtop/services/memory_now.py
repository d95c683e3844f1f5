"""What a model could take on this machine now, and what it will need: asked before each load."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from benchtop.domain.gguf import GgufHeader
from benchtop.domain.memory import (
    LEAST_CONTEXT,
    MARGIN,
    FreeMemory,
    Gpu,
    gpu_for,
    largest_context,
    needed_bytes,
    shape_of,
)
from benchtop.domain.models import ModelFile
from benchtop.protocol.messages import Loaded
from benchtop.services.machine_memory import free_memory, freed_by_ending


class MemoryNow:
    """``gpus`` are those that the last load told of, with what was free of them then. ``correction``
    gives the bytes that models of an architecture take here beyond the estimate."""

    def __init__(self) -> None:
        self.gpus: tuple[Gpu, ...] = ()
        self.correction: Callable[[str], int] = lambda _architecture: 0

    def free(self, pid: int = 0, facts: Loaded | None = None) -> FreeMemory:
        """What is free; what a model's process holds counts as let go when it is given."""
        held = freed_by_ending(pid)
        gpus = tuple(
            replace(
                gpu, free=gpu.free + (facts.gpu_bytes if facts and gpu.name == facts.gpu else 0)
            )
            for gpu in self.gpus
        )
        return FreeMemory(free_memory() + held, gpus, held)

    def need(self, model: ModelFile, header: GgufHeader, context: int) -> int:
        """Bytes that a model will take at a context of so many tokens."""
        extra = self.correction(header.architecture)
        return needed_bytes(shape_of(header), model.bytes, context, extra)

    @staticmethod
    def has_room(need: int, free: FreeMemory) -> bool:
        """Whether so many bytes fit, and something stays free."""
        return gpu_for(need, free.gpus) is not None or need + MARGIN <= free.machine

    def largest(
        self, model: ModelFile, header: GgufHeader, wanted: int, free: FreeMemory
    ) -> tuple[int, int]:
        """The largest context up to ``wanted`` tokens that fits, and the bytes needed with it; where
        none does, the least that is offered to anybody."""
        wanted = min(wanted, model.context_length or wanted)
        if gpu_for(self.need(model, header, wanted), free.gpus) is None:
            extra = self.correction(header.architecture)
            shape = shape_of(header)
            possible = largest_context(shape, model.bytes, wanted, free.machine, extra)
            wanted = possible or min(wanted, LEAST_CONTEXT)
        return wanted, self.need(model, header, wanted)
