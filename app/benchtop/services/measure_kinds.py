"""The measurements of the Measures view as steps, each to figures that can be kept as JSON."""

from __future__ import annotations

import statistics
import time
import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from benchtop.domain.compare_errors import EnergyUnmeasurable
from benchtop.domain.errors import WorkerError
from benchtop.domain.models import ModelFile
from benchtop.evaluation.perplexity import Perplexity
from benchtop.protocol.messages import BenchmarkDone, Loaded, Render, RunBenchmark
from benchtop.services.compare_workers import CompareWorkers
from benchtop.services.data_folder import DataFolder
from benchtop.services.energy import EnergyMeter
from benchtop.services.gpu_energy import GpuCounter, GpuMeter, gpu_meter
from benchtop.services.machine_memory import most_resident
from benchtop.services.measures import (
    Step,
    Steps,
    divergence_steps,
    expected,
    perplexity_steps,
    usual_context,
)

Figures = Mapping[str, Any]
DEPTHS = (0, 1_024, 4_096)
"""Tokens that the context holds already when a speed is measured."""
_WARMING = 16  # tokens of RunBenchmark's first reply, which is not counted
_SLOWER, _SLACK_SECONDS = 1.5, 1.0


@dataclass(frozen=True, slots=True)
class BenchmarkSizes:
    """Tokens of the prompt that is read and of the reply that is written, and how often; ``energy_*``
    are those of the reply whose energy is measured."""

    prompt_tokens: int = 512
    tokens: int = 64
    repeat: int = 3
    energy_tokens: int = 128
    energy_repeat: int = 3

    @property
    def context_length(self) -> int:
        """Tokens of a context in which all depths can be measured."""
        return DEPTHS[-1] + max(self.prompt_tokens, self.tokens)


@dataclass(frozen=True, slots=True)
class EnergyMeters:
    """The meter of this machine's processor, or why there is none, and the counters of its GPUs."""

    processor: EnergyMeter | EnergyUnmeasurable
    gpus: tuple[GpuCounter, ...] = ()

    def of(self, gpu: str) -> EnergyMeter | GpuMeter:
        """The meter of what a model runs on; ``gpu`` is empty for the processor."""
        if gpu:
            return gpu_meter(gpu, self.gpus)
        if isinstance(self.processor, EnergyUnmeasurable):
            raise self.processor
        return self.processor


def perplexity_figures(text: str, model: ModelFile, window: int) -> Steps[Figures]:
    """Perplexity in windows of so many tokens, or of all the model reads."""
    found = yield from perplexity_steps(text, usual_context(model.context_length, wanted=window))
    return asdict(found)


def divergence_figures(
    text: str, reference: ModelFile, model: ModelFile, folder: DataFolder, window: int
) -> Steps[Figures]:
    """How far the predictions of ``model`` (the second) are from those of ``reference`` (the first)."""
    context = usual_context(reference.context_length, model.context_length, wanted=window)
    names = (reference.path, model.path)
    found = yield from divergence_steps(text, context, folder, names)
    return {
        "kl_mean": found.mean.value,
        "kl_mean_error": found.mean.standard_error,
        "kl_99": found.percentile_99.value,
        "kl_99_error": found.percentile_99.standard_error,
        "same_top": found.top1_agreement.value,
        "same_top_error": found.top1_agreement.standard_error,
        "perplexities": [_value(found.first), _value(found.second)],
        "tokens": found.tokens,
        "context": found.context,
    }


def speed_figures(
    workers: CompareWorkers, model: ModelFile, sizes: BenchmarkSizes
) -> Steps[Figures]:
    """Tokens per second at each depth that the context reaches, medians, and the most memory that the
    model's process took since it began."""
    facts = yield from _loaded(workers, model)
    length = facts.context_length
    prompt, tokens = min(sizes.prompt_tokens, length), min(sizes.tokens, length)
    room = length - max(prompt, tokens)
    depths = tuple(depth for depth in DEPTHS if depth <= room)
    done = yield from _benchmark(prompt, tokens, sizes.repeat, depths)
    worker = workers.worker(model.path)
    return {
        "depths": [
            {
                "depth": rates.depth,
                "prompt_rate": statistics.median(rates.prompt_rates),
                "generation_rate": statistics.median(rates.generation_rates),
            }
            for rates in done.depths
        ],
        "memory_bytes": most_resident(worker.pid if worker is not None else 0),
        "gpu": facts.gpu,
        "gpu_bytes": facts.gpu_bytes,
        "context": length,
        "threads": done.threads,
        "prompt_tokens": prompt,
        "tokens": tokens,
        "repeat": sizes.repeat,
    }


def energy_figures(
    workers: CompareWorkers, model: ModelFile, sizes: BenchmarkSizes, meters: EnergyMeters
) -> Steps[Figures]:
    """Joules for 1,000 tokens of a reply: all that the counters of what it runs on grew by while tokens
    were decoded one by one. Raises EnergyUnmeasurable where there are none, for counters that stand still,
    and where another model had its turn in between."""
    facts = yield from _loaded(workers, model)
    meter = meters.of(facts.gpu)
    tokens = min(sizes.energy_tokens, facts.context_length)
    before: Any = meter.read()
    begun = time.monotonic()
    done = yield from _benchmark(1, tokens, sizes.energy_repeat, (0,))
    seconds = time.monotonic() - begun
    after: Any = meter.read()
    warming = 1 + min(tokens, _WARMING)
    at_work = sum(1 / rate for rate in done.prompt_rates)
    at_work += sum(tokens / rate for rate in done.generation_rates)
    at_work += warming * at_work / (len(done.prompt_rates) * (1 + tokens))
    if seconds > at_work * _SLOWER + _SLACK_SECONDS:
        detail = "another model had its turn meanwhile: measure again when nothing else runs"
        raise EnergyUnmeasurable(detail=detail)
    joules = meter.joules(before, after)
    if joules <= 0:
        raise EnergyUnmeasurable(detail="the counters of this machine stand still")
    decoded = warming + sizes.energy_repeat * (1 + tokens)
    return {
        "joules_per_1000": joules / decoded * 1_000,
        "joules": joules,
        "tokens": decoded,
        "measured_seconds": seconds,
        "gpu": facts.gpu,
        "processors": meter.processors if isinstance(meter, EnergyMeter) else 0,
        "has_memory": isinstance(meter, EnergyMeter) and meter.has_memory,
    }


def _loaded(workers: CompareWorkers, model: ModelFile) -> Steps[Loaded]:
    """Have the model loaded, and give what it said then."""
    yield Step(0, Render(uuid.uuid4().hex, prompt=""), 0.0, 0.0)
    worker = workers.worker(model.path)
    if worker is None or worker.facts is None:
        raise WorkerError(role="engine", detail="it ended right after it answered.")
    return worker.facts


def _benchmark(
    prompt: int, tokens: int, repeat: int, depths: tuple[int, ...]
) -> Steps[BenchmarkDone]:
    request = RunBenchmark(uuid.uuid4().hex, prompt, tokens, repeat, depths=depths)
    return expected(BenchmarkDone, (yield Step(0, request)))


def _value(found: Perplexity) -> float:
    return found.perplexity
