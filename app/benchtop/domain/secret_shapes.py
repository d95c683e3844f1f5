"""Secrets in a text: keys and tokens that are known by their shape, and what is called a password or a key.

The shapes are those that their issuers document and secret scanners look for. What merely follows a word such
as "password" is judged: a word of prose, a placeholder, a variable or a call is none.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Iterator
from typing import Final

Span = tuple[int, int]

_SHAPES: Final = re.compile(
    r"(?<![A-Za-z0-9_])(?:"
    r"gh[pousr]_[A-Za-z0-9]{36,255}"  # GitHub
    r"|github_pat_[A-Za-z0-9_]{22,255}"
    r"|gl(?:pat|dt|rt|cbt|ptt|ft|soat)-[A-Za-z0-9_\-]{20,100}"  # GitLab
    r"|xox[abeoprs](?:\.xox[bp])?-[A-Za-z0-9\-]{10,250}"  # Slack
    r"|xapp-\d-[A-Za-z0-9\-]{20,250}"
    r"|(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}(?![A-Za-z0-9])"  # Amazon
    r"|AIza[A-Za-z0-9_\-]{35}"  # Google
    r"|GOCSPX-[A-Za-z0-9_\-]{28}"
    r"|ya29\.[A-Za-z0-9_\-]{20,500}"
    r"|hf_[A-Za-z0-9]{30,80}"  # Hugging Face
    r"|npm_[A-Za-z0-9]{36}"
    r"|pypi-AgE[A-Za-z0-9_\-]{50,500}"
    r"|[srp]k_(?:live|test)_[A-Za-z0-9]{16,250}"  # Stripe
    r"|whsec_[A-Za-z0-9+/=]{24,100}"
    r"|SG\.[A-Za-z0-9_\-]{16,32}\.[A-Za-z0-9_\-]{16,64}"  # SendGrid
    r"|key-[0-9a-f]{32}(?![A-Za-z0-9])"  # Mailgun
    r"|SK[0-9a-f]{32}(?![A-Za-z0-9])"  # Twilio
    r"|dop_v1_[0-9a-f]{64}"  # DigitalOcean
    r"|shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}"  # Shopify
    r"|gsk_[A-Za-z0-9]{40,80}"  # Groq
    r"|xai-[A-Za-z0-9]{60,100}"
    r"|r8_[A-Za-z0-9]{30,60}"  # Replicate
    r"|AGE-SECRET-KEY-1[A-Z0-9]{58}"
    r"|\d{8,10}:AA[A-Za-z0-9_\-]{33}"  # Telegram
    r"|eyJ[A-Za-z0-9_\-]{8,4000}\.eyJ[A-Za-z0-9_\-]{8,8000}\.[A-Za-z0-9_\-]{10,1000}"  # JSON web token
    r")"
)
_BEGINNINGS: Final = (
    "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "gldt-", "glrt-", "glcbt-",
    "glptt-", "glft-", "glsoat-", "xox", "xapp-", "AKIA", "ASIA", "ABIA", "ACCA", "AIza",
    "GOCSPX-", "ya29.", "hf_", "npm_", "pypi-", "k_live_", "k_test_", "whsec_", "SG.", "key-",
    "SK", "dop_v1_", "shp", "gsk_", "xai-", "r8_", "AGE-SECRET-", ":AA", "eyJ",
)  # fmt: skip
"""One of these is in every shape: looking for them first is many times as fast."""
_SK: Final = re.compile(r"(?<![A-Za-z0-9_\-])sk-[A-Za-z0-9_\-]{20,250}+")
_PRIVATE_KEY: Final = re.compile(
    r"-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----"
    r"((?:[^\-]|-(?!----)){20,20000}+)(-----END [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----)?"
)
_KEY_LINE: Final = re.compile(r"[A-Za-z0-9+/=]{40}")
_KEY_LINES: Final = re.compile(r"(?:\s|\\[rn]|[A-Za-z0-9+/=]{16,}+)++")
_LOGIN_IN_ADDRESS: Final = re.compile(r"://[^\s/:@\"'<>]{1,64}:([^\s/@\"'<>]{4,128})@(?=[\w\[])")
_BEARER: Final = re.compile(
    r"\b(?:Bearer|Basic)\s{1,2}([A-Za-z0-9+/=_.~\-]{20,2000}+)", re.IGNORECASE
)
_NAMED: Final = re.compile(
    r"(?P<name>password|passwd|passphrase|passcode|passwort|kennwort|pwd|contraseña|mot de passe|密码"
    r"|secret|api[ _\-]?key|access[ _\-]?key|auth[ _\-]?key|secret[ _\-]?key|private[ _\-]?key"
    r"|(?<![A-Za-z])key|api[ _\-]?token|access[ _\-]?token|auth[ _\-]?token|refresh[ _\-]?token|token"
    r"|credential)"
    r"[\"'`]?\s{0,2}(?::=|=>|=|:|：|\bis\b:?|\blautet\b|\bist\b|\best\b|\bes\b)\s{0,2}"
    r"(?P<quote>[\"'`“”„‘’‚«»*(_]{0,3})(?P<value>[^\s\"'`“”„‘’‚«»<>,;，。]{6,400}+)",
    re.IGNORECASE,
)
_NAMES: Final = (
    "pass", "pwd", "kennwort", "contraseña", "密码", "secret", "key", "token", "credential",
)  # fmt: skip
"""One of these is in every name."""
_LOW_NAMES: Final = frozenset(
    ("password", "passwd", "passphrase", "passcode", "passwort", "kennwort", "pwd", "contraseña",
     "mot de passe", "密码", "secret")
)  # fmt: skip
"""What a person chooses, and what is short therefore."""
_PLACEHOLDER: Final = re.compile(
    r"(?:\W*)(?:your|my|our|the|some|enter|insert|replace|change|example|sample|dummy|fake|test|todo|none|null|true"
    r"|false"
    r"|undefined|redacted|hidden|placeholder|secret|password|token|xxx|abc123|\$|\{|%|\[|\*|env|os\.|process\."
    r"|https?:|self\.|this\.|config)",
    re.IGNORECASE,
)
_CODE: Final = re.compile(
    r"[(\[{]|^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+$|^[a-z]+(?:_[a-z0-9]+)+$|^[A-Z]+(?:_[A-Z0-9]+)+$"
)
_NEXT_FIELD: Final = re.compile(r"&(?:amp;)?[A-Za-z_\-]+=")
_DIGIT: Final = re.compile(r"\d")
_PROSE_ENDING: Final = re.compile(
    r"(?:able|ible|ably|ally|ation|ations|ness|ment|ments|ing|ingly|ised|ized|ated|ity|ially|ung|lich|keit|tion"
    r"|ment|mente|ción)$",
    re.IGNORECASE,
)
"""How long words of prose end."""
_AROUND: Final = ".,:;!?…*_~()[]{}<>\"'`“”„‘’‚«»。！？、）（】【"
"""What may stand around a value and is none of it, in one place or the other."""
_BEGINNING: Final = 6
"""No value is shorter; values are looked up by so many letters."""
_LONG: Final = 10
_UNSPACED: Final = "\u2e80"
"""From here on are scripts without spaces between words."""
_UUID: Final = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$", re.IGNORECASE)


def secrets(text: str) -> Iterator[Span]:
    """Keys, tokens, private keys and passwords; of what is named, the value alone."""
    if _DIGIT.search(text):
        yield from _shaped(text)
    small = text.casefold()
    if any(name in small for name in _NAMES):
        for found in _NAMED.finditer(text):
            yield from _named(found)


def places_of(values: Collection[str], text: str) -> Iterator[Span]:
    """Where values stand in a text again: in any letters, with and without the signs around them. Short ones
    must stand alone; long ones are no part of a word by chance."""
    by_beginning: dict[str, set[str]] = {}
    for value in values:
        for one in {value.lower(), value.strip(_AROUND).lower()}:
            if len(one) >= _BEGINNING:
                by_beginning.setdefault(one[:_BEGINNING], set()).add(one)
    low = text.lower()
    if not by_beginning or len(low) != len(text):  # a letter that becomes two: as it is written
        low = text
    end = 0
    for at in range(len(low) - _BEGINNING + 1):
        if at < end or (wanted := by_beginning.get(low[at : at + _BEGINNING])) is None:
            continue
        for one in sorted(wanted, key=len, reverse=True):
            if low.startswith(one, at) and (len(one) >= _LONG or _is_alone(low, at, at + len(one))):
                end = at + len(one)
                yield at, end
                break


def _is_alone(text: str, start: int, end: int) -> bool:
    """Whether no letter or digit stands beside it, of a script with spaces between words."""
    beside = (text[start - 1 : start], text[end : end + 1])
    return not any(one.isalnum() and one < _UNSPACED for one in beside)


def _shaped(text: str) -> Iterator[Span]:
    """What is known by its shape, to which a digit belongs."""
    if any(beginning in text for beginning in _BEGINNINGS):
        yield from (found.span() for found in _SHAPES.finditer(text))
    for found in _SK.finditer(text):
        if _is_random(found.group()[3:], 2.5):
            yield found.span()
    yield from _private_keys(text)
    for found in _LOGIN_IN_ADDRESS.finditer(text):
        if not _PLACEHOLDER.match(found[1]) and found[1].casefold() not in ("pass", "pwd1"):
            yield found.span(1)
    for found in _BEARER.finditer(text):
        if _is_random(found[1], 3.0):
            yield found.span(1)


def _private_keys(text: str) -> Iterator[Span]:
    for found in _PRIVATE_KEY.finditer(text):
        if not _KEY_LINE.search(found[1]):
            continue
        end = found.end()
        if found[2] is None:  # it was cut off: what looks like its lines
            lines = _KEY_LINES.match(text, found.start(1))
            if lines is None:
                continue
            end = found.start(1) + len(lines.group().rstrip())
        yield found.start(), end


def _named(found: re.Match[str]) -> Iterator[Span]:
    """The value behind a name, where it is one that a person would not want to be read."""
    value = _NEXT_FIELD.split(found["value"], maxsplit=1)[0].rstrip(".?)]}&|\\*_…")
    name = re.sub(r"[ _\-]", "", found["name"].casefold())
    if _PLACEHOLDER.match(value) or _CODE.search(value) or len(set(value)) < 4:
        return
    if found["name"].casefold() in _LOW_NAMES:
        is_secret = 6 <= len(value) <= 128 and "/" not in value
        is_secret = is_secret and (_is_mixed(value) or _is_phrase(value))
    elif name == "key":
        is_secret = len(value) >= 20 and not _UUID.match(value) and _is_random(value, 3.0)
    else:
        is_secret = len(value) >= 16 and _is_random(value, 2.8)
    if is_secret:
        yield found.start("value"), found.start("value") + len(value)


def _is_mixed(value: str) -> bool:
    """Letters with digits or signs: a word alone is prose, and a number a length or a count."""
    has_letter = any(c.isalpha() for c in value)
    has_digit = any(c.isdigit() for c in value)
    has_sign = any(c in "!@#$%^&*+?~" for c in value)
    return has_letter and (has_digit or has_sign)


def _is_phrase(value: str) -> bool:
    """Words written together, longer than what prose says of a password ("is unrecoverable")."""
    return len(value) >= 16 and value.isalpha() and not _PROSE_ENDING.search(value)


def _is_random(value: str, least: float) -> bool:
    """Letters with digits, of at least so many bits a letter (Shannon's entropy of the letters)."""
    if not (any(c.isalpha() for c in value) and sum(c.isdigit() for c in value) >= 2):
        return False
    counts = Counter(value).values()
    return -sum(n / len(value) * math.log2(n / len(value)) for n in counts) >= least
