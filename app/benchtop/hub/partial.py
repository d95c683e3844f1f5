"""A file as far as it has come, on the disk.

As long as it comes in order it is ``NAME.incomplete``, and its length is what is here: older versions
of Benchtop and other programs leave and understand just that. Once it comes over several connections,
bytes lie behind gaps, and its length says nothing any more. From then on it has another name,
``NAME.spread``, which nobody can take for the beginning of a file, and ``NAME.ranges`` lists what is
in it. So nothing is copied when a gap closes, and the disk needs no more room than for the file.

What if we die here? A line is added to the list after its bytes were written, so the list never says
too much; a last line that was cut short counts for nothing. The list is there before the file is
renamed, and goes before anything of it becomes untrue: a list without the file and the file without its
list are believed in nothing. After a power cut the list may know of bytes that the disk lost; as with
any other wrong byte, the check sum at the end finds that out.
"""

from __future__ import annotations

import errno
import io
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from benchtop.domain.repo_files import RepoFile
from benchtop.domain.unfinished import unfinished
from benchtop.hub.ranges import Range, Ranges, first_line, line_of, ranges_in

Written = Callable[[int, int], None]
"""Gets the bytes that are here before the first gap, and all that are here."""
LIST_BYTES = 1024 * 1024
"""A list that has become so long is written anew, shorter; one twice as long is none of ours."""


class Partial:
    """The file, open for writing; only one thread may. ``written`` is called after every change, and
    now and then while nothing comes. Used as a context manager. Everything may raise OSError."""

    def __init__(self, target: Path, file: RepoFile) -> None:
        self._names = unfinished(target)
        self._file = file
        self.written: Written = lambda _prefix, _here: None
        self._list: io.FileIO | None = None
        self.path = self._names.plain
        self.here = self._take_stock()
        self._stream = io.FileIO(_opened(self.path), "r+b")
        if not self.here.total:
            self._stream.truncate(0)  # of another revision: nothing of it can be believed
        self.transferred = 0

    def __enter__(self) -> Partial:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stream.close()
        self._close_list()

    @property
    def spread(self) -> bool:
        """It may have gaps."""
        return self.path == self._names.spread

    @property
    def gaps(self) -> list[Range]:
        """What is missing, in order."""
        return self.here.gaps(self._file.size)

    @property
    def may_spread(self) -> bool:
        """Its bytes may come in any order: only where a list can say of which file they are."""
        return bool(self._file.sha256)

    def tell(self) -> None:
        """Call ``written``."""
        self.written(self.here.prefix, self.here.total)

    def add(self, at: int, data: bytes) -> None:
        """Write these bytes at their place, as many as the disk takes. Behind a gap only if it is
        ``spread``."""
        if not self.spread and at != self.here.prefix:
            raise ValueError(f"{at} is not the end of what is here")
        rest = memoryview(data)
        self._stream.seek(at)
        while rest:  # a disk that is nearly full takes a part of it
            count = self._stream.write(rest)
            one = Range(at, at + count)
            self.transferred += count
            at, rest = at + count, rest[count:]
            self.here.add(one)
            self._note(one)
        self.tell()

    def spread_out(self) -> None:
        """From now on bytes may come in any order."""
        if not self.spread:
            self._write_list()
            self._names.plain.replace(self._names.spread)
            self.path = self._names.spread

    def begin_anew(self) -> None:
        """Nothing of it is wanted any more."""
        self._delete_list()
        self.here = Ranges()
        self.tell()  # first: nobody must go on reading what is cut off now
        self._stream.truncate(0)
        self._be_plain()

    def end(self) -> None:
        """All of it is here: bring it to the disk, as a file without gaps under its old name."""
        os.fsync(self._stream.fileno())
        self._be_plain()
        self._delete_list()

    def _note(self, one: Range) -> None:
        """Add what was written just now to the list."""
        if not self.spread:
            return
        if self._list is not None:
            _append(self._list, line_of(one))
        if self._list is None or self._list.tell() > LIST_BYTES:
            self._write_list()  # after a restart as well: its last line may be cut short

    def _be_plain(self) -> None:
        if self.spread:
            self._names.spread.replace(self._names.plain)
            self.path = self._names.plain

    def _take_stock(self) -> Ranges:
        """What is here from earlier times; what is of no use is deleted."""
        for path in (self._names.plain, self._names.spread):
            if path.is_symlink():  # none of ours: we would write into a file that somebody chose
                path.unlink()
        plain, spread = self._plain_bytes(), self._listed()
        if spread is not None and spread.total > plain:
            self._names.plain.unlink(missing_ok=True)
            self.path = self._names.spread
            return spread
        self._delete_list()
        self._names.spread.unlink(missing_ok=True)
        return Ranges([Range(0, plain)])

    def _plain_bytes(self) -> int:
        with suppress(FileNotFoundError):
            size = self._names.plain.stat().st_size
            return size if size <= self._file.size else 0
        return 0

    def _listed(self) -> Ranges | None:
        """What the list says is in the spread file, if all of it can be."""
        try:
            length = self._names.spread.stat().st_size
            if self._names.ranges.stat().st_size > 2 * LIST_BYTES or not self.may_spread:
                return None
            text = self._names.ranges.read_bytes()
        except FileNotFoundError:
            return None
        found = ranges_in(text, self._file.size, self._file.sha256)
        if found is None or any(one.end > length for one in found):
            return None
        return found

    def _write_list(self) -> None:
        """Put a list of what is here in the place of the one before, at once, and keep it open."""
        new = self._names.new_ranges
        self._close_list()
        with new.open("wb", buffering=0) as stream:
            lines = b"".join(line_of(one) for one in self.here)
            _append(stream, first_line(self._file.size, self._file.sha256) + lines)
        new.replace(self._names.ranges)
        self._list = self._names.ranges.open("ab", buffering=0)

    def _delete_list(self) -> None:
        self._close_list()
        for path in (self._names.ranges, self._names.new_ranges):
            path.unlink(missing_ok=True)

    def _close_list(self) -> None:
        if self._list is not None:
            self._list.close()
        self._list = None


def discard(target: Path) -> None:
    """Delete all that is here of an unfinished file. Raises OSError."""
    names = unfinished(target)
    for path in (names.ranges, names.new_ranges, names.spread, names.plain):
        path.unlink(missing_ok=True)


def _opened(path: Path) -> int:
    """The descriptor of a file, made where it is missing; a link is never followed, see _take_stock."""
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
    return os.open(path, flags, 0o666)


def _append(stream: io.FileIO, line: bytes) -> None:
    if stream.write(line) != len(line):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
