"""Conversations as the tokens a model learns from: exactly what it reads and samples when it writes.

What is learnt of an answer is what comes behind the prompt: all that the template lets the model write
itself (its text, white space before it, an empty reasoning section), and the token that ends the turn. The
answers of a conversation share one sequence only where each prompt begins with the one before and its answer.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from benchtop.domain.errors import BadParameter, TemplateFailed
from benchtop.engine.answer_tokens import Answer, Answers, Turns
from benchtop.engine.encoded_words import word_ranges
from benchtop.engine.job import Job
from benchtop.engine.llama import Model
from benchtop.engine.loading import SMALLEST_CONTEXT, LoadedModel
from benchtop.engine.prompt import PromptBuilder
from benchtop.protocol.chat_turn import ChatTurn
from benchtop.protocol.encode_messages import Encoded, EncodedSequence, EncodeExamples
from benchtop.protocol.messages import Progress

TELL_SECONDS = 0.1


def encode_examples(loaded: LoadedModel, request: EncodeExamples, job: Job) -> Encoded:
    """Encode the examples in their order. Raises BadParameter, TemplateFailed, Cancelled."""
    most = request.context_length
    if most < SMALLEST_CONTEXT:
        allowed = f"{SMALLEST_CONTEXT} or more tokens"
        raise BadParameter(name="context_length", value=most, allowed=allowed)
    problem = loaded.prompts.check()
    if problem and not request.allow_fallback:
        raise TemplateFailed(path=loaded.facts.path, detail=problem)
    encoder = Encoder(loaded.prompts, loaded.model, most, allow_fallback=request.allow_fallback)
    if problem:
        encoder.answers.template, encoder.answers.problem = "fallback", problem
    sequences: list[EncodedSequence] = []
    told = time.perf_counter()
    for number, turns in enumerate(request.examples):
        sequences += encoder.example(number, turns)
        job.check()
        now = time.perf_counter()
        if now - told >= TELL_SECONDS:
            told = now
            job.send(Progress(job.request_id, (number + 1) / len(request.examples)))
    return Encoded(
        job.request_id,
        tuple(sequences),
        loaded.model.vocabulary_hash,
        encoder.answers.template,
        encoder.answers.problem,
        encoder.prefix_stable,
    )


class Encoder:
    """Encodes examples for one model, in sequences of at most ``most`` tokens.

    ``prefix_stable`` is that of Encoded, over all examples until now, as is the template of ``answers``.
    """

    def __init__(
        self, prompts: PromptBuilder, model: Model, most: int, *, allow_fallback: bool = True
    ) -> None:
        self._model = model
        self._most = most
        self.answers = Answers(prompts, model, allow_fallback=allow_fallback)
        self.prefix_stable = True

    def example(self, number: int, turns: Turns) -> list[EncodedSequence]:
        """The sequences of one example; at least one, which may be a skipped one.

        An answer is an assistant's turn behind a user's. What follows the last one is left out.
        """
        head, exchanges = _parted(turns)
        if not exchanges:
            return [_skipped(number, "it has no answer to a question")]
        try:
            return self._sequences(number, head, exchanges)
        except TemplateFailed as error:
            return [
                _skipped(number, f"the chat template does not write it: {error.facts['detail']}")
            ]

    def _sequences(
        self, number: int, head: Turns, exchanges: Sequence[Turns]
    ) -> list[EncodedSequence]:
        answers = self._answers(_joined(head, exchanges))
        if not self._continuous(answers):
            return self._apart(number, head, exchanges, answers)
        if answers[-1].length <= self._most:
            return [self._as_one(number, answers, 0)]
        return self._shortened(number, head, exchanges)

    def _as_one(self, number: int, answers: Sequence[Answer], cut: int) -> EncodedSequence:
        last = answers[-1]
        words = word_ranges(self._model, last.ids, last.prompt.segments)
        spans = tuple(answer.span for answer in answers)
        return EncodedSequence(number, tuple(last.ids), spans, cut, words=words)

    def _answers(self, turns: Turns) -> list[Answer]:
        return [self.answers.at(turns, place) for place in _answer_places(turns)]

    def _last_answer(self, turns: Turns) -> Answer:
        return self.answers.at(turns, _answer_places(turns)[-1])

    def _continuous(self, answers: Sequence[Answer]) -> bool:
        """Whether each prompt begins with the one before and its answer, to the last token."""
        same = True
        for one, then in pairwise(answers):
            if one.text is None or not then.prompt.text.startswith(one.text):
                self.prefix_stable = False
                return False
            same = same and then.prompt.tokens[: one.length] == one.ids
        return same

    def _shortened(
        self, number: int, head: Turns, exchanges: Sequence[Turns]
    ) -> list[EncodedSequence]:
        """One sequence with as many of the latest exchanges as fit; where the last does not fit by itself,
        of those before it."""
        for end in range(len(exchanges), 0, -1):
            first = self._first_that_fits(head, exchanges[:end])
            if first is None:
                continue
            kept = exchanges[first:end]
            answers = self._answers(_joined(head, kept))
            cut = sum(map(len, exchanges)) - sum(map(len, kept))
            if not self._continuous(answers):  # a border of words that the whole did not have
                return self._apart(number, head, kept, answers, cut)
            return [self._as_one(number, answers, cut)]
        return [self._too_long(number, head, exchanges)]

    def _apart(
        self,
        number: int,
        head: Turns,
        exchanges: Sequence[Turns],
        answers: Sequence[Answer],
        missed: int = 0,
    ) -> list[EncodedSequence]:
        """A sequence for each answer, behind as many of the exchanges before it as fit. The turns that are
        in none of them, ``missed`` among them, are told with one beside."""
        found: list[EncodedSequence] = []
        for place, answer in enumerate(answers):
            first: int | None = 0
            one = answer
            if answer.length > self._most:
                first = self._first_that_fits(head, exchanges[: place + 1])
                if first is None:
                    missed += len(exchanges[place])
                    continue
                one = self._last_answer(_joined(head, exchanges[first : place + 1]))
            cut = missed + sum(map(len, exchanges[:first]))
            missed = 0
            words = word_ranges(self._model, one.ids, one.prompt.segments)
            found.append(EncodedSequence(number, tuple(one.ids), (one.span,), cut, words=words))
        if not found:
            return [self._too_long(number, head, exchanges)]
        found[-1] = replace(found[-1], cut=found[-1].cut + missed)
        return found

    def _first_that_fits(self, head: Turns, exchanges: Sequence[Turns]) -> int | None:
        """The first exchange from which on all of them fit; None when the last does not by itself."""

        def fits(first: int) -> bool:
            return self._last_answer(_joined(head, exchanges[first:])).length <= self._most

        low, high = 0, len(exchanges) - 1
        if not fits(high):
            return None
        while low < high:
            middle = (low + high) // 2
            if fits(middle):
                high = middle
            else:
                low = middle + 1
        return high

    def _too_long(self, number: int, head: Turns, exchanges: Sequence[Turns]) -> EncodedSequence:
        least = min(self._last_answer(_joined(head, [one])).length for one in exchanges)
        return _skipped(
            number,
            f"its shortest question and answer take {least:,} tokens, and {self._most:,} is the most",
        )


def _parted(turns: Turns) -> tuple[Turns, list[Turns]]:
    """The system turns at the beginning, and the exchanges. An exchange ends with its one answer, or with
    what the assistant says unasked behind that."""
    begin = next((at for at, turn in enumerate(turns) if turn.role != "system"), len(turns))
    head = turns[:begin]
    places = _answer_places(turns)
    exchanges = []
    for place in places:
        end = place + 1
        while place != places[-1] and turns[end].role == "assistant":
            end += 1
        exchanges.append(turns[begin:end])
        begin = end
    return head, exchanges


def _answer_places(turns: Turns) -> list[int]:
    return [
        at
        for at in range(1, len(turns))
        if turns[at].role == "assistant"
        and turns[at - 1].role == "user"
        and turns[at].content.strip()
    ]


def _joined(head: Turns, exchanges: Sequence[Turns]) -> list[ChatTurn]:
    return [*head, *(turn for exchange in exchanges for turn in exchange)]


def _skipped(number: int, why: str) -> EncodedSequence:
    return EncodedSequence(number, (), (), skipped=why)
