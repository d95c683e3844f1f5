"""Numbers of people in a text: telephones, payment cards, bank accounts, internet addresses.

A pattern finds what looks like one; arithmetic and the rules of the number then decide, because dates,
versions, prices and part numbers look much the same.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Final

Span = tuple[int, int]
_Rule = Callable[[list[str], str], bool]

_INTERNATIONAL: Final = re.compile(r"(?<![\w+/.\-])(?:\+|(?<!\d )00)[1-9][\d ().\-/]{6,24}+")
_NATIONAL: Final = re.compile(
    r"(?<![\w+.,:/#$€£¥\-])(?<!\d )\(?0[1-9]\d{0,3}+\)?(?: ?[/-] ?|[ .])\d[\d .\-]{3,16}+"
)
_NORTH_AMERICAN: Final = re.compile(
    # Behind brackets, or 555, any exchange: people write such numbers too, though nobody has them.
    r"(?<![\w+.,:/#$€£¥\-])(?:1[ .\-])?(?:\([2-9]\d\d\) ?\d{3}[ .\-]"
    r"|[2-9]\d\d(?P<mark>[.\-])(?:[2-9]\d\d|(?<=555.)\d{3})(?P=mark))"
    r"\d{4}(?![\w\-])(?!\.\d)"
)
_BRAZILIAN: Final = re.compile(r"(?<![\w(])\([1-9]\d\) ?9?\d{4}-\d{4}(?![\w\-])")
_TOLD: Final = re.compile(
    r"(?:\b(?:tel|phone|telephone|mobile|cell|cellphone|fax|whatsapp|telefon|handy|mobil|téléphone|portable"
    r"|teléfono|móvil|celular|telefone|telefono|cellulare)\b|电话|手机|電話|携帯|전화)"
    r"(?:[\s:.#：]|\b(?:number|num|no|nr|is|at|me|on|my|its|numéro|número)\b){0,8}"
    r"(\(?\d[\d ().\-/]{5,20}+)",
    re.IGNORECASE,
)
_GOES_ON: Final = re.compile(r"[\w%:€$£]|\.\d\b")
"""What makes the digits before it part of another number: 12:30, 10 %, 0.5."""
_GROUP: Final = re.compile(r"\d+")
_DATE: Final = re.compile(
    r"\(?(?:\d{1,2}[ ./\-]\d{1,2}[ ./\-](?:19|20)\d\d|(?:19|20)\d\d[ ./\-]\d{1,2}[ ./\-]\d{1,2})(?!\d)"
)
_CARD: Final = re.compile(
    r"(?<![\w.,\-])\d{4}[ \-]?\d{4,6}[ \-]?\d{4,5}[ \-]?\d{0,4}(?:[ \-]?\d{1,3})?(?![\w\-])"
)
_IBAN: Final = re.compile(r"\b[A-Z]{2}\d{2}[ A-Z\d]{11,42}+")
_SSN: Final = re.compile(
    r"(?<![\w.\-])(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\w\-])(?!\.\d)"
)
_IPV4: Final = re.compile(r"(?<![\w.\-])(?<![A-Za-z]/)\d{1,3}(?:\.\d{1,3}){3}(?![\w\-])(?!\.\d)")
_VERSION_BEFORE: Final = re.compile(
    r"(?:version|ver\.?|release|v|build|section|chapter|§)[\s:]*$", re.IGNORECASE
)
_IPV6: Final = re.compile(r"(?<![\w:.])[23][0-9A-Fa-f]{3}:[0-9A-Fa-f:]{2,35}(?![\w:])")

_CALLING_CODES: Final = frozenset(
    """
    1 7 20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60
    61 62 63 64 65 66 81 82 84 86 90 91 92 93 94 95 98
    """.split()  # noqa: SIM905 - a table
)
"""ITU-T E.164 codes of one or two digits."""
_LONG_CALLING_CODES: Final = frozenset(
    """
    21 22 23 24 25 26 29 35 37 38 42 50 59 67 68 69 80 85 87 88 96 97 99
    """.split()  # noqa: SIM905 - a table
)
"""What codes of three digits begin with."""
_EXACT_DIGITS: Final = {"1": 11, "7": 11, "33": 11, "34": 11, "86": 13, "91": 12}
"""How many digits a number of a country has, code included, where all have the same."""
_IBAN_LENGTHS: Final = dict(
    pair.split(":")
    for pair in """
    AD:24 AE:23 AL:28 AT:20 AZ:28 BA:20 BE:16 BG:22 BH:22 BR:29 BY:28 CH:21 CR:22 CY:28
    CZ:24 DE:22 DK:18 DO:28 EE:20 EG:29 ES:24 FI:18 FO:18 FR:27 GB:22 GE:22 GI:23 GL:18
    GR:27 GT:28 HR:21 HU:28 IE:22 IL:23 IQ:23 IS:26 IT:27 JO:30 KW:30 KZ:20 LB:28 LC:32
    LI:21 LT:20 LU:20 LV:21 MC:27 MD:24 ME:22 MK:19 MR:27 MT:31 MU:30 NL:18 NO:15 PK:24
    PL:28 PS:29 PT:25 QA:29 RO:24 RS:22 SA:24 SC:31 SE:24 SI:19 SK:24 SM:27 ST:25 SV:28
    TL:23 TN:24 TR:26 UA:29 VA:22 VG:24 XK:20
    """.split()  # noqa: SIM905 - a table
)
"""The lengths in the IBAN registry of SWIFT."""
_POWERS_OF_TWO: Final = frozenset(("2147483647", "2147483648", "4294967295", "4294967296"))
_PUBLIC_RESOLVERS: Final = frozenset(
    ("8.8.8.8", "8.8.4.4", "1.1.1.1", "1.0.0.1", "9.9.9.9", "208.67.222.222", "208.67.220.220")
)


def phones(text: str) -> Iterator[Span]:
    """Telephone numbers: international ones; national ones in the usual groups, with a 0 for the trunk or in
    the North American and Brazilian way; and bare digits behind a word such as "phone"."""
    for found in _INTERNATIONAL.finditer(text):
        yield from _as_phone(text, found.start(), found.end(), _international_digits)
    for found in _NATIONAL.finditer(text):
        yield from _as_phone(text, found.start(), found.end(), _national_digits)
    for pattern in (_NORTH_AMERICAN, _BRAZILIAN):
        yield from (found.span() for found in pattern.finditer(text))
    for found in _TOLD.finditer(text):
        yield from _as_phone(text, found.start(1), found.end(1), _told_digits)


def cards(text: str) -> Iterator[Span]:
    """Payment cards: 13 to 19 digits with the prefix of a scheme and a right check digit (ISO/IEC 7812)."""
    for found in _CARD.finditer(text):
        digits = re.sub(r"\D", "", found.group())
        if _is_card(digits):
            yield found.span()


def ibans(text: str) -> Iterator[Span]:
    """International bank account numbers: the length of their country, and right check digits (ISO 13616)."""
    for found in _IBAN.finditer(text):
        wanted = int(_IBAN_LENGTHS.get(found.group()[:2], 0))
        places = [i for i, letter in enumerate(found.group()) if letter != " "][:wanted]
        if not wanted or len(places) < wanted:
            continue
        letters = "".join(found.group()[i] for i in places)
        end = found.start() + places[-1] + 1
        is_whole = end == len(text) or not text[end].isalnum()
        if is_whole and int("".join(str(int(c, 36)) for c in letters[4:] + letters[:4])) % 97 == 1:
            yield found.start(), end


def social_security_numbers(text: str) -> Iterator[Span]:
    """Numbers in the shape of the United States' social security."""
    yield from (found.span() for found in _SSN.finditer(text))


