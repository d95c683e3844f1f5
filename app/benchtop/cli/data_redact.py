"""`benchtop data redact`: personal data out of a data set, and out of what models were taught with."""

from __future__ import annotations

import argparse
import sys

from benchtop.cli.common import one_line, opened_store, prepared_folder, print_json
from benchtop.cli.data_texts import dataset_json, examples_count
from benchtop.domain.personal_data import personal_of
from benchtop.services.datasets import (
    find_dataset,
    redact,
    redact_versions,
    versions_with_personal_data,
)


def redact_flagged(arguments: argparse.Namespace) -> int:
    """Take personal data out of a data set; the exit status."""
    with opened_store(prepared_folder()) as store:
        dataset = find_dataset(store, arguments.data)
        flagged = [one.id for one in store.examples.each(dataset.id) if personal_of(one)]
        changed = redact(store, flagged)
        mended = redact_versions(store, dataset.id) if arguments.versions else 0
        holding = versions_with_personal_data(store, dataset.id)
    if arguments.json:
        redacted = [one.id for one in changed]
        versions = {"versions_redacted": mended, "versions_holding": holding}
        print_json({**dataset_json(dataset), "redacted": redacted, **versions})
        return 0
    name = one_line(dataset.name)
    if changed:
        count = examples_count(len(changed))
        sys.stdout.write(f"Personal data was taken out of {count} of “{name}”.\n")
    else:
        sys.stdout.write(f"No personal data was found in “{name}”.\n")
    if mended:
        sys.stdout.write(
            f"It was taken out of {_versions(mended)} too: what is kept there is no longer word for word what"
            " was learnt.\n"
        )
    if holding:
        sys.stdout.write(
            f"It is still in {_versions(holding)} that models were taught with, and these models may have"
            " learnt it: --versions takes it out of there too, which then no longer tell word for word what"
            " was learnt.\n"
        )
    return 0


def _versions(count: int) -> str:
    return "1 version" if count == 1 else f"{count:,} versions"
