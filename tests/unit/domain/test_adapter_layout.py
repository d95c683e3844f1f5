"""What an adapter fixes of the settings of a run that goes on from it."""

from __future__ import annotations

from pathlib import Path

import gguf
import numpy as np
import pytest

from benchtop.domain.adapter_layout import AdapterLayout, read_layout
from benchtop.domain.errors import AdapterFailed
from benchtop.domain.model_errors import GgufTruncated
from benchtop.domain.training import preset_settings
from workers.tiny_gguf import LAYERS, lora_adapter, random_model


def adapter(path: Path, matrices: dict[str, int], *, alpha: float = 12.0) -> Path:
    """An adapter that changes these matrices, each with its rank."""
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_type(gguf.GGUFType.ADAPTER)
    writer.add_string(gguf.Keys.Adapter.TYPE, "lora")
    writer.add_float32(gguf.Keys.Adapter.LORA_ALPHA, alpha)
    for name, rank in matrices.items():
        writer.add_tensor(f"{name}.weight.lora_a", np.zeros((rank, 8), np.float32))
        writer.add_tensor(f"{name}.weight.lora_b", np.zeros((16, rank), np.float32))
    writer.write_header_to_file(path)
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def test_it_is_read_from_the_tensors_of_a_file(tmp_path: Path) -> None:
    whole = read_layout(lora_adapter(tmp_path / "whole.gguf", rank=3), LAYERS)
    assert whole == AdapterLayout(3, 3.0, ("attn_q", "attn_v", "ffn_down"), 0)
    some = {f"blk.{layer}.{name}": 4 for layer in (5, 6, 7) for name in ("ffn_up", "attn_k")}
    path = adapter(tmp_path / "last.gguf", some)
    assert read_layout(path, 8) == AdapterLayout(4, 12.0, ("attn_k", "ffn_up"), 3)
    assert read_layout(adapter(tmp_path / "no-alpha.gguf", some, alpha=0.0), 8).alpha == 4


def test_it_fixes_those_settings_and_no_others() -> None:
    quick, thorough = preset_settings("quick", 30), preset_settings("thorough", 30)
    mixed = AdapterLayout.of(quick).within(thorough)
    assert (mixed.rank, mixed.alpha, mixed.last_layers) == (8, 16.0, 10)
    assert (mixed.preset, mixed.epochs, mixed.least_steps) == ("thorough", 8.0, 600)
    assert AdapterLayout.of(mixed) == AdapterLayout.of(quick)


@pytest.mark.parametrize(
    ("matrices", "why"),
    [
        ({"blk.0.attn_q": 4, "blk.1.attn_q": 8}, "different ranks"),
        ({"blk.0.attn_q": 4}, "not the last ones of this model"),
        ({"blk.1.attn_q": 4, "blk.2.attn_q": 4}, "not the last ones of this model"),
        ({"blk.0.attn_q": 4, "blk.1.attn_k": 4}, "the same matrices"),
        ({"blk.0.attn_qkv": 4, "blk.1.attn_qkv": 4}, "attn_qkv.*leaves alone"),
        ({"token_embd": 4}, "token_embd.*leaves alone"),
        ({"blk.0.attn_q": 600, "blk.1.attn_q": 600}, "its rank is 600, and 1 to 512"),
    ],
)
def test_what_no_run_here_would_make_is_refused(
    tmp_path: Path, matrices: dict[str, int], why: str
) -> None:
    path = adapter(tmp_path / "odd.gguf", matrices)
    with pytest.raises(AdapterFailed, match=why) as told:
        read_layout(path, 2)
    assert str(path) in str(told.value)


def test_a_model_and_half_a_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(AdapterFailed, match="not a LoRA adapter"):
        read_layout(random_model(tmp_path / "model.gguf"), LAYERS)
    whole = lora_adapter(tmp_path / "whole.gguf").read_bytes()
    (tmp_path / "half.gguf").write_bytes(whole[:200])
    with pytest.raises(GgufTruncated):
        read_layout(tmp_path / "half.gguf", LAYERS)
