"""A JSON schema as a GBNF grammar, by llama.cpp's own converter with a few of its faults mended.

The converter in llama-cpp-python leaves backslashes in literals unescaped (a property name with a
quote in it makes a broken grammar), lets raw control characters into strings, which JSON forbids
(RFC 8259, section 7), and takes a definition for any other rule of the same name. What else it
cannot hold, ``SupportedSchema`` refuses before.
"""

from __future__ import annotations

import json
from typing import Any, NoReturn

from benchtop.domain.errors import SchemaInvalid
from benchtop.engine.llama import FORMAT_RULES, PRIMITIVE_RULES, SchemaConverter
from benchtop.engine.supported_schema import SupportedSchema

MAX_SCHEMA_CHARACTERS = 200_000
# A pair of \u escapes would be one character, which a length counts as two: so no surrogates.
_HEX = "[0-9a-fA-F]"
_ESCAPE = rf'(["\\/bfnrt] | "u" ([0-9abcefABCEF] {_HEX} {_HEX} {_HEX} | [dD] [0-7] {_HEX} {_HEX}))'
_CHAR = rf'[^"\\\x7F\x00-\x1F] | "\\" {_ESCAPE}'


class _Converter(SchemaConverter):  # type: ignore[misc]  # llama_cpp is not typed
    def __init__(self) -> None:
        super().__init__(prop_order={}, allow_fetch=False, dotall=False, raw_pattern=False)
        self._names: dict[str, str] = {}
        for name, rule in {**PRIMITIVE_RULES, **FORMAT_RULES}.items():
            self._add_primitive(name, rule)  # first, so that no property takes such a name

    def _format_literal(self, literal: str) -> str:
        escaped = literal.replace("\\", "\\\\").replace('"', '\\"')
        return '"' + escaped.replace("\n", "\\n").replace("\r", "\\r") + '"'

    def _add_primitive(self, name: str, rule: Any) -> Any:
        if rule is PRIMITIVE_RULES["char"]:
            rule = type(rule)(_CHAR, [])
        return super()._add_primitive(name, rule)

    def _resolve_ref(self, ref: str) -> str:
        if ref not in self._names:
            # Its rule is written last, when it may have used itself.
            name = self._names[ref] = self._add_rule("ref", f"a rule to be: {ref}")
            self._rules[name] = self.visit(self._refs[ref], f"{name}-is")
        return self._names[ref]


def grammar_of(schema: str) -> str:
    """The GBNF grammar, root rule "root", of the JSON schema in the text ``schema``.

    Whatever the grammar lets through satisfies the schema. Raises SchemaInvalid for a schema of which that
    cannot be said. Nothing is ever fetched for a ``$ref``.
    """
    if len(schema) > MAX_SCHEMA_CHARACTERS:
        raise SchemaInvalid(detail=f"it is longer than {MAX_SCHEMA_CHARACTERS:,} characters")
    try:
        parsed = _parsed(schema)
        SupportedSchema(parsed).check()
        converter = _Converter()
        for _ in range(2):  # the first leaves the rest of a schema out that has a $ref at its root
            converter.resolve_refs(parsed, "schema")
        converter.visit(parsed, "")
        return str(converter.format_grammar())
    except RecursionError as error:
        raise SchemaInvalid(detail="it is nested too deeply") from error
    except (AssertionError, LookupError, TypeError, ValueError, AttributeError) as error:
        raise SchemaInvalid(detail="it uses something that has no grammar") from error


def _parsed(schema: str) -> dict[str, Any]:
    try:
        parsed = json.loads(schema, parse_constant=_no_constant)
    except ValueError as error:
        raise SchemaInvalid(detail=f"it is not JSON ({error})") from error
    if not isinstance(parsed, dict):
        raise SchemaInvalid(detail="it is no object, such as {“type”: “object”}")
    return parsed


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"it has no {name}")
