from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchtop.domain.gguf import GgufHeader, TensorInfo
from benchtop.domain.model_errors import GgufTruncated, ModelFileMissing
from benchtop.domain.teach_errors import ModelNotTrainable
from benchtop.tuning.base_config import Untrainable, base_config
from benchtop.tuning.decoder import Decoder
from benchtop.tuning.packed import PackedFile, Unpacker
from unit.tuning.random_bases import random_base
from workers.tiny_gguf import lora_adapter, random_model

OpenBase = Callable[[Path], Decoder]
PLAIN = {
    "embedding_length": 640, "block_count": 12, "feed_forward_length": 2048, "attention.head_count": 10,
    "attention.head_count_kv": 2, "attention.layer_norm_rms_epsilon": 1e-6, "rope.freq_base": 5e5,
}  # fmt: skip


def header(architecture: str = "llama", **changed: Any) -> GgufHeader:
    """A header of 640 numbers in 10 heads; ``changed`` names have __ for a full stop, None takes away."""
    own = PLAIN | {name.replace("__", "."): value for name, value in changed.items()}
    metadata = {f"{architecture}.{name}": one for name, one in own.items() if one is not None}
    return GgufHeader(3, {"general.architecture": architecture, **metadata}, (), 0)


def test_sizes_are_read_from_the_header() -> None:
    config = base_config(header())
    assert (config.layers, config.width, config.feed_forward) == (12, 640, 2048)
    assert (config.heads, config.kv_heads, config.head_size) == (10, 2, 64)
    assert config.query_scale == 64**-0.5
    assert config.rope.interleaved
    assert not base_config(header("qwen2")).rope.interleaved
    assert base_config(header(attention__head_count_kv=None)).kv_heads == 10
    assert base_config(header(attention__head_count_kv=(2,) * 12)).kv_heads == 2
    assert (
        base_config(header(attention__key_length=128, attention__value_length=128)).head_size == 128
    )


@pytest.mark.parametrize(
    ("changed", "scale"),
    [
        ({}, 1.0),
        ({"rope__scaling__type": "linear", "rope__scaling__factor": 8.0}, 0.125),
        ({"rope__scaling__type": "none", "rope__scaling__factor": 8.0}, 1.0),
        ({"rope__scale_linear": 4.0}, 0.25),
    ],
)
def test_positions_are_shrunk_as_llama_cpp_does(changed: dict[str, Any], scale: float) -> None:
    assert base_config(header(**changed)).rope.scale == scale


def test_windows_of_gemma3() -> None:
    config = base_config(header("gemma3", attention__sliding_window=512))
    assert [config.window_of(layer) for layer in range(7)] == [512] * 5 + [0, 512]
    assert config.rope_of(0).base == 10_000
    assert config.rope_of(5).base == 5e5
    assert config.embedding_scale == 640**0.5
    pattern = (True, False) * 6
    told = base_config(
        header(
            "gemma3", attention__sliding_window=512, attention__sliding_window_pattern=pattern,
            rope__scaling__factor=8.0, rope__freq_base_swa=2e4,
        )
    )  # fmt: skip
    assert told.windowed == pattern
    assert (told.rope_of(0).base, told.rope_of(0).scale) == (2e4, 1.0)
    assert told.rope_of(1).scale == 0.125
    large = base_config(
        header("gemma3", block_count=62, attention__key_length=32, attention__value_length=32)
    )
    assert large.query_scale == 64**-0.5


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (header("mamba"), "its architecture is mamba"),
        (header(""), "it names no architecture"),
        (header(expert_count=8), "it is a mixture of experts"),
        (header(embedding_length=None), "its header does not tell its sizes"),
        (header(feed_forward_length=(64,) * 11 + (32,)), "its layers are of different sizes"),
        (header(attention__head_count=(8, 10)), "its layers are of different sizes"),
        (header(attention__value_length=32), "its keys and values are of different sizes"),
        (header(attention__head_count_kv=3), "its heads do not share keys and values evenly"),
        (header(rope__dimension_count=128), "the positions in its header do not fit its heads"),
        (header(attention__layer_norm_rms_epsilon=None), "its header lacks the numbers of its norms"),
        (header(rope__scaling__type="yarn"), "it stretches positions by yarn"),
        (header(rope__scaling__attn_factor=1.2), "it strengthens its attention with its positions"),
        (header("gemma3", final_logit_softcapping=30.0), "it caps its logits"),
    ],
)  # fmt: skip
def test_headers_of_models_that_cannot_be_trained(found: GgufHeader, words: str) -> None:
    with pytest.raises(Untrainable, match=words):
        base_config(found)


ODD = np.ones((4, 96), np.float32)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"without": ["blk.3.ffn_up.weight"]}, "it has no tensor blk.3.ffn_up.weight"),
        ({"without": ["output_norm.weight"]}, "it has no tensor output_norm.weight"),
        (
            {"extra": {"blk.1.attn_sinks.weight": ODD}},
            "what its tensor blk.1.attn_sinks.weight does",
        ),
        ({"extra": {"blk.0.attn_q.weight": ODD}}, "blk.0.attn_q.weight is not of the size"),
        ({"extra": {"blk.0.attn_q.weight": ODD[0]}}, "its tensor blk.0.attn_q.weight is no matrix"),
        ({"extra": {"blk.0.ffn_norm.weight": ODD}}, "blk.0.ffn_norm.weight is no row of numbers"),
        (
            {"extra": {"blk.0.ffn_norm.weight": ODD[0, :5]}},
            "blk.0.ffn_norm.weight is not of the size",
        ),
        ({"extra": {"blk.0.attn_q.bias": ODD[0, :5]}}, "blk.0.attn_q.bias is not of the size"),
        ({"keys": {"expert_count": 4}}, "it is a mixture of experts"),
    ],
)
def test_files_of_models_that_cannot_be_trained(
    options: dict[str, Any], words: str, tmp_path: Path, open_base: OpenBase
) -> None:
    path = random_base(tmp_path / "odd.gguf", "llama", **options)
    with pytest.raises(ModelNotTrainable, match=words) as caught:
        open_base(path)
    assert str(caught.value).startswith(f"{path} cannot be trained here because ")


def test_other_files_are_refused_with_their_reason(tmp_path: Path, open_base: OpenBase) -> None:
    first = random_model(tmp_path / "split.gguf", tensors_per_file=8)
    with pytest.raises(ModelNotTrainable, match="split over several files"):
        open_base(first)
    with pytest.raises(ModelNotTrainable, match="an adapter and no model"):
        open_base(lora_adapter(tmp_path / "a.gguf"))
    with pytest.raises(ModelFileMissing):
        open_base(tmp_path / "none.gguf")
    whole = random_model(tmp_path / "cut.gguf")
    whole.write_bytes(whole.read_bytes()[:-500])
    with pytest.raises(GgufTruncated):
        open_base(whole)


@pytest.mark.parametrize("type_id", [24, 28, 77], ids=["I8", "F64", "unknown"])
def test_a_tensor_that_nobody_unpacks_is_refused(
    type_id: int, tmp_path: Path, library: Path
) -> None:
    path = tmp_path / "raw"
    path.write_bytes(bytes(8 * 64))
    info = TensorInfo("blk.0.attn_q.weight", (8, 8), type_id, 0)
    unpacker = Unpacker(library, 1)
    file = PackedFile(path, GgufHeader(3, {}, (info,), 0), unpacker)
    with pytest.raises(Untrainable, match="of a kind that cannot be unpacked"):
        file.matrix(info.name)
    unpacker.close()
