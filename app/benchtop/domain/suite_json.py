"""Suites as JSON values: the format "benchtop-suite", version 1.

    {"format": "benchtop-suite", "version": 1, "id", "name", "about", "tags": [TEXT...],
     "prompts": [{"id", "name", "system", "prompt": TEXT or "turns": [{"role", "content"}...],
        "reference", "tags": [TEXT...], "pair", "variant", "checks": [{"kind", ...}...]}...]}

A check has the fields of its class in domain/suites.py. What is empty or at its default may be missing. An
unknown field is refused rather than passed over: a misspelt one would make a check weaker unseen.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields
from typing import Any, cast, get_args

from benchtop.domain.contests import PromptTurn
from benchtop.domain.suites import (
    CHECKS,
    Check,
    HowMany,
    Suite,
    SuitePrompt,
    Unit,
    WhichNumber,
)

FORMAT = "benchtop-suite"
VERSION = 1
_TEXTS = ("id", "name", "system", "reference", "pair", "variant")
_CHOICES = {
    "HowMany": get_args(HowMany),
    "WhichNumber": get_args(WhichNumber),
    "Unit": get_args(Unit),
}


class SuiteNewer(ValueError):
    """The file was written by a later version."""


def suite_to_json(suite: Suite) -> dict[str, Any]:
    """The whole suite as plain values for JSON."""
    return suite_head(suite) | {"prompts": [prompt_to_json(prompt) for prompt in suite.prompts]}


def suite_head(suite: Suite) -> dict[str, Any]:
    """All but its prompts."""
    about = {"id": suite.id, "name": suite.name, "about": suite.about, "tags": list(suite.tags)}
    return {"format": FORMAT, "version": VERSION, **about}


def suite_from_json(values: object, *, builtin: bool = False) -> Suite:
    """The inverse of suite_to_json().

    Raises ValueError (SuiteNewer for a later version) with the field, as the end of a sentence; what
    the fields say together is for Suite.checked().
    """
    suite = _object(values, "its content")
    if suite.get("format") != FORMAT:
        raise ValueError(f"its field “format” is not “{FORMAT}”")
    version = suite.get("version")
    if not isinstance(version, int) or version < 1:
        raise ValueError("its field “version” is not a whole number from 1 on")
    if version > VERSION:
        raise SuiteNewer("it was written by a newer Benchtop, so update this one")
    _refuse_unknown(suite, ("format", "version", "id", "name", "about", "tags", "prompts"), "it")
    prompts = suite.get("prompts")
    if not isinstance(prompts, list):
        raise ValueError("its field “prompts” is not a list")  # noqa: TRY004
    read = []
    for number, prompt in enumerate(prompts, 1):
        try:
            read.append(prompt_from_json(prompt))
        except ValueError as error:
            raise ValueError(f"in {_named(prompt, number)} {error}") from error
    texts = {name: _text(suite, name) for name in ("id", "name", "about")}
    return Suite(prompts=tuple(read), tags=_many(suite, "tags"), builtin=builtin, **texts)


def prompt_to_json(prompt: SuitePrompt) -> dict[str, Any]:
    """A prompt as plain values, without what is empty."""
    values: dict[str, Any] = {name: getattr(prompt, name) for name in _TEXTS}
    if [turn.role for turn in prompt.turns] == ["user"]:
        values["prompt"] = prompt.text
    else:
        values["turns"] = [{"role": turn.role, "content": turn.content} for turn in prompt.turns]
    values["tags"] = list(prompt.tags)
    values["checks"] = [check_to_json(check) for check in prompt.checks]
    return {name: value for name, value in values.items() if value}


def prompt_from_json(values: object) -> SuitePrompt:
    """The inverse of prompt_to_json(); raises ValueError with the field."""
    prompt = _object(values, "the prompt")
    _refuse_unknown(prompt, (*_TEXTS, "prompt", "turns", "tags", "checks"), "the prompt")
    if "turns" in prompt and "prompt" in prompt:
        raise ValueError("there are both a field “prompt” and a field “turns”, so remove one")
    turns: tuple[PromptTurn, ...] = (PromptTurn("user", _text(prompt, "prompt")),)
    if "turns" in prompt:
        turns = turns_from_json(prompt["turns"])
    checks = checks_from_json(prompt.get("checks", []))
    texts = {name: _text(prompt, name) for name in _TEXTS}
    return SuitePrompt(turns=turns, tags=_many(prompt, "tags"), checks=checks, **texts)


def turns_from_json(values: object) -> tuple[PromptTurn, ...]:
    """A list of {"role", "content"}; raises ValueError with the field."""
    if not isinstance(values, list):
        raise ValueError("the field “turns” is not a list")  # noqa: TRY004
    found = []
    for number, item in enumerate(values):
        turn = _object(item, f"the field “turns[{number}]”")
        _refuse_unknown(turn, ("role", "content"), f"the field “turns[{number}]”")
        if turn.get("role") not in ("user", "assistant"):
            raise ValueError(f"the field “turns[{number}].role” is not “user” or “assistant”")
        found.append(PromptTurn(turn["role"], _text(turn, "content")))
    return tuple(found)


def check_to_json(check: Check) -> dict[str, Any]:
    """A check as plain values, without what is at its default."""
    values: dict[str, Any] = {"kind": check.kind}
    for field in fields(check):
        value = getattr(check, field.name)
        if field.name == "schema":
            value = _schema_value(value)
        if value != field.default:
            values[field.name] = list(value) if isinstance(value, tuple) else value
    return values


def checks_from_json(values: object) -> tuple[Check, ...]:
    """A list of checks; raises ValueError with the number of the check and the field."""
    if not isinstance(values, list):
        raise ValueError("the field “checks” is not a list")  # noqa: TRY004
    found = []
    for number, item in enumerate(values, 1):
        try:
            found.append(_check(item))
        except ValueError as error:
            raise ValueError(f"check {number} {error}") from error
    return tuple(found)


def _check(item: object) -> Check:
    values = _object(item, "(a member of the field “checks”)")
    kind = values.get("kind")
    if not isinstance(kind, str) or kind not in CHECKS:
        raise ValueError(f"has a “kind” that is not one of {', '.join(CHECKS)}")
    chosen = CHECKS[kind]
    known = fields(chosen)
    _refuse_unknown(values, ("kind", *(field.name for field in known)), f"({kind})")
    read = {}
    for field in known:
        if field.name in values:
            read[field.name] = _typed(kind, field, values[field.name])
        elif field.default is MISSING:
            raise ValueError(f"({kind}) lacks its field “{field.name}”")
    return cast(Callable[..., Check], chosen)(**read)


def _typed(kind: str, field: Field[Any], value: object) -> object:
    """A value as the field holds it, by its annotation; a single text is as good as a list of one."""
    name, annotation = field.name, str(field.type)
    if name == "schema":
        return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    if annotation in _CHOICES and value not in _CHOICES[annotation]:
        raise ValueError(
            f"({kind}) has a “{name}” that is not one of {', '.join(_CHOICES[annotation])}"
        )
    if annotation.startswith("tuple"):
        texts = [value] if isinstance(value, str) else value
        if isinstance(texts, list) and all(isinstance(text, str) for text in texts):
            return tuple(texts)
        raise ValueError(f"({kind}) has a “{name}” that is not a list of texts")
    right, words = {
        "bool": (isinstance(value, bool), "true or false"),
        "float": (_is_number(value), "a finite number"),
        "int": (_is_whole(value), "a whole number"),
        "int | None": (value is None or _is_whole(value), "a whole number"),
    }.get(annotation, (isinstance(value, str), "text"))
    if not right:
        raise ValueError(f"({kind}) has a “{name}” that is not {words}")
    return float(cast(float, value)) if annotation == "float" else value


def _is_number(value: object) -> bool:
    good = isinstance(value, int | float) and not isinstance(value, bool)
    return good and abs(cast(float, value)) <= 1e300  # false for NaN as well


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**53


def _schema_value(text: str) -> object:
    """A schema as an object inside the JSON where it is one, which people can read."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return value if isinstance(value, dict | bool) else text


def _named(prompt: object, number: int) -> str:
    name = prompt.get("name") or prompt.get("id") if isinstance(prompt, dict) else None
    return f"the prompt “{name}”" if isinstance(name, str) else f"prompt {number}"


def _object(values: object, what: str) -> Mapping[str, Any]:
    if not isinstance(values, dict):
        raise ValueError(f"{what} is not an object")  # noqa: TRY004
    return values


def _refuse_unknown(values: Mapping[str, Any], known: tuple[str, ...], what: str) -> None:
    for name in values:
        if name not in known:
            raise ValueError(
                f"{what} has the field “{name}”, which is not one of {', '.join(known)}"
            )


def _text(values: Mapping[str, Any], name: str) -> str:
    value = values.get(name, "")
    if not isinstance(value, str):
        raise ValueError(f"the field “{name}” is not text")  # noqa: TRY004
    return value


def _many(values: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = values.get(name, [])
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ValueError(f"the field “{name}” is not a list of texts")
    return tuple(value)
