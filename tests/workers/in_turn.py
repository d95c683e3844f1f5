"""Faults of the local Hub that come one after the other."""

from __future__ import annotations

from local_hub.answers import Answer
from local_hub.body_faults import BodyFault
from local_hub.faults import Blocks
from local_hub.line import Line
from local_hub.site import Site


class InTurn(BodyFault):
    """The first time the first of these faults of a body, then the next; for requests that come one
    after the other. Plan it for as many times as it has faults."""

    def __init__(self, *faults: BodyFault) -> None:
        self._waiting = list(faults)
        self._now = BodyFault()

    def answer(self, answer: Answer, site: Site) -> Answer:
        self._now = self._waiting.pop(0)
        return self._now.answer(answer, site)

    def blocks(self, blocks: Blocks, line: Line) -> Blocks:
        return self._now.blocks(blocks, line)
