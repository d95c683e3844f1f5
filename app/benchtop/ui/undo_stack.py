"""What can be taken back: one stack for everything that a person removes, and some that they add."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject

from benchtop.ui.widgets.info_bar import InfoBar, Notice

TakeBack = Callable[[list[str]], object]
"""Undoes a step; called with the ids of it that still lie in the bin."""


@dataclass(eq=False, slots=True)
class _Step:
    take_back: TakeBack
    in_bin: list[str] | None
    notice: Notice | None = None


class UndoStack(QObject):
    """Steps, the newest last. Each has a notice of its own, which goes when the step goes.

    A step outlives its notice: Undo takes it back for as long as the window is open.
    """

    def __init__(self, info: InfoBar, typed: Callable[[], str], parent: QObject) -> None:
        """``typed`` says what is in the message box; ``info`` shows the notices."""
        super().__init__(parent)
        self._info = info
        self._typed = typed
        self._typed_then = ""
        self._steps: list[_Step] = []

    def push(
        self,
        words: str,
        take_back: TakeBack,
        in_bin: Sequence[str] | None = None,
        *,
        removed: bool = True,
    ) -> None:
        """Something was removed, or else added or changed: say so in ``words``, with a button.

        ``in_bin``: the ids of what lies in the bin for it; None for what never goes there.
        """
        step = _Step(take_back, None if in_bin is None else list(in_bin))
        self._steps.append(step)
        self._typed_then = self._typed()
        step.notice = self._info.post(
            "undo",
            words,
            self.tr("Undo"),
            lambda: self._undo(step),
            sign="" if removed else "check",
        )

    @property
    def is_newest(self) -> bool:
        """Whether a step is the last thing the person did: nothing was typed since."""
        return bool(self._steps) and self._typed() == self._typed_then

    def undo(self) -> None:
        """Take the newest step back; nothing happens when there is none."""
        if self._steps:
            self._undo(self._steps[-1])

    def forget(self, ids: Sequence[str]) -> None:
        """These were brought back from the bin, or are gone for good."""
        gone = set(ids)
        for step in [one for one in self._steps if one.in_bin is not None]:
            step.in_bin = [one for one in step.in_bin or () if one not in gone]
            if not step.in_bin:
                self._drop(step)

    def forget_bin(self) -> None:
        """The bin was emptied."""
        for step in [one for one in self._steps if one.in_bin is not None]:
            self._drop(step)

    def _undo(self, step: _Step) -> None:
        if step in self._steps:
            self._drop(step)
            step.take_back(step.in_bin or [])

    def _drop(self, step: _Step) -> None:
        self._steps.remove(step)
        if step.notice is not None:
            self._info.remove(step.notice)
