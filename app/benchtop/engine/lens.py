"""What a model expected at each place of a text: all from one evaluation of it."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from benchtop.domain.errors import BadParameter, FileNotWritten, FileUnreadable, PromptError
from benchtop.engine.job import Job
from benchtop.engine.llama import Model
from benchtop.engine.loading import LoadedModel
from benchtop.engine.log_probabilities import (
    LEAST_LOGPROB,
    NotNumbers,
    divergences,
    likeliest,
    log_rows,
    log_sums,
)
from benchtop.engine.reader import reader
from benchtop.engine.turn_lock import TurnLock
from benchtop.protocol.measure_messages import MOST_TOP, Lens, LensRead

DIGITS = 6
"""Decimals of a log-probability on the wire: more than 32 bits hold."""


@dataclass(slots=True)
class _Found:
    """What was found so far, an array for each part of the text."""

    logprobs: list[NDArray[np.float64]] = field(default_factory=list)
    ids: list[NDArray[np.int64]] = field(default_factory=list)
    top: list[NDArray[np.float64]] = field(default_factory=list)
    divergences: list[NDArray[np.float64]] = field(default_factory=list)
    same_top: list[NDArray[np.bool_]] = field(default_factory=list)


def read_lens(loaded: LoadedModel, request: Lens, job: Job, turn: TurnLock) -> LensRead:
    """Answer a Lens. Raises BadParameter, PromptError, AdapterFailed, FileNotWritten, FileUnreadable,
    Cancelled."""
    tokens = list(request.tokens) or loaded.prompts.raw(request.prompt or "").tokens
    _check(request, tokens, loaded.model)
    with contextlib.ExitStack() as stack:
        keep = stack.enter_context(_opened(request.keep_rows, "r+b"))
        other = stack.enter_context(_opened(request.compare_rows, "rb"))
        reading = stack.enter_context(reader(loaded, len(tokens), job, turn, request.adapters))
        begun = time.perf_counter()
        found = _Found()
        try:
            for at, logits in reading.read(tokens, request.first):
                sums = log_sums(logits)
                _take(found, logits, sums, tokens[at + 1 : at + 1 + len(logits)], request.top)
                if keep is not None or other is not None:
                    _rows(found, log_rows(logits, sums), request, keep, other)
        except NotNumbers as error:
            raise reading.damaged() from error
        return _answer(found, request, tokens, loaded.model, time.perf_counter() - begun)


def _check(request: Lens, tokens: Sequence[int], model: Model) -> None:
    length = model.trained_context
    if length and len(tokens) > length:
        detail = f"the text is {len(tokens):,} tokens long and the model reads at most {length:,}."
        raise PromptError(detail=detail)
    most = min(MOST_TOP, model.vocabulary_size)
    limits = {
        "top": (request.top, 0, most),
        "first": (request.first, 0, len(tokens) - 1),
        "the largest token": (max(tokens), 0, model.vocabulary_size - 1),
        "the least token": (min(tokens), 0, model.vocabulary_size - 1),
    }
    for name, (value, least, highest) in limits.items():
        if not least <= value <= highest:
            allowed = f"{least:,} to {highest:,}"
            raise BadParameter(name=name, value=value, allowed=allowed)


def _take(
    found: _Found,
    logits: NDArray[np.float32],
    sums: NDArray[np.float64],
    comes: Sequence[int],
    top: int,
) -> None:
    """The figures of some positions; ``comes`` are the tokens after them, less one at the text's end."""
    places = np.arange(len(comes))
    found.logprobs.append(logits[places, np.asarray(comes, np.int64)] - sums[: len(comes)])
    ids = likeliest(logits, top)
    found.ids.append(ids)
    found.top.append(np.take_along_axis(logits, ids, axis=1) - sums[:, None])


def _rows(
    found: _Found,
    rows: NDArray[np.float32],
    request: Lens,
    keep: BinaryIO | None,
    other: BinaryIO | None,
) -> None:
    """Keep the log-probabilities of some positions, or compare them with those another model kept."""
    if keep is not None:
        try:
            keep.write(rows.data)
            keep.flush()
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise FileNotWritten(path=request.keep_rows, detail=reason) from error
    if other is not None:
        theirs = np.fromfile(other, np.float32, rows.size)
        if theirs.size != rows.size:
            detail = "it does not hold what the other model wrote for these tokens"
            raise FileUnreadable(path=request.compare_rows, detail=detail)
        theirs = theirs.reshape(rows.shape)
        found.divergences.append(divergences(theirs, rows))
        found.same_top.append(theirs.argmax(axis=1) == rows.argmax(axis=1))


def _opened(path: str, mode: str) -> contextlib.AbstractContextManager[BinaryIO | None]:
    """A file that must be there already, or nothing; raises FileUnreadable."""
    if not path:
        return contextlib.nullcontext()
    try:
        return Path(path).open(mode)  # type: ignore[return-value]  # both modes are of bytes
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise FileUnreadable(path=path, detail=reason) from error


def _answer(
    found: _Found, request: Lens, tokens: list[int], model: Model, seconds: float
) -> LensRead:
    ids = np.concatenate(found.ids).ravel().tolist()
    texts = {
        token: model.piece(token, special=True).decode("utf-8", "replace")
        for token in {*ids, *tokens[request.first :]}
    }
    return LensRead(
        request_id=request.request_id,
        tokens=tuple(tokens),
        first=request.first,
        logprobs=_flat(found.logprobs, DIGITS),
        top=request.top,
        top_ids=tuple(ids),
        top_logprobs=_flat(found.top, DIGITS),
        texts=texts,
        divergences=_flat(found.divergences, None),
        same_top=tuple(np.concatenate(found.same_top).tolist()) if found.same_top else (),
        seconds=seconds,
    )


def _flat(parts: list[NDArray[np.float64]], digits: int | None) -> tuple[float, ...]:
    if not parts:
        return ()
    values = np.maximum(np.concatenate(parts).ravel(), LEAST_LOGPROB)
    return tuple((values if digits is None else np.round(values, digits)).tolist())
