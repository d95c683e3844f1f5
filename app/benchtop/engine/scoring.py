"""How well a model predicts a text: the sums that perplexity is made of.

As llama-perplexity does it (llama.cpp, tools/perplexity/perplexity.cpp, perplexity()): the text is cut into
windows of the context's length, each begins with BOS where the model has it and is read from an empty
cache; the second half of each is scored, so that every token that counts has some text before it.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np

from benchtop.domain.compare_errors import TextTooShort
from benchtop.domain.errors import BadParameter
from benchtop.domain.windows import LEAST_WINDOW, first_scored, window_count, windows
from benchtop.engine.job import Job
from benchtop.engine.loading import LoadedModel
from benchtop.engine.log_probabilities import NotNumbers, log_sums
from benchtop.engine.reader import Reader, reader
from benchtop.engine.turn_lock import TurnLock
from benchtop.protocol.measure_messages import Score, Scored
from benchtop.protocol.messages import Progress

TELL_SECONDS = 0.1


def score(loaded: LoadedModel, request: Score, job: Job, turn: TurnLock) -> Scored:
    """Score a text. Raises TextTooShort, BadParameter, PromptError, AdapterFailed, Cancelled."""
    length, model = request.context_length, loaded.model
    if length < LEAST_WINDOW:
        raise BadParameter(
            name="context_length", value=length, allowed=f"{LEAST_WINDOW} or more tokens"
        )
    tokens = loaded.prompts.raw(request.text).tokens
    count = window_count(len(tokens), length)
    if count == 0:
        raise TextTooShort(have=len(tokens), need=length)
    with reader(loaded, length, job, turn, request.adapters) as reading:
        sums, scored, begun, told = np.zeros(2), 0, time.perf_counter(), 0.0
        bos = model.bos if model.adds_bos else None
        for number, window in enumerate(windows(tokens, length, bos), 1):
            losses = _losses(reading, window)
            sums += losses.sum(), np.square(losses).sum()
            scored += len(losses)
            now = time.perf_counter()
            if now - told >= TELL_SECONDS or number == count:
                told = now
                job.send(Progress(job.request_id, number / count))
    seconds = time.perf_counter() - begun
    nll, squares = map(float, sums)
    return Scored(job.request_id, nll, squares, scored, length, count, len(tokens), seconds)


def _losses(reading: Reader, window: Sequence[int]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """The negative log-likelihood in nats of each token of the second half but its first."""
    found = []
    last = len(window) - 1  # what the last position predicts is not in the window
    for at, logits in reading.read(window, first_scored(len(window))):
        rows = logits[: last - at]
        comes = np.asarray(window[at + 1 : at + 1 + len(rows)])
        if len(rows):
            try:
                found.append(log_sums(rows) - rows[np.arange(len(rows)), comes])
            except NotNumbers as error:
                raise reading.damaged() from error
    return np.concatenate(found)
