"""`benchtop lens`: what a model expected at each place of a prompt, and what could come next."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from benchtop.cli.common import for_terminal, one_line, prepared_folder, print_json
from benchtop.cli.measuring import (
    adapters_of,
    add_model,
    loaded_models,
    measured,
    model_json,
    models_of,
)
from benchtop.evaluation.next_token import Place, TokenOption
from benchtop.protocol.measure_messages import MOST_TOP
from benchtop.services.measures import LensView, lens_steps, two_lens_steps

_SHOWN = 5
"""How many alternatives a line has room for."""


def add_parser(commands: Any) -> None:
    """Add the sub-command to the parser."""
    parser = commands.add_parser(
        "lens", help="show what a model expected at each place of a text", description=__doc__
    )
    add_model(parser, more="; a second one is compared with the first")
    add = parser.add_argument
    add("--prompt", required=True, metavar="P", help="plain text, in no chat template")
    add(
        "--top",
        type=_count,
        default=10,
        metavar="K",
        help="how many of the likeliest tokens to tell of each place (default: 10)",
    )
    add("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) > MOST_TOP:
        raise argparse.ArgumentTypeError(f"must be a whole number from 0 to {MOST_TOP}")
    return int(text)


def run(arguments: argparse.Namespace) -> int:
    """Read the prompt and print; the exit status."""
    folder = prepared_folder()
    models = models_of(arguments, folder, 1, 2)
    adapters = adapters_of(arguments, folder, models[-1])
    prompt, top = arguments.prompt, arguments.top
    with loaded_models(folder, models) as engines:
        if len(models) == 1:
            view = measured(engines, lens_steps(prompt, top, adapters))
        else:
            names = (models[0].path, models[1].path)
            steps = two_lens_steps(prompt, top, folder, names, ((), adapters))
            view = measured(engines, steps)
    if arguments.json:
        print_json(_json(view) | {"models": [model_json(model) for model in models]})
        return 0
    _print(view.first)
    if view.second:
        sys.stdout.write(f"\n{one_line(models[1].name)}:\n")
        _print(view.second)
    return 0


def _json(view: LensView) -> dict[str, Any]:
    found: dict[str, Any] = {
        "tokens": [_place(place) for place in view.first[:-1]],
        "next": [_option(option) for option in view.first[-1].options],
    }
    if view.second:
        found["second"] = {
            "tokens": [_place(place) for place in view.second[:-1]],
            "next": [_option(option) for option in view.second[-1].options],
            "next_divergence": view.second[-1].divergence,
        }
    return found


def _place(place: Place) -> dict[str, Any]:
    values: dict[str, Any] = {
        "id": place.id,
        "text": place.text,
        "probability": place.came.probability if place.came is not None else None,
        "logprob": place.came.logprob if place.came is not None else None,
        "top": [_option(option) for option in place.options],
    }
    if place.divergence is not None:
        values |= {"divergence": place.divergence, "same_top": place.same_top}
    return values


def _option(option: TokenOption) -> dict[str, Any]:
    return {
        "id": option.id,
        "text": option.text,
        "probability": option.probability,
        "logprob": option.logprob,
    }


def _print(places: tuple[Place, ...]) -> None:
    for place in places:
        chance = f"{place.came.probability:8.2%}" if place.came is not None else " " * 8
        text = _shown(place.text) if place.id >= 0 else "(next)"
        others = "  ".join(
            f"{_shown(option.text)} {option.probability:.1%}" for option in place.options[:_SHOWN]
        )
        far = f"  KL {place.divergence:.4f}" if place.divergence is not None else ""
        sys.stdout.write(f"{text:20}{chance}{far}   {others}".rstrip() + "\n")


def _shown(text: str) -> str:
    """A token's text in one line, its spaces and line ends to be seen."""
    return for_terminal(text).replace("\n", "↵").replace("\t", "⇥").replace(" ", "·")
