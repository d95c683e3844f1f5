"""Speed inside the worker, measured as llama-bench measures it: random tokens, no sampling."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass

from benchtop.domain.errors import BadParameter, WorkerError
from benchtop.engine.context import BATCH_TOKENS, Context
from benchtop.engine.job import Job
from benchtop.engine.loading import LoadedModel
from benchtop.engine.turn_lock import TurnLock
from benchtop.protocol.measure_messages import DepthRates
from benchtop.protocol.messages import (
    MOST_REPEATS,
    MOST_THREADS,
    BenchmarkDone,
    Progress,
    RunBenchmark,
)

CHECK_EVERY = 16  # tokens between looks at the cancel flag; it costs little, but it is not decoding


def benchmark(
    loaded: LoadedModel, request: RunBenchmark, job: Job, turn: TurnLock
) -> BenchmarkDone:
    """Tokens per second of each repetition, after one that is not counted.

    A prompt of ``prompt_tokens`` is evaluated in batches, then ``tokens`` one by one, each from the same
    depth: behind so many tokens that the KV cache holds already, 0 for an empty one (llama.cpp,
    tools/llama-bench: test_prompt, test_gen, n_depth). Raises BadParameter, Cancelled.
    """
    _check(loaded, request)
    context = loaded.context
    loaded.cache.park()
    usual = context.threads
    if request.threads is not None:
        context.set_threads(request.threads)
    try:
        with turn.held(job):
            return _measure(loaded, request, job)
    finally:
        context.clear()
        context.set_threads(usual)


def _check(loaded: LoadedModel, request: RunBenchmark) -> None:
    length = loaded.facts.context_length
    room = length - max(request.prompt_tokens, request.tokens)
    limits = [
        ("prompt_tokens", request.prompt_tokens, 1, length),
        ("tokens", request.tokens, 1, length),
        ("repeat", request.repeat, 1, MOST_REPEATS),
        ("threads", request.threads or 1, 1, MOST_THREADS),
        ("depths", len(request.depths), 1, MOST_REPEATS),
        *(("depths", depth, 0, room) for depth in request.depths),
    ]
    for name, value, least, most in limits:
        if not least <= value <= most:
            raise BadParameter(name=name, value=value, allowed=f"{least} to {most:,}")


def _measure(loaded: LoadedModel, request: RunBenchmark, job: Job) -> BenchmarkDone:
    context, size = loaded.context, loaded.model.vocabulary_size
    draw = random.Random(request.prompt_tokens)
    prompt = [draw.randrange(size) for _ in range(request.prompt_tokens)]
    reply = [draw.randrange(size) for _ in range(request.tokens)]
    found: list[DepthRates] = []
    for number, depth in enumerate(request.depths):
        place = _Depth(context, [draw.randrange(size) for _ in range(depth)], job)
        prompt_rates: list[float] = []
        rates: list[float] = []
        place.evaluate_prompt(prompt)
        place.evaluate_reply(reply[: min(len(reply), 16)])
        for done in range(request.repeat):
            prompt_rates.append(len(prompt) / place.evaluate_prompt(prompt))
            rates.append(len(reply) / place.evaluate_reply(reply))
            runs = number * request.repeat + done + 1
            job.send(Progress(job.request_id, runs / (request.repeat * len(request.depths))))
        found.append(DepthRates(depth, tuple(prompt_rates), tuple(rates)))
    first = found[0]
    return BenchmarkDone(
        job.request_id, first.prompt_rates, first.generation_rates, context.threads, tuple(found)
    )


@dataclass(slots=True)
class _Depth:
    """Measurements that all begin behind the same tokens."""

    context: Context
    before: list[int]
    job: Job

    def evaluate_prompt(self, tokens: list[int]) -> float:
        """Seconds the tokens took, in batches."""
        self._begin()
        start = time.perf_counter()
        self._batches(tokens, len(self.before))
        return time.perf_counter() - start

    def evaluate_reply(self, tokens: list[int]) -> float:
        """Seconds the tokens took, one by one."""
        self._begin()
        start = time.perf_counter()
        for place, token in enumerate(tokens):
            _ensure(self.context.step(token, len(self.before) + place))
            if place % CHECK_EVERY == 0:
                self.job.check()
        return time.perf_counter() - start

    def _begin(self) -> None:
        """Let the cache hold the tokens before and nothing else; not timed. Evaluated again only where
        the model's memory cannot go back."""
        held = len(self.before)
        if held and self.context.end() >= held and self.context.keep(held):
            return
        self.context.clear()
        self._batches(self.before, 0)

    def _batches(self, tokens: list[int], position: int) -> None:
        for at in range(0, len(tokens), BATCH_TOKENS):
            _ensure(self.context.evaluate(tokens[at : at + BATCH_TOKENS], position + at))
            self.job.check()


def _ensure(code: int) -> None:
    if code != 0:
        raise WorkerError(role="engine", detail=f"llama.cpp could not go on (code {code}).")
