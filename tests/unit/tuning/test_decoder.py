from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import gguf
import numpy as np
import pytest
import torch

from benchtop.domain.training import TARGETS
from benchtop.resources import starter_model
from benchtop.tuning.decoder import Decoder
from benchtop.tuning.lora import LoraPlan
from benchtop.tuning.products import token_losses
from unit.tuning.decoder_kit import (
    WORDS,
    adapted,
    assert_near,
    gradients,
    mean_loss,
    some_tokens,
)
from unit.tuning.plain_decoder import PlainDecoder
from unit.tuning.random_bases import KINDS, LAYERS, random_base
from workers.raw_logits import raw_model

PROMPTS = json.loads(Path(__file__).parents[2].joinpath("teaching/unrelated.json").read_text())[:12]
OpenBase = Callable[[Path], Decoder]
each_kind = pytest.mark.parametrize("kind", KINDS)
CLOSE = {"gemma3": 1e-3}
"""ggml looks GELU up in a table of 16-bit floats: the last bit of what goes in decides over 0.0005 of what
comes out, relatively. All other architectures agree to 2e-5."""


@each_kind
def test_logits_are_those_of_llama_cpp(
    kind: str, bases: dict[str, Path], open_base: OpenBase
) -> None:
    tokens = some_tokens(1, 60)
    with torch.no_grad():
        ours = open_base(bases[kind]).logits(tokens)[0].double().numpy()
    with raw_model(bases[kind]) as model:
        theirs = model.logits(tokens[0].tolist(), exact=True)
    assert theirs.std() > 0.5
    assert np.abs(ours - theirs).max() < CLOSE.get(kind, 2e-5)


def test_on_a_packed_base_the_same_tokens_are_best(open_base: OpenBase) -> None:
    """The starter's own replies. llama.cpp packs what it multiplies Q8_0 with to Q8_0 too, so its logits
    differ in the second digit."""
    decoder = open_base(starter_model())
    assert decoder.head.matrix.type_id == gguf.GGMLQuantizationType.Q8_0
    same: list[bool] = []
    with raw_model(starter_model()) as model:
        for prompt in PROMPTS:
            asked = f"<|im_start|>user\n{prompt}<|im_end|>\n<|im_start|>assistant\n"
            tokens = model.tokens(asked, special=True)
            start = len(tokens) - 1
            for _place in range(24):
                theirs = model.logits(tokens, exact=True)
                if int(theirs[-1].argmax()) == model.end:
                    break
                tokens.append(int(theirs[-1].argmax()))
            with torch.no_grad():
                ours = decoder.logits(torch.tensor([tokens]))[0].numpy()
            theirs = model.logits(tokens, exact=True)
            same += (ours.argmax(-1) == theirs.argmax(-1))[start:].tolist()
    assert len(same) > 150
    assert np.mean(same) >= 0.99


