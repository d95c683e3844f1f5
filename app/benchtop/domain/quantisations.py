"""The names of quantisations: finding one in a file name, and what it makes of a model's size.

llama.cpp names them in tools/quantize/quantize.cpp; "UD-" is unsloth's mark for its own mixtures.
"""

from __future__ import annotations

import re

FLOATS = ("F16", "F32", "BF16")
"""Types that are no quantisation at all, as names tell them."""

_NAME = re.compile(
    r"(?<![A-Za-z0-9])(?:UD[-_])?(?:IQ[1-9]_(?:XXS|XS|NL(?:_\d_\d)?|S|M|KSS|KS|KT|KL|K)|TQ[1-9]_0"
    r"|Q[1-9](?:_K(?:_(?:XXL|XL|L|M|S))?|_[01](?:_[48]_[48])?)?"
    r"|(?:MX|NV)FP4(?:_MOE)?|BF16|FP?(?:16|32))(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_BITS = {
    "IQ1_S": 2.0042, "IQ1_M": 2.1460, "IQ2_XXS": 2.3824, "IQ2_XS": 2.5882, "IQ2_S": 2.7403,
    "IQ2_M": 2.9294, "Q2_K": 3.1593, "IQ3_XXS": 3.2548, "IQ3_XS": 3.4977, "IQ3_S": 3.6606,
    "IQ3_M": 3.7628, "Q3_K_S": 3.6429, "Q3_K_M": 3.9960, "Q3_K_L": 4.2979, "IQ4_XS": 4.4597,
    "IQ4_NL": 4.6818, "Q4_K_S": 4.6672, "Q4_K_M": 4.8944, "Q5_K_S": 5.5704, "Q5_K_M": 5.7036,
    "Q6_K": 6.5633, "Q8_0": 8.5008, "F16": 16.0005, "BF16": 16.0005, "F32": 32.0,
}  # fmt: skip
"""Bits that a parameter takes in a file (llama.cpp, tools/quantize/README.md: Llama 3.1 8B)."""
_NEAREST = {"Q3_K": "Q3_K_M", "Q4_K": "Q4_K_M", "Q5_K": "Q5_K_M", "Q4_0": "Q4_K_S", "Q4_1": "Q4_K_M",
            "Q5_0": "Q5_K_S", "Q5_1": "Q5_K_M", "MXFP4": "IQ4_XS", "NVFP4": "IQ4_NL"}  # fmt: skip


def canonical(name: str) -> str:
    """One spelling for a quantisation: ``ud_q4_k_xl`` is ``UD-Q4_K_XL``, ``fp16`` is ``F16``."""
    spelt = name.upper().replace("FP16", "F16").replace("FP32", "F32")
    return f"UD-{spelt[3:]}" if spelt.startswith("UD_") else spelt


def find_quantisation(name: str) -> re.Match[str] | None:
    """Where a name tells its quantisation: the last one, and a float type only if there is no other.

    ``Model-BF16-Q4_K_M`` was made from BF16, and ``Model-Q4_0-f16`` keeps a few tensors in F16.
    """
    found = list(_NAME.finditer(name))
    exact = [match for match in found if canonical(match[0]) not in FLOATS]
    best = exact or found
    return best[-1] if best else None


def quantisation_of(path: str) -> str:
    """The quantisation a path tells, in capitals (``UD-Q4_K_XL``); empty where it tells none.

    The folders are asked where the file's name is silent, the nearest first, and no more than three.
    """
    for part in reversed(path.rsplit("/", 4)[-4:]):
        if match := find_quantisation(part):
            return canonical(match[0])
    return ""


def rough_bytes(parameters: int, quantisation: str) -> int:
    """About how many bytes a file takes, before anything is asked of the Hub; 0 when unknown.

    Small models come out too small, by up to a third: their embeddings are a larger part of them,
    and keep more bits.
    """
    name = canonical(quantisation).removeprefix("UD-")
    while name and name not in _BITS:
        # The table has Q4_K_M and not its relatives, such as Q4_K_XL.
        name = _NEAREST.get(name) or name.rpartition("_")[0]
    return round(parameters * _BITS.get(name, 0.0) / 8)
