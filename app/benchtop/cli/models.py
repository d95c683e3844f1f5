"""`benchtop models`: the models on this disk."""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict
from typing import Any

from benchtop.cli import find_local, hub_account, hub_estimate, hub_pull, hub_search, verify
from benchtop.cli.common import (
    not_blank,
    one_line,
    opened_store,
    prepared_folder,
    print_json,
)
from benchtop.cli.model_facts import as_json
from benchtop.domain.adapters import AdapterFile
from benchtop.domain.model_errors import ModelIsAdapter
from benchtop.domain.models import ModelFile, bytes_text, parameters_text
from benchtop.services.adapters import import_adapter, models_for
from benchtop.services.library import (
    all_models,
    find_model,
    import_model,
    is_missing,
    remove_model,
)


def add_parser(commands: Any) -> None:
    """Add the sub-command to the parser."""
    parser = commands.add_parser(
        "models", help="list, show, import or remove models", description=__doc__
    )
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    _action(actions, "list", "list the models on this disk", _list)
    show = _action(actions, "show", "everything that is known of one model", _show)
    show.add_argument("model", type=not_blank, metavar="M", help="an id, a name or a path")
    add = _action(
        actions, "import", "register a GGUF file where it lies, without copying it", _import
    )
    add.add_argument("path", type=not_blank, metavar="PATH", help="a .gguf file")
    remove = _action(actions, "remove", "take a model off the list; its file stays", _remove)
    remove.add_argument("model", type=not_blank, metavar="M", help="an id, a name or a path")
    for module in (hub_search, hub_pull, hub_estimate, verify, find_local, hub_account):
        module.add_action(actions)


def _action(actions: Any, name: str, text: str, run: Any) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = actions.add_parser(name, help=text, description=text)
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(run=run)
    return parser


def _list(arguments: argparse.Namespace) -> int:
    with opened_store(prepared_folder()) as store:
        models = all_models(store)
    if arguments.json:
        print_json([as_json(model) for model in models])
        return 0
    rows: list[tuple[str, ...]] = [
        ("ID", "NAME", "SIZE", "PARAMETERS", "QUANTISATION", "CONTEXT", "")
    ]
    rows += [_row(model) for model in models]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        line = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        sys.stdout.write(line.rstrip() + "\n")
    return 0


def _row(model: ModelFile) -> tuple[str, ...]:
    return (
        model.id,
        one_line(model.name),
        bytes_text(model.bytes),
        parameters_text(model.parameters),
        one_line(model.quantisation),
        f"{model.context_length:,}" if model.context_length else "",
        _trouble(model),
    )


def _trouble(model: ModelFile) -> str:
    if is_missing(model):
        return "(its file is gone)"
    return "(damaged)" if model.damaged is not None else ""


def _show(arguments: argparse.Namespace) -> int:
    with opened_store(prepared_folder()) as store:
        model = find_model(store, arguments.model)
    _print_one(model, json=arguments.json)
    return 0


def _import(arguments: argparse.Namespace) -> int:
    with opened_store(prepared_folder()) as store:
        try:
            model = import_model(store, arguments.path)
        except ModelIsAdapter:
            adapter = import_adapter(store, arguments.path)
            return _tell_adapter(adapter, models_for(adapter, all_models(store)), arguments)
    if not arguments.json:
        sys.stdout.write(
            f"{one_line(model.name)} is now in the list as {model.id}; "
            "its file stays where it is.\n"
        )
        return 0
    print_json(as_json(model))
    return 0


def _tell_adapter(
    adapter: AdapterFile, fitting: list[ModelFile], arguments: argparse.Namespace
) -> int:
    names = [one_line(model.name) for model in fitting]
    if arguments.json:
        print_json({"adapter": asdict(adapter), "fits": names})
        return 0
    fits = (
        f"by its measures it fits {', '.join(names)}" if names else "no model of the list fits it"
    )
    sys.stdout.write(f"{one_line(adapter.name)} is an adapter and known now: {fits}.\n")
    return 0


def _remove(arguments: argparse.Namespace) -> int:
    with opened_store(prepared_folder()) as store:
        model = remove_model(store, arguments.model)
    if arguments.json:
        print_json(as_json(model))
    else:
        name, path = one_line(model.name), one_line(model.path)
        sys.stdout.write(f"{name} is off the list; {path} stays where it is.\n")
    return 0


def _print_one(model: ModelFile, *, json: bool) -> None:
    facts = as_json(model)
    if json:
        print_json(facts)
        return
    facts["bytes"] = f"{model.bytes:,} ({bytes_text(model.bytes)})"
    facts["parameters"] = f"{model.parameters:,} ({parameters_text(model.parameters)})"
    for name, value in facts.items():
        shown = ("yes" if value else "no") if isinstance(value, bool) else str(value)
        sys.stdout.write(f"{name.replace('_', ' '):16}{one_line(shown)}\n")
