"""What the actions of `benchtop data` share: their options, and how they tell of examples."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from benchtop.cli.common import not_blank, one_line
from benchtop.domain.examples import Dataset
from benchtop.services.dataset_statistics import Spread
from benchtop.services.example_files import ImportReport
from benchtop.store.example_rows import ExampleHead

_NAMED = 10
"""Broken lines that are named to a person."""


def data_action(actions: Any, name: str, text: str, run: Any) -> argparse.ArgumentParser:
    """Add an action that prints JSON where that is asked for."""
    parser: argparse.ArgumentParser = actions.add_parser(name, help=text, description=text)
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(run=run)
    return parser


def add_dataset(parser: argparse.ArgumentParser) -> None:
    """A data set is named."""
    parser.add_argument("data", type=not_blank, metavar="DATA", help="an id or a name")


def add_into(parser: argparse.ArgumentParser, default: str) -> None:
    """Where examples go: into a new data set or one that is there."""
    into = parser.add_mutually_exclusive_group()
    into.add_argument(
        "--name", type=not_blank, metavar="NAME", help=f"of a new data set; default: {default}"
    )
    into.add_argument("--data", type=not_blank, metavar="DATA", help="add to this data set")


def broken_lines_text(report: ImportReport) -> str:
    """Lines that name what was left out of a file; empty where nothing was."""
    if not report.broken_count:
        return ""
    lines = "line was" if report.broken_count == 1 else "lines were"
    told = [f"{report.broken_count:,} {lines} left out:"]
    told += [f"  line {one.line:,} {one.why}" for one in report.broken[:_NAMED]]
    if report.broken_count > _NAMED:
        told.append(f"  and {report.broken_count - _NAMED:,} more")
    return "".join(f"{line}\n" for line in told)


def dataset_json(dataset: Dataset) -> dict[str, Any]:
    """The facts that `--json` prints of a data set."""
    return {
        "id": dataset.id,
        "name": dataset.name,
        "examples": dataset.examples,
        "included": dataset.included,
        "held_out": dataset.held_out,
        "drafts": dataset.drafts,
        "holdout_part": dataset.holdout_part,
    }


def examples_count(number: int) -> str:
    """ "1 example", "2 examples"."""
    return f"{number:,} example{'' if number == 1 else 's'}"


def print_head(head: ExampleHead) -> None:
    """An example in two lines."""
    marks = ["held out"] if head.holdout else []
    marks += [] if head.included else ["left out"]
    marks += ["draft"] if head.state == "draft" else []
    marks += [head.problem] if head.problem else []
    told = f"  ({', '.join(marks)})" if marks else ""
    sys.stdout.write(f"\n  Q: {one_line(head.question)}{told}\n  A: {one_line(head.answer)}\n")


def spread_text(spread: Spread) -> str:
    """How numbers lie, in a line."""
    return (
        f"{spread.least:,} to {spread.most:,}, half of them up to {spread.median:,g},"
        f" 95 of 100 up to {spread.p95:,}"
    )
