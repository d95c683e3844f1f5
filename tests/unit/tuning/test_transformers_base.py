"""Bases that transformers computes, held against llama.cpp: each architecture that is trained this way."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gguf
import pytest
import torch

from benchtop.domain.errors import BadParameter
from benchtop.domain.gguf import read_header
from benchtop.domain.training import TARGETS, TRAINABLE, TRAINABLE_BY_TRANSFORMERS
from benchtop.tuning.adapter_file import adapter_matrices, read_adapter, write_adapter
from benchtop.tuning.base_model import open_base
from benchtop.tuning.lora import Lora, LoraPlan
from benchtop.tuning.merge import merge_adapters
from benchtop.tuning.packed import PackedFile, Unpacker
from benchtop.tuning.transformers_base import TransformersBase
from benchtop.tuning.transformers_opening import open_transformers
from unit.tuning.decoder_kit import adapted, gradients, mean_loss
from unit.tuning.other_bases import (
    HEAD,
    LAYERS,
    OTHERS,
    WIDTH,
    WORDS,
    long_phi3,
    other_base,
)
from unit.tuning.transformers_kit import PLAN, apart, limit, shifted, some

each = pytest.mark.parametrize("architecture", TRAINABLE_BY_TRANSFORMERS)
KINDS = {
    "phi3": {"attn_qkv", "attn_output", "ffn_up", "ffn_down"},
    "gpt2": {"attn_qkv", "attn_output", "ffn_up", "ffn_down"},
    "falcon": {"attn_qkv", "attn_output", "ffn_up", "ffn_down"},
    "starcoder2": set(TARGETS) - {"ffn_gate"},
    "nemotron": set(TARGETS) - {"ffn_gate"},
}


def test_every_architecture_is_tried_here() -> None:
    assert set(OTHERS) == set(TRAINABLE_BY_TRANSFORMERS)
    assert not set(TRAINABLE) & set(TRAINABLE_BY_TRANSFORMERS)


@each
def test_logits_and_those_with_an_adapter_are_llama_cpps(
    architecture: str, others: dict[str, Path], tmp_path: Path
) -> None:
    path, adapter = others[architecture], tmp_path / "adapter.gguf"
    base = open_transformers(path)
    distance, spread = apart(base, path)
    assert spread > 0.5
    assert distance < limit(architecture)
    with torch.no_grad():
        before = base.logits(some(60))
        after = adapted(base, PLAN).logits(some(60))
    assert float((after - before).abs().max()) > 0.5
    write_adapter(adapter, base, PLAN, {"general.name": "a test"})
    assert apart(base, path, adapter)[0] < limit(architecture)
    kinds = {name.split(".", 2)[2] for name in adapter_matrices(adapter)}
    assert kinds == KINDS.get(architecture, set(TARGETS))
    other = open_transformers(path)
    other.add_adapters(PLAN, seed=9)
    read_adapter(adapter, other)
    with torch.no_grad():
        assert torch.equal(other.logits(some(60)), after)


VARIANTS: dict[str, tuple[str, dict[str, Any]]] = {
    "phi3 tied": ("phi3", {"without": ["output.weight"]}),
    "phi3 turned in part": ("phi3", {"keys": {"rope.dimension_count": HEAD // 2}}),
    "phi3 with a window": ("phi3", {"keys": {"attention.sliding_window": 8}}),
    "gemma2 with the usual caps": (
        "gemma2",
        {"keys": {"attn_logit_softcapping": None, "final_logit_softcapping": None}},
    ),
    "gemma2 with other positions": ("gemma2", {"keys": {"rope.freq_base": 3e4}}),
    "starcoder2 with a head": ("starcoder2", {"extra": {"output.weight": shifted(WORDS, WIDTH)}}),
    "stablelm side by side": ("stablelm", {"without": ["ffn_norm.weight", "ffn_norm.bias"]}),
    "stablelm without biases": (
        "stablelm",
        {"without": ["attn_q.bias", "attn_k.bias", "attn_v.bias"]},
    ),
    "stablelm with other positions": (
        "stablelm",
        {"keys": {"rope.freq_base": 3e4, "rope.dimension_count": HEAD}},
    ),
    "gpt2 with a head": ("gpt2", {"extra": {"output.weight": shifted(WORDS, WIDTH)}}),
    "nemotron with whole heads turned": ("nemotron", {"keys": {"rope.dimension_count": HEAD}}),
    "falcon tied": ("falcon", {"without": ["output.weight"]}),
    "lfm2 with attention in other layers": (
        "lfm2",
        {"keys": {"rope.freq_base": 2e4, "attention.layer_norm_rms_epsilon": 1e-3}},
    ),
}


@pytest.mark.parametrize("variant", VARIANTS)
def test_what_transformers_would_not_see_in_the_header_is_computed_too(
    variant: str, tmp_path: Path
) -> None:
    architecture, changes = VARIANTS[variant]
    path = other_base(tmp_path / "base.gguf", architecture, seed=4, **changes)
    distance, spread = apart(open_transformers(path), path)
    assert spread > 0.4
    assert distance < limit(architecture)


@pytest.mark.parametrize("count", [60, 300], ids=["short", "long"])
def test_two_sets_of_positions_are_taken_as_llama_cpp_takes_them(
    count: int, tmp_path: Path
) -> None:
    """Its context here is as long as the text, rounded up to 256 tokens."""
    path, adapter = long_phi3(tmp_path / "base.gguf"), tmp_path / "adapter.gguf"
    base = adapted(open_transformers(path), PLAN)
    write_adapter(adapter, base, PLAN, {"general.name": "a test"})
    distance, spread = apart(base, path, adapter, count)
    assert spread > 0.5
    assert distance < limit("phi3")


@each
def test_losses_and_their_gradients_are_those_of_its_own_logits(
    architecture: str, others: dict[str, Path]
) -> None:
    base = adapted(open_transformers(others[architecture]), PLAN)
    tokens = torch.cat([some(24, 1), some(24, 2)])
    loss = mean_loss(base, tokens)  # type: ignore[arg-type]
    ours = gradients(base, loss)  # type: ignore[arg-type]
    plain = torch.nn.functional.cross_entropy(
        base.logits(tokens)[:, :-1].flatten(0, 1), tokens[:, 1:].flatten()
    )
    assert float((loss - plain).detach().abs()) < 1e-5
    theirs = gradients(base, plain)  # type: ignore[arg-type]
    assert len(ours) == len(theirs) == 2 * len(base.adapters())
    for one, other in zip(ours, theirs, strict=True):
        assert float((one - other).abs().max()) <= 1e-4 * float(other.abs().max())


@each
def test_padding_changes_nothing(architecture: str, others: dict[str, Path]) -> None:
    base = open_transformers(others[architecture])
    short, long = some(20, 1), some(30, 2)
    padded = torch.cat([torch.cat([short, torch.zeros(1, 10, dtype=torch.long)], 1), long])
    with torch.no_grad():
        together = base(padded)
        assert torch.allclose(together[:1, :20], base(short), atol=1e-4)
        assert torch.allclose(together[1:], base(long), atol=1e-4)


@pytest.mark.parametrize("architecture", ["gemma2", "gpt2", "lfm2", "falcon"])
def test_keeping_little_changes_nothing_and_keeps_less(
    architecture: str, others: dict[str, Path]
) -> None:
    base = adapted(open_transformers(others[architecture]), LoraPlan(4, 8.0, last_layers=3))
    tokens = some(40)

    def kept() -> tuple[int, list[torch.Tensor]]:
        sizes: dict[int, int] = {}

        def pack(tensor: torch.Tensor) -> torch.Tensor:
            sizes[tensor.untyped_storage().data_ptr()] = tensor.untyped_storage().nbytes()
            return tensor

        with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
            loss = mean_loss(base, tokens)  # type: ignore[arg-type]
        return sum(sizes.values()), gradients(base, loss)  # type: ignore[arg-type]

    much, whole = kept()
    base.keeps_little = True
    little, again = kept()
    assert all(map(torch.equal, whole, again))
    assert little < much


def test_the_gate_is_asked_before_each_layer_there_and_back(others: dict[str, Path]) -> None:
    base = adapted(open_transformers(others["gpt2"]), LoraPlan(4, 8.0))
    asked: list[int] = []
    base.gate = lambda: asked.append(1)
    loss = mean_loss(base, some(12))  # type: ignore[arg-type]
    assert len(asked) == LAYERS
    loss.backward()
    assert len(asked) == 2 * LAYERS

    def closed() -> None:
        raise InterruptedError

    base.gate = closed
    with pytest.raises(InterruptedError), torch.no_grad():
        base(some(12))


def test_the_same_seed_draws_the_same_adapters_as_for_our_own_decoder(
    others: dict[str, Path],
) -> None:
    one, other = open_transformers(others["phi3"]), open_transformers(others["phi3"])
    torch.manual_seed(3)
    one.add_adapters(PLAN, seed=1)
    torch.manual_seed(4)
    other.add_adapters(PLAN, seed=1)
    first, second = one.adapters(), other.adapters()
    assert list(first) == list(second)
    assert all(torch.equal(first[name].a, second[name].a) for name in first)
    assert not any(bool(pair.b.any()) for pair in first.values())
    name, pair = next(iter(first.items()))
    assert name.startswith("blk.0.")
    drawn = Lora(pair.a.shape[1], len(pair.b), PLAN, torch.Generator().manual_seed(1))
    assert torch.equal(pair.a, drawn.a)


def test_only_what_was_asked_for_gets_an_adapter(others: dict[str, Path]) -> None:
    base = open_transformers(others["gemma2"])
    base.add_adapters(LoraPlan(2, 4.0, targets=("attn_q", "ffn_gate"), last_layers=2), 1)
    assert set(base.adapters()) == {
        f"blk.{layer}.{name}"
        for layer in (LAYERS - 2, LAYERS - 1)
        for name in ("attn_q", "ffn_gate")
    }
    assert sum(one.requires_grad for one in base.parameters()) == 2 * 4
    joined = open_transformers(others["phi3"])
    joined.add_adapters(LoraPlan(2, 4.0, targets=("attn_v", "ffn_gate"), last_layers=1), 1)
    assert set(joined.adapters()) == {"blk.3.attn_qkv", "blk.3.ffn_up"}
    without = open_transformers(others["starcoder2"])
    with pytest.raises(BadParameter, match="ffn_up") as caught:
        without.add_adapters(LoraPlan(2, 4.0, targets=("ffn_gate",)), 1)
    assert caught.value.facts["name"] == "targets"


@pytest.fixture
def unpacker(library: Path) -> Iterator[Unpacker]:
    made = Unpacker(library, threads=1)
    yield made
    made.close()


@pytest.mark.parametrize("architecture", ["phi3", "gpt2", "lfm2"])
def test_a_packed_base_is_unpacked_to_the_numbers_of_ggml(
    architecture: str, tmp_path: Path, unpacker: Unpacker
) -> None:
    packed = gguf.GGMLQuantizationType.Q8_0
    path = other_base(tmp_path / "base.gguf", architecture, quantised=packed, seed=2)
    file = PackedFile(path, read_header(path), unpacker)
    base = open_base(path, unpacker)
    assert isinstance(base, TransformersBase)
    for layer, name in ((0, "ffn_up"), (1, "attn_output"), (3, "ffn_down")):
        wanted = file.matrix(f"blk.{layer}.{name}.weight")
        assert wanted.type_id == packed
        own = next(k for k, v in base._names.items() if v == f"blk.{layer}.{name}")
        found = base.model.get_submodule(own).weight
        assert torch.equal(found.T if architecture == "gpt2" else found, wanted.dense())


@each
def test_a_merged_model_computes_what_its_base_does_with_the_adapter(
    architecture: str, others: dict[str, Path], tmp_path: Path, library: Path
) -> None:
    adapter, target = tmp_path / "adapter.gguf", tmp_path / "merged.gguf"
    base = adapted(open_transformers(others[architecture]), PLAN)
    write_adapter(adapter, base, PLAN, {"general.name": "a test"})
    merge_adapters(others[architecture], [(adapter, 1.0)], library, target, lambda _part: None)
    assert apart(base, target)[0] < limit(architecture)


def test_on_another_device_or_in_16_bits_it_computes_the_same(others: dict[str, Path]) -> None:
    base = adapted(open_transformers(others["gemma2"]), PLAN)
    learnt = gradients(base, mean_loss(base, some(30)))  # type: ignore[arg-type]
    with torch.no_grad():
        wanted = base(some(30))
        base.to_gpu(torch.device("cpu"), torch.float32)
        assert torch.equal(base(some(30)), wanted)
        base.to_gpu(torch.device("cpu"), torch.bfloat16)
        coarse = base(some(30))
    rough = gradients(base, mean_loss(base, some(30)))  # type: ignore[arg-type]
    one, other = (torch.cat([grad.flatten() for grad in every]) for every in (rough, learnt))
    assert one.dtype == torch.float32
    assert float((one - other).norm() / other.norm()) < 0.1
    assert coarse.dtype == torch.bfloat16
    assert float((coarse.float() - wanted).norm() / wanted.norm()) < 0.05
    assert {pair.a.dtype for pair in base.adapters().values()} == {torch.float32}
