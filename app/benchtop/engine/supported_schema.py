"""Which JSON schemas llama.cpp's converter turns into a grammar that holds a reply to all of them.

The converter passes over what it does not know, so that a reply could break the schema and nobody would
be told. Here every keyword is known to be held, or to say nothing of the value, or is refused by its place.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, NoReturn

from benchtop.domain.errors import SchemaInvalid

MOST_REPEATS = 200
"""The converter nests repetitions: thousands fail to parse, or end the worker with a full stack."""
MOST_PROPERTIES = 500
MOST_DEPTH = 100
ANNOTATIONS = frozenset(
    {"title", "description", "default", "examples", "deprecated", "readOnly", "writeOnly"}
    | {"$comment", "$schema", "$id", "$defs", "definitions"}
)
FORMATS = ("time", "uuid")
_KEYWORDS: dict[str, tuple[str, ...]] = {
    "object": ("properties", "required", "additionalProperties"),
    "array": ("items", "prefixItems", "minItems", "maxItems"),
    "string": ("minLength", "maxLength", "format", "pattern"),
    "integer": (),
    "number": (),
    "boolean": (),
    "null": (),
}
_PYTHON: dict[str, Any] = {"object": dict, "array": list, "string": str, "null": type(None)}
_UNSAFE = r"\x00-\x1f\x7f\"\\\ud800-\udfff"  # what a JSON string cannot hold as it is
_PIECE = re.compile(
    rf"(?P<part>[^{_UNSAFE}.^$|()\[\]{{}}*+?]|\[(?!\^)(?P<set>[^{_UNSAFE}\]]+)\]|\))"
    r"(?P<times>[?*+]|\{(?P<least>[0-9]{1,4})(?:,(?P<most>[0-9]{0,4}))?\})?|\((?![?*+{|)])|\|(?![|)])"
)


class SupportedSchema:
    """The check of one schema."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        self._schema = schema
        self._followed: set[str] = set()

    def check(self) -> None:
        """Raises SchemaInvalid, with the place, for what the converter does not hold."""
        self._visit(self._schema, "", 0)

    def _visit(self, schema: Any, at: str, depth: int) -> None:
        if depth > MOST_DEPTH:
            raise SchemaInvalid(detail="it is nested too deeply")
        if not isinstance(schema, Mapping):
            _refuse(at, f"is {_shown(schema)}, where an object should stand")
        if "$id" in schema and at:
            _unknown(at, "$id")
        words = [word for word in schema if word not in ANNOTATIONS]
        for choice in ("$ref", "anyOf", "const", "enum"):
            if choice in schema:
                self._choice(choice, schema, words, at, depth)
                return
        self._typed(schema, words, at, depth)

    def _choice(
        self, choice: str, schema: Mapping[str, Any], words: list[str], at: str, depth: int
    ) -> None:
        beside = {choice, "type"} if choice in ("const", "enum") else {choice}
        for word in words:
            if word not in beside:
                _refuse(f"{at}/{word}", f"stands beside “{choice}”, and Benchtop can hold only one")
        given, place = schema[choice], f"{at}/{choice}"
        if choice == "$ref":
            self._reference(given, place, depth)
        elif choice == "const":
            _check_constant(given, schema, place)
        elif not isinstance(given, list) or not given:
            _refuse(place, "should be a list that is not empty")
        else:
            for number, one in enumerate(given):
                if choice == "enum":
                    _check_constant(one, schema, f"{place}/{number}")
                else:
                    self._visit(one, f"{place}/{number}", depth + 1)

    def _reference(self, reference: Any, at: str, depth: int) -> None:
        if not isinstance(reference, str) or not reference.startswith("#"):
            _refuse(at, "refers to another document, which Benchtop does not fetch")
        if not re.fullmatch(r"#(/[^/~%]+)+", reference):
            _refuse(at, f"is {_shown(reference)}; Benchtop follows paths such as #/$defs/item only")
        target: Any = self._schema
        for part in reference.split("/")[1:]:
            if not isinstance(target, Mapping) or part not in target:
                _refuse(at, "refers to a part of the schema that is not there")
            target = target[part]
        if reference not in self._followed:
            self._followed.add(reference)
            self._visit(target, reference[1:], depth + 1)

    def _typed(self, schema: Mapping[str, Any], words: list[str], at: str, depth: int) -> None:
        meant = (k for k in ("object", "array", "string") if set(_KEYWORDS[k]) & set(words))
        kind = schema["type"] if "type" in schema else next(meant, None)
        if isinstance(kind, list):
            for one in kind or [[]]:
                _check_type(one, f"{at}/type")
        elif kind is not None or "type" in schema:
            _check_type(kind, f"{at}/type")
        for word in words:
            if word != "type" and (not isinstance(kind, str) or word not in _KEYWORDS[kind]):
                _unknown(at, word, kind)
        if not kind and schema:
            _refuse(at, "has no “type”")
        if kind == "object":
            self._object(schema, at, depth)
        elif kind == "array":
            self._array(schema, at, depth)
        elif kind == "string":
            _check_string(schema, at)

    def _object(self, schema: Mapping[str, Any], at: str, depth: int) -> None:
        properties, required = schema.get("properties", {}), schema.get("required", [])
        if not isinstance(properties, Mapping):
            _refuse(f"{at}/properties", "should be an object")
        if len(properties) > MOST_PROPERTIES:
            _refuse(f"{at}/properties", f"has more than {MOST_PROPERTIES} properties")
        if not isinstance(required, list):
            _refuse(f"{at}/required", "should be a list")
        for number, name in enumerate(required):
            if not isinstance(name, str) or name not in properties:
                _refuse(f"{at}/required/{number}", "names no property of “properties”")
        for name, value in properties.items():
            if name in ("", "*", "$ref"):  # the converter's own names
                _refuse(f"{at}/properties", f"has the name {_shown(name)}, which cannot be held")
            place = f"{at}/properties/{name.replace('~', '~0').replace('/', '~1')}"
            self._visit(value, place, depth + 1)
        rest = schema.get("additionalProperties", not properties)
        if properties and rest is not False:  # it would forget a comma, or write a name twice
            _refuse(f"{at}/additionalProperties", "beside “properties” can be false only")
        if not isinstance(rest, bool):
            self._visit(rest, f"{at}/additionalProperties", depth + 1)

    def _array(self, schema: Mapping[str, Any], at: str, depth: int) -> None:
        if "prefixItems" in schema:
            for word in ("items", "minItems", "maxItems"):
                if word in schema:
                    _refuse(f"{at}/{word}", "stands beside “prefixItems”: Benchtop holds only one")
            items = schema["prefixItems"]
            if not isinstance(items, list) or not items:
                _refuse(f"{at}/prefixItems", "should be a list that is not empty")
            for number, item in enumerate(items):
                self._visit(item, f"{at}/prefixItems/{number}", depth + 1)
            return
        _check_bounds(schema, "minItems", "maxItems", at)
        if "items" in schema:
            self._visit(schema["items"], f"{at}/items", depth + 1)
            if not schema["items"]:
                _refuse(f"{at}/items", "has no “type”")
        elif "minItems" in schema or "maxItems" in schema:
            _refuse(at, "has a number of items and no “items”: add what they are")


