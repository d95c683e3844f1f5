"""The presets that come with Benchtop."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchtop.domain.chat import Preset
from benchtop.domain.generation import SamplingParams
from benchtop.resources import resource
from benchtop.ui.chat.preset_texts import BUILTIN_LINES, builtin_order, preset_line

FILES = sorted(resource("presets").glob("*.json"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_built_in_preset_is_sound(path: Path) -> None:
    values = json.loads(path.read_text(encoding="utf-8"))
    assert set(values) == {"id", "name", "system_prompt", "params"}
    assert values["id"] == path.stem
    assert values["system_prompt"] == ""
    assert preset_line(Preset("", values["name"], builtin=True)) == BUILTIN_LINES[values["name"]]
    params = SamplingParams.from_json(values["params"]).checked()
    assert {name: params.to_json()[name] for name in values["params"]} == values["params"]


def test_all_four_are_there_and_balanced_is_the_default() -> None:
    found = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in FILES}
    assert sorted(found) == ["balanced", "creative", "deterministic", "precise"]
    assert SamplingParams.from_json(found["balanced"]["params"]) == SamplingParams()
    order = sorted(found.values(), key=lambda v: builtin_order(Preset("", v["name"], builtin=True)))
    assert [v["id"] for v in order] == ["balanced", "precise", "creative", "deterministic"]


def test_a_preset_of_ones_own_says_what_it_sets() -> None:
    params = SamplingParams(temperature=0.25, top_p=1.0, stop=("x",)).to_json()
    assert (
        preset_line(Preset("a", "Mine", "Be kind.", params))
        == "with a system prompt, Temperature 0.25, Top-p Off, Stop strings"
    )
    assert preset_line(Preset("b", "Plain")) == "the default values"
