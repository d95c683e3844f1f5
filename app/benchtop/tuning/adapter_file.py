"""A LoRA adapter as a GGUF file that llama.cpp attaches.

Format: llama.cpp, convert_lora_to_gguf.py and src/llama-adapter.cpp: ``general.type`` "adapter",
``adapter.type`` "lora", ``adapter.lora.alpha``, and for each matrix X two tensors, ``X.weight.lora_a``
[rank, inputs] and ``X.weight.lora_b`` [outputs, rank] (numpy's order).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from benchtop.domain.adapters import is_lora
from benchtop.domain.errors import AdapterFailed
from benchtop.domain.gguf import GgufHeader, TensorInfo, read_header
from benchtop.tuning.gguf_bytes import TensorPlan, header_bytes, padding, raw_value
from benchtop.tuning.lora import LoraPlan
from benchtop.tuning.trainable_base import TrainableBase
from benchtop.tuning.whole_file import whole_file

_FLOATS = {0: np.float32, 1: np.float16}
"""The numbers that adapters are written in, by their type in GGUF."""
_ALPHA = "adapter.lora.alpha"
_ENDS = (".weight.lora_a", ".weight.lora_b")


@dataclass(frozen=True, slots=True)
class AdapterMatrix:
    """The adapter of one matrix: what is added to its weights is ``scale`` times ``b`` @ ``a``, with ``a``
    [rank, inputs] and ``b`` [outputs, rank], both float32."""

    a: NDArray[np.float32]
    b: NDArray[np.float32]
    scale: float


def write_adapter(
    path: Path, decoder: TrainableBase, plan: LoraPlan, facts: Mapping[str, str | int | float]
) -> None:
    """Write the adapters of a decoder; ``facts`` go into the metadata under their names.

    The same numbers and facts make the same bytes. The file is whole or not there, whatever dies in
    between. Raises OSError, of a full disk for one.
    """
    metadata: dict[str, str | float] = {
        "general.architecture": decoder.architecture,
        "general.type": "adapter",
        "adapter.type": "lora",
        _ALPHA: float(plan.alpha),
    }
    tensors = [
        (f"{name}{end}", _numbers(half))
        for name, lora in decoder.adapters().items()
        for end, half in zip(_ENDS, (lora.a, lora.b), strict=True)
    ]
    plans = [TensorPlan(name, data.shape[::-1], 0, data.nbytes) for name, data in tensors]
    raw = {name: raw_value(name, value) for name, value in (metadata | dict(facts)).items()}
    with whole_file(path) as beside, beside.open("wb") as stream:
        stream.write(header_bytes(raw, None, plans))
        for _name, data in tensors:
            stream.write(data.data.cast("B"))
            stream.write(bytes(padding(data.nbytes, None)))


def read_adapter(path: Path, decoder: TrainableBase) -> None:
    """Put the numbers of an adapter file into the adapters of ``decoder``, to go on from there.

    The file must hold the same matrices in the same sizes, and be of the same alpha. Raises AdapterFailed
    when it does not, with the decoder as it was, and what ``read_header`` raises.
    """
    header = _header(path)
    if header.architecture != decoder.architecture:
        raise AdapterFailed(path=str(path), detail=f"it is one for {header.architecture} models")
    found, own = adapter_matrices(path, header), decoder.adapters()
    if found.keys() != own.keys():
        raise AdapterFailed(path=str(path), detail="it changes other matrices")
    for name, lora in own.items():
        one = found[name]
        if (one.a.shape, one.b.shape) != (tuple(lora.a.shape), tuple(lora.b.shape)):
            raise AdapterFailed(path=str(path), detail=f"its {name} is of another size or rank")
        if not np.isclose(one.scale, lora.scale, rtol=1e-6):
            raise AdapterFailed(path=str(path), detail="it was trained with another alpha")
    with torch.no_grad():
        for name, lora in own.items():
            lora.a.copy_(torch.from_numpy(found[name].a))
            lora.b.copy_(torch.from_numpy(found[name].b))


def adapter_matrices(path: Path, header: GgufHeader | None = None) -> dict[str, AdapterMatrix]:
    """All matrices that an adapter file changes, by their names without ".weight".

    Raises AdapterFailed where a half is missing or the numbers cannot be used, and what ``read_header``
    raises.
    """
    known = header or _header(path)
    alpha = known.metadata.get(_ALPHA)
    halves: dict[str, NDArray[np.float32]] = {}
    for info in known.tensors:
        if not info.name.endswith(_ENDS):
            raise AdapterFailed(path=str(path), detail=f"it has a tensor {info.name}")
        halves[info.name] = _read(path, known, info)
    found: dict[str, AdapterMatrix] = {}
    for name in dict.fromkeys(name.rpartition(".weight.")[0] for name in halves):
        a, b = (halves.get(f"{name}{end}") for end in _ENDS)
        if a is None or b is None or a.shape[0] != b.shape[1]:
            raise AdapterFailed(path=str(path), detail=f"the two halves of its {name} do not fit")
        # llama-adapter.h, get_scale: an alpha of 0 means that none was told
        scale = alpha / len(a) if isinstance(alpha, (int, float)) and alpha else 1.0
        found[name] = AdapterMatrix(a, b, scale)
    if not found:
        raise AdapterFailed(path=str(path), detail="it changes nothing")
    return found


def _header(path: Path) -> GgufHeader:
    header = read_header(path)
    if not is_lora(header):
        raise AdapterFailed(path=str(path), detail="it is a GGUF file, but not a LoRA adapter")
    return header


def _read(path: Path, header: GgufHeader, info: TensorInfo) -> NDArray[np.float32]:
    """The numbers of a tensor of two dimensions, in numpy's order."""
    kind = _FLOATS.get(info.type_id)
    if kind is None or len(info.shape) != 2:
        raise AdapterFailed(path=str(path), detail=f"its {info.name} is {info.type_name}")
    try:
        flat = np.fromfile(path, kind, info.elements, offset=header.data_offset + info.offset)
    except OSError as error:
        raise AdapterFailed(path=str(path), detail=str(error)) from error
    if len(flat) != info.elements:
        raise AdapterFailed(path=str(path), detail="it is cut short")
    numbers = flat.astype(np.float32).reshape(info.shape[::-1])
    if not np.isfinite(numbers).all():
        raise AdapterFailed(path=str(path), detail=f"its {info.name} holds what is no number")
    return numbers


def _numbers(tensor: torch.Tensor) -> NDArray[np.float32]:
    numbers: NDArray[np.float32] = tensor.detach().cpu().float().contiguous().numpy()
    return numbers
