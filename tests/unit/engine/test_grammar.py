"""JSON schemas to grammars: what is refused, by name and place, and what passes."""

import json
import re
from typing import Any

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
    assert r'"\"a\\\"b\\\\\""' in rules({"const": 'a"b\\'}).values()


def test_annotations_pass_and_references_are_followed() -> None:
    bare = rules({"type": "boolean"})
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "x", "title": "t",
        "description": "d", "default": True, "examples": [], "$comment": "c", "deprecated": True,
        "readOnly": True, "writeOnly": False, "$defs": {}, "definitions": {}, "type": "boolean",
    }  # fmt: skip
    assert rules(schema) == bare
    named = {"$ref": "#/definitions/yes", "definitions": {"yes": {"type": "boolean"}}}
    assert rules(named)["root"] == "ref"
    assert rules(named)["ref"] == "boolean"


@pytest.mark.parametrize(
    ("schema", "reason"),
    [
        ("{", "not JSON"),
        ('{"const": NaN}', "not JSON"),
        ('{"const": 1e999}', "/const is a number that JSON cannot write"),
        ("true", "no object"),
        ('{"type": "colour"}', '/type is "colour", which is no type'),
        ('{"type": []}', "/type is .*no type"),
        ('{"title": "t"}', "/ has no"),
        (
            '{"$ref": "https://example.org/s.json"}',
            "another document, which Benchtop does not fetch",
        ),
        ('{"$ref": "#/definitions/none"}', "/\\$ref refers to a part of the schema that is not"),
        ('{"$ref": "#name"}', "such as #/\\$defs/item only"),
        ('{"$ref": "#"}', "such as #/\\$defs/item only"),
        ('{"$ref": "#/a~1b"}', "such as #/\\$defs/item only"),
        ('{"type": "string", "pattern": "a"}', "/pattern must begin with \\^ and end with \\$"),
        ("[" * 100_000, "nested too deeply"),
        ('{"items":' * 900 + "{}" + "}" * 900, "nested too deeply"),
        ('{"a":' * 900 + "1" + "}" * 900 + " " * 200_000, "longer than"),
    ],
)
def test_a_schema_without_a_grammar_is_refused(schema: str, reason: str) -> None:
    with pytest.raises(SchemaInvalid, match=reason):
        grammar_of(schema)


INTEGER, STRING, ARRAY = {"type": "integer"}, {"type": "string"}, {"type": "array"}


