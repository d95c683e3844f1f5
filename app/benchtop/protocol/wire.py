"""Messages to JSON lines and back, checked field by field.

A line is one JSON object whose ``type`` names the message. Non-ASCII text is escaped, so that a line
never holds a raw newline, half a character or a lone surrogate. Unknown fields are ignored (a newer
side may send them); a missing one without a default, a wrong type or an unknown message is a
WireError, which is never silent.
"""

from __future__ import annotations

import json
import math
import sys
import types
import typing
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from benchtop.domain.errors import MessageTooLarge
from benchtop.domain.generation import SamplingParams
from benchtop.domain.models import bytes_text
from benchtop.protocol.hub_messages import HUB_MESSAGES, HubMessage
from benchtop.protocol.messages import MESSAGES, AnyMessage
from benchtop.protocol.tuning_messages import TUNING_MESSAGES, TuningMessage

MAX_LINE_BYTES = 64 * 1024 * 1024
Message = AnyMessage | HubMessage | TuningMessage
_BY_NAME: dict[str, type[Message]] = {
    kind.__name__: kind for kind in (*MESSAGES, *HUB_MESSAGES, *TUNING_MESSAGES)
}
_JSON = frozenset({int, float, str, bool})


class WireError(ValueError):
    """A line that is no message of this protocol."""


@dataclass(frozen=True, slots=True)
class _Field:
    name: str
    hint: Any
    required: bool


_FIELDS: dict[type[Any], tuple[_Field, ...]] = {}


def encode(message: Message) -> bytes:
    """The message as one line of ASCII bytes, newline included.

    Raises MessageTooLarge for more than MAX_LINE_BYTES, which the other side would not read.
    """
    body = {"type": type(message).__name__, **_plain(message)}
    line = json.dumps(body, separators=(",", ":"), allow_nan=False).encode("ascii") + b"\n"
    if len(line) > MAX_LINE_BYTES:
        raise MessageTooLarge(have=bytes_text(len(line)), most=bytes_text(MAX_LINE_BYTES))
    return line


def decode(line: bytes) -> Message:
    """The message of one line; WireError when it is none."""
    if len(line) > MAX_LINE_BYTES:
        raise WireError(f"a line of {len(line)} bytes")
    try:
        body = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise WireError(f"not JSON: {line[:80]!r}") from error
    if not isinstance(body, dict):
        raise WireError(f"not an object: {line[:80]!r}")
    kind = _BY_NAME.get(str(body.get("type")))
    if kind is None:
        raise WireError(f"unknown message {body.get('type')!r}")
    message: Message = _build(kind, body)
    return message


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, SamplingParams):
        return value.to_json()
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in _fields_of(type(value))}
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        if all(type(item) in _JSON for item in value):
            return value
        return [_plain(item) for item in value]
    return value


def _fields_of(kind: type[Any]) -> tuple[_Field, ...]:
    """The fields of a dataclass; reading annotations is slow, so they are kept per class."""
    known = _FIELDS.get(kind)
    if known is None:
        hints = get_type_hints(kind)
        known = _FIELDS[kind] = tuple(
            _Field(f.name, hints[f.name], f.default is MISSING and f.default_factory is MISSING)
            for f in fields(kind)
        )
    return known


def _build(kind: type[Any], body: Mapping[str, Any]) -> Any:
    values: dict[str, Any] = {}
    for item in _fields_of(kind):
        if item.name in body:
            value = body[item.name]
            # A reply is made of thousands of short texts and counts: those are right as they are.
            if type(value) is not item.hint or item.hint is float:
                value = _typed(item.hint, value, f"{kind.__name__}.{item.name}")
            values[item.name] = value
        elif item.required:
            raise WireError(f"{kind.__name__} without {item.name}")
    return kind(**values)


def _typed(hint: Any, value: Any, where: str) -> Any:
    """``value`` as the annotated type ``hint``; WireError when it is another."""
    if hint is SamplingParams:
        return _sampling(value, where)
    if is_dataclass(hint) and isinstance(hint, type):
        if not isinstance(value, dict):
            raise WireError(f"{where} is no object")
        return _build(hint, value)
    if isinstance(hint, type):
        return _scalar(hint, value, where)
    return _generic(hint, value, where)


def _scalar(hint: type, value: Any, where: str) -> Any:
    if hint is float and isinstance(value, int | float) and not isinstance(value, bool):
        if not abs(value) <= sys.float_info.max:
            raise WireError(f"{where} is not a finite number")
        return float(value)
    if hint is int and isinstance(value, bool):
        raise WireError(f"{where} is a truth value")
    if not isinstance(value, hint):
        raise WireError(f"{where} is {type(value).__name__}, not {hint.__name__}")
    return value


def _generic(hint: Any, value: Any, where: str) -> Any:
    origin, args = get_origin(hint), get_args(hint)
    if origin is Literal:
        if value not in args:
            raise WireError(f"{where} is {value!r}")
        return value
    if origin in (Union, types.UnionType):
        return _union(args, value, where)
    if origin is tuple:
        if not isinstance(value, list):
            raise WireError(f"{where} is no list")
        return _items(args[0], value, where) if args[1:] == (...,) else _row(args, value, where)
    if origin in (Mapping, typing.Mapping, dict):
        if not isinstance(value, dict):
            raise WireError(f"{where} is no object")
        return {
            _key(args[0], key, where): _typed(args[1], item, where) for key, item in value.items()
        }
    raise TypeError(f"no rule for {hint!r} ({where})")


def _items(hint: Any, values: list[Any], where: str) -> tuple[Any, ...]:
    """The items of a tuple. The lists of a lens have thousands of numbers: those are right as they are,
    if all are finite (their sum is not then, nor is one that grew too large: then each is looked at)."""
    plain = hint in (int, float, str) and all(type(item) is hint for item in values)
    if plain and (hint is not float or math.isfinite(sum(map(abs, values)))):
        return tuple(values)
    return tuple(_typed(hint, item, where) for item in values)


def _row(hints: tuple[Any, ...], values: list[Any], where: str) -> tuple[Any, ...]:
    """The items of a tuple of just so many, each of its own type."""
    if len(values) != len(hints):
        raise WireError(f"{where} has {len(values)} items, not {len(hints)}")
    return tuple(_typed(hint, item, where) for hint, item in zip(hints, values, strict=True))


def _union(args: tuple[Any, ...], value: Any, where: str) -> Any:
    if value is None and type(None) in args:
        return None
    kept = [arg for arg in args if arg is not type(None)]
    for arg in kept:  # an exact match first, so that 1 stays an int where int | float is meant
        if isinstance(arg, type) and type(value) is arg:
            return _typed(arg, value, where)
    for arg in kept:
        try:
            return _typed(arg, value, where)
        except WireError:
            continue
    raise WireError(f"{where} is {type(value).__name__}")


def _key(hint: Any, key: str, where: str) -> Any:
    try:
        return int(key) if hint is int else key
    except ValueError as error:
        raise WireError(f"{where} has the key {key!r}") from error


def _sampling(value: Any, where: str) -> SamplingParams:
    if not isinstance(value, dict):
        raise WireError(f"{where} is no object")
    try:
        return SamplingParams.from_json(value)
    except (TypeError, ValueError) as error:
        raise WireError(f"{where}: {error}") from error
