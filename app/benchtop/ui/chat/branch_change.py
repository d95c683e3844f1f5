"""How one branch differs from the next, and how streamed text meets a newer state. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from benchtop.domain.chat import PathStep


def same_conversation(old: Sequence[PathStep], new: Sequence[PathStep]) -> bool:
    """Whether two branches, neither of them empty, belong to one conversation."""
    if not old or not new:
        return False
    return old[0].message.conversation_id == new[0].message.conversation_id


def first_difference(old: Sequence[PathStep], new: Sequence[PathStep]) -> int:
    """How many messages two branches have in common from their beginning."""
    for index, (a, b) in enumerate(zip(old, new, strict=False)):
        if a.message.id != b.message.id:
            return index
    return min(len(old), len(new))


def with_more(step: PathStep, text: str, reasoning: str) -> PathStep:
    """A step after more has streamed in."""
    message = step.message
    longer = replace(
        message, content=message.content + text, reasoning=message.reasoning + reasoning
    )
    return replace(step, message=longer)


def with_streamed(step: PathStep, shown: PathStep) -> PathStep:
    """A newer state that knows less of the text than is on show: the shown text stays."""
    message, known = step.message, shown.message
    if known.content.startswith(message.content):
        message = replace(message, content=known.content)
    if known.reasoning.startswith(message.reasoning):
        message = replace(message, reasoning=known.reasoning)
    return replace(step, message=message)
