"""A validator of JSON schemas for the tests: the words of the specification, nothing of the grammars.

It knows the keywords that Benchtop accepts and fails on any other.
"""

from __future__ import annotations

import datetime
import json
import re
import uuid
from typing import Any

QUIET = {"title", "description", "default", "examples", "$comment", "$schema", "$defs"}


def obeys(value: Any, schema: Any, root: Any = None) -> bool:
    """Whether ``value`` satisfies ``schema`` (JSON Schema 2020-12)."""
    if isinstance(schema, bool):
        return schema
    whole = schema if root is None else root
    return all(_holds(value, word, schema, whole) for word in schema if word not in QUIET)


def _holds(value: Any, word: str, schema: Any, root: Any) -> bool:
    given = schema[word]
    match word:
        case "$ref":
            return obeys(value, _target(given, root), root)
        case "const":
            return same(value, given)
        case "enum":
            return any(same(value, one) for one in given)
        case "anyOf":
            return any(obeys(value, one, root) for one in given)
        case "oneOf":
            return [obeys(value, one, root) for one in given].count(True) == 1
        case "allOf":
            return all(obeys(value, one, root) for one in given)
        case "type":
            return any(_is(value, kind) for kind in (given if isinstance(given, list) else [given]))
    return _typed_holds(value, word, schema, root)


def _target(pointer: str, root: Any) -> Any:
    target = root
    for part in pointer.split("/")[1:]:
        target = target[part.replace("~1", "/").replace("~0", "~")]
    return target


def _typed_holds(value: Any, word: str, schema: Any, root: Any) -> bool:
    if isinstance(value, dict):
        return _object_holds(value, word, schema, root)
    if isinstance(value, list):
        return _array_holds(value, word, schema, root)
    if isinstance(value, str):
        return _string_holds(value, word, schema[word])
    if _is(value, "number"):
        return _number_holds(value, word, schema[word])
    return True


def same(one: Any, other: Any) -> bool:
    """Equality that tells 1 from true."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def _is(value: Any, kind: str) -> bool:
    if isinstance(value, bool):
        return kind == "boolean"
    kinds: dict[str, Any] = {"object": dict, "array": list, "string": str, "null": type(None)}
    if kind == "integer":
        return isinstance(value, int)
    return isinstance(value, int | float if kind == "number" else kinds.get(kind, ()))


def _object_holds(value: dict[str, Any], word: str, schema: Any, root: Any) -> bool:
    given, known = schema[word], schema.get("properties", {})
    match word:
        case "properties":
            return all(
                obeys(value[name], one, root) for name, one in given.items() if name in value
            )
        case "required":
            return set(given) <= set(value)
        case "additionalProperties":
            return all(obeys(value[name], given, root) for name in value if name not in known)
    return _other(word, OBJECT)


def _array_holds(value: list[Any], word: str, schema: Any, root: Any) -> bool:
    given = schema[word]
    match word:
        case "prefixItems":
            return all(obeys(item, one, root) for item, one in zip(value, given, strict=False))
        case "items":
            rest = value[len(schema.get("prefixItems", [])) :]
            return all(obeys(item, given, root) for item in rest)
        case "minItems":
            return len(value) >= int(given)
        case "maxItems":
            return len(value) <= int(given)
    return _other(word, ARRAY)


def _string_holds(value: str, word: str, given: Any) -> bool:
    match word:
        case "minLength":
            return len(value) >= int(given)
        case "maxLength":
            return len(value) <= int(given)
        case "pattern":
            return re.search(given, value, re.ASCII) is not None
        case "format":
            return _format_holds(value, given)
    return _other(word, STRING)


def _format_holds(value: str, name: str) -> bool:
    readers: dict[str, Any] = {
        "date": datetime.date.fromisoformat,
        "time": datetime.time.fromisoformat,
        "date-time": datetime.datetime.fromisoformat,
        "uuid": uuid.UUID,
    }
    try:
        readers[name](value)
    except ValueError:
        return False
    return True


def _number_holds(value: float, word: str, given: Any) -> bool:
    match word:
        case "minimum":
            return bool(value >= given)
        case "maximum":
            return bool(value <= given)
        case "exclusiveMinimum":
            return bool(value > given)
        case "exclusiveMaximum":
            return bool(value < given)
    return _other(word, NUMBER)


OBJECT = {"properties", "required", "additionalProperties"}
ARRAY = {"prefixItems", "items", "minItems", "maxItems"}
STRING = {"minLength", "maxLength", "pattern", "format"}
NUMBER = {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"}


def _other(word: str, mine: set[str]) -> bool:
    """A keyword of another type says nothing of this value; an unknown one is the test's own fault."""
    assert word not in mine
    assert word in OBJECT | ARRAY | STRING | NUMBER, f"the validator does not know {word}"
    return True
