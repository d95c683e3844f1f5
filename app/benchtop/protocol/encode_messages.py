"""Messages that prepare teaching: conversations as the tokens a model learns from, and smaller files.

    EncodeExamples -> Progress...  Encoded   | Failed | Finished (cancelled)
    CountTokens    -> Progress...  Counted   | Failed | Finished (cancelled)
    Quantise       -> Progress...  Quantised | Failed | Finished (cancelled)

CountTokens and Quantise need no loaded model.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from benchtop.domain.generation import TemplateUsed
from benchtop.protocol.chat_turn import ChatTurn

QuantKind = Literal["Q8_0", "Q6_K", "Q5_K_M", "Q4_K_M", "Q4_0", "F16"]
QUANT_KINDS: tuple[QuantKind, ...] = ("Q8_0", "Q6_K", "Q5_K_M", "Q4_K_M", "Q4_0", "F16")


@dataclass(frozen=True, slots=True)
class EncodeExamples:
    """Turn conversations into tokens, with marks at those that are to be learnt.

    No sequence has more than ``context_length`` tokens. ``allow_fallback`` is as in Generate. The answer
    names every token of every example: ask for some hundreds of examples at a time.
    """

    request_id: str
    examples: tuple[tuple[ChatTurn, ...], ...]
    context_length: int
    allow_fallback: bool = True


@dataclass(frozen=True, slots=True)
class EncodedSequence:
    """What is learnt from the ``example`` at that place of the request, or from one answer of it.

    ``spans`` are half-open ranges of ``ids``: an answer's own tokens and the token that ends its turn. All
    before a span is, token by token, the prompt that this engine makes of the turns before the answer.
    ``words`` are the ranges of what people wrote there, system prompts too: tokens of theirs alone.
    ``cut`` is how many turns were left off because the conversation was too long. ``skipped`` says why
    nothing of it can be learnt, as the end of a sentence without its full stop; then there are no ids.
    """

    example: int
    ids: tuple[int, ...]
    spans: tuple[tuple[int, int], ...]
    cut: int = 0
    skipped: str = ""
    words: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Encoded:
    """The sequences of each example in its order: one that holds all its answers, or, where a later prompt
    does not begin with the earlier prompt and its answer, one for each answer.

    ``prefix_stable`` is whether the template wrote the earlier turns of every conversation here as it had
    written them when they were the last. ``vocabulary`` is that of Rendered; ``template`` and
    ``template_problem`` are those of the prompt that fared worst.
    """

    request_id: str
    sequences: tuple[EncodedSequence, ...]
    vocabulary: str
    template: TemplateUsed
    template_problem: str = ""
    prefix_stable: bool = True


COUNTED_AT_ONCE, LETTERS_AT_ONCE = 64, 1_000_000
"""Examples of one CountTokens, and how long they may be together, unless one alone is longer."""
MOST_LETTERS = 8_000_000
"""Of one example: more does not go through the wire, nor into any context."""


@dataclass(frozen=True, slots=True)
class CountTokens:
    """How long conversations are in the tokens of the model at ``path``, of which nothing but the vocabulary
    and the chat template is read: it takes neither the memory nor the time of loading it.

    The vocabulary stays with the worker until it is asked about another file.
    """

    request_id: str
    path: str
    examples: tuple[tuple[ChatTurn, ...], ...]


@dataclass(frozen=True, slots=True)
class Counted:
    """``lengths`` are those of the examples in their order: the tokens of the sequence that EncodeExamples
    makes of the whole conversation, of however many; 0 for one of which nothing can be learnt."""

    request_id: str
    lengths: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Quantise:
    """Write the model at ``path`` to ``target`` in another quantisation; a file at ``target`` is refused."""

    request_id: str
    path: str
    target: str
    kind: QuantKind


@dataclass(frozen=True, slots=True)
class Quantised:
    """The file is whole, at ``path``."""

    request_id: str
    path: str
    bytes: int
