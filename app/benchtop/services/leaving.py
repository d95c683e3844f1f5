"""What has a process that is ending: it stays until that is gone."""

from __future__ import annotations

from functools import partial
from typing import Generic, TypeVar

from PySide6.QtCore import QObject, SignalInstance

One = TypeVar("One", bound=QObject)


class Leaving(Generic[One]):
    """Those that were seen off and have not gone yet."""

    def __init__(self) -> None:
        self._some: list[One] = []

    def see_off(self, one: One, gone: SignalInstance) -> None:
        """Keep it until its process has ended, which ``gone`` tells."""
        self._some.append(one)
        gone.connect(partial(self._gone, one))

    def all_with(self, one: One | None) -> list[One]:
        """These, and the one that is at work if there is one."""
        return self._some if one is None else [one, *self._some]

    def _gone(self, one: One) -> None:
        if one in self._some:
            self._some.remove(one)
            one.deleteLater()
