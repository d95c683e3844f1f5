"""A model file in another quantisation, by llama_model_quantize.

It is written beside its place under a name that nobody takes for a model, and gets its own name when it lies
on the disk in full. What a worker that died left there is removed when the same file is asked for again.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path

import psutil

from benchtop.domain.errors import BenchtopError, FileInTheWay, FileNotWritten, FolderMissing
from benchtop.domain.gguf import GgufHeader, read_header
from benchtop.domain.model_errors import ModelIsAdapter, ModelLoadFailed
from benchtop.domain.models import bytes_text
from benchtop.domain.split_model import parts_of
from benchtop.engine.job import Job
from benchtop.engine.llama import NativeLog, quantise_file
from benchtop.engine.threads import usable_cores
from benchtop.protocol.encode_messages import Quantise, Quantised
from benchtop.protocol.messages import Progress

LOOK_SECONDS = 0.05
NICENESS = 10
LEAST_BITS = {"F16": 16, "Q8_0": 8.5, "Q6_K": 6.5625, "Q5_K_M": 5.5, "Q4_K_M": 4.5, "Q4_0": 4.5}
"""Bits of a number in a matrix; the mixes keep some matrices in more. From ggml's block sizes."""
_TENSOR = re.compile(r"\[\s*(\d+)/\s*(\d+)\]")


def quantise(request: Quantise, job: Job, log: NativeLog) -> Quantised:
    """Write ``request.target``. Raises the errors of ``read_header``, ModelIsAdapter, ModelLoadFailed,
    FileInTheWay, FolderMissing, FileNotWritten, and Cancelled, which leaves no file."""
    target = Path(request.target)
    _check(request, target)
    unfinished = target.with_name(f".{target.name[:100]}.{os.getpid()}.part")
    _remove_leftovers(unfinished)
    try:
        unfinished.touch(exist_ok=False)
        _write(request, unfinished, job, log)
        size = unfinished.stat().st_size
        _put_in_place(unfinished, target)
    except OSError as error:
        raise _not_written(error, target) from error
    finally:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)
    return Quantised(job.request_id, str(target), size)


def _check(request: Quantise, target: Path) -> None:
    """What can be said before anything is written."""
    header = read_header(request.path)
    if header.is_adapter:
        raise ModelIsAdapter(path=request.path)
    try:
        if not target.parent.is_dir():
            raise FolderMissing(path=str(target.parent))
        if os.path.lexists(target):
            raise FileInTheWay(path=str(target))
        free = shutil.disk_usage(target.parent).free
    except (OSError, ValueError) as error:
        raise _not_written(error, target) from error
    least = least_bytes([header, *map(read_header, parts_of(request.path, header))], request.kind)
    if least > free:
        detail = f"it takes {bytes_text(least)} or more, and {bytes_text(free)} is free there"
        raise FileNotWritten(path=str(target), detail=detail)


def least_bytes(headers: list[GgufHeader], kind: str) -> int:
    """What the weights take at least in the quantisation ``kind``."""
    return sum(
        int(tensor.elements * (LEAST_BITS[kind] if len(tensor.shape) > 1 else 32) / 8)
        for header in headers
        for tensor in header.tensors
    )


class _Work:
    """llama.cpp at work on a thread of its own, so that a Cancel is heard meanwhile."""

    def __init__(self, request: Quantise, target: Path) -> None:
        self._request = request
        self._target = target
        self.done = threading.Event()
        self.written = False
        self.fraction = 0.0

    def run(self) -> None:
        """Write the file; others who compute come first, as far as the system lets us say so."""
        try:
            if (
                sys.platform == "linux"
            ):  # where a thread has a niceness, and those it starts inherit it
                with suppress(OSError):
                    os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
            request = self._request
            self.written = quantise_file(
                request.path, str(self._target), request.kind, usable_cores()[0]
            )
        finally:
            self.done.set()

    def hear(self, line: str) -> None:
        """A line of the log; each matrix begins with its number and how many there are."""
        match = _TENSOR.match(line)
        if match:
            self.fraction = (int(match[1]) - 1) / max(1, int(match[2]))


def _write(request: Quantise, unfinished: Path, job: Job, log: NativeLog) -> None:
    work = _Work(request, unfinished)
    thread = threading.Thread(target=work.run, name="quantise", daemon=True)
    told = 0.0
    log.clear()
    log.listener = work.hear
    job.send(Progress(job.request_id, 0.0))
    try:
        thread.start()
        while not work.done.wait(LOOK_SECONDS) and not job.cancel.is_set():
            if work.fraction != told:
                told = work.fraction
                job.send(Progress(job.request_id, told))
        with _no_more_writing() if job.cancel.is_set() else nullcontext():
            thread.join()
    finally:
        log.listener = None
    job.check()
    if not work.written:
        raise _failure(request, log)
    read_header(unfinished)


@contextmanager
def _no_more_writing() -> Iterator[None]:
    """Let every write to a file fail, which is what llama_model_quantize looks at before each matrix; it
    cannot be asked to stop. Where there is no such limit it goes on to its end."""
    try:
        import resource  # noqa: PLC0415  (POSIX only)
    except ImportError:
        yield
        return
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))  # Python ignores its signal, SIGXFSZ
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def _failure(request: Quantise, log: NativeLog) -> BenchtopError:
    cause = log.cause("llama.cpp gave no reason").rstrip(".")
    if "iostream error" in cause:  # all that it says of a write that failed
        detail = "the disk was full before its end, or does not take so large a file"
        return FileNotWritten(path=request.target, detail=detail)
    return ModelLoadFailed(path=request.path, detail=cause)


def _put_in_place(unfinished: Path, target: Path) -> None:
    """Give the file its name for good; raises FileInTheWay where another has it by now, and OSError."""
    descriptor = os.open(unfinished, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    try:
        os.link(unfinished, target)  # a rename would write over what came meanwhile
    except FileExistsError as error:
        raise FileInTheWay(path=str(target)) from error
    except OSError:  # a file system without links
        if os.path.lexists(target):
            raise FileInTheWay(path=str(target)) from None
        unfinished.rename(target)
    if os.name == "posix":
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _remove_leftovers(unfinished: Path) -> None:
    """Remove what workers that are no more had begun of the same file."""
    begin = unfinished.name.rsplit(".", 2)[0]
    ours = re.compile(re.escape(begin) + r"\.(\d+)\.part")
    with suppress(OSError):
        for entry in unfinished.parent.iterdir():
            match = ours.fullmatch(entry.name)
            if match and (int(match[1]) == os.getpid() or not psutil.pid_exists(int(match[1]))):
                entry.unlink(missing_ok=True)


def _not_written(error: OSError | ValueError, target: Path) -> FileNotWritten:
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    full = isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
    detail = "the disk is full" if full else reason.lower()
    return FileNotWritten(path=str(target), detail=detail)
