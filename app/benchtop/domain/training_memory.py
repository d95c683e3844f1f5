"""What a person can do where a training run does not fit into the memory."""

from __future__ import annotations

from benchtop.domain.training import TrainingSettings


def memory_advice(settings: TrainingSettings) -> str:
    """The end of a sentence: what would take less than these settings do."""
    ways = list[str]()
    if settings.preset != "quick" and not settings.last_layers:
        ways.append("the quick preset")
    if settings.context_length > settings.part_tokens:  # below that, several are read together
        ways.append("a shorter context length")
    ways.append("a smaller model")
    if len(ways) == 1:
        return f"close other programs, or choose {ways[0]}"
    return f"close other programs, or choose {', '.join(ways[:-1])} or {ways[-1]}"
