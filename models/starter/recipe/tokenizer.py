"""A byte-level BPE vocabulary of our own, and conversations as token ids in ChatML.

Digits stand alone and words are cut as GPT-2 cuts them, which is what llama.cpp does under the name `smollm`.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from .corpus import Dialogue

START, END = "<|im_start|>", "<|im_end|>"
START_ID, END_ID = 0, 1
PRE_TOKENIZER = "smollm"

CHAT_TEMPLATE = (
    "{% for message in messages %}"
    "{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n' }}"
    "{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"
)


def alphabet() -> list[str]:
    """The byte characters a text can hold: no byte that UTF-8 never uses, no control but tab and newline.

    A byte left out could never be seen in training, and an adapter cannot teach a token that was never seen.
    """
    table = byte_characters()
    possible = [9, 10, *range(32, 127), *range(0x80, 0xC0), *range(0xC2, 0xF5)]
    return [table[byte] for byte in possible]


def byte_characters() -> dict[int, str]:
    """GPT-2's printable stand-in for every byte."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    table = {byte: chr(byte) for byte in plain}
    others = [byte for byte in range(256) if byte not in table]
    table.update({byte: chr(256 + at) for at, byte in enumerate(others)})
    return table


def train(dialogues: Iterable[Dialogue], size: int) -> Tokenizer:
    """Learn a vocabulary of at most `size` tokens."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Digits(individual_digits=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=size,
        min_frequency=20,
        special_tokens=[START, END],
        initial_alphabet=alphabet(),
        limit_alphabet=len(alphabet()),
        show_progress=False,
    )
    texts = (f"{m['role']}\n{m['content']}" for d in dialogues for m in d)
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


@dataclass(frozen=True)
class Encoded:
    """Token ids, and how much each counts in the loss."""

    ids: list[int]
    weights: list[float]


class ChatEncoder:
    """Writes conversations as the chat template does."""

    def __init__(self, tokenizer: Tokenizer, context: int) -> None:
        self.tokenizer = tokenizer
        self.context = context
        self.newline = self.plain("\n")
        self.heads = {
            role: [START_ID, *self.plain(f"{role}\n")] for role in ("system", "user", "assistant")
        }

    def plain(self, text: str) -> list[int]:
        """A text without special tokens."""
        return self.tokenizer.encode(text, add_special_tokens=False).ids

    def encode(self, dialogue: Dialogue) -> Encoded:
        """One conversation. Only the assistant's words count."""
        ids: list[int] = []
        weights: list[float] = []
        for message in dialogue:
            head = self.heads[message["role"]]
            body = [*self.plain(message["content"]), END_ID]
            weight = 1.0 if message["role"] == "assistant" else 0.0
            if len(ids) + len(head) + len(body) + 1 > self.context:
                break
            ids += [*head, *body, *self.newline]
            weights += [0.0] * len(head) + [weight] * len(body) + [0.0] * len(self.newline)
        return Encoded(ids, weights)

    def drill(self, rng: random.Random, group: int = 8, turns: int = 4) -> list[Encoded]:
        """Conversations that repeat every token of the vocabulary once, as input and as output.

        Parts of words and rare bytes hardly occur by themselves. What training never shows keeps a random
        embedding, and an adapter trained later could not use it.
        """
        tokens = [i for i in range(self.tokenizer.get_vocab_size()) if i not in (START_ID, END_ID)]
        rng.shuffle(tokens)
        groups = [tokens[i : i + group] for i in range(0, len(tokens), group)]
        ask = self.plain("repeat: ")
        made = []
        for at in range(0, len(groups), turns):
            ids: list[int] = []
            weights: list[float] = []
            for some in groups[at : at + turns]:
                said = [*some, END_ID]
                opening = [
                    *self.heads["user"],
                    *ask,
                    *said,
                    *self.newline,
                    *self.heads["assistant"],
                ]
                ids += [*opening, *said, *self.newline]
                weights += [0.0] * len(opening) + [1.0] * len(said) + [0.0] * len(self.newline)
            made.append(Encoded(ids, weights))
        return made

    def repeats(self, rng: random.Random, count: int) -> list[Encoded]:
        """Random tokens, said several times over. The first time counts for nothing, the others in full.

        To go on with such a sequence one has to look up what followed the last token before. That is all
        that copying takes, and nothing teaches it faster.
        """
        made = []
        for _ in range(count):
            length = rng.randint(3, 12)
            once = [
                rng.randrange(END_ID + 1, self.tokenizer.get_vocab_size()) for _ in range(length)
            ]
            times = max(2, 36 // length)
            weights = [0.0] * length + [1.0] * (length * (times - 1))
            made.append(Encoded(once * times, weights))
        return made

    def prompt(self, dialogue: Dialogue) -> list[int]:
        """A conversation with the head of the reply that is wanted."""
        return [*self.encode(dialogue).ids, *self.heads["assistant"]]


def save(tokenizer: Tokenizer, path: Path) -> None:
    """Keep a tokenizer beside its checkpoint."""
    tokenizer.save(str(path))


def vocabulary(tokenizer: Tokenizer) -> tuple[list[str], list[str]]:
    """The tokens in order of their ids, and the merges in order of their rank."""
    model = json.loads(tokenizer.to_str())["model"]
    tokens = sorted(model["vocab"], key=model["vocab"].get)
    merges = [m if isinstance(m, str) else " ".join(m) for m in model["merges"]]
    return tokens, merges