def internet_addresses(text: str) -> Iterator[Span]:
    """IPv4 and IPv6 addresses of the public internet; those of home networks, of manuals and of public name
    servers are nobody's."""
    for found in _IPV4.finditer(text):
        parts = [int(part) for part in found.group().split(".")]
        if max(parts) > 255 or found.group() in _PUBLIC_RESOLVERS or _is_numbering(parts):
            continue
        before = text[max(0, found.start() - 12) : found.start()]
        if not _VERSION_BEFORE.search(before) and _is_public(found.group()):
            yield found.span()
    for found in _IPV6.finditer(text):
        address = found.group().rstrip(":") if not found.group().endswith("::") else found.group()
        if _is_public(address):
            yield found.start(), found.start() + len(address)


def _as_phone(text: str, start: int, end: int, is_number: _Rule) -> Iterator[Span]:
    """The most groups of digits from the start on that are a number, without what follows them."""
    run = text[start:end]
    if _DATE.match(run):
        return
    groups = list(_GROUP.finditer(run))
    for count in range(len(groups), 0, -1):
        last = groups[count - 1]
        after = start + last.end()
        if _GOES_ON.match(text, after):
            continue
        if is_number([group.group() for group in groups[:count]], run[: last.end()]):
            begin = start + (1 if run.startswith("(") and ")" not in run[: last.end()] else 0)
            yield begin, after
            return


