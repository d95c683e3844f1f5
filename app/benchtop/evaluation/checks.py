"""A reply held against the checks of its prompt."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from benchtop.domain.compare_errors import SuiteInvalid
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
    Suite,
    SuitePrompt,
)
from benchtop.evaluation.bounded_regex import TooSlow, compiled, found
from benchtop.evaluation.chrf import chrf
from benchtop.evaluation.languages import language_of
from benchtop.evaluation.reply_schema import json_of, schema_of
from benchtop.evaluation.text_units import bare, comparable, numbers, sentences, words

MOST_REPLY = 200_000
"""Characters of a reply that are looked at: what is longer is judged by its beginning."""
MOST_COMPARED = 20_000
"""Characters of a reply that chrF looks at; its cost grows with them."""


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What one check says of a reply: ``passed``, or None where it could not tell, and why in words.

    ``score`` is 0 to 1 where the check has one: chrF, or the share of texts that were found.
    """

    kind: str
    passed: bool | None
    detail: str
    score: float | None = None

    def to_json(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)


def judge(prompt: SuitePrompt, reply: str) -> tuple[CheckResult, ...]:
    """Every check of a prompt, in their order. SuiteInvalid is for refuse_unusable(): nothing is raised."""
    return tuple(judge_one(check, reply, prompt.reference) for check in prompt.checks)


def verdict(results: Iterable[CheckResult]) -> bool | None:
    """Whether a reply passed: True where all checks did, False where one did not, else None (one could
    not tell, or there are none)."""
    passed = [result.passed for result in results]
    if False in passed:
        return False
    return None if not passed or None in passed else True


def judge_one(check: Check, reply: str, reference: str = "") -> CheckResult:
    """One check of a reply, ``reference`` being that of its prompt."""
    reply = reply[:MOST_REPLY]
    match check:
        case Contains():
            return _contains(check, reply)
        case Equals():
            return _equals(check, reply)
        case Regex():
            return _regex(check, reply)
        case JsonSchema():
            return _json_schema(check, reply)
        case Number():
            return _number(check, reply)
        case Similarity():
            return _similarity(check, reply, reference)
        case Length():
            return _length(check, reply)
        case Language():
            return _language(check, reply)


def refuse_unusable(suite: Suite) -> Suite:
    """The suite; SuiteInvalid, naming prompt and field, for a pattern or a schema that cannot be used."""
    for prompt in suite.prompts:
        trouble = unusable(prompt)
        if trouble:
            detail = f"in the prompt “{prompt.title}” {trouble}"
            raise SuiteInvalid(suite=suite.name, detail=detail, prompt=prompt.id)
    return suite


def unusable(prompt: SuitePrompt) -> str | None:
    """Why a pattern or a schema of a prompt cannot be used, as words that name the field, or None."""
    for number, check in enumerate(prompt.checks, 1):
        name = ""
        try:
            if isinstance(check, Regex):
                name = "pattern"
                compiled(check.pattern, check.ignore_case, not check.whole)
            if isinstance(check, JsonSchema):
                name = "schema"
                schema_of(check.schema)
        except ValueError as error:
            return f"check {number} ({check.kind}) has a “{name}” that {error}"
    return None


def _contains(check: Contains, reply: str) -> CheckResult:
    text = comparable(reply, ignore_case=check.ignore_case)
    there = [t for t in check.texts if comparable(t, ignore_case=check.ignore_case) in text]
    missing = [t for t in check.texts if t not in there]
    if check.how_many == "none":
        passed, score = not there, 1 - len(there) / max(1, len(check.texts))
        detail = f"holds {_quoted(there)}" if there else f"does not hold {_quoted(check.texts)}"
    else:
        passed = bool(there) if check.how_many == "any" else not missing
        score = len(there) / max(1, len(check.texts)) if check.how_many == "all" else float(passed)
        detail = f"holds {_quoted(there)}" if passed else f"does not hold {_quoted(missing)}"
    return CheckResult(check.kind, passed, f"The reply {detail}.", score)


