"""Cards as JSON: what `benchtop compare --rerun` reads, and other programs may."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any, get_args

from benchtop.domain.cards import (
    CARD_VERSION,
    Card,
    CardInterval,
    CardIntervals,
    CardKind,
    CardMachine,
    CardModel,
    CardNote,
    CardPoint,
    CardPoints,
    CardSection,
    CardTable,
)

FORMAT = "benchtop-card"
_KINDS: dict[str, type[Any]] = {
    "note": CardNote,
    "table": CardTable,
    "intervals": CardIntervals,
    "points": CardPoints,
}
_NAMES = {kind: name for name, kind in _KINDS.items()}


class CardUnreadable(ValueError):
    """It is no card, or not a whole one; its argument is the end of a sentence that says why."""


class CardFromLater(ValueError):
    """The card was written by a later Benchtop; its argument is the version it has."""


def card_to_json(card: Card) -> str:
    """The card as text, indented. Raises ValueError for values that JSON lacks (infinity)."""
    values = {"format": FORMAT, "version": CARD_VERSION, **asdict(card)}
    values["sections"] = [
        {"section": _NAMES[type(section)], **asdict(section)} for section in card.sections
    ]
    return json.dumps(values, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def card_from_json(text: str) -> Card:
    """The card of a text; raises CardFromLater and CardUnreadable."""
    try:
        values = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise CardUnreadable("it is not JSON") from error
    if not isinstance(values, dict) or values.get("format") != FORMAT:
        raise CardUnreadable("it is not a card of Benchtop")
    version = values.get("version")
    if not isinstance(version, int) or isinstance(version, bool):
        raise CardUnreadable("it does not say its version")
    if version > CARD_VERSION:
        raise CardFromLater(version)
    if version < 1:
        raise CardUnreadable("it does not say its version")
    if values.get("kind") not in get_args(CardKind):
        raise CardUnreadable("it does not say what kind of result it holds")
    return Card(
        kind=values["kind"],
        title=_text(values, "title"),
        summary=_text(values, "summary"),
        made=_number(values, "made"),
        machine=_made(CardMachine, _object(values, "machine")),
        models=tuple(_made(CardModel, one) for one in _objects(values, "models")),
        sections=tuple(_section(one) for one in _objects(values, "sections")),
        inputs=_object(values, "inputs"),
        results=_object(values, "results"),
    )


def _section(values: Mapping[str, Any]) -> CardSection:
    kind = _KINDS.get(str(values.get("section")))
    if kind is CardNote:
        note: CardNote = _made(CardNote, values)
        return note
    if kind is CardTable:
        return _table(values)
    if kind is CardIntervals:
        intervals = tuple(_made(CardInterval, one) for one in _objects(values, "rows"))
        title, scale = _text(values, "title"), _text(values, "scale")
        return CardIntervals(title, scale, intervals, values.get("percent") is True)
    if kind is CardPoints:
        points = tuple(_made(CardPoint, one) for one in _objects(values, "rows"))
        x, y, size = (_text(values, name) for name in ("x", "y", "size"))
        return CardPoints(_text(values, "title"), x, y, points, size)
    raise CardUnreadable("one of its sections is of no known kind")


def _table(values: Mapping[str, Any]) -> CardTable:
    columns, rows = values.get("columns"), values.get("rows")
    if not isinstance(columns, list) or not isinstance(rows, list):
        raise CardUnreadable("one of its tables is not whole")
    if any(not isinstance(row, list) or len(row) != len(columns) for row in rows):
        raise CardUnreadable("one of its tables has a row of another length")
    cells = tuple(tuple(str(cell) for cell in row) for row in rows)
    return CardTable(_text(values, "title"), tuple(map(str, columns)), cells)


def _made(kind: type[Any], values: Mapping[str, Any]) -> Any:
    """An object of flat fields: each of its type, those with defaults may be missing."""
    kept: dict[str, Any] = {}
    for one in fields(kind):
        if one.name not in values:
            continue
        value, wanted = values[one.name], str(one.type)
        if wanted == "float":
            value = _number(values, one.name)
        elif type(value).__name__ != wanted:
            raise CardUnreadable(f"its “{one.name}” is not what it should be")
        kept[one.name] = value
    try:
        return kind(**kept)
    except TypeError as error:
        raise CardUnreadable("a part of it is missing") from error


def _text(values: Mapping[str, Any], name: str) -> str:
    value = values.get(name, "")
    if not isinstance(value, str):
        raise CardUnreadable(f"its “{name}” is not a text")
    return value


def _number(values: Mapping[str, Any], name: str) -> float:
    value = values.get(name)
    try:
        if isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value):
            return float(value)
    except OverflowError:  # a whole number of hundreds of digits
        pass
    raise CardUnreadable(f"its “{name}” is not a number")


def _object(values: Mapping[str, Any], name: str) -> dict[str, Any]:
    value = values.get(name, {})
    if not isinstance(value, dict):
        raise CardUnreadable(f"its “{name}” is not an object")
    return value


def _objects(values: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    value = values.get(name, [])
    if not isinstance(value, list) or any(not isinstance(one, dict) for one in value):
        raise CardUnreadable(f"its “{name}” is not a list of objects")
    return value