def _check_type(kind: Any, at: str) -> None:
    if not isinstance(kind, str) or kind not in _KEYWORDS:
        _refuse(at, f"is {_shown(kind)}, which is no type of JSON Schema")


def _check_constant(value: Any, schema: Mapping[str, Any], at: str) -> None:
    kind = schema.get("type", "any")
    if isinstance(kind, list):
        _refuse(at, "stands beside a list of types: leave “type” out")
    if kind != "any":
        _check_type(kind, at)
        if kind in ("integer", "number", "boolean"):
            number = isinstance(value, int | float) and not isinstance(value, bool)
            whole = number and (kind == "number" or value % 1 == 0)
            fits = isinstance(value, bool) if kind == "boolean" else whole
        else:
            fits = isinstance(value, _PYTHON[kind])
        if not fits:
            _refuse(at, f"is not of the type {_shown(kind)} that stands beside it")
    try:
        text = json.dumps(value, allow_nan=False)
    except ValueError:
        _refuse(at, "is a number that JSON cannot write")
    if '"$ref":' in text:  # the converter would follow it
        _refuse(at, "has a “$ref” inside a value")


def _check_string(schema: Mapping[str, Any], at: str) -> None:
    for word in ("pattern", "format"):
        if word in schema and len(set(_KEYWORDS["string"]) & schema.keys()) > 1:
            _refuse(f"{at}/{word}", "stands beside another rule: Benchtop holds only one")
    if "format" in schema and schema["format"] not in FORMATS:
        allowed = ", ".join(FORMATS)
        _refuse(f"{at}/format", f"is {_shown(schema['format'])}; Benchtop holds {allowed}")
    if "pattern" in schema:
        _check_pattern(schema["pattern"], f"{at}/pattern")
    if "type" not in schema and {"minLength", "maxLength"} & schema.keys():
        _refuse(at, "has no “type”")
    _check_bounds(schema, "minLength", "maxLength", at)


