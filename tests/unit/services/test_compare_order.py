from __future__ import annotations

from itertools import groupby

from hypothesis import given
from hypothesis import strategies as st

from benchtop.services.compare_order import running_order

MODELS = st.lists(st.sampled_from("abcd"), max_size=6)


@given(models=MODELS, loaded=st.lists(st.sampled_from("abcd"), unique=True))
def test_each_model_has_one_stretch_and_what_is_loaded_comes_first(
    models: list[str], loaded: list[str]
) -> None:
    order = running_order(models, loaded)
    assert sorted(order) == list(range(len(models)))
    stretches = [model for model, _ in groupby(models[place] for place in order)]
    assert len(stretches) == len(set(models))
    there = [model for model in loaded if model in models]
    assert stretches[: len(there)] == there
    rest = stretches[len(there) :]
    assert rest == sorted(rest, key=models.index)


def test_contestants_of_one_model_keep_their_order() -> None:
    assert running_order(["x", "y", "x", "y"]) == [0, 2, 1, 3]
    assert running_order(["x", "y", "x", "y"], ["y"]) == [1, 3, 0, 2]
