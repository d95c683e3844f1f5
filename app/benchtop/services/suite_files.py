"""Suites out of files and into them: CSV, JSON Lines (a prompt a line), or the JSON of a whole suite."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchtop.domain.errors import FileNotWritten, ImportInvalid
from benchtop.domain.suite_json import (
    prompt_from_json,
    prompt_to_json,
    suite_from_json,
    suite_head,
)
from benchtop.domain.suites import MOST_PROMPTS, Suite, SuitePrompt, prompt_troubles
from benchtop.evaluation.checks import refuse_unusable, unusable
from benchtop.services.suite_csv import RowTrouble, rows_of, table_of
from benchtop.services.text_lines import text_lines
from benchtop.store.export_file import read_export, write_export_by_parts

MOST_BYTES = 512 * 1024 * 1024
"""The largest JSON file of a whole suite, which is read in one piece."""
FORMATS = {".csv": "csv", ".tsv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "json"}
"""The format of a file by the end of its name."""


def format_of(path: Path) -> str | None:
    """ "csv", "jsonl" or "json" by the end of a name, or None for another."""
    return FORMATS.get(path.suffix.casefold())


def import_suite(path: Path, name: str = "") -> Suite:
    """The suite in a file, under ``name``, else its own, else that of the file; kept nowhere yet.

    Raises ImportInvalid, with the number of the line in a table or in JSON Lines, or SuiteInvalid, with
    prompt and field, for the JSON of a whole suite.
    """
    chosen = format_of(path)
    if chosen is None:
        detail = f"its name ends in none of {', '.join(FORMATS)}"
        raise ImportInvalid(path=str(path), detail=detail)
    if chosen == "json":
        suite = _read_whole(path)
        return replace(suite, name=name or suite.name, id=suite.id or uuid.uuid4().hex)
    rows = rows_of(text_lines(path)) if chosen == "csv" else _objects(path)
    prompts = tuple(_prompts(rows, path))
    if not prompts:
        raise ImportInvalid(path=str(path), detail="there are no prompts in it")
    return Suite(uuid.uuid4().hex, name or path.stem.strip() or "Suite", prompts).checked()


def export_suite(suite: Suite, path: Path, chosen: str | None = None) -> None:
    """Write a suite in a format, else in that of the name; whole or not at all.

    Raises FileNotWritten for a name that says no format, and what write_export() raises.
    """
    chosen = chosen or format_of(path)
    if chosen is None:
        detail = f"its name ends in none of {', '.join(FORMATS)}"
        raise FileNotWritten(path=str(path), detail=detail)
    write_export_by_parts(path, suite_text(suite, chosen))


def suite_text(suite: Suite, chosen: str) -> Iterator[str]:
    """The text of a file in the format "csv", "jsonl" or "json", in parts."""
    if chosen == "csv":
        yield from table_of(suite.prompts)
    elif chosen == "jsonl":
        for prompt in suite.prompts:
            yield json.dumps(prompt_to_json(prompt), ensure_ascii=False) + "\n"
    else:
        head = json.dumps(suite_head(suite), ensure_ascii=False, indent=1)
        yield head.removesuffix("\n}") + ',\n "prompts": ['
        for number, prompt in enumerate(suite.prompts):
            comma = "," if number else ""
            yield f"{comma}\n  {json.dumps(prompt_to_json(prompt), ensure_ascii=False)}"
        yield "\n ]\n}\n"


def _read_whole(path: Path) -> Suite:
    try:
        size = path.stat().st_size
    except OSError:
        size = 0  # reading it will say why
    if size > MOST_BYTES:
        detail = f"it has {size:,} bytes and at most {MOST_BYTES:,} are possible, so split it"
        raise ImportInvalid(path=str(path), detail=detail)
    try:
        suite = suite_from_json(read_export(path))
    except ValueError as error:
        raise ImportInvalid(path=str(path), detail=str(error)) from error
    seen: set[str] = set()
    prompts = tuple(_with_id(prompt, seen) for prompt in suite.prompts)
    return refuse_unusable(replace(suite, prompts=prompts).checked())


def _objects(path: Path) -> Iterator[tuple[int, Any]]:
    for number, line in enumerate(text_lines(path), 1):
        if line.strip():
            try:
                yield number, json.loads(line)
            except (ValueError, RecursionError) as error:
                raise RowTrouble(number, "it is not JSON") from error


def _prompts(rows: Iterable[tuple[int, Any]], path: Path) -> Iterator[SuitePrompt]:
    seen: set[str] = set()
    variants: set[tuple[str, str]] = set()
    line = 0
    try:
        for line, values in rows:
            prompt = prompt_from_json(values)
            if prompt.id in seen:
                raise RowTrouble(line, f"the field “id” is “{prompt.id}”, as on an earlier line")
            prompt = _with_id(prompt, seen)
            if prompt.pair and (prompt.pair, prompt.variant) in variants:
                raise RowTrouble(
                    line, f"the pair “{prompt.pair}” has the variant “{prompt.variant}” already"
                )
            variants.add((prompt.pair, prompt.variant))
            trouble = next(prompt_troubles(prompt), None) or unusable(prompt)
            if trouble:
                raise RowTrouble(line, trouble)
            if len(seen) > MOST_PROMPTS:
                raise RowTrouble(
                    line, f"more than {MOST_PROMPTS:,} prompts are not possible, so split it"
                )
            yield prompt
    except ValueError as error:
        at = error.line if isinstance(error, RowTrouble) else line
        raise ImportInvalid(path=str(path), detail=f"line {at}: {error}") from error


def _with_id(prompt: SuitePrompt, seen: set[str]) -> SuitePrompt:
    """The prompt; one without an id gets its name for one, else its number."""
    if not prompt.id:
        number = len(seen) + 1
        free = prompt.name if prompt.name and prompt.name not in seen else str(number)
        while free in seen:
            number += 1
            free = str(number)
        prompt = replace(prompt, id=free)
    seen.add(prompt.id)
    return prompt
