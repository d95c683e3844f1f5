"""JSON schemas to grammars: what the converter is mended for, and what it refuses."""

import json

import pytest

from benchtop.domain.errors import SchemaInvalid
from benchtop.engine.grammar import grammar_of


def rules(schema: object) -> dict[str, str]:
    lines = grammar_of(json.dumps(schema)).splitlines()
    return dict(line.split(" ::= ", 1) for line in lines)


def test_strings_hold_no_raw_control_characters() -> None:
    assert rules({"type": "string"})["char"].startswith(r'[^"\\\x7F\x00-\x1F] |')


def test_backslashes_and_quotes_of_literals_are_escaped() -> None:
    # The JSON text "a\"b\\" as a GBNF literal: each quote and each backslash escaped once more.
    assert rules({"const": 'a"b\\'})["root"] == r'"\"a\\\"b\\\\\""'


def test_references_inside_the_schema_are_followed() -> None:
    schema = {"$ref": "#/definitions/yes", "definitions": {"yes": {"type": "boolean"}}}
    assert rules(schema)["root"] == "boolean"


@pytest.mark.parametrize(
    ("schema", "reason"),
    [
        ("{", "not JSON"),
        ("true", "no object"),
        ('{"type": "colour"}', "colour"),
        (
            '{"$ref": "https://example.org/s.json"}',
            "another document, which Benchtop does not fetch",
        ),
        ('{"$ref": "#/definitions/none"}', "part of itself that is not there"),
        ('{"type": "string", "pattern": "a"}', "has no grammar: Pattern must start"),
        ("[" * 100_000, "nested too deeply"),
        ('{"a":' * 900 + "1" + "}" * 900 + " " * 200_000, "longer than"),
    ],
)
def test_a_schema_without_a_grammar_is_refused(schema: str, reason: str) -> None:
    with pytest.raises(SchemaInvalid, match=reason):
        grammar_of(schema)
