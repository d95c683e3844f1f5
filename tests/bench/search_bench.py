"""How long a search over many messages takes."""

from __future__ import annotations

import itertools
import random
import statistics
import time
from pathlib import Path

from benchtop.domain.chat import Conversation, Message
from benchtop.store.database import Store, open_store
from benchtop.store.messages import insert

SENTENCES_PER_MESSAGE = 10
MESSAGES_PER_CONVERSATION = 40
CHINESE_EVERY = 20
"""One message in so many is Chinese: 5,000 of 100,000."""


def search_ms(tmp: Path, messages: int = 100_000) -> dict[str, float]:
    """Milliseconds of a search over ``messages`` messages of 120 words, as MessageTable.search does it.

    ``search_ms`` is the median over what a person types, letter by letter: rare and common words,
    several, phrases. ``search_unspaced_ms`` is the slowest search for Chinese words of 1 to 6
    letters, some of them nowhere; ``search_signs_ms`` that for signs, which are looked for in all.
    """
    with open_store(tmp / "search.sqlite3") as store:
        words = fill(store, messages)
        found = {
            "search_ms": statistics.median(time_searches(store, typed(words)).values()),
            "search_unspaced_ms": max(time_searches(store, chinese_words(words)).values()),
            "search_signs_ms": max(time_searches(store, ["->", "()"]).values()),
        }
        return {name: round(value, 2) for name, value in found.items()}


def fill(store: Store, messages: int) -> list[str]:
    """Fill the store with talk made of 12-word sentences; returns its words, the commonest first."""
    rng = random.Random(7)
    letters = "etaoinshrdlucmfwypvbgk"
    words = [
        "".join(rng.choices(letters, k=rng.choice((2, 3, 4, 5, 6, 7, 8, 9)))) for _ in range(20_000)
    ]
    zipf = list(itertools.accumulate(1 / (place + 3) for place in range(len(words))))
    sentences = [" ".join(rng.choices(words, cum_weights=zipf, k=12)) for _ in range(20_000)]
    chinese = chinese_sentences()
    with store.connection.writing() as database:
        for number in range(0, messages, MESSAGES_PER_CONVERSATION):
            title = " ".join(rng.choices(words, cum_weights=zipf, k=5))
            store.conversations.add(Conversation(f"c{number}", title, number, number))
            for place in range(number, min(number + MESSAGES_PER_CONVERSATION, messages)):
                text = ". ".join(rng.choices(sentences, k=SENTENCES_PER_MESSAGE))
                if place % CHINESE_EVERY == 0:
                    text = "".join(rng.choices(chinese, k=SENTENCES_PER_MESSAGE))
                role = "user" if place % 2 == 0 else "assistant"
                insert(database, Message(f"m{place}", f"c{number}", None, role, text, place))
    return words


def chinese_sentences() -> list[str]:
    """Sentences of 20 letters, common and rare ones."""
    rng = random.Random(8)
    letters = [chr(code) for code in range(0x4E00, 0x4E00 + 3_000)]
    zipf = list(itertools.accumulate(1 / (place + 3) for place in range(len(letters))))
    return ["".join(rng.choices(letters, cum_weights=zipf, k=20)) + "。" for _ in range(5_000)]


def chinese_words(words: list[str]) -> list[str]:
    """Searches for Chinese: parts of a sentence, what is nowhere, and one beside a common word."""
    sentence = chinese_sentences()[0]
    parts = [sentence[:length] for length in (1, 2, 3, 6)]
    return [*parts, "龥龥", "龥龥龥", f"{words[0]} {sentence[:2]}"]


def typed(words: list[str]) -> list[str]:
    """What is in the search box while someone types some searches."""
    searches = [words[0], words[40], words[400], words[4_000], f"{words[3]} {words[900]}"]
    steps = [search[:end] for search in searches for end in range(1, len(search) + 1)]
    return [*steps, f'"{words[5]} {words[9]}"', f"{words[1]} {words[2]} {words[8]}", "zzzzqx"]


def time_searches(store: Store, searches: list[str], repeat: int = 3) -> dict[str, float]:
    """Milliseconds of each search, the quickest of a few: other programs only ever add time."""
    times: dict[str, float] = {}
    for words in searches:
        for _ in range(repeat):
            begin = time.perf_counter()
            store.messages.search(words)
            spent = (time.perf_counter() - begin) * 1_000
            times[words] = min(times.get(words, spent), spent)
    return times
