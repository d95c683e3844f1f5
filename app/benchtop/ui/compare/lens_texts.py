"""The words of the next-token lens: tokens made visible, likelihoods, places."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QColor

from benchtop.evaluation.next_token import Place, TokenOption
from benchtop.ui.colours import mix
from benchtop.ui.compare.lens_rows import LensRow, Likelihood, is_end, likelihood, rank, text_of
from benchtop.ui.theme import Tokens

_SIGNS = {"\n": "↵", "\r": "␍", "\t": "⇥", "\u00a0": "␣", "\u200b": "␣"}
_MOST = 40
SHOWN: tuple[Likelihood, ...] = ("sure", "likely", "possible", "surprising", "astonishing")
"""The likelihoods of the legend, the likeliest first."""


def _tr(text: str) -> str:
    return QCoreApplication.translate("LensTexts", text)


def visible(text: str) -> str:
    """A token with signs in the place of what cannot be seen; a space stays one inside, and is one at
    its beginning."""
    shown = "".join(_SIGNS.get(letter, letter) for letter in text[:_MOST])
    shown = "".join(letter if letter.isprintable() else "�" for letter in shown)
    return shown + ("…" if len(text) > _MOST else "")


def quoted(text: str) -> str:
    """A token in quotation marks, with its spaces as signs."""
    return f"“{visible(text).replace(' ', '␣')}”"


def percent(probability: float) -> str:
    """ "34 %", "1.2 %", "0.03 %", "below 0.01 %"."""
    number = _number(probability)
    return _tr("{number} %").format(number=number) if number != "0" else _tr("below 0.01 %")


def _number(probability: float) -> str:
    """In percent; what is below 0.01 is 0."""
    share = probability * 100
    if share >= 99.95:
        return "100" if probability >= 0.99995 else f"{min(share, 99.9):.1f}"
    if share >= 10:
        return f"{share:.0f}"
    if share >= 1:
        return f"{share:.1f}"
    return f"{share:.2f}" if share >= 0.01 else "0"


def likelihood_words() -> dict[Likelihood, str]:
    """What a likelihood is called."""
    return {
        "start": _tr("the beginning, of which nothing is predicted"),
        "next": _tr("what could come next"),
        "sure": _tr("expected"),
        "likely": _tr("likely"),
        "possible": _tr("possible"),
        "surprising": _tr("surprising"),
        "astonishing": _tr("very surprising"),
    }


def legend_words() -> list[tuple[Likelihood, str]]:
    """The legend, the likeliest first."""
    words = likelihood_words()
    bounds = (
        _tr("from 90 %"),
        _tr("from 50 %"),
        _tr("from 10 %"),
        _tr("from 1 %"),
        _tr("below 1 %"),
    )
    return [(name, f"{words[name]}, {bound}") for name, bound in zip(SHOWN, bounds, strict=True)]


def bar_words() -> str:
    """What the bar under a token is."""
    return _tr("the bar below: its probability")


def ground(name: Likelihood, colours: Tokens) -> QColor:
    """The ground of a token: plain where it was expected, warmer the more it surprises."""
    shares = {"likely": 0.0, "possible": 0.16, "surprising": 0.34}
    match name:
        case "sure" | "start" | "next":
            return colours.surface
        case "likely":
            return mix(colours.good, colours.surface, 0.14)
        case "astonishing":
            return mix(colours.bad, colours.surface, 0.36)
    return mix(colours.warning, colours.surface, shares[name])


def place_words(row: LensRow, position: int) -> str:
    """A place in one sentence: the token, its probability, its rank, what was expected in its stead."""
    place = row.places[position]
    kind = likelihood(place)
    words = likelihood_words()[kind]
    best = place.options[0] if place.options else None
    if kind == "next":
        return _next_words(row.name, best)
    if place.came is None:
        token = quoted(text_of(place)) if text_of(place) else _tr("The beginning")
        return _tr("{name}: {token}, {words}.").format(name=row.name, token=token, words=words)
    parts = [
        _tr("{name}: {token} {share}, {words}").format(
            name=row.name, token=quoted(text_of(place)), share=_share(place.came), words=words
        )
    ]
    where = rank(place)
    if where is None:
        parts.append(_tr("below the alternatives shown"))
    elif where > 1 and best is not None:
        first = _tr("rank {rank} after {token} {share}")
        parts.append(
            first.format(rank=where, token=quoted(best.text), share=percent(best.probability))
        )
    else:
        parts.append(_tr("the likeliest"))
    if place.divergence is not None:
        parts.append(_tr("KL {nats} nats").format(nats=f"{place.divergence:.2f}"))
    return ", ".join(parts) + "."


def _next_words(name: str, best: TokenOption | None) -> str:
    if best is None:
        return _tr("{name}: the end of the text.").format(name=name)
    words = _tr("{name}: after the end, {token} would be the likeliest, {share}.")
    return words.format(name=name, token=quoted(best.text), share=percent(best.probability))


def _share(option: TokenOption) -> str:
    """The probability, and for a model that counts how often it saw that."""
    if option.count is None:
        return percent(option.probability)
    return f"{percent(option.probability)} ({counted(option.count)})"


def counted(count: int) -> str:
    """ "seen 3 times"."""
    if count == 0:
        return _tr("never seen")
    return _tr("seen once") if count == 1 else _tr("seen {count} times").format(count=f"{count:,}")


def posterior_words(option: TokenOption) -> str:
    """A probability with the interval that holds it with 90 %, where a model has one."""
    if option.low is None or option.high is None:
        return percent(option.probability)
    words = _tr("{share} ({low} to {high} %)")
    return words.format(
        share=percent(option.probability), low=_number(option.low), high=_number(option.high)
    )


def panel_words(row: LensRow, place: Place) -> str:
    """The line above the alternatives of a row."""
    if row.kind == "count":
        if place.seen is None:
            return row.name
        words = _tr("{name}: the {order} words before were seen {seen} times")
        if place.order == 0:
            words = _tr("{name}: by all {seen} words it has seen")
        elif place.order == 1:
            words = _tr("{name}: the word before was seen {seen} times")
        return words.format(name=row.name, order=place.order or 0, seen=f"{place.seen:,}")
    return row.name


def apart_words(row: LensRow, position: int) -> str:
    """A line of the list of places that differ most."""
    place = row.places[position]
    token = _tr("next") if is_end(place) else quoted(text_of(place))
    return _tr("{number}: {token}, KL {nats}").format(
        number=position, token=token, nats=f"{place.divergence or 0:.2f}"
    )
