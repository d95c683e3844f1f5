"""What is met again from pass to pass, and what is kept of it, changes the time alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from itertools import chain, islice
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import settings as bounds
from hypothesis import strategies as st

from benchtop.domain.training import TrainingSettings
from benchtop.tuning.batches import endless_steps
from benchtop.tuning.beginnings import Beginnings
from benchtop.tuning.checkpoints import Progress
from benchtop.tuning.decoder import Decoder
from benchtop.tuning.lora import LoraPlan
from benchtop.tuning.passes import MOST_KEPT_BYTES, passes_of
from benchtop.tuning.step_losses import StepLosses
from unit.tuning.random_bases import WIDTH
from unit.tuning.teaching_sets import example, training_set

OpenBase = Callable[[Path], Decoder]
SETTINGS = TrainingSettings(
    rank=4,
    alpha=8.0,
    last_layers=2,
    steps=400,
    batch_tokens=96,
    part_tokens=48,
    general=1.0,
    seed=3,
)
EXAMPLES = [example(n, question=4 + n % 5, answer=3 + n % 4) for n in range(12)]
PAIRS = [example(30 + n, rejected=4) for n in range(3)]
HELD = [example(50 + n, "holdout") for n in range(3)]
ANCHORS = [example(70 + n, "anchor", answer=3 + n) for n in range(6)]


@pytest.fixture
def decoder(bases: dict[str, Path], open_base: OpenBase) -> Decoder:
    """A random gemma with adapters in its last two layers that change something."""
    found = open_base(bases["gemma3"])
    found.add_adapters(LoraPlan(4, 8.0, last_layers=2), 1)
    draw = torch.Generator().manual_seed(2)
    with torch.no_grad():
        for lora in found.adapters().values():
            lora.b.normal_(0.0, 0.05, generator=draw)
    return found


def losses_of(decoder: Decoder, settings: TrainingSettings) -> StepLosses:
    examples = training_set([*EXAMPLES, *PAIRS], HELD, ANCHORS)
    return StepLosses(decoder, examples, settings)


@bounds(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 40), min_size=1, max_size=40), st.integers(0, 300), st.booleans())
def test_what_begins_at_a_step_goes_on_as_what_began_at_the_first(
    lengths: list[int], first: int, keeps: bool
) -> None:
    passes = passes_of(lengths, SETTINGS, 64 if keeps else 0, 0)
    whole = list(islice(passes.coming(0), first + 30))
    assert list(islice(passes.coming(first), 30)) == whole[first:]
    of_a_pass = len(passes.of_a_pass)
    for at in range(0, len(whole) - of_a_pass + 1, of_a_pass) if passes.wordings else ():
        some = whole[at : at + of_a_pass]
        assert Counter(some) == Counter(passes.of_a_pass), "the same steps in each pass"
    places = chain.from_iterable(chain.from_iterable(passes.of_a_pass))
    assert sorted(places) == list(range(len(lengths)))


def test_other_words_each_time_where_nothing_is_kept() -> None:
    lengths = [10] * 30
    passes = passes_of(lengths, SETTINGS, 0, 0)
    assert (passes.wordings, passes.kept_bytes, passes.first_steps) == (0, 0, 400)
    sizes = (SETTINGS.batch_tokens, SETTINGS.part_tokens, SETTINGS.seed)
    assert list(islice(passes.coming(7), 40)) == list(islice(endless_steps(lengths, *sizes, 7), 40))


def test_each_choice_of_words_comes_four_times_at_least_and_all_of_them_fit() -> None:
    lengths = [10] * 45  # four in a part, nine in a step: five steps a pass
    each = [
        passes_of(lengths, replace(SETTINGS, steps=steps), 64, 5) for steps in (39, 40, 60, 900)
    ]
    assert [len(one.of_a_pass) for one in each] == [5] * 4
    assert [one.wordings for one in each] == [0, 2, 3, 8]
    assert each[1].kept_bytes == (2 * 450 + 5) * 64
    assert each[1].first_steps == 10
    assert [each[1].wording(step) for step in (0, 4, 5, 9, 10)] == [0, 0, 1, 1, 0]
    # there is room for three, then for one, which is none
    assert passes_of(lengths, SETTINGS, MOST_KEPT_BYTES // (3 * 450 + 5), 5).wordings == 3
    assert passes_of(lengths, SETTINGS, MOST_KEPT_BYTES // (2 * 450), 5).wordings == 0
    # where no word is left out, one is enough
    plain = replace(SETTINGS, word_dropout=0.0)
    assert passes_of(lengths, plain, MOST_KEPT_BYTES // (2 * 450), 5).wordings == 1
    assert passes_of(lengths, replace(plain, steps=9), 64, 5).wordings == 0


@pytest.mark.parametrize("preference", [False, True])
def test_what_is_kept_is_what_would_be_computed(decoder: Decoder, preference: bool) -> None:
    """Losses and gradients of a step, with anchors and pairs, and the holdout."""
    settings = replace(SETTINGS, preference=preference)
    keeping = losses_of(decoder, settings)
    plain = losses_of(decoder, replace(settings, save_memory=True))
    assert replace(keeping.passes, settings=plain.passes.settings) == plain.passes
    assert keeping.passes.wordings > 1
    assert keeping.first_steps < plain.first_steps == SETTINGS.steps
    step, found = keeping.passes.of_a_pass[0], []
    for losses in (plain, keeping, keeping):
        progress = Progress()
        losses.prepare(progress)
        loss, tokens = losses.backward(step, progress)
        grads = [one.grad for one in decoder.parameters() if one.grad is not None]
        found.append(
            (loss, tokens, losses.holdout(), torch.cat([g.flatten() for g in grads]).clone())
        )
        decoder.zero_grad()
    wanted = found[0]
    for loss, tokens, held, grads in found[1:]:
        assert loss == pytest.approx(wanted[0], rel=1e-6)
        assert tokens == wanted[1]
        assert held == pytest.approx(wanted[2], rel=1e-6)
        assert float((grads - wanted[3]).abs().max()) <= 1e-4 * float(wanted[3].abs().max())
    assert torch.equal(found[1][3], found[2][3]), "to the bit, be it computed or kept"


def test_the_first_layers_run_once_for_what_is_met_again(
    decoder: Decoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    losses, asked = losses_of(decoder, SETTINGS), []
    assert losses.passes.wordings > 2
    decoder.gate = lambda: asked.append("")
    layers, of_a_pass = len(decoder.layers), len(losses.passes.of_a_pass)

    def layers_of(number: int) -> int:
        asked.clear()
        with torch.no_grad():
            monkeypatch.setattr(torch.Tensor, "backward", lambda _loss: None)
            losses.backward(losses.passes.of_a_pass[0], Progress(step=number))
        return len(asked)

    first = layers_of(0)
    again = layers_of(0)
    assert again % 2 == 0
    assert first > layers * again / 2 * 0.9
    assert layers_of(of_a_pass) > again, "other words"
    assert layers_of(losses.passes.wordings * of_a_pass) <= again + 2 * layers, (
        "the first ones again"
    )
    assert losses.bytes_to_come < losses.passes.kept_bytes


@pytest.mark.parametrize("left_out", [0.0, 0.25])
def test_what_is_foretold_is_what_is_kept(decoder: Decoder, left_out: float) -> None:
    """Of pairs, both answers are as long as the longer: most of what is kept of these is padding."""
    pairs = [example(30 + n, answer=3, rejected=40 + n) for n in range(3)]
    settings = replace(SETTINGS, preference=True, word_dropout=left_out, general=30.0, steps=64)
    losses = StepLosses(decoder, training_set([*EXAMPLES, *pairs], HELD, ANCHORS), settings)
    foretold = losses.passes.kept_bytes
    assert losses.bytes_to_come == foretold > 0
    progress = Progress()
    losses.prepare(progress)
    for number, step in enumerate(islice(losses.passes.coming(0), losses.first_steps)):
        progress.step = number
        losses.backward(step, progress)
    losses.holdout()
    if left_out:  # what is left out takes nothing
        assert 0.8 * foretold < losses.kept_bytes < foretold
    else:
        assert losses.kept_bytes == foretold
    assert losses.bytes_to_come == foretold - losses.kept_bytes


def test_pairs_alone_are_kept_once_and_others_beside_them_in_each_wording() -> None:
    lengths = [10] * 45
    every = passes_of(lengths, SETTINGS, 64, 5, range(45))
    assert (every.wordings, every.kept_bytes) == (1, 455 * 64)
    assert passes_of(lengths, SETTINGS, MOST_KEPT_BYTES // 455 + 1, 5, range(45)).wordings == 0
    some = passes_of(lengths, SETTINGS, 64, 5, range(20))
    assert (some.wordings, some.kept_bytes) == (8, (8 * 250 + 205) * 64)


def test_a_person_or_a_lack_of_memory_may_keep_nothing(decoder: Decoder) -> None:
    losses = losses_of(decoder, replace(SETTINGS, keep_between_passes=False))
    assert losses.passes.wordings > 1, "the same is learnt"
    assert (losses.bytes_to_come, losses.first_steps) == (0, SETTINGS.steps)


def test_rows_that_are_computed_alone_are_padded_behind(decoder: Decoder) -> None:
    kept = Beginnings(decoder)
    rows = [torch.arange(3, 3 + count) for count in (4, 7)]
    made = kept.of_rows(("a", "b"), rows, 7)
    assert made.shape == (2, 7, WIDTH)
    assert torch.equal(made[0, :4], decoder.begun(rows[0][None])[0])
    assert torch.equal(made[1], decoder.begun(rows[1][None])[0])
    assert not made[0, 4:].any()
    assert kept.bytes == 11 * decoder.begun_bytes == 11 * WIDTH * 4


def test_with_adapters_in_all_layers_there_is_nothing_to_keep(
    bases: dict[str, Path], open_base: OpenBase
) -> None:
    whole = open_base(bases["llama"])
    whole.add_adapters(LoraPlan(4, 8.0), 1)
    assert whole.begun_bytes == 0
    losses = losses_of(whole, replace(SETTINGS, last_layers=0))
    assert (losses.passes.wordings, losses.bytes_to_come) == (0, 0)
