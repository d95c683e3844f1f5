"""Suites as values and as JSON: what goes round, and what is refused with prompt and field."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from benchtop.domain.compare_errors import SuiteInvalid
from benchtop.domain.contests import PromptTurn
from benchtop.domain.suite_json import (
    SuiteNewer,
    checks_from_json,
    suite_from_json,
    suite_to_json,
)
from benchtop.domain.suites import (
    CHECKS,
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
from benchtop.resources import resource

EVERY_CHECK: tuple[Check, ...] = (
    Contains(("a", "b"), "any", False), Equals(("x",), True), Regex("a+", True, True, False),
    JsonSchema('{"type": "object"}', True), Number(2.5, 0.5, "only"), Similarity(0.4, ("this",)),
    Length("words", 2, 9), Language("de"),
)  # fmt: skip


def prompt(prompt_id: str = "p1", text: str = "Why?", **changes: object) -> SuitePrompt:
    return SuitePrompt(prompt_id, (PromptTurn("user", text),), **changes)  # type: ignore[arg-type]


def suite(*prompts: SuitePrompt, **changes: object) -> Suite:
    values: dict[str, object] = {"id": "s1", "name": "Mine", "prompts": prompts or (prompt(),)}
    return Suite(**values | changes)  # type: ignore[arg-type]


def test_everything_comes_back_from_json() -> None:
    talk = tuple(PromptTurn(*turn) for turn in (("user", "a"), ("assistant", "b"), ("user", "c")))
    full = prompt(
        name="Name", system="Be kind.", checks=EVERY_CHECK, tags=("t", "u"), reference="r",
        pair="pair", variant="v",
    )  # fmt: skip
    one = suite(full, SuitePrompt("p2", talk), tags=("x",), about="What for.")
    assert {check.kind for check in EVERY_CHECK} == set(CHECKS)
    again = suite_from_json(json.loads(json.dumps(suite_to_json(one))))
    assert again == one
    assert again.checked() is again
    assert (again.prompts[1].text, again.prompts[1].title) == ("c", "c")


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("What is 2 + 2?", "What is 2 + 2?"),
        ("  One\n\ntwo ", "One two"),
        ("", "(nothing is asked)"),
        ("word " * 20, "word word word word word word word word…"),
        (
            "Name the seven tallest mountains of the Earth.",
            "Name the seven tallest mountains of the…",
        ),
        ("x" * 90, "x" * 40 + "…"),
    ],
)
def test_a_prompt_without_a_name_is_called_by_its_first_words(text: str, title: str) -> None:
    assert SuitePrompt("p1", (PromptTurn("user", text),)).title == title
    assert SuitePrompt("p1", (PromptTurn("user", text),), "Sum").title == "Sum"


def test_defaults_are_left_out_and_one_text_is_a_list_of_one() -> None:
    check = {"kind": "contains", "texts": "Paris"}
    values = suite_to_json(suite())
    values["prompts"][0]["checks"] = [check, {"kind": "json_schema", "schema": {"type": "string"}}]
    read = suite_from_json(values)
    assert read.prompts[0].checks == (Contains(("Paris",)), JsonSchema('{"type": "string"}'))
    assert suite_to_json(read)["prompts"][0]["checks"] == [
        {"kind": "contains", "texts": ["Paris"]}, {"kind": "json_schema", "schema": {"type": "string"}},
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (suite(name=" "), "field “name” is empty"),
        (replace(suite(), prompts=()), "has no prompts"),
        (suite(prompt(), prompt()), "its field “id”, “p1”, is that of another"),
        (suite(prompt(text="  ", name="Dot")), "prompt “Dot” the field “prompt” is empty"),
        (suite(prompt(" ")), "the field “id” is empty"),
        (suite(SuitePrompt("x", ())), "“prompt” is empty"),
        (suite(SuitePrompt("x", (PromptTurn("assistant", "hi"),))), "“turns” does not take turns"),
        (
            suite(SuitePrompt("x", (PromptTurn("user", "a"), PromptTurn("assistant", "b")))),
            "“turns” ends with the assistant",
        ),
        (suite(prompt(pair="k")), "“pair” is given and “variant” is empty"),
        (
            suite(prompt("a", pair="k", variant="v"), prompt("b", pair="k", variant="v")),
            "its field “variant”, “v”, is that of another prompt of the pair “k”",
        ),
        (suite(prompt(checks=(Number(1), Number(1, -1)))), "check 2 (number) has a “within” below 0"),
        (suite(prompt(checks=(Number(float("nan")),))), "“value” that is not a finite"),
        (suite(prompt(checks=(Contains(()),))), "check 1 (contains) has no “texts”"),
        (suite(prompt(checks=(Equals(("",)),))), "text in “texts” that is empty"),
        (suite(prompt(checks=(Regex(""),))), "“pattern” that is empty"),
        (suite(prompt(checks=(Regex("a" * 5_000),))), "“pattern” that is empty or longer than 2,000"),
        (suite(prompt(checks=(JsonSchema(" "),))), "empty “schema”"),
        (suite(prompt(checks=(Similarity(0.4),))), "has no “references”"),
        (suite(prompt(checks=(Similarity(1.4, ("x",)),))), "“least” that is not above 0"),
        (suite(prompt(checks=(Length("words"),))), "neither “at_least” nor “at_most”"),
        (suite(prompt(checks=(Length("words", 5, 2),))), "“at_most” below “at_least”"),
        (suite(prompt(checks=(Language("xx"),))), "“xx”, which is not one of ar, bg"),
        (suite(prompt(system="x" * 1_000_001)), "“system” is longer than 1,000,000"),
        (suite(prompt(checks=(Number(1),) * 51)), "has 51 checks and at most 50"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(wrong: Suite, words: str) -> None:
    with pytest.raises(SuiteInvalid, match=re.escape(words)) as found:
        wrong.checked()
    sentence = str(found.value)
    assert sentence.startswith(f"The suite “{wrong.name or wrong.id}”") or not wrong.name.strip()
    assert sentence.endswith(".")


def changed(**changes: object) -> dict[str, object]:
    return suite_to_json(suite()) | changes


def with_check(**values: object) -> dict[str, object]:
    return changed(prompts=[{"id": "p", "name": "Dot", "prompt": "x", "checks": [values]}])


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([], "its content is not an object"),
        ({}, "“format” is not “benchtop-suite”"),
        (changed(version="1"), "“version” is not a whole number"),
        (changed(colour="red"), "it has the field “colour”"),
        (changed(name=7), "the field “name” is not text"),
        (changed(tags="x"), "the field “tags” is not a list of texts"),
        (changed(prompts={}), "“prompts” is not a list"),
        (changed(prompts=["x"]), "in prompt 1 the prompt is not an object"),
        (changed(prompts=[{"id": "a", "promt": "x"}]), "prompt “a” the prompt has the field “promt”"),
        (changed(prompts=[{"prompt": "x", "turns": []}]), "both a field “prompt” and a field “turns”"),
        (changed(prompts=[{"turns": [{"role": "god", "content": "x"}]}]), "“turns[0].role” is not"),
        (changed(prompts=[{"prompt": "x", "checks": 3}]), "“checks” is not a list"),
        (with_check(), "prompt “Dot” check 1 has a “kind” that is not one of contains"),
        (with_check(kind="python", code="1"), "has a “kind”"),
        (with_check(kind="number"), "check 1 (number) lacks its field “value”"),
        (with_check(kind="number", value="3"), "(number) has a “value” that is not a finite number"),
        (with_check(kind="number", value=float("nan")), "“value” that is not a finite"),
        (with_check(kind="number", value=1, which="best"), "“which” that is not one of last"),
        (with_check(kind="number", value=1, withn=1), "(number) has the field “withn”"),
        (with_check(kind="equals", texts=[1]), "“texts” that is not a list of texts"),
        (with_check(kind="regex", pattern="a", whole=1), "“whole” that is not true or false"),
        (with_check(kind="length", unit="words", at_most=True), "“at_most” that is not a whole"),
        (with_check(kind="language", code=None), "“code” that is not text"),
    ],
)  # fmt: skip
def test_json_that_is_no_suite_is_refused_with_the_field(values: object, words: str) -> None:
    with pytest.raises(ValueError, match=re.escape(words)):
        suite_from_json(values)


def test_a_later_version_is_told_apart() -> None:
    with pytest.raises(SuiteNewer, match="newer Benchtop"):
        suite_from_json(changed(version=2))


def test_the_checks_that_help_shows_are_all_and_can_be_read() -> None:
    page = resource("help", "commands.md").read_text(encoding="utf-8")
    shown = re.search(r"```\n(\[\{\"kind\".*?)```", page, re.DOTALL)
    assert shown is not None
    checks = checks_from_json(json.loads(shown[1]))
    assert {check.kind for check in checks} == set(CHECKS)
    suite(prompt(checks=checks)).checked()
