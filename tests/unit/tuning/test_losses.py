"""What training makes smaller: only of what is to be learnt, and by the formulas of the papers."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional

from benchtop.domain.token_lines import TokenExample
from benchtop.domain.training import TrainingSettings
from benchtop.tuning.batches import batch_of
from benchtop.tuning.checkpoints import Progress
from benchtop.tuning.decoder import Decoder
from benchtop.tuning.lora import LoraPlan
from benchtop.tuning.losses import (
    Anchors,
    answer_losses,
    as_base,
    pair_batch,
    preference_losses,
    row_sums,
)
from benchtop.tuning.step_losses import StepLosses, roughened
from benchtop.tuning.training_set import chosen, rejected
from unit.tuning.teaching_sets import example, training_set

OpenBase = Callable[[Path], Decoder]
PLAIN = TrainingSettings(rank=4, alpha=8.0, word_dropout=0.0, general=0.0, preference=False, seed=3)


@pytest.fixture
def decoder(bases: dict[str, Path], open_base: OpenBase) -> Decoder:
    """A random llama with adapters that change something."""
    found = open_base(bases["llama"])
    found.add_adapters(LoraPlan(4, 8.0), 1)
    draw = torch.Generator().manual_seed(2)
    with torch.no_grad():
        for lora in found.adapters().values():
            lora.b.normal_(0.0, 0.05, generator=draw)
    return found


def plain_losses(decoder: Decoder, ids: tuple[int, ...], start: int, end: int) -> torch.Tensor:
    """-log p of the tokens from ``start`` to ``end``, the long way."""
    logits = decoder.logits(torch.tensor([ids]))[0].double()
    chances = functional.log_softmax(logits, -1)
    return -torch.stack([chances[place - 1, ids[place]] for place in range(start, end)])


def gradients(decoder: Decoder) -> torch.Tensor:
    found = [parameter.grad for parameter in decoder.parameters() if parameter.requires_grad]
    joined = torch.cat([one.flatten() for one in found if one is not None]).clone()
    decoder.zero_grad()
    return joined


def near(one: torch.Tensor, other: torch.Tensor, part: float = 1e-4) -> bool:
    return float((one - other).abs().max()) <= part * float(other.abs().max())


def test_the_loss_is_that_of_the_answers_tokens_whatever_the_padding(decoder: Decoder) -> None:
    some = [example(1), example(2, question=20, answer=3), example(3, question=2, answer=11)]
    batch = batch_of([chosen(one) for one in some])
    with torch.no_grad():
        sums = row_sums(batch, answer_losses(decoder, batch))
        wanted = [float(plain_losses(decoder, one.ids, *one.spans[0]).sum()) for one in some]
    assert sums.tolist() == pytest.approx(wanted, rel=1e-5)


def test_tokens_outside_the_spans_are_no_targets(decoder: Decoder) -> None:
    """What comes behind the last answer changes nothing; a token of the question is only read."""
    one = example(5)
    (_, end), *_ = one.spans
    learnt = StepLosses(decoder, training_set([one]), PLAIN)
    learnt.backward(((0,),), Progress())
    wanted = gradients(decoder)
    behind = replace(one, ids=(*one.ids[:end], 77, 78, 79))
    StepLosses(decoder, training_set([behind]), PLAIN).backward(((0,),), Progress())
    assert near(gradients(decoder), wanted)
    # one more token in the span is more to be learnt
    longer = replace(one, spans=((one.spans[0][0], end + 1),))
    StepLosses(decoder, training_set([longer]), PLAIN).backward(((0,),), Progress())
    assert not near(gradients(decoder), wanted, 0.05)


def test_no_logit_outside_the_spans_gets_a_gradient(decoder: Decoder) -> None:
    """Whatever the model says there, it is left alone: hidden states get a gradient at the places before
    the tokens of the spans, and nowhere else."""
    one = example(6)
    batch = batch_of([chosen(one)])
    kept: list[torch.Tensor] = []

    def keep(_module: torch.nn.Module, _inputs: object, made: torch.Tensor) -> None:
        made.retain_grad()
        kept.append(made)

    handle = decoder.register_forward_hook(keep)
    answer_losses(decoder, batch).sum().backward()
    handle.remove()
    grad = kept[0].grad
    assert grad is not None
    touched = [place for place in range(len(one.ids)) if float(grad[0, place].abs().max()) > 0]
    (start, end), *_ = one.spans
    assert touched == list(range(start - 1, end - 1))


def test_parts_of_a_step_add_up_to_the_mean_over_its_tokens(decoder: Decoder) -> None:
    some = [example(n, question=3 + 5 * n, answer=2 + n) for n in range(4)]
    losses = StepLosses(decoder, training_set(some), PLAIN)
    together, read = losses.backward(((0, 1, 2, 3),), Progress())
    whole = gradients(decoder)
    apart, read_apart = losses.backward(((0,), (1, 2), (3,)), Progress())
    assert near(gradients(decoder), whole)
    assert apart == pytest.approx(together, rel=1e-5)
    assert read == read_apart == sum(len(one.ids) for one in some)
    with torch.no_grad():
        every = torch.cat([plain_losses(decoder, one.ids, *one.spans[0]) for one in some])
    assert together == pytest.approx(float(every.mean()), rel=1e-5)


def test_the_holdout_is_the_mean_over_its_tokens_and_leaves_no_gradient(decoder: Decoder) -> None:
    held = [example(n, "holdout", answer=1 + n) for n in range(3)]
    losses = StepLosses(decoder, training_set([example(9)], held), PLAIN)
    with torch.no_grad():
        every = torch.cat([plain_losses(decoder, one.ids, *one.spans[0]) for one in held])
    assert losses.holdout() == pytest.approx(float(every.mean()), rel=1e-5)
    assert all(parameter.grad is None for parameter in decoder.parameters())
    assert StepLosses(decoder, training_set([example(9)]), PLAIN).holdout() is None


def test_the_preference_loss_is_that_of_the_paper(decoder: Decoder) -> None:
    """Rafailov et al. 2023, equation 7, with the log-probabilities of whole answers."""
    settings = replace(PLAIN, preference=True, preference_beta=0.3)
    some = [example(n, answer=4 + n, rejected=7 - n) for n in range(3)]
    losses = StepLosses(decoder, training_set(some), settings)
    progress = Progress()
    with as_base(decoder):  # a run begins with adapters that change nothing
        losses.prepare(progress)
    told, _ = losses.backward(((0, 1, 2),), progress)
    ours = gradients(decoder)

    def chance(ids: tuple[int, ...], spans: tuple[tuple[int, int], ...]) -> torch.Tensor:
        return -plain_losses(decoder, ids, *spans[0]).sum()

    answers = sum(one.learnt for one in some)
    total = torch.zeros((), dtype=torch.float64)
    plain = 0.0
    for one in some:
        good, bad = chance(*chosen(one)), chance(*rejected(one))
        with torch.no_grad(), as_base(decoder):
            base_good, base_bad = chance(*chosen(one)), chance(*rejected(one))
        margin = 0.3 * ((good - base_good) - (bad - base_bad))
        total = total - torch.log(torch.sigmoid(margin)) / len(some) - good / answers
        plain += float(-good.detach()) / answers
    total.backward()
    assert near(ours, gradients(decoder), 2e-4)
    assert told == pytest.approx(plain, rel=1e-5)


def test_preference_by_hand() -> None:
    here, reference = torch.tensor([3.0, 1.0, 5.0, 1.5]), torch.tensor([4.0, 1.0, 4.0, 1.0])
    found = preference_losses(here, reference, 2, 0.5)
    # margins: (5 - 3) - (4 - 4) = 2, and (1.5 - 1) - (1 - 1) = 0.5
    assert found.tolist() == pytest.approx([math.log1p(math.exp(-1)), math.log1p(math.exp(-0.25))])


def test_the_reference_is_read_once_and_stays(decoder: Decoder) -> None:
    settings = replace(PLAIN, preference=True)
    some = [example(1), example(2, rejected=3)]
    losses = StepLosses(decoder, training_set(some), settings)
    progress = Progress()
    losses.prepare(progress)
    with torch.no_grad():
        batch = pair_batch([some[1]])
        sums = row_sums(batch, answer_losses(decoder, batch)).tolist()
    assert progress.reference == {1: pytest.approx(tuple(sums))}
    progress.reference[1] = (1.0, 2.0)  # as a checkpoint had it
    losses.prepare(progress)
    assert progress.reference == {1: (1.0, 2.0)}
    assert losses.lengths == [
        len(some[0].ids),
        2 * max(len(some[1].ids), len(some[1].rejected_ids)),
    ]


def test_anchors_hold_to_the_base_by_the_divergence(decoder: Decoder) -> None:
    """KL(base | now) over what comes next, its value and its gradient, against autograd of the formula."""
    some = [example(1, "anchor"), example(2, "anchor", question=3, answer=9)]
    anchors = Anchors(decoder, some)
    found = anchors.losses([0, 1])
    (found * torch.arange(1.0, len(found) + 1)).sum().backward()
    ours = gradients(decoder)
    wanted: list[torch.Tensor] = []
    for one in some:
        (start, end), *_ = one.spans
        tokens = torch.tensor([one.ids])
        with torch.no_grad(), as_base(decoder):
            base = functional.log_softmax(decoder.logits(tokens)[0].double(), -1)
        now = functional.log_softmax(decoder.logits(tokens)[0].double(), -1)
        wanted += list((base.exp() * (base - now)).sum(-1)[start - 1 : end - 1])
    assert found.tolist() == pytest.approx(
        [float(one.detach()) for one in wanted], rel=1e-3, abs=1e-6
    )
    assert min(found.tolist()) > 0
    sum(one * n for n, one in enumerate(wanted, 1)).backward()  # type: ignore[union-attr]
    assert near(ours, gradients(decoder), 1e-3)


def test_anchors_ask_nothing_of_a_model_that_is_the_base_still(
    bases: dict[str, Path], open_base: OpenBase
) -> None:
    fresh = open_base(bases["qwen3"])
    fresh.add_adapters(LoraPlan(4, 8.0), 1)
    found = Anchors(fresh, [example(1, "anchor")]).losses([0])
    found.sum().backward()
    assert float(found.detach().abs().max()) < 1e-6
    assert float(gradients(fresh).abs().max()) < 1e-5


def test_a_base_is_asked_without_its_adapters_and_gets_them_back(decoder: Decoder) -> None:
    scales = [lora.scale for lora in decoder.adapters().values()]

    def fail() -> None:
        with as_base(decoder):
            assert not any(lora.scale for lora in decoder.adapters().values())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert [lora.scale for lora in decoder.adapters().values()] == scales


def test_as_many_anchors_as_the_step_has_tokens_other_ones_each_time(decoder: Decoder) -> None:
    anchors = [example(n, "anchor") for n in range(20, 40)]
    length = len(anchors[0].ids)
    settings = replace(PLAIN, general=2.0)
    losses = StepLosses(decoder, training_set([example(1)], anchors=anchors), settings)
    seen = []
    for step in range(3):
        _, read = losses.backward(((0,),), Progress(step=step))
        assert read == length + 2 * length
        seen.append(gradients(decoder))
    _, _ = losses.backward(((0,),), Progress(step=1))
    assert near(gradients(decoder), seen[1])
    assert not near(seen[0], seen[1], 1e-3)
    none = StepLosses(decoder, training_set([example(1)], anchors=anchors), PLAIN)
    assert none.backward(((0,),), Progress())[1] == length


@st.composite
def marked(draw: st.DrawFn) -> TokenExample:
    """Ids that are their own places, with spans to be learnt and words that people wrote."""
    marks = draw(st.lists(st.sampled_from("-wl"), min_size=2, max_size=40))
    marks[0] = "-"
    if "l" not in marks:
        marks[-1] = "l"

    def ranges(kind: str) -> tuple[tuple[int, int], ...]:
        found: list[tuple[int, int]] = []
        for place, mark in enumerate(marks):
            if mark == kind and found and found[-1][1] == place:
                found[-1] = (found[-1][0], place + 1)
            elif mark == kind:
                found.append((place, place + 1))
        return tuple(found)

    return TokenExample("train", "", tuple(range(len(marks))), ranges("l"), ranges("w"))


@settings(max_examples=150, deadline=None)
@given(marked(), st.floats(0.0, 0.9), st.integers(0, 9))
def test_only_words_are_left_out_and_spans_name_the_same_tokens(
    one: TokenExample, part: float, seed: int
) -> None:
    ids, spans = roughened(one, part, random.Random(seed))
    assert [ids[a:b] for a, b in spans] == [one.ids[a:b] for a, b in one.spans]
    assert list(ids) == sorted(ids)
    gone = set(one.ids) - set(ids)
    words = {place for a, b in one.words for place in range(a, b)}
    assert gone <= words
    if part == 0.0:
        assert (ids, spans) == (one.ids, one.spans)


def test_so_many_words_are_left_out_as_asked_and_others_each_time() -> None:
    one = TokenExample("train", "", tuple(range(1_001)), ((1_000, 1_001),), ((0, 1_000),))
    draw = random.Random(4)
    first, second = roughened(one, 0.25, draw)[0], roughened(one, 0.25, draw)[0]
    assert 200 < 1_001 - len(first) < 300
    assert first != second
