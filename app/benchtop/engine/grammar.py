"""A JSON schema as a GBNF grammar, by llama.cpp's own converter with two of its faults mended.

The converter in llama-cpp-python leaves backslashes in literals unescaped (a property name with a
quote in it makes a broken grammar) and lets raw control characters into strings, which JSON forbids
(RFC 8259, section 7).
"""

from __future__ import annotations

import json
from typing import Any

from benchtop.domain.errors import SchemaInvalid
from benchtop.engine.llama import PRIMITIVE_RULES, SchemaConverter

MAX_SCHEMA_CHARACTERS = 200_000
SHORT = 100  # characters of a schema or a complaint that a sentence can hold
_CHAR = r'[^"\\\x7F\x00-\x1F] | "\\" (["\\/bfnrt] | "u" [0-9a-fA-F] [0-9a-fA-F] [0-9a-fA-F] [0-9a-fA-F])'


class _Converter(SchemaConverter):  # type: ignore[misc]  # llama_cpp is not typed
    def _format_literal(self, literal: str) -> str:
        escaped = literal.replace("\\", "\\\\").replace('"', '\\"')
        return '"' + escaped.replace("\n", "\\n").replace("\r", "\\r") + '"'

    def _add_primitive(self, name: str, rule: Any) -> Any:
        if rule is PRIMITIVE_RULES["char"]:
            rule = type(rule)(_CHAR, [])
        return super()._add_primitive(name, rule)


def grammar_of(schema: str) -> str:
    """The GBNF grammar, root rule "root", of the JSON schema in the text ``schema``.

    Raises SchemaInvalid. Nothing is ever fetched for a ``$ref``.
    """
    if len(schema) > MAX_SCHEMA_CHARACTERS:
        raise SchemaInvalid(detail=f"it is longer than {MAX_SCHEMA_CHARACTERS:,} characters")
    try:
        parsed = json.loads(schema)
    except ValueError as error:
        raise SchemaInvalid(detail=f"it is not JSON ({error})") from error
    except RecursionError as error:
        raise SchemaInvalid(detail="it is nested too deeply") from error
    if not isinstance(parsed, dict):
        raise SchemaInvalid(detail="it is no object, such as {“type”: “object”}")
    converter = _Converter(prop_order={}, allow_fetch=False, dotall=False, raw_pattern=False)
    try:
        converter.visit(converter.resolve_refs(parsed, "schema"), "")
        grammar = converter.format_grammar()
    except RecursionError as error:
        raise SchemaInvalid(detail="it is nested too deeply or refers to itself") from error
    except (AssertionError, LookupError, TypeError, ValueError, AttributeError) as error:
        raise SchemaInvalid(detail=_plain(error, schema)) from error
    return str(grammar)


def _plain(error: Exception, schema: str) -> str:
    """The converter's complaint in words that name no option of another program."""
    words = " ".join(str(error).split())
    if "Fetching remote" in words:
        return "it refers to another document, which Benchtop does not fetch"
    if "Error resolving ref" in words or "Unsupported ref" in words:
        return "it refers to a part of itself that is not there"
    if not words or isinstance(error, LookupError | TypeError | AttributeError):
        words = schema  # Python's own words say nothing of the schema
    return f"it uses something that has no grammar: {_short(words)}"


def _short(text: str) -> str:
    flat = " ".join(text.removeprefix("Unrecognized schema: ").split()).rstrip(".")
    return flat if len(flat) <= SHORT else flat[: SHORT - 1] + "…"
