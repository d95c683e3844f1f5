"""Which part of a long branch is on show: a window of pages over its messages. No Qt here."""

from __future__ import annotations

from collections.abc import Sequence

from benchtop.domain.chat import PathStep

FIRST_SHOWN = 60
PAGE = 30
MOST_SHOWN = 120
"""Beyond this the far end of the window is let go, so that memory stays bounded."""


class PathWindow:
    """The steps of a branch and the range [start, stop) of them that has views."""

    def __init__(self) -> None:
        self._steps: list[PathStep] = []
        self._index: dict[str, int] = {}
        self.start = 0
        self.stop = 0

    def __len__(self) -> int:
        return len(self._steps)

    @property
    def steps(self) -> Sequence[PathStep]:
        """All the steps of the branch."""
        return self._steps

    @property
    def shown(self) -> list[PathStep]:
        """The steps inside the window."""
        return self._steps[self.start : self.stop]

    @property
    def at_end(self) -> bool:
        """Whether the newest message is inside the window."""
        return self.stop == len(self._steps)

    def set_steps(self, steps: Sequence[PathStep]) -> None:
        """Another branch: its last messages are shown."""
        self._steps = list(steps)
        self._index = {step.message.id: i for i, step in enumerate(self._steps)}
        self.to_end()

    def index(self, message_id: str | None) -> int | None:
        """Where a message stands in the branch, or None."""
        return self._index.get(message_id) if message_id is not None else None

    def get(self, message_id: str) -> PathStep | None:
        """The step of a message, or None when it is not on this branch."""
        index = self._index.get(message_id)
        return self._steps[index] if index is not None else None

    def add(self, step: PathStep) -> None:
        """A new step at the end; the window grows with it when it shows the end."""
        was_at_end = self.at_end
        self._index[step.message.id] = len(self._steps)
        self._steps.append(step)
        if was_at_end:
            self.stop = len(self._steps)

    def put(self, step: PathStep) -> bool:
        """A newer state of a step; False when its message is not on this branch."""
        index = self._index.get(step.message.id)
        if index is None:
            return False
        self._steps[index] = step
        return True

    def to_end(self) -> None:
        """Show the newest messages."""
        self.stop = len(self._steps)
        self.start = max(0, self.stop - FIRST_SHOWN)

    def around(self, index: int) -> None:
        """Show the messages around one of them."""
        self.start = max(0, index - FIRST_SHOWN // 2)
        self.stop = min(len(self._steps), self.start + FIRST_SHOWN)
        self.start = max(0, self.stop - FIRST_SHOWN)

    def grow_up(self) -> bool:
        """Show an older page, and let go of the newest beyond MOST_SHOWN; False at the beginning."""
        if self.start == 0:
            return False
        self.start = max(0, self.start - PAGE)
        self.stop = min(self.stop, self.start + MOST_SHOWN)
        return True

    def grow_down(self) -> bool:
        """Show a newer page, and let go of the oldest beyond MOST_SHOWN; False at the end."""
        if self.at_end:
            return False
        self.stop = min(len(self._steps), self.stop + PAGE)
        self.start = max(self.start, self.stop - MOST_SHOWN)
        return True
