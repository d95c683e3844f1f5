"""A worker process: started, spoken to in typed messages, ended, and told apart when it died."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, QTimer, Signal

import benchtop
from benchtop.domain.errors import ProtocolMismatch, WorkerError, WorkerNotStarted
from benchtop.protocol.messages import PROTOCOL_VERSION, Failed, Hello, WorkerRole
from benchtop.protocol.wire import Message, WireError, decode, encode
from benchtop.services.log_file import LogFile

GRACE_MS = 2_000
"""How long a worker that was asked to end may take before it is killed."""


@dataclass(frozen=True, slots=True)
class WorkerOutcome:
    """How a worker ended. ``signal`` is 0 unless one killed it."""

    exit_code: int
    signal: int

    @property
    def killed(self) -> bool:
        """Whether it was killed from outside: what a system does whose memory runs out."""
        return self.signal == _KILL

    @property
    def cause(self) -> str:
        """What a person may want to know of it: the signal's name or the exit status."""
        if self.signal:
            return _SIGNAL_WORDS.get(self.signal, f"signal {self.signal}")
        return f"exit status {self.exit_code}"


_KILL = int(getattr(signal, "SIGKILL", 9))
_SIGNAL_WORDS = {
    int(signal.SIGSEGV): "a crash in native code, SIGSEGV",
    int(signal.SIGABRT): "native code gave up, SIGABRT",
    int(signal.SIGILL): "an instruction this processor does not know, SIGILL",
    int(signal.SIGFPE): "a crash in native code, SIGFPE",
    int(getattr(signal, "SIGBUS", 7)): "the model file changed or a disk error, SIGBUS",
    _KILL: "killed, perhaps because memory ran out",
    int(signal.SIGTERM): "it was told to end",
}


class WorkerProcess(QObject):
    """One worker. Signals arrive on the thread this object lives in."""

    received = Signal(object)
    """An answer (benchtop.protocol.messages.Answer), the handshake excepted."""
    ended = Signal(object)
    """A WorkerOutcome, once."""
    refused = Signal(object)
    """A WorkerError: it could not be started, or it speaks another language."""

    def __init__(
        self,
        role: WorkerRole,
        logs: Path,
        environment: Mapping[str, str] | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._role: WorkerRole = role
        self._told = False
        self._shaken = False
        self._log = LogFile(logs / f"{role}.log")
        self._waiting: list[bytes] = []
        self._process = QProcess(self)
        full = QProcessEnvironment.systemEnvironment()
        for name, value in (environment or {}).items():
            full.insert(name, value)
        self._process.setProcessEnvironment(full)
        self._process.readyReadStandardOutput.connect(self._read)
        self._process.readyReadStandardError.connect(self._read_chatter)
        self._process.finished.connect(self._finished)
        self._process.errorOccurred.connect(self._error)
        self._killer = QTimer(self, singleShot=True, interval=GRACE_MS)
        self._killer.timeout.connect(self._process.kill)

    @property
    def pid(self) -> int:
        """The process id; 0 when it does not run."""
        return int(self._process.processId())

    @property
    def running(self) -> bool:
        """Whether the process is there."""
        return self._process.state() != QProcess.ProcessState.NotRunning

    def start(self) -> None:
        """Start it; ``refused`` follows when it cannot be started or spoken to."""
        program, *arguments = worker_command(self._role)
        self._process.start(program, arguments)
        hello = Hello(self._role, PROTOCOL_VERSION, benchtop.__version__, os.getpid())
        self._write(encode(hello))

    def send(self, message: Message) -> None:
        """Send a message; what is sent before the handshake goes out right after it.

        Raises MessageTooLarge, and nothing is sent then.
        """
        line = encode(message)
        if self._shaken:
            self._write(line)
        else:
            self._waiting.append(line)

    def stop(self) -> None:
        """Ask it to end (its input closes); it is killed when it does not within the grace."""
        if self.running:
            self._process.closeWriteChannel()
            self._killer.start()

    def kill(self) -> None:
        """End it now."""
        self._process.kill()

    def stop_and_wait(self) -> None:
        """stop(), and block until it is gone: for the end of the program."""
        self.stop()
        if self.running and not self._process.waitForFinished(GRACE_MS):
            self._process.kill()
            self._process.waitForFinished(GRACE_MS)

    def _write(self, line: bytes) -> None:
        if self._process.state() != QProcess.ProcessState.NotRunning:
            self._process.write(line)

    def _read(self) -> None:
        while self._process.canReadLine():
            line = bytes(self._process.readLine().data())
            try:
                message = decode(line)
            except WireError as error:
                self._log.write(f"not a message: {error}")
                self._refuse(WorkerError(role=self._role, detail=f"it sent {line[:60]!r}"))
                return
            self._take(message)

    def _take(self, message: Message) -> None:
        if isinstance(message, Hello):
            if message.protocol != PROTOCOL_VERSION:
                theirs = message.protocol
                self._refuse(
                    ProtocolMismatch(role=self._role, theirs=theirs, ours=PROTOCOL_VERSION)
                )
                return
            self._shaken = True
            for waiting in self._waiting:
                self._write(waiting)
            self._waiting.clear()
            return
        if not self._shaken and isinstance(message, Failed):
            error = message.error()
            self._refuse(
                error
                if isinstance(error, WorkerError)
                else WorkerError(role=self._role, detail=str(error))
            )
            return
        self.received.emit(message)

    def _refuse(self, error: WorkerError) -> None:
        self.kill()
        self.refused.emit(error)

    def _read_chatter(self) -> None:
        text = bytes(self._process.readAllStandardError().data()).decode("utf-8", "replace")
        for line in text.splitlines():
            self._log.write(line)

    def _finished(self, code: int, status: QProcess.ExitStatus) -> None:
        self._killer.stop()
        self._read()
        self._read_chatter()
        self._log.close()
        crashed = status == QProcess.ExitStatus.CrashExit
        outcome = WorkerOutcome(0 if crashed else code, code if crashed else 0)
        if not self._told:
            self._told = True
            self.ended.emit(outcome)

    def _error(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart and not self._told:
            self._told = True
            self._log.close()
            self.refused.emit(WorkerNotStarted(role=self._role, detail=self._process.errorString()))


def worker_command(role: WorkerRole) -> Sequence[str]:
    """The command line of a worker: this Python, or this executable when Benchtop is frozen."""
    if getattr(sys, "frozen", False):
        return [sys.executable, "--worker", role]
    # -P: a file called "benchtop.py" in the working folder must not be taken for Benchtop.
    return [sys.executable, "-P", "-m", "benchtop", "--worker", role]
