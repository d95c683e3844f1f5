"""What a run says beyond its rates, put so that many tests do not drown what they found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from benchtop.ui.compare.suite_rows import Apart, PairsApart, SuiteTotals
from benchtop.ui.compare.suite_texts import SURE, against_words, apart_words, pairs_words

if TYPE_CHECKING:
    from benchtop.evaluation.suite_statistics import PairedDifference

FEW_TESTS = 5
"""So many are read at a glance; from there on they are summed up, and some are clear by chance."""


def _tr(text: str) -> str:
    return QCoreApplication.translate("SuiteFindingsText", text)


@dataclass(frozen=True, slots=True)
class Findings:
    """Sentences to read first, what to think of them, and the single tests for who asks."""

    lead: tuple[str, ...] = ()
    caveat: str = ""
    tests: tuple[str, ...] = ()


def findings(totals: SuiteTotals, names: Mapping[str, str], titles: Mapping[str, str]) -> Findings:
    """Few tests are said one by one; many are counted, the clear ones first among them."""
    against = [against_words(one, names, titles) for one in totals.against]
    count = len(totals.apart) + len(totals.pairs)
    if count <= FEW_TESTS:
        apart = [apart_words(one, names) for one in totals.apart]
        return Findings((*apart, *against, *(pairs_words(one, names) for one in totals.pairs)))
    summary = [_pairs_summary(totals.pairs), *_apart_lead(totals.apart, names)]
    caveat = _tr(
        "These are {tests} tests at once: about {chance} of them would seem clear by chance alone."
    )
    tests = [
        *((_p(one), pairs_words(one, names)) for one in totals.pairs),
        *((_p(one), apart_words(one, names)) for one in totals.apart),
    ]
    tests.sort(key=lambda test: test[0])
    return Findings(
        (*filter(None, summary), *against),
        caveat.format(tests=f"{count:,}", chance=max(1, round(count * SURE))),
        tuple(words for _value, words in tests),
    )


def _pairs_summary(pairs: Sequence[PairsApart]) -> str:
    """How many of the groups that a fairness suite compares are told apart."""
    if not pairs:
        return ""
    clear = _clear(pairs)
    if not clear:
        words = _tr("In none of {all} pairs of groups did replies pass clearly differently.")
    else:
        words = _tr("In {clear} of {all} pairs of groups replies passed clearly differently.")
    return words.format(clear=f"{clear:,}", all=f"{len(pairs):,}")


def _apart_lead(apart: Sequence[Apart], names: Mapping[str, str]) -> list[str]:
    """Two contestants or three are said one by one, more are counted."""
    if len(apart) <= 3:
        return [apart_words(one, names) for one in apart]
    clear = _clear(apart)
    if not clear:
        words = _tr("In none of {all} pairs of contestants does one pass clearly more.")
    else:
        words = _tr("In {clear} of {all} pairs of contestants one passes clearly more.")
    return [words.format(clear=f"{clear:,}", all=f"{len(apart):,}")]


def _clear(tests: Sequence[Apart] | Sequence[PairsApart]) -> int:
    return sum(_p(one) < SURE for one in tests)


def _p(test: Apart | PairsApart) -> float:
    change: PairedDifference = test.change if isinstance(test, Apart) else test.difference.change
    return change.p_value
