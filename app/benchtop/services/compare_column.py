"""One contestant in a comparison: its conversation, the answer being written, and how it ended."""

from __future__ import annotations

import time
import uuid
from dataclasses import replace

from benchtop.domain.contests import ContestAnswer, Contestant, PromptTurn
from benchtop.domain.errors import BenchtopError
from benchtop.domain.models import ModelFile
from benchtop.protocol.messages import ChatTurn, Chunk, Finished, Generate, Started
from benchtop.services.contest_entry import Checked, Entry
from benchtop.services.reply_stream import explain


class Column:
    """The contestant at ``place`` of a contest. Its conversation holds the prompts that it answered;
    one that failed or was stopped is left out of it, so that the others can go on."""

    def __init__(self, contest_id: str, place: int, entry: Entry, checked: Checked) -> None:
        self.place = place
        self.contestant: Contestant = checked.contestant
        self.problem: BenchtopError | None = checked.error
        self.request_id = ""
        self.answer: ContestAnswer | None = None
        self.conversation = f"compare/{contest_id}/{place}"
        self._contest_id = contest_id
        self._model, self._seeds = entry.model, entry.seeds
        self._history: tuple[PromptTurn, ...] = ()
        self._text: list[str] = []
        self._reasoning: list[str] = []

    @property
    def model(self) -> ModelFile:
        """The model to load."""
        return self._model

    @property
    def history(self) -> tuple[PromptTurn, ...]:
        """The conversation so far, questions and answers by turns."""
        return self._history

    def begin(self, number: int, turns: tuple[PromptTurn, ...], *, anew: bool) -> None:
        """Ask it ``turns``, of which the last is the question: after what was said, or ``anew``."""
        before = () if anew else self._history
        self._text, self._reasoning = [], []
        self.request_id = ""
        self.answer = ContestAnswer(
            self._contest_id, self.place, number, (*before, *turns), time.time()
        )

    def request(self, sibling: Column | None) -> Generate:
        """What is sent to the worker; ``sibling`` was asked the same of the same model before."""
        one, params = self.contestant, self.contestant.sampling
        if params.seed is None:
            params = replace(params, seed=self._seeds.get(self._begun().number))
        system = [ChatTurn("system", one.system)] if one.system else []
        self.request_id = uuid.uuid4().hex
        return Generate(
            self.request_id,
            (*system, *(ChatTurn(turn.role, turn.content) for turn in self._begun().turns)),
            params=params,
            adapters=tuple(adapter.use for adapter in one.adapters),
            conversation=self.conversation,
            begins_as=sibling.conversation if sibling is not None else None,
        )

    def has_read_for(self, other: Column) -> bool:
        """Whether it has read the other's prompt to the last token, with the same weights."""
        mine, theirs = self.contestant, other.contestant
        return (
            self._begun().is_whole
            and mine.path == theirs.path
            and mine.adapters == theirs.adapters
            and mine.system == theirs.system
            and self._begun().turns == other._begun().turns
        )

    def start(self, started: Started) -> None:
        """The worker has begun."""
        self.answer = replace(self._begun(), seed=started.seed, template=started.template)

    def grow(self, chunk: Chunk) -> None:
        """More of the answer came."""
        self._text.append(chunk.text)
        self._reasoning.append(chunk.reasoning)

    def finish(self, finished: Finished) -> ContestAnswer:
        """The answer as it ended; when it is whole the conversation goes on from it."""
        answer = self._end(
            stop=finished.stop, timings=finished.timings, memory_bytes=finished.memory_bytes
        )
        if answer.is_whole:
            self._history = (*answer.turns, PromptTurn("assistant", answer.text))
        return answer

    def fail(self, error: BenchtopError) -> ContestAnswer:
        """It failed; what it wrote stays."""
        return self._end(error=explain(error))

    def stop(self) -> ContestAnswer:
        """It was stopped before its turn came."""
        return self._end(stop="cancelled")

    def _end(self, **changes: object) -> ContestAnswer:
        self.request_id = ""
        text, reasoning = "".join(self._text), "".join(self._reasoning)
        self.answer = replace(self._begun(), text=text, reasoning=reasoning, **changes)  # type: ignore[arg-type]  # by field name
        return self.answer

    def _begun(self) -> ContestAnswer:
        if self.answer is None:
            raise RuntimeError("nothing was asked")
        return self.answer
