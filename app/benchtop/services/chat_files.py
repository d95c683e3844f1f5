"""Reading the files of other programs: bounded, never a pipe, and never stopped by one bad file."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

from benchtop.domain.errors import ChatIncomplete, ChatUnreadable
from benchtop.services.local_walk import Cancelled, never

if TYPE_CHECKING:
    from benchtop.services.other_chats import Found

MEGABYTE = 1024 * 1024
LARGEST_TEXT = 64 * MEGABYTE
"""Bytes of JSON that are read: as Python's values they may take thirty times as much memory."""
LARGEST_FILE = 512 * MEGABYTE
"""Bytes of a file most of which is passed over, as what a model had in memory."""

PIECE = MEGABYTE
SECONDS_OF_A_FILE = 60.0
"""What takes longer is on a disk that does not answer, or never ends: the import goes on without it."""
LEAST_SECONDS = 4.0
"""Each such file halves the time of those after it, which may be on the same disk; down to this."""
TOO_LONG = "reading it took too long"
NO_DISKS = ("/proc", "/sys")
"""What lies there is made up while it is read, and may never end."""


def each_of(
    places: Iterable[Path], read: Callable[[Path], Iterable[Found]], cancelled: Cancelled = never
) -> Iterator[Found]:
    """What ``read`` finds at each place; what goes wrong at one is told, and keeps nothing else away."""
    seconds = SECONDS_OF_A_FILE
    for place in places:
        if cancelled():
            return
        found = _all_at(place, read, seconds)
        if found is None:
            found, seconds = [ChatUnreadable(path=str(place), detail=TOO_LONG)], seconds / 2
        yield from found


def _all_at(
    place: Path, read: Callable[[Path], Iterable[Found]], seconds: float
) -> list[Found] | None:
    """What is read at one place, on a thread that is left behind where it does not come to its end."""
    found: list[Found] = []
    ended = Event()

    def work() -> None:
        try:
            found.extend(list(read(place)))
        except Exception as error:  # noqa: BLE001  (a stranger's file may hold what nobody thought of)
            found.append(told(error, place))
        finally:
            ended.set()

    Thread(target=work, name="one file", daemon=True).start()
    return found if in_time(ended, seconds) else None


def in_time(ended: Event, seconds: float) -> bool:
    """Whether a file was read before its time was over."""
    return ended.wait(max(seconds, LEAST_SECONDS))


def told(error: Exception, place: Path | str) -> ChatUnreadable:
    """What went wrong, in a sentence, without what was in memory at that moment."""
    if isinstance(error, ChatUnreadable):
        return ChatUnreadable(**error.facts)
    if isinstance(error, MemoryError):
        detail = "there is not enough memory to read it"
    else:
        detail = f"something in it was not foreseen ({type(error).__name__})"
    return ChatUnreadable(path=str(place), detail=detail)


def part_of(path: Path, unknown: int, damaged: int = 0) -> ChatIncomplete:
    """That some messages were left out, or parts of them."""
    details = [
        f"{damaged} of its lines could not be read" if damaged else "",
        f"{unknown} of its messages are, at least in part, in a form unknown here"
        if unknown
        else "",
    ]
    return ChatIncomplete(path=str(path), detail=" and ".join(one for one in details if one))


def none_of(path: Path, damaged: int = 0) -> ChatUnreadable:
    """That no message was understood."""
    detail = "it is damaged" if damaged else "its messages are in a form unknown here"
    return ChatUnreadable(path=str(path), detail=detail)


def is_file(path: Path) -> bool:
    """Whether a file is there and may be looked at."""
    try:
        return path.is_file()
    except OSError:  # in a folder that is closed to this person
        return False


def read_bytes(path: Path, most: int = LARGEST_TEXT) -> bytes:
    """The whole of a file; raises ChatUnreadable, also where it has more than ``most`` bytes."""
    size = checked_size(path, most)
    try:
        return _pieces(path, most) if size else b""
    except OSError as error:
        raise not_read(path, error) from error


def checked_size(path: Path, most: int) -> int:
    """The size of a file that may be read, which is ``most`` bytes or less; raises ChatUnreadable."""
    try:
        facts = path.stat()
        if not stat.S_ISREG(facts.st_mode) or _is_on_no_disk(path):  # a pipe would be waited for
            raise ChatUnreadable(path=str(path), detail="it is no file on a disk")
    except OSError as error:
        raise not_read(path, error) from error
    if facts.st_size > most:
        raise too_large(path, facts.st_size, most)
    return facts.st_size


def not_read(path: Path, error: OSError) -> ChatUnreadable:
    """What the system says of a file."""
    return ChatUnreadable(path=str(path), detail=(error.strerror or "it cannot be read").lower())


def _is_on_no_disk(path: Path) -> bool:
    real = os.path.realpath(path)
    return any(real.startswith(place + "/") for place in NO_DISKS)


def _pieces(path: Path, most: int) -> bytes:
    """All of a file up to ``most`` bytes, whatever size it was said to have."""
    read = bytearray()
    with path.open("rb", buffering=0) as file:
        while piece := file.read(min(PIECE, most + 1 - len(read))):
            read += piece
            if len(read) > most:
                detail = f"it has more than the {most // MEGABYTE} MB that Benchtop reads at most"
                raise ChatUnreadable(path=str(path), detail=detail)
    return bytes(read)


def too_large(path: Path, size: int, most: int) -> ChatUnreadable:
    """That so many bytes are more than Benchtop reads."""
    detail = f"it has {size // MEGABYTE:,} MB, and Benchtop reads chats of {most // MEGABYTE:,} MB at most"
    return ChatUnreadable(path=str(path), detail=detail)


def read_object(path: Path) -> dict[str, Any]:
    """The JSON object in a file; raises ChatUnreadable."""
    return object_of(read_bytes(path), path)


def object_of(data: bytes, path: Path) -> dict[str, Any]:
    """The JSON object of this text; raises ChatUnreadable, which names the file it is from."""
    try:
        found = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise ChatUnreadable(path=str(path), detail="it is damaged") from error
    if not isinstance(found, dict):
        raise ChatUnreadable(path=str(path), detail="it is not what such files hold")
    return found


def size_of(path: Path) -> int:
    """Its size in bytes, 0 where nobody can say."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def time_of_file(path: Path) -> float:
    """When a file was written last; 1 second after 1970 began where nobody can say."""
    try:
        return max(1.0, path.stat().st_mtime)
    except OSError:
        return 1.0


def text_at(values: object, *names: str) -> str:
    """The text below these names of nested objects; empty where there is none."""
    for name in names:
        values = values.get(name) if isinstance(values, dict) else None
    return values if isinstance(values, str) else ""


def list_at(values: object, name: str) -> list[Any]:
    """The list of that name; empty where there is none."""
    found = values.get(name) if isinstance(values, dict) else None
    return found if isinstance(found, list) else []
