"""Texts as the lens reads them, with probabilities that follow from the tokens."""

from __future__ import annotations

import math
from collections.abc import Sequence

from benchtop.evaluation.next_token import Place, TokenOption
from benchtop.ui.compare.lens_rows import LensRow

WORDS = (
    "The", " owl", " sat", " in", " the", " old", " oak", " tree", " and", " looked", " at", " the",
    " moon", ".\n", "It", " was", " cold", ",", " and", " no", "body", " spoke", ".",
)  # fmt: skip
LEVELS = (0.97, 0.62, 0.31, 0.043, 0.004)


def option(number: int, text: str, probability: float, count: int | None = None) -> TokenOption:
    """An alternative; one that was counted has an interval."""
    logprob = math.log(probability)
    if count is None:
        return TokenOption(number, text, logprob)
    return TokenOption(number, text, logprob, count, probability * 0.6, min(1.0, probability * 1.5))


def alternatives(came: int, probability: float, *, counts: bool = False) -> tuple[TokenOption, ...]:
    """Five, the likeliest first; what came is among them where it is likely enough."""
    found = {came: probability} if probability > 0.01 else {}
    left = 1 - sum(found.values())
    for n, text in enumerate((" cat", " dog", " “quiet”", "\n", " x"), 1_000):
        left /= 2
        found[n] = left
        _texts[n] = text
    ordered = sorted(found.items(), key=lambda item: -item[1])[:5]
    return tuple(
        option(n, _texts.get(n, ""), p, round(p * 40) if counts else None) for n, p in ordered
    )


_texts: dict[int, str] = {}


def a_row(
    name: str,
    words: Sequence[str] = WORDS,
    *,
    shift: int = 0,
    apart: bool = False,
    counts: bool = False,
    leading: bool = True,
) -> LensRow:
    """A contestant that read these words; ``apart``: with how far it is from another."""
    places = [Place(0, "<s>", None, ())] if leading else []
    for n, word in enumerate(words, 1):
        _texts[n] = word
        chance = LEVELS[(n * 3 + shift) % len(LEVELS)]
        came = option(n, word, chance, round(chance * 40) if counts else None)
        divergence = abs(math.sin(n + 1)) * 3 if apart else None
        seen, order = (40 + n, 2) if counts else (None, None)
        options = alternatives(n, chance, counts=counts)
        places.append(Place(n, word, came, options, divergence=divergence, seen=seen, order=order))
    places.append(
        Place(
            -1, "", None, alternatives(-1, 0.001, counts=counts), divergence=0.1 if apart else None
        )
    )
    return LensRow(name, name, tuple(places), "count" if counts else "model", 1 if leading else 0)


def three_rows(words: Sequence[str] = WORDS) -> list[LensRow]:
    """Two models, the second with its differences, and the one that counts."""
    return [
        a_row("starter · Q8_0", words),
        a_row("SmolLM2 135M", words, shift=1, apart=True),
        a_row("my own words", words, shift=2, counts=True, leading=False),
    ]
