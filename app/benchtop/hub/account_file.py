"""``hub-account.HOST.json`` in the data folder: that a token is kept for a Hub, whose, and in need the token.

One file for each Hub, so that two processes never change one for the sake of different Hubs. It is
readable by its owner only from its first byte on, and holds its old content or the new one whatever dies.
"""

from __future__ import annotations

import json
import os
import re
import uuid
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchtop.domain.hub_errors import TokenFileStays, TokenNotKept


@dataclass(frozen=True, slots=True)
class Note:
    """What the file says. An empty ``token`` lies in the keyring; ``in_keyring``: something of ours
    may lie there, also beside a token that is here. ``name`` is the account's; empty: not known."""

    name: str = ""
    token: str = field(default="", repr=False)
    in_keyring: bool = False


class AccountFile:
    """The file for one Hub. ``home`` is the data folder, None where it is not known: no file then."""

    def __init__(self, host: str, origin: str, home: Path | None) -> None:
        self._host, self._origin = host, origin
        plain = re.sub(r"[^A-Za-z0-9.-]+", "_", origin.removeprefix("https://"))
        self.path = None if home is None else home / f"hub-account.{plain[:100]}.json"

    def read(self) -> Note | None:
        """None where there is none; a damaged file, or one of another Hub, says nothing."""
        if self.path is None:
            return None
        try:
            said = json.loads(self.path.read_bytes())
        except (OSError, ValueError, RecursionError):
            return None
        if not isinstance(said, dict) or said.get("hub") != self._origin:
            return None
        return Note(
            _text(said.get("name")), _text(said.get("token")), said.get("in_keyring") is True
        )

    def write(self, note: Note) -> None:
        """Say this from now on. Raises TokenNotKept, and then it says what it said before."""
        if self.path is None:
            detail = "the data folder is not known"
            raise TokenNotKept(file="a file", host=self._host, detail=detail)
        said: dict[str, Any] = {"hub": self._origin, "name": note.name}
        said |= {"in_keyring": note.in_keyring} | ({"token": note.token} if note.token else {})
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._remove_unfinished(self.path)
            _replace(self.path, json.dumps(said, ensure_ascii=False, indent=1).encode())
        except OSError as error:
            raise TokenNotKept(
                file=str(self.path), host=self._host, detail=_words(error)
            ) from error

    def remove(self) -> None:
        """Say nothing any more. Raises TokenFileStays."""
        if self.path is None:
            return
        try:
            self._remove_unfinished(self.path)
            self.path.unlink(missing_ok=True)
        except OSError as error:
            raise TokenFileStays(
                file=str(self.path), host=self._host, detail=_words(error)
            ) from error

    def _remove_unfinished(self, path: Path) -> None:
        """What a process that died has left; it may hold a token."""
        for left in path.parent.glob(f".{path.name}.*.part"):
            left.unlink(missing_ok=True)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _words(error: OSError) -> str:
    return error.strerror or type(error).__name__


def _replace(path: Path, content: bytes) -> None:
    unfinished = path.with_name(f".{path.name}.{uuid.uuid4().hex}.part")
    try:
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        unfinished.replace(path)
    except BaseException:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)
        raise
    if os.name == "posix":
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
