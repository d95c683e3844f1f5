"""The holdout read by the engine itself, without and with an adapter: what the verdict on training rests on.

The trainer reads the holdout too, for its curve; this is of the very files that a person will chat with.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from benchtop.domain.errors import FileUnreadable
from benchtop.domain.generation import AdapterUse
from benchtop.domain.token_lines import TokenExample, read_token_lines
from benchtop.domain.training_verdict import TuningVerdict, verdict_kind
from benchtop.evaluation.holdout_change import HoldoutChange, holdout_change
from benchtop.protocol.measure_messages import Lens, LensRead
from benchtop.services.measures import Step, Steps, expected, new_id

Changes = tuple[HoldoutChange | None, HoldoutChange | None]
"""From the base, and from the adapter that a run began with."""


def held_out(path: Path) -> list[TokenExample]:
    """The held-out examples of a run's file of tokens; raises FileUnreadable."""
    try:
        with path.open(encoding="ascii") as stream:
            _, examples = read_token_lines(stream)
    except (OSError, ValueError) as error:
        detail = getattr(error, "strerror", None) or str(error)
        raise FileUnreadable(path=str(path), detail=detail.lower()) from error
    return [one for one in examples if one.use == "holdout" and one.learnt]


def holdout_steps(
    examples: Sequence[TokenExample], before: Sequence[AdapterUse], after: Sequence[AdapterUse]
) -> Steps[HoldoutChange | None]:
    """Perplexity on the answers of these examples with one set of adapters and with another; None where
    there are none."""
    if not examples:
        return None
    old = yield from _read(examples, before, 0.0, 0.5)
    new = yield from _read(examples, after, 0.5, 1.0)
    return holdout_change(old, new, [one.learnt for one in examples])


def changes_steps(
    examples: Sequence[TokenExample],
    after: Sequence[AdapterUse],
    earlier: Sequence[AdapterUse] | None,
) -> Steps[Changes]:
    """From the base to ``after``, and from an ``earlier`` adapter to it where there is one."""
    change = yield from holdout_steps(examples, (), after)
    against = None
    if earlier is not None:
        against = yield from holdout_steps(examples, earlier, after)
    return change, against


def verdict_of(change: HoldoutChange | None) -> TuningVerdict:
    """The verdict on these figures alone."""
    if change is None:
        return TuningVerdict("not_shown")
    return TuningVerdict(
        verdict_kind(change.low, change.high, change.tokens),
        change.before,
        change.after,
        change.low,
        change.high,
        change.tokens,
        change.examples,
    )


def _read(
    examples: Sequence[TokenExample], adapters: Sequence[AdapterUse], begins: float, ends: float
) -> Steps[list[float]]:
    """The negative log-likelihood of each example's answers, in nats."""
    found: list[float] = []
    for place, example in enumerate(examples):
        at, then = (begins + (ends - begins) * n / len(examples) for n in (place, place + 1))
        request = Lens(new_id(), None, example.ids, top=1, adapters=tuple(adapters))
        read = expected(LensRead, (yield Step(0, request, at, then)))
        # The first prediction is of the second token.
        found.append(-sum(sum(read.logprobs[a - 1 : b - 1]) for a, b in example.spans))
    return found
