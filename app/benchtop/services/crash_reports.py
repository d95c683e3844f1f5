"""What went wrong inside Benchtop, as text files of the data folder: never sent, the person's to read and
delete.

A file is opened at the start, with what is known of the program and the system. What raises where nobody
catches it is written below that, and so is what the processor or the C library ends the process for (by
faulthandler, which needs the file open already; a fatal message of Qt's ends in abort()), with the frames
of the thread that died: to read those of threads that still run ends the report in a second fault now and
then, before it came to the one that matters. Of an exception its kind and places are told and never its
words, which may be those of a chat. After an orderly end a file with nothing below its head is removed.

No handler of Qt's messages is set: it would have to run Python on Qt's own threads.
"""

from __future__ import annotations

import faulthandler
import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import qVersion

import benchtop

MOST_REPORTS = 10
MOST_FAULTS = 20
"""So many are written of one run: what raises whenever something is painted would fill the disk."""
_UNDER_WAY, _ORDERLY, _TOLD = "running-", "closed-", "report-"
"""How a file's name begins: its run goes on or died, it ended as it should, and what has been told."""
_LINE = "-" * 60 + "\n"
_HEAD = """\
Benchtop {version}: what went wrong
Started: {started}
System: {system}
Python {python}, Qt {qt}

This file was sent nowhere. It holds no words of your chats. Delete it whenever you like.
"""


@dataclass(frozen=True, slots=True)
class CrashReport:
    """A report of the last run. ``ended`` says that the run ended by it, or at least without closing."""

    path: Path
    ended: bool


class CrashReports:
    """The reports of one data folder, for the one window that has it; none where the disk takes nothing."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path: Path | None = None
        self._file = -1
        self._faults = 0
        self._hooks = sys.excepthook, threading.excepthook

    def start(self) -> CrashReport | None:
        """Begin to watch; what is left of the last run, told once."""
        with suppress(OSError):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            left = self._left()
            self._open()
            return left
        return None

    def end(self) -> None:
        """The program ends as it should."""
        if self._path is None:
            return
        sys.excepthook, threading.excepthook = self._hooks
        faulthandler.disable()
        os.close(self._file)
        path, self._path = self._path, None
        with suppress(OSError):
            if _body(path):
                path.rename(path.with_name(path.name.replace(_UNDER_WAY, _ORDERLY, 1)))
            else:
                path.unlink()

    def _left(self) -> CrashReport | None:
        """What other runs left: a run that died without a word leaves nothing to tell."""
        last: CrashReport | None = None
        for beginning in (_ORDERLY, _UNDER_WAY):
            for path in sorted(self._folder.glob(f"{beginning}*.txt")):
                if not _body(path):
                    path.unlink()
                    continue
                told = path.rename(path.with_name(path.name.replace(beginning, _TOLD, 1)))
                last = CrashReport(told, ended=beginning == _UNDER_WAY)
        for old in sorted(self._folder.glob(f"{_TOLD}*.txt"))[:-MOST_REPORTS]:
            old.unlink()
        return last

    def _open(self) -> None:
        name = f"{_UNDER_WAY}{time.strftime('%Y-%m-%d-%H%M%S')}-{os.getpid()}.txt"
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND
        self._file = os.open(self._folder / name, flags, 0o600)
        self._path = self._folder / name
        os.write(self._file, (_head() + _LINE).encode())
        sys.excepthook = self._raised
        threading.excepthook = self._raised_on_thread
        faulthandler.enable(self._file, all_threads=False)

    def _raised(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        self._write("the window's thread", error)
        self._hooks[0](kind, error, trace)

    def _raised_on_thread(self, arguments: threading.ExceptHookArgs) -> None:
        if arguments.exc_value is not None:
            name = arguments.thread.name if arguments.thread is not None else "a thread"
            self._write(f"the thread {name}", arguments.exc_value)
        self._hooks[1](arguments)

    def _write(self, where: str, error: BaseException) -> None:
        if not isinstance(error, Exception) or self._faults == MOST_FAULTS:
            return
        self._faults += 1
        text = f"{time.strftime('%Y-%m-%d %H:%M:%S')}, on {where}:\n"
        text += "".join(f"{line}\n" for line in told_without_words(error))
        with suppress(OSError):
            os.write(self._file, f"{text}\n".encode("utf-8", "backslashreplace"))


def read_report(path: Path) -> str:
    """The text of a report; empty where it is gone."""
    with suppress(OSError):
        return path.read_text(encoding="utf-8", errors="replace")
    return ""


def told_without_words(error: BaseException) -> Iterator[str]:
    """Where it was raised and of what kind it is; also what led to it. Its own words are left out."""
    seen: set[int] = set()
    one: BaseException | None = error
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        if len(seen) > 1:
            yield "which was raised because of:"
        yield from _places(one.__traceback__)
        number = f" (error number {one.errno})" if isinstance(one, OSError) else ""
        yield f"{type(one).__module__}.{type(one).__qualname__}{number}"
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)


def _places(trace: TracebackType | None) -> Iterator[str]:
    while trace is not None:
        code = trace.tb_frame.f_code
        yield f'  File "{code.co_filename}", line {trace.tb_lineno}, in {code.co_qualname}'
        trace = trace.tb_next


def _head() -> str:
    system = " ".join(os.uname()[::2]) if hasattr(os, "uname") else sys.platform
    return _HEAD.format(
        version=benchtop.__version__,
        started=time.strftime("%Y-%m-%d %H:%M:%S"),
        system=system,
        python=sys.version.split()[0],
        qt=qVersion(),
    )


def _body(path: Path) -> str:
    """What stands below the head."""
    return read_report(path).partition(_LINE)[2].strip()
