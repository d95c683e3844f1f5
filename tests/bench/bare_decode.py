"""The floor the worker is measured against: llama_decode and a sampler chain in one bare loop.

No text, no wire, no process: what llama.cpp costs when nobody reads the reply. It uses llama_cpp's
functions directly and the worker's own sampler chain, so that both do the same work per token.

    python tests/bench/bare_decode.py MODEL.gguf [--tokens 256] [--threads 2]
"""

from __future__ import annotations

import argparse
import json
import math
import os
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from llama_cpp import llama_cpp as native

from benchtop.domain.generation import SamplingParams
from benchtop.engine.context import Context
from benchtop.engine.llama import Model, NativeLog
from benchtop.engine.sampling import Sampler

PROMPT = "Once upon a time there was a"


@dataclass(frozen=True)
class BareRate:
    """What one run measured: tokens drawn and evaluated after the prompt, and the seconds it took."""

    tokens: int
    seconds: float

    @property
    def tokens_per_second(self) -> float:
        return self.tokens / self.seconds


class BareModel:
    """A model loaded for bare runs; ``close()`` frees it. ``length`` is the context in tokens."""

    def __init__(self, path: Path | str, *, threads: int, length: int) -> None:
        self.log = NativeLog()
        self.model = Model(str(path), lambda _fraction: True)
        self.context = Context(self.model, length, threads)
        self.context.warm_up(max(self.model.bos, 0))

    def close(self) -> None:
        self.context.close()
        self.model.close()

    def prompt_tokens(self, prompt: str = PROMPT) -> list[int]:
        """The tokens the worker reads for ``Generate(prompt=prompt)``."""
        tokens = self.model.tokenize(prompt, special=False)
        if self.model.adds_bos:
            tokens.insert(0, self.model.bos)
        return tokens

    def never_ending(self) -> dict[int, float]:
        """Logit biases that keep a reply from ending, as the worker's ``ignore_end`` does."""
        return dict.fromkeys(self.model.end_tokens, -math.inf)

    def decode(
        self, params: SamplingParams, tokens: int, seed: int = 1, prompt: str = PROMPT
    ) -> BareRate:
        """Evaluate the prompt, then draw and evaluate ``tokens`` tokens; only the latter is timed."""
        read = self.prompt_tokens(prompt)
        self.context.clear()
        for position, token in enumerate(read):
            self.context.step(token, position)
        seconds = self.reply_seconds(params, read, tokens, seed)
        self.context.clear()
        return BareRate(tokens, seconds)

    def reply_seconds(
        self, params: SamplingParams, read: list[int], tokens: int, seed: int = 1
    ) -> float:
        """Seconds to draw and evaluate ``tokens`` tokens after ``read``, which is evaluated already."""
        sampler = Sampler(self.model, self.context, params, seed, self.log)
        try:
            sampler.heed(read)
            return self._loop(sampler, len(read), tokens)
        finally:
            sampler.close()

    def _loop(self, sampler: Sampler, position: int, tokens: int) -> float:
        batch = native.llama_batch_init(1, 0, 1)
        batch.n_tokens = 1
        batch.n_seq_id[0] = 1
        batch.seq_id[0][0] = 0
        batch.logits[0] = 1
        token_at, pos_at = batch.token, batch.pos
        decode = partial(native.llama_decode, self.context.pointer, batch)
        draw = sampler.next
        start = time.perf_counter()
        for place in range(position, position + tokens):
            token_at[0] = draw()
            pos_at[0] = place
            if decode() != 0:
                raise RuntimeError("llama_decode failed")
        seconds = time.perf_counter() - start
        native.llama_batch_free(batch)
        return seconds


def main() -> None:
    """Print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("--tokens", type=int, default=256)
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    bare = BareModel(options.model, threads=options.threads, length=options.tokens + 64)
    params = SamplingParams(logit_bias=bare.never_ending())
    rates = [bare.decode(params, options.tokens).tokens_per_second for _ in range(options.repeat)]
    bare.close()
    print(json.dumps({"tokens_per_second": rates, "threads": options.threads}))


if __name__ == "__main__":
    main()