@pytest.mark.parametrize(
    ("schema", "keyword"),
    [
        ({"not": {}}, "not"),
        ({**ARRAY, "uniqueItems": True}, "uniqueItems"),
        ({**ARRAY, "contains": {}}, "contains"),
        ({**ARRAY, "prefixItems": [{}], "items": {}}, "items"),
        ({**ARRAY, "prefixItems": [{}], "minItems": 2}, "minItems"),
        ({**ARRAY, "minItems": 3, "maxItems": 2}, "minItems"),
        ({"type": "object", "minProperties": 1}, "minProperties"),
        ({"type": "object", "maxProperties": 1}, "maxProperties"),
        ({"type": "object", "required": ["a"]}, "required/0"),
        ({"properties": {"a": {}}, "required": ["b"]}, "required/0"),
        ({"properties": {"a": {}}, "additionalProperties": INTEGER}, "additionalProperties"),
        ({"properties": {"a": {}}, "patternProperties": {}}, "patternProperties"),
        ({"properties": {"a": {}}, "dependentRequired": {}}, "dependentRequired"),
        ({"properties": {str(n): {} for n in range(501)}}, "properties"),
        ({**INTEGER, "multipleOf": 5}, "multipleOf"),
        ({**INTEGER, "minimum": "3"}, "minimum"),
        ({**INTEGER, "minimum": 10**40}, "minimum"),
        ({**INTEGER, "minimum": 0, "maximum": 5}, "minimum"),
        ({**INTEGER, "exclusiveMaximum": 5}, "exclusiveMaximum"),
        ({"type": "number", "minimum": 3}, "minimum"),
        ({"type": "number", "maximum": 3}, "maximum"),
        ({**STRING, "minimum": 3}, "minimum"),
        ({**STRING, "format": "email"}, "format"),
        ({**STRING, "format": "date", "minLength": 3}, "format"),
        ({**STRING, "minLength": True}, "minLength"),
        ({**STRING, "minLength": -1}, "minLength"),
        ({**STRING, "contentEncoding": "base64"}, "contentEncoding"),
        ({"type": ["string", "null"], "multipleOf": 2}, "multipleOf"),
        ({"type": ["string", "null"], "minimum": 2}, "minimum"),
        ({"type": ["string", "null"], "maxLength": 2}, "maxLength"),
        ({"type": ["string", "null"], "enum": ["a"]}, "enum/0"),
        ({**STRING, "enum": ["a", 1]}, "enum/1"),
        ({"const": {"$ref": "#/x"}}, "const"),
        ({**STRING, "format": "date"}, "format"),
        ({**STRING, "format": "date-time"}, "format"),
        ({"minLength": 2}, ""),
        ({"title": "any"}, ""),
        ({**ARRAY, "maxItems": 2}, ""),
        ({**ARRAY, "items": {}}, "items"),
        ({**ARRAY, "prefixItems": [{}], "maxItems": 1}, "maxItems"),
        ({"properties": {"": {}}}, "properties"),
        ({"properties": {"*": {}}}, "properties"),
        ({"properties": {"a": {}}, "additionalProperties": True}, "additionalProperties"),
        ({"anyOf": [STRING], "minLength": 3}, "minLength"),
        ({"anyOf": [{"not": {}}]}, "anyOf/0/not"),
        ({"enum": []}, "enum"),
        ({"enum": 3}, "enum"),
        ({"enum": ["a"], "maxLength": 3}, "maxLength"),
        ({"allOf": [STRING]}, "allOf"),
        ({"oneOf": [STRING, INTEGER]}, "oneOf"),
        ({"$ref": "#/$defs/a", "$defs": {"a": {}}, "type": "object"}, "type"),
        ({"minimun": 3}, "minimun"),
        ({"if": {}, "then": {}}, "if"),
        ({**ARRAY, "items": 5}, "items"),
        ({**ARRAY, "items": False}, "items"),
    ],
)
def test_what_cannot_be_held_is_refused_by_its_place(schema: Any, keyword: str) -> None:
    nested = {"type": "object", "properties": {"a/b": schema, "$ok": {"type": "null"}}}
    if "$ref" in json.dumps(schema):
        nested |= {"$defs": schema.get("$defs", {})}
    at = f"/properties/a~1b/{keyword}".rstrip("/")
    with pytest.raises(SchemaInvalid, match=re.escape(at) + " ") as caught:
        grammar_of(json.dumps(nested))
    assert str(caught.value).count("\n") == 0


@pytest.mark.parametrize(
    "pattern",
    ["^a|b$", "^(a$", "^a)$", "^[a$", "^a**$", "^a*?$", "^(?=a)$", "^\\b$", "^a{3,2}$", "^a{201}$",
     "^a]$", "^a}$", "^()$", "^(|a)$", "^(a|)$", "^a.$", "^[^a]$", "^[ -~]$", "^\"$", "^$",
     "^\\d$", "^\\.$", "^a$b$", "^a{,3}$", "^[b-a]$", "^[\\d-z]$",
     "^a^b$", "^\\", "^\\1$", "^a\\$", "^{2}$", "^\\x$", "^[\\n]$"],
)  # fmt: skip
def test_a_pattern_that_is_not_understood_is_refused(pattern: str) -> None:
    with pytest.raises(SchemaInvalid, match="/pattern "):
        grammar_of(json.dumps({"type": "string", "pattern": pattern}))
