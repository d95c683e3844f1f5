"""Training against transformers with peft: the same shape, batch and threads, in processes by turns."""

from __future__ import annotations

import json
import os
import random
import statistics
import subprocess
import sys
import time
import uuid
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psutil

from bench.random_models import Dimensions, random_adapter
from bench.tune_side import LENGTH, ROWS
from benchtop.cli.engine_run import EngineRun
from benchtop.domain.generation import AdapterUse, SamplingParams
from benchtop.domain.models import inspect_model
from benchtop.protocol.messages import Answer, Chunk, Generate
from benchtop.services.data_folder import DataFolder
from benchtop.services.engine_worker import LoadOptions

SIDE = Path(__file__).with_name("tune_side.py")
PROMPT_LETTERS = 24
"""Each about a token in the vocabulary of random_models."""
NEVER_END = {2: -1e9}
"""A logit bias on the end token of random_models."""


def missing() -> str:
    """A sentence when what is compared with is not installed; else empty."""
    names = [name for name in ("transformers", "peft") if find_spec(name) is None]
    if not names:
        return ""
    return (
        f"{' and '.join(names)} not installed: what Benchtop's trainer is compared with is null "
        "(pip install -e '.[bench]')\n"
    )


class Side:
    """A trainer at work; see tune_side.py for ``options``."""

    def __init__(self, side: str, model: Path, *options: str) -> None:
        threads = psutil.cpu_count(logical=False) or os.cpu_count() or 1
        self._process = subprocess.Popen(
            [sys.executable, str(SIDE), side, str(model), str(threads), *options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.load_seconds = float(self._answer()["ready"])
        self.peak_mb = 0.0
        self.rates: list[float] = []

    def steps(self, count: int, *, counts: bool = True) -> float:
        """Make so many; tokens per second."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{count}\n")
        self._process.stdin.flush()
        found = self._answer()
        self.peak_mb = found["peak_mb"]
        rate: float = count * ROWS * LENGTH / found["seconds"]
        if counts:
            self.rates.append(rate)
        return rate

    @property
    def rate(self) -> float:
        """The median of all rounds, tokens per second."""
        return round(statistics.median(self.rates), 1)

    def close(self) -> None:
        """Wait for its end."""
        self._process.communicate()

    def _answer(self) -> dict[str, float]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"a trainer ended with status {self._process.wait()}")
        found: dict[str, float] = json.loads(line)
        return found


def tune_tokens_per_second(model: Path, rounds: int = 5) -> dict[str, Any]:
    """Ours over theirs, the median of rounds by turns after two that warm up; and peak memory."""
    ours = Side("ours", model)
    theirs = None if missing() else Side("theirs", model)
    sides = [one for one in (ours, theirs) if one is not None]
    for number in range(rounds + 2):
        for one in sides:
            one.steps(1, counts=number >= 2)
    for one in sides:
        one.close()
    ratios = (
        [here / there for here, there in zip(ours.rates, theirs.rates, strict=True)]
        if theirs
        else []
    )
    return {
        "tune_tokens_per_second": round(statistics.median(ratios), 3) if ratios else None,
        "tune_tokens_per_second_rates": {
            "ours": ours.rate,
            "theirs": theirs.rate if theirs else None,
        },
        "tune_peak_memory": _over(ours.peak_mb, theirs and theirs.peak_mb),
        "tune_peak_memory_mb": {"ours": ours.peak_mb, "theirs": theirs and theirs.peak_mb},
    }


def tune_peak_memory_checkpointing(model: Path, steps: int = 2) -> dict[str, Any]:
    """Ours with checkpointing over theirs without; theirs with it beside."""

    def peak(side: str, *options: str) -> float:
        one = Side(side, model, *options)
        one.steps(steps)
        one.close()
        return one.peak_mb

    ours = peak("ours", "--checkpointing")
    plain = checkpointing = None
    if not missing():
        plain, checkpointing = peak("theirs"), peak("theirs", "--checkpointing")
    return {
        "tune_peak_memory_checkpointing": _over(ours, plain),
        "tune_peak_memory_checkpointing_mb": {
            "ours": ours, "theirs_without": plain, "theirs_with": checkpointing,
        },
    }  # fmt: skip


def tune_load_ratio(model: Path, rounds: int = 3) -> dict[str, Any]:
    """From the start of a process to the first step, over theirs from the same file."""

    def seconds(side: str, *options: str) -> float:
        one = Side(side, model, *options)
        one.close()
        return one.load_seconds

    ours, theirs = [], []
    for _ in range(rounds):
        ours.append(seconds("ours"))
        if not missing():
            theirs.append(seconds("theirs", "--from-gguf"))
    here = round(statistics.median(ours), 2)
    there = round(statistics.median(theirs), 2) if theirs else None
    return {
        "tune_load_ratio": _over(here, there),
        "tune_load_seconds": {"ours": here, "theirs": there},
    }


def tune_last8_speedup(model: Path, rounds: int = 5) -> dict[str, Any]:
    """Tokens per second with adapters in the last eight layers over those in all, by turns: of examples that
    were met before, and of those that are met for the first time."""
    eight = ("--last-layers", "8")
    whole, last = Side("ours", model), Side("ours", model, *eight)
    first = Side("ours", model, *eight, "--keep-nothing")
    for number in range(rounds + 1):
        for one in (whole, last, first):
            one.steps(1, counts=number > 0)
    for one in (whole, last, first):
        one.close()
    return {
        "tune_last8_speedup": round(last.rate / whole.rate, 2),
        "tune_last8_first_speedup": round(first.rate / whole.rate, 2),
        "tune_last8_rates": {"all": whole.rate, "last8": last.rate, "last8_first": first.rate},
    }


def adapter_attach_ms(
    folder: DataFolder, path: Path, shape: Dimensions, rounds: int = 9
) -> dict[str, float]:
    """What the first token of a new conversation waits longer when an adapter that was never read before is
    attached for it, than with the same adapter in the next conversation; and, apart from that, what its
    prompt takes longer with any adapter than with none, for as long as one is used. No two prompts begin
    alike: what one conversation finds evaluated by another is no matter of attaching."""
    adapters = [
        random_adapter(folder.root / f"attach-{number}.gguf", shape, seed=number)
        for number in range(rounds + 1)
    ]
    engine = EngineRun(folder, inspect_model(path), LoadOptions(2_048))
    plain, attached, again = [], [], []
    try:
        engine.load()
        for number, adapter in enumerate(adapters):
            uses = (AdapterUse(str(adapter)),)
            _first_token_ms(engine, f"detached {number}", ())
            without = _first_token_ms(engine, f"plain {number}", ())
            having = _first_token_ms(engine, f"adapted {number}", uses)
            still = _first_token_ms(engine, f"still {number}", uses)
            if number:  # the first warms up
                plain.append(without)
                attached.append(having)
                again.append(still)
    finally:
        engine.close()
    usual = statistics.median(again)
    return {
        "adapter_attach_ms": round(statistics.median(attached) - usual, 2),
        "adapter_prompt_ms": round(usual - statistics.median(plain), 2),
    }


def _first_token_ms(engine: EngineRun, name: str, adapters: tuple[AdapterUse, ...]) -> float:
    seen: list[float] = []

    def listen(answer: Answer) -> None:
        if isinstance(answer, Chunk):
            seen.append(time.perf_counter())

    params = SamplingParams(temperature=0.0, max_tokens=4, logit_bias=NEVER_END)
    prompt = "".join(random.Random(name).choices("abcdefghijklmnopqrstuvwxyz", k=PROMPT_LETTERS))
    request = Generate(
        uuid.uuid4().hex, prompt=prompt, params=params, adapters=adapters, conversation=name
    )
    begun = time.perf_counter()
    engine.ask(request, listen)
    return (seen[0] - begun) * 1_000


def _over(here: float, there: float | None) -> float | None:
    return round(here / there, 3) if there else None
