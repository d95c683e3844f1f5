"""`benchtop adapters`: what models learnt here or elsewhere, in files of their own."""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any, get_args

from benchtop.cli.adapter_merge import merge_into
from benchtop.cli.common import (
    not_blank,
    one_line,
    opened_store,
    prepared_folder,
    print_json,
)
from benchtop.domain.adapters import AdapterFile
from benchtop.domain.cards import Card
from benchtop.domain.errors import FileNotBinned
from benchtop.domain.models import ModelFile, bytes_text
from benchtop.domain.teach_errors import AdapterNotBinned
from benchtop.protocol.encode_messages import QuantKind
from benchtop.services.adapter_card import card_of, learnt_from
from benchtop.services.adapter_library import remove_adapter
from benchtop.services.adapters import find_adapter, models_for, with_noted_sums
from benchtop.services.library import all_models

_ADAPTER = "an id, a name or a path"
MOST_NAMES = 2
"""Models that a line of the list names."""


def add_parser(commands: Any) -> None:
    """Add the sub-command to the parser."""
    parser = commands.add_parser(
        "adapters", help="list, show, merge or remove adapters", description=__doc__
    )
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    _action(actions, "list", "list the adapters on this disk and the models they fit", _list)
    show = _action(actions, "show", "everything that is known of one adapter", _show)
    show.add_argument("adapter", type=not_blank, metavar="A", help=_ADAPTER)
    merge = _action(
        actions, "merge", "make a new model of its base with the adapter inside", _merge
    )
    merge.add_argument("adapter", type=not_blank, metavar="A", help=f"{_ADAPTER}; FILE:SCALE too")
    merge.add_argument(
        "--model", type=not_blank, metavar="M", help="the base; needed where several fit"
    )
    merge.add_argument(
        "--output",
        type=not_blank,
        required=True,
        metavar="FILE",
        help="the new model, a .gguf file",
    )
    merge.add_argument(
        "--kind",
        choices=get_args(QuantKind),
        help="its quantisation (default: that of the base, or the nearest)",
    )
    remove = _action(
        actions, "remove", "take an adapter off the list, its file to the bin", _remove
    )
    remove.add_argument("adapter", type=not_blank, metavar="A", help=_ADAPTER)
    remove.add_argument("--keep-file", action="store_true", help="leave its file where it is")


def _action(actions: Any, name: str, text: str, run: Any) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = actions.add_parser(name, help=text, description=text)
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(run=run)
    return parser


def _list(arguments: argparse.Namespace) -> int:
    folder = prepared_folder()
    with opened_store(folder) as store:
        adapters, models = store.adapters.all(), with_noted_sums(folder, all_models(store))
    if arguments.json:
        print_json([_facts(one, models) for one in adapters])
        return 0
    if not adapters:
        sys.stdout.write(
            "There are no adapters yet: `benchtop tune` makes one, `benchtop models import FILE` adds one.\n"
        )
        return 0
    rows: list[tuple[str, ...]] = [("ID", "NAME", "RANK", "SIZE", "FITS", "LEARNT FROM", "")]
    rows += [_row(one, models) for one in adapters]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        line = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        sys.stdout.write(line.rstrip() + "\n")
    return 0


def _row(adapter: AdapterFile, models: list[ModelFile]) -> tuple[str, ...]:
    return (
        adapter.id,
        one_line(adapter.name),
        str(adapter.rank or ""),
        bytes_text(adapter.bytes),
        _some([one_line(model.name) for model in models_for(adapter, models)]),
        one_line(learnt_from(adapter.card)) or "-",
        "" if Path(adapter.path).is_file() else "(its file is gone)",
    )


def _some(names: list[str]) -> str:
    """As many as leave the table on a screen."""
    more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
    return ", ".join(names[:MOST_NAMES]) + more if names else "-"


def _facts(adapter: AdapterFile, models: list[ModelFile]) -> dict[str, Any]:
    """All but the card, which `show` prints, and the bin."""
    facts = asdict(adapter)
    del facts["card"], facts["deleted"]
    return facts | {
        "fits": [model.name for model in models_for(adapter, models)],
        "learnt_from": learnt_from(adapter.card),
        "missing": not Path(adapter.path).is_file(),
    }


def _show(arguments: argparse.Namespace) -> int:
    folder = prepared_folder()
    with opened_store(folder) as store:
        adapter = find_adapter(store, arguments.adapter)
        facts = _facts(adapter, with_noted_sums(folder, all_models(store)))
    card = card_of(adapter.card)
    if arguments.json:
        told = None
        if card is not None:
            told = {
                "summary": card.summary,
                "licence": _licence(card),
                **card.inputs,
                **card.results,
            }
        print_json(facts | {"card": told})
        return 0
    facts["bytes"] = f"{adapter.bytes:,} ({bytes_text(adapter.bytes)})"
    facts["added"] = f"{datetime.fromtimestamp(adapter.added).astimezone():%Y-%m-%d %H:%M}"
    facts |= _told(card) if card is not None else {"card": "none"}
    for name, value in facts.items():
        shown = ("yes" if value else "no") if isinstance(value, bool) else str(value)
        shown = ", ".join(value) if isinstance(value, list) else shown
        sys.stdout.write(f"{name.replace('_', ' '):18}{one_line(shown) or '-'}\n")
    return 0


def _told(card: Card) -> dict[str, str]:
    """What the card says, in the lines of `show`; its whole is in the --json."""
    settings = card.inputs.get("settings")
    settings = settings if isinstance(settings, dict) else {}
    names = ("seed", "learning_rate", "alpha", "last_layers", "preset")
    return {
        "card": card.summary,
        "licence_of_base": _licence(card),
        "steps": str(card.results.get("steps", "")),
        "best_step": str(card.results.get("best_step", "")),
        **{name: str(settings[name]) for name in names if settings.get(name) is not None},
    }


def _licence(card: Card) -> str:
    return card.models[0].licence if card.models else ""


def _merge(arguments: argparse.Namespace) -> int:
    folder = prepared_folder()
    made = merge_into(
        folder, arguments.adapter, arguments.model, Path(arguments.output), arguments.kind
    )
    if arguments.json:
        print_json({"path": made.path, "bytes": made.bytes, "id": made.id, "name": made.name,
                    "quantisation": made.quantisation})  # fmt: skip
    else:
        name, path = one_line(made.name), one_line(made.path)
        sys.stdout.write(f"{name} is on the list of models: {path}, {bytes_text(made.bytes)}.\n")
    return 0


def _remove(arguments: argparse.Namespace) -> int:
    with opened_store(prepared_folder()) as store:
        adapter = find_adapter(store, arguments.adapter)
        try:
            removed = remove_adapter(store, adapter, with_file=not arguments.keep_file)
        except FileNotBinned as error:
            raise AdapterNotBinned(**error.facts) from error
    kept = [str(one.kept) for one in removed.binned]
    if arguments.json:
        print_json({"id": adapter.id, "name": adapter.name, "path": adapter.path, "bin": kept})
        return 0
    name, path = one_line(adapter.name), one_line(adapter.path)
    if kept:
        words = f"its file is in the bin, as {one_line(kept[0])}"
    elif arguments.keep_file:
        words = f"{path} stays where it is"
    else:
        words = f"{path} was not there any more"
    sys.stdout.write(f"{name} is off the list; {words}.\n")
    return 0
