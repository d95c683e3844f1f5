from __future__ import annotations

import gguf
import pytest

from benchtop.domain.quantisations import canonical, quantisation_of, rough_bytes


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("Llama-3.2-1B-Instruct-Q4_K_M.gguf", "Q4_K_M"),
        ("qwen2.5-1.5b-instruct-q4_k_m.gguf", "Q4_K_M"),
        ("nomic-embed-text-v1.5.Q8_0.gguf", "Q8_0"),
        ("gemma-4-E2B_q4_0-it.gguf", "Q4_0"),
        ("Phi-4-mini-instruct.BF16.gguf", "BF16"),
        ("Qwen3-Embedding-0.6B-f16.gguf", "F16"),
        ("mxbai-embed-large-v1_fp16.gguf", "F16"),
        ("LFM2-350M-Q4_K_M-hip-optimized.gguf", "Q4_K_M"),
        ("Qwen3.6-35B-A3B-UD-Q4_K_XL.gguf", "UD-Q4_K_XL"),
        ("x-ud_iq1_m.gguf", "UD-IQ1_M"),
        ("a.i1-IQ4_XS.gguf", "IQ4_XS"),
        ("a-IQ3_XXS.gguf", "IQ3_XXS"),
        ("a-IQ4_NL.gguf", "IQ4_NL"),
        ("a-Q4_0_4_4.gguf", "Q4_0_4_4"),
        ("a-TQ1_0.gguf", "TQ1_0"),
        ("gpt-oss-20b-mxfp4.gguf", "MXFP4"),
        ("a-MXFP4_MOE.gguf", "MXFP4_MOE"),
        ("Phi-3-mini-4k-instruct-q4.gguf", "Q4"),
        ("phi-4-q4_K.gguf", "Q4_K"),
        ("a-F32.gguf", "F32"),
        ("a-BF16-Q4_K_M.gguf", "Q4_K_M"),  # made from BF16
        ("a-Q4_0-f16.gguf", "Q4_0"),  # some tensors kept in F16
        ("Q8_0/Qwen3.8-Flash-00001-of-00006.gguf", "Q8_0"),
        ("BF16/deep/er/model.gguf", "BF16"),
        ("BF16/much/too/deep/er/model.gguf", ""),
        ("Q8_0/model-Q4_0.gguf", "Q4_0"),
        ("llava-phi-3-mini-int4.gguf", ""),
        ("FAQ4_0x.gguf", ""),
        ("", ""),
    ],
)
def test_a_path_tells_its_quantisation(path: str, expected: str) -> None:
    assert quantisation_of(path) == expected


def test_every_type_that_the_gguf_package_knows_is_found() -> None:
    kept = {"Q8_K", "IQ1_BN", "Q8_1"}  # inside llama.cpp only, never a file's type
    names = [kind.name for kind in gguf.GGMLQuantizationType]
    quantised = [name for name in names if name[0] in "QTMN" or name.startswith("IQ")]
    assert len(quantised) > 20
    for name in set(quantised) - kept:
        assert quantisation_of(f"model-{name.lower()}.gguf") == name


def test_one_spelling() -> None:
    assert [canonical(name) for name in ("ud_q4_k_xl", "fp16", "Q8_0")] == [
        "UD-Q4_K_XL",
        "F16",
        "Q8_0",
    ]


EXACT = "Q4_0 Q4_1 Q5_0 Q5_1 Q8_0 Q2_K Q6_K IQ4_XS IQ4_NL F16 BF16 F32"


@pytest.mark.parametrize("kind", EXACT.split())
def test_rough_sizes_agree_with_the_blocks_of_the_format(kind: str) -> None:
    block, size = gguf.GGML_QUANT_SIZES[gguf.GGMLQuantizationType[kind]]
    assert rough_bytes(10**9, kind) == pytest.approx(10**9 * size / block, rel=0.21)


@pytest.mark.parametrize("kind", ["Q4_K_XL", "UD-Q4_K_XL", "Q4_K_L", "Q4_K", "q4_k_m"])
def test_relatives_count_as_what_the_table_has(kind: str) -> None:
    assert rough_bytes(10**9, kind) == rough_bytes(10**9, "Q4_K_M") > 6 * 10**8


@pytest.mark.parametrize("kind", ["", "Q4", "_", "nonsense", "UD-", "TQ1_0"])
def test_an_unknown_type_has_no_size(kind: str) -> None:
    assert rough_bytes(10**9, kind) == 0
