"""Suites: named prompts, and what a good reply to each must be like.

A check is plain data: what it does with a reply is in ``evaluation/checks.py``. Nothing in a suite is
a program, so that a stranger's suite can be imported without trust.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import ClassVar, Literal, get_args

from benchtop.domain.compare_errors import SuiteInvalid
from benchtop.domain.contests import PromptTurn

MOST_PROMPTS = 200_000
MOST_TEXT = 1_000_000
"""The longest text of a suite, in characters."""
MOST_PATTERN = 2_000
MOST_CHECKS = 50
_TITLE = 40
"""Letters of a title that is made of what is asked."""

LANGUAGES = (
    "ar", "bg", "cs", "da", "de", "el", "en", "es", "fi", "fr", "he", "hi", "hu", "id", "it", "ja", "ko",
    "nl", "no", "pl", "pt", "ro", "ru", "sv", "th", "tr", "uk", "vi", "zh",
)  # fmt: skip
"""Languages that a check can tell, by their ISO 639-1 codes."""

HowMany = Literal["all", "any", "none"]
WhichNumber = Literal["last", "first", "only"]
Unit = Literal["characters", "words", "sentences"]


@dataclass(frozen=True, slots=True)
class Contains:
    """All of these texts are somewhere in the reply, or any of them, or none."""

    kind: ClassVar[str] = "contains"
    texts: tuple[str, ...]
    how_many: HowMany = "all"
    ignore_case: bool = True


@dataclass(frozen=True, slots=True)
class Equals:
    """The reply is one of these texts.

    Unless ``exact``, capitals, the space around it and between words, quotation marks around it and
    a full stop or exclamation mark at its end do not count.
    """

    kind: ClassVar[str] = "equals"
    texts: tuple[str, ...]
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Regex:
    """A regular expression is found in the reply; ``whole``: it is the whole reply, without the space
    around it; not ``wanted``: it must not be found. ``^`` and ``$`` match at each line unless ``whole``."""

    kind: ClassVar[str] = "regex"
    pattern: str
    ignore_case: bool = False
    whole: bool = False
    wanted: bool = True


@dataclass(frozen=True, slots=True)
class JsonSchema:
    """The reply is JSON that fits a schema (its text); in a code block too, unless ``bare``."""

    kind: ClassVar[str] = "json_schema"
    schema: str
    bare: bool = False


@dataclass(frozen=True, slots=True)
class Number:
    """The last, first or only number of the reply is ``value``, give or take ``within``."""

    kind: ClassVar[str] = "number"
    value: float
    within: float = 0.0
    which: WhichNumber = "last"


@dataclass(frozen=True, slots=True)
class Similarity:
    """The reply's chrF (0 to 1) to one of the references is at least ``least``.

    Without references of its own it takes that of the prompt.
    """

    kind: ClassVar[str] = "similarity"
    least: float
    references: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Length:
    """The reply has so many characters, words or sentences, both ends included."""

    kind: ClassVar[str] = "length"
    unit: Unit
    at_least: int = 0
    at_most: int | None = None


@dataclass(frozen=True, slots=True)
class Language:
    """The reply is in this language (one of LANGUAGES)."""

    kind: ClassVar[str] = "language"
    code: str


Check = Contains | Equals | Regex | JsonSchema | Number | Similarity | Length | Language
CHECKS: dict[str, type[Check]] = {kind.kind: kind for kind in get_args(Check)}
"""Every sort of check by its name in files."""


@dataclass(frozen=True, slots=True)
class SuitePrompt:
    """What a model is asked: turns in which the two take turns, the person's first and last.

    ``id`` is its own in the suite and stays when the words change, so that runs can be compared. For
    fairness, prompts of one ``pair`` differ in one attribute, and ``variant`` says which each has.
    """

    id: str
    turns: tuple[PromptTurn, ...]
    name: str = ""
    system: str = ""
    checks: tuple[Check, ...] = ()
    tags: tuple[str, ...] = ()
    reference: str = ""
    pair: str = ""
    variant: str = ""

    @property
    def text(self) -> str:
        """What the person asks last."""
        return self.turns[-1].content if self.turns else ""

    @property
    def title(self) -> str:
        """Its name, or else the first words of what is asked; that it asks nothing, else."""
        return self.name or first_words(self.text) or "(nothing is asked)"


@dataclass(frozen=True, slots=True)
class Suite:
    """Prompts under a name. A ``builtin`` one comes with Benchtop and is not changed."""

    id: str
    name: str
    prompts: tuple[SuitePrompt, ...]
    tags: tuple[str, ...] = ()
    about: str = ""
    builtin: bool = False

    def checked(self) -> Suite:
        """This object; SuiteInvalid with the prompt and the field of what is wrong first."""
        if not self.name.strip():
            raise SuiteInvalid(suite=self.id, detail="its field “name” is empty")
        if not self.prompts:
            raise SuiteInvalid(suite=self.name, detail="it has no prompts")
        if len(self.prompts) > MOST_PROMPTS:
            detail = (
                f"it has {len(self.prompts):,} prompts and at most {MOST_PROMPTS:,} are possible"
            )
            raise SuiteInvalid(suite=self.name, detail=f"{detail}, so split it")
        seen: set[str] = set()
        variants: set[tuple[str, str]] = set()
        for prompt in self.prompts:
            trouble = next(prompt_troubles(prompt), None)
            if prompt.id in seen:
                trouble = f"its field “id”, “{prompt.id}”, is that of another prompt too"
            elif prompt.pair and (prompt.pair, prompt.variant) in variants:
                its = f"its field “variant”, “{prompt.variant}”,"
                trouble = f"{its} is that of another prompt of the pair “{prompt.pair}”"
            if trouble:
                detail = f"in the prompt “{prompt.title}” {trouble}"
                raise SuiteInvalid(suite=self.name, detail=detail, prompt=prompt.id)
            seen.add(prompt.id)
            variants.add((prompt.pair, prompt.variant))
        return self


def first_words(text: str) -> str:
    """The beginning of a text in one line of some forty letters, whole words where there are any."""
    plain = " ".join(text[: 4 * _TITLE].split())
    if len(plain) <= _TITLE:
        return plain
    cut = plain[:_TITLE]
    whole = cut if plain[_TITLE] == " " else cut.rpartition(" ")[0]
    return f"{whole.rstrip() or cut}…"


def prompt_troubles(prompt: SuitePrompt) -> Iterator[str]:
    """What is wrong with a prompt by itself, each as the end of a sentence that names the field."""
    if not prompt.id.strip():
        yield "the field “id” is empty"
    yield from _turn_troubles(prompt)
    for name in ("id", "name", "system", "reference", "pair", "variant"):
        if len(getattr(prompt, name)) > MOST_TEXT:
            yield f"the field “{name}” is longer than {MOST_TEXT:,} characters"
    if bool(prompt.pair) != bool(prompt.variant):
        given, missing = ("pair", "variant") if prompt.pair else ("variant", "pair")
        yield f"the field “{given}” is given and “{missing}” is empty, and they belong together"
    if len(prompt.checks) > MOST_CHECKS:
        yield f"the field “checks” has {len(prompt.checks)} checks and at most {MOST_CHECKS} are possible"
    for number, check in enumerate(prompt.checks, 1):
        trouble = next(check_troubles(check), None)
        if trouble is None and _lacks_reference(check, prompt):
            trouble = "has no “references”, and the prompt no “reference” either"
        if trouble is not None:
            yield f"check {number} ({check.kind}) {trouble}"


def _lacks_reference(check: Check, prompt: SuitePrompt) -> bool:
    return isinstance(check, Similarity) and not (check.references or prompt.reference.strip())


def _turn_troubles(prompt: SuitePrompt) -> Iterator[str]:
    if not prompt.turns:
        yield "the field “prompt” is empty"
    for number, turn in enumerate(prompt.turns):
        if turn.role != ("user", "assistant")[number % 2]:
            yield "the field “turns” does not take turns between user and assistant, user first"
        if not turn.content.strip():
            name = "prompt" if len(prompt.turns) == 1 else f"turns[{number}]"
            yield f"the field “{name}” is empty"
        if len(turn.content) > MOST_TEXT:
            yield f"the field “prompt” is longer than {MOST_TEXT:,} characters"
    if prompt.turns and prompt.turns[-1].role != "user":
        yield "the field “turns” ends with the assistant, and must end with what is asked"


def check_troubles(check: Check) -> Iterator[str]:
    """What is wrong with a check by itself, each as words after "check 1 (number)".

    Whether a pattern or a schema can be used is for evaluation.checks.refuse_unusable().
    """
    for field in fields(check):
        yield from _value_troubles(field.name, getattr(check, field.name))
    match check:
        case Regex(pattern=pattern) if not 0 < len(pattern) <= MOST_PATTERN:
            yield f"has a “pattern” that is empty or longer than {MOST_PATTERN:,} characters"
        case JsonSchema(schema=schema) if not schema.strip():
            yield "has an empty “schema”"
        case Number(within=within) if not within >= 0:
            yield "has a “within” below 0"
        case Similarity(least=least) if not 0 < least <= 1:
            yield "has a “least” that is not above 0 and at most 1"
        case Length(at_least=low, at_most=high) if low < 0 or (high is not None and high < low):
            yield "has an “at_least” below 0 or an “at_most” below “at_least”"
        case Length(at_least=0, at_most=None):
            yield "has neither “at_least” nor “at_most”"
        case Language(code=code) if code not in LANGUAGES:
            yield f"has the “code” “{code}”, which is not one of {', '.join(LANGUAGES)}"
        case _:
            pass


def _value_troubles(name: str, value: object) -> Iterator[str]:
    if isinstance(value, float) and not abs(value) <= 1e300:  # NaN too
        yield f"has a “{name}” that is not a finite number"
    if isinstance(value, str) and len(value) > MOST_TEXT:
        yield f"has a “{name}” longer than {MOST_TEXT:,} characters"
    if isinstance(value, tuple) and name == "texts" and not value:
        yield "has no “texts”"
    if isinstance(value, tuple) and any(
        not text.strip() or len(text) > MOST_TEXT for text in value
    ):
        yield f"has a text in “{name}” that is empty or longer than {MOST_TEXT:,} characters"
