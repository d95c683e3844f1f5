"""Replies held to a schema by real llama.cpp, while the model says random things."""

import json
from typing import Any

import pytest

from benchtop.domain.errors import SchemaInvalid
from benchtop.domain.generation import SamplingParams
from benchtop.engine.supported_schema import MOST_REPEATS
from workers.engine_client import EngineClient
from workers.schema_check import obeys

SEEDS = range(1, 13)
NODE = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "maxLength": 3},
        "kids": {"type": "array", "items": {"$ref": "#/$defs/my_node"}, "maxItems": 1},
    },
    "required": ["name"],
}
SCHEMAS: list[Any] = [
    {"type": "object", "properties": {"ok": {"type": "boolean"}, "n": {"type": "integer"}},
     "required": ["ok", "n"], "title": "a title", "description": "passes"},
    {"type": "object", "properties": {"a": {"const": 1}, "b": {"const": 2}, "c": {"const": 3}},
     "required": ["b"]},
    {"type": "object", "properties": {"a": {"const": 1}, "b": {"const": 2}, "c": {"const": 3}}},
    {"properties": {"a": {"type": "integer"}}, "additionalProperties": False},
    {"properties": {"a/b": {"enum": [True, None]}, "a-b": {"const": 1}, "ä": {"const": 2}}},
    {"properties": {"integral_part": {"const": "x"}, "root": {"const": 1}, "n": {"type": "number"}},
     "required": ["integral_part", "root", "n"]},
    {"enum": ["red", "grün", 'a "quoted" one', "back\\slash", "two\nlines", "\ud800", 1, 2.5, None]},
    {"type": "string", "enum": ["a", "b"]},
    {"type": "object", "properties": {'a "b" \\c': {"const": 1}}, "required": ['a "b" \\c']},
    {"type": "object", "additionalProperties": {"enum": [0, 5]}},
    {"type": "object", "additionalProperties": False},
    {"type": "array", "items": {"type": "boolean"}, "minItems": 2, "maxItems": 3},
    {"type": "array", "items": {"type": "null"}, "maxItems": 1},
    {"type": "array", "items": {"type": "null"}, "minItems": 1},
    {"type": "array", "items": {"type": "null"}, "maxItems": 0},
    {"prefixItems": [{"type": "boolean"}, {"const": 7}]},
    {"type": "string", "maxLength": 12},
    {"type": "string", "minLength": 12, "maxLength": 13},
    {"type": "string", "minLength": 3, "maxLength": 3},
    {"type": ["integer", "null"]},
    {"anyOf": [{"type": "null"}, {"type": "boolean"}]},
    {"type": "number"},
    {"type": "integer"},
    {"type": "string", "pattern": "^[A-Z]{2}-[0-9]{1,3}$"},
    {"type": "string", "pattern": "^(yes|no, ü)?[a-c_.-]{2}x+$"},
    {"type": "string", "format": "time"},
    {"type": "string", "format": "uuid"},
    # Definitions with the name of each other, of a property, and of a rule of llama.cpp's own.
    {"$defs": {"a": {"item": {"const": "a"}}, "b": {"item": {"const": "b"}}},
     "prefixItems": [{"$ref": "#/$defs/a/item"}, {"$ref": "#/$defs/b/item"}]},
    {"$defs": {"home": {"const": 1}, "string": {"const": 2}}, "required": ["home", "other"],
     "properties": {"home": {"enum": [3, 4]}, "other": {"$ref": "#/$defs/home"},
                    "text": {"$ref": "#/$defs/string"}}},
    {"type": "array", "items": {"$ref": "#/$defs/my_item"}, "maxItems": 2,
     "$defs": {"my_item": {"const": 1}}},
    {"$ref": "#/$defs/my_node", "$defs": {"my_node": NODE}},
]  # fmt: skip


@pytest.mark.parametrize("schema", SCHEMAS, ids=lambda schema: json.dumps(schema)[:60])
def test_whatever_is_said_satisfies_the_schema(tiny_engine: EngineClient, schema: Any) -> None:
    ended = 0
    for seed in SEEDS:
        # As random as can be: nothing that is unlikely is left out.
        params = SamplingParams(
            seed=seed, temperature=5.0, top_k=0, top_p=1.0, min_p=0.0, max_tokens=150,
            json_schema=json.dumps(schema),
        )  # fmt: skip
        reply = tiny_engine.chat("Hello", params=params)
        if reply.finished.stop == "length":  # in the middle, as it may
            continue
        assert reply.finished.stop == "end"
        ended += 1
        assert obeys(json.loads(reply.text), schema), reply.text
    assert ended


def test_an_object_of_any_kind_is_json(tiny_engine: EngineClient) -> None:
    for schema, kind in (("{}", dict), ('{"type": "object"}', dict)):
        ended = 0
        for seed in SEEDS:
            params = SamplingParams(seed=seed, temperature=2.0, json_schema=schema, max_tokens=400)
            reply = tiny_engine.chat("Hello", params=params)
            if reply.finished.stop == "end":
                ended += 1
                assert isinstance(json.loads(reply.text), kind)
        assert ended


def test_the_longest_repetitions_that_are_allowed_are_held(tiny_engine: EngineClient) -> None:
    for schema in (
        {"type": "string", "maxLength": MOST_REPEATS},
        {"type": "string", "minLength": MOST_REPEATS},
        {"items": {"type": "string", "maxLength": 200}, "minItems": 200, "maxItems": 200},
        {"items": {"type": "string", "maxLength": 200}, "maxItems": 200},
        {"pattern": "^([a-c]{0,200}){0,200}$"},
        {"properties": {f"p{n}": {"const": n} for n in range(500)}},
        {"enum": list(range(5_000))},
        json.loads('{"items":' * 99 + '{"type": "null"}' + "}" * 99),
    ):
        params = SamplingParams(json_schema=json.dumps(schema), max_tokens=5, seed=1)
        assert tiny_engine.chat("Hello", params=params).text


@pytest.mark.parametrize("count", [MOST_REPEATS + 1, 2_000, 20_000, 10**30])
@pytest.mark.parametrize("word", ["minLength", "maxLength", "minItems", "maxItems"])
def test_a_length_that_would_break_llama_cpp_is_refused(
    tiny_engine: EngineClient, word: str, count: int
) -> None:
    kind = "string" if word.endswith("Length") else "array"
    items = {"items": {"type": "null"}} if kind == "array" else {}
    schema = json.dumps({"properties": {"x": {"type": kind, word: count, **items}}})
    with pytest.raises(SchemaInvalid, match=f"/properties/x/{word} is .* up to 200"):
        tiny_engine.chat("Hello", params=SamplingParams(json_schema=schema))


@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": "#"},
        {"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}},
    ],
)
def test_a_schema_that_is_only_itself_is_refused(tiny_engine: EngineClient, schema: Any) -> None:
    with pytest.raises(SchemaInvalid):
        tiny_engine.chat("Hello", params=SamplingParams(json_schema=json.dumps(schema)))
    assert tiny_engine.chat("Hello", params=SamplingParams(max_tokens=2)).finished
