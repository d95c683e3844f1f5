"""What the worker, the wire and a client cost over bare llama.cpp, and what they spare.

Everything is compared in one run, alternating, as ratios of the same file with the same threads.
"""

from __future__ import annotations

import statistics
import time
import uuid
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from bench.bare_decode import PROMPT, BareModel
from benchtop.cli.engine_run import EngineRun
from benchtop.domain.generation import SamplingParams
from benchtop.domain.models import inspect_model
from benchtop.engine.sampling import Sampler
from benchtop.protocol.messages import (
    Answer,
    ChatTurn,
    Chunk,
    Finished,
    Generate,
    Render,
    Rendered,
)
from benchtop.services.data_folder import DataFolder
from benchtop.services.engine_worker import LoadOptions


@dataclass(frozen=True)
class Arrival:
    """When a number of tokens had arrived at the client, in seconds of its own clock."""

    seconds: float
    tokens: int


class WireClient:
    """The client a command is: worker, wire and QProcess."""

    def __init__(self, folder: DataFolder, path: Path, context: int, threads: int | None) -> None:
        self._run = EngineRun(folder, inspect_model(path), LoadOptions(context, threads))
        self.facts = self._run.load()

    def close(self) -> None:
        self._run.close()

    def arrivals(self, tokens: int, params: SamplingParams) -> list[Arrival]:
        """Stream a reply of that many tokens; when they arrived, the end of the reply last."""
        seen: list[Arrival] = []
        total = 0

        def listen(answer: Answer) -> None:
            nonlocal total
            if isinstance(answer, Chunk):
                total = answer.completion_tokens
                seen.append(Arrival(time.perf_counter(), total))

        request = Generate(uuid.uuid4().hex, prompt=PROMPT, params=params, ignore_end=True)
        finished = self._run.ask(request, listen)
        assert isinstance(finished, Finished)
        assert finished.timings.completion_tokens == tokens, finished
        seen.append(Arrival(time.perf_counter(), tokens))
        return seen

    def rate(self, tokens: int, params: SamplingParams) -> float:
        """Tokens/s from the first text to the end, as the client sees them."""
        seen = self.arrivals(tokens, params)
        first, last = seen[0], seen[-1]
        return (last.tokens - first.tokens) / (last.seconds - first.seconds)

    def chat(self, turns: list[ChatTurn], conversation: str, tokens: int) -> tuple[str, Finished]:
        """One reply of a conversation, with at most that many tokens."""
        text: list[str] = []

        def listen(answer: Answer) -> None:
            if isinstance(answer, Chunk):
                text.append(answer.text)

        params = SamplingParams(temperature=0.7, seed=1, max_tokens=tokens)
        finished = self._run.ask(
            Generate(uuid.uuid4().hex, tuple(turns), params=params, conversation=conversation),
            listen,
        )
        assert isinstance(finished, Finished)
        return "".join(text), finished

    def count(self, turns: list[ChatTurn]) -> int:
        """Tokens of a prompt."""
        rendered = self._run.ask(Render(uuid.uuid4().hex, tuple(turns)))
        assert isinstance(rendered, Rendered)
        return rendered.tokens


def wire_vs_decode(
    folder: DataFolder, path: Path, tokens: int, rounds: int = 7
) -> dict[str, float]:
    """Generation through the wire over the bare loop: the median ratio, and both rates."""
    wire = WireClient(folder, path, tokens + 64, None)
    bare = BareModel(path, threads=wire.facts.threads, length=tokens + 64)
    params = SamplingParams(seed=1, max_tokens=tokens)
    ratios, bare_rates, wire_rates = [], [], []
    try:
        bias = bare.never_ending()
        plain = SamplingParams(seed=1, logit_bias=bias)
        bare.decode(plain, tokens)
        wire.rate(tokens, params)
        for _ in range(rounds):
            bare_rates.append(bare.decode(plain, tokens).tokens_per_second)
            wire_rates.append(wire.rate(tokens, params))
            ratios.append(wire_rates[-1] / bare_rates[-1])
    finally:
        wire.close()
        bare.close()
    return {
        "ratio": round(statistics.median(ratios), 3),
        "bare_tokens_per_second": round(statistics.median(bare_rates), 1),
        "wire_tokens_per_second": round(statistics.median(wire_rates), 1),
        "threads": wire.facts.threads,
    }


