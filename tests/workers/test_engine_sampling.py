"""Refused schemas, log-probabilities and adapters, by real llama.cpp."""

import math
from pathlib import Path

import pytest

from benchtop.domain.errors import AdapterFailed, SchemaInvalid
from benchtop.domain.generation import AdapterUse, SamplingParams
from workers.engine_client import EngineClient
from workers.tiny_gguf import NEVER_END, lora_adapter


@pytest.mark.parametrize(
    "schema",
    [
        "not json",
        "[1]",
        '{"type": "colour"}',
        '{"$ref": "https://example.org/schema.json"}',
        '{"$ref": "#/definitions/none"}',
        '{"type": "string", "pattern": "no anchors"}',
        '{"enum": 3}',
        '{"items": 5, "type": "array"}',
        "[" * 100_000,
        " " * 300_000,
    ],
)
def test_a_schema_without_a_grammar_is_refused(tiny_engine: EngineClient, schema: str) -> None:
    with pytest.raises(SchemaInvalid):
        tiny_engine.chat("Hello", params=SamplingParams(json_schema=schema))
    assert tiny_engine.chat("Hello", params=SamplingParams(max_tokens=2)).finished


def test_log_probabilities_are_of_the_whole_vocabulary(tiny_engine: EngineClient) -> None:
    params = SamplingParams(seed=1, max_tokens=5, logprobs=100, logit_bias=NEVER_END)
    reply = tiny_engine.chat("Hello", params=params)
    assert len(reply.tokens) == 5
    for token in reply.tokens:
        assert len(token.top) == 100
        chances = [math.exp(choice.logprob) for choice in token.top]
        assert chances == sorted(chances, reverse=True)
        assert 0.3 < sum(chances) <= 1.000001
        assert token.logprob <= token.top[0].logprob


def test_greedy_takes_the_likeliest_token(tiny_engine: EngineClient) -> None:
    params = SamplingParams(temperature=0.0, max_tokens=8, logprobs=1)
    for token in tiny_engine.chat("Hello", params=params).tokens:
        assert token.logprob == token.top[0].logprob
        assert token.text == token.top[0].text


def test_log_probabilities_are_taken_before_sampling(tiny_engine: EngineClient) -> None:
    biased = dict.fromkeys(range(100, 110), 50.0)
    plain = tiny_engine.chat("Hello", params=SamplingParams(max_tokens=1, logprobs=3))
    bent = tiny_engine.chat(
        "Hello", params=SamplingParams(max_tokens=1, logprobs=3, logit_bias=biased)
    )
    assert bent.tokens[0].top == plain.tokens[0].top


def test_logprobs_zero_gives_each_token_alone(tiny_engine: EngineClient) -> None:
    reply = tiny_engine.chat("Hello", params=SamplingParams(max_tokens=3, seed=1, logprobs=0))
    assert all(token.top == () and token.logprob < 0 for token in reply.tokens)
    none = tiny_engine.chat("Hello", params=SamplingParams(max_tokens=3, seed=1))
    assert none.tokens == []


def greedy(engine: EngineClient, *uses: AdapterUse, conversation: str | None = None) -> str:
    params = SamplingParams(temperature=0.0, max_tokens=30)
    return engine.chat("Hello", params=params, adapters=uses, conversation=conversation).text


def test_an_adapter_changes_the_reply_and_scale_0_does_not(
    tiny_engine: EngineClient, tiny_adapter: Path
) -> None:
    base = greedy(tiny_engine)
    whole = greedy(tiny_engine, AdapterUse(str(tiny_adapter), 1.0))
    half = greedy(tiny_engine, AdapterUse(str(tiny_adapter), 0.5))
    assert whole != base
    assert half not in (whole, base)
    assert greedy(tiny_engine, AdapterUse(str(tiny_adapter), 0.0)) == base
    assert greedy(tiny_engine) == base
    assert greedy(tiny_engine, AdapterUse(str(tiny_adapter), 1.0)) == whole


def test_two_adapters_are_attached_together(
    tiny_engine: EngineClient, tiny_adapter: Path, tmp_path: Path
) -> None:
    other = lora_adapter(tmp_path / "other.gguf", seed=8)
    one = AdapterUse(str(tiny_adapter))
    both = greedy(tiny_engine, one, AdapterUse(str(other)))
    assert both not in (greedy(tiny_engine, one), greedy(tiny_engine, AdapterUse(str(other))))


def test_a_cache_is_not_shared_between_adapters(
    tiny_engine: EngineClient, tiny_adapter: Path
) -> None:
    use = AdapterUse(str(tiny_adapter))
    params = SamplingParams(temperature=0.0, max_tokens=30)
    base = tiny_engine.chat("Hello", params=params, conversation="c")
    tuned = tiny_engine.chat("Hello", params=params, conversation="c", adapters=(use,))
    assert tuned.started.cached_tokens == 0
    assert tuned.text == greedy(tiny_engine, use)
    again = tiny_engine.chat("Hello", params=params, conversation="c")
    assert (again.evaluated, again.text) == (1, base.text)


def test_an_adapter_that_was_written_anew_is_loaded_anew(
    tiny_engine: EngineClient, tmp_path: Path
) -> None:
    path = lora_adapter(tmp_path / "lora.gguf", seed=1)
    first = greedy(tiny_engine, AdapterUse(str(path)))
    lora_adapter(path, seed=2, rank=4)
    assert greedy(tiny_engine, AdapterUse(str(path))) != first


@pytest.mark.parametrize("case", ["missing", "text", "model", "architecture", "cut", "tensor"])
def test_a_file_that_is_no_adapter_for_this_model_is_explained(
    tiny_engine: EngineClient, tiny_model: Path, tiny_adapter: Path, tmp_path: Path, case: str
) -> None:
    path = tmp_path / "bad.gguf"
    if case == "text":
        path.write_text("a poem")
    elif case == "model":
        path = tiny_model
    elif case == "architecture":
        lora_adapter(path, architecture="qwen2")
    elif case == "cut":
        path.write_bytes(tiny_adapter.read_bytes()[:-100])
    elif case == "tensor":
        path.write_bytes(tiny_adapter.read_bytes().replace(b"blk.1.ffn_down", b"blk.7.ffn_down"))
    with pytest.raises(AdapterFailed) as caught:
        tiny_engine.chat("Hello", adapters=(AdapterUse(str(path)),))
    assert caught.value.facts["path"] == str(path)
    assert tiny_engine.chat("Hello", params=SamplingParams(max_tokens=2)).finished
