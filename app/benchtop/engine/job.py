"""A request at work: how it answers, and whether it was cancelled."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event

from benchtop.protocol.messages import Answer

Send = Callable[[Answer], None]


class Cancelled(Exception):
    """The client asked to stop the request at hand."""


@dataclass(frozen=True, slots=True)
class Job:
    """``arrived`` is time.perf_counter() when the request was read off the wire, in seconds."""

    request_id: str
    send: Send
    arrived: float
    cancel: Event = field(default_factory=Event)

    def check(self) -> None:
        """Raises Cancelled when the client has asked to stop."""
        if self.cancel.is_set():
            raise Cancelled
