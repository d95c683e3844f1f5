"""`benchtop data`: sets of examples that a model is taught with."""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict
from typing import Any

from benchtop.cli.common import not_blank, one_line, opened_store, prepared_folder, print_json
from benchtop.cli.data_check import add_options, check
from benchtop.cli.data_files import add_export, add_import
from benchtop.cli.data_redact import redact_flagged
from benchtop.cli.data_remove import remove
from benchtop.cli.data_texts import (
    add_dataset,
    add_into,
    data_action,
    dataset_json,
    examples_count,
    print_head,
    spread_text,
)
from benchtop.cli.data_unfinished import dismiss, unfinished_json, unfinished_text
from benchtop.domain.example_forms import FORMS
from benchtop.domain.examples import Dataset
from benchtop.domain.teach_errors import NothingToCollect
from benchtop.services.dataset_statistics import DatasetStatistics, dataset_statistics
from benchtop.services.datasets import find_dataset, new_dataset
from benchtop.services.example_collecting import collect_from_chats, new_from_chats

_SHOWN = 5


def add_parser(commands: Any) -> None:
    """Add the sub-command to the parser."""
    parser = commands.add_parser(
        "data", help="import, export, show or check examples to teach a model", description=__doc__
    )
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    data_action(actions, "list", "list your data sets", _list)
    add_import(actions)
    add_export(actions)
    show = data_action(actions, "show", "say what a data set is made of", _show)
    add_dataset(show)
    checked = data_action(
        actions, "check", "find duplicates, personal data and other trouble in examples", check
    )
    checked.add_argument(
        "data", type=not_blank, metavar="DATA", help="an id or a name of a data set, or a file"
    )
    checked.add_argument("--form", choices=FORMS, help="of a file; default: by its keys")
    add_options(checked)
    collect = data_action(
        actions, "collect", "take what you rated up or edited in chats as examples", _collect
    )
    add_into(collect, "Chats")
    redact = data_action(
        actions, "redact", "put marks in the place of personal data in a data set", redact_flagged
    )
    redact.add_argument(
        "--versions",
        action="store_true",
        help="also in what is kept of it because models were taught with it",
    )
    add_dataset(redact)
    add_dataset(data_action(actions, "remove", "move a data set to the bin", remove))
    add_dataset(
        data_action(actions, "dismiss", "leave an import that did not come to its end", dismiss)
    )


def _list(arguments: argparse.Namespace) -> int:
    with opened_store(prepared_folder()) as store:
        found = store.datasets.all()
        unfinished = {one.id: store.imports.unfinished(one.id) for one in found}
    if arguments.json:
        print_json([dataset_json(one) | unfinished_json(unfinished[one.id]) for one in found])
        return 0
    if not found:
        sys.stdout.write("There are no data sets yet: `benchtop data import FILE` makes one.\n")
        return 0
    rows = [("ID", "EXAMPLES", "HELD OUT", "DRAFTS", "NAME")]
    for one in found:
        counts = (f"{one.examples:,}", f"{one.held_out:,}", f"{one.drafts:,}")
        rows.append((one.id, *counts, one_line(one.name)))
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    for row in rows:
        columns = "  ".join(row[n].rjust(widths[n]) for n in range(1, 4))
        sys.stdout.write(f"{row[0].ljust(widths[0])}  {columns}  {row[4]}\n")
    for one in found:
        sys.stdout.write(unfinished_text(one, unfinished[one.id]))
    return 0


def _show(arguments: argparse.Namespace) -> int:
    with opened_store(prepared_folder()) as store:
        dataset = find_dataset(store, arguments.data)
        facts = dataset_statistics(store.examples.each(dataset.id))
        heads = store.examples.page(dataset.id, limit=_SHOWN)
        versions = store.versions.of(dataset.id)
        unfinished = store.imports.unfinished(dataset.id)
    if arguments.json:
        print_json(
            {
                **dataset_json(dataset),
                **unfinished_json(unfinished),
                "statistics": asdict(facts),
                "versions": [asdict(one) for one in versions],
                "first": [asdict(head) for head in heads],
            }
        )
        return 0
    _tell_statistics(dataset, facts)
    sys.stdout.write(unfinished_text(dataset, unfinished))
    if versions:
        newest = versions[0]
        sys.stdout.write(
            f"Versions that were trained on: {len(versions)}, the newest with {newest.train:,} to learn"
            f" from and {newest.holdout:,} held out\n"
        )
    for head in heads:
        print_head(head)
    return 0


def _tell_statistics(dataset: Dataset, facts: DatasetStatistics) -> None:
    write = sys.stdout.write
    write(f"{one_line(dataset.name)} ({dataset.id}): {examples_count(facts.examples)}\n")
    if not facts.examples and not facts.drafts:
        return
    parts = [f"{facts.train:,} to learn from", f"{facts.holdout:,} held out"]
    parts += [f"{facts.left_out:,} left out"] if facts.left_out else []
    parts += [f"{facts.unusable:,} with a problem"] if facts.unusable else []
    parts += [f"{facts.drafts:,} drafts that wait for your yes"] if facts.drafts else []
    write(f"  {', '.join(parts)}\n")
    if not facts.holdout and dataset.holdout_part and facts.train > 1:
        write(f"  {dataset.holdout_part:.0%} will be held out when a model is taught with it\n")
    write(f"  from: {_counts(facts.origins)}\n")
    if facts.tags:
        write(f"  tags: {_counts(facts.tags)}\n")
    if facts.with_rejected:
        write(f"  with a worse answer beside: {facts.with_rejected:,}\n")
    write(f"  turns: {spread_text(facts.turns)}\n")
    write(f"  letters of an example: {spread_text(facts.characters)}\n")
    write(f"  letters of an answer: {spread_text(facts.answers)}\n")


def _counts(counts: Any) -> str:
    return ", ".join(f"{one_line(name)} {count:,}" for name, count in counts.items())


def _collect(arguments: argparse.Namespace) -> int:
    with opened_store(prepared_folder()) as store, store.connection.writing():
        if arguments.data is not None:
            dataset = find_dataset(store, arguments.data)
        else:
            if not new_from_chats(store, ""):  # before a data set is made for nothing
                raise NothingToCollect
            dataset = new_dataset(store, arguments.name or "Chats")
        added = collect_from_chats(store, dataset)
        dataset = store.datasets.get(dataset.id)
    if arguments.json:
        print_json({**dataset_json(dataset), "added": len(added)})
    else:
        sys.stdout.write(
            f"{examples_count(len(added))} of your chats came into “{one_line(dataset.name)}”"
            f" ({dataset.id}), which has {dataset.examples:,}.\n"
        )
    return 0
