"""Turns of a conversation in the shapes that data sets are published in.

A list of turns is OpenAI's ({"role": …, "content": …}; the content may be a list of text parts) or ShareGPT's
({"from": …, "value": …}); both are taken wherever a list of turns may stand.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from benchtop.domain.examples import Turn, TurnRole

_ROLES: Final[dict[str, TurnRole]] = {
    "system": "system",
    "developer": "system",
    "user": "user",
    "human": "user",
    "prompter": "user",
    "assistant": "assistant",
    "gpt": "assistant",
    "chatgpt": "assistant",
    "bard": "assistant",
    "bing": "assistant",
    "model": "assistant",
}
SHAREGPT_NAMES: Final[dict[TurnRole, str]] = {
    "system": "system",
    "user": "human",
    "assistant": "gpt",
}
_SHOWN = 40


def is_turn_list(value: Any) -> bool:
    """Whether it looks like a list of turns in one of the two shapes."""
    return (
        isinstance(value, list)
        and bool(value)
        and isinstance(value[0], dict)
        and ("role" in value[0] or "from" in value[0])
    )


def turns_from(value: Any) -> tuple[Turn, ...]:
    """The turns of a list in either shape; raises ValueError with the end of a sentence."""
    if not isinstance(value, list):
        raise ValueError("has no list of turns")  # noqa: TRY004 - it is about a file, not a call
    return tuple(_turn(one, number) for number, one in enumerate(value, 1))


def text_from(value: Any, name: str) -> str:
    """A text, or the text of a list of text parts; ``name`` is what it is called in the complaint.

    Numbers are taken as they are written, because tables hold answers such as 4. Raises ValueError.
    """
    if isinstance(value, str):
        return _sound(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, list) and value:
        return "".join(_part(part, name) for part in value)
    raise ValueError(f"has no text as its {name}")


def teachable(turns: Sequence[Turn]) -> tuple[Turn, ...]:
    """The turns to their last answer. A question that nobody answered teaches nothing."""
    end = len(turns)
    while end and turns[end - 1].role != "assistant":
        end -= 1
    return tuple(turns[:end]) if end else tuple(turns)


def _turn(value: Any, number: int) -> Turn:
    if not isinstance(value, dict):
        raise ValueError(f"has a turn {number} that is no object")  # noqa: TRY004
    name = value.get("role", value.get("from"))
    if not isinstance(name, str):
        raise ValueError(f"has a turn {number} that does not say who speaks")  # noqa: TRY004
    role = _ROLES.get(name.strip().casefold())
    if role is None:
        raise ValueError(f"has a turn of “{name[:_SHOWN]}”, which is neither a person nor a model")
    if role == "assistant" and value.get("weight", 1) == 0:
        # OpenAI's way to say that a turn is not to be learnt: to learn it all the same is the worst choice.
        raise ValueError(f"has a turn {number} of weight 0, and every answer is learnt here")
    content = value.get("content", value.get("value"))
    if content is None:
        raise ValueError(f"has a turn {number} without text")
    return Turn(role, text_from(content, f"turn {number}"))


def _part(part: Any, name: str) -> str:
    text = part.get("text") if isinstance(part, dict) else part
    if not isinstance(text, str):
        raise ValueError(f"has something other than text in its {name}")  # noqa: TRY004
    return _sound(text)


def _sound(text: str) -> str:
    if "\0" in text:
        raise ValueError("holds a zero byte, which is no text")
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError as error:
            raise ValueError("holds half of a character (a lone surrogate)") from error
    return text
