"""Which bases transformers is given, and which are refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from benchtop.domain.teach_errors import ModelNotTrainable, PeftMissing, UnpackedTooLarge
from benchtop.tuning.transformers_opening import open_transformers
from unit.tuning.other_bases import HEAD, HEADS, other_base
from unit.tuning.transformers_kit import apart, limit, shifted

REFUSED: dict[str, tuple[str, dict[str, Any], str]] = {
    "stretched": ("phi3", {"keys": {"rope.scaling.type": "linear", "rope.scaling.factor": 2.0}}, "positions"),
    "of experts": ("phi3", {"keys": {"expert_count": 4}}, "mixture of experts"),
    "without norms": ("gemma2", {"keys": {"attention.layer_norm_rms_epsilon": None}}, "of its norms"),
    "without a tensor": ("stablelm", {"without": ["blk.1.ffn_up.weight"]}, "other tensors"),
    "with another tensor": (
        "nemotron",
        {"extra": {"blk.1.attn_q.bias": shifted(HEADS * HEAD)}},
        r"does not use its tensor blk.1.attn_q.bias",
    ),
    "with norms of heads": (
        "stablelm",
        {"extra": {"blk.0.attn_q_norm.weight": shifted(HEADS, HEAD)}},
        "attn_q_norm",
    ),
    "one set of positions": (
        "phi3",
        {"extra": {"rope_factors_long.weight": shifted(HEAD // 2)}},
        "rope_factors_short",
    ),
    "long positions of another kind": (
        "nemotron",
        {"extra": {"rope_factors_long.weight": shifted(HEAD // 2)}},
        "rope_factors_long",
    ),
    "one set of two": (
        "phi3",
        {"extra": {"rope_factors_short.weight": shifted(HEAD // 2)}},
        "rope_factors_long",
    ),
    "another falcon": ("falcon", {"keys": {"attention.head_count_kv": 2}}, "another kind than"),
    "part of its heads": ("gemma2", {"keys": {"rope.dimension_count": 16}}, "part of its heads"),
    "shared keys": ("gpt2", {"keys": {"attention.head_count_kv": 2}}, "share keys"),
    "other rows": ("phi3", {"keys": {"attention.head_count_kv": 3}}, "transformers"),
}  # fmt: skip


@pytest.mark.parametrize("refused", REFUSED)
@pytest.mark.filterwarnings("ignore")  # transformers reports what does not fit
def test_what_is_not_sure_to_be_right_is_refused(refused: str, tmp_path: Path) -> None:
    architecture, changes, words = REFUSED[refused]
    path = other_base(tmp_path / "base.gguf", architecture, **changes)
    with pytest.raises(ModelNotTrainable, match=words) as caught:
        open_transformers(path)
    assert str(path) in str(caught.value)


def test_without_its_tools_it_says_which_are_missing(
    others: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    missing: Callable[[str], object] = lambda name: None if name == "peft" else name  # noqa: E731
    monkeypatch.setattr("benchtop.tuning.transformers_opening.find_spec", missing)
    with pytest.raises(
        PeftMissing, match=r"phi3.gguf .* peft is missing: .*training-tools setup --all"
    ):
        open_transformers(others["phi3"])


def test_too_little_memory_is_said_before_anything_is_loaded(
    others: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Little:
        available = 1_000_000

    monkeypatch.setattr(psutil, "virtual_memory", Little)
    with pytest.raises(UnpackedTooLarge, match="trains unpacked, which takes at least 40"):
        open_transformers(others["phi3"])


def test_what_lies_beside_a_model_is_not_looked_at(tmp_path: Path) -> None:
    """transformers would load an adapter of that name, and the configuration, whatever it says."""
    path = other_base(tmp_path / "a model; quite odd.gguf", "phi3")
    for name in ("adapter_config.json", "config.json"):
        (tmp_path / name).write_text('{"base_model_name_or_path": "somebody/else"}')
    assert apart(open_transformers(path), path)[0] < limit("phi3")
