"""Which tokens of a conversation are of what people said, and of nothing else."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import accumulate

from benchtop.engine.chat_text import Segment
from benchtop.engine.llama import Model

Ranges = tuple[tuple[int, int], ...]


def word_ranges(model: Model, ids: Sequence[int], segments: Sequence[Segment]) -> Ranges:
    """Half-open ranges of ``ids`` whose text lies wholly in a segment that a person wrote.

    The texts are looked for in the text of the tokens, one behind the other; one that is not there as it was
    written (a vocabulary that changes white space) has no range. A token that reaches over the border of a
    segment belongs to neither.
    """
    pieces = [model.piece(token, special=True) for token in ids]
    ends = list(accumulate(map(len, pieces)))
    starts = [0, *ends[:-1]]
    whole = b"".join(pieces)
    found: list[tuple[int, int]] = []
    at = 0
    for segment in segments:
        text = segment.text.encode("utf-8", "replace")
        place = whole.find(text, at) if text else -1
        if place < 0:
            continue
        at = place + len(text)
        if segment.writer == "person":
            first, last = bisect_left(starts, place), bisect_right(ends, at)
            if first < last:
                found.append((first, last))
    return tuple(found)
