"""The options that say who is asked, how often and how: of `compare` and of `suites run`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from benchtop.cli.chat_inputs import adapter_of, overrides_of
from benchtop.cli.common import chosen_model, not_blank, one_line
from benchtop.domain.contests import MOST_CONTESTANTS
from benchtop.domain.generation import AdapterUse, SamplingParams
from benchtop.domain.models import ModelFile
from benchtop.domain.told_apart import told_apart
from benchtop.protocol.messages import MOST_REPEATS
from benchtop.services.contest_entry import Entry
from benchtop.services.data_folder import DataFolder

_OF_SAMPLING = (
    "repeat", "system", "temperature", "top_k", "top_p", "min_p", "seed", "max_tokens",
)  # fmt: skip
"""What add_sampling() adds."""


def add_contestants(parser: argparse.ArgumentParser, least: int) -> None:
    """The options that say who is asked; entries_of() reads them."""
    add = parser.add_argument
    add(
        "--model",
        type=not_blank,
        action=_NextModel,
        default=[],
        metavar="M",
        help=f"a path, an id or a name; {least} to {MOST_CONTESTANTS} times, "
        "the same one again for other adapters",
    )
    add(
        "--adapter",
        type=not_blank,
        action=_OfLastModel,
        metavar="FILE[:SCALE]",
        help="attach a LoRA adapter to the --model before it",
    )


def add_sampling(parser: argparse.ArgumentParser) -> None:
    """The options that say how often and how; overrides_of() reads them."""
    add = parser.add_argument
    add("--repeat", type=_repeat, default=1, metavar="N", help="ask N times (default: 1)")
    add("--system", metavar="S", help="a system prompt")
    add("--temperature", type=float, metavar="T", help="0 always takes the likeliest token")
    add("--top-k", type=int, metavar="K", help="choose among the K likeliest tokens (0: off)")
    add("--top-p", type=float, metavar="P", help="choose among tokens of this probability")
    add("--min-p", type=float, metavar="P", help="leave out tokens below P of the likeliest's")
    add("--seed", type=int, metavar="N", help="of the first time; each repetition adds 1")
    add("--max-tokens", type=int, metavar="N", help="stop after N tokens")
    parser.set_defaults(logprobs=None, stop=[], schema=None)


def refuse_asking(parser: argparse.ArgumentParser, arguments: argparse.Namespace, why: str) -> None:
    """Options that say who is asked and how: they would be passed over in silence."""
    given = [
        f"--{name.replace('_', '-')}"
        for name in ("model", *_OF_SAMPLING)
        if getattr(arguments, name) != parser.get_default(name)
    ]
    if given:
        parser.error(f"argument {why}, so that {given[0]} has no place here")


class _NextModel(argparse.Action):
    """Each model with the adapters that follow it: a list of (model, adapters)."""

    def __call__(
        self, parser: argparse.ArgumentParser, namespace: Any, values: Any, option: Any = None
    ) -> None:
        namespace.model = [*namespace.model, (values, [])]


class _OfLastModel(argparse.Action):
    """An adapter of the model before it."""

    def __call__(
        self, parser: argparse.ArgumentParser, namespace: Any, values: Any, option: Any = None
    ) -> None:
        if not namespace.model:
            parser.error("argument --adapter: give the --model it belongs to before it")
        namespace.model[-1][1].append(values)


def _repeat(text: str) -> int:
    try:
        number = int(text)
    except ValueError:
        number = 0
    if not 1 <= number <= MOST_REPEATS:
        raise argparse.ArgumentTypeError(f"must be a whole number from 1 to {MOST_REPEATS:,}")
    return number


def entries_of(folder: DataFolder, arguments: argparse.Namespace) -> tuple[Entry, ...]:
    """Who is asked; raises the errors of settings that make no sense and of models that are not there."""
    overrides = overrides_of(arguments)
    adapters = [tuple(adapter_of(text) for text in texts) for _, texts in arguments.model]
    models = [chosen_model(folder, wanted) for wanted, _ in arguments.model]
    names = _names(models, adapters)
    return tuple(
        Entry(
            model,
            attached,
            arguments.system or "",
            params=replace(_params(model, overrides), seed=None),
            seed=overrides.get("seed"),
            name=name,
        )
        for model, attached, name in zip(models, adapters, names, strict=True)
    )


def _params(model: ModelFile, overrides: dict[str, Any]) -> SamplingParams:
    """What its makers suggest, and over it what was given."""
    return replace(model.suggested_params, **overrides).checked()


def _names(models: Sequence[ModelFile], adapters: Sequence[tuple[AdapterUse, ...]]) -> list[str]:
    """The models' names, made different by numbers where they are the same."""
    plain = [
        f"{one_line(model.name)} with an adapter" if attached else one_line(model.name)
        for model, attached in zip(models, adapters, strict=True)
    ]
    return told_apart(plain)
