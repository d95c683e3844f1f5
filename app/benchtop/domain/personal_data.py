"""Personal data and secrets in examples: found by their shapes before anything is trained, and taken out.

Found are e-mail addresses, telephone numbers, payment cards, bank accounts, social security numbers, internet
addresses, keys, tokens and passwords. Names and street addresses have no shape, and are not found. It is
better to miss one than to mark half of a text: dates, versions, prices and hashes stay. A secret that stands
in an example a second time, without the word that gave it away, is found there as well.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal, get_args

from benchtop.domain.email_shapes import emails
from benchtop.domain.examples import Example
from benchtop.domain.personal_numbers import (
    cards,
    ibans,
    internet_addresses,
    phones,
    social_security_numbers,
)
from benchtop.domain.secret_shapes import places_of, secrets

PersonalKind = Literal["email", "phone", "card", "iban", "secret", "ip", "ssn"]
PERSONAL_KINDS: Final[tuple[PersonalKind, ...]] = get_args(PersonalKind)
STAND_INS: Final[dict[PersonalKind, str]] = {
    "email": "e-mail",
    "phone": "phone number",
    "card": "card number",
    "iban": "bank account",
    "secret": "secret",
    "ip": "IP address",
    "ssn": "social security number",
}
"""What is put in the place of each, in square brackets; part of what is taught, so never translated."""
_DIGIT: Final = re.compile(r"\d")
_WITHOUT_DIGITS: Final = frozenset(("email", "secret"))
"""What need not have any."""


@dataclass(frozen=True, slots=True)
class Finding:
    """``start`` and ``end`` are characters of the text, as of a slice."""

    kind: PersonalKind
    start: int
    end: int


def find_personal(text: str, known: Collection[str] = ()) -> tuple[Finding, ...]:
    """What is personal or secret in a text, in order and without overlaps; the time it takes grows with the
    length of the text only. ``known`` are secrets that were found elsewhere."""
    taken: list[Finding] = []
    has_digit = _DIGIT.search(text) is not None
    for kind, finder in _FINDERS:
        if not has_digit and kind not in _WITHOUT_DIGITS:  # most prose is done with here
            continue
        found = [Finding(kind, start, end) for start, end in finder(text)]
        taken = _without_overlaps(taken, found)
        if kind == "secret" and (values := {*known, *_values(text, found)}):
            again = [Finding(kind, start, end) for start, end in places_of(values, text)]
            taken = _without_overlaps(taken, again)
    return tuple(taken)


def find_in_example(example: Example) -> dict[str, tuple[Finding, ...]]:
    """What is personal or secret in each text of an example: its turns and the rejected answer."""
    found = {text: find_personal(text) for text in _texts(example)}
    secrets_in = {value for text, ones in found.items() for value in _values(text, ones)}
    if not secrets_in or len(found) == 1:
        return found
    return {text: find_personal(text, secrets_in) for text in found}


def _values(text: str, findings: Iterable[Finding]) -> set[str]:
    """The secrets among them."""
    return {text[one.start : one.end] for one in findings if one.kind == "secret"}


def redacted(text: str, findings: Sequence[Finding]) -> str:
    """The text with a stand-in such as "[e-mail]" for each finding; different ones of a kind are numbered."""
    return _StandIns([(text, findings)]).put_in(text, findings)


def personal_of(example: Example) -> tuple[PersonalKind, ...]:
    """The kind of each finding in the turns and the rejected answer, in their order."""
    found = find_in_example(example)
    return tuple(one.kind for text in _texts(example) for one in found[text])


def redact_example(example: Example) -> Example:
    """The example with stand-ins in its turns and rejected answer. The same value has the same stand-in in
    all of them; an example without findings comes back as it is."""
    found = find_in_example(example)
    if not any(found.values()):
        return example
    stand_ins = _StandIns(found.items())
    turns = tuple(
        replace(turn, content=stand_ins.put_in(turn.content, found[turn.content]))
        for turn in example.turns
    )
    return replace(
        example, turns=turns, rejected=stand_ins.put_in(example.rejected, found[example.rejected])
    )


class _StandIns:
    """Which stand-in each value has, over several texts."""

    def __init__(self, texts: Iterable[tuple[str, Sequence[Finding]]]) -> None:
        self._numbers: dict[PersonalKind, dict[str, int]] = {kind: {} for kind in PERSONAL_KINDS}
        for text, findings in texts:
            for one in findings:
                known = self._numbers[one.kind]
                known.setdefault(_value(text, one), len(known) + 1)

    def put_in(self, text: str, findings: Sequence[Finding]) -> str:
        parts, at = [], 0
        for one in sorted(findings, key=lambda finding: finding.start):
            known = self._numbers[one.kind]
            number = f" {known[_value(text, one)]}" if len(known) > 1 else ""
            parts += [text[at : one.start], f"[{STAND_INS[one.kind]}{number}]"]
            at = one.end
        return "".join((*parts, text[at:]))


def _value(text: str, one: Finding) -> str:
    """The same for one value written in two ways."""
    value = text[one.start : one.end]
    if one.kind in ("phone", "card", "iban", "ssn"):
        return re.sub(r"[^0-9A-Za-z+]", "", value)
    return value.casefold() if one.kind in ("email", "ip") else value


def _texts(example: Example) -> list[str]:
    return [*(turn.content for turn in example.turns), example.rejected]


_FINDERS: Final[tuple[tuple[PersonalKind, Callable[[str], Iterator[tuple[int, int]]]], ...]] = (
    ("secret", secrets),
    ("email", emails),
    ("iban", ibans),
    ("card", cards),
    ("ssn", social_security_numbers),
    ("ip", internet_addresses),
    ("phone", phones),
)
"""In this order: what an earlier one found, a later one leaves alone."""


def _without_overlaps(taken: list[Finding], more: list[Finding]) -> list[Finding]:
    """Both in order, and of ``more`` only what overlaps nothing before it; longer ones first."""
    kept = list(taken)
    last = 0
    by_place = sorted(more, key=lambda one: (one.start, -one.end))
    places = iter(taken)
    at = next(places, None)
    for one in by_place:
        while at is not None and at.end <= one.start:
            at = next(places, None)
        if one.start >= last and (at is None or one.end <= at.start):
            kept.append(one)
            last = one.end
    return sorted(kept, key=lambda one: one.start)
