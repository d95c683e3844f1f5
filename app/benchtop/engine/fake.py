"""A stand-in for llama.cpp that fails on demand, for tests of how its failures are borne.

Chosen with BENCHTOP_FAKE_ENGINE=MODE in the worker's environment; never in use otherwise, and it
says so on stderr. It speaks the real protocol in the real process. It "loads" any path and replies
with the words of REPLY; after the third word MODE happens:

    slow      half a second passes before each further word
    hang      nothing comes any more, and a Cancel is not heard
    segv      the process gets SIGSEGV            abort     the process gets SIGABRT
    exit      the process ends with status 9      garbage   a line that is no message
    load-segv, load-fail   the same kind of end, or a plain failure, already while loading
"""

from __future__ import annotations

import os
import signal
import threading
from typing import NoReturn

from benchtop.domain.errors import BadParameter
from benchtop.domain.generation import StopReason, Timings
from benchtop.domain.model_errors import ModelLoadFailed
from benchtop.engine.job import Job
from benchtop.protocol.messages import (
    Answer,
    Chunk,
    Failed,
    Finished,
    Generate,
    Loaded,
    Loading,
    LoadModel,
    Started,
    Status,
)
from benchtop.protocol.wire import Message

REPLY = ("One ", "two ", "three ", "four ", "five.")
MODES = ("slow", "hang", "segv", "abort", "exit", "garbage", "load-segv", "load-fail")
CONTEXT = 512
GARBAGE = b"\xff\xfe this is no message\n"


class FakeEngine:
    """Serves LoadModel and Generate as MODE wants it. Raises BadParameter for an unknown mode."""

    def __init__(self, mode: str, wire: int) -> None:
        if mode not in MODES:
            raise BadParameter(name="BENCHTOP_FAKE_ENGINE", value=mode, allowed=", ".join(MODES))
        self._mode = mode
        self._wire = wire

    def serve(self, request: Message, job: Job) -> None:
        """Answer a LoadModel or a Generate; others get no answer."""
        if isinstance(request, LoadModel):
            self._load(request, job)
        elif isinstance(request, Generate):
            self._generate(job)

    def status(self, request_id: str, busy_with: str) -> Status:
        """A worker that holds nothing."""
        return Status(request_id, "", 0, CONTEXT, 0, 0, 0, 0.0, busy_with)

    def cancelled(self, request: Message, request_id: str) -> Answer:
        """Finished, with nothing written."""
        return Finished(request_id, "cancelled", Timings(), 0, CONTEXT, 0)

    def _load(self, request: LoadModel, job: Job) -> None:
        job.send(Loading(job.request_id, 0.5, "reading"))
        if self._mode == "load-segv":
            _die(signal.SIGSEGV)
        if self._mode == "load-fail":
            error = ModelLoadFailed(path=request.path, detail="the fake engine was told to fail")
            job.send(Failed.of(job.request_id, error))
            return
        job.send(
            Loaded(
                job.request_id, request.path, "fake", "fake", 1, "F32", 0, CONTEXT, CONTEXT, 1, {},
                "model", "", 0, 0, 0.0,
            )
        )  # fmt: skip

    def _generate(self, job: Job) -> None:
        job.send(Started(job.request_id, 1, 0, CONTEXT, "model"))
        for count, word in enumerate(REPLY, start=1):
            if count > 3:
                self._fail(job)
            if job.cancel.is_set():
                break
            job.send(Chunk(job.request_id, word, completion_tokens=count))
        stop: StopReason = "cancelled" if job.cancel.is_set() else "end"
        timings = Timings(prompt_tokens=1, completion_tokens=len(REPLY), generation_seconds=1.0)
        job.send(Finished(job.request_id, stop, timings, 1 + len(REPLY), CONTEXT, 0))

    def _fail(self, job: Job) -> None:
        match self._mode:
            case "slow":
                job.cancel.wait(0.5)
            case "hang":
                threading.Event().wait()
            case "segv":
                _die(signal.SIGSEGV)
            case "abort":
                _die(signal.SIGABRT)
            case "exit":
                os._exit(9)
            case "garbage":
                os.write(self._wire, GARBAGE)


def _die(number: signal.Signals) -> NoReturn:
    """As a crash in native code ends a process: with the signal's default action."""
    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)
    raise AssertionError("a process went on after its own death")
