"""A long text cut into windows of a model's context, as llama-perplexity cuts it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

LEAST_WINDOW = 16
"""Tokens: of less a model knows nothing worth a figure."""
USUAL_WINDOW = 512
"""Tokens: llama-perplexity's own when none is given."""


def window_count(tokens: int, length: int) -> int:
    """How many windows of ``length`` tokens a text of so many tokens fills; the rest is left out."""
    return tokens // length


def windows(tokens: Sequence[int], length: int, bos: int | None) -> Iterator[list[int]]:
    """The windows one after another; the first token of each gives its place to ``bos`` if there is one.

    Source: llama.cpp, tools/perplexity/perplexity.cpp, perplexity(): n_chunk = tokens / n_ctx, and
    tokens[seq_start] = bos "for the first batch of each chunk". It asks for two windows; here one will do.
    """
    for number in range(window_count(len(tokens), length)):
        window = list(tokens[number * length : (number + 1) * length])
        if bos is not None:
            window[0] = bos
        yield window


def first_scored(length: int) -> int:
    """The first position of a window whose prediction counts: predictions of positions n/2 to n - 2, which
    are of the tokens n/2 + 1 to n - 1 (``first = n_ctx/2`` there)."""
    return length // 2
