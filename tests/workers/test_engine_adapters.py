"""Adapters that are not for the loaded model are refused in words, before llama.cpp sees them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchtop.domain.errors import AdapterFailed
from benchtop.domain.generation import AdapterUse, SamplingParams
from workers.engine_client import EngineClient
from workers.odd_adapters import Shape, odd_adapter, pair
from workers.tiny_gguf import FEED_FORWARD, LAYERS, WIDTH, lora_adapter, random_model, vocabulary

SHORT = SamplingParams(max_tokens=8, seed=1, temperature=0.0)
Q, DOWN = "blk.0.attn_q.weight", "blk.1.ffn_down.weight"
WORDS = len(vocabulary()[0])
SQUARE = pair(Q, WIDTH, WIDTH)
OTHER_MODEL = "it was made for another model"


def say(engine: EngineClient, path: Path | str, scale: float = 1.0) -> str:
    return engine.chat("Hello", params=SHORT, adapters=(AdapterUse(str(path), scale),)).text


def refusal(engine: EngineClient, path: Path | str) -> str:
    with pytest.raises(AdapterFailed) as caught:
        say(engine, path)
    assert caught.value.facts["path"] == str(path)
    return str(caught.value.facts["detail"])


def other(matrix: str, made_for: str, here: str) -> str:
    return f"{OTHER_MODEL}: its {matrix} is for {made_for}, and this one's is {here}"


def unknown(matrix: str) -> str:
    return f"{OTHER_MODEL}: it changes {matrix}, which this one does not have"


def ranks(matrix: str, down: int, up: int) -> str:
    return f"its two halves of {matrix} have the ranks {down} and {up}"


LATER, FUSED, WORD = f"blk.{LAYERS}.attn_q.weight", "blk.0.attn_qkv.weight", "token_embd.weight"
WRONG: dict[str, tuple[dict[str, Shape], str]] = {
    "wider": (pair(Q, WIDTH * 2, WIDTH * 2), other(Q, "64 x 64", "32 x 32")),
    "inputs": (pair(Q, WIDTH + 1, WIDTH), other(Q, "33 x 32", "32 x 32")),
    "outputs": (pair(Q, WIDTH, WIDTH // 2), other(Q, "32 x 16", "32 x 32")),
    "feed-forward": (pair(DOWN, FEED_FORWARD * 2, WIDTH), other(DOWN, "128 x 32", "64 x 32")),
    "one among right ones": (SQUARE | pair(DOWN, WIDTH, WIDTH), other(DOWN, "32 x 32", "64 x 32")),
    "more layers": (pair(LATER, WIDTH, WIDTH), unknown(LATER)),
    "a matrix of another architecture": (pair(FUSED, WIDTH, WIDTH * 3), unknown(FUSED)),
    "ranks": ({f"{Q}.lora_a": (2, WIDTH), f"{Q}.lora_b": (WIDTH, 3)}, ranks(Q, 2, 3)),
    "transposed": (
        {f"{Q}.lora_a": (WIDTH, 2), f"{Q}.lora_b": (2, WIDTH)},
        other(Q, "2 x 2", "32 x 32"),
    ),
    "half": ({f"{Q}.lora_a": (2, WIDTH)}, f"the other half of {Q}.lora_a is missing from it"),
    "other half": ({f"{Q}.lora_b": (WIDTH, 2)}, f"the other half of {Q}.lora_b is missing from it"),
    "no half": (SQUARE | {Q: (WIDTH, WIDTH)}, f"{Q} in it is no part of a LoRA adapter"),
    "a vector": (
        pair("output_norm.weight", WIDTH, 1),
        "it changes output_norm.weight, which is no matrix",
    ),
    "experts": (
        {f"{Q}.lora_a": (4, 2, WIDTH), f"{Q}.lora_b": (4, WIDTH, 2)},
        other(Q, "32 x 32 x 4", "32 x 32"),
    ),
    "embedding the wrong way round": (pair(WORD, WIDTH, WORDS), ranks(WORD, WIDTH, 2)),
    "embedding of another vocabulary": (
        {f"{WORD}.lora_a": (WORDS + 1, 2), f"{WORD}.lora_b": (WIDTH, 2)},
        other(WORD, f"32 x {WORDS + 1}", f"32 x {WORDS}"),
    ),
    "nothing": ({}, "there is nothing in it"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_shape_is_refused_and_the_worker_lives(
    tiny_engine: EngineClient, tmp_path: Path, name: str
) -> None:
    tensors, expected = WRONG[name]
    before = tiny_engine.chat("Hello", params=SHORT).text
    assert refusal(tiny_engine, odd_adapter(tmp_path / "odd.gguf", tensors)) == expected
    assert tiny_engine.chat("Hello", params=SHORT).text == before


@pytest.mark.parametrize(
    "tensors",
    [
        SQUARE,
        pair(Q, WIDTH, WIDTH, rank=1),
        pair(Q, WIDTH, WIDTH, rank=40),
        pair(DOWN, FEED_FORWARD, WIDTH),
        pair("output.weight", WIDTH, WORDS),
        {"token_embd.weight.lora_a": (WORDS, 2), "token_embd.weight.lora_b": (WIDTH, 2)},
        SQUARE | {"blk.0.attn_norm.weight": (WIDTH,)},
    ],
    ids=["square", "rank 1", "high rank", "feed-forward", "output", "embedding", "with a norm"],
)
def test_what_fits_is_used(
    tiny_engine: EngineClient, tmp_path: Path, tensors: dict[str, Shape]
) -> None:
    path = odd_adapter(tmp_path / "odd.gguf", tensors)
    bare = tiny_engine.chat("Hello", params=SHORT).text
    assert say(tiny_engine, path, 0.0) == bare
    assert say(tiny_engine, path, 50.0) != bare


def test_half_precision_is_used(tiny_engine: EngineClient, tmp_path: Path) -> None:
    path = odd_adapter(tmp_path / "odd.gguf", SQUARE, dtype=np.float16)
    assert say(tiny_engine, path, 50.0) != tiny_engine.chat("Hello", params=SHORT).text


def test_files_that_are_no_adapter_are_told(
    tiny_engine: EngineClient, tiny_model: Path, tiny_adapter: Path, tmp_path: Path
) -> None:
    whole = tiny_adapter.read_bytes()
    files = {
        "cut.gguf": whole[:-8],
        "header.gguf": whole[:400],
        "empty.gguf": b"",
        "text.gguf": b"no adapter at all",
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    assert "cut short" in refusal(tiny_engine, tmp_path / "cut.gguf")
    assert "cut short" in refusal(tiny_engine, tmp_path / "header.gguf")
    assert "empty" in refusal(tiny_engine, tmp_path / "empty.gguf")
    assert "not a GGUF file" in refusal(tiny_engine, tmp_path / "text.gguf")
    assert "no such file" in refusal(tiny_engine, tmp_path / "none.gguf")
    assert "not a LoRA adapter" in refusal(tiny_engine, tiny_model)
    odd = odd_adapter(tmp_path / "vectors.gguf", SQUARE, kind="control_vector")
    assert "not a LoRA adapter" in refusal(tiny_engine, odd)
    strange = odd_adapter(tmp_path / "other.gguf", SQUARE, architecture="qwen2")
    assert "the architecture “qwen2”, and this model's is “llama”" in refusal(tiny_engine, strange)


def test_an_adapter_is_held_against_the_model_that_is_loaded_now(
    engine: EngineClient, tiny_adapter: Path, tiny_model: Path, tmp_path: Path
) -> None:
    engine.load(random_model(tmp_path / "wide.gguf", width=2 * WIDTH))
    assert refusal(engine, tiny_adapter).startswith(OTHER_MODEL)
    engine.load(tiny_model)
    assert say(engine, tiny_adapter)


def test_all_parts_of_a_split_model_count(engine: EngineClient, tmp_path: Path) -> None:
    engine.load(random_model(tmp_path / "split.gguf", tensors_per_file=4))
    adapter = lora_adapter(tmp_path / "lora.gguf")
    assert say(engine, adapter, 5.0) != engine.chat("Hello", params=SHORT).text
