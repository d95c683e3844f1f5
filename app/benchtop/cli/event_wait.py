"""Waiting in a command for what comes from a worker process, with Ctrl+C and our own faults heard."""

from __future__ import annotations

import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from types import FrameType, TracebackType

from PySide6.QtCore import QCoreApplication, QTimer

from benchtop.domain.errors import BenchtopError, Interrupted
from benchtop.services.log_file import LogFile

SIGNAL_CHECK_MS = 100
"""Python runs its signal handlers only when its own code runs, so a timer lets it."""


class EventWait:
    """The event loop of a command; ``wait`` runs it until ``end``."""

    def __init__(self, logs: Path) -> None:
        self._app = QCoreApplication.instance() or QCoreApplication(["benchtop"])
        self._logs = logs
        self._timer = QTimer(interval=SIGNAL_CHECK_MS)
        self._timer.timeout.connect(lambda: None)

    def wait(
        self,
        begin: Callable[[], None],
        interrupt: Callable[[], None],
        fail: Callable[[BenchtopError], None],
    ) -> None:
        """Begin, and block until end(). ``interrupt`` is called at each signal that asks us to stop,
        ``fail`` when our own code broke in a call that Qt made: Qt goes on after it, and the wait
        would not end.

        ``begin`` runs when signals are heard already: a KeyboardInterrupt that Python raises inside of
        a call to Qt is lost there. When a signal comes before it, it is not called.
        """
        begun = stopped = False

        def begin_now() -> None:
            nonlocal begun
            if not stopped:
                begun = True
                begin()

        def handle(_number: int, _frame: FrameType | None) -> None:
            nonlocal stopped
            stopped = True
            if begun:
                interrupt()
            else:
                self.soon(lambda: fail(Interrupted()))

        def broken(
            kind: type[BaseException], error: BaseException, trace: TracebackType | None
        ) -> None:
            fail(self._explained(kind, error, trace))

        handlers = {n: signal.signal(n, handle) for n in _signals_that_end()}
        hook, sys.excepthook = sys.excepthook, broken
        self._timer.start()
        self.soon(begin_now)
        try:
            self._app.exec()
        finally:
            self._timer.stop()
            sys.excepthook = hook
            for number, handler in handlers.items():
                signal.signal(number, handler)

    def end(self) -> None:
        """Let wait() return."""
        self._app.exit()

    def soon(self, step: Callable[[], None]) -> None:
        """Do something through the event loop: end() before wait() would be forgotten."""
        QTimer.singleShot(0, self._app, step)

    def _explained(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> BenchtopError:
        if isinstance(error, BenchtopError):
            return error
        log = LogFile(self._logs / "command.log")
        # Where and of what kind; its words may hold what a person has typed.
        log.write(f"{kind.__name__}\n{''.join(traceback.format_tb(trace))}".rstrip())
        log.close()
        detail = f"a fault in Benchtop itself ({kind.__name__}), told in {self._logs}/command.log."
        return BenchtopError(detail=detail)


def _signals_that_end() -> list[signal.Signals]:
    """Ctrl+C, an order to end and a terminal that closes, less what the person has switched off."""
    names = ("SIGINT", "SIGTERM", "SIGHUP")
    known = [getattr(signal, name) for name in names if hasattr(signal, name)]
    return [n for n in known if signal.getsignal(n) is not signal.SIG_IGN]  # as with nohup
