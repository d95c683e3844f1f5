"""Speed inside the worker, measured as llama-bench measures it: random tokens, no sampling."""

from __future__ import annotations

import random
import time

from benchtop.domain.errors import BadParameter, WorkerError
from benchtop.engine.context import BATCH_TOKENS, Context
from benchtop.engine.job import Job
from benchtop.engine.loading import LoadedModel
from benchtop.engine.turn_lock import TurnLock
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

    A prompt of ``prompt_tokens`` is evaluated in batches, then ``tokens`` one by one, each from an
    empty KV cache (llama.cpp, tools/llama-bench: test_prompt and test_gen). Raises BadParameter,
    Cancelled.
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
    limits = {
        "prompt_tokens": (request.prompt_tokens, length),
        "tokens": (request.tokens, length),
        "repeat": (request.repeat, MOST_REPEATS),
        "threads": (request.threads or 1, MOST_THREADS),
    }
    for name, (value, most) in limits.items():
        if not 1 <= value <= most:
            raise BadParameter(name=name, value=value, allowed=f"1 to {most:,}")


def _measure(loaded: LoadedModel, request: RunBenchmark, job: Job) -> BenchmarkDone:
    context, size = loaded.context, loaded.model.vocabulary_size
    draw = random.Random(request.prompt_tokens)
    prompt = [draw.randrange(size) for _ in range(request.prompt_tokens)]
    reply = [draw.randrange(size) for _ in range(request.tokens)]
    prompt_rates: list[float] = []
    rates: list[float] = []
    _evaluate_prompt(context, prompt, job)
    _evaluate_reply(context, reply[: min(len(reply), 16)], job)
    for done in range(request.repeat):
        prompt_rates.append(len(prompt) / _evaluate_prompt(context, prompt, job))
        rates.append(len(reply) / _evaluate_reply(context, reply, job))
        job.send(Progress(job.request_id, (done + 1) / request.repeat))
    return BenchmarkDone(job.request_id, tuple(prompt_rates), tuple(rates), context.threads)


def _evaluate_prompt(context: Context, tokens: list[int], job: Job) -> float:
    context.clear()
    start = time.perf_counter()
    for at in range(0, len(tokens), BATCH_TOKENS):
        _ensure(context.evaluate(tokens[at : at + BATCH_TOKENS], at))
        job.check()
    return time.perf_counter() - start


def _evaluate_reply(context: Context, tokens: list[int], job: Job) -> float:
    context.clear()
    start = time.perf_counter()
    for position, token in enumerate(tokens):
        _ensure(context.step(token, position))
        if position % CHECK_EVERY == 0:
            job.check()
    return time.perf_counter() - start


def _ensure(code: int) -> None:
    if code != 0:
        raise WorkerError(role="engine", detail=f"llama.cpp could not go on (code {code}).")
