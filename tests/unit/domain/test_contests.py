from __future__ import annotations

from dataclasses import replace

import pytest

from benchtop.domain.contest_json import contestant_from, contestant_json, vote_from, vote_json
from benchtop.domain.contests import UsedAdapter, clean_tags
from benchtop.domain.generation import SamplingParams
from unit.store.contest_makers import answer, contestant, vote

ADAPTER = UsedAdapter("/lora.gguf", 0.5, "ab")


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "Another name", "sha256": "sum of one"},
        {"model_id": "other-id"},
        {"path": "/elsewhere/one.gguf", "file": "one.gguf"},
        {
            "adapters": (
                replace(ADAPTER, path="/elsewhere.gguf"),
                UsedAdapter("/off.gguf", 0.0, "cd"),
            )
        },
        {"params": SamplingParams(temperature=0.25, stop=("\n",), seed=5, logprobs=3)},
    ],
)
def test_what_writes_the_same_is_the_same(changes: dict[str, object]) -> None:
    other = contestant(**changes)
    assert other == contestant()
    assert hash(other) == hash(contestant())


@pytest.mark.parametrize(
    "changes",
    [
        {"sha256": "another"},
        {"sha256": ""},
        {"system_prompt": "Be brief."},
        {"system_prompt": "Be kind.\n"},
        {"adapters": ()},
        {"adapters": (replace(ADAPTER, scale=1.0),)},
        {"adapters": (replace(ADAPTER, sha256="cd"),)},
        {"params": SamplingParams(temperature=0.5, stop=("\n",))},
        {"seed": 8},
        {"seed": None},
    ],
)
def test_what_may_write_something_else_is_another(changes: dict[str, object]) -> None:
    assert contestant(**changes) != contestant()


def test_it_is_nothing_else() -> None:
    assert contestant() != "one"
    assert len({contestant(), contestant(file="again.gguf"), contestant("two")}) == 2


def test_the_seed_of_the_contestant_is_the_one_that_is_used() -> None:
    one = contestant(params=SamplingParams(seed=1), seed=2)
    assert one.sampling.seed == 2
    assert contestant(seed=None).sampling.seed is None
    assert contestant(system_prompt=" \n") == contestant(system_prompt="")


def test_json_holds_everything_and_passes_over_what_is_newer() -> None:
    one = contestant_json(contestant())
    again = contestant_from({**one, "mood": "good", "params": {**one["params"], "newer": 1}})
    assert contestant_json(again) == one
    whole = vote_json(vote())
    whole["left"]["answer"]["newer"] = 1
    assert vote_from(whole) == vote()
    with pytest.raises(KeyError):
        contestant_from({"name": "one"})


def test_an_answer_is_whole_when_it_came_to_its_end() -> None:
    assert answer().is_whole
    assert answer(stop="length").is_whole
    assert not answer(stop="cancelled").is_whole
    assert not answer(stop=None).is_whole
    assert not answer(error="The engine died.").is_whole


def test_tags_are_tidied() -> None:
    assert clean_tags([" maths ", "long  words", "", "maths", "a\x00b\n"]) == (
        "maths", "long words", "a b",
    )  # fmt: skip
