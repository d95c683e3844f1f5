"""`benchtop data remove`: a data set goes to the bin."""

from __future__ import annotations

import argparse
import sys

from benchtop.cli.common import one_line, opened_store, prepared_folder, print_json
from benchtop.cli.data_texts import dataset_json, examples_count
from benchtop.services.datasets import find_dataset


def remove(arguments: argparse.Namespace) -> int:
    """Move a data set to the bin; the exit status. What runs saw of it stays with them."""
    with opened_store(prepared_folder()) as store:
        dataset = find_dataset(store, arguments.data)
        store.datasets.delete(dataset.id)
        versions = len(store.versions.of(dataset.id))
    if arguments.json:
        print_json(dataset_json(dataset))
        return 0
    sys.stdout.write(
        f"“{one_line(dataset.name)}” with {examples_count(dataset.examples)} is in the bin.\n"
    )
    if versions:
        kept = "the version" if versions == 1 else f"the {versions:,} versions"
        sys.stdout.write(f"Training runs keep {kept} of it that they saw.\n")
    return 0
