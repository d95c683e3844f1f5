"""Contestants, rounds and rankings to show in tests and pictures."""

from __future__ import annotations

from dataclasses import replace

from benchtop.domain.generation import SamplingParams
from benchtop.ui.chat.model_picker import ModelChoice
from benchtop.ui.compare.compare_rows import (
    AdapterChoice,
    AdapterRow,
    ColumnFigures,
    ColumnRow,
    ContestantRow,
    PairRow,
    RankRow,
    RankSummary,
    RoundRow,
)

QUESTION = "A train leaves at 9:40 and arrives at 13:15. How long does it take?"
ANSWERS = (
    (
        "It takes **3 hours and 35 minutes**:\n\n1. From 9:40 to 13:00 are 3 h 20 min.\n"
        "2. From 13:00 to 13:15 are 15 min more.\n\n`13:15 - 9:40 = 3:35`"
    ),
    (
        "The train takes 4 hours and 25 minutes, because 13 − 9 is 4 and 40 − 15 is 25. So the journey "
        "is a little longer than four hours, and the passengers should take something to read."
    ),
    "About three and a half hours.",
    "3 h 35 min",
    "The train arrives in the afternoon.\n\n> It was late.\n\nSo nobody knows.",
    "I am a small model and I do not know trains.",
)
MODELS = (
    ModelChoice("s", "starter", "3.6M · Q8_0 · 3.9 MB"),
    ModelChoice("q", "Qwen3 4B", "4.0B · Q4_K_M · 2.5 GB"),
    ModelChoice("l", "Llama 3.2 3B Instruct", "3.2B · Q4_K_M · 2.0 GB"),
    ModelChoice("g", "Gemma 3 1B", "1.0B · Q8_0 · 1.1 GB", missing=True),
)
ADAPTERS = {"s": (AdapterChoice("/a/pirate.gguf", "pirate", "rank 8"),
                  AdapterChoice("/a/haiku.gguf", "haiku", "rank 16"))}  # fmt: skip
CONTESTANTS = (
    ContestantRow("c1", "starter", "s", "starter", "3.6M · Q8_0"),
    ContestantRow("c2", "Qwen3 4B", "q", "Qwen3 4B", "4.0B · Q4_K_M"),
    ContestantRow(
        "c3", "starter, pirate", "s", "starter", "3.6M · Q8_0",
        system_prompt="You are a pirate.", params=SamplingParams(temperature=0, seed=7),
        params_summary="temperature 0, seed 7", adapters=(AdapterRow("/a/pirate.gguf", "pirate", 0.5),),
    ),
    ContestantRow("c4", "Llama 3.2 3B Instruct", "l", "Llama 3.2 3B Instruct", "3.2B · Q4_K_M"),
    ContestantRow(
        "c5", "Gemma 3 1B", "g", "Gemma 3 1B", "1.0B · Q8_0",
        problem="The file gemma-3-1b.gguf is not in its place: import it again or choose another.",
    ),
    ContestantRow("c6", "Qwen3 at 1.2", "q", "Qwen3 4B", "4.0B", params_summary="temperature 1.2"),
)  # fmt: skip
FIGURES = ColumnFigures(0.084, 1_241.0, 57, 41_000_000)
PAIR = PairRow("c1", "c2", "A", "B")


def waiting(count: int, *, blind: bool = False, prompt: str = QUESTION) -> RoundRow:
    """A prompt that was just asked."""
    rows = CONTESTANTS[:count]
    columns = tuple(
        ColumnRow(row.key, "ABCDEF"[place] if blind else row.name) for place, row in enumerate(rows)
    )
    return RoundRow(prompt, columns, blind)


def answered(count: int, *, blind: bool = False, prompt: str = QUESTION) -> RoundRow:
    """A prompt that all answered."""
    begun = waiting(count, blind=blind, prompt=prompt)
    columns = tuple(
        replace(column, text=ANSWERS[place], state="done", figures=FIGURES)
        for place, column in enumerate(begun.columns)
    )
    return replace(begun, columns=columns)


RANKS = (
    RankRow("Qwen3 4B", 1.42, 0.55, 2.36, 31),
    RankRow("Llama 3.2 3B Instruct", 0.71, -0.12, 1.55, 24),
    RankRow("starter, pirate", -0.52, -1.49, 0.44, 12, detail="starter"),
    RankRow("starter", -1.61, -2.72, -0.58, 17),
)
BETTER = (
    (0.5, 0.88, 0.96, 0.999),
    (0.12, 0.5, 0.93, 0.98),
    (0.04, 0.07, 0.5, 0.9),
    (0.001, 0.02, 0.1, 0.5),
)
OPEN = RankSummary("42 votes: probably Qwen3 4B, 83 %; about 15 more would settle it.")
SETTLED = RankSummary("57 votes: Qwen3 4B is the best, 97 %.", settled=True, winner="Qwen3 4B")
