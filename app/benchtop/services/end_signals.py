"""SIGTERM, SIGINT and SIGHUP end the window in good order, as closing it does."""

from __future__ import annotations

import os
import signal

from PySide6.QtCore import QObject, QSocketNotifier, Signal


class EndSignals(QObject):
    """``requested`` comes in the event loop when the system asks the program to end.

    Python runs a signal's handler only between its own instructions, which an idle event loop does
    not reach; the wake-up pipe is what Qt can wait for.
    """

    requested = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        if os.name == "nt":
            return
        self._read, self._write = os.pipe()
        for end in (self._read, self._write):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(self._write, warn_on_full_buffer=False)
        named = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
        # What is ignored stays ignored: that is how nohup asks for it.
        self._heard = [n for n in named if signal.getsignal(n) is not signal.SIG_IGN]
        for number in self._heard:
            signal.signal(number, lambda _number, _frame: None)
        self._notifier = QSocketNotifier(self._read, QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._woken)

    def release(self) -> None:
        """Give the signals back to Python."""
        if os.name == "nt":
            return
        self._notifier.setEnabled(False)
        signal.set_wakeup_fd(-1)
        for number in self._heard:
            usual = signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL
            signal.signal(number, usual)
        os.close(self._read)
        os.close(self._write)

    def _woken(self) -> None:
        os.read(self._read, 64)
        self.requested.emit()
