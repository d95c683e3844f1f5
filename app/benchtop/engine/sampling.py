"""The choice of the next token: llama.cpp's samplers in the order of its own common_sampler.

Order (llama.cpp, common/sampling.cpp): logit bias, penalties, DRY, top-k, typical, top-p, min-p,
temperature, then the draw. Penalties and DRY look at the last tokens only, the prompt's included,
so that the cost of a token does not grow with the reply.
"""

from __future__ import annotations

import ctypes
import secrets
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from benchtop.domain.errors import BadParameter, SchemaInvalid
from benchtop.domain.generation import SamplingParams
from benchtop.engine.context import Context
from benchtop.engine.grammar import grammar_of
from benchtop.engine.llama import Model, NativeLog, native
from benchtop.engine.utf8_guard import Utf8Guard

DRY_BREAKERS = ("\n", ":", '"', "*")
_CANDIDATE = np.dtype([("id", np.int32), ("logit", np.float32), ("p", np.float32)])


class NoCandidate(Exception):
    """The grammar leaves no token of this vocabulary: the reply ends here."""


def new_seed() -> int:
    """A seed nobody asked for: 32 random bits, short of the value llama.cpp reads as "random"."""
    return secrets.randbelow(2**32 - 1)


class Sampler:
    """A chain of samplers for one reply. ``next()`` draws a token from the logits of ``context``.

    Raises SchemaInvalid for a schema without a grammar, BadParameter for a token id out of range.
    ``close()`` frees it.
    """

    def __init__(
        self, model: Model, context: Context, params: SamplingParams, seed: int, log: NativeLog
    ) -> None:
        self._model = model
        self._context = context
        self._grammar = _grammar(model, params.json_schema, log)
        chain_params = native.llama_sampler_chain_default_params()
        self._chain = native.llama_sampler_chain_init(chain_params)
        try:
            self._build(params, seed)
        except BadParameter:
            self.close()
            raise
        self.next: Callable[[], int] = partial(
            native.llama_sampler_sample, self._chain, context.pointer, -1
        )
        if self._grammar is not None:
            self._utf8 = Utf8Guard(model)
            self._make_candidates()
            self.next = self._next_of_grammar

    def close(self) -> None:
        """Free the samplers."""
        if self._chain is not None:
            native.llama_sampler_free(self._chain)
            self._chain = None
        if self._grammar is not None:
            native.llama_sampler_free(self._grammar)
            self._grammar = None

    def heed(self, tokens: Sequence[int]) -> None:
        """Let penalties and DRY know the prompt's last tokens."""
        for token in tokens[len(tokens) - min(self._memory, len(tokens)) :]:
            native.llama_sampler_accept(self._chain, token)

    def _add(self, sampler: object) -> None:
        native.llama_sampler_chain_add(self._chain, sampler)

    def _build(self, params: SamplingParams, seed: int) -> None:
        self._memory = 0
        self._add_bias(params)
        self._add_penalties(params)
        self._add_dry(params)
        if params.temperature <= 0:
            self._add(native.llama_sampler_init_greedy())
            return
        if params.top_k > 0:
            self._add(native.llama_sampler_init_top_k(params.top_k))
        if params.typical_p < 1:
            self._add(native.llama_sampler_init_typical(params.typical_p, 1))
        if params.top_p < 1:
            self._add(native.llama_sampler_init_top_p(params.top_p, 1))
        if params.min_p > 0:
            self._add(native.llama_sampler_init_min_p(params.min_p, 1))
        self._add(native.llama_sampler_init_temp(params.temperature))
        self._add(native.llama_sampler_init_dist(seed))

    def _add_bias(self, params: SamplingParams) -> None:
        if not params.logit_bias:
            return
        size = self._model.vocabulary_size
        biases = (native.llama_logit_bias * len(params.logit_bias))()
        for place, (token, bias) in enumerate(params.logit_bias.items()):
            if not 0 <= token < size:
                raise BadParameter(
                    name="logit_bias", value=token, allowed=f"a token id below {size}"
                )
            biases[place].token = token
            biases[place].bias = bias
        self._add(native.llama_sampler_init_logit_bias(size, len(biases), biases))

    def _add_penalties(self, params: SamplingParams) -> None:
        last = self._context.length if params.repeat_last_n < 0 else params.repeat_last_n
        plain = (
            params.repeat_penalty == 1
            and params.presence_penalty == 0
            and params.frequency_penalty == 0
        )
        if last == 0 or plain:
            return
        self._memory = max(self._memory, last)
        self._add(
            native.llama_sampler_init_penalties(
                self._model.vocabulary_size,
                last,
                params.repeat_penalty,
                params.frequency_penalty,
                params.presence_penalty,
            )
        )

    def _add_dry(self, params: SamplingParams) -> None:
        last = self._context.length if params.dry_last_n < 0 else params.dry_last_n
        if params.dry_multiplier <= 0 or last == 0:
            return
        self._memory = max(self._memory, last)
        breakers = (ctypes.c_char_p * len(DRY_BREAKERS))(*(b.encode() for b in DRY_BREAKERS))
        self._add(
            native.llama_sampler_init_dry(
                self._model.vocab,
                params.dry_multiplier,
                params.dry_base,
                params.dry_allowed_length,
                last,
                breakers,
                len(breakers),
            )
        )

    # A grammar is slow over a large vocabulary, so it is asked about the drawn token only; where it
    # refuses, about all of them, and the draw is made again. This is common_sampler_sample's way.

    def _make_candidates(self) -> None:
        size = self._model.vocabulary_size
        self._ids = np.arange(size, dtype=np.int32)
        self._all = np.zeros(size, _CANDIDATE)
        self._single = np.zeros(1, _CANDIDATE)

    def _next_of_grammar(self) -> int:
        self._load_candidates()
        token = self._draw()
        if not self._allowed(token):
            self._load_candidates()
            self._apply(self._grammar, self._all)
            self._all["logit"][self._utf8.barred()] = -np.inf
            token = self._draw_of_allowed()
        if not self._model.ends(token):
            native.llama_sampler_accept(self._grammar, token)
            self._utf8.accept(token)
        native.llama_sampler_accept(self._chain, token)
        return token

    def _load_candidates(self) -> None:
        self._all["id"] = self._ids
        self._all["logit"] = self._context.logits()

    def _apply(self, sampler: object, candidates: Any) -> tuple[Any, int]:
        pointer = candidates.ctypes.data_as(native.llama_token_data_p)
        array = native.llama_token_data_array(pointer, len(candidates), -1, False)
        native.llama_sampler_apply(sampler, ctypes.byref(array))
        return array.data, int(array.selected)

    def _draw(self) -> int:
        data, selected = self._apply(self._chain, self._all)
        return int(data[selected].id)

    def _draw_of_allowed(self) -> int:
        """A draw among the candidates that are left, without those whose inner bytes are no UTF-8."""
        left = self._all.copy()
        while np.isfinite(left["logit"]).any():
            self._all[:] = left  # a draw sorts and cuts them
            token = self._draw()
            if self._utf8.fits(token):
                return token
            left["logit"][token] = -np.inf
        raise NoCandidate

    def _allowed(self, token: int) -> bool:
        if not self._utf8.fits(token):
            return False
        self._single["id"], self._single["logit"] = token, 1.0
        self._apply(self._grammar, self._single)
        return bool(np.isfinite(self._single["logit"][0]))


def _grammar(model: Model, schema: str | None, log: NativeLog) -> object:
    """A grammar sampler for the schema, or None without one."""
    if schema is None:
        return None
    text = grammar_of(schema)
    log.clear()
    sampler = native.llama_sampler_init_grammar(model.vocab, text.encode(), b"root")
    if not sampler:
        cause = log.cause("llama.cpp gave no reason")
        raise SchemaInvalid(detail=f"llama.cpp cannot read the grammar of it ({cause})")
    return sampler
