"""Examples out of files and into them: JSON Lines, JSON and CSV, in each of the forms.

Files are read as streams, so that a large one takes little memory, and what is broken is told and passed
over.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, Literal

from benchtop.domain.errors import FileNotWritten, FileUnreadable, ImportInvalid
from benchtop.domain.example_forms import FormName, example_from, example_to, form_of
from benchtop.domain.example_writers import OWN
from benchtop.domain.examples import Example, Origin
from benchtop.domain.teach_errors import FormHoldsNone
from benchtop.services.example_csv import NoColumns, OldLineEnds, csv_rows, csv_table
from benchtop.services.json_elements import json_elements
from benchtop.services.text_lines import LineTrouble, lines_or_trouble
from benchtop.store.export_file import write_export_by_parts
from benchtop.store.rows import clean

FileFormat = Literal["jsonl", "json", "csv"]
FORMATS: Final[dict[str, FileFormat]] = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "json",
    ".csv": "csv",
    ".tsv": "csv",
}
"""The format of a file by the end of its name."""
SEPARATORS: Final = {".tsv": "\t"}
"""What stands between the cells of a table by the end of its name; a comma for others."""
MOST_TOLD: Final = 1_000
"""Broken lines that a report names."""
_SHOWN: Final = 60


@dataclass(frozen=True, slots=True)
class ReadExample:
    """An example, the first line of the file that it takes, and its form.

    Its origin is the file, unless the file is one of Benchtop's and tells another.
    """

    line: int
    example: Example
    form: FormName


@dataclass(frozen=True, slots=True)
class BrokenLine:
    """``why`` is the end of a sentence that begins "Line 12"."""

    line: int
    why: str


@dataclass(slots=True)
class ImportReport:
    """What came of a file: ``broken`` holds the first MOST_TOLD of ``broken_count``, and ``form`` is that of
    the first example. ``known`` of those that were ``read`` had come into the data set before, by an
    import of the file that had not come to its end; ``added`` are the ids of the others, in their order.
    ``dataset_id`` and ``import_id`` say where they went. import_examples() fills these in."""

    read: int = 0
    known: int = 0
    broken_count: int = 0
    broken: list[BrokenLine] = field(default_factory=list)
    form: FormName | None = None
    added: list[str] = field(default_factory=list)
    dataset_id: str = ""
    import_id: str = ""

    def begin(self) -> None:
        """The file is read from its beginning, for the first time or once more."""
        self.read = self.known = self.broken_count = 0
        self.broken, self.form = [], None

    def count(self, one: ReadExample | BrokenLine) -> None:
        """Take one of read_examples() into account."""
        if isinstance(one, ReadExample):
            self.read += 1
            self.form = self.form or one.form
            return
        self.broken_count += 1
        if len(self.broken) < MOST_TOLD:
            self.broken.append(one)


@dataclass(slots=True)
class Written:
    """How many examples a file has now; ``left_out`` counts by its reason what it has no place for, each the
    end of a sentence that begins "the example"."""

    count: int = 0
    left_out: Counter[str] = field(default_factory=Counter)


def format_of(path: Path) -> FileFormat | None:
    """The format of a file by the end of its name, or None for another."""
    return FORMATS.get(path.suffix.casefold())


def read_examples(path: Path, form: FormName | None = None) -> Iterator[ReadExample | BrokenLine]:
    """Each example of a file, and each line that is none; in ``form``, else in that which its keys tell.

    The file is read while they are taken. Raises ImportInvalid for a name that says no format and a
    table without the columns of a form, and FileUnreadable.
    """
    chosen = format_of(path)
    if chosen is None:
        detail = f"its name ends in none of {', '.join(FORMATS)}"
        raise ImportInvalid(path=str(path), detail=detail)
    try:
        if path.exists() and not path.is_file():  # a pipe would be waited for
            raise FileUnreadable(path=str(path), detail="it is not a plain file")
        for line, value in _values(path, chosen, form):
            if isinstance(value, LineTrouble):
                yield _broken(line, value.why)
            else:
                yield _read(line, value, form, path.name)
    except OSError as error:
        detail = (error.strerror or str(error)).lower()
        raise FileUnreadable(path=str(path), detail=detail) from error


def write_examples(
    path: Path, examples: Iterable[Example], form: FormName, chosen: FileFormat | None = None
) -> Written:
    """Write examples in a form, and in a format or that of the name. Those that the form has no place for are
    left out; where that is all of them, FormHoldsNone is raised.

    The file is whole, or as it was. Raises FileNotWritten, FolderMissing and StoreFull.
    """
    chosen = chosen or format_of(path)
    if chosen is None:
        detail = f"its name ends in none of {', '.join(FORMATS)}"
        raise FileNotWritten(path=str(path), detail=detail)
    written = Written()
    values = _values_of(path, examples, form, written)
    separator = SEPARATORS.get(path.suffix.casefold(), ",")
    write_export_by_parts(path, _text(values, form, chosen, separator))
    return written


def example_parts(
    examples: Iterable[Example], form: FormName, chosen: FileFormat, written: Written
) -> Iterator[str]:
    """The text of such a file, part by part, for an output; ``written`` counts along. Raises FormHoldsNone at
    the end."""
    return _text(_values_of(Path("-"), examples, form, written), form, chosen, ",")


def _values_of(
    path: Path, examples: Iterable[Example], form: FormName, written: Written
) -> Iterator[dict[str, Any]]:
    """The objects of examples in a form, counted while they are taken. Raises FormHoldsNone at the end."""
    unfit = ""
    for example in examples:
        why = example.problem()
        try:
            value = {} if why else example_to(example, form)
        except ValueError as error:
            why = unfit = str(error)
        if why:
            written.left_out[why] += 1
            continue
        written.count += 1
        yield value
    if unfit and not written.count:
        raise FormHoldsNone(path=str(path), form=form, detail=unfit)


def _text(
    values: Iterator[dict[str, Any]], form: FormName, chosen: FileFormat, separator: str
) -> Iterator[str]:
    if chosen == "csv":
        yield from csv_table(values, form, separator)
    elif chosen == "jsonl":
        for value in values:
            yield json.dumps(value, ensure_ascii=False) + "\n"
    else:
        between = "[\n"
        for value in values:
            yield between + json.dumps(value, ensure_ascii=False)
            between = ",\n"
        yield "[]\n" if between == "[\n" else "\n]\n"


def _values(
    path: Path, chosen: FileFormat, form: FormName | None
) -> Iterator[tuple[int, Any | LineTrouble]]:
    """The line and the value of each example, or why it has none."""
    if chosen == "csv":
        yield from _table(path, form)
    elif chosen == "jsonl":
        for number, line in enumerate(lines_or_trouble(path), 1):
            if isinstance(line, LineTrouble):
                yield number, line
            elif line.strip():
                yield number, _json(line.rstrip())
    else:
        for element in json_elements(path):
            yield element.line, _json(element.text)


def _table(path: Path, form: FormName | None) -> Iterator[tuple[int, Any | LineTrouble]]:
    def check_names(names: list[str]) -> None:
        if form is None and form_of(dict.fromkeys(names, "")) is None:
            told = ", ".join(f"“{name[:_SHOWN]}”" for name in names[:8])
            detail = f"its first line must name columns such as question and answer, and has {told}"
            raise ImportInvalid(path=str(path), detail=detail)

    try:
        yield from csv_rows(lines_or_trouble(path), check_names)
    except OldLineEnds as error:
        detail = (
            "its lines end with a carriage return alone, as on old Macs: save it with the line ends of "
            "today (LF or CRLF)"
        )
        raise ImportInvalid(path=str(path), detail=detail) from error
    except NoColumns as error:
        raise ImportInvalid(path=str(path), detail="there are no column names in it") from error


def _json(text: str | LineTrouble) -> Any | LineTrouble:
    if isinstance(text, LineTrouble):
        return text
    try:
        # pandas and others write NaN for what is missing.
        return json.loads(text, parse_constant=_nothing, object_pairs_hook=_once)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, letter {error.colno}" if error.lineno > 1 else ""
        return LineTrouble(f"is no JSON: {error.msg} at {place or f'letter {error.colno}'}")
    except _KeyTwice as error:
        return LineTrouble(str(error))
    except RecursionError:
        return LineTrouble("is no JSON that can be read: it is nested too deeply")
    except ValueError:  # such as a number of 5,000 digits
        return LineTrouble("is no JSON that can be read")


def _nothing(_constant: str) -> None:
    return None


class _KeyTwice(ValueError):
    """Two values of one name, of which the person must choose."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object; two values under one key are not chosen between. Raises _KeyTwice."""
    value = dict(pairs)
    if len(value) != len(pairs):
        names = [name for name, _value in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _KeyTwice(f"has the key “{twice[:_SHOWN]}” twice")
    return value


def _read(line: int, value: Any, form: FormName | None, name: str) -> ReadExample | BrokenLine:
    chosen = form or form_of(value)
    if chosen is None:
        keys = [f"“{key[:_SHOWN]}”" for key in list(value)[:6]] if isinstance(value, dict) else []
        has = f": its keys are {', '.join(keys)}" if keys else ""
        return _broken(line, f"is in none of the known forms{has}")
    try:
        example = example_from(value, chosen)
    except ValueError as error:
        return _broken(line, str(error))
    if not (isinstance(value, dict) and isinstance(value.get(OWN), dict)):
        example = replace(example, origin=Origin("import", name))
    return ReadExample(line, example, chosen)


def _broken(line: int, why: str) -> BrokenLine:
    """With words of the file in it made fit for a window and a terminal."""
    return BrokenLine(line, "".join(c if c.isprintable() else "�" for c in clean(why)))
