from __future__ import annotations

import json
import math
import types
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchtop.domain.errors import BenchtopError, MessageTooLarge, StoreFull
from benchtop.domain.generation import SamplingParams
from benchtop.protocol.messages import (
    MESSAGES,
    Chunk,
    Failed,
    Finished,
    Generate,
    Hello,
    Loaded,
    Request,
)  # fmt: skip
from benchtop.protocol.tuning_messages import TUNING_MESSAGES
from benchtop.protocol.wire import MAX_LINE_BYTES, WireError, decode, encode

FINITE = st.floats(allow_nan=False, allow_infinity=False)
TEXT = st.text(st.characters(codec=None, exclude_categories=()), max_size=10)  # halves included
PLAIN = {str: TEXT, int: st.integers(), float: FINITE, bool: st.booleans(), type(None): st.none()}


def values(hint: Any) -> st.SearchStrategy[Any]:
    """Any value of an annotated type of the messages."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Literal:
        return st.sampled_from(inner)
    if origin is tuple:
        if inner[1:] != (...,):  # of just so many
            return st.tuples(*map(values, inner))
        return st.lists(values(inner[0]), max_size=3).map(tuple)
    if origin is Mapping:
        return st.dictionaries(values(inner[0]), values(inner[1]), max_size=3)
    if origin in (Union, types.UnionType):
        return st.one_of(map(values, inner))
    return messages(hint) if is_dataclass(hint) else PLAIN[hint]


@cache
def messages(kind: Any) -> st.SearchStrategy[Any]:
    """Any message of a class, with or without the fields that have defaults."""
    hints = get_type_hints(kind)
    needed, optional = {}, {}
    for field in fields(kind):
        has_default = field.default is not MISSING or field.default_factory is not MISSING
        (optional if has_default else needed)[field.name] = values(hints[field.name])
    return st.fixed_dictionaries(needed, optional=optional).map(lambda found: kind(**found))


ALL = (*MESSAGES, *TUNING_MESSAGES)
MESSAGE = st.sampled_from(ALL).flatmap(messages)
each_kind = pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.__name__)


@each_kind
@settings(max_examples=25)
@given(data=st.data())
def test_a_message_comes_back_the_same(kind: type[Any], data: st.DataObject) -> None:
    message = data.draw(messages(kind))
    line = encode(message)
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    assert line.isascii()
    again = decode(line)
    assert type(again) is kind
    assert again == message
    assert encode(again) == line


@each_kind
@settings(max_examples=5)
@given(data=st.data())
def test_a_message_needs_each_field_that_has_no_default(
    kind: type[Any], data: st.DataObject
) -> None:
    body = json.loads(encode(data.draw(messages(kind))))
    needed = [f.name for f in fields(kind) if f.default is MISSING and f.default_factory is MISSING]
    assert needed
    for name in needed:
        with pytest.raises(WireError, match=f"{kind.__name__} without {name}"):
            decode(json.dumps({key: value for key, value in body.items() if key != name}).encode())


def test_fields_with_defaults_may_be_left_out_and_new_ones_are_ignored() -> None:
    line = b'{"type": "Chunk", "request_id": "r", "from_a_newer_version": {"x": [1]}}'
    assert decode(line) == Chunk("r")
    assert decode(b'{"type": "Generate", "request_id": "r"}') == Generate("r")


def test_a_message_is_one_short_line() -> None:
    assert encode(Chunk("7", text="é\n")) == (
        b'{"type":"Chunk","request_id":"7","text":"\\u00e9\\n","reasoning":"","completion_tokens":0,"tokens":[]}\n'
    )


@pytest.mark.parametrize(
    "line",
    [
        b"", b"\n", b"{", b"null", b"[]", b"7", b'"Hello"', b"{}", b"\xff\xfe", b"\x00", b"ggml_init: x\n",
        b'{"type": null}', b'{"type": "Hullo"}', b'{"type": ["Hello"]}', b'{"type": "Request"}',
        b'{"type": "Hello"}',
        b'{"type": "Hello", "role": "engine", "protocol": 1, "benchtop": "x", "pid": "7"}',
        b'{"type": "Hello", "role": "engine", "protocol": true, "benchtop": "x", "pid": 7}',
        b'{"type": "Hello", "role": "engine", "protocol": 1.5, "benchtop": "x", "pid": 7}',
        b'{"type": "Hello", "role": "cook", "protocol": 1, "benchtop": "x", "pid": 7}',
        b'{"type": "Hello", "role": [], "protocol": 1, "benchtop": "x", "pid": 7}',
        b'{"type": "Chunk", "request_id": null}',
        b'{"type": "Chunk", "request_id": "r", "tokens": "abc"}',
        b'{"type": "Chunk", "request_id": "r", "tokens": [5]}',
        b'{"type": "Chunk", "request_id": "r", "tokens": [{"text": "a"}]}',
        b'{"type": "Chunk", "request_id": "r", "tokens": [{"text": "a", "logprob": 0, "top": [{}]}]}',
        b'{"type": "Progress", "request_id": "r", "fraction": "half"}',
        b'{"type": "Progress", "request_id": "r", "fraction": 1' + b"0" * 400 + b"}",
        b'{"type": "Progress", "request_id": "r", "fraction": ' + b"9" * 5_000 + b"}",
        b'{"type": "Progress", "request_id": "r", "fraction": NaN}',
        b'{"type": "Progress", "request_id": "r", "fraction": -Infinity}',
        b'{"type": "Generate", "request_id": "r", "params": []}',
        b'{"type": "Generate", "request_id": "r", "params": {"logit_bias": {"x": 1}}}',
        b'{"type": "Generate", "request_id": "r", "params": {"logit_bias": {"1": 1' + b"0" * 400 + b"}}}",
        b'{"type": "Generate", "request_id": "r", "params": {"logit_bias": 5}}',
        b'{"type": "Generate", "request_id": "r", "params": {"stop": 5}}',
        b'{"type": "Generate", "request_id": "r", "params": {"stop": "abc"}}',
        b'{"type": "Generate", "request_id": "r", "params": {"stop": [1]}}',
        b'{"type": "Generate", "request_id": "r", "params": {"temperature": "hot"}}',
        b'{"type": "Generate", "request_id": "r", "params": {"top_k": 1.5}}',
        b'{"type": "Generate", "request_id": "r", "params": {"seed": true}}',
        b'{"type": "Generate", "request_id": "r", "params": {"json_schema": {}}}',
        b'{"type": "Failed", "request_id": "r", "kind": "StoreFull", "facts": {"path": null}}',
        b'{"type": "Failed", "request_id": "r", "kind": "StoreFull", "facts": {"path": true}}',
        b'{"type": "Failed", "request_id": "r", "kind": "StoreFull", "facts": [["path", "x"]]}',
        b"[" * 100_000,
        b'{"type": ' * 100_000,
    ],
)  # fmt: skip
def test_a_line_that_is_no_message_is_refused(line: bytes) -> None:
    with pytest.raises(WireError):
        decode(line)


@given(st.binary())
def test_random_bytes_are_refused(line: bytes) -> None:
    with pytest.raises(WireError):
        decode(line)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=400)
@given(message=MESSAGE, data=st.data())
def test_any_value_anywhere_is_a_message_or_refused(message: Any, data: st.DataObject) -> None:
    body = json.loads(encode(message))
    inner: Any = body
    while True:
        key = data.draw(st.sampled_from(sorted(inner)) if isinstance(inner, dict) else
                        st.integers(0, len(inner) - 1))  # fmt: skip
        if not isinstance(inner[key], dict | list) or not inner[key] or data.draw(st.booleans()):
            break
        inner = inner[key]
    inner[key] = data.draw(JSON)
    try:
        again = decode(json.dumps(body).encode())
    except WireError:
        return
    check_types(again)


def check_types(message: Any) -> None:
    """Fail where a field of a message holds what its annotation does not allow."""
    hints = get_type_hints(type(message))
    for field in fields(message):
        value, hint = getattr(message, field.name), hints[field.name]
        assert not isinstance(value, float) or math.isfinite(value)
        if is_dataclass(value):
            check_types(value)
        elif isinstance(hint, type):
            assert type(value) is hint


def test_a_line_longer_than_any_message_is_refused() -> None:
    with pytest.raises(WireError, match="a line of"):
        decode(b" " * (64 * 1024 * 1024 + 1))


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_what_json_cannot_hold_is_never_sent(value: float) -> None:
    with pytest.raises(ValueError, match="JSON compliant"):
        encode(Generate("r", params=SamplingParams(temperature=value)))


def test_an_error_is_sent_whole() -> None:
    failed = decode(encode(Failed.of("r", StoreFull(path="/x"))))
    assert isinstance(failed, Failed)
    assert isinstance(failed.error(), StoreFull)
    assert str(failed.error()) == str(StoreFull(path="/x"))
    strange = Failed("r", "FromTheFuture", {"path": "/x", "self": 1})
    assert type(strange.error()) is BenchtopError


def test_every_message_has_one_name() -> None:
    assert len({kind.__name__ for kind in MESSAGES}) == len(MESSAGES)
    assert {Hello, Loaded, Finished} <= set(MESSAGES)
    assert set(Request.__args__) <= set(MESSAGES)  # type: ignore[attr-defined]  # a union has them


def test_what_the_other_side_would_not_read_is_not_sent() -> None:
    room = MAX_LINE_BYTES - len(encode(Generate("r", prompt="")))
    largest = Generate("r", prompt="a" * room)
    assert len(encode(largest)) == MAX_LINE_BYTES
    assert decode(encode(largest)) == largest
    with pytest.raises(MessageTooLarge, match=r"67\.1 MB"):
        encode(Generate("r", prompt="a" * (room + 1)))
