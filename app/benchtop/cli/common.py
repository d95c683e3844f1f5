"""What the sub-commands share: the data folder, the store, the model by its name, JSON output."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO

from benchtop.domain.errors import BadParameter
from benchtop.domain.models import STARTER_ID, ModelFile
from benchtop.services.data_folder import DataFolder, find_data_folder
from benchtop.services.library import check_present, find_model, starter
from benchtop.store.database import Store, open_store


def prepared_folder() -> DataFolder:
    """The data folder, made when it is missing; raises StoreReadOnly or StoreFull."""
    folder = find_data_folder()
    folder.prepare()
    return folder


@contextmanager
def opened_store(folder: DataFolder) -> Iterator[Store]:
    """The store of the data folder, closed at the end."""
    store = open_store(folder.database)
    try:
        yield store
    finally:
        store.close()


def chosen_model(folder: DataFolder, wanted: str) -> ModelFile:
    """The model of a name, an id or a path; the store is opened only when it is needed to know."""
    if wanted == STARTER_ID:
        return starter()
    with opened_store(folder) as store:
        return check_present(find_model(store, wanted))


def not_blank(text: str) -> str:
    """The text of an option that says something; argparse tells of one that does not."""
    if not text.strip():
        raise argparse.ArgumentTypeError("must not be empty")
    return text


def holdout_part(text: str) -> float:
    """How much of a data set is held out, 0 to 0.5; argparse tells of what is no such number."""
    try:
        part = float(text)
    except ValueError:
        part = -1.0
    if not 0.0 <= part <= 0.5:
        raise argparse.ArgumentTypeError("must be a number from 0 to 0.5")
    return part


def named_as_option(error: BadParameter) -> BadParameter:
    """The same error with the name as it is typed: max_tokens becomes --max-tokens."""
    name = "--" + str(error.facts["name"]).replace("_", "-")
    return BadParameter(**{**error.facts, "name": name})


def print_json(values: Any) -> None:
    """One JSON value on a line of its own."""
    sys.stdout.write(json.dumps(values, ensure_ascii=False) + "\n")


def for_terminal(text: str) -> str:
    """The text with its lines, without characters that would steer a terminal."""
    return "".join(c if c.isprintable() or c in "\n\t" else "?" for c in text)


def write_text(stream: TextIO, text: str) -> None:
    """Write what a model or its file says: as it is to a file or a program, harmless to a terminal."""
    stream.write(for_terminal(text) if stream.isatty() else text)


def one_line(text: str) -> str:
    """The text without line breaks and control characters: a file may be called anything."""
    return "".join(c if c.isprintable() else "?" for c in " ".join(text.split()))
