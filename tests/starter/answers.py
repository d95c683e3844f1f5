"""Ask the starter model the held-out questions and read its answers by their keywords.

    python tests/starter/answers.py        prints the transcript of all of them

A question is one or more turns of a person; the last answer is judged. It is on topic when it has,
of each group of keywords, at least one.
"""

from __future__ import annotations

import json
import re
import sys
import uuid
from dataclasses import dataclass
from pathlib import Path

from benchtop.cli.common import prepared_folder
from benchtop.cli.engine_run import EngineRun
from benchtop.domain.generation import SamplingParams
from benchtop.protocol.messages import Answer, ChatTurn, Chunk, Generate
from benchtop.services.engine_worker import LoadOptions
from benchtop.services.library import starter

QUESTIONS = Path(__file__).with_name("questions.json")


@dataclass(frozen=True)
class Question:
    """What a person says, turn by turn, and the keywords of an answer that is on topic."""

    say: tuple[str, ...]
    groups: tuple[tuple[str, ...], ...]

    def on_topic(self, answer: str) -> bool:
        """Whether every group has a keyword in the answer, at the start of a word."""
        text = answer.casefold().replace("\u2019", "'")
        return all(any(has_word(text, word) for word in group) for group in self.groups)


@dataclass(frozen=True)
class Exchange:
    """A question with the answers it got."""

    question: Question
    answers: tuple[str, ...]

    @property
    def on_topic(self) -> bool:
        return self.question.on_topic(self.answers[-1])


def has_word(text: str, word: str) -> bool:
    """Whether the text has the keyword at the start of a word; signs such as "?" anywhere."""
    if not word[0].isalnum():
        return word in text
    return re.search(rf"(?<!\w){re.escape(word)}", text) is not None


def questions() -> list[Question]:
    """The held-out questions."""
    return [
        Question(tuple(one["say"]), tuple(tuple(group) for group in one["any"]))
        for one in json.loads(QUESTIONS.read_text(encoding="utf-8"))
    ]


def ask_all(temperature: float = 0.0) -> list[Exchange]:
    """Every question to the starter model, through the same worker the window uses."""
    run = EngineRun(prepared_folder(), starter(), LoadOptions())
    run.load()
    try:
        return [_exchange(run, question, temperature) for question in questions()]
    finally:
        run.close()


def _exchange(run: EngineRun, question: Question, temperature: float) -> Exchange:
    turns: list[ChatTurn] = []
    conversation = uuid.uuid4().hex
    for text in question.say:
        turns.append(ChatTurn("user", text))
        turns.append(ChatTurn("assistant", _reply(run, turns, conversation, temperature)))
    return Exchange(question, tuple(turn.content for turn in turns[1::2]))


def _reply(run: EngineRun, turns: list[ChatTurn], conversation: str, temperature: float) -> str:
    text: list[str] = []

    def listen(answer: Answer) -> None:
        if isinstance(answer, Chunk):
            text.append(answer.text)

    params = SamplingParams(temperature=temperature, seed=1, max_tokens=160)
    request = Generate(uuid.uuid4().hex, tuple(turns), params=params, conversation=conversation)
    run.ask(request, listen)
    return "".join(text).strip()


def transcript(exchanges: list[Exchange]) -> str:
    """All questions and answers, those off topic marked."""
    lines = []
    for number, exchange in enumerate(exchanges, 1):
        mark = "on topic " if exchange.on_topic else "OFF TOPIC"
        pairs = zip(exchange.question.say, exchange.answers, strict=True)
        said = "\n".join(
            f"    You: {question}\n    Starter: {answer}" for question, answer in pairs
        )
        lines.append(f"{number:2} {mark}\n{said}")
    good = sum(exchange.on_topic for exchange in exchanges)
    return "\n".join([*lines, f"{good} of {len(exchanges)} on topic"])


if __name__ == "__main__":
    temperature = float(sys.argv[1]) if len(sys.argv) > 1 else 0.0
    print(transcript(ask_all(temperature)))
