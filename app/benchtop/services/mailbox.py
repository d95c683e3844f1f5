"""Calls that other threads send to the window's thread, for as long as the object that asked is there.

A thread must not emit a signal of an object that its owner may be deleting at that moment: Qt would walk
through memory that is gone. What is sent here goes through an object that lives as long as the program.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from functools import cache, partial

import shiboken6
from PySide6.QtCore import QObject, Qt, Signal


class _Post(QObject):
    """Carries calls to the thread that it was made on."""

    sent = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.sent.connect(self._call, Qt.ConnectionType.QueuedConnection)

    def _call(self, call: Callable[[], object]) -> None:
        call()


@cache
def _post() -> _Post:
    return _Post()


class Mailbox:
    """Takes calls from any thread; they are made on the main thread, in order, unless the owner is gone.

    Made on the main thread, like the owner.
    """

    def __init__(self, owner: QObject) -> None:
        self.closed = False
        self._owner = weakref.ref(owner)
        self._post = _post()

    def send(self, call: Callable[[], object]) -> None:
        """Have ``call`` made soon. Safe from any thread, also while the owner is being deleted."""
        self._post.sent.emit(partial(self._make, call))

    def close(self) -> None:
        """Make none of the calls that have not been made yet, nor any later one."""
        self.closed = True

    def _make(self, call: Callable[[], object]) -> None:
        owner = self._owner()
        if not self.closed and owner is not None and shiboken6.isValid(owner):
            call()
