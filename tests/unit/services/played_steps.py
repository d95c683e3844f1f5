"""Steps of a measurement, answered by a made-up model."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from benchtop.domain.generation import Timings
from benchtop.protocol.messages import Finished, Generate
from benchtop.services.measures import Step, Steps
from benchtop.services.written import Written

T = TypeVar("T")


def written(request: Generate, text: str) -> Written:
    """A reply to the request."""
    timings = Timings(1, 0, 1, 0.1, 0.1, 0.1)
    return Written(text, "", Finished(request.request_id, "end", timings, 2, 512, 1))


def played(steps: Steps[T], answer: Callable[[Step], Written]) -> T:
    """What the steps return, each answered by ``answer``."""
    try:
        step = next(steps)
        while True:
            step = steps.send(answer(step))
    except StopIteration as end:
        value: T = end.value
        return value
