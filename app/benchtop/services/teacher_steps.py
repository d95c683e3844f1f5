"""What a larger model is asked when it drafts examples: new prompts like these, answers, rewrites.

Drafts never come from what is held out: a prompt like a held-out one would teach the test.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from benchtop.domain.examples import Example, Origin, Turn
from benchtop.domain.generation import SamplingParams
from benchtop.protocol.messages import ChatTurn, Generate
from benchtop.services.measures import Step, Steps, expected, new_id
from benchtop.services.written import Written

DraftKind = Literal["prompts", "answers", "rewrites"]
SHOWN = 6
"""Examples that a teacher sees at a time."""
ASKED = 5
"""New prompts that are asked for at a time: of more, small models repeat themselves."""
ANSWER_TOKENS = 512
_ROUNDS_WITHOUT = 4
"""Rounds without a new prompt, after which the teacher has no more to say."""
_MARK = re.compile(r"^\s*(?:[-*•]|\(?\d{1,3}[.):]|Q:|Question:)\s*")
_QUOTES = ('""', "''", "“”", "„“", "«»")
Drafted = Callable[[Example], object]


@dataclass(frozen=True, slots=True)
class Drafting:
    """``count`` drafts of a kind, from ``examples``, by the model called ``teacher``."""

    kind: DraftKind
    examples: Sequence[Example]
    count: int
    teacher: str
    seed: int = 1


@dataclass(frozen=True, slots=True)
class DraftOutcome:
    """``made`` drafts are there. Thrown away were ``repeated``, which said what was there before, and
    ``empty``. ``gave_up``: nothing new came any more, before there were as many as wished."""

    made: int = 0
    repeated: int = 0
    empty: int = 0
    gave_up: bool = False


def draft_steps(wish: Drafting, told: Drafted) -> Steps[DraftOutcome]:
    """The drafts, each handed to ``told`` as soon as it is there; what became of the wish."""
    seeds = [one for one in wish.examples if not one.holdout and not one.problem()]
    if not seeds:
        return DraftOutcome()
    if wish.kind == "prompts":
        return (yield from _prompts(wish, seeds, told))
    made, repeated, empty, count = 0, 0, 0, wish.count
    for place in range(min(count, len(seeds)) if wish.kind == "rewrites" else count):
        source = seeds[place % len(seeds)]
        if wish.kind == "answers":
            turns = [ChatTurn(turn.role, turn.content) for turn in source.prompt]
        else:
            turns = [ChatTurn("user", _rewrite(source))]
        text = yield from _asked(turns, wish.seed + place, place / count, (place + 1) / count)
        if not text:
            empty += 1
        elif text == source.answer:
            repeated += 1
        else:
            answer = Turn("assistant", text)
            told(_draft((*source.prompt, answer), wish.teacher, source.tags))
            made += 1
    return DraftOutcome(made, repeated, empty)


def lines_of(text: str) -> list[str]:
    """The prompts in a teacher's list, without numbers, marks and quotes around them."""
    found = []
    for line in text.splitlines():
        plain = _MARK.sub("", line).strip()
        if len(plain) > 1 and plain[0] + plain[-1] in _QUOTES:
            plain = plain[1:-1].strip()
        if plain and not plain.endswith(":"):
            found.append(plain)
    return found


def _prompts(wish: Drafting, seeds: Sequence[Example], told: Drafted) -> Steps[DraftOutcome]:
    count, seed = wish.count, wish.seed
    draw = random.Random(seed)
    known = {_plain(_question(one)) for one in wish.examples}
    made, repeated, empty = 0, 0, 0
    barren, rounds = 0, 0
    while made < count and barren < _ROUNDS_WITHOUT:
        some = draw.sample(seeds, min(SHOWN, len(seeds)))
        rounds += 1
        asked = [ChatTurn("user", _more_like([_question(one) for one in some]))]
        text = yield from _asked(asked, seed + rounds, made / count, made / count)
        lines = lines_of(text)
        fresh = [line for line in dict.fromkeys(lines) if _plain(line) not in known]
        repeated += len(lines) - len(fresh)
        barren = 0 if fresh else barren + 1
        for prompt in fresh[: count - made]:
            known.add(_plain(prompt))
            before = _shown(some, prompt)
            answer = yield from _asked(before, seed + made, made / count, (made + 1) / count)
            if not answer:
                empty += 1
            else:
                system = some[0].turns[:1] if some[0].turns[0].role == "system" else ()
                turns = (*system, Turn("user", prompt), Turn("assistant", answer))
                told(_draft(turns, wish.teacher, ()))
                made += 1
    return DraftOutcome(made, repeated, empty, gave_up=made < count)


def _asked(turns: Sequence[ChatTurn], seed: int, begins: float, ends: float) -> Steps[str]:
    params = SamplingParams(temperature=0.8, max_tokens=ANSWER_TOKENS, seed=seed % (2**32 - 2))
    request = Generate(new_id(), tuple(turns), params=params)
    return expected(Written, (yield Step(0, request, begins, ends))).text.strip()


def _shown(some: Sequence[Example], prompt: str) -> list[ChatTurn]:
    """Some examples as earlier turns, so that the answer is of their kind."""
    turns: list[ChatTurn] = []
    if some[0].turns[0].role == "system":
        turns.append(ChatTurn("system", some[0].turns[0].content))
    for one in some[:3]:
        turns += [ChatTurn("user", _question(one)), ChatTurn("assistant", one.answer)]
    return [*turns, ChatTurn("user", prompt)]


def _more_like(questions: Sequence[str]) -> str:
    shown = "\n".join(f"- {' '.join(one.split())[:400]}" for one in questions)
    return (
        f"Here are questions that a person asked:\n{shown}\n\nWrite {ASKED} new questions of the same kind, "
        "in other words and about other things, one on each line. Write nothing else."
    )


def _rewrite(source: Example) -> str:
    return (
        f"A person asked:\n{_question(source)}\n\nThis was the answer:\n{source.answer}\n\n"
        "Write the answer anew: the same facts, clearer and more to the point. Write the new answer only."
    )


def _question(example: Example) -> str:
    users = [turn.content for turn in example.prompt if turn.role == "user"]
    return users[-1] if users else ""


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[^\w\s]", "", text.casefold()).split())


def _draft(turns: Sequence[Turn], teacher: str, tags: tuple[str, ...]) -> Example:
    return Example(tuple(turns), tags=tags, origin=Origin("teacher", teacher), state="draft")
