"""Every sort of check, on replies that pass it, fail it, and cannot be told."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from sys import addaudithook

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchtop.domain.compare_errors import SuiteInvalid
from benchtop.domain.contests import PromptTurn
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
from benchtop.evaluation import checks
from benchtop.evaluation.checks import CheckResult, judge, judge_one, refuse_unusable, verdict
from unit.domain.test_suites import EVERY_CHECK

OBJECT = '{"type": "object", "required": ["a"], "properties": {"a": {"type": "integer"}}}'


@pytest.mark.parametrize(
    ("check", "reply", "passed"),
    [
        (Contains(("Paris", "Rome")), "paris and ROME", True),
        (Contains(("Paris", "Rome")), "Paris", False),
        (Contains(("Paris",), ignore_case=False), "paris", False),
        (Contains(("Paris", "Rome"), "any"), "in Rome", True),
        (Contains(("Paris", "Rome"), "any"), "in Oslo", False),
        (Contains(("Paris", "Rome"), "none"), "in Oslo", True),
        (Contains(("Paris", "Rome"), "none"), "in Rome", False),
        (Contains(("don't",)), "I don’t know", True),
        (Contains(("cafe\u0301",)), "a café", True),
        (Equals(("yes", "yeah")), " **Yes.** \n", True),
        (Equals(("yes",)), "Yes, it is", False),
        (Equals(("yes",), exact=True), "Yes", False),
        (Equals(("a b",)), "“A   b!”", True),
        (Regex(r"\d+"), "on 5 May", True),
        (Regex(r"^\d+$"), "so\n42\nit is", True),
        (Regex(r"\d+", whole=True), " 42\n", True),
        (Regex(r"\d+", whole=True), "42 or so", False),
        (Regex("yes"), "YES", False),
        (Regex("yes", ignore_case=True), "YES", True),
        (Regex("sorry", wanted=False), "here it is", True),
        (Regex("sorry", wanted=False), "sorry, no", False),
        (JsonSchema(OBJECT), '{"a": 1}', True),
        (JsonSchema(OBJECT), 'Here:\n```json\n{"a": 1}\n```\nThere.', True),
        (JsonSchema(OBJECT, bare=True), '```json\n{"a": 1}\n```', False),
        (JsonSchema(OBJECT), '{"a": "1"}', False),
        (JsonSchema(OBJECT), '{"a": NaN}', False),
        (JsonSchema(OBJECT), "{'a': 1}", False),
        (JsonSchema(OBJECT), "[" * 100_000, False),
        (JsonSchema('{"type": "string", "pattern": "^a+$"}'), '"aaa"', True),
        (JsonSchema('{"type": "string", "pattern": "^a+$"}'), '"ab"', False),
        (JsonSchema("false"), "1", False),
        (Number(42), "6 × 7 is 42.", True),
        (Number(6, which="first"), "6 × 7 is 42.", True),
        (Number(42, which="only"), "6 × 7 is 42.", False),
        (Number(42, which="only"), "42! I say 42", True),
        (Number(0.3, 0.1), "about 0.2", True),
        (Number(0.3, 0.1), "about 0.19", False),
        (Number(1_234.5), "1,234.5 in all", True),
        (Number(-9), "it is −9", True),
        (Number(2), "7-5=2", True),
        (Number(5), "five", False),
        (Similarity(0.9, ("The cat sat.",)), "The cat sat.", True),
        (Similarity(0.3, ("nothing like it", "The cat sat.")), "The cat sits.", True),
        (Similarity(0.9, ("The cat sat.",)), "Dogs run.", False),
        (Similarity(0.9), "the reference", True),
        (Length("characters", 2, 3), " abc ", True),
        (Length("characters", 2, 3), "abcd", False),
        (Length("words", at_most=3), "one two – three", True),
        (Length("words", 4), "one two three", False),
        (Length("words", 3, 3), "日本語", True),
        (Length("sentences", 2, 2), "Dr. Wu paid 3.50 euros. Then she left!", True),
        (Length("sentences", 1, 1), "One. Two.", False),
        (Language("fr"), "Je ne sais pas ce que vous voulez dire.", True),
        (Language("en"), "Je ne sais pas ce que vous voulez dire.", False),
        (Language("en"), "42", None),
    ],
)  # fmt: skip
def test_a_reply_passes_or_not(check: Check, reply: str, passed: bool | None) -> None:
    result = judge_one(check, reply, "the reference")
    assert (result.kind, result.passed) == (check.kind, passed), result.detail
    assert result.detail.endswith(".")
    assert "\n" not in result.detail
    assert result.score is None or 0 <= result.score <= 1
    assert json.loads(json.dumps(result.to_json()))["passed"] is passed


def test_the_words_say_what_was_seen_and_what_was_asked() -> None:
    assert judge_one(Number(5, 0.5), "4.4").detail == "The last number is 4.4, not 5 ± 0.5."
    assert judge_one(Contains(("a", "b")), "a").detail == "The reply does not hold “b”."
    assert judge_one(Contains(("a", "b")), "a").score == 0.5
    assert "a: 'x' is not of type 'integer'" in judge_one(JsonSchema(OBJECT), '{"a": "x"}').detail
    detail = judge_one(Length("words", 2, 2), "one").detail
    assert detail == "The reply has 1 word; asked is exactly 2."
    assert judge_one(Length("words", 2), "one").detail.endswith("asked is at least 2.")
    many = judge_one(Contains(tuple("abcdefgh")), "").detail
    assert many.endswith("“e” and 3 more.")


@pytest.mark.parametrize(
    ("pattern", "reply"),
    [
        (r"(a|aa)+$", "a" * 200 + "b"),
        (r"(?:x+x+)+y", "x" * 5_000),
    ],
)
def test_a_pattern_without_end_is_stopped_and_nobody_failed(
    pattern: str, reply: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("benchtop.evaluation.bounded_regex.SECONDS", 0.05)
    result = judge_one(Regex(pattern), reply)
    schema = JsonSchema(json.dumps({"type": "string", "pattern": pattern}))
    inside = judge_one(schema, json.dumps(reply))
    assert (result.passed, inside.passed) == (None, None)
    assert "too long" in result.detail
    assert "too long" in inside.detail


@pytest.mark.parametrize(
    "pattern",
    [
        "(a", "(?R)?a", "((((a{1000}){1000}){1000}){1000})", "(?:a*){1000000000}b", r"\d{100000000}",
        "(?x)(a {1000} ) {1000}",
        "(a{1000})(?#no){1000}", "[b-a]", "(?<n>a(?&n)?)", "(" * 1_500 + ")" * 1_500,
    ],
)  # fmt: skip
def test_a_pattern_that_cannot_be_held_is_refused_with_prompt_and_field(pattern: str) -> None:
    one = SuitePrompt("p1", (PromptTurn("user", "x"),), "Dot", checks=(Number(1), Regex(pattern)))
    with pytest.raises(SuiteInvalid, match=re.escape("“Dot” check 2 (regex) has a “pattern” that")):
        refuse_unusable(Suite("s", "Mine", (one,)))


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ("{", "is not JSON"),
        ("3", "is not an object"),
        ('{"type": "nonsense"}', "is not valid ('nonsense' is not valid"),
        ('{"$ref": "https://example.org/x.json"}', "“https://example.org/x.json” outside itself"),
        ('{"allOf": [{"patternProperties": {}}]}', "uses “patternProperties”"),
        ('{"pattern": "(?R)?"}', "has a “pattern” that refers to itself"),
        ('{"not": ' * 3_000 + "{}" + "}" * 3_000, "is not"),
    ],
)
def test_a_schema_that_cannot_be_used_is_refused(schema: str, words: str) -> None:
    one = SuitePrompt("p1", (PromptTurn("user", "x"),), checks=(JsonSchema(schema),))
    with pytest.raises(SuiteInvalid, match=re.escape(words)) as error:
        refuse_unusable(Suite("s", "Mine", (one,)))
    assert "“x” check 1 (json_schema) has a “schema” that" in str(error.value)


def test_a_schema_that_asks_for_endless_work_is_stopped() -> None:
    twice = {
        f"d{n}": {"allOf": [{"$ref": f"#/$defs/d{n + 1}"}] * 2} for n in range(60)
    }  # 2^60 references
    schema = {"$ref": "#/$defs/d0", "$defs": {**twice, "d60": True}}
    circle = {"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/a"}}}
    for endless in (schema, circle):
        result = judge_one(JsonSchema(json.dumps(endless)), "1")
        assert (result.passed, "too long" in result.detail) == (None, True)


def test_a_reference_that_leads_nowhere_is_told() -> None:
    result = judge_one(JsonSchema('{"$ref": "#/$defs/gone"}'), "1")
    assert result.passed is None
    assert "gone, which is not in it" in result.detail


OPENED: list[str] = []
_WATCHING: list[bool] = []


def _watch(event: str, _arguments: object) -> None:
    if _WATCHING and event.startswith(("socket.", "urllib.")):
        OPENED.append(event)


addaudithook(_watch)


@contextmanager
def watching_connections() -> Iterator[None]:
    _WATCHING.append(True)
    try:
        yield
    finally:
        _WATCHING.clear()


def test_no_schema_opens_a_connection() -> None:
    sly = {
        "$id": "http://127.0.0.1:9/root",
        "$ref": "#/$defs/a",
        "$defs": {"a": {"$id": "http://127.0.0.1:9/b"}},
    }
    with watching_connections():
        judge_one(JsonSchema(json.dumps(sly)), "1")
        judge_one(JsonSchema('{"$schema": "http://127.0.0.1:9/draft"}'), "1")
    assert OPENED == []


def result(passed: bool | None) -> CheckResult:
    return CheckResult("x", passed, ".")


def test_a_verdict_is_of_all_checks() -> None:
    assert verdict([result(True), result(True)]) is True
    assert verdict([result(True), result(False), result(None)]) is False
    assert verdict([result(True), result(None)]) is None
    assert verdict([]) is None


def test_judge_takes_the_prompts_reference_and_order() -> None:
    one = SuitePrompt(
        "p", (PromptTurn("user", "x"),), checks=(Similarity(0.5), Length("words", 1)), reference="cat"
    )  # fmt: skip
    assert [(r.kind, r.passed) for r in judge(one, "cat")] == [
        ("similarity", True), ("length", True),
    ]  # fmt: skip


def test_a_very_long_reply_is_judged_by_its_beginning() -> None:
    long = "word " * 100_000
    assert judge_one(Length("characters", checks.MOST_REPLY - 1, checks.MOST_REPLY), long).passed
    assert judge_one(Similarity(0.9, (long,)), long).passed


@settings(max_examples=150, deadline=None)
@given(reply=st.text(st.characters()) | st.text('0123456789-.,eE/ {}[]"`\n'))
def test_no_reply_makes_a_check_fail_to_answer(reply: str) -> None:
    one = SuitePrompt("p", (PromptTurn("user", "x"),), checks=EVERY_CHECK, reference="this")
    for found in judge(one, reply):
        assert found.passed in (True, False, None)
        assert found.detail.endswith(".")
