"""What a model takes in memory, and whether it fits."""

from __future__ import annotations

from pathlib import Path

import gguf
from hypothesis import given
from hypothesis import strategies as st

from benchtop.domain.gguf import GgufHeader, read_header
from benchtop.domain.memory import (
    CONTEXT_STEP,
    LEAST_CONTEXT,
    MARGIN,
    Fit,
    FreeMemory,
    Gpu,
    MeasuredLoad,
    ModelShape,
    estimate_memory,
    extra_bytes,
    gpu_for,
    judge_fit,
    kv_bytes_per_token,
    largest_context,
    needed_bytes,
    shape_of,
)
from unit.domain.gguf_files import WORDS, write_gguf

UINT32 = gguf.GGUFValueType.UINT32


def test_memory_of_a_context_is_counted_by_hand(tmp_path: Path) -> None:
    write_gguf(tmp_path / "tiny.gguf")
    header = read_header(tmp_path / "tiny.gguf")
    # 2 layers x 2 KV heads x (16 of key + 16 of value) x 2 bytes
    assert kv_bytes_per_token(header) == 256
    estimate = estimate_memory(shape_of(header), 10_000, 100)
    assert (estimate.weights, estimate.kv_cache) == (10_000, 25_600)
    assert estimate.compute == 4 * WORDS + 100 * 4 * (6 * 64 + 3 * 128)
    assert estimate.total == 10_000 + 25_600 + estimate.compute


def test_heads_of_another_length_than_the_width_says(tmp_path: Path) -> None:
    write_gguf(
        tmp_path / "tiny.gguf",
        llama__attention__key_length=(24, UINT32),
        llama__attention__value_length=(8, UINT32),
    )
    assert kv_bytes_per_token(read_header(tmp_path / "tiny.gguf")) == 2 * 2 * (24 + 8) * 2


@given(context=st.integers(0, 10**7), more=st.integers(0, 10**6))
def test_a_longer_context_never_takes_less(context: int, more: int) -> None:
    names = {"block_count": 2, "attention.head_count": 4, "embedding_length": 64}
    metadata = {f"llama.{name}": value for name, value in names.items()}
    header = GgufHeader(3, {"general.architecture": "llama", **metadata}, (), 0)
    little, much = (
        estimate_memory(shape_of(header), 1, tokens) for tokens in (context, context + more)
    )
    assert little.total <= much.total


ODD = st.integers(-(2**63), 2**64 - 1) | st.text(max_size=3) | st.just((1, 9, "x")) | st.just(())


@given(
    block_count=ODD, embedding_length=ODD, head_count=ODD, head_count_kv=ODD, context=st.integers(0, 2**40)
)  # fmt: skip
def test_odd_metadata_never_raises(
    context: int, head_count: int, head_count_kv: int, **others: int
) -> None:
    heads = {"attention.head_count": head_count, "attention.head_count_kv": head_count_kv}
    metadata = {f"llama.{name}": value for name, value in (heads | others).items()}
    header = GgufHeader(3, {"general.architecture": "llama", **metadata}, (), 0)
    assert isinstance(estimate_memory(shape_of(header), 1, context).total, int)


def test_layers_without_attention_keep_nothing() -> None:
    """As in LFM2 or Granite's hybrids, whose headers list the KV heads layer by layer."""
    metadata = {
        "general.architecture": "lfm2",
        "lfm2.block_count": 4,
        "lfm2.embedding_length": 64,
        "lfm2.attention.head_count": 4,
        "lfm2.attention.head_count_kv": (0, 2, 0, 2),
    }
    assert kv_bytes_per_token(GgufHeader(3, metadata, (), 0)) == 4 * (16 + 16) * 2


GIB = 1 << 30
SHAPE = ModelShape("llama", context_length=8_192, kv_bytes=100_000, width=1, vocabulary=1)


def verdict(free: int, context: int = 8_192, extra: int = 0) -> Fit:
    return judge_fit(SHAPE, GIB, context, FreeMemory(free), extra)


