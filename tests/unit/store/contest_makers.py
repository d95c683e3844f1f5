"""Contestants, contests, answers and votes for tests."""

from __future__ import annotations

from typing import Any

from benchtop.domain.contests import (
    CastVote,
    Contest,
    ContestAnswer,
    Contestant,
    PromptTurn,
    UsedAdapter,
    VoteSide,
)
from benchtop.domain.generation import SamplingParams, Timings


def contestant(name: str = "one", **changes: Any) -> Contestant:
    """A model called ``name`` whose file has a sum of its own."""
    values = {
        "model_id": f"{name}-id", "name": name, "file": f"{name}.gguf", "path": f"/models/{name}.gguf",
        "sha256": f"sum of {name}", "adapters": (UsedAdapter("/lora.gguf", 0.5, "ab"),),
        "system_prompt": "Be kind.", "params": SamplingParams(temperature=0.25, stop=("\n",)), "seed": 7,
    }  # fmt: skip
    return Contestant(**values | changes)


def contest(
    contest_id: str = "c1", names: tuple[str, ...] = ("one", "two"), **changes: Any
) -> Contest:
    """A blind contest of these."""
    values = {"blind": True, "shuffle_seed": 5, "tags": ("maths",)}
    return Contest(contest_id, 9.5, tuple(map(contestant, names)), **values | changes)


def answer(place: int = 0, contest_id: str = "c1", **changes: Any) -> ContestAnswer:
    """A whole answer to the first prompt."""
    values = {
        "number": 0, "turns": (PromptTurn("user", "What is 2 and 2?"),), "created": 10.5,
        "text": f"answer {place}", "reasoning": "hm", "seed": 7, "stop": "end",
        "timings": Timings(9, 3, 4, 0.5, 0.25, 0.125), "memory_bytes": 123, "template": "fallback",
    }  # fmt: skip
    return ContestAnswer(contest_id, place, **values | changes)


def vote(
    vote_id: str = "v1", left: str = "one", right: str = "two", outcome: Any = "a", **changes: Any
) -> CastVote:
    """A vote on the two answers of a contest, the second contestant on the right."""
    contest_id = changes.pop("contest_id", "c1")
    sides = [
        VoteSide(contestant(name), answer(place, contest_id))
        for place, name in enumerate((left, right))
    ]
    values = {"shuffle_seed": 5, "tags": ("maths",)}
    when = changes.pop("cast", 20.0)
    return CastVote(vote_id, contest_id, when, outcome, *sides, **values | changes)
