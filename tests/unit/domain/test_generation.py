from __future__ import annotations

import json
from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchtop.domain.errors import BadParameter
from benchtop.domain.generation import PARAMETER_RANGES, AdapterUse, SamplingParams, Timings

NUMBERS = sorted(PARAMETER_RANGES)
SIMPLE = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
JSON = st.recursive(
    SIMPLE,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=4,
)


@st.composite
def params(draw: st.DrawFn) -> SamplingParams:
    """Any parameters within their ranges."""
    values: dict[str, Any] = {}
    for name, (low, high) in PARAMETER_RANGES.items():
        default = getattr(SamplingParams(), name)
        whole = not isinstance(default, float)
        numbers = st.integers(int(low), int(high)) if whole else st.floats(low, high)
        values[name] = draw(numbers | st.none() if default is None else numbers)
    return SamplingParams(
        **values,
        stop=tuple(draw(st.lists(st.text(min_size=1), max_size=3))),
        logit_bias=draw(st.dictionaries(st.integers(0, 10**6), st.floats(-100, 100), max_size=3)),
        json_schema=draw(st.none() | st.text()),
    )


@given(params())
def test_parameters_come_back_from_json_the_same(given_params: SamplingParams) -> None:
    text = json.dumps(given_params.to_json())
    assert SamplingParams.from_json(json.loads(text)) == given_params


@given(params())
def test_what_is_within_its_range_is_accepted(given_params: SamplingParams) -> None:
    assert given_params.checked() is given_params


def test_every_number_has_a_range_and_a_default_within_it() -> None:
    others = {"stop", "logit_bias", "json_schema"}
    assert {f.name for f in fields(SamplingParams)} == set(PARAMETER_RANGES) | others
    assert SamplingParams().checked() == SamplingParams()


@pytest.mark.parametrize("name", NUMBERS)
def test_what_is_out_of_its_range_is_refused_by_name(name: str) -> None:
    low, high = PARAMETER_RANGES[name]
    for value in (low - 1, high + 1, float("nan")):
        with pytest.raises(BadParameter, match=f"^{name} is .*, which is out of range: .* to "):
            replace(SamplingParams(), **{name: value}).checked()
    for value in (low, high):
        replace(SamplingParams(), **{name: value}).checked()


def test_an_empty_stop_string_is_refused() -> None:
    with pytest.raises(BadParameter, match="stop"):
        SamplingParams(stop=("x", "")).checked()


def test_names_of_another_version_are_ignored_and_missing_ones_filled() -> None:
    assert SamplingParams.from_json({"temperature": 0.0, "mirostat": 2}) == SamplingParams(0.0)


@pytest.mark.parametrize(
    "values",
    [
        {"logit_bias": {"seven": 1.0}}, {"logit_bias": [1, 2]}, {"logit_bias": {"7": "much"}},
        {"logit_bias": {"7": None}}, {"logit_bias": {"7": 10**400}}, {"stop": 5}, {"stop": None},
        {"stop": "abc"}, {"stop": [1]}, {"temperature": "hot"}, {"temperature": None},
        {"temperature": float("nan")}, {"top_k": 1.5}, {"top_k": True}, {"top_k": 10**400},
        {"seed": "7"}, {"json_schema": {}},
    ],
)  # fmt: skip
def test_values_of_a_wrong_shape_are_refused(values: dict[str, Any]) -> None:
    with pytest.raises((TypeError, ValueError)):
        SamplingParams.from_json(values)


def test_numbers_take_the_type_of_their_field() -> None:
    params = SamplingParams.from_json({"temperature": 1, "top_k": 5.0, "seed": None})
    assert (params.temperature, params.top_k, params.seed) == (1.0, 5, None)
    assert (type(params.temperature), type(params.top_k)) == (float, int)


@pytest.mark.parametrize(
    ("tokens", "seconds", "rate"), [(10, 2.0, 5.0), (0, 2.0, 0.0), (10, 0.0, 0.0), (0, 0.0, 0.0)]
)
def test_tokens_per_second(tokens: int, seconds: float, rate: float) -> None:
    assert Timings(completion_tokens=tokens, generation_seconds=seconds).tokens_per_second == rate


def test_a_wrong_value_in_a_file_is_left_out_and_named() -> None:
    kept = {"temperature": "hot", "stop": 5, "top_k": 7, "min_p": 9.0, "logit_bias": [3], "x": 1}
    params, wrong = SamplingParams.tolerant(kept)
    assert params == SamplingParams(top_k=7)
    assert wrong == ("temperature", "stop", "min_p", "logit_bias")


@given(params())
def test_right_values_in_a_file_all_stay(given_params: SamplingParams) -> None:
    kept = json.loads(json.dumps(given_params.to_json()))
    assert SamplingParams.tolerant(kept) == (given_params, ())


@given(st.dictionaries(st.sampled_from([f.name for f in fields(SamplingParams)]), JSON))
def test_no_value_at_all_raises(kept: dict[str, Any]) -> None:
    params, _wrong = SamplingParams.tolerant(kept)
    assert params.checked() is params


def test_an_adapter_is_the_same_whatever_it_is_called_but_its_name_is_kept_too() -> None:
    use = AdapterUse("/a/owls.gguf", 0.5, "Owls")
    renamed = replace(use, name="Barn owls")
    assert use == renamed
    assert use.kept != renamed.kept
    assert use.kept == replace(use).kept
    assert use != replace(use, scale=1.0)
    assert (use.shown, AdapterUse("/a/owls.gguf").shown) == ("Owls", "owls")
