"""`benchtop models verify`: read model files again and compare their check sums."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import Any

from benchtop.cli.common import one_line, opened_store, prepared_folder, print_json
from benchtop.domain.models import ModelFile, file_sha256
from benchtop.services.library import all_models, find_model, is_missing

SENTENCES = {
    "right": "is as it should be",
    "wrong": "IS NOT as it should be: download it again",
    "noted": "had no check sum yet: it is noted now",
    "missing": "is not there any more",
}


def add_action(actions: Any) -> None:
    """Add the action to `benchtop models`."""
    text = "read model files again and compare their check sums"
    parser = actions.add_parser("verify", help=text, description=text)
    parser.add_argument("model", nargs="?", metavar="M", help="default: every model of the list")
    parser.add_argument("--json", action="store_true", help="print a line of JSON for each")
    parser.set_defaults(run=_verify)


def _verify(arguments: argparse.Namespace) -> int:
    status = 0
    with opened_store(prepared_folder()) as store:
        chosen = [find_model(store, arguments.model)] if arguments.model else all_models(store)
        for model in chosen:
            result, found = _look(model)
            if result in ("wrong", "missing"):
                status = 1
            if result in ("right", "noted") and store.models.get(model.id) is not None:
                store.models.change(model.id, sha256=found, verified=time.time())
            _tell(model, result, found, json=arguments.json)
    return status


def _look(model: ModelFile) -> tuple[str, str]:
    """What is the matter with a file, and the sum it has now."""
    if is_missing(model):
        return "missing", ""
    wanted = model.sha256 or _sum_in_name(model.path)
    found = file_sha256(model.path)
    if not wanted:
        return "noted", found
    return ("right" if found == wanted else "wrong"), found


def _sum_in_name(path: str) -> str:
    """The Hub's cache and Ollama name the bytes by their SHA-256."""
    name = Path(path).resolve().name.removeprefix("sha256-")
    is_sum = len(name) == 64 and all(letter in "0123456789abcdef" for letter in name)
    return name if is_sum else ""


def _tell(model: ModelFile, result: str, found: str, *, json: bool) -> None:
    if json:
        print_json(
            {"id": model.id, "path": model.path, "result": result, "sha256": found,
             "expected": model.sha256}
        )  # fmt: skip
    else:
        sys.stdout.write(f"{one_line(model.name)} {SENTENCES[result]}.\n")
    sys.stdout.flush()
