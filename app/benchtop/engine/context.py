"""A model's context: its KV cache of one sequence, and the evaluation of tokens into it."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchtop.engine.llama import Model, native

BATCH_TOKENS = 512
ABORTED = 2  # llama_decode: the abort callback asked to stop
SEQUENCE = 0


class Context:
    """One sequence of at most ``length`` tokens, positions 0 to ``end() - 1``.

    ``outputs`` is of how many tokens at once the logits can be read; a large buffer each.
    Raises MemoryError when llama.cpp cannot make it, ValueError when the model has no memory (it
    embeds text and writes none). ``close()`` frees it, before its model is freed.
    """

    def __init__(self, model: Model, length: int, threads: int, outputs: int = 1) -> None:
        params = native.llama_context_default_params()
        params.n_ctx = length
        params.n_batch = params.n_ubatch = BATCH_TOKENS
        params.n_seq_max = 1
        params.n_outputs_max = outputs
        params.n_threads = params.n_threads_batch = threads
        params.swa_full = True  # a sliding window's old cells are needed to go back to a prefix
        self.pointer = native.llama_init_from_model(model.pointer, params)
        if not self.pointer:
            raise MemoryError("llama.cpp made no context")
        self.memory = native.llama_get_memory(self.pointer)
        if not self.memory:
            native.llama_free(self.pointer)
            raise ValueError("the model has no memory")
        self.length = length
        self.threads = threads
        self._vocabulary_size = model.vocabulary_size
        self._many = _batch(BATCH_TOKENS)
        self._many_token = np.ctypeslib.as_array(self._many.token, (BATCH_TOKENS,))
        self._many_pos = np.ctypeslib.as_array(self._many.pos, (BATCH_TOKENS,))
        self._one = _batch(1)
        self._one_token, self._one_pos = self._one.token, self._one.pos
        self._one.logits[0] = 1
        self._one.n_tokens = 1
        self._abort: object = None

    def close(self) -> None:
        """Free the context and its KV cache."""
        if self.pointer:
            native.llama_batch_free(self._many)
            native.llama_batch_free(self._one)
            native.llama_free(self.pointer)
            self.pointer = None

    def set_threads(self, threads: int) -> None:
        """How many threads evaluate from now on, prompt and reply alike."""
        native.llama_set_n_threads(self.pointer, threads, threads)
        self.threads = threads

    def evaluate(self, tokens: Sequence[int], position: int) -> int:
        """Evaluate at most BATCH_TOKENS tokens from ``position`` on, without logits.

        Returns llama_decode's code: 0 done, 1 no room, ABORTED, below 0 a failure.
        """
        count = len(tokens)
        self._many_token[:count] = tokens
        self._many_pos[:count] = np.arange(position, position + count)
        self._many.n_tokens = count
        return int(native.llama_decode(self.pointer, self._many))

    def evaluate_all(self, tokens: Sequence[int], position: int, skipped: int = 0) -> int:
        """The same with the logits of each token but the first ``skipped``, for ``all_logits``."""
        logits = np.ctypeslib.as_array(self._many.logits, (BATCH_TOKENS,))
        logits[skipped : len(tokens)] = 1
        try:
            return self.evaluate(tokens, position)
        finally:
            logits[:] = 0

    def all_logits(self, count: int) -> NDArray[np.float32]:
        """The logits of the ``count`` tokens that the last ``evaluate_all`` did not skip: shape
        [count, vocabulary]; valid until the next evaluation."""
        rows = native.llama_get_logits(self.pointer)
        return np.ctypeslib.as_array(rows, (count, self._vocabulary_size))

    def step(self, token: int, position: int) -> int:
        """Evaluate one token and keep its logits; returns llama_decode's code."""
        self._one_token[0] = token
        self._one_pos[0] = position
        code: int = native.llama_decode(self.pointer, self._one)
        return code

    def logits(self) -> NDArray[np.float32]:
        """The logits after the last step, one per token of the vocabulary; valid until the next."""
        row = native.llama_get_logits_ith(self.pointer, -1)
        return np.ctypeslib.as_array(row, (self._vocabulary_size,))

    def abort_when(self, asked: Callable[[], bool] | None) -> None:
        """Ask ``asked`` during evaluation whether to stop in the middle of it; None asks no more."""
        if asked is None:
            self._abort = native.ggml_abort_callback()
        else:
            self._abort = native.ggml_abort_callback(lambda _data: asked())
        native.llama_set_abort_callback(self.pointer, self._abort, None)

    def end(self) -> int:
        """How many positions the KV cache holds."""
        return int(native.llama_memory_seq_pos_max(self.memory, SEQUENCE)) + 1

    def keep(self, count: int) -> bool:
        """Forget all but the first ``count`` positions.

        False when this model's memory cannot go back (recurrent and hybrid models): it is
        unchanged then.
        """
        return bool(native.llama_memory_seq_rm(self.memory, SEQUENCE, count, -1))

    def clear(self) -> None:
        """Forget every position."""
        native.llama_memory_clear(self.memory, False)

    def saved_bytes(self) -> int:
        """How large ``save()`` would be now."""
        return int(native.llama_state_seq_get_size(self.pointer, SEQUENCE))

    def save(self) -> NDArray[np.uint8] | None:
        """A copy of the KV cache, or None when llama.cpp gives none."""
        size = self.saved_bytes()
        data = np.empty(size, np.uint8)
        written = native.llama_state_seq_get_data(self.pointer, _bytes(data), size, SEQUENCE)
        return data[:written] if written else None

    def restore(self, data: NDArray[np.uint8]) -> bool:
        """Put a saved KV cache in the place of this one; False leaves it empty."""
        self.clear()
        done = native.llama_state_seq_set_data(self.pointer, _bytes(data), len(data), SEQUENCE)
        if not done:
            self.clear()
        return bool(done)

    def use_adapters(self, adapters: Sequence[tuple[int, float]]) -> bool:
        """Attach exactly these LoRA adapters, (pointer, scale) each; False when refused."""
        count = len(adapters)
        pointers = (native.llama_adapter_lora_p_ctypes * max(count, 1))()
        scales = (ctypes.c_float * max(count, 1))()
        for place, (pointer, scale) in enumerate(adapters):
            pointers[place] = pointer
            scales[place] = scale
        done = native.llama_set_adapters_lora(self.pointer, pointers, count, scales)
        return int(done) == 0

    def warm_up(self, token: int) -> None:
        """Touch every weight once, so that the first reply does not wait for the disk."""
        native.llama_set_warmup(self.pointer, True)
        self.step(token, 0)
        native.llama_set_warmup(self.pointer, False)
        self.clear()


def _batch(size: int) -> Any:
    """A llama_batch of ``size`` tokens of the one sequence, no logits asked for."""
    batch = native.llama_batch_init(size, 0, 1)
    for place in range(size):
        batch.n_seq_id[place] = 1
        batch.seq_id[place][0] = SEQUENCE
        batch.logits[place] = 0
    return batch


def _bytes(data: NDArray[np.uint8]) -> object:
    return data.ctypes.data_as(ctypes.POINTER(ctypes.c_uint8))
