"""Model files read again to their end, and compared with the check sums that are known of them."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from benchtop.domain.errors import FileUnreadable
from benchtop.domain.file_sums import file_sha256
from benchtop.domain.models import ModelFile

if TYPE_CHECKING:
    from benchtop.store.database import Store

Ended = Literal["read", "stopped", "missing", "unreadable"]


@dataclass(frozen=True, slots=True)
class Reading:
    """How reading the files of a model ended: their sums (see sums_of) when it came to the end, else
    the file at which it did not, and why."""

    ended: Ended
    sums: tuple[str, ...] = ()
    path: str = ""
    why: str = ""


def read_again(
    model: ModelFile, stopped: Callable[[], bool], tell: Callable[[int], object]
) -> Reading:
    """Read the files of a model to their ends; see sums_of. Raises nothing."""
    try:
        sums = sums_of(model, stopped, tell)
    except OSError as error:
        gone = isinstance(error, FileNotFoundError)
        path = str(error.filename or model.path)
        why = error.strerror or str(error)
        return Reading("missing" if gone else "unreadable", path=path, why=why)
    return Reading("read" if sums else "stopped", tuple(sums))


def sums_of(
    model: ModelFile, stopped: Callable[[], bool], tell: Callable[[int], object]
) -> list[str]:
    """The SHA-256 in hexadecimal of each file of a model, the first file first; none at all once
    ``stopped``. ``tell`` gets the bytes read so far, of all files together. Raises OSError."""
    sums, done = [], 0

    def read(count: int) -> None:
        nonlocal done
        done += count
        tell(done)

    for path in (model.path, *(companion.path for companion in model.companions)):
        sums.append(file_sha256(path, stopped, read))
    return [] if stopped() else sums


def checked_again(store: Store, model: ModelFile) -> ModelFile:
    """Read all files of a model to their end, keep what that says of it, and return it.

    Raises FileUnreadable.
    """
    try:
        sums = sums_of(model, lambda: False, lambda _done: None)
    except OSError as error:
        path = str(error.filename or model.path)
        raise FileUnreadable(path=path, detail=error.strerror or str(error)) from error
    checked = after_check(model, sums, time.time())
    if model.source != "starter" and store.models.get(model.id) is not None:
        store.models.put(checked)
    return checked


def known_sum(model: ModelFile) -> str:
    """The sum its first file must have; empty where nobody knows.

    The Hub's cache and Ollama name the bytes by their SHA-256.
    """
    if model.sha256:
        return model.sha256
    name = Path(model.path).resolve().name.removeprefix("sha256-")
    is_sum = len(name) == 64 and all(letter in "0123456789abcdef" for letter in name)
    return name if is_sum else ""


def after_check(model: ModelFile, sums: list[str], when: float) -> ModelFile:
    """The model with what reading its files found (see sums_of) at a time in seconds since 1970.

    It is ``damaged`` where a sum is another than the one that is known; else the sums are noted.
    """
    known = [known_sum(model), *(companion.sha256 for companion in model.companions)]
    if any(wanted and wanted != found for wanted, found in zip(known, sums, strict=True)):
        return replace(model, damaged=when)
    companions = tuple(
        replace(companion, sha256=found)
        for companion, found in zip(model.companions, sums[1:], strict=True)
    )
    return replace(model, sha256=sums[0], verified=when, damaged=None, companions=companions)
