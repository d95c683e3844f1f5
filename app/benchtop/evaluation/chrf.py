"""chrF: how much of its letters in a row a text shares with a reference.

M. Popović, "chrF: character n-gram F-score for automatic MT evaluation", WMT 2015, with the choices of
sacrebleu's chrF2: letters in runs of 1 to 6, white space left out, capitals told apart, precision and
recall averaged over the orders that both texts have, and an F-score with recall counting twice (beta 2).
"""

from __future__ import annotations

from collections import Counter

ORDER = 6
BETA = 2.0


def chrf(text: str, reference: str) -> float:
    """The score of ``text`` against ``reference``, 0 to 1: sacrebleu's sentence score over 100."""
    ours, theirs = "".join(text.split()), "".join(reference.split())
    precisions, recalls = [], []
    for order in range(1, ORDER + 1):
        mine, wanted = _runs(ours, order), _runs(theirs, order)
        if not mine or not wanted:
            break
        shared = (mine & wanted).total()
        precisions.append(shared / mine.total())
        recalls.append(shared / wanted.total())
    if not precisions:
        return 0.0
    precision, recall = sum(precisions) / len(precisions), sum(recalls) / len(recalls)
    if precision + recall == 0:
        return 0.0
    weight = BETA**2
    return (1 + weight) * precision * recall / (weight * precision + recall)


def _runs(text: str, length: int) -> Counter[str]:
    return Counter(text[place : place + length] for place in range(len(text) - length + 1))
