"""`benchtop divergence`: how far a model's predictions are from those of another file of it."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from benchtop.cli.common import one_line, prepared_folder, print_json
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
from benchtop.evaluation.divergence import Divergence, Figure
from benchtop.services.measures import divergence_steps


def add_parser(commands: Any) -> None:
    """Add the sub-command to the parser."""
    parser = commands.add_parser(
        "divergence",
        help="measure how far one file's predictions are from another's",
        description=__doc__,
    )
    add_model(parser, more="; give it twice: the reference, then the one compared with it")
    add_text(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Measure and print; the exit status."""
    folder = prepared_folder()
    text = text_of(arguments, folder)
    models = models_of(arguments, folder, 2, 2)
    context = window_of(arguments, models)
    adapters = ((), adapters_of(arguments, folder, models[-1]))
    names = (models[0].path, models[1].path)
    with loaded_models(folder, models) as engines:
        found = measured(engines, divergence_steps(text, context, folder, names, adapters))
    if arguments.json:
        print_json({**_json(found), "models": [model_json(model) for model in models]})
        return 0
    lines = {
        "first": one_line(models[0].path),
        "second": one_line(models[1].path),
        "mean KL divergence, nats": _text(found.mean),
        "median": _text(found.median),
        "99th percentile": _text(found.percentile_99),
        "largest": f"{found.most:.6f}",
        "same likeliest token": f"{found.top1_agreement.value:.2%} "
        f"± {found.top1_agreement.standard_error:.2%}",
        "perplexity of the first": f"{found.first.perplexity:.4f}",
        "perplexity of the second": f"{found.second.perplexity:.4f}",
        "tokens": f"{found.tokens:,} in windows of {found.context:,}",
    }
    for name, value in lines.items():
        sys.stdout.write(f"{name:32}{value}\n")
    return 0


def _text(figure: Figure) -> str:
    return f"{figure.value:.6f} ± {figure.standard_error:.6f}"


def _json(found: Divergence) -> dict[str, Any]:
    figures = {
        "mean_kl": found.mean,
        "median_kl": found.median,
        "kl_99": found.percentile_99,
        "top1_agreement": found.top1_agreement,
    }
    values: dict[str, Any] = {}
    for name, figure in figures.items():
        values[name] = figure.value
        values[f"{name}_standard_error"] = figure.standard_error
    return {
        **values,
        "largest_kl": found.most,
        "perplexities": [found.first.perplexity, found.second.perplexity],
        "tokens": found.tokens,
        "context": found.context,
    }
