"""The readers of all programs whose chats can be brought in."""

from __future__ import annotations

from benchtop.services import (
    chats_of_gpt4all,
    chats_of_jan,
    chats_of_lm_studio,
    chats_of_ollama,
)
from benchtop.services.local_places import GPT4ALL, JAN, LM_STUDIO, OLLAMA
from benchtop.services.other_chats import ChatReader

READERS: dict[str, ChatReader] = {
    GPT4ALL: chats_of_gpt4all,
    LM_STUDIO: chats_of_lm_studio,
    JAN: chats_of_jan,
    OLLAMA: chats_of_ollama,
}
"""By the program's name, in the order in which they are offered."""
