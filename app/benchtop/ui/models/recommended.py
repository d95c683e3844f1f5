"""Which of a repository's files to take on this machine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from benchtop.domain.quantisations import FLOATS
from benchtop.ui.models.rows import ChoiceRow

FAVOURITE = "Q4_K_M"


def recommended(choices: Sequence[ChoiceRow]) -> ChoiceRow | None:
    """The favourite quantisation if it fits, else the largest file that does; None when none fits.

    Unquantised files are taken only where there is nothing else: they cost twice the memory of Q8_0
    for an answer that nobody can tell apart. Of several models in one repository the one with most
    files is meant; none where they have as many.
    """
    most = Counter(choice.model for choice in choices).most_common(2)
    if len(most) > 1 and most[0][1] == most[1][1]:
        return None
    ours = [choice for choice in choices if choice.model == most[0][0]] if most else []
    fitting = [c for c in ours if c.fit.kind in ("easy", "fits") and not c.trouble]
    quantised = [c for c in fitting if c.quantisation not in FLOATS] or fitting
    favourites = [c for c in quantised if c.quantisation == FAVOURITE]
    return max(favourites or quantised, key=lambda c: c.bytes, default=None)
