"""The engine worker: ``benchtop --worker engine``.

    main thread      serves one request after another, and is the only one to call llama.cpp
    reader thread    reads the wire (port.py)
    child process    renders chat templates (template_sandbox.py)

llama_cpp is imported after the handshake: it takes a third of a second, and a client that speaks
another version should know at once.
"""

from __future__ import annotations

import faulthandler
import os
import sys
import traceback
from typing import Protocol

from benchtop.engine.job import Job
from benchtop.engine.port import Inbox
from benchtop.engine.template_sandbox import fork_supervisor
from benchtop.protocol.messages import Answer, Status
from benchtop.protocol.wire import Message
from benchtop.worker_side.parent_death import die_with_parent
from benchtop.worker_side.signals import leave_signals_to_the_client
from benchtop.worker_side.wire_end import Intake, Outlet, Refused, take_stdout

FAULT_STATUS = 70  # EX_SOFTWARE of sysexits.h
FAKE_VARIABLE = "BENCHTOP_FAKE_ENGINE"


class Engine(Protocol):
    """What serves requests: llama.cpp's engine, or the fake one of a few tests."""

    def serve(self, request: Message, job: Job) -> None:
        """Answer one request, whatever comes of it."""

    def status(self, request_id: str, busy_with: str) -> Status:
        """What is held now; called from another thread than ``serve``."""

    def cancelled(self, request: Message, request_id: str) -> Answer:
        """The answer to a request that was cancelled unserved; called from another thread too."""


def main() -> int:
    """Serve until the input ends (the reader thread then ends the process); the exit status."""
    faulthandler.enable()
    leave_signals_to_the_client()
    die_with_parent()
    pipes = fork_supervisor(die_with_parent)  # before the wire has a second descriptor to inherit
    outlet = take_stdout()
    intake = Intake("engine", outlet, os.fdopen(0, "rb", closefd=False))
    inbox = Inbox(outlet, intake)
    try:
        intake.shake_hands()
    except Refused as refused:
        return refused.status
    engine = _engine(outlet, pipes)
    inbox.listen(engine)
    try:
        while True:
            request, job = inbox.next()
            engine.serve(request, job)
            inbox.done()
    except BaseException:  # noqa: BLE001  (a fault of ours: all of it to the log, then the end)
        traceback.print_exc()
        sys.stderr.flush()
        # Not the usual way out: an interpreter that ends while a thread reads its stdin aborts.
        os._exit(FAULT_STATUS)


def _engine(outlet: Outlet, pipes: tuple[int, int] | None) -> Engine:
    wanted = os.environ.get(FAKE_VARIABLE)
    if wanted:
        from benchtop.engine.fake import FakeEngine  # noqa: PLC0415  (tests only)

        sys.stderr.write(f"benchtop: this is the fake engine ({wanted})\n")
        return FakeEngine(wanted, outlet.descriptor)
    from benchtop.engine.engine import LlamaEngine  # noqa: PLC0415  (slow to import)
    from benchtop.engine.template import TemplateProcess  # noqa: PLC0415

    return LlamaEngine(TemplateProcess(pipes))
