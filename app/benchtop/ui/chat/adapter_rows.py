"""What the chat's list of adapters shows: plain values, filled by the wiring."""

from __future__ import annotations

from dataclasses import dataclass

LEAST_SCALE, MOST_SCALE, SCALE_STEP = 0.0, 2.0, 0.05


@dataclass(frozen=True, slots=True)
class AdapterRow:
    """An adapter on this disk. ``detail`` is like "rank 16 · 2.3 MB". ``on``: attached, at ``scale`` (1 as
    trained, 0 not at all). ``problem`` says in a few words why it cannot be used with the model that
    answers, and is empty where it can."""

    path: str
    name: str
    detail: str = ""
    on: bool = False
    scale: float = 1.0
    problem: str = ""

    @property
    def changeable(self) -> bool:
        """What cannot be used can still be switched off."""
        return self.on or not self.problem
