"""What an adapter says of itself, and which models it fits."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from benchtop.domain.adapters import BASE_SUM_KEY, CARD_KEY, fits, inspect_adapter, of_base
from benchtop.domain.errors import AdapterFailed
from benchtop.domain.model_errors import ModelFileMissing
from benchtop.domain.models import inspect_model
from workers.tiny_gguf import FEED_FORWARD, LAYERS, WIDTH, lora_adapter, random_model


def test_an_adapter_says_what_it_was_made_for(tmp_path: Path) -> None:
    path = lora_adapter(tmp_path / "mine.gguf", rank=3)
    adapter = inspect_adapter(path)
    assert (adapter.name, adapter.path, adapter.bytes) == ("mine", str(path), path.stat().st_size)
    assert (adapter.architecture, adapter.rank, adapter.layers) == ("llama", 3, LAYERS)
    assert (adapter.width, adapter.feed_forward) == (WIDTH, FEED_FORWARD)


def test_it_fits_models_of_its_measures_only(tmp_path: Path) -> None:
    adapter = inspect_adapter(lora_adapter(tmp_path / "mine.gguf"))
    shape = inspect_model(random_model(tmp_path / "model.gguf")).shape
    assert shape is not None
    assert fits(adapter, shape)
    assert fits(adapter, replace(shape, layers=LAYERS + 1))
    for other in (
        replace(shape, architecture="qwen2"),
        replace(shape, width=WIDTH * 2),
        replace(shape, feed_forward=FEED_FORWARD * 2),
        replace(shape, layers=LAYERS - 1),
    ):
        assert not fits(adapter, other)


def test_a_model_is_no_adapter(tmp_path: Path) -> None:
    with pytest.raises(AdapterFailed, match="not a LoRA adapter"):
        inspect_adapter(random_model(tmp_path / "model.gguf"))
    with pytest.raises(ModelFileMissing):
        inspect_adapter(tmp_path / "gone.gguf")


def test_it_names_the_sum_of_its_base_and_brings_its_card(tmp_path: Path) -> None:
    facts = {BASE_SUM_KEY: "AB" * 32, CARD_KEY: '{"x": 1}', "general.base_model.0.name": "base"}
    adapter = inspect_adapter(lora_adapter(tmp_path / "mine.gguf", facts=facts))
    assert (adapter.base_sha256, adapter.card, adapter.base) == ("ab" * 32, '{"x": 1}', "base")
    assert of_base(adapter, "ab" * 32) is True
    assert of_base(adapter, "AB" * 32) is True
    assert of_base(adapter, "cd" * 32) is False
    assert of_base(adapter, "") is None
    several = replace(adapter, base_sha256="ab" * 32 + "+" + "cd" * 32)
    assert of_base(several, "ab" * 32) is True
    assert of_base(several, "cd" * 32) is False


def test_a_sum_that_is_none_is_not_believed(tmp_path: Path) -> None:
    path = lora_adapter(tmp_path / "mine.gguf", facts={BASE_SUM_KEY: "not a sum"})
    assert inspect_adapter(path).base_sha256 == ""
    assert of_base(inspect_adapter(path), "ab" * 32) is None