def test_the_five_classes_of_a_fit() -> None:
    need = verdict(0).need
    assert verdict(2 * need).verdict == "easy"
    assert verdict(2 * need - 1).verdict == "fits"
    room = max(need + MARGIN, need * 8 // 7 + 1)
    assert verdict(room).verdict == "fits"
    assert verdict(room - 2).verdict == "tight"
    assert verdict(need).verdict == "tight"
    assert verdict(need - 1) == Fit("smaller", 8_192 - CONTEXT_STEP, need, need - 1)
    assert verdict(GIB).verdict == "no"


def test_a_smaller_context_is_the_largest_that_fits() -> None:
    least = GIB + estimate_memory(SHAPE, 0, LEAST_CONTEXT).total
    assert verdict(least) == Fit("smaller", LEAST_CONTEXT, verdict(0).need, least)
    assert verdict(least - 1).verdict == "no"


def test_no_context_longer_than_the_trained_one_is_judged() -> None:
    assert verdict(100 * GIB, context=1_000_000) == verdict(100 * GIB, context=8_192)


def test_what_loads_took_here_counts() -> None:
    need = verdict(0).need
    assert verdict(need, extra=1).verdict == "smaller"
    assert verdict(need - 5, extra=-5).verdict == "tight"


def test_the_correction_is_that_of_the_same_architecture() -> None:
    loads = [
        MeasuredLoad("llama", 100, 150),
        MeasuredLoad("llama", 200, 260),
        MeasuredLoad("llama", 300, 900),
        MeasuredLoad("qwen2", 100, 90),
    ]
    assert extra_bytes(loads, "llama") == 60
    assert extra_bytes(loads, "qwen2") == -10
    assert extra_bytes(loads, "gemma3") == 55
    assert extra_bytes([], "llama") == 0


@given(free=st.integers(0, 2**45), more=st.integers(0, 2**40), context=st.integers(1, 10**7))
def test_more_memory_never_fits_worse(free: int, more: int, context: int) -> None:
    order = ("no", "smaller", "tight", "fits", "easy")
    little, much = (judge_fit(SHAPE, GIB, context, FreeMemory(f)) for f in (free, free + more))
    assert order.index(little.verdict) <= order.index(much.verdict)


def test_a_gpu_is_used_when_all_of_the_model_fits_into_it() -> None:
    need = verdict(0).need
    small, large = Gpu("small", 99 * GIB, need), Gpu("large", 99 * GIB, need + MARGIN)
    assert gpu_for(need, [small]) is None  # nothing would stay free
    assert gpu_for(need, [small, large]) is large
    assert gpu_for(need, []) is None
    on_gpu = judge_fit(SHAPE, GIB, 8_192, FreeMemory(0, (small, large)))
    assert (on_gpu.gpu, on_gpu.free) == ("large", need + MARGIN)
    assert on_gpu.verdict == "tight" if (need + MARGIN) // 8 > MARGIN else "fits"
    beside = judge_fit(SHAPE, GIB, 8_192, FreeMemory(2 * need, (small,)))
    assert (beside.gpu, beside.verdict, beside.free) == ("", "easy", 2 * need)


@given(free=st.integers(0, 2**36), wanted=st.integers(1, 10**6), extra=st.integers(-GIB, GIB))
def test_the_largest_context_fits_and_a_step_more_does_not(
    free: int, wanted: int, extra: int
) -> None:
    tokens = largest_context(SHAPE, GIB, wanted, free, extra)
    possible = min(wanted, SHAPE.context_length)
    if tokens:
        assert needed_bytes(SHAPE, GIB, tokens, extra) <= free
        assert tokens == possible or tokens >= LEAST_CONTEXT
    if tokens < possible:
        more = min(possible, max(tokens + CONTEXT_STEP, LEAST_CONTEXT))
        assert needed_bytes(SHAPE, GIB, more, extra) > free
