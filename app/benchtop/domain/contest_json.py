"""Contestants, answers and votes as plain values for JSON, and back: for the store, cards and commands.

Names that a later version adds are ignored. What is missing or of a wrong type raises KeyError,
TypeError or ValueError.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from benchtop.domain.contests import (
    CastVote,
    ContestAnswer,
    Contestant,
    PromptTurn,
    UsedAdapter,
    VoteSide,
)
from benchtop.domain.generation import SamplingParams, Timings

_TIMING_NAMES = frozenset(f.name for f in fields(Timings))
_ANSWER_NAMES = frozenset(f.name for f in fields(ContestAnswer))
_TEXTS_OF_CONTESTANT = ("model_id", "name", "file", "path", "sha256", "system_prompt")
_OF_VOTE = ("id", "contest_id", "cast", "outcome", "blind", "shuffle_seed", "deleted")


def contestant_json(one: Contestant) -> dict[str, Any]:
    """Every field of a contestant, and its key."""
    return {
        "name": one.name,
        "model_id": one.model_id,
        "file": one.file,
        "path": one.path,
        "sha256": one.sha256,
        "adapters": [asdict(adapter) for adapter in one.adapters],
        "system_prompt": one.system_prompt,
        "params": one.params.to_json(),
        "seed": one.seed,
        "facts": dict(one.facts),
        "key": one.key,
    }


def contestant_from(values: Mapping[str, Any]) -> Contestant:
    """The inverse of contestant_json()."""
    texts = {name: _text(values, name) for name in _TEXTS_OF_CONTESTANT}
    seed, facts = values["seed"], values.get("facts") or {}
    if not (seed is None or (isinstance(seed, int) and not isinstance(seed, bool))):
        raise TypeError("seed")
    if not isinstance(facts, Mapping):
        raise TypeError("facts")
    return Contestant(
        **texts,
        adapters=tuple(_adapter(one) for one in values["adapters"]),
        params=SamplingParams.from_json(values["params"]),
        seed=seed,
        facts={str(name): value for name, value in facts.items() if type(value) in (str, int)},
    )


def _adapter(values: Mapping[str, Any]) -> UsedAdapter:
    scale = values["scale"]
    if isinstance(scale, bool) or not isinstance(scale, (int, float)):
        raise TypeError("scale")
    if not math.isfinite(scale):
        raise ValueError("scale")
    return UsedAdapter(_text(values, "path"), scale, _text(values, "sha256"))


def _text(values: Mapping[str, Any], name: str) -> str:
    value = values[name]
    if not isinstance(value, str):
        raise TypeError(name)
    return value


def answer_json(answer: ContestAnswer) -> dict[str, Any]:
    """Every field of an answer."""
    return asdict(answer)


def answer_from(values: Mapping[str, Any]) -> ContestAnswer:
    """The inverse of answer_json()."""
    known = {name: value for name, value in values.items() if name in _ANSWER_NAMES}
    known["turns"] = turns_from(values["turns"])
    known["timings"] = timings_from(values.get("timings"))
    return ContestAnswer(**known)


def turns_from(values: list[Mapping[str, Any]]) -> tuple[PromptTurn, ...]:
    """Turns from objects with a role and a content."""
    return tuple(PromptTurn(turn["role"], turn["content"]) for turn in values)


def timings_from(values: Mapping[str, Any] | None) -> Timings | None:
    """Timings from their values, None for none."""
    if not values:
        return None
    return Timings(**{name: value for name, value in values.items() if name in _TIMING_NAMES})


def vote_json(vote: CastVote) -> dict[str, Any]:
    """Every field of a vote, both sides whole."""
    sides = {name: side_json(side) for name, side in (("left", vote.left), ("right", vote.right))}
    return {**{name: getattr(vote, name) for name in _OF_VOTE}, "tags": list(vote.tags), **sides}


def vote_from(values: Mapping[str, Any]) -> CastVote:
    """The inverse of vote_json()."""
    return CastVote(
        left=side_from(values["left"]),
        right=side_from(values["right"]),
        tags=tuple(values["tags"]),
        **{name: values[name] for name in _OF_VOTE},
    )


def side_json(side: VoteSide) -> dict[str, Any]:
    """The contestant and the answer of a side."""
    return {
        "contestant": contestant_json(side.contestant),
        "answer": answer_json(side.answer),
    }


def side_from(values: Mapping[str, Any]) -> VoteSide:
    """The inverse of side_json()."""
    return VoteSide(contestant_from(values["contestant"]), answer_from(values["answer"]))
