"""Asks a finished model questions through llama.cpp, and all small sums.

`dev_questions.json` was there to steer by while the phrasings were written. `check_questions.json` was
written after them, and no phrasing was changed for its sake.
"""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

from llama_cpp import Llama

from . import settings
from .corpus import intents, sums

FILES = ("dev_questions.json", "check_questions.json")
Message = dict[str, str]


class Talker:
    """A loaded model that answers conversations."""

    def __init__(self, model: Path, temperature: float) -> None:
        self.llama = Llama(
            str(model), n_ctx=settings.Shape.context, n_threads=settings.Plan.threads, verbose=False
        )
        self.temperature = temperature
        self.tokens = 0
        self.seconds = 0.0

    def answer(self, messages: list[Message]) -> str:
        """The model's next message."""
        began = time.monotonic()
        made: Any = self.llama.create_chat_completion(
            messages,  # type: ignore[arg-type]
            temperature=self.temperature,
            max_tokens=200,
            seed=1,
        )
        self.seconds += time.monotonic() - began
        self.tokens += made["usage"]["completion_tokens"]
        return str(made["choices"][0]["message"]["content"])


def passes(answer: str, wanted: list[list[str]]) -> bool:
    """Every group must have one of its words in the answer."""
    said = answer.lower()
    return all(any(word.lower() in said for word in group) for group in wanted)


def ask(talker: Talker, case: dict[str, Any]) -> tuple[str, bool]:
    """Put the turns of a case to the model; the last answer is judged."""
    messages: list[Message] = []
    reply = ""
    for text in case["turns"]:
        messages.append({"role": "user", "content": text})
        reply = talker.answer(messages)
        messages.append({"role": "assistant", "content": reply})
    good = passes(reply, case["all"])
    return reply, good and not any(w.lower() in reply.lower() for w in case.get("none", []))


def small_sums(talker: Talker) -> float:
    """The share of all 242 sums that is right."""
    every = sums.every()
    right = 0
    for a, sign, b in every:
        said = talker.answer([{"role": "user", "content": f"What is {a} {sign} {b}?"}])
        right += f"= {sums.result(a, sign, b)}." in said
    return right / len(every)


def score(talker: Talker, name: str, verbose: bool) -> None:
    """Put all questions of one file, print what failed, and how many were right."""
    cases = json.loads(Path(__file__).with_name(name).read_text(encoding="utf-8"))
    right = 0
    for case in cases:
        reply, good = ask(talker, case)
        right += good
        if verbose or not good:
            print(f"{'ok  ' if good else 'FAIL'} {' // '.join(case['turns'])}\n     {reply!r}")
    print(f"{name}: {right} of {len(cases)} at temperature {talker.temperature}")


def score_kept_back(talker: Talker, verbose: bool) -> None:
    """Ask the questions kept back from training; right is an answer of the intent, word for word."""
    cases = intents.kept_back()
    right = 0
    for name, question, answers in cases:
        said = talker.answer([{"role": "user", "content": question}])
        good = said in answers
        right += good
        if verbose or not good:
            print(f"{'ok  ' if good else 'FAIL'} {name}: {question}\n     {said!r}")
    print(f"kept back: {right} of {len(cases)} at temperature {talker.temperature}")


def report(model: Path, temperature: float, with_sums: bool, verbose: bool) -> None:
    """Print the scores and the speed."""
    talker = Talker(model, temperature)
    for name in FILES:
        score(talker, name, verbose)
    score_kept_back(talker, verbose)
    print(f"{talker.tokens / talker.seconds:.0f} tokens/s, reading included")
    if with_sums:
        print(f"sums from 0 to 10: {small_sums(talker):.1%} right")
