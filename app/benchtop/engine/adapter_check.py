"""Whether an adapter fits the loaded model, said in words before llama.cpp sees the file.

What llama.cpp makes of a file for another base ranges from an error without a reason to a crash. Format:
domain/adapters.py. Rules: llama.cpp, src/llama-adapter.cpp, llama_adapter_lora_init_impl.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from benchtop.domain.adapters import is_lora
from benchtop.domain.errors import AdapterFailed
from benchtop.domain.gguf import GgufHeader, TensorInfo, read_header
from benchtop.domain.model_errors import ModelFileError
from benchtop.domain.split_model import parts_of

Shape = tuple[int, ...]
"""Fastest dimension first, as GGUF stores it: (inputs, outputs) of a matrix."""
DOWN, UP = ".lora_a", ".lora_b"
EMBEDDING = "token_embd.weight"
"""The one matrix whose rows are looked up: its two factors stand the other way round."""
OTHER_BASE = "it was made for another model"


class BaseTensors:
    """The shapes of a model's tensors; those of the parts it is split over are read when first asked."""

    def __init__(self, path: str, header: GgufHeader) -> None:
        self._path = path
        self._header = header
        self._shapes: dict[str, Shape] | None = None

    @property
    def architecture(self) -> str:
        """``general.architecture`` of the model."""
        return self._header.architecture

    @property
    def shapes(self) -> Mapping[str, Shape]:
        """The shape of each tensor by its name; raises what ``read_header`` raises for a part."""
        if self._shapes is None:
            parts = [read_header(part) for part in parts_of(self._path, self._header)]
            self._shapes = {
                tensor.name: tensor.shape
                for header in (self._header, *parts)
                for tensor in header.tensors
            }
        return self._shapes


def check_adapter(path: str | Path, base: BaseTensors) -> None:
    """Raises AdapterFailed for what is no whole LoRA adapter, or none for ``base``."""
    try:
        header = read_header(path)
        shapes = base.shapes
    except ModelFileError as error:
        raise AdapterFailed(path=str(path), detail=_clause(error, str(path))) from error
    problem = _problem(header, base.architecture, shapes)
    if problem:
        raise AdapterFailed(path=str(path), detail=problem)


def _problem(header: GgufHeader, architecture: str, base: Mapping[str, Shape]) -> str:
    if not is_lora(header):
        return "it is a GGUF file, but not a LoRA adapter"
    if header.architecture != architecture:
        return (
            f"it was made for the architecture “{header.architecture}”, and this model's is "
            f"“{architecture}”"
        )
    found: dict[str, TensorInfo] = {}
    for tensor in header.tensors:
        if tensor.name in found:
            return f"it has {tensor.name} twice"
        if tensor.nbytes is None:
            return f"{tensor.name} in it has a type that this Benchtop does not know"
        found[tensor.name] = tensor
    if not found:
        return "there is nothing in it"
    problems = (_of_tensor(name, found, base) for name in found)
    return next((problem for problem in problems if problem), "")


def _of_tensor(name: str, found: Mapping[str, TensorInfo], base: Mapping[str, Shape]) -> str:
    """What is wrong with one tensor of the adapter, with its pair and with its place in the model."""
    if name.endswith("_norm.weight"):  # llama.cpp passes over these
        return ""
    matrix, ending = name[: -len(DOWN)], name[-len(DOWN) :]
    if ending not in (DOWN, UP):
        return f"{name} in it is no part of a LoRA adapter"
    down, up = found.get(matrix + DOWN), found.get(matrix + UP)
    if down is None or up is None:
        return f"the other half of {name} is missing from it"
    shape = base.get(matrix)
    if shape is None:
        return f"{OTHER_BASE}: it changes {matrix}, which this one does not have"
    if len(shape) < 2:
        return f"it changes {matrix}, which is no matrix"
    return _of_pair(matrix, _padded(down.shape), _padded(up.shape), _padded(shape))


def _of_pair(matrix: str, down: Shape, up: Shape, base: Shape) -> str:
    """``down`` is (inputs, rank), ``up`` (rank, outputs), as ``base`` is (inputs, outputs)."""
    if matrix == EMBEDDING:
        rank, other, made_for = down[0], up[0], (up[1], down[1])
    else:
        rank, other, made_for = down[1], up[0], (down[0], up[1])
    if rank != other:
        return f"its two halves of {matrix} have the ranks {rank} and {other}"
    if made_for != base[:2] or down[2:] != base[2:] or up[2:] != base[2:]:
        return (
            f"{OTHER_BASE}: its {matrix} is for {_text((*made_for, *down[2:]))}, and this one's is "
            f"{_text(base)}"
        )
    return ""


def _padded(shape: Shape) -> Shape:
    """The shape with all four dimensions that ggml gives a tensor."""
    return (*shape, 1, 1, 1)[:4]


def _text(shape: Shape) -> str:
    sizes = list(shape)
    while len(sizes) > 2 and sizes[-1] == 1:
        sizes.pop()
    return " x ".join(f"{size:,}" for size in sizes)


def _clause(error: ModelFileError, path: str) -> str:
    """The first half of an error's sentence without the path it begins with."""
    text = str(error).removeprefix(path).split(":", 1)[0].strip()
    return f"it {text}" if text else "it cannot be read"
