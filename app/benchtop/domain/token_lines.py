"""Examples as tokens, in a file of JSON lines: how they reach the trainer.

The first line is a TokenHead, each other one a TokenExample. Services write the file, the trainer reads it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO, Any, Literal

KIND = "benchtop-tokens"
VERSION = 1
Use = Literal["train", "holdout", "anchor"]
"""anchor: a prompt of general use with the base's own answer, which training is to leave as it is."""
Spans = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class TokenHead:
    """``vocabulary`` is the sum of the vocabulary the ids are of (Rendered.vocabulary)."""

    vocabulary: str
    context_length: int


@dataclass(frozen=True, slots=True)
class TokenExample:
    """``ids`` of a whole conversation; those in ``spans`` (half-open, in their order) are to be learnt, those
    in ``words`` are of what a person wrote. The rejected answer is the same conversation with another end,
    or empty. ``sum`` is that of the Example."""

    use: Use
    sum: str
    ids: tuple[int, ...]
    spans: Spans
    words: Spans = ()
    rejected_ids: tuple[int, ...] = ()
    rejected_spans: Spans = ()

    @property
    def learnt(self) -> int:
        """Tokens that carry loss."""
        return sum(end - start for start, end in self.spans)


def token_lines(head: TokenHead, examples: Iterable[TokenExample]) -> Iterator[str]:
    """The lines of a file, each with its end."""
    first = {"kind": KIND, "version": VERSION}
    first |= {"vocabulary": head.vocabulary, "context_length": head.context_length}
    yield _line(first)
    for one in examples:
        values: dict[str, Any] = {"use": one.use, "sum": one.sum}
        values |= {"ids": one.ids, "spans": one.spans, "words": one.words}
        if one.rejected_ids:
            values |= {"rejected_ids": one.rejected_ids, "rejected_spans": one.rejected_spans}
        yield _line(values)


def read_token_lines(stream: IO[str]) -> tuple[TokenHead, list[TokenExample]]:
    """What a file holds; ValueError says what is wrong with it."""
    head = _parsed(stream.readline(), 1)
    if head.get("kind") != KIND or head.get("version") != VERSION:
        raise ValueError("it is no file of examples as tokens")
    examples = [_example(_parsed(line, number), number) for number, line in enumerate(stream, 2)]
    try:
        known = TokenHead(str(head["vocabulary"]), int(head["context_length"]))
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise ValueError("its line 1 is not whole") from error
    return known, examples


def _line(values: dict[str, Any]) -> str:
    return json.dumps(values, separators=(",", ":")) + "\n"


def _parsed(line: str, number: int) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"its line {number} is no JSON") from error
    if not isinstance(value, dict):
        raise ValueError(f"its line {number} is no object")  # noqa: TRY004  (a fault of the file)
    return value


def _example(values: dict[str, Any], number: int) -> TokenExample:
    try:
        found = TokenExample(
            _use(values["use"]),
            str(values["sum"]),
            _ids(values["ids"]),
            _spans(values["spans"]),
            _spans(values.get("words", ())),
            _ids(values.get("rejected_ids", ())),
            _spans(values.get("rejected_spans", ())),
        )
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise ValueError(f"its line {number} is not whole") from error
    for ids, spans, first in (
        (found.ids, found.spans, 1),  # nothing comes before the first token that could foretell it
        (found.ids, found.words, 0),
        (found.rejected_ids, found.rejected_spans, 1),
    ):
        if not _are_there(spans, first, len(ids)):
            raise ValueError(f"its line {number} names tokens that are not there")
    return found


def _are_there(spans: Spans, first: int, end: int) -> bool:
    """Whether ranges follow one another, none of them empty, between two places."""
    at = first
    for start, stop in spans:
        if not at <= start < stop <= end:
            return False
        at = stop
    return True


def _use(value: Any) -> Use:
    if value not in ("train", "holdout", "anchor"):
        raise ValueError(value)
    return value  # type: ignore[no-any-return]


def _ids(value: Any) -> tuple[int, ...]:
    ids = tuple(value)
    if not all(type(one) is int and one >= 0 for one in ids):
        raise ValueError(value)
    return ids


def _spans(value: Any) -> Spans:
    return tuple((int(start), int(end)) for start, end in value)
