"""Narrowing the cards of the catalogue by words and filters, in the window and without asking anyone."""

from __future__ import annotations

import re
from collections.abc import Iterable

from benchtop.domain.catalogue import language_name
from benchtop.domain.hub import HubFilters
from benchtop.ui.models.rows import CardRow

_NO_WORD = re.compile(r"[\W_]+")


def narrowed(cards: Iterable[CardRow], words: str, filters: HubFilters) -> tuple[CardRow, ...]:
    """The cards, in their order, that fit the filters and hold every word as the beginning of one."""
    wanted = _plain(words).split()
    return tuple(
        card
        for card in cards
        if _fits(card, filters) and all(f" {word}" in _searched(card) for word in wanted)
    )


def _fits(card: CardRow, filters: HubFilters) -> bool:
    architecture = _plain(filters.architecture).replace(" ", "")
    named = _plain(f"{card.architecture} {card.id}").replace(" ", "")
    return (
        architecture in named
        and filters.licence in ("", card.licence)
        and (card.any_language or filters.language in ("", *card.languages))
        and filters.gated in (None, card.gated)
        and card.parameters >= filters.least_parameters
        and (not filters.most_parameters or card.parameters <= filters.most_parameters)
    )


def _searched(card: CardRow) -> str:
    """All that words are looked for in, with one space before each word."""
    names = (language_name(code) for code in card.languages)
    kind = "embedding" if card.embedding else "chat"
    return " " + _plain(" ".join((card.name, card.id, kind, card.good_for, *names)))


def _plain(text: str) -> str:
    return _NO_WORD.sub(" ", text.casefold()).strip()