@each_kind
@pytest.mark.parametrize("packed", [gguf.GGMLQuantizationType.Q8_0, gguf.GGMLQuantizationType.F16])
def test_a_packed_base_is_unpacked_to_the_very_numbers(
    kind: str,
    packed: gguf.GGMLQuantizationType,
    tmp_path: Path,
    open_base: OpenBase,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = random_base(tmp_path / "packed.gguf", kind, quantised=packed)
    decoder, plain = open_base(path), PlainDecoder(path)
    matrices = [linear.matrix for linear in decoder.modules() if hasattr(linear, "matrix")]
    assert len(matrices) == 7 * LAYERS + 1
    monkeypatch.setattr(
        "benchtop.tuning.packed._SHARED", 97 * 96
    )  # only the smallest on one thread
    for matrix in matrices:
        wanted = plain.tensors[matrix.name]
        assert torch.equal(matrix.dense(), wanted)
        assert torch.equal(matrix.borrowed(), wanted)
        rows = torch.tensor([[3, 0], [3, len(wanted) - 1]])
        assert torch.equal(matrix.some(rows), wanted[rows])
        assert torch.equal(torch.cat([piece for _at, piece in matrix.pieces(7)]), wanted)


@each_kind
def test_gradients_are_those_of_plain_autograd(
    kind: str, bases: dict[str, Path], open_base: OpenBase
) -> None:
    decoder = adapted(open_base(bases[kind]), LoraPlan(4, 8.0))
    tokens = some_tokens(2, 40)
    loss = mean_loss(decoder, tokens)
    ours = gradients(decoder, loss)
    loose = {name: (lora.a, lora.b) for name, lora in decoder.adapters().items()}
    plain = PlainDecoder(bases[kind]).losses(tokens, loose, 2.0).mean()
    assert float((loss - plain).detach().abs()) < 1e-5
    assert_near(ours, gradients(decoder, plain), 1e-3 if kind == "gemma3" else 2e-5)


@pytest.mark.parametrize(
    "plan",
    [
        LoraPlan(2, 4.0, targets=("attn_q", "attn_v")),
        LoraPlan(3, 1.0, targets=("ffn_down",)),
        LoraPlan(2, 4.0, targets=("ffn_up", "attn_output"), last_layers=3),
    ],
    ids=lambda plan: "+".join(plan.targets),
)
def test_gradients_of_some_matrices_only(
    plan: LoraPlan, bases: dict[str, Path], open_base: OpenBase
) -> None:
    decoder = adapted(open_base(bases["qwen2"]), plan)
    layers = plan.last_layers or LAYERS
    assert len(decoder.adapters()) == layers * len(plan.targets)
    tokens = some_tokens(2, 24)
    ours = gradients(decoder, mean_loss(decoder, tokens))
    loose = {name: (lora.a, lora.b) for name, lora in decoder.adapters().items()}
    plain = PlainDecoder(bases["qwen2"]).losses(tokens, loose, plan.alpha / plan.rank).mean()
    assert_near(ours, gradients(decoder, plain), 2e-5)


@each_kind
def test_keeping_little_changes_nothing(
    kind: str, bases: dict[str, Path], open_base: OpenBase
) -> None:
    decoder = adapted(open_base(bases[kind]), LoraPlan(4, 8.0, last_layers=5))
    tokens = some_tokens(2, 30)
    whole = gradients(decoder, mean_loss(decoder, tokens))
    decoder.keeps_little = True
    little = gradients(decoder, mean_loss(decoder, tokens))
    assert all(torch.equal(one, other) for one, other in zip(whole, little, strict=True))


def test_what_is_kept_is_less_when_little_is_kept(
    bases: dict[str, Path], open_base: OpenBase
) -> None:
    decoder = adapted(open_base(bases["llama"]), LoraPlan(4, 8.0))
    tokens = some_tokens(2, 32)

    def kept() -> int:
        sizes: dict[int, int] = {}

        def pack(tensor: torch.Tensor) -> torch.Tensor:
            sizes[tensor.untyped_storage().data_ptr()] = tensor.untyped_storage().nbytes()
            return tensor

        with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
            mean_loss(decoder, tokens)
        return sum(sizes.values())

    whole = kept()
    # A layer keeps its input, q, k, v, what attention made, the sum after it, gate and up, and no norm.
    numbers = 2 * 32 * (96 + 192 + 64 + 64 + 192 + 96 + 160 + 160) * LAYERS
    parameters = sum(parameter.numel() for parameter in decoder.parameters())
    assert whole < 4 * (numbers * 1.1 + parameters)
    decoder.keeps_little = True
    assert kept() < 0.25 * whole


def test_what_enters_the_first_changed_layer_can_be_kept(
    bases: dict[str, Path], open_base: OpenBase
) -> None:
    decoder = adapted(open_base(bases["gemma3"]), LoraPlan(4, 8.0, last_layers=3))
    tokens = some_tokens(2, 30)
    begun = decoder.begun(tokens)
    assert not begun.requires_grad
    hidden, again = decoder(tokens), decoder(tokens, begun)
    assert torch.equal(hidden, again)
    assert_near(
        gradients(decoder, again.square().mean()), gradients(decoder, hidden.square().mean()), 1e-7
    )


def test_padding_at_the_end_changes_nothing_before_it(
    bases: dict[str, Path], open_base: OpenBase
) -> None:
    decoder = open_base(bases["gemma3"])
    tokens = some_tokens(1, 40)
    padded = torch.cat((tokens, torch.zeros(1, 9, dtype=torch.long)), 1)
    with torch.no_grad():
        assert torch.allclose(decoder(padded)[:, :40], decoder(tokens), atol=2e-3)


@pytest.mark.parametrize("little", [False, True])
def test_the_gate_is_asked_before_each_layer_and_never_below_the_first_changed(
    little: bool, bases: dict[str, Path], open_base: OpenBase
) -> None:
    decoder = adapted(open_base(bases["llama"]), LoraPlan(2, 4.0, last_layers=3))
    decoder.keeps_little = little
    asked: list[str] = []
    decoder.gate = lambda: asked.append("forward")
    loss = mean_loss(decoder, some_tokens(1, 12))
    decoder.gate = lambda: asked.append("backward")
    loss.backward()
    assert asked == ["forward"] * LAYERS + ["backward"] * 3


def test_a_gate_that_raises_ends_the_step_and_the_next_one_works(
    bases: dict[str, Path], open_base: OpenBase
) -> None:
    decoder = adapted(open_base(bases["llama"]), LoraPlan(2, 4.0))
    tokens = some_tokens(1, 12)
    wanted = gradients(decoder, mean_loss(decoder, tokens))

    def closed() -> None:
        raise InterruptedError

    loss = mean_loss(decoder, tokens)
    decoder.gate = closed
    with pytest.raises(InterruptedError):
        loss.backward()
    decoder.gate = None
    again = gradients(decoder, mean_loss(decoder, tokens))
    assert all(torch.equal(one, other) for one, other in zip(wanted, again, strict=True))


@each_kind
def test_unpacked_for_a_gpu_it_computes_the_same(
    kind: str, bases: dict[str, Path], open_base: OpenBase
) -> None:
    """The way of a GPU, walked on the processor."""
    tokens = some_tokens(2, 30)
    decoder = adapted(open_base(bases[kind]), LoraPlan(4, 8.0))
    loss = mean_loss(decoder, tokens)
    packed = gradients(decoder, loss)
    decoder.to_gpu(torch.device("cpu"), torch.float32)
    assert_near(gradients(decoder, mean_loss(decoder, tokens)), packed, 1e-6)
    decoder.to_gpu(torch.device("cpu"), torch.bfloat16)
    assert decoder.dtype == torch.bfloat16
    coarse = mean_loss(decoder, tokens)
    assert coarse.dtype == torch.float32
    assert float(coarse.detach()) == pytest.approx(float(loss.detach()), abs=0.02)
    learnt = [one for one in decoder.parameters() if one.requires_grad]
    assert {one.dtype for one in learnt} == {torch.float32}
    for one, other in zip(gradients(decoder, coarse), packed, strict=True):
        assert torch.cosine_similarity(one.flatten(), other.flatten(), 0) > 0.98


def test_token_losses_are_the_cross_entropy_in_any_number_of_pieces(
    bases: dict[str, Path], open_base: OpenBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("benchtop.tuning.products._LOGITS", 20 * WORDS)
    monkeypatch.setattr("benchtop.tuning.products._POSITIONS", 1)
    decoder = open_base(bases["qwen3"])
    hidden = torch.randn(53, 96, generator=torch.Generator().manual_seed(3)).requires_grad_()
    targets = some_tokens(1, 53)[0]
    weights = torch.linspace(-1, 1, 53)  # as the margins of a preference weigh
    ours = token_losses(hidden, targets, decoder.head)
    (grad,) = torch.autograd.grad((ours * weights).sum(), hidden)
    logits = hidden @ decoder.head.matrix.dense().T
    theirs = torch.nn.functional.cross_entropy(logits, targets, reduction="none")
    (wanted,) = torch.autograd.grad((theirs * weights).sum(), hidden)
    assert torch.allclose(ours, theirs, atol=1e-5)
    assert torch.allclose(grad, wanted, atol=1e-5)
    assert token_losses(hidden[:0], targets[:0], decoder.head).shape == (0,)


def test_adapters_change_nothing_before_they_learn_and_lower_the_loss_when_they_do(
    bases: dict[str, Path], open_base: OpenBase
) -> None:
    decoder, tokens = open_base(bases["llama"]), some_tokens(2, 40)
    with torch.no_grad():
        before = decoder(tokens)
    decoder.add_adapters(LoraPlan(4, 8.0), seed=1)
    assert set(decoder.adapters()) == {f"blk.{n}.{name}" for n in range(LAYERS) for name in TARGETS}
    with torch.no_grad():
        assert torch.equal(decoder(tokens), before)
    optimiser = torch.optim.AdamW(decoder.parameters(), lr=1e-2)
    losses = []
    for _step in range(6):
        loss = mean_loss(decoder, tokens)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(float(loss.detach()))
    assert losses[-1] < 0.7 * losses[0]
