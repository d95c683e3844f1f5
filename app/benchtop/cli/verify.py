"""`benchtop models verify`: read model files again and compare their check sums."""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from typing import Any

from benchtop.cli.common import one_line, opened_store, prepared_folder, print_json
from benchtop.domain.errors import FileUnreadable
from benchtop.domain.models import ModelFile
from benchtop.services.file_check import checked_again, known_sum
from benchtop.services.library import all_models, find_model, is_missing
from benchtop.store.database import Store

SENTENCES = {
    "right": "{name} is as it should be.",
    "wrong": "{name} IS NOT as it should be: download it again.",
    "noted": "{name} had no check sum yet: it is noted now.",
    "missing": "{name} is not there any more.",
    "unreadable": "{name} could not be compared: {why}",
}
BAD = frozenset({"wrong", "missing", "unreadable"})


@dataclass(frozen=True, slots=True)
class Looked:
    """What became of a check: a key of SENTENCES, the SHA-256 found, and why there is none."""

    result: str
    sha256: str = ""
    why: str = ""


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
            looked = _look(store, model)
            if looked.result in BAD:
                status = 1
            _tell(model, looked, json=arguments.json)
    return status


def _look(store: Store, model: ModelFile) -> Looked:
    """What is the matter with a model's files, which is kept. One that cannot be read is no reason
    to leave the others out."""
    if is_missing(model):
        return Looked("missing")
    try:
        checked = checked_again(store, model)
    except FileUnreadable as error:
        return Looked("unreadable", why=str(error))
    if checked.damaged is not None:
        return Looked("wrong")
    return Looked("right" if known_sum(model) else "noted", checked.sha256)


def _tell(model: ModelFile, looked: Looked, *, json: bool) -> None:
    if json:
        line = {"id": model.id, "path": model.path, "result": looked.result,
                "sha256": looked.sha256, "expected": model.sha256}  # fmt: skip
        print_json({**line, "detail": looked.why} if looked.why else line)
    else:
        sentence = SENTENCES[looked.result]
        sys.stdout.write(
            sentence.format(name=one_line(model.name), why=one_line(looked.why)) + "\n"
        )
    sys.stdout.flush()
