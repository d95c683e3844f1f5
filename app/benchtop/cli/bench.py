"""`benchtop bench`: how fast a model runs here, inside the worker and through the whole wire."""

from __future__ import annotations

import argparse
import statistics
import sys
import time
import uuid
from collections.abc import Callable
from typing import Any

from benchtop.cli.common import (
    chosen_model,
    named_as_option,
    not_blank,
    prepared_folder,
    print_json,
)
from benchtop.cli.engine_run import EngineRun
from benchtop.domain.errors import BadParameter, Interrupted
from benchtop.domain.generation import SamplingParams
from benchtop.domain.models import ModelFile
from benchtop.protocol.measure_messages import DepthRates
from benchtop.protocol.messages import (
    MOST_REPEATS,
    MOST_THREADS,
    Answer,
    BenchmarkDone,
    Chunk,
    Finished,
    Generate,
    RunBenchmark,
)
from benchtop.services.engine_worker import LoadOptions

USUAL_DEPTHS = (0, 1_024, 4_096)
"""Tokens that the context holds already."""


def add_parser(commands: Any) -> None:
    """Add the sub-command to the parser."""
    parser = commands.add_parser("bench", help="measure a model's speed", description=__doc__)
    add = parser.add_argument
    add("--model", type=not_blank, required=True, metavar="M", help="a path, an id or a name")
    add(
        "--prompt-tokens",
        type=_positive,
        default=512,
        metavar="N",
        help="tokens of the prompt that is read (default: 512)",
    )
    add(
        "--tokens",
        type=_from_two,
        default=128,
        metavar="N",
        help="tokens that are written (default: 128)",
    )
    add(
        "--repeat",
        type=_up_to(MOST_REPEATS),
        default=5,
        metavar="R",
        help="runs, of which the median is told (default: 5)",
    )
    add(
        "--threads",
        type=_up_to(MOST_THREADS),
        metavar="T",
        help="processor threads (default: as in the settings, or the measured best)",
    )
    add(
        "--depths",
        type=_depths,
        metavar="D,...",
        help="how many tokens the context holds already, by turns (default: those of 0, 1024 and "
        "4096 that the model can read)",
    )
    add("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)


def _positive(text: str) -> int:
    try:
        number = int(text)
    except ValueError:
        number = 0
    if number < 1:
        raise argparse.ArgumentTypeError("must be a whole number of 1 or more")
    return number


def _from_two(text: str) -> int:
    """Speed is measured from one token to another, so that there must be two."""
    number = _positive(text)
    if number < 2:
        raise argparse.ArgumentTypeError(
            "must be 2 or more, because speed is measured from one token to the next"
        )
    return number


def _depths(text: str) -> tuple[int, ...]:
    words = [word.strip() for word in text.split(",")]
    if not words or not all(word.isdecimal() and len(word) < 9 for word in words):
        raise argparse.ArgumentTypeError("must be whole numbers of tokens, such as 0,1024,4096")
    return tuple(dict.fromkeys(map(int, words)))


def _up_to(most: int) -> Callable[[str], int]:
    def checked(text: str) -> int:
        number = _positive(text)
        if number > most:
            raise argparse.ArgumentTypeError(f"must be {most:,} or less")
        return number

    return checked


def run(arguments: argparse.Namespace) -> int:
    """Measure and print; the exit status."""
    folder = prepared_folder()
    model = chosen_model(folder, arguments.model)
    depths = _depths_of(arguments, model)
    need = arguments.prompt_tokens + arguments.tokens + 16 + max(depths)
    options = LoadOptions(context_length=max(need, 512), threads=arguments.threads)
    engine = EngineRun(folder, model, options)
    try:
        facts = engine.load()
        inside = _inside(engine, arguments, depths)
        wire = [_through_wire(engine, arguments.tokens) for _ in range(arguments.repeat)]
    finally:
        engine.close()
    result = {
        "model": model.name,
        "path": model.path,
        "threads": inside.threads,
        "prompt_tokens": arguments.prompt_tokens,
        "tokens": arguments.tokens,
        "repeat": arguments.repeat,
        "prompt_tokens_per_second": _median(inside.prompt_rates),
        "generation_tokens_per_second": _median(inside.generation_rates),
        "wire_tokens_per_second": _median(wire),
        "depths": [_rates(rates) for rates in inside.depths],
        "load_seconds": round(facts.load_seconds, 3),
        "memory_bytes": facts.memory_bytes,
    }
    _print(result, json=arguments.json)
    return 0


def _depths_of(arguments: argparse.Namespace, model: ModelFile) -> tuple[int, ...]:
    """The depths given; else the usual ones behind which the model can read prompt and reply."""
    if arguments.depths is not None:
        return tuple(arguments.depths)
    most = max(arguments.prompt_tokens, arguments.tokens)
    room = model.context_length - most if model.context_length else 0
    return tuple(depth for depth in USUAL_DEPTHS if depth <= max(0, room))


def _rates(rates: DepthRates) -> dict[str, Any]:
    return {
        "depth": rates.depth,
        "prompt_tokens_per_second": _median(rates.prompt_rates),
        "generation_tokens_per_second": _median(rates.generation_rates),
    }


def _inside(
    engine: EngineRun, arguments: argparse.Namespace, depths: tuple[int, ...]
) -> BenchmarkDone:
    """Tokens/s as the worker itself measures them. Raises Interrupted, BadParameter."""
    request = RunBenchmark(
        uuid.uuid4().hex,
        arguments.prompt_tokens,
        arguments.tokens,
        arguments.repeat,
        depths=depths,
    )
    try:
        done = engine.ask(request)
    except BadParameter as error:
        raise named_as_option(error) from error
    if not isinstance(done, BenchmarkDone):  # it was cancelled
        raise Interrupted
    return done


def _through_wire(engine: EngineRun, tokens: int) -> float:
    """Tokens/s seen from this side of the wire, from the first text to the last word.

    A reply so short that it comes in one piece is timed from the request on.
    """
    seen: list[tuple[float, int]] = []

    def listen(answer: Answer) -> None:
        if isinstance(answer, Chunk):
            seen.append((time.perf_counter(), answer.completion_tokens))

    request = Generate(
        uuid.uuid4().hex,
        prompt="Once upon a time",
        params=SamplingParams(max_tokens=tokens, seed=1),
        ignore_end=True,
    )
    asked = time.perf_counter()
    finished = engine.ask(request, listen)
    end = time.perf_counter()
    if engine.interrupted or not isinstance(finished, Finished):
        raise Interrupted
    written = finished.timings.completion_tokens
    start, already = seen[0] if seen else (asked, 0)
    if already >= written:  # all of it came at once: the whole request is what can be timed
        start, already = asked, 0
    return (written - already) / (end - start)


def _median(rates: list[float] | tuple[float, ...]) -> float:
    return round(statistics.median(rates), 2) if rates else 0.0


def _print(result: dict[str, Any], *, json: bool) -> None:
    if json:
        print_json(result)
        return
    for name, value in result.items():
        if name != "depths":
            sys.stdout.write(f"{name.replace('_', ' '):32}{value}\n")
    for rates in result["depths"][1:]:
        for name, value in list(rates.items())[1:]:
            title = f"{name.replace('_', ' ')} at {rates['depth']}"
            sys.stdout.write(f"{title:44}{value}\n")