def _international_digits(groups: list[str], run: str) -> bool:
    digits = "".join(groups)
    digits = digits[2:] if run.startswith("00") else digits
    code = digits[0] if digits[0] in "17" else digits[:2]
    if code not in _CALLING_CODES and code not in _LONG_CALLING_CODES:
        return False
    if run.startswith("00") and len(groups) < 2:
        return False
    exact = _EXACT_DIGITS.get(code)
    right = len(digits) == exact if exact else 9 <= len(digits) <= 15
    right = right and (len(groups) == 1 or len(groups[-1]) > 1) and digits not in _POWERS_OF_TWO
    return right and len(groups) <= 8 and not _is_regular(digits[len(code) :])


def _national_digits(groups: list[str], run: str) -> bool:
    digits = "".join(groups)
    marks = {c for c in run if c in ".-/"}
    is_one_way = len(marks) <= 1 and not ("." in marks and " " in run)
    as_numbers = [int(group) for group in groups]
    is_counting = all(b - a == 1 for a, b in pairwise(as_numbers))
    return (
        9 <= len(digits) <= 12
        and 2 <= len(groups) <= 5
        and all(len(group) >= 2 for group in groups)
        and is_one_way
        and [len(group) for group in groups] != [5, 4]  # a ZIP code of the United States
        and not is_counting
        and not set(digits) <= {"0", "1"}
        and not _is_regular(digits[2:])
    )


def _told_digits(groups: list[str], _run: str) -> bool:
    digits = "".join(groups)
    return 7 <= len(digits) <= 13 and not _is_regular(digits[1:])


def _is_regular(digits: str) -> bool:
    """Whether it is a round number, or nothing but one digit."""
    return digits.endswith("000000") or len(set(digits)) == 1


def _is_card(digits: str) -> bool:
    if not 13 <= len(digits) <= 19 or len(set(digits)) == 1:
        return False
    two, three, four = int(digits[:2]), int(digits[:3]), int(digits[:4])
    long = len(digits) >= 16
    is_known = (
        (digits[0] == "4" and len(digits) in (13, 16, 19))
        or (51 <= two <= 55 and len(digits) == 16)
        or (2221 <= four <= 2720 and len(digits) == 16)
        or (two in (34, 37) and len(digits) == 15)
        or ((four == 6011 or two == 65 or 644 <= three <= 649) and long)
        or (3528 <= four <= 3589 and long)
        or ((300 <= three <= 305 or two in (36, 38, 39)) and len(digits) in (14, 16, 19))
        or (two == 62 and long)
    )
    # Luhn's sum: every second digit from the right counts double.
    doubled = (sum(divmod(2 * int(d), 10)) for d in digits[-2::-2])
    return is_known and (sum(map(int, digits[-1::-2])) + sum(doubled)) % 10 == 0


def _is_numbering(parts: list[int]) -> bool:
    """Whether it is more like the number of a section or version, or an object identifier (2.5.29.32)."""
    return sum(part >= 20 for part in parts) < 2 or (parts[0] <= 2 and parts[1] < 40)


def _is_public(address: str) -> bool:
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return False
    return known.is_global and not known.is_multicast
