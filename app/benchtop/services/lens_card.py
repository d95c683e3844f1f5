"""A card of a text that was read: what each reader expected at each place."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from benchtop.domain.cards import Card, CardModel, CardNote, CardTable
from benchtop.domain.models import ModelFile
from benchtop.evaluation.next_token import Place, TokenOption
from benchtop.services.card_files import card_machine, card_model
from benchtop.services.data_folder import DataFolder
from benchtop.services.file_hashes import model_sha256
from benchtop.services.lens_reading import LensReading, ReadRow

_SHOWN = 5
"""Alternatives in a line of the table; all of them are in the JSON."""


def lens_card(
    reading: LensReading, names: Sequence[str], count_name: str, folder: DataFolder
) -> Card:
    """The reading whole; ``names`` are those of its readers. Files are read for their sums: not for the
    window's thread."""
    wish = reading.wish
    rows = list(zip(names, reading.rows, strict=True))
    if reading.counts is not None:
        rows.append((count_name, reading.counts))
    first = reading.rows[0].places
    known = [place.came.logprob for place in first if place.came is not None]
    mean = sum(known) / len(known) if known else 0.0
    who = " and ".join(names)
    summary = f"{who} read {len(reading.tokens)} tokens: {-mean:.2f} nats of surprise each for {names[0]}."
    return Card(
        "measurement",
        "What was expected at each place of a text",
        summary,
        time.time(),
        card_machine(),
        tuple(model_of_card(reader.model, folder) for reader in wish.readers),
        (
            CardNote("The text", wish.prompt, verbatim=True),
            *((CardNote("How it was given", _AS_CHAT),) if wish.as_chat else ()),
            *(
                (CardNote("The reply's beginning", wish.reply, verbatim=True),)
                if wish.reply
                else ()
            ),
            *(_table(name, row) for name, row in rows),
            CardNote("How it is computed", _METHOD),
        ),
        {
            "measure": "lens",
            "prompt": wish.prompt,
            "top": wish.top,
            "counting": wish.counting,
            "as_chat": wish.as_chat,
            "reply": wish.reply,
            "adapters": [
                [{"path": use.path, "scale": use.scale} for use in reader.adapters]
                for reader in wish.readers
            ],
        },
        {
            "tokens": list(reading.tokens),
            "rows": [{"name": name, "places": _places(row)} for name, row in rows],
            "counted_tokens": reading.counted,
        },
    )


def model_of_card(model: ModelFile, folder: DataFolder) -> CardModel:
    """A model as a card names it, with its sum: empty where the file cannot be read any more."""
    with suppress(OSError):
        model = replace(model, sha256=model.sha256 or model_sha256(folder, model.path))
    return card_model(model)


_AS_CHAT = "As a message of the person, in the chat template of the model."
_METHOD = (
    "Probabilities are the softmax of the raw logits, without temperature or any other parameter. KL is how "
    "many nats the second reader's prediction lacks of the first one's. Counts are of the person's own "
    "chats, with a hierarchical Dirichlet prior (MacKay and Peto 1995); intervals hold 90 %."
)


def _table(name: str, row: ReadRow) -> CardTable:
    apart = any(place.divergence is not None for place in row.places)
    columns = ("", "Token", "Probability", *(("KL, nats",) if apart else ()), "Likeliest")
    return CardTable(
        name, columns, tuple(_line(at, place, apart) for at, place in enumerate(row.places))
    )


def _line(at: int, place: Place, apart: bool) -> tuple[str, ...]:
    came = f"{place.came.probability:.2%}" if place.came is not None else ""
    if place.came is not None and place.came.count is not None:
        came += f", seen {place.came.count:,} times"
    far = (f"{place.divergence:.4f}" if place.divergence is not None else "",) if apart else ()
    best = "  ".join(f"{one.text!r} {one.probability:.1%}" for one in place.options[:_SHOWN])
    return (str(at), repr(place.text) if place.id >= 0 else "(next)", came, *far, best)


def _places(row: ReadRow) -> list[dict[str, Any]]:
    return [
        {
            "id": place.id,
            "text": place.text,
            "logprob": place.came.logprob if place.came is not None else None,
            "divergence": place.divergence,
            "top": [_option(option) for option in place.options],
        }
        for place in row.places
    ]


def _option(option: TokenOption) -> dict[str, Any]:
    values: dict[str, Any] = {"id": option.id, "text": option.text, "logprob": option.logprob}
    if option.count is not None:
        values |= {"count": option.count, "low": option.low, "high": option.high}
    return values