def token_cost_growth(folder: DataFolder, path: Path, rounds: int = 5) -> float:
    """What a token costs beyond decoding at token 1,500 over the same at token 100.

    Each cost is taken over the 200 tokens around its place; decoding alone is timed at the same
    places of the same context and taken away.
    """
    wire = WireClient(folder, path, 2_048, None)
    bare = BareModel(path, threads=wire.facts.threads, length=2_048)
    params = SamplingParams(seed=1, max_tokens=1_700)
    early, late = [], []
    try:
        wire.arrivals(1_700, params)
        for _ in range(rounds):
            seen = wire.arrivals(1_700, params)
            alone = decode_seconds(bare, 1_700)
            early.append(_cost(seen, 100) - _mean(alone, 100))
            late.append(_cost(seen, 1_500) - _mean(alone, 1_500))
    finally:
        wire.close()
        bare.close()
    return round(statistics.median(late) / statistics.median(early), 3)


def decode_seconds(bare: BareModel, tokens: int) -> list[float]:
    """Seconds of llama_decode alone for each token of a reply.

    The sampler works between the calls as it does in the worker, untimed, so that the processor's
    caches are in the same state when llama_decode begins.
    """
    bare.context.clear()
    prompt = bare.prompt_tokens()
    for position, token in enumerate(prompt):
        bare.context.step(token, position)
    params = SamplingParams(logit_bias=bare.never_ending())
    sampler = Sampler(bare.model, bare.context, params, 1, bare.log)
    seconds = []
    for place in range(len(prompt), len(prompt) + tokens):
        token = sampler.next()
        start = time.perf_counter()
        bare.context.step(token, place)
        seconds.append(time.perf_counter() - start)
    sampler.close()
    bare.context.clear()
    return seconds


def reuse(folder: DataFolder, path: Path, turns: int = 10) -> dict[str, float]:
    """Prompt tokens evaluated at the tenth turn over that turn's own, and at a regenerate.

    A turn's own tokens are those its question adds to the conversation as it stood after the reply
    before, the template's words around it included.
    """
    client = WireClient(folder, path, 1_024, None)
    said: list[ChatTurn] = []
    evaluated = own = 0
    try:
        before = 0
        for number in range(turns):
            said.append(ChatTurn("user", f"Tell me one short thing about the number {number}."))
            own = client.count(said) - before
            text, finished = client.chat(said, "bench", 16)
            evaluated = finished.timings.prompt_tokens - finished.timings.cached_tokens
            said.append(ChatTurn("assistant", text))
            before = finished.context_used
        again = client.chat(said[:-1], "bench", 16)[1].timings
    finally:
        client.close()
    return {
        "reuse": round(evaluated / own, 3),
        "regenerate_tokens": again.prompt_tokens - again.cached_tokens,
    }


def _cost(seen: list[Arrival], place: int) -> float:
    """Seconds per token in the 200 tokens around ``place``."""
    low = _at(seen, place - 100)
    high = _at(seen, place + 100)
    return (high - low) / 200


def _at(seen: list[Arrival], tokens: int) -> float:
    """When that many tokens had arrived, between the two arrivals around it."""
    for before, after in pairwise(seen):
        if before.tokens <= tokens <= after.tokens and after.tokens > before.tokens:
            share = (tokens - before.tokens) / (after.tokens - before.tokens)
            return before.seconds + share * (after.seconds - before.seconds)
    return seen[0].seconds


def _mean(seconds: list[float], place: int) -> float:
    return statistics.fmean(seconds[place - 100 : place + 100])
