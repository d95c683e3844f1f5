"""Examples as tables: CSV with a line of column names, one example a row.

The columns are the keys of a form (domain/example_forms.py), in small or capital letters; what is a list or
an object there is JSON in its cell. Fields are set apart by commas, semicolons or tabs, as the first line has
them; quoting is RFC 4180's.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Any, Final

from benchtop.domain.example_forms import FormName
from benchtop.domain.example_turns import is_turn_list
from benchtop.services.text_lines import LineTrouble

MOST_CELL = 4_000_000
"""Letters of the longest cell. After a quotation mark that nobody closed this much is lost."""
COLUMNS: Final[dict[FormName, tuple[str, ...]]] = {
    "messages": ("messages", "rejected", "tags", "benchtop"),
    "sharegpt": ("conversations",),
    "alpaca": ("instruction", "input", "output", "system"),
    "dolly": ("instruction", "context", "response", "category"),
    "pairs": ("system", "question", "answer"),
    "preference": ("prompt", "chosen", "rejected"),
}
"""What is written; any key of a form is read."""
_ROWS_AT_ONCE = 500
_ALWAYS_JSON = frozenset(("messages", "conversations", "conversation", "tags", "benchtop"))
_JSON_COLUMNS = _ALWAYS_JSON | {"prompt", "chosen", "rejected", "completion"}


class NoColumns(ValueError):
    """The file has no line of column names."""


class OldLineEnds(NoColumns):
    """Its lines end with a carriage return alone."""


def csv_rows(
    lines: Iterable[str | LineTrouble], check_names: Callable[[list[str]], None]
) -> Iterator[tuple[int, dict[str, Any] | LineTrouble]]:
    """The first line of each row, and its values by column or why there are none.

    ``check_names`` gets the column names and may raise what ends the reading. Raises NoColumns and
    OldLineEnds.
    """
    source = _Lines(lines)
    first = next(source, "")
    csv.field_size_limit(MOST_CELL)  # of this process; 131,072 letters unless it is set
    separator = max(",;\t", key=first.count)
    reader = csv.reader(chain((first,), source), delimiter=separator, strict=True)
    names: list[str] = []
    while True:
        row, why = _next_row(reader)
        if row is None and not why:
            break
        if not names and "new-line character" in why:  # csv has no other way to tell
            raise OldLineEnds
        begin, troubles = source.since()
        yield from troubles
        if row is not None and any(number > begin for number, _trouble in troubles):
            continue  # a line in the middle of it is missing
        if row is None:
            yield begin, LineTrouble(why)
        elif not any(cell.strip() for cell in row):
            continue
        elif not names:
            names = [cell.strip().casefold() for cell in row]
            check_names(names)
        elif len(row) != len(names):
            yield begin, LineTrouble(f"has {len(row)} fields and the first line {len(names)}")
        else:
            yield begin, {n: _cell(n, c) for n, c in zip(names, row, strict=True) if n}
    yield from source.since()[1]
    if not names:
        raise NoColumns


def csv_table(
    values: Iterable[dict[str, Any]], form: FormName, separator: str = ","
) -> Iterator[str]:
    """The text of a table in parts, each of some rows."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=separator, lineterminator="\r\n")
    writer.writerow(COLUMNS[form])
    for number, value in enumerate(values, 1):
        writer.writerow([_text(value.get(name, "")) for name in COLUMNS[form]])
        if number % _ROWS_AT_ONCE == 0:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


class _Lines:
    """Lines for csv, which wants nothing but texts: those that are none are kept aside and told."""

    def __init__(self, lines: Iterable[str | LineTrouble]) -> None:
        self._lines = iter(lines)
        self._number = self._begin = 0
        self._troubles: list[tuple[int, LineTrouble]] = []

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        for line in self._lines:
            self._number += 1
            if isinstance(line, str):
                self._begin = self._begin or self._number
                return line
            self._troubles.append((self._number, line))
        raise StopIteration

    def since(self) -> tuple[int, list[tuple[int, LineTrouble]]]:
        """The first line that was taken since it was last asked, and all that were no text."""
        found = self._begin, self._troubles
        self._begin, self._troubles = 0, []
        return found


def _next_row(reader: Iterator[list[str]]) -> tuple[list[str] | None, str]:
    """The next row, or None and why it is none; at the end of the file there is no why."""
    try:
        return next(reader), ""
    except StopIteration:
        return None, ""
    except csv.Error as error:
        return None, _why(error)


def _why(error: csv.Error) -> str:
    if "field larger" in str(error):  # csv has no other way to tell
        return f"has a field of more than {MOST_CELL:,} letters: look for a quotation mark too many"
    return f"is no CSV ({error})"


def _cell(name: str, text: str) -> Any:
    """What the JSON in a cell holds where a form has a list or an object, else the text."""
    if not text.lstrip().startswith(("[", "{")) or name not in _JSON_COLUMNS:
        return text
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return text
    # An answer may itself be JSON, and is a text then.
    return value if name in _ALWAYS_JSON or is_turn_list(value) else text


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
