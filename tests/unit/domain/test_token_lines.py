"""Examples as tokens: what is written is read again, and what is damaged is told."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchtop.domain.token_lines import (
    Spans,
    TokenExample,
    TokenHead,
    read_token_lines,
    token_lines,
)

HEAD = TokenHead("a sum", 1_024)
WHOLE = {"use": "train", "sum": "x", "ids": [1, 2, 3, 4], "spans": [[1, 3]], "words": [[0, 1]]}


@st.composite
def spans(draw: st.DrawFn, length: int, first: int) -> Spans:
    borders = draw(st.lists(st.integers(first, length), unique=True, max_size=6).map(sorted))
    return tuple(zip(borders[::2], borders[1::2], strict=False))


@st.composite
def examples(draw: st.DrawFn) -> TokenExample:
    ids = tuple(draw(st.lists(st.integers(0, 300_000), min_size=1, max_size=20)))
    worse = tuple(draw(st.lists(st.integers(0, 300_000), max_size=9)))
    return TokenExample(
        draw(st.sampled_from(("train", "holdout", "anchor"))),
        draw(st.text("0123456789abcdef", max_size=8)),
        ids,
        draw(spans(len(ids), 1)),
        draw(spans(len(ids), 0)),
        worse,
        draw(spans(len(worse), 1)) if len(worse) > 1 else (),
    )


@given(st.lists(examples(), max_size=4), st.text(max_size=9), st.integers(1, 1 << 20))
def test_what_is_written_is_read(given_ones: list[TokenExample], name: str, length: int) -> None:
    head = TokenHead(name, length)
    text = "".join(token_lines(head, given_ones))
    assert text.isascii()
    assert read_token_lines(io.StringIO(text)) == (head, given_ones)


def test_tokens_that_are_learnt_are_counted() -> None:
    assert TokenExample("train", "", (1, 2, 3, 4, 5), ((1, 2), (3, 5))).learnt == 3
    assert TokenExample("train", "", (1, 2), ()).learnt == 0


def read(line: str, *, head: str | None = None) -> tuple[TokenHead, list[TokenExample]]:
    first = next(token_lines(HEAD, ())) if head is None else head
    return read_token_lines(io.StringIO(first + line))


def test_one_whole_line() -> None:
    _, (one,) = read(json.dumps(WHOLE))
    assert one == TokenExample("train", "x", (1, 2, 3, 4), ((1, 3),), ((0, 1),))


@pytest.mark.parametrize("key", ["use", "sum", "ids", "spans"])
def test_a_line_that_lacks_something_is_named(key: str) -> None:
    with pytest.raises(ValueError, match="its line 2 is not whole"):
        read(json.dumps({k: v for k, v in WHOLE.items() if k != key}))


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"use": "test"}, "not whole"),
        ({"use": ["train"]}, "not whole"),
        ({"ids": 7}, "not whole"),
        ({"ids": [1, "2", 3, 4]}, "not whole"),
        ({"ids": [1, 2.5, 3, 4]}, "not whole"),
        ({"ids": [1, -2, 3, 4]}, "not whole"),
        ({"ids": [1, True, 3, 4]}, "not whole"),
        ({"rejected_ids": [-1]}, "not whole"),
        ({"spans": [[1]]}, "not whole"),
        ({"spans": [[1, 1e999]]}, "not whole"),
        ({"spans": [3]}, "not whole"),
        ({"spans": [[0, 2]]}, "are not there"),
        ({"spans": [[1, 5]]}, "are not there"),
        ({"spans": [[2, 2]]}, "are not there"),
        ({"spans": [[3, 2]]}, "are not there"),
        ({"spans": [[2, 3], [1, 2]]}, "are not there"),
        ({"spans": [[1, 3], [2, 4]]}, "are not there"),
        ({"words": [[3, 9]]}, "are not there"),
        ({"words": [[-1, 2]]}, "are not there"),
        ({"rejected_ids": [1, 2], "rejected_spans": [[1, 3]]}, "are not there"),
        ({"rejected_spans": [[1, 2]]}, "are not there"),
    ],
)
def test_a_line_that_makes_no_sense_is_named(changed: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=f"its line 3 .*{words}"):
        read(json.dumps(WHOLE) + "\n" + json.dumps({**WHOLE, **changed}))


@pytest.mark.parametrize("line", ["{", "", "[1]", "nul", '"x"', "[" * 100_000])
def test_a_line_that_is_no_object_is_named(line: str) -> None:
    with pytest.raises(ValueError, match="its line 2 is no"):
        read(f"{line}\n")


@pytest.mark.parametrize(
    ("head", "words"),
    [
        ("", "its line 1 is no JSON"),
        ("{}\n", "it is no file of examples as tokens"),
        ('{"kind":"benchtop-tokens","version":2}\n', "it is no file of examples as tokens"),
        ('{"kind":"benchtop-tokens","version":1}\n', "its line 1 is not whole"),
        (
            '{"kind":"benchtop-tokens","version":1,"vocabulary":"x","context_length":"many"}\n',
            "its line 1 is not whole",
        ),
        (
            '{"kind":"benchtop-tokens","version":1,"vocabulary":"x","context_length":1e999}\n',
            "its line 1 is not whole",
        ),
    ],
)
def test_a_file_of_something_else_is_told(head: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        read("", head=head)
