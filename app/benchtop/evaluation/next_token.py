"""What was expected at each place of a text, in one form for every kind of model: the lens looks at it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TokenOption:
    """A token that could come at a place, with its natural log-probability.

    A model that counts knows more: how often it saw the token there, and the interval (``low`` to
    ``high``, probabilities) that holds the probability with 90 %. Others leave them None.
    """

    id: int
    text: str
    logprob: float
    count: int | None = None
    low: float | None = None
    high: float | None = None

    @property
    def probability(self) -> float:
        """From 0 to 1."""
        return math.exp(min(0.0, self.logprob))


@dataclass(frozen=True, slots=True)
class Place:
    """A place of a text: the token ``id`` with its ``text``, and what was expected there.

    ``came`` is what the token was given, None where nothing predicts it: at a text's beginning. The place
    after the end has the id -1, and ``came`` None too. ``options`` are the likeliest, the likeliest first.

    ``divergence`` is KL in nats of this prediction from that of another model, ``same_top`` whether both
    hold the same for the likeliest, None where there is no other. ``seen`` is how often a model that
    counts saw the ``order`` tokens before this place, by which it went.
    """

    id: int
    text: str
    came: TokenOption | None
    options: tuple[TokenOption, ...]
    divergence: float | None = None
    same_top: bool | None = None
    seen: int | None = None
    order: int | None = None


def places(
    tokens: Sequence[int],
    logprobs: Sequence[float],
    top: int,
    *,
    top_ids: Sequence[int],
    top_logprobs: Sequence[float],
    texts: Mapping[int, str],
    divergences: Sequence[float] = (),
    same_top: Sequence[bool] = (),
) -> list[Place]:
    """A place for each token and one for what could come next, from the lists of a LensRead that tells of
    all positions (see protocol/measure_messages.py). Tokens may be none for no places."""
    if not tokens:
        return []

    def option(token: int, logprob: float) -> TokenOption:
        return TokenOption(token, texts.get(token, ""), logprob)

    found = [Place(tokens[0], texts.get(tokens[0], ""), None, ())]
    for position in range(len(tokens)):
        came = None
        if position + 1 < len(tokens):
            came = option(tokens[position + 1], logprobs[position])
        near = range(position * top, (position + 1) * top)
        found.append(
            Place(
                id=came.id if came is not None else -1,
                text=came.text if came is not None else "",
                came=came,
                options=tuple(option(top_ids[at], top_logprobs[at]) for at in near),
                divergence=divergences[position] if divergences else None,
                same_top=same_top[position] if same_top else None,
            )
        )
    return found
