"""`benchtop data check`: what a person should know before a model learns from examples."""

from __future__ import annotations

import argparse
import sys
from array import array
from collections.abc import Iterator, Sequence
from contextlib import closing, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchtop.cli.common import chosen_model, opened_store, prepared_folder, print_json
from benchtop.cli.data_findings import Checked, findings_json, tell_findings
from benchtop.cli.data_unfinished import unfinished_text
from benchtop.cli.example_tokens import ExampleTokens
from benchtop.domain.examples import Example, UnfinishedImport
from benchtop.domain.models import ModelFile
from benchtop.domain.teach_errors import DatasetUnknown
from benchtop.domain.training import TrainingSettings
from benchtop.protocol.encode_messages import COUNTED_AT_ONCE, LETTERS_AT_ONCE
from benchtop.services.data_folder import DataFolder
from benchtop.services.datasets import find_dataset
from benchtop.services.example_files import (
    ImportReport,
    ReadExample,
    format_of,
    read_examples,
)

if TYPE_CHECKING:
    from benchtop.services.dataset_check import DatasetCheck

_STEP = 10_000
"""Examples after which a file is told how far it is."""


@dataclass(slots=True)
class _Given:
    """Examples that are still to be read, in their order; ``places`` grows while they are: the line of each,
    or its id. ``report`` tells of lines that are none, and ``note`` of imports that did not come to their end
    (``unfinished``)."""

    name: str
    places: array[int] | list[str]
    report: ImportReport = field(default_factory=ImportReport)
    examples: Iterator[Example] = field(default_factory=lambda: iter(()))
    unfinished: Sequence[UnfinishedImport] = ()
    note: str = ""


class _Meter:
    """How far it is, on stderr: on a terminal one line that is written over."""

    def __init__(self) -> None:
        self._has_line = False

    def read(self, count: int) -> None:
        """So many were looked at."""
        if sys.stderr.isatty():
            self._line(f"{count:,} examples") if count % 100 == 0 else None
        elif count % _STEP == 0:
            sys.stderr.write(f"{count:,} examples\n")
            sys.stderr.flush()

    def compared(self, fraction: float, count: int) -> None:
        """So much of the comparing is done."""
        if sys.stderr.isatty():
            self._line(f"comparing {count:,} examples: {fraction:.0%}")
        elif count >= _STEP and round(100 * fraction) % 10 == 0:
            sys.stderr.write(f"compared: {fraction:.0%}\n")
            sys.stderr.flush()

    def end(self) -> None:
        """Nothing more comes."""
        if self._has_line:
            sys.stderr.write("\r\033[K")
            sys.stderr.flush()

    def _line(self, words: str) -> None:
        self._has_line = True
        sys.stderr.write(f"\r{words}\033[K")
        sys.stderr.flush()


def check(arguments: argparse.Namespace) -> int:
    """Check a data set or a file, and tell what was found; the exit status."""
    # It takes a fifth of a second to import, and no other command needs it.
    from benchtop.services.dataset_check import DatasetCheck  # noqa: PLC0415

    folder, meter = prepared_folder(), _Meter()
    model = chosen_model(folder, arguments.model) if arguments.model is not None else None
    context = _context(arguments.context_length, model)
    with closing(DatasetCheck(folder.root, context=context)) as looked:
        try:
            given = _look(arguments, folder, model, looked, meter)
            found = looked.findings(lambda done: meter.compared(done, looked.checked))
        finally:
            meter.end()
        name = model.name if model is not None else ""
        checked = Checked(
            given.name, given.places, given.report, looked.words, name, context, given.unfinished, given.note
        )  # fmt: skip
        if arguments.json:
            print_json(findings_json(checked, found))
        else:
            tell_findings(checked, found)
    return 0


def add_options(parser: argparse.ArgumentParser) -> None:
    """What the check of a data set or a file may be told beside its name."""
    parser.add_argument(
        "--model", metavar="MODEL", help="tell how long they are in the tokens of this model"
    )
    parser.add_argument(
        "--context-length",
        type=int,
        metavar="N",
        help="tell which are longer than N of its tokens; default: what tune reads of one",
    )


def _context(wanted: int | None, model: ModelFile | None) -> int:
    if model is None:
        return 0
    context = wanted if wanted is not None else TrainingSettings().context_length
    return min(context, model.context_length) if model.context_length else context


def _look(
    arguments: argparse.Namespace,
    folder: DataFolder,
    model: ModelFile | None,
    looked: DatasetCheck,
    meter: _Meter,
) -> _Given:
    """Have every example looked at."""
    with opened_store(folder) as store:
        try:
            dataset = find_dataset(store, arguments.data)
        except DatasetUnknown:
            path = Path(arguments.data).expanduser().absolute()
            if format_of(path) is None and not path.exists():
                raise
            given = _of_file(path, arguments.form)
        else:
            ids: list[str] = []
            given = _Given(dataset.name, ids)
            given.unfinished = store.imports.unfinished(dataset.id)
            given.note = unfinished_text(dataset, given.unfinished)
            given.examples = _noted(store.examples.each(dataset.id), ids)
        with ExampleTokens(folder, model) if model is not None else nullcontext() as tokens:
            for batch in _batches(given.examples):
                lengths = tokens.of(batch) if tokens is not None else [0] * len(batch)
                for one, length in zip(batch, lengths, strict=True):
                    looked.take(one, length)
                    meter.read(looked.checked)
    return given


def _noted(examples: Iterator[Example], ids: list[str]) -> Iterator[Example]:
    for one in examples:
        ids.append(one.id)
        yield one


def _of_file(path: Path, form: Any) -> _Given:
    lines = array("q")
    given = _Given(path.name, lines)

    def examples() -> Iterator[Example]:
        for one in read_examples(path, form):
            given.report.count(one)
            if isinstance(one, ReadExample):
                lines.append(one.line)
                yield one.example

    given.examples = examples()
    return given


def _batches(examples: Iterator[Example]) -> Iterator[Sequence[Example]]:
    batch: list[Example] = []
    letters = 0
    for one in examples:
        batch.append(one)
        letters += one.characters
        if len(batch) == COUNTED_AT_ONCE or letters > LETTERS_AT_ONCE:
            yield batch
            batch, letters = [], 0
    if batch:
        yield batch
