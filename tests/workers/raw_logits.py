"""llama.cpp's own numbers, taken without any code of the engine: what measurements are checked against."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from llama_cpp import llama_cpp as native
from numpy.typing import NDArray

_F32 = 0  # GGML_TYPE_F32 of ggml.h
_silent = native.llama_log_callback(lambda _level, _text, _data: None)


class RawModel:
    """A model and its logits, all of one text in a single batch on one thread."""

    def __init__(self, path: Path) -> None:
        native.llama_log_set(_silent, None)
        params = native.llama_model_default_params()
        params.n_gpu_layers = 0
        self.pointer = native.llama_model_load_from_file(str(path).encode(), params)
        assert self.pointer, path
        self.vocab = native.llama_model_get_vocab(self.pointer)
        self.size = native.llama_vocab_n_tokens(self.vocab)
        self.bos = native.llama_vocab_bos(self.vocab)
        self.end = native.llama_vocab_eos(self.vocab)
        self.adds_bos = native.llama_vocab_get_add_bos(self.vocab)

    def tokens(self, text: str, *, special: bool = False) -> list[int]:
        """As common_tokenize(ctx, text, add_special=true, parse_special=special)."""
        data = text.encode()
        room = (native.llama_token * (len(data) + 8))()
        count = native.llama_tokenize(
            self.vocab, data, len(data), room, len(data) + 8, True, special
        )
        return list(room[:count])

    def logits(
        self, tokens: Sequence[int], adapter: Path | None = None, *, exact: bool = False
    ) -> NDArray[np.float64]:
        """The logits after each token: shape [tokens, vocabulary]; ``exact`` keeps 32-bit floats in the
        cache, and ``adapter`` is attached with its full strength."""
        count = len(tokens)
        params = native.llama_context_default_params()
        if exact:
            params.type_k = params.type_v = _F32
            params.flash_attn_type = native.LLAMA_FLASH_ATTN_TYPE_DISABLED
        params.n_ctx = params.n_batch = params.n_ubatch = count
        params.n_threads = params.n_threads_batch = 1
        context = native.llama_init_from_model(self.pointer, params)
        if adapter is not None:
            self._attach(context, adapter)
        batch = native.llama_batch_init(count, 0, 1)
        batch.n_tokens = count
        for place, token in enumerate(tokens):
            batch.token[place], batch.pos[place], batch.logits[place] = token, place, 1
            batch.n_seq_id[place], batch.seq_id[place][0] = 1, 0
        assert native.llama_decode(context, batch) == 0
        rows = [
            np.ctypeslib.as_array(native.llama_get_logits_ith(context, place), (self.size,))
            for place in range(count)
        ]
        found = np.array(rows, np.float64)
        native.llama_batch_free(batch)
        native.llama_free(context)
        return found

    def _attach(self, context: object, adapter: Path) -> None:
        pointer = native.llama_adapter_lora_init(self.pointer, str(adapter).encode())
        assert pointer, adapter
        ones = (ctypes.c_float * 1)(1.0)
        adapters = (native.llama_adapter_lora_p_ctypes * 1)(pointer)
        assert native.llama_set_adapters_lora(context, adapters, 1, ones) == 0

    def log_softmax(self, tokens: Sequence[int]) -> NDArray[np.float64]:
        """The log-probabilities after each token: shape [tokens, vocabulary]."""
        logits = self.logits(tokens)
        logits -= logits.max(axis=1, keepdims=True)
        log_probabilities: NDArray[np.float64] = logits - np.log(
            np.exp(logits).sum(axis=1, keepdims=True)
        )
        return log_probabilities


@contextmanager
def raw_model(path: Path) -> Iterator[RawModel]:
    """A RawModel, freed at the end."""
    model = RawModel(path)
    try:
        yield model
    finally:
        native.llama_model_free(model.pointer)


def scored_rows(
    model: RawModel, tokens: Sequence[int], length: int
) -> Iterator[tuple[NDArray[np.float64], list[int]]]:
    """For each window of llama-perplexity: the log-probabilities that count, and the tokens that came.

    llama.cpp, tools/perplexity/perplexity.cpp, perplexity(): chunks of n_ctx, the first token of each
    replaced by BOS, predictions at positions n_ctx/2 to n_ctx - 2.
    """
    first = length // 2
    for start in range(0, len(tokens) - length + 1, length):
        window = list(tokens[start : start + length])
        if model.adds_bos:
            window[0] = model.bos
        yield model.log_softmax(window)[first : length - 1], window[first + 1 :]
