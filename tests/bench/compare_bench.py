"""What comparing costs: taking turns, switching adapters, ranking votes."""

from __future__ import annotations

import shutil
import statistics
import time
import uuid
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench.random_models import SMOLLM2_135M, random_adapter
from benchtop.cli.compare_run import CompareRun
from benchtop.cli.engine_run import EngineRun
from benchtop.domain.contests import Contest, ContestAnswer, PromptTurn
from benchtop.domain.generation import AdapterUse, SamplingParams
from benchtop.domain.models import ModelFile, inspect_model
from benchtop.evaluation.ranking import rank
from benchtop.evaluation.votes import tally
from benchtop.protocol.messages import Answer, ChatTurn, Chunk, Generate
from benchtop.services.contest_entry import Entry
from benchtop.services.data_folder import DataFolder
from benchtop.services.engine_worker import LoadOptions
from unit.evaluation.simulated import NAMES, votes_of

QUESTION = "Tell me something about the sea, the wind and the sky. " * 8
NEVER_END = {2: -1e9}
"""A logit bias on the end token of random_models."""


@dataclass
class Quiet:
    """Listens and counts."""

    tokens: int = 0

    def begun(self, contest: Contest) -> None:
        pass

    def grown(self, place: int, text: str, reasoning: str) -> None:
        pass

    def answered(self, answer: ContestAnswer) -> None:
        assert answer.timings is not None, answer.error
        self.tokens += answer.timings.completion_tokens


def compare_overhead(
    folder: DataFolder, path: Path, tokens: int = 192, rounds: int = 5
) -> dict[str, object]:
    """Two models that take turns over the sum of each alone, from the wish to the last word, the
    start of the worker and the load of the model included: the median ratio, and the seconds."""
    other = folder.root / "other.gguf"
    shutil.copy(path, other)
    models = [inspect_model(path), inspect_model(other)]
    params = SamplingParams(seed=1, max_tokens=tokens, logit_bias=NEVER_END)
    _together(folder, models, params)  # the sums are noted, the threads measured
    together, alone, ratios = [], [], []
    for _ in range(rounds):
        alone.append(sum(_alone(folder, model, params) for model in models))
        together.append(_together(folder, models, params))
        ratios.append(together[-1] / alone[-1])
    other.unlink()
    return {
        "compare_overhead": round(statistics.median(ratios), 3),
        "compare_overhead_seconds": {
            "together": round(statistics.median(together), 2),
            "alone": round(statistics.median(alone), 2),
        },
    }


def _together(folder: DataFolder, models: list[ModelFile], params: SamplingParams) -> float:
    begun = time.perf_counter()
    compare, quiet = CompareRun(folder, models), Quiet()
    try:
        entries = [Entry(model, params=params, seed=1) for model in models]
        compare.ask(entries, (PromptTurn("user", QUESTION),), quiet)
        seconds = time.perf_counter() - begun
    finally:
        compare.close()
    assert quiet.tokens == len(models) * (params.max_tokens or 0)
    assert compare.loads == len(models)
    return seconds


def _alone(folder: DataFolder, model: ModelFile, params: SamplingParams) -> float:
    begun = time.perf_counter()
    engine = EngineRun(folder, model, LoadOptions())
    try:
        engine.load()
        engine.ask(_request("alone", params))
        return time.perf_counter() - begun
    finally:
        engine.close()


def adapter_switch_ms(folder: DataFolder, path: Path, rounds: int = 15) -> float:
    """What it takes longer until the first token comes when another contestant of the same model, with
    another adapter, had its turn before: adapters and the caches of two conversations are switched."""
    shape, model = SMOLLM2_135M, inspect_model(path)
    adapters = [
        (AdapterUse(str(random_adapter(folder.root / f"lora-{n}.gguf", shape, seed=n))),)
        for n in range(2)
    ]
    engine = EngineRun(folder, model, LoadOptions(2_048))
    same, switched = [], []
    try:
        engine.load()
        for _ in range(2):
            for n, adapter in enumerate(adapters):
                _first_token_ms(engine, n, adapter)
        for number in range(rounds):
            n = number % 2
            switched.append(_first_token_ms(engine, n, adapters[n]))
            same.append(_first_token_ms(engine, n, adapters[n]))
    finally:
        engine.close()
    return round(statistics.median(switched) - statistics.median(same), 2)


def _first_token_ms(engine: EngineRun, number: int, adapters: tuple[AdapterUse, ...]) -> float:
    seen: list[float] = []

    def listen(answer: Answer) -> None:
        if isinstance(answer, Chunk):
            seen.append(time.perf_counter())

    params = SamplingParams(temperature=0.0, max_tokens=8, logit_bias=NEVER_END)
    begun = time.perf_counter()
    engine.ask(_request(f"contestant {number}", params, adapters), listen)
    return (seen[0] - begun) * 1_000


def _request(
    conversation: str, params: SamplingParams, adapters: tuple[AdapterUse, ...] = ()
) -> Generate:
    return Generate(
        uuid.uuid4().hex,
        (ChatTurn("user", QUESTION),),
        params=params,
        adapters=adapters,
        conversation=conversation,
    )


def rank_ms(votes: int = 1_000, rounds: int = 7) -> float:
    """The ranking of so many votes among 20 models, from the votes to every interval and P(better)."""
    draw = np.random.default_rng(4)
    strengths = draw.normal(0, 1.5, len(NAMES))
    cast = votes_of(strengths, -1.0, votes, draw)
    milliseconds = []
    for _ in range(rounds):
        begun = time.perf_counter()
        ranking = rank(tally(cast))
        milliseconds.append((time.perf_counter() - begun) * 1_000)
        assert (ranking.votes, len(ranking.strengths)) == (votes, len(NAMES))
    return round(statistics.median(milliseconds), 1)
