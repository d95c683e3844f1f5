"""Reading a text for the logits at many of its positions, beside the conversations of a loaded model.

A context of its own, so that no conversation's cache is lost: it lives for one request. Its logits are
read some rows at a time, since a large vocabulary makes them larger than many a model.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np
import psutil
from numpy.typing import NDArray

from benchtop.domain.errors import BadParameter, PromptError, WorkerError
from benchtop.domain.generation import AdapterUse
from benchtop.domain.model_errors import ModelLoadFailed
from benchtop.domain.models import bytes_text
from benchtop.engine.context import ABORTED, BATCH_TOKENS, Context
from benchtop.engine.job import Cancelled, Job
from benchtop.engine.loading import LoadedModel
from benchtop.engine.turn_lock import TurnLock

ROW_BYTES = 128 * 1024 * 1024
"""What the logits read at once may take; llama.cpp holds them twice."""
LEAST_BATCH = 64
"""Tokens: batches of 32 and less take another way through llama.cpp, which is slower and less exact."""


class Reader:
    """Reads texts of at most ``length`` tokens with one model."""

    def __init__(self, path: str, context: Context, batch: int, job: Job) -> None:
        self._path = path
        self._context = context
        self._batch = batch
        self._job = job

    def read(
        self, tokens: Sequence[int], first: int = 0
    ) -> Iterator[tuple[int, NDArray[np.float32]]]:
        """Read the tokens from an empty cache; gives the logits from position ``first`` on, some
        positions at a time: (the first of them, shape [n, vocabulary]), valid until the next.

        The batches do not depend on ``first``: the same text in other batches has slightly other logits.
        Raises Cancelled, within a batch too, and WorkerError.
        """
        context = self._context
        context.clear()
        for at in range(0, len(tokens), self._batch):
            part = tokens[at : at + self._batch]
            skipped = min(len(part), max(0, first - at))
            self._check(context.evaluate_all(part, at, skipped))
            if skipped < len(part):
                yield at + skipped, context.all_logits(len(part) - skipped)
            self._job.check()

    def damaged(self) -> ModelLoadFailed:
        """The error of a model that computes what is no number."""
        return ModelLoadFailed(path=self._path, detail="it computes values that are no numbers")

    def _check(self, code: int) -> None:
        if code == ABORTED:
            raise Cancelled
        if code != 0:
            raise WorkerError(role="engine", detail=f"llama.cpp could not go on (code {code}).")


@contextmanager
def reader(
    loaded: LoadedModel,
    length: int,
    job: Job,
    turn: TurnLock,
    adapters: Sequence[AdapterUse] = (),
) -> Iterator[Reader]:
    """A reader of ``length`` tokens, while it is this worker's turn; freed at the end.

    Raises BadParameter for more than the model was trained on, PromptError where memory is short,
    AdapterFailed, and Cancelled while it waits.
    """
    model = loaded.model
    most = model.trained_context or length
    if length > most:
        raise BadParameter(name="context_length", value=length, allowed=f"{most:,} at most")
    wanted = loaded.adapters.load(adapters)
    batch = max(LEAST_BATCH, min(BATCH_TOKENS, ROW_BYTES // (4 * model.vocabulary_size)))
    _check_memory(loaded, length, batch)
    with turn.held(job):
        try:
            context = Context(model, length, loaded.context.threads, batch)
        except MemoryError as error:
            raise _no_memory(length, "more") from error
        try:
            loaded.adapters.attach_to(context, wanted)
            context.abort_when(job.cancel.is_set)
            yield Reader(loaded.facts.path, context, batch, job)
        finally:
            context.close()


def _check_memory(loaded: LoadedModel, length: int, rows: int) -> None:
    """The system would promise the memory and end the worker later; so it is counted before."""
    model = loaded.model
    need = model.kv_bytes * length + 2 * rows * 4 * model.vocabulary_size
    free = psutil.virtual_memory().available
    if not loaded.facts.gpu and need > free:
        raise _no_memory(length, f"{bytes_text(need)} more, where {bytes_text(free)} is free")


def _no_memory(length: int, need: str) -> PromptError:
    return PromptError(
        detail=f"reading {length:,} tokens at once takes {need} memory: "
        "choose a smaller context, or close other programs."
    )
