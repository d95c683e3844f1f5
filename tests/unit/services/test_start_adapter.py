"""Which adapter a run can begin with, and what a person is told of one that it cannot."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from benchtop.domain.adapters import BASE_SUM_KEY
from benchtop.domain.models import ModelFile, inspect_model
from benchtop.domain.teach_errors import (
    StartBroken,
    StartMissing,
    StartNoAdapter,
    StartOfAnotherBase,
    StartUnfit,
)
from benchtop.domain.training import TrainingSettings
from benchtop.services.data_folder import DataFolder, find_data_folder
from benchtop.services.file_hashes import model_sha256
from benchtop.services.start_adapter import check_start, start_layout
from workers.odd_adapters import odd_adapter, pair
from workers.tiny_gguf import LAYERS, lora_adapter, random_model

SETTINGS = TrainingSettings(rank=2, alpha=2.0, targets=("attn_q", "attn_v", "ffn_down"))


@pytest.fixture
def folder(data_home: Path) -> DataFolder:
    found = find_data_folder()
    found.prepare()
    return found


@pytest.fixture
def model(tmp_path: Path) -> ModelFile:
    return inspect_model(random_model(tmp_path / "model.gguf"))


def test_an_adapter_of_this_base_is_taken(
    folder: DataFolder, model: ModelFile, tmp_path: Path
) -> None:
    facts = {BASE_SUM_KEY: model_sha256(folder, model.path)}
    path = str(lora_adapter(tmp_path / "mine.gguf", facts=facts))
    check_start(folder, model, LAYERS, SETTINGS, path)
    layout = start_layout(folder, model, LAYERS, path)
    assert layout is not None
    assert (layout.rank, layout.last_layers) == (2, 0)


def test_its_base_is_told_before_its_layout(
    folder: DataFolder, model: ModelFile, tmp_path: Path
) -> None:
    """Of another one it may have more layers than this one, or another rank than the settings."""
    deeper = odd_adapter(tmp_path / "deeper.gguf", pair("blk.7.attn_q.weight", 96, 96))
    twins = lora_adapter(tmp_path / "twins.gguf", rank=4, facts={BASE_SUM_KEY: "ab" * 32})
    for path in (deeper, twins):
        with pytest.raises(StartOfAnotherBase, match="choose the model it was made for, or begin"):
            check_start(folder, model, LAYERS, SETTINGS, str(path))


@pytest.mark.parametrize("kept", [0, 30, -100])
def test_a_broken_file_is_said_to_be_broken(
    folder: DataFolder, model: ModelFile, tmp_path: Path, kept: int
) -> None:
    path = lora_adapter(tmp_path / "cut.gguf")
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(
        StartBroken, match=r"cut\.gguf, which .* (cut short|empty).*: copy or download"
    ):
        start_layout(folder, model, LAYERS, str(path))


def test_what_is_no_adapter_is_said_to_be_none(
    folder: DataFolder, model: ModelFile, tmp_path: Path
) -> None:
    (tmp_path / "notes.txt").write_text("a shopping list")
    for path, why in (
        (model.path, "not a LoRA adapter"),
        (tmp_path / "notes.txt", "it is not a GGUF file"),
        (tmp_path, "it is a folder"),
    ):
        with pytest.raises(StartNoAdapter, match=f"{why}: choose the file of an adapter"):
            start_layout(folder, model, LAYERS, str(path))
    with pytest.raises(StartMissing):
        start_layout(folder, model, LAYERS, str(tmp_path / "gone.gguf"))


def test_what_other_settings_would_mend_names_them(
    folder: DataFolder, model: ModelFile, tmp_path: Path
) -> None:
    path = str(lora_adapter(tmp_path / "mine.gguf"))
    wrong = replace(SETTINGS, rank=8, targets=("attn_q",))
    with pytest.raises(StartUnfit) as caught:
        check_start(folder, model, LAYERS, wrong, path)
    told = str(caught.value)
    assert "its rank is 2 and the settings say 8 and it changes attn_q, attn_v, ffn_down" in told
    assert "train with rank 2 (--rank 2) and these matrices (--targets attn_q," in told


def test_what_no_settings_would_mend_asks_for_another_adapter(
    folder: DataFolder, model: ModelFile, tmp_path: Path
) -> None:
    width = model.shape.width if model.shape is not None else 0
    path = odd_adapter(tmp_path / "first.gguf", pair("blk.0.attn_q.weight", width, width))
    with pytest.raises(StartUnfit, match="not the last ones of this model: choose another adapter"):
        start_layout(folder, model, LAYERS, str(path))
