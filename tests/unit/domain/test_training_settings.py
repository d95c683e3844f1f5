"""What can be asked of a training run."""

from __future__ import annotations

import json
import math
from dataclasses import fields, replace

import pytest

from benchtop.domain.errors import BadParameter
from benchtop.domain.training import (
    PRESETS,
    SETTING_RANGES,
    TARGETS,
    TrainingSettings,
    preset_settings,
    usual_rate,
)

each_range = pytest.mark.parametrize("name", SETTING_RANGES)


@each_range
def test_both_ends_of_a_range_are_accepted_and_nothing_beyond(name: str) -> None:
    low, high = SETTING_RANGES[name]
    for value in (low, high):
        assert getattr(replace(TrainingSettings(), **{name: value}).checked(), name) == value
    for value in (low - 1, high + 1, high * 1.01 + 1, math.nan, math.inf, -math.inf):
        with pytest.raises(BadParameter) as refused:
            replace(TrainingSettings(), **{name: value}).checked()
        assert refused.value.facts["name"] == name
        assert refused.value.facts["allowed"] == f"{low:g} to {high:g}"


def test_every_number_has_a_range() -> None:
    numbers = {
        one.name
        for one in fields(TrainingSettings)
        if type(getattr(TrainingSettings(), one.name)) in (int, float)
    }
    assert numbers == set(SETTING_RANGES)


@pytest.mark.parametrize(("targets", "named"), [((), "nothing"), (("attn_q", "wq", "x"), "wq, x")])
def test_only_matrices_that_llama_cpp_attaches_to_are_changed(
    targets: tuple[str, ...], named: str
) -> None:
    with pytest.raises(BadParameter) as refused:
        TrainingSettings(targets=targets).checked()
    assert refused.value.facts["value"] == named
    assert TrainingSettings(targets=("ffn_down",)).checked()


def test_settings_go_through_json_and_tolerate_other_versions() -> None:
    some = replace(
        TrainingSettings(), rank=3, targets=("attn_v", "attn_q"), save_memory=True, steps=9,
        learning_rate=1e-5,
    )  # fmt: skip
    values = json.loads(json.dumps(some.to_json()))
    assert TrainingSettings.from_json(values) == some
    assert TrainingSettings.from_json({**values, "new_in_version_9": [1]}) == some
    assert TrainingSettings.from_json({}) == TrainingSettings()
    assert TrainingSettings.from_json({"rank": 5}) == TrainingSettings(rank=5)


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("layers", [1, 6, 8, 9, 30, 80])
@pytest.mark.parametrize("width", [0, 64, 256, 2_048, 16_384])
def test_every_preset_is_within_the_ranges(preset: str, layers: int, width: int) -> None:
    found = preset_settings(preset, layers, width).checked()
    assert found.preset == preset
    assert found.last_layers < layers
    assert found.targets == TARGETS


def test_presets_ask_for_more_and_more() -> None:
    quick, balanced, thorough = (preset_settings(name, 30, 576) for name in PRESETS)
    assert quick.epochs < balanced.epochs < thorough.epochs
    assert quick.rank < balanced.rank < thorough.rank
    assert (quick.last_layers, balanced.last_layers, thorough.last_layers) == (10, 0, 0)
    assert preset_settings("quick", 6).last_layers == 0
    assert preset_settings("quick", 12).last_layers == 8
    with pytest.raises(ValueError, match="no preset slow"):
        preset_settings("slow", 6)


def test_larger_models_learn_with_smaller_steps() -> None:
    assert usual_rate(256) == pytest.approx(2e-3)
    assert usual_rate(4_096) == pytest.approx(2.5e-4)
    assert usual_rate(0) == usual_rate(1_024)
    rates = [usual_rate(width) for width in (128, 256, 576, 2_048, 8_192)]
    assert rates == sorted(rates, reverse=True)
