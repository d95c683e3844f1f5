"""A JSON schema of a stranger, held against a reply without a connection and without end.

`jsonschema` fetches what a schema refers to elsewhere, and searches patterns without a bound; both
are replaced here. References are counted, because few of them can ask for endless work.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from benchtop.evaluation.bounded_regex import TooSlow, compiled, found

MOST_STEPS = 20_000
"""References followed for one reply."""
_BLOCK = re.compile(r"```[\w-]*[ \t]*\n(.*?)\n?[ \t]*```", re.DOTALL)


@lru_cache(maxsize=200)
def schema_of(text: str) -> ReplySchema:
    """The schema ready for use; raises ValueError with the words after "the schema"."""
    return ReplySchema(text)


class ReplySchema:
    """A schema that was looked through. Use it from one thread at a time."""

    def __init__(self, text: str) -> None:
        import jsonschema  # noqa: PLC0415  a tenth of a second, and few suites need it
        from referencing import Registry  # noqa: PLC0415

        try:
            schema = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise ValueError("is not JSON") from error
        if not isinstance(schema, dict | bool):
            raise ValueError("is not an object, true or false")  # noqa: TRY004
        self._steps = 0
        draft = jsonschema.Draft202012Validator
        try:
            _refuse_unsafe(schema)
            base = jsonschema.validators.validator_for(schema, default=draft)
            base.check_schema(schema)  # type: ignore[arg-type]  # true and false are schemas too
        except (jsonschema.SchemaError, RecursionError) as error:
            reason = getattr(error, "message", "it is nested too deeply")
            raise ValueError(f"is not valid ({str(reason)[:200]})") from error
        kind = jsonschema.validators.extend(  # type: ignore[no-untyped-call]
            base, {"pattern": _pattern, "$ref": self._counted(base.VALIDATORS.get("$ref"))}
        )
        # An explicit registry fetches nothing; the usual one would.
        self._validator = kind(schema, registry=Registry())

    def trouble(self, value: Any) -> str | None:
        """Where and why a value does not fit, or None where it does.

        Raises TooSlow where it takes too much work to tell, and ValueError for a reference that leads
        nowhere.
        """
        from referencing.exceptions import Unresolvable  # noqa: PLC0415

        self._steps = 0
        try:
            error = next(iter(self._validator.iter_errors(value)), None)
        except RecursionError as failure:
            raise TooSlow from failure
        except Unresolvable as failure:
            raise ValueError(f"refers to {failure.ref}, which is not in it") from failure
        if error is None:
            return None
        place = error.json_path.removeprefix("$").removeprefix(".")
        return f"{place or 'the whole'}: {error.message[:200]}"

    def _counted(self, follow: Any) -> Any:
        def counted(validator: Any, ref: Any, instance: Any, schema: Any) -> Any:
            self._steps += 1
            if self._steps > MOST_STEPS:
                raise TooSlow
            yield from follow(validator, ref, instance, schema) or ()

        return counted


def json_of(reply: str, *, bare: bool) -> Any:
    """The JSON value of a reply, unless ``bare`` also that of its first code block; raises ValueError."""
    block = None if bare else _BLOCK.search(reply)
    try:
        return json.loads(block[1] if block else reply, parse_constant=_no_number)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _pattern(validator: Any, pattern: str, instance: Any, schema: Any) -> Iterator[Any]:
    from jsonschema import ValidationError  # noqa: PLC0415

    if isinstance(instance, str) and found(compiled(pattern, lines=False), instance) is None:
        yield ValidationError(f"{instance[:80]!r} does not match {pattern!r}")


def _refuse_unsafe(schema: Any) -> None:
    """ValueError for what would open a connection or has no bound."""
    if isinstance(schema, list):
        for part in schema:
            _refuse_unsafe(part)
    if not isinstance(schema, dict):
        return
    for name, part in schema.items():
        if name in ("patternProperties", "$dynamicRef", "$recursiveRef"):
            raise ValueError(f"uses “{name}”, which is not possible here")
        if name == "$ref" and isinstance(part, str) and not part.startswith("#"):
            raise ValueError(f"refers to “{part}” outside itself, and nothing is fetched for it")
        if name == "pattern" and isinstance(part, str):
            try:
                compiled(part, lines=False)
            except ValueError as error:
                raise ValueError(f"has a “pattern” that {error}") from error
        _refuse_unsafe(part)
