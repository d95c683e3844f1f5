"""The sentences of the discover view: what is on show, and what to try when there is nothing."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication


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


def nothing_texts(words: str, *, filtered: bool, offline: bool) -> tuple[str, str]:
    """What was not found, and what to try."""
    if words:
        title = _tr("Nothing found for “{words}”").format(words=words)
        tip = _tr("Try fewer or other words, such as the family alone: qwen, gemma, llama.")
        if filtered:
            tip = _tr("Reset the filters, or try fewer or other words.")
        return title, tip
    if not filtered:
        return _tr("The catalogue is empty"), _tr("Type words above to search the Hub.")
    title = _tr("No model of the catalogue fits these filters")
    if offline:
        return title, _tr("Reset the filters to see every model.")
    return title, _tr("Type words above to search the whole Hub with them, or reset the filters.")
