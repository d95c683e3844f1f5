"""`benchtop models find-local`: the models that other programs already have on this disk."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from typing import Any

from benchtop.cli.common import one_line, opened_store, prepared_folder, print_json
from benchtop.domain.model_errors import ModelFileError
from benchtop.domain.models import ModelFile, bytes_text
from benchtop.services.found_models import KnownModels, register_found
from benchtop.services.local_models import LocalModel, find_local
from benchtop.services.local_places import known_places
from benchtop.store.database import Store

_TITLES = ("PROGRAM", "NAME", "SIZE", "QUANTISATION", "", "PATH")
_Told = tuple[LocalModel, ModelFile | None, bool]
"""A found model, the entry of the list that it is, and whether that was made just now."""


def add_action(actions: Any) -> None:
    """Add the action to `benchtop models`."""
    text = (
        "find models of Ollama, LM Studio, Jan, GPT4All, llama.cpp and the Hub's cache on this disk"
    )
    parser = actions.add_parser("find-local", help=text, description=text)
    parser.add_argument("--add", action="store_true", help="put what is found on the list")
    parser.add_argument("--json", action="store_true", help="print a line of JSON for each")
    parser.set_defaults(run=_find)


def as_json(model: LocalModel, entry: ModelFile | None, *, is_new: bool = False) -> dict[str, Any]:
    """The facts that `--json` prints of a found model; ``id`` is null for one that is not on the list."""
    return {
        "program": model.program,
        "name": model.name,
        "path": str(model.path),
        "bytes": model.bytes,
        "architecture": model.architecture,
        "parameters": model.parameters,
        "quantisation": model.quantisation,
        "repository": model.repo,
        "revision": model.revision,
        "remote_path": model.remote_path,
        "sha256": model.sha256,
        "projector": str(model.projector) if model.projector else None,
        "id": entry.id if entry else None,
        "known": entry is not None and not is_new,
        "added": is_new,
        "damaged": entry is not None and entry.damaged is not None,
    }


def _find(arguments: argparse.Namespace) -> int:
    told: list[_Told] = []
    with opened_store(prepared_folder()) as store:
        for model, entry, is_new in _search(store, add=arguments.add):
            told.append((model, entry, is_new))
            if arguments.json:
                print_json(as_json(model, entry, is_new=is_new))
                sys.stdout.flush()
    if not arguments.json:
        _print(told, added=arguments.add)
    return 0


def _search(store: Store, *, add: bool) -> Iterator[_Told]:
    known = KnownModels(store.models.all())
    for model in find_local(known_places()):
        entry = known.same_as(model)
        if entry is not None or not add:
            yield model, entry, False
            continue
        try:
            entry = register_found(store, model)
        except ModelFileError:  # removed or written to since it was looked at
            continue
        known.add(entry)
        yield model, entry, True


def _print(told: list[_Told], *, added: bool) -> None:
    if not told:
        sys.stdout.write("No models of other programs were found on this disk.\n")
        return
    rows = [_TITLES, *(_row(*one) for one in told)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_TITLES) - 1)]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        sys.stdout.write("  ".join([*cells, row[-1]]).rstrip() + "\n")
    new = sum(is_new for _model, _entry, is_new in told)
    if added:
        sys.stdout.write(f"{new} added to the list; {len(told) - new} known already.\n")


def _row(model: LocalModel, entry: ModelFile | None, is_new: bool) -> tuple[str, ...]:
    state = "added" if is_new else "known" if entry else ""
    if entry is not None and entry.damaged is not None:
        state += " (damaged)"
    return (
        model.program,
        one_line(model.name),
        bytes_text(model.bytes),
        one_line(model.quantisation),
        state,
        one_line(str(model.path)),
    )
