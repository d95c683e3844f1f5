"""From the branch on show to the turns that are sent to the model."""

from __future__ import annotations

from collections.abc import Sequence

from benchtop.domain.chat import Message
from benchtop.protocol.messages import ChatTurn


def turns_of(
    path: Sequence[Message], system_prompt: str = "", dropped_before: str | None = None
) -> tuple[ChatTurn, ...]:
    """The system prompt and every message from ``dropped_before`` on; empty replies are left out."""
    kept = list(path)
    ids = [message.id for message in kept]
    if dropped_before in ids:
        kept = kept[ids.index(dropped_before) :]
    turns = [ChatTurn("system", system_prompt)] if system_prompt.strip() else []
    turns += [ChatTurn(m.role, m.content) for m in kept if m.content or m.role == "user"]
    return tuple(turns)


def droppable(path: Sequence[Message], dropped_before: str | None) -> list[str]:
    """Ids of the person's messages at which the sent part may begin, oldest first.

    The first one sent now is left out (it drops nothing); the last stays available, so that at least
    the question itself is sent.
    """
    ids = [message.id for message in path]
    start = ids.index(dropped_before) if dropped_before in ids else 0
    return [m.id for m in path[start:] if m.role == "user"][1:]
