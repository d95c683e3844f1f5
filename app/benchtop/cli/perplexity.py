"""`benchtop perplexity`: how well a model predicts a text, as llama-perplexity measures it."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from benchtop.cli.common import prepared_folder, print_json
from benchtop.cli.measuring import (
    adapters_of,
    add_model,
    add_text,
    loaded_models,
    measured,
    model_json,
    models_of,
    text_of,
    window_of,
)
from benchtop.services.measures import perplexity_steps


def add_parser(commands: Any) -> None:
    """Add the sub-command to the parser."""
    parser = commands.add_parser(
        "perplexity", help="measure how well a model predicts a text", description=__doc__
    )
    add_model(parser)
    add_text(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Measure and print; the exit status."""
    folder = prepared_folder()
    text = text_of(arguments, folder)
    models = models_of(arguments, folder, 1, 1)
    context = window_of(arguments, models)
    adapters = adapters_of(arguments, folder, models[-1])
    with loaded_models(folder, models) as engines:
        found = measured(engines, perplexity_steps(text, context, adapters))
    if arguments.json:
        print_json(
            {
                "perplexity": found.perplexity,
                "standard_error": found.standard_error,
                "low": found.low,
                "high": found.high,
                "tokens": found.tokens,
                "context": found.context,
                "model": model_json(models[0]),
            }
        )
    else:
        sys.stdout.write(
            f"perplexity {found.perplexity:.4f} ± {found.standard_error:.4f} "
            f"(90 %: {found.low:.4f} to {found.high:.4f}), "
            f"{found.tokens:,} tokens in windows of {found.context:,}\n"
        )
    return 0
