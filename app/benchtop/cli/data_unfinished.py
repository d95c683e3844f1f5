"""Imports that did not come to their end: how `benchtop data` tells of them, and how a person dismisses
that."""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Sequence
from typing import Any

from benchtop.cli.common import one_line, opened_store, prepared_folder, print_json
from benchtop.cli.data_texts import dataset_json, examples_count
from benchtop.domain.examples import Dataset, UnfinishedImport
from benchtop.services.datasets import find_dataset


def unfinished_json(found: Sequence[UnfinishedImport]) -> dict[str, Any]:
    """What `--json` adds to the facts of a data set."""
    facts = [{"path": one.path, "examples": one.examples, "began": one.began} for one in found]
    return {"unfinished_imports": facts}


def unfinished_text(dataset: Dataset, found: Sequence[UnfinishedImport]) -> str:
    """A sentence for each, on lines of their own."""
    name = one_line(dataset.name)
    return "".join(
        f"The import of {one_line(one.path)} into “{name}” did not come to its end, and"
        f" {examples_count(one.examples)} of it came in: `benchtop data import --data"
        f" {shlex.quote(name)} {shlex.quote(one_line(one.path))}` adds only what is missing, and `benchtop"
        f" data dismiss {shlex.quote(name)}` leaves it as it is.\n"
        for one in found
    )


def dismiss(arguments: argparse.Namespace) -> int:
    """Forget that imports into a data set did not come to their end; the exit status."""
    with opened_store(prepared_folder()) as store:
        dataset = find_dataset(store, arguments.data)
        found = store.imports.unfinished(dataset.id)
        for one in found:
            store.imports.end(one.id)
    if arguments.json:
        print_json({**dataset_json(dataset), "dismissed": [one.path for one in found]})
        return 0
    name = one_line(dataset.name)
    if not found:
        sys.stdout.write(f"Every import into “{name}” came to its end.\n")
        return 0
    sys.stdout.write(f"“{name}” stays as it is, with {examples_count(dataset.examples)}.\n")
    return 0