def _check_pattern(pattern: Any, at: str) -> None:
    if not isinstance(pattern, str) or not re.fullmatch(r"\^[^\n]+\$", pattern):
        _refuse(at, "must begin with ^ and end with $, on one line")
    place, end, depth = 1, len(pattern) - 1, 0
    while place < end:
        piece = _PIECE.match(pattern, place, end)
        depth += {"(": 1, ")": -1}.get(pattern[place], 0)
        if piece is None or depth < 0 or (pattern[place] == "|" and not depth):
            _refuse(at, f"has {_shown(pattern[place:end])}, which Benchtop cannot hold")
        least, most = int(piece["least"] or 0), int(piece["most"] or piece["least"] or 0)
        if max(least, most) > MOST_REPEATS or least > most or not _good_set(piece["set"] or "a"):
            _refuse(at, f"has {_shown(piece[0])}, which Benchtop cannot hold")
        place = piece.end()
    if depth:
        _refuse(at, "has a bracket too few")


def _good_set(inner: str) -> bool:
    """Whether no range of these characters has one that a JSON string cannot hold as it is."""
    for low, high in re.findall(r"(.)-(.)", inner):
        if low > high or low < " " or any(low <= bad <= high for bad in '"\\\x7f'):
            return False
    return True


def _check_bounds(schema: Mapping[str, Any], low: str, high: str, at: str) -> None:
    for word in (low, high):
        value = schema.get(word, 0)
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            _refuse(f"{at}/{word}", f"is {_shown(value)}, and should be a whole number from 0")
        if value > MOST_REPEATS:
            _refuse(f"{at}/{word}", f"is {value:,}, and Benchtop can hold up to {MOST_REPEATS:,}")
    if schema.get(low, 0) > schema.get(high, MOST_REPEATS):
        _refuse(f"{at}/{low}", f"is more than “{high}”")


def _unknown(at: str, word: str, kind: Any = None) -> NoReturn:
    ends = f" for the type {_shown(kind)}" if kind and word in sum(_KEYWORDS.values(), ()) else ""
    _refuse(
        f"{at}/{word}", f"is a keyword that Benchtop cannot hold a reply to{ends}: leave it out"
    )


def _refuse(at: str, why: str) -> NoReturn:
    flat = " ".join((at or "/").split())
    place = flat if len(flat) <= 200 else "…" + flat[-199:]
    raise SchemaInvalid(detail=f"{place} {why}")


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=True)
    return text if len(text) <= 60 else text[:59] + "…"
