"""Suites as tables: CSV with a line of column names, one prompt a row.

Only the column "prompt" (or "turns", JSON as in domain/suite_json.py) is needed. "id", "name", "system",
"reference", "pair" and "variant" are texts, "tags" are set apart by semicolons, and "checks" is JSON. For
tables made by hand there are columns for one check each: "contains" and "equals" (texts set apart by
bars), "regex", "number" with "within", "similarity" (the least chrF to the reference), and "language".
Fields are set apart by commas, semicolons or tabs, as the first line has them; quoting is RFC 4180's.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from typing import Any

from benchtop.domain.suite_json import prompt_to_json
from benchtop.domain.suites import MOST_TEXT, SuitePrompt

_TEXTS = (
    "id",
    "name",
    "system",
    "prompt",
    "turns",
    "reference",
    "tags",
    "pair",
    "variant",
    "checks",
)
_SHORT = ("contains", "equals", "regex", "number", "within", "similarity", "language")
COLUMNS = (*_TEXTS, *_SHORT)
_ROWS_AT_ONCE = 500


class RowTrouble(ValueError):
    """What is wrong, as the end of a sentence, and the line of the file it is in."""

    def __init__(self, line: int, words: str) -> None:
        super().__init__(words)
        self.line = line


def rows_of(lines: Iterable[str]) -> Iterator[tuple[int, dict[str, Any]]]:
    """The number of its first line, and the values of each prompt as prompt_from_json() takes them.

    Raises RowTrouble for lines that are no such table.
    """
    taken = iter(lines)
    first = next(taken, "")
    csv.field_size_limit(4 * MOST_TEXT)  # of this process; 131,072 letters unless it is set
    separator = max(",;\t", key=first.count)

    def all_lines() -> Iterator[str]:
        yield first
        yield from taken

    reader = csv.reader(all_lines(), delimiter=separator, strict=True)
    names, begin = None, 1
    try:
        for row in reader:
            line, begin = begin, reader.line_num + 1
            if not any(cell.strip() for cell in row):
                continue
            if names is None:
                names = _column_names(row, line)
                continue
            if len(row) != len(names):
                words = (
                    f"its number of fields is {len(row)} and that of the first line {len(names)}"
                )
                raise RowTrouble(line, words)
            yield line, _values(dict(zip(names, row, strict=True)), line)
    except csv.Error as error:
        if "field larger" in str(error):  # csv has no other way to tell
            words = f"one of its fields has more than {MOST_TEXT:,} letters"
            raise RowTrouble(begin, words) from error
        raise RowTrouble(begin, f"it is not CSV ({error})") from error
    if names is None:
        raise RowTrouble(1, "there are no column names")


def table_of(prompts: Iterable[SuitePrompt]) -> Iterator[str]:
    """The text of a table in parts, each of some rows."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(_TEXTS)
    for number, prompt in enumerate(prompts, 1):
        values = prompt_to_json(prompt)
        values["tags"] = _tags_cell(prompt.tags)
        for name in ("turns", "checks"):
            values[name] = json.dumps(values[name], ensure_ascii=False) if name in values else ""
        writer.writerow([values.get(name, "") for name in _TEXTS])
        if number % _ROWS_AT_ONCE == 0:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def _column_names(row: list[str], line: int) -> list[str]:
    names = [cell.strip().casefold() for cell in row]
    for name in names:
        if name not in COLUMNS:
            raise RowTrouble(line, f"the column “{name[:60]}” is not one of {', '.join(COLUMNS)}")
        if names.count(name) > 1:
            raise RowTrouble(line, f"the column “{name}” is there twice")
    if "prompt" not in names and "turns" not in names:
        raise RowTrouble(line, "there is no column “prompt”")
    return names


def _values(cells: dict[str, str], line: int) -> dict[str, Any]:
    values: dict[str, Any] = {name: cells[name] for name in _TEXTS if cells.get(name, "").strip()}
    try:
        for name in ("turns", "checks"):
            if name in values:
                values[name] = _json(name, values[name])
        if "tags" in values:
            values["tags"] = _tags(values["tags"])
        short = list(_short_checks({name: cells.get(name, "").strip() for name in _SHORT}))
        if short:
            checks = values.setdefault("checks", [])
            if isinstance(checks, list):
                checks.extend(short)
    except ValueError as error:
        raise RowTrouble(line, str(error)) from error
    return values


def _short_checks(cells: dict[str, str]) -> Iterator[dict[str, Any]]:
    for kind in ("contains", "equals"):
        if cells[kind]:
            texts = [text.strip() for text in cells[kind].split("|")]
            yield {"kind": kind, "texts": [text for text in texts if text]}
    if cells["regex"]:
        yield {"kind": "regex", "pattern": cells["regex"]}
    if cells["number"]:
        number = {"kind": "number", "value": _number("number", cells["number"])}
        yield number | ({"within": _number("within", cells["within"])} if cells["within"] else {})
    elif cells["within"]:
        raise ValueError("the field “within” is given without “number”")
    if cells["similarity"]:
        yield {"kind": "similarity", "least": _number("similarity", cells["similarity"])}
    if cells["language"]:
        yield {"kind": "language", "code": cells["language"]}


def _number(name: str, text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise ValueError(f"the field “{name}” is not a number such as 3.5") from error


def _json(name: str, text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"the field “{name}” is not JSON") from error


def _tags(text: str) -> Any:
    if text.startswith("["):
        return _json("tags", text)
    return [tag.strip() for tag in text.split(";") if tag.strip()]


def _tags_cell(tags: tuple[str, ...]) -> str:
    plain = "; ".join(tags)
    same = not plain.startswith("[") and tuple(_tags(plain)) == tags
    return plain if same else json.dumps(tags, ensure_ascii=False)
