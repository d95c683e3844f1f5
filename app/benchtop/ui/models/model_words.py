"""The words of cards and heads: facts of a model in the order people ask for them."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QDate, QLocale

from benchtop.domain.catalogue import language_name
from benchtop.domain.models import bytes_text, parameters_text
from benchtop.ui.chat.conversation_sections import local_time
from benchtop.ui.models.licence_words import licence_name
from benchtop.ui.models.rows import CardRow, RepositoryRow

SEPARATOR = " · "
_MOST_LANGUAGES = 2  # that a card names


def _tr(text: str) -> str:
    return QCoreApplication.translate("ModelWords", text)


def context_text(tokens: int) -> str:
    """Tokens as people name a context: 32,768 as "32k"; what is no round number in full."""
    if tokens >= 1024 and tokens % 1024 == 0:
        return f"{tokens // 1024:,}k"
    return f"{tokens:,}"


def languages_text(codes: tuple[str, ...], *, every: bool = False) -> str:
    """Languages by name where they are few, or ``every`` one; else how many there are."""
    names = [language_name(code) for code in codes]
    if every or len(names) <= _MOST_LANGUAGES:
        return ", ".join(names)
    return _tr("{count} languages").format(count=len(names))


def date_text(instant: float) -> str:
    """A day, as 3 Nov 2026."""
    day = local_time(instant)
    return QLocale().toString(QDate(day.year, day.month, day.day), "d MMM yyyy")


def model_facts(row: CardRow | RepositoryRow, *, every: bool = False) -> list[str]:
    """Size, parameters, context, licence, languages: as far as known. ``every`` spells them out."""
    facts = []
    if isinstance(row, CardRow) and row.bytes:
        words = _tr("about {size} to download")
        if every:
            words = _tr("about {size} to download as {quantisation}")
        facts.append(words.format(size=bytes_text(row.bytes), quantisation=row.quantisation))
    if row.parameters:
        words = _tr("{count} parameters") if every else "{count}"
        facts.append(words.format(count=parameters_text(row.parameters)))
    if row.context_length:
        facts.append(_tr("{size} context").format(size=context_text(row.context_length)))
    if row.licence:
        facts.append(licence_name(row.licence))
    if row.languages:
        facts.append(languages_text(row.languages, every=every))
    elif isinstance(row, CardRow) and row.any_language:
        facts.append(_tr("many languages"))
    return facts


def hub_facts(row: CardRow | RepositoryRow) -> list[str]:
    """What the Hub counts: downloads, likes, the day of the last change."""
    facts = []
    if row.downloads is not None:
        facts.append(
            _tr("1 download")
            if row.downloads == 1
            else _tr("{count} downloads").format(count=_count(row.downloads))
        )
    if row.likes is not None:
        facts.append(
            _tr("1 like")
            if row.likes == 1
            else _tr("{count} likes").format(count=_count(row.likes))
        )
    if row.updated:
        facts.append(_tr("updated {day}").format(day=date_text(row.updated)))
    return facts


def speed_words(tokens_per_second: float, *, rough: bool) -> str:
    """How fast a model should write here; empty where nothing was learned yet."""
    if tokens_per_second <= 0:
        return ""
    number = f"{tokens_per_second:.0f}" if tokens_per_second >= 2 else f"{tokens_per_second:.1f}"
    words = _tr("roughly {number} tok/s") if rough else _tr("about {number} tok/s")
    return words.format(number=number)


def tags_of(row: CardRow | RepositoryRow) -> list[str]:
    """What sets a model apart, in a word or three each."""
    gated = row.gated if isinstance(row, CardRow) else bool(row.gating)
    tags = []
    if row.reasoning:
        tags.append(_tr("reasoning"))
    if row.embedding:
        tags.append(_tr("embedding"))
    if gated:
        tags.append(_tr("asks for agreement"))
    return tags


def _count(number: int) -> str:
    return parameters_text(number) or "0"
