"""The options of `benchtop tune`, and the settings that they make."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from benchtop.cli.common import holdout_part, named_as_option, not_blank
from benchtop.domain.errors import BadParameter
from benchtop.domain.gguf import read_header
from benchtop.domain.memory import shape_of
from benchtop.domain.models import ModelFile
from benchtop.domain.training import PRESETS, TARGETS, TrainingSettings, preset_settings
from benchtop.services.data_folder import DataFolder
from benchtop.services.start_adapter import start_layout

USUAL_PRESET = "balanced"
_NUMBERS = {
    "rank": (int, "N", "numbers per matrix and direction that are learnt"),
    "alpha": (float, "X", "how strongly they are applied: alpha / rank"),
    "last_layers": (int, "N", "change the last N layers only: faster (0: all)"),
    "steps": (int, "N", "make so many steps, or fewer where --patience ends it"),
    "epochs": (float, "X", "see each example so often"),
    "learning_rate": (float, "X", "how far each step goes"),
    "batch_tokens": (int, "N", "tokens that a step learns from, at most"),
    "context_length": (int, "N", "tokens of an example, at most; longer ones are cut at a turn"),
    "patience": (int, "N", "end after N readings of the holdout that were no better (0: never)"),
    "word_dropout": (
        float,
        "X",
        "part of the questions' words that is left out, in ways that change",
    ),
    "general": (
        float,
        "X",
        "tokens of general use for each one learnt from, to forget less (0: none)",
    ),
    "seed": (int, "N", "the same seed, data and threads give the same adapter"),
    "threads": (int, "N", "processor threads"),
}
_WITH_RESUME = frozenset({"resume", "output", "force", "json", "run"})


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add all of them to the parser."""
    add = parser.add_argument
    add("--model", type=not_blank, metavar="M", help="a path, an id or a name")
    add("--data", type=not_blank, metavar="D", help="a data set's name, or a file of examples")
    add(
        "--holdout-part", type=holdout_part, metavar="X", help="of a file: never train on this part"
    )
    add("--resume", type=not_blank, metavar="RUN", help="go on with a run that was paused or died")
    add("--list", action="store_true", help="list the training runs")
    add("--remove", type=not_blank, metavar="RUN", help="move a run to the bin; its adapter stays")
    add(
        "--judge",
        type=not_blank,
        metavar="RUN",
        help="ask general questions without and with what a run taught, and say the verdict",
    )
    add("--preset", choices=PRESETS, help=f"default: {USUAL_PRESET}")
    for name, (kind, metavar, text) in _NUMBERS.items():
        add("--" + name.replace("_", "-"), type=kind, metavar=metavar, help=text)
    add("--targets", metavar="LIST", help=f"matrices, by commas (default: {','.join(TARGETS)})")
    add("--preference", action="store_true", help="learn from rejected answers too (DPO)")
    add("--save-memory", action="store_true", help="compute again instead of keeping: slower")
    add("--start", type=not_blank, metavar="FILE", help="an adapter to begin with")
    add("--name", type=not_blank, metavar="NAME", help="what the adapter is called")
    add("--output", type=not_blank, metavar="FILE", help="copy the adapter there as well")
    add("--force", action="store_true", help="replace FILE if it is there")
    add("--json", action="store_true", help="print one JSON object at the end")


def check_words(parser: argparse.ArgumentParser, arguments: argparse.Namespace) -> None:
    """End with a complaint where options do not go together."""
    given = {name for name, value in vars(arguments).items() if value != parser.get_default(name)}
    for alone in ("list", "remove", "judge"):
        if alone in given and given - {alone, "json"}:
            parser.error(f"--{alone} goes with --json only")
    if arguments.list or arguments.remove is not None or arguments.judge is not None:
        return
    if arguments.resume is None:
        if not (arguments.model and arguments.data):
            parser.error("give --model and --data, or --resume")
        return
    more = sorted("--" + name.replace("_", "-") for name in given - _WITH_RESUME)
    if more:
        words = ", ".join(more[:-1]) + " and " * (len(more) > 1) + more[-1]
        parser.error(f"--resume goes on with a run as it was begun: leave {words} out")


def settings_of(
    folder: DataFolder, arguments: argparse.Namespace, model: ModelFile, start: str
) -> TrainingSettings:
    """What the options ask for. A run that begins with the adapter at ``start`` (empty for none) changes the
    same matrices. Raises BadParameter by the option's name, what start_layout() raises, and what reading
    the model's header raises."""
    header = read_header(model.path)
    shape = shape_of(header)
    settings = preset_settings(arguments.preset or USUAL_PRESET, shape.layers, shape.width)
    layout = start_layout(folder, model, shape.layers, start) if start else None
    settings = layout.within(settings) if layout is not None else settings
    given = {name: getattr(arguments, name) for name in _NUMBERS}
    settings = replace(settings, **{name: one for name, one in given.items() if one is not None})
    if arguments.targets is not None:
        targets = tuple(part.strip() for part in arguments.targets.split(",") if part.strip())
        settings = replace(settings, targets=targets)
    settings = replace(
        settings, preference=arguments.preference, save_memory=arguments.save_memory or None
    )
    try:
        settings = settings.checked()
    except BadParameter as error:
        raise named_as_option(error) from error
    if settings.last_layers > shape.layers:
        allowed = f"{Path(model.path).name} has {shape.layers} layers, and 0 means all of them"
        raise BadParameter(name="--last-layers", value=f"{settings.last_layers:,}", allowed=allowed)
    return settings