def _equals(check: Equals, reply: str) -> CheckResult:
    known = check.texts if check.exact else {bare(text) for text in check.texts}
    passed = (reply if check.exact else bare(reply)) in known
    wanted = " or ".join(f"“{_short(text)}”" for text in check.texts[:5])
    return CheckResult(check.kind, passed, f"The reply {'is' if passed else 'is not'} {wanted}.")


def _regex(check: Regex, reply: str) -> CheckResult:
    text = reply.strip() if check.whole else reply
    try:
        pattern = compiled(check.pattern, check.ignore_case, not check.whole)
        match = found(pattern, text, whole=check.whole)
    except (TooSlow, ValueError):
        return CheckResult(
            check.kind, None, "The pattern takes too long on this reply: simplify it."
        )
    seen = "does not match" if match is None else f"matches with “{_short(match)}”"
    return CheckResult(check.kind, (match is not None) == check.wanted, f"The pattern {seen}.")


def _json_schema(check: JsonSchema, reply: str) -> CheckResult:
    try:
        value = json_of(reply, bare=check.bare)
    except ValueError:
        return CheckResult(check.kind, False, "The reply is not JSON.")
    try:
        trouble = schema_of(check.schema).trouble(value)
    except TooSlow:
        return CheckResult(
            check.kind, None, "The schema takes too long on this reply: simplify it."
        )
    except ValueError as error:
        return CheckResult(check.kind, None, f"The schema {error}.")
    if trouble:
        return CheckResult(check.kind, False, f"The reply does not fit the schema at {trouble}.")
    return CheckResult(check.kind, True, "The reply fits the schema.")


def _number(check: Number, reply: str) -> CheckResult:
    there = numbers(reply)
    if not there:
        return CheckResult(check.kind, False, "The reply has no number.")
    if check.which == "only" and len(set(there)) > 1:
        return CheckResult(check.kind, False, f"The reply has {len(there)} numbers instead of one.")
    number = there[0] if check.which == "first" else there[-1]
    # A little more, so that 0.3 is within 0.1 of 0.2 as people count.
    passed = abs(number - check.value) <= check.within + 1e-9 * max(1.0, abs(check.value))
    wanted = f"{check.value:,.12g}" + (f" ± {check.within:,.12g}" if check.within else "")
    words = f"The {check.which} number is {number:,.12g}" + ("" if passed else f", not {wanted}")
    return CheckResult(check.kind, passed, f"{words}.")


def _similarity(check: Similarity, reply: str, reference: str) -> CheckResult:
    references = check.references or (reference,)
    score = max(chrf(reply[:MOST_COMPARED], text[:MOST_COMPARED]) for text in references)
    detail = f"The reply's chrF is {score:.2f}, and at least {check.least:.2f} is asked."
    return CheckResult(check.kind, score >= check.least, detail, score)


def _length(check: Length, reply: str) -> CheckResult:
    text = reply.strip()
    count = {"characters": len, "words": words, "sentences": sentences}[check.unit](text)
    passed = check.at_least <= count and (check.at_most is None or count <= check.at_most)
    if check.at_most is None:
        wanted = f"at least {check.at_least:,}"
    elif check.at_least == check.at_most:
        wanted = f"exactly {check.at_most:,}"
    else:
        wanted = f"{check.at_least:,} to {check.at_most:,}"
    unit = check.unit[:-1] if count == 1 else check.unit
    return CheckResult(check.kind, passed, f"The reply has {count:,} {unit}; asked is {wanted}.")


def _language(check: Language, reply: str) -> CheckResult:
    code = language_of(reply)
    if code is None:
        return CheckResult(
            check.kind, None, "The reply's language cannot be told: it is too short or mixed."
        )
    passed = code == check.code
    detail = f"The reply is in “{code}”" + ("." if passed else f", not in “{check.code}”.")
    return CheckResult(check.kind, passed, detail)


def _quoted(texts: Iterable[str]) -> str:
    shown = [f"“{_short(text)}”" for text in texts]
    more = f" and {len(shown) - 5} more" if len(shown) > 5 else ""
    return ", ".join(shown[:5]) + more


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= 60 else f"{plain[:59]}…"
