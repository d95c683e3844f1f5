"""Examples as tokens, drawn at random, for decoders of random bases."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from benchtop.domain.token_lines import TokenExample, TokenHead, Use, token_lines
from benchtop.tuning.training_set import TrainingSet
from workers.tiny_gguf import vocabulary

WORDS = len(vocabulary()[0])
HEAD = TokenHead("a sum", 512)


def example(
    seed: int, use: Use = "train", *, question: int = 8, answer: int = 6, rejected: int = 0
) -> TokenExample:
    """A question and an answer of so many tokens, with a mark before, between and behind; ``rejected``
    is the length of a worse answer."""
    draw = np.random.default_rng(seed)

    def some(count: int) -> list[int]:
        return [int(one) for one in draw.integers(3, WORDS, count)]

    asked = [1, *some(question), 2]
    told, worse = some(answer), some(rejected)
    ids = (*asked, *told, 2)
    spans = ((len(asked), len(asked) + answer),)
    words = ((1, 1 + question),)
    if not rejected:
        return TokenExample(use, f"sum {seed}", ids, spans, words)
    rejected_ids = (*asked, *worse, 2)
    rejected_spans = ((len(asked), len(asked) + rejected),)
    return TokenExample(use, f"sum {seed}", ids, spans, words, rejected_ids, rejected_spans)


def training_set(
    train: Iterable[TokenExample],
    holdout: Iterable[TokenExample] = (),
    anchors: Iterable[TokenExample] = (),
) -> TrainingSet:
    """What a file of these would be read as."""
    return TrainingSet(HEAD, tuple(train), tuple(holdout), tuple(anchors), "the sum of the file")


def write_set(path: Path, examples: Iterable[TokenExample]) -> Path:
    """A file of tokens."""
    path.write_text("".join(token_lines(HEAD, examples)), encoding="ascii")
    return path


def teaching_file(folder: Path) -> Path:
    """A file of examples of all three uses."""
    return write_set(
        folder / "tokens.jsonl",
        [
            *(example(n, question=4 + n, answer=3 + n % 4) for n in range(10)),
            *(example(n, "holdout") for n in (1, 20, 21)),
            *(example(n, "anchor") for n in range(30, 36)),
        ],
    )
