"""`benchtop models estimate`: whether a model fits this machine, before it is downloaded or loaded."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from typing import Any

from benchtop.cli.common import not_blank, one_line, opened_store, prepared_folder, print_json
from benchtop.cli.hub_choice import choose, is_repository
from benchtop.cli.hub_run import add_network_options, asking_the_hub
from benchtop.domain.errors import ModelUnknown
from benchtop.domain.gguf import read_header
from benchtop.domain.memory import (
    Fit,
    FreeMemory,
    ModelShape,
    estimate_memory,
    extra_bytes,
    judge_fit,
    shape_of,
)
from benchtop.domain.model_errors import ModelFileMissing
from benchtop.domain.models import bytes_text
from benchtop.protocol.hub_messages import AskHeader, HeaderFacts
from benchtop.services.library import check_present, find_model
from benchtop.services.machine_memory import free_memory
from benchtop.store.database import Store

DEFAULT_CONTEXT = 4_096
WORDS = {
    "easy": "fits easily",
    "fits": "fits",
    "tight": "fits, but tightly",
    "smaller": "fits only with a smaller context: {context:,} tokens",
    "no": "does not fit",
}


def add_action(actions: Any) -> None:
    """Add the action to `benchtop models`."""
    text = "tell whether a model fits this machine's memory"
    parser = actions.add_parser("estimate", help=text, description=text)
    parser.add_argument(
        "model",
        type=not_blank,
        metavar="PATH-or-REPO",
        help="a file, a model of the list, or owner/name[:quantisation] on the Hub",
    )
    parser.add_argument("--context", type=_context, metavar="N")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    add_network_options(parser)
    parser.set_defaults(run=_estimate)


def _context(text: str) -> int:
    number = int(text) if text.isdigit() else 0
    if not 1 <= number <= 100_000_000:
        raise argparse.ArgumentTypeError("must be a number of tokens from 1 on")
    return number


def _estimate(arguments: argparse.Namespace) -> int:
    name, shape, size, extra, fetched = _facts(arguments)
    context = arguments.context or DEFAULT_CONTEXT
    fit = judge_fit(shape, size, context, FreeMemory(free_memory()), extra)
    parts = estimate_memory(shape, size, fit.context or context)
    if arguments.json:
        print_json(
            {
                "model": name, "verdict": fit.verdict, "context": fit.context,
                "need_bytes": fit.need, "free_bytes": fit.free, "weights_bytes": parts.weights,
                "kv_cache_bytes": parts.kv_cache, "compute_bytes": parts.compute,
                "correction_bytes": extra, "fetched_bytes": fetched,
            }
        )  # fmt: skip
        return 0
    sys.stdout.write(f"{one_line(name)} {WORDS[fit.verdict].format(context=fit.context)}.\n")
    tokens = min(context, shape.context_length or context)
    sys.stdout.write(_explained(fit, tokens, extra, asked=arguments.context or tokens))
    return 0


def _explained(fit: Fit, context: int, extra: int, asked: int) -> str:
    """``context`` are the tokens that were judged, ``asked`` those that a person asked for."""
    most = f" (the most this model takes; you asked for {asked:,})" if asked > context else ""
    learned = f" ({bytes_text(abs(extra))} of it learned from loads here)" if extra else ""
    return (
        f"At a context of {context:,} tokens{most} it takes about {bytes_text(fit.need)}{learned}; "
        f"{bytes_text(fit.free)} are free now.\n"
    )


def _facts(arguments: argparse.Namespace) -> tuple[str, ModelShape, int, int, int]:
    """Name, shape, bytes of the file, correction in bytes, and bytes fetched for it."""
    folder = prepared_folder()
    with opened_store(folder) as store:
        try:
            model = check_present(find_model(store, arguments.model))
        except (ModelUnknown, ModelFileMissing):
            is_file = arguments.model.lower().endswith(
                ".gguf"
            )  # a repository's would follow a colon
            if is_file or not is_repository(arguments.model):
                raise
        else:
            shape = shape_of(read_header(model.path))
            return model.name, shape, model.bytes, _extra(store, shape), 0
    return _remote(arguments)


def _remote(arguments: argparse.Namespace) -> tuple[str, ModelShape, int, int, int]:
    with asking_the_hub(arguments) as hub:
        chosen = choose(hub, arguments.model)
        first, size = chosen.choice.files[0], chosen.choice.model_bytes
        repository = chosen.repository
        facts: HeaderFacts = hub.ask(
            AskHeader("", repository.id, repository.revision, first.path, first.size)
        )
        shape = replace(facts.shape, parameters=facts.shape.parameters or repository.parameters)
        name = f"{repository.id} {chosen.choice.quantisation}"
        return name, shape, size, _extra(hub.store, shape), facts.fetched_bytes


def _extra(store: Store, shape: ModelShape) -> int:
    return extra_bytes(store.loads.recent(), shape.architecture)
