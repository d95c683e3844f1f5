"""A card of a comparison: what was asked, of whom, under which settings, and what each answered."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from benchtop.domain.cards import Card, CardNote, CardSection, CardTable
from benchtop.domain.contest_json import contestant_json
from benchtop.domain.contests import ContestAnswer, Contestant
from benchtop.domain.told_apart import contestant_names
from benchtop.services.card_files import card_machine, contestant_model

Round = Sequence[ContestAnswer]
"""The answers to one prompt, in the order of the contestants."""


def comparison_card(contestants: Sequence[Contestant], rounds: Sequence[Round]) -> Card:
    """The whole conversation, round by round. Raises ValueError where nothing was asked."""
    asked = [_question(one) for one in rounds if one]
    if not asked:
        raise ValueError("nothing was asked")
    names = contestant_names(contestants)
    sections: list[CardSection] = [
        CardTable("Contestants", ("Name", "File", "Settings"), _settings(contestants, names))
    ]
    for number, (prompt, answers) in enumerate(zip(asked, rounds, strict=True), 1):
        sections.append(CardNote(f"Prompt {number}", prompt, verbatim=True))
        sections += [_answer(names[one.place], one) for one in answers]
        sections.append(_figures(names, answers))
    words = f"{len(names)} contestants, {len(asked)} {'prompt' if len(asked) == 1 else 'prompts'}."
    return Card(
        "comparison",
        " against ".join(names) if len(names) < 4 else f"{len(names)} models compared",
        words,
        time.time(),
        card_machine(),
        tuple(contestant_model(one, name) for name, one in zip(names, contestants, strict=True)),
        tuple(sections),
        {"contestants": [contestant_json(one) for one in contestants], "prompts": asked},
        {"answers": [_result(names, one) for answers in rounds for one in answers]},
    )


def settings_words(one: Contestant) -> str:
    """What sets a contestant apart, in a line."""
    parts = [f"temperature {one.params.temperature:g}"]
    parts.append(f"seed {one.seed}" if one.seed is not None else "a new seed each time")
    if one.params.max_tokens is not None:
        parts.append(f"at most {one.params.max_tokens} tokens")
    parts += [f"adapter {adapter.path} × {adapter.scale:g}" for adapter in one.adapters]
    if one.system:
        parts.append(f"system prompt: {one.system}")
    return "; ".join(parts)


def _question(answers: Round) -> str:
    turns = answers[0].turns
    return turns[-1].content if turns else ""


def _settings(
    contestants: Sequence[Contestant], names: Sequence[str]
) -> tuple[tuple[str, str, str], ...]:
    return tuple(
        (name, one.file, settings_words(one)) for name, one in zip(names, contestants, strict=True)
    )


def _answer(name: str, answer: ContestAnswer) -> CardNote:
    return CardNote(name, answer.text or answer.error or "(nothing)", verbatim=True)


def _figures(names: Sequence[str], answers: Round) -> CardTable:
    rows = []
    for one in answers:
        times = one.timings
        rows.append(
            (
                names[one.place],
                f"{times.first_token_seconds:.2f}" if times else "",
                f"{times.tokens_per_second:.1f}" if times else "",
                str(times.completion_tokens) if times else "",
                f"{one.memory_bytes / 1e6:,.0f}" if one.memory_bytes else "",
                one.error or one.stop or "",
            )
        )
    columns = ("Contestant", "First token, s", "Tokens/s", "Tokens", "Memory, MB", "Ended by")
    return CardTable("", columns, tuple(rows))


def _result(names: Sequence[str], one: ContestAnswer) -> dict[str, Any]:
    """What is compared when it is done again; names that end so are not expected to repeat."""
    times = one.timings
    return {
        "contestant": names[one.place],
        "template": one.template,
        "prompt": one.number,
        "text": one.text,
        "reasoning": one.reasoning,
        "tokens": times.completion_tokens if times else 0,
        "seed": one.seed,
        "stop": one.stop,
        "error": one.error,
        "token_rate": times.tokens_per_second if times else 0.0,
        "first_token_seconds": times.first_token_seconds if times else 0.0,
        "memory_bytes": one.memory_bytes,
    }
