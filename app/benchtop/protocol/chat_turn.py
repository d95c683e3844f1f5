"""A turn of a conversation, as several messages carry it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class ChatTurn:
    """One turn of the conversation as the chat template sees it."""

    role: Literal["system", "user", "assistant"]
    content: str
