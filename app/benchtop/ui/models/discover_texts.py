"""The sentences of the discover view: what is on show, and what to try when there is nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QDate, QLocale, Qt

from benchtop.domain.models import bytes_text
from benchtop.domain.speed import ASSUMED, READABLE


def _tr(text: str) -> str:
    return QCoreApplication.translate("DiscoverTexts", text)


@dataclass(frozen=True, slots=True)
class Shown:
    """What a summary counts. ``whole`` is how many cards the catalogue has.

    ``answered``: they come from a search, and ``older``: from one before that failed.
    """

    words: str
    count: int
    whole: int
    is_catalogue: bool
    searching: bool = False
    answered: bool = False
    older: bool = False
    more: bool = False


def summary_text(shown: Shown) -> str:
    """One line on what is on show; empty when nothing is."""
    count = f"{shown.count:,}"
    if shown.searching:
        text = _tr("Searching the Hub for “{words}”…")
    elif not shown.count:
        text = ""
    elif shown.is_catalogue and shown.count == shown.whole:
        text = _tr("Small models that people choose, the best for this machine first")
    elif shown.is_catalogue:
        text = _tr("{count} of the {whole} models of the catalogue")
    elif not shown.answered:
        text = _tr("From the catalogue")
    elif shown.older:
        text = _tr("From the search before")
    elif shown.more:
        text = _tr("The first {count} models for “{words}”")
    elif shown.count == 1:
        text = _tr("1 model for “{words}”")
    else:
        text = _tr("{count} models for “{words}”")
    return text.format(words=shown.words, count=count, whole=f"{shown.whole:,}")


def about_text(compiled: str, compiled_from: str, bandwidth: float) -> str:
    """How the catalogue is ordered, and when and from what it was made. ``bandwidth`` is what models
    read here per second, 0 before that is known. Empty where there is no catalogue."""
    if not compiled:
        return ""
    order = _tr(
        "First comes what fits into the memory that is free now and should write at least {speed} tokens "
        "a second, about as fast as you read: the largest of these first. Then what fits but writes more "
        "slowly, the fastest first; then what is tight or does not fit; embedding models come last."
    ).format(speed=round(READABLE))
    basis = _tr(
        "For each token a processor reads the whole model. Models that wrote here read {amount} a "
        "second: the speeds on the cards are worked out from that, and are rough."
    ).format(amount=bytes_text(bandwidth))
    if not bandwidth:
        basis = _tr(
            "For each token a processor reads the whole model. No model of some size has written here "
            "yet, so that {amount} a second are assumed and no speed is shown."
        ).format(amount=bytes_text(ASSUMED))
    made = _tr("The catalogue was compiled on {day}.").format(day=day_words(compiled))
    return "\n\n".join((order, basis, f"{made} {compiled_from}"))


def day_words(compiled: str) -> str:
    """A day given as YYYY-MM-DD in words; as it is where it is no such day."""
    day = QDate.fromString(compiled, Qt.DateFormat.ISODate)
    return QLocale().toString(day, "d MMMM yyyy") if day.isValid() else compiled


def nothing_texts(words: str, filters: Sequence[str], *, offline: bool) -> tuple[str, str]:
    """What was not found, and what to try; ``filters`` are those that are set, in words."""
    filtered = bool(filters)
    if words:
        title = _tr("Nothing found for “{words}”").format(words=words)
        tip = _tr("Try fewer or other words, such as the family alone: qwen, gemma, llama.")
        if filtered:
            tip = _tr("These filters are set: {filters}. Reset them, or try fewer or other words.")
        return title, tip.format(filters=", ".join(filters))
    if not filtered:
        return _tr("The catalogue is empty"), _tr("Type words above to search the Hub.")
    title = _tr("No model of the catalogue fits these filters")
    if offline:
        return title, _tr("Reset the filters to see every model.")
    return title, _tr("Type words above to search the whole Hub with them, or reset the filters.")
