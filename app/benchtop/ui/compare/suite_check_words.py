"""Checks of a suite in words: one sentence each, and short for a table."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QLocale

from benchtop.domain.suites import (
    Check,
    Contains,
    Equals,
    JsonSchema,
    Language,
    Length,
    Number,
    Regex,
    Similarity,
)

_SHORT = 40


def _tr(text: str) -> str:
    return QCoreApplication.translate("SuiteCheckWords", text)


def kind_words() -> dict[str, str]:
    """The sorts of checks in the order they are offered."""
    return {
        "contains": _tr("Contains"),
        "equals": _tr("Equals"),
        "number": _tr("Number"),
        "regex": _tr("Pattern (regex)"),
        "json_schema": _tr("JSON schema"),
        "similarity": _tr("Similarity (chrF)"),
        "length": _tr("Length"),
        "language": _tr("Language"),
    }


def kind_hints() -> dict[str, str]:
    """What each sort of check asks of a reply."""
    return {
        "contains": _tr("The reply holds these texts, one in each line."),
        "equals": _tr("The reply is one of these texts, one in each line."),
        "number": _tr("A number of the reply is the one you expect, give or take a little."),
        "regex": _tr("A regular expression is found in the reply."),
        "json_schema": _tr("The reply is JSON that fits a schema."),
        "similarity": _tr(
            "The reply is close to a reference by chrF, the share of letter sequences that they have "
            "in common: 0 is nothing, 1 the same text."
        ),
        "length": _tr("The reply has so many characters, words or sentences."),
        "language": _tr("The reply is in one language."),
    }


def language_name(code: str) -> str:
    """ "en" as "English"; the code itself for one that Qt does not know."""
    language = QLocale.codeToLanguage(code)
    known = language != QLocale.Language.AnyLanguage
    return QLocale.languageToString(language) if known else code


def checks_words(checks: Sequence[Check]) -> str:
    """All checks of a prompt in one line."""
    return "; ".join(check_words(check) for check in checks) or _tr("no check")


def check_words(check: Check) -> str:
    """A check as a person would say it: "contains “Paris”"."""
    match check:
        case Contains():
            return _contains(check)
        case Equals(texts=texts, exact=exact):
            words = _tr("is exactly {texts}") if exact else _tr("is {texts}")
            return words.format(texts=_listed(texts, _tr(" or ")))
        case Regex(pattern=pattern, wanted=wanted):
            words = _tr("matches {pattern}") if wanted else _tr("does not match {pattern}")
            shown = f"/{_short(pattern)}/" if pattern else _tr("a pattern that is still empty")
            return words.format(pattern=shown)
        case JsonSchema(bare=bare):
            return _tr("is bare JSON that fits a schema") if bare else _tr("JSON fits a schema")
        case Number():
            return _number(check)
        case Similarity(least=least):
            return _tr("chrF to the reference at least {least}").format(least=f"{least:.2f}")
        case Length():
            return _length(check)
        case Language(code=code):
            return _tr("is in {language}").format(language=language_name(code))


def expected_words(check: Check, detail: str) -> str:
    """What a check had asked for, where ``detail``, which it says itself, does not tell."""
    match check:
        case Regex():
            return check_words(check)
        case JsonSchema(schema=schema):
            return _tr("JSON that fits {schema}").format(schema=_short(schema))
        case Number() if _value(check) not in detail:
            return _number(check)
        case _:
            return ""


def _contains(check: Contains) -> str:
    words = {
        "all": _tr("contains {texts}"),
        "any": _tr("contains {texts}"),
        "none": _tr("does not contain {texts}"),
    }[check.how_many]
    joint = _tr(" and ") if check.how_many == "all" else _tr(" or ")
    return words.format(texts=_listed(check.texts, joint))


def _number(check: Number) -> str:
    words = {
        "last": _tr("the last number is {value}"),
        "first": _tr("the first number is {value}"),
        "only": _tr("the only number is {value}"),
    }[check.which]
    return words.format(value=_value(check))


def _value(check: Number) -> str:
    return f"{check.value:,.12g}" + (f" ± {check.within:,.12g}" if check.within else "")


def _length(check: Length) -> str:
    is_one = (check.at_least if check.at_most is None else check.at_most) == 1
    one, many = {
        "characters": (_tr("character"), _tr("characters")),
        "words": (_tr("word"), _tr("words")),
        "sentences": (_tr("sentence"), _tr("sentences")),
    }[check.unit]
    unit = one if is_one else many
    if check.at_most is None:
        return _tr("at least {low} {unit}").format(low=f"{check.at_least:,}", unit=unit)
    if not check.at_least:
        return _tr("at most {high} {unit}").format(high=f"{check.at_most:,}", unit=unit)
    if check.at_least == check.at_most:
        return _tr("exactly {count} {unit}").format(count=f"{check.at_least:,}", unit=unit)
    amounts = {"low": f"{check.at_least:,}", "high": f"{check.at_most:,}", "unit": unit}
    return _tr("{low} to {high} {unit}").format(**amounts)


def _listed(texts: Sequence[str], joint: str) -> str:
    shown = joint.join(f"“{_short(text)}”" for text in texts[:3])
    more = len(texts) - 3
    return shown + (_tr(" and {count} more").format(count=more) if more > 0 else "")


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= _SHORT else f"{plain[: _SHORT - 1]}…"
