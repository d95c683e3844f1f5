"""`benchtop data import` and `export`: examples out of files and into them."""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchtop.cli.common import (
    holdout_part,
    not_blank,
    one_line,
    opened_store,
    prepared_folder,
    print_json,
)
from benchtop.cli.data_texts import (
    add_dataset,
    add_into,
    broken_lines_text,
    data_action,
    dataset_json,
    examples_count,
)
from benchtop.domain.errors import FileInTheWay, FileNotWritten, Interrupted
from benchtop.domain.example_forms import FORMS
from benchtop.domain.examples import USUAL_HOLDOUT, Dataset
from benchtop.services.datasets import Imported, export_dataset, find_dataset, import_examples
from benchtop.services.example_files import FORMATS, ImportReport, Written, example_parts, format_of

_STEP = 10_000
"""Examples of an import after which a file is told how far it is."""


def add_import(actions: Any) -> None:
    """Add `import` to the actions."""
    read = data_action(actions, "import", "add examples from a file", _import)
    add_into(read, "the file's")
    read.add_argument("--form", choices=FORMS, help="default: by the names in the file")
    read.add_argument(
        "--holdout-part",
        type=holdout_part,
        metavar="X",
        help=f"of a new data set: never train on this part, but test with it; default: {USUAL_HOLDOUT}",
    )
    read.add_argument(
        "--holdout", action="store_true", help="never train on these, but test with them"
    )
    read.add_argument("file", type=not_blank, metavar="FILE", help=f"a {', '.join(FORMATS)} file")


def add_export(actions: Any) -> None:
    """Add `export` to the actions."""
    write = data_action(actions, "export", "write a data set to a file", _export)
    write.add_argument("--form", choices=FORMS, default="messages", help="default: messages")
    write.add_argument(
        "--format", choices=sorted(set(FORMATS.values())), help="default: by the file's name"
    )
    write.add_argument("--force", action="store_true", help="replace FILE if it is there")
    add_dataset(write)
    write.add_argument("file", type=not_blank, metavar="FILE", help="where to; - for the output")


class _Meter:
    """How far an import is, on stderr: on a terminal one line that is written over."""

    def __init__(self) -> None:
        self.done = 0

    def tell(self, report: ImportReport) -> None:
        before, self.done = self.done, report.read
        if sys.stderr.isatty():
            sys.stderr.write(f"\r{self.done:,} examples\033[K")
        elif self.done // _STEP > before // _STEP:
            sys.stderr.write(f"{self.done:,} examples\n")
        sys.stderr.flush()

    def end(self) -> None:
        if sys.stderr.isatty() and self.done:
            sys.stderr.write("\r\033[K")


def _import(arguments: argparse.Namespace) -> int:
    path = Path(arguments.file).expanduser().absolute()
    meter = _Meter()
    with opened_store(prepared_folder()) as store:
        into: Dataset | str = arguments.name or path.stem
        if arguments.data is not None:
            into = find_dataset(store, arguments.data)
        try:
            done = import_examples(
                store, into, path, arguments.form, holdout=arguments.holdout,
                holdout_part=arguments.holdout_part, told=meter.tell,
            )  # fmt: skip
        except KeyboardInterrupt as error:
            kept = (
                f"the first {meter.done:,} examples are kept, and the same import again adds the rest"
                if meter.done
                else "nothing is kept"
            )
            raise Interrupted(detail=f"stopped; {kept}") from error
        finally:
            meter.end()
    if arguments.json:
        print_json(_import_json(done))
    else:
        _tell_import(done)
    return 0


def _import_json(done: Imported) -> dict[str, Any]:
    report = done.report
    return {
        **dataset_json(done.dataset),
        "added": report.read - report.known,
        "known": report.known,
        "form": report.form,
        "broken": report.broken_count,
        "broken_lines": [asdict(one) for one in report.broken],
    }


def _tell_import(done: Imported) -> None:
    report, dataset = done.report, done.dataset
    sys.stdout.write(
        f"{examples_count(report.read - report.known)} came into “{one_line(dataset.name)}” ({dataset.id}),"
        f" which has {dataset.examples:,}.\n"
    )
    if report.known:
        sys.stdout.write(
            f"{examples_count(report.known)} of the file had come before: that import went on.\n"
        )
    sys.stdout.write(broken_lines_text(report))


def _export_to_output(arguments: argparse.Namespace) -> int:
    """The examples on the output, and what stayed behind on stderr."""
    if arguments.json:
        sys.stderr.write("benchtop: --json tells of a file, and - writes the examples themselves\n")
        return 2
    written = Written()
    with opened_store(prepared_folder()) as store:
        examples = store.examples.each(find_dataset(store, arguments.data).id)
        chosen = arguments.format or "jsonl"
        for part in example_parts(examples, arguments.form, chosen, written):
            sys.stdout.write(part)
    if left := written.left_out.total():
        sys.stderr.write(f"benchtop: {left:,} stayed behind, which the form cannot hold\n")
    return 0


def _export(arguments: argparse.Namespace) -> int:
    if arguments.file == "-":
        return _export_to_output(arguments)
    path = Path(arguments.file).expanduser().absolute()
    chosen = arguments.format or format_of(path)
    if chosen is None:
        detail = f"its name ends in none of {', '.join(FORMATS)}, and no --format is given"
        raise FileNotWritten(path=str(path), detail=detail)
    if path.exists() and not arguments.force:
        raise FileInTheWay(path=str(path))
    with opened_store(prepared_folder()) as store:
        dataset = find_dataset(store, arguments.data)
        done = export_dataset(store, dataset, path, arguments.form, chosen)
    left = done.left_out.total()
    if arguments.json:
        facts = {"path": str(path), "written": done.count, "left_out": left}
        print_json({**dataset_json(dataset), **facts, "reasons": dict(done.left_out)})
        return 0
    count = examples_count(done.count)
    verb = "is" if done.count == 1 else "are"
    sys.stdout.write(f"{count} of “{one_line(dataset.name)}” {verb} now in {path}.\n")
    if left:
        sys.stdout.write(f"{left:,} stayed behind:\n")
        for why, number in done.left_out.most_common():
            sys.stdout.write(f"  {number:,}: the example {why}\n")
    return 0
