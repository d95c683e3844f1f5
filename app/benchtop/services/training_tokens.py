"""Examples to tokens, by the engine of the very model that learns: training reads what inference reads."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from benchtop.domain.errors import FileNotWritten
from benchtop.domain.examples import Example, Split, Turn
from benchtop.domain.token_lines import TokenExample, TokenHead, token_lines
from benchtop.protocol.encode_messages import Encoded, EncodedSequence, EncodeExamples
from benchtop.protocol.messages import ChatTurn
from benchtop.services.measures import Step, Steps, expected, new_id
from benchtop.store.whole_file import replace_file_by_parts

BATCH = 64
"""Examples that are asked for at a time."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """An example that nothing can be learnt from, and why, as the end of a sentence."""

    sum: str
    why: str


@dataclass(slots=True)
class Tokens:
    """All that a trainer reads. ``cut`` examples lost some turns because they were too long; a template that
    is not ``prefix_stable`` writes earlier turns anew, so that each answer is an example of its own."""

    head: TokenHead = field(default_factory=lambda: TokenHead("", 0))
    examples: list[TokenExample] = field(default_factory=list)
    cut: int = 0
    skipped: list[Skipped] = field(default_factory=list)
    prefix_stable: bool = True
    template_problem: str = ""

    def count(self, use: str) -> int:
        """How many sequences are for this use."""
        return sum(one.use == use for one in self.examples)

    def lengths(self, use: str) -> list[int]:
        """Tokens of each sequence for this use, with its rejected answer."""
        some = [one for one in self.examples if one.use == use]
        return [len(one.ids) + len(one.rejected_ids) for one in some]


def token_steps(
    entries: Sequence[tuple[Example, str, Split]],
    context_length: int,
    anchors: dict[str, str],
    *,
    pairs: bool = False,
    begins: float = 0.0,
    ends: float = 1.0,
) -> Steps[Tokens]:
    """The tokens of a version's examples (each with its sum and split), and of anchors with their answers.

    ``pairs``: those with a rejected answer have its tokens too.
    """
    found = Tokens()
    every = [(example.turns, sum_, split, example) for example, sum_, split in entries]
    made = [Example((Turn("user", q), Turn("assistant", a))) for q, a in anchors.items() if a]
    every += [(one.turns, one.sum, "anchor", one) for one in made]  # type: ignore[misc]
    count = max(1, len(every))
    for at in range(0, len(every), BATCH):
        some = every[at : at + BATCH]
        low, high = (begins + (ends - begins) * n / count for n in (at, at + len(some)))
        encoded = yield from _encoded([turns for turns, *_ in some], context_length, low, high)
        found.head = TokenHead(encoded.vocabulary, context_length)
        found.prefix_stable = found.prefix_stable and encoded.prefix_stable
        found.template_problem = found.template_problem or encoded.template_problem
        rejected: dict[int, EncodedSequence] = {}
        if pairs:
            rejected = yield from _rejected([one for *_, one in some], context_length, high)
        for place, (_, sum_, use, _example) in enumerate(some):
            mine = [one for one in encoded.sequences if one.example == place]
            _take(found, mine, sum_, use, rejected.get(place))
    return found


def write_tokens(path: Path, tokens: Tokens) -> None:
    """Write the file, whole or not at all; raises FileNotWritten."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        lines = token_lines(tokens.head, tokens.examples)
        replace_file_by_parts(path, (line.encode("ascii") for line in lines))
    except OSError as error:
        detail = (error.strerror or str(error)).lower()
        raise FileNotWritten(path=str(path), detail=detail) from error


def _encoded(
    conversations: Iterable[Sequence[Turn]], context_length: int, begins: float, ends: float
) -> Steps[Encoded]:
    turns = tuple(
        tuple(ChatTurn(turn.role, turn.content) for turn in conversation)
        for conversation in conversations
    )
    request = EncodeExamples(new_id(), turns, context_length)
    return expected(Encoded, (yield Step(0, request, begins, ends)))


def _rejected(
    examples: Sequence[Example], context_length: int, at: float
) -> Steps[dict[int, EncodedSequence]]:
    """The last sequence of each example with its rejected answer in the place of the last, by its place."""
    places = [n for n, one in enumerate(examples) if one.rejected.strip()]
    if not places:
        return {}
    turns = [
        (*examples[n].prompt, replace(examples[n].turns[-1], content=examples[n].rejected))
        for n in places
    ]
    encoded = yield from _encoded(turns, context_length, at, at)
    return {places[one.example]: one for one in encoded.sequences if one.spans}


def _take(
    found: Tokens,
    sequences: Sequence[EncodedSequence],
    sum_: str,
    use: str,
    rejected: EncodedSequence | None,
) -> None:
    found.cut += any(one.cut for one in sequences)
    for one in sequences:
        if one.skipped:
            found.skipped.append(Skipped(sum_, one.skipped))
    usable = [one for one in sequences if one.spans]
    if use == "holdout":  # an earlier answer of it may be learnt in another example
        usable = [replace(one, spans=one.spans[-1:]) for one in usable[-1:]]
    for one in usable:
        made = TokenExample(use, sum_, one.ids, one.spans, one.words)  # type: ignore[arg-type]
        if one is usable[-1] and rejected is not None and _is_pair(one, rejected):
            made = replace(made, rejected_ids=rejected.ids, rejected_spans=rejected.spans)
        found.examples.append(made)


def _is_pair(chosen: EncodedSequence, rejected: EncodedSequence) -> bool:
    """Whether both differ in nothing but their last answers: the longer one may have been cut."""
    at, there = chosen.spans[-1][0], rejected.spans[-1][0]
    return at == there and chosen.ids[:at] == rejected.ids[:at]
