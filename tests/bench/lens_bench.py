"""What the lens costs over the evaluation of its text."""

from __future__ import annotations

import random
import statistics
import time
import uuid
from pathlib import Path

from bench.bare_decode import BareModel
from benchtop.cli.engine_run import EngineRun
from benchtop.domain.models import inspect_model
from benchtop.engine.context import Context
from benchtop.protocol.measure_messages import Lens, LensRead
from benchtop.services.data_folder import DataFolder
from benchtop.services.engine_worker import LoadOptions

TOP = 10


def lens_ms(folder: DataFolder, path: Path, tokens: int = 512, rounds: int = 7) -> dict[str, float]:
    """Milliseconds from the wish for a lens to its answer here, and their ratio to the bare evaluation of
    the same tokens in one batch with the logits of all of them; medians of rounds by turns."""
    run = EngineRun(folder, inspect_model(path), LoadOptions(tokens))
    lens_seconds, bare_seconds, ratios = [], [], []
    try:
        threads = run.load().threads
        bare = BareModel(path, threads=threads, length=16)
        context = Context(bare.model, tokens, threads, outputs=tokens)
        draw = random.Random(tokens)
        text = [draw.randrange(bare.model.vocabulary_size) for _ in range(tokens)]
        for number in range(rounds + 1):
            alone, seen = _bare(context, text), _lens(run, text)
            if number:  # the first warms both up
                bare_seconds.append(alone)
                lens_seconds.append(seen)
                ratios.append(seen / alone)
        context.close()
        bare.close()
    finally:
        run.close()
    return {
        "lens_ms": round(statistics.median(lens_seconds) * 1e3, 1),
        "lens_vs_decode": round(statistics.median(ratios), 3),
        "lens_decode_ms": round(statistics.median(bare_seconds) * 1e3, 1),
    }


def lens_starter_ms(folder: DataFolder, path: Path) -> dict[str, float]:
    """The same of a model so small that a lens is mostly what is not evaluation."""
    found = lens_ms(folder, path)
    return {
        "lens_starter_ms": found["lens_ms"],
        "lens_starter_vs_decode": found["lens_vs_decode"],
    }


def _bare(context: Context, text: list[int]) -> float:
    context.clear()
    start = time.perf_counter()
    assert context.evaluate_all(text, 0) == 0
    context.all_logits(len(text))  # waits until they are there
    return time.perf_counter() - start


def _lens(run: EngineRun, text: list[int]) -> float:
    start = time.perf_counter()
    read = run.ask(Lens(uuid.uuid4().hex, tokens=tuple(text), top=TOP))
    seconds = time.perf_counter() - start
    assert isinstance(read, LensRead)
    assert len(read.top_ids) == TOP * len(text)
    return seconds
