"""Read the header of a GGUF file: its metadata and the shapes of its tensors, never the weights.

Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md (versions 2 and 3, little-endian).
A header comes from strangers, so every length in it is checked against the file's own size before
anything is allocated, and every failure is one of the errors of ``benchtop.domain.model_errors``.
"""

from __future__ import annotations

import math
import os
import stat
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from benchtop.domain.gguf_reader import ARRAY, Damage, Reader, Short, Value
from benchtop.domain.header_limits import impossible_number
from benchtop.domain.model_errors import (
    GgufDamaged,
    GgufTruncated,
    GgufVersionUnknown,
    ModelEmpty,
    ModelFileMissing,
    ModelIsFolder,
    ModelLoadFailed,
    ModelNoPermission,
    NotGguf,
)

MAGIC = b"GGUF"
VERSIONS = (2, 3)
_LARGEST_VERSION = 1_000
MAX_KEYS = 65_536
MAX_TENSORS = 65_536
MAX_KEY_BYTES = 65_535
MAX_DIMENSIONS = 4
_WORDS = "tokenizer.ggml.tokens"
_SHAPE = {"block_count", "embedding_length", "attention.head_count", "context_length"}
"""Without these a model's memory cannot be told."""

# Block size in elements and in bytes of each tensor type, from ggml's type traits.
TENSOR_TYPES: dict[int, tuple[str, int, int]] = {
    0: ("F32", 1, 4), 1: ("F16", 1, 2), 2: ("Q4_0", 32, 18), 3: ("Q4_1", 32, 20),
    6: ("Q5_0", 32, 22), 7: ("Q5_1", 32, 24), 8: ("Q8_0", 32, 34), 9: ("Q8_1", 32, 36),
    10: ("Q2_K", 256, 84), 11: ("Q3_K", 256, 110), 12: ("Q4_K", 256, 144), 13: ("Q5_K", 256, 176),
    14: ("Q6_K", 256, 210), 15: ("Q8_K", 256, 292), 16: ("IQ2_XXS", 256, 66), 17: ("IQ2_XS", 256, 74),
    18: ("IQ3_XXS", 256, 98), 19: ("IQ1_S", 256, 50), 20: ("IQ4_NL", 32, 18), 21: ("IQ3_S", 256, 110),
    22: ("IQ2_S", 256, 82), 23: ("IQ4_XS", 256, 136), 24: ("I8", 1, 1), 25: ("I16", 1, 2),
    26: ("I32", 1, 4), 27: ("I64", 1, 8), 28: ("F64", 1, 8), 29: ("IQ1_M", 256, 56),
    30: ("BF16", 1, 2), 34: ("TQ1_0", 256, 54), 35: ("TQ2_0", 256, 66), 39: ("MXFP4", 32, 17),
}  # fmt: skip

# general.file_type, from llama.cpp's llama_ftype.
FILE_TYPES: dict[int, str] = {
    0: "F32", 1: "F16", 2: "Q4_0", 3: "Q4_1", 7: "Q8_0", 8: "Q5_0", 9: "Q5_1", 10: "Q2_K",
    11: "Q3_K_S", 12: "Q3_K_M", 13: "Q3_K_L", 14: "Q4_K_S", 15: "Q4_K_M", 16: "Q5_K_S",
    17: "Q5_K_M", 18: "Q6_K", 19: "IQ2_XXS", 20: "IQ2_XS", 21: "Q2_K_S", 22: "IQ3_XS",
    23: "IQ3_XXS", 24: "IQ1_S", 25: "IQ4_NL", 26: "IQ3_S", 27: "IQ3_M", 28: "IQ2_S", 29: "IQ2_M",
    30: "IQ4_XS", 31: "IQ1_M", 32: "BF16", 36: "TQ1_0", 37: "TQ2_0", 38: "MXFP4",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class TensorInfo:
    """A tensor's name, shape (fastest dimension first, as GGUF stores it), ggml type and place."""

    name: str
    shape: tuple[int, ...]
    type_id: int
    offset: int

    @property
    def elements(self) -> int:
        """How many numbers the tensor holds."""
        return math.prod(self.shape)

    @property
    def type_name(self) -> str:
        """The ggml name of its type, or "type N" for one this table does not know."""
        known = TENSOR_TYPES.get(self.type_id)
        return known[0] if known else f"type {self.type_id}"

    @property
    def nbytes(self) -> int | None:
        """Its size in the file, or None for an unknown type."""
        known = TENSOR_TYPES.get(self.type_id)
        if known is None:
            return None
        _name, block, size = known
        return self.elements // block * size


@dataclass(frozen=True, slots=True)
class GgufHeader:
    """What a GGUF file says of itself. ``data_offset`` is where the weights begin, in bytes."""

    version: int
    metadata: Mapping[str, Value]
    tensors: tuple[TensorInfo, ...]
    data_offset: int

    def text(self, key: str, default: str = "") -> str:
        """A string of the metadata."""
        value = self.metadata.get(key)
        return value if isinstance(value, str) else default

    def number(self, key: str, default: int = 0) -> int:
        """A whole number of the metadata; of an array (a value per layer) its largest."""
        value = self.metadata.get(key)
        if isinstance(value, tuple):
            value = max((v for v in value if isinstance(v, int)), default=None)
        return value if isinstance(value, int) else default

    @property
    def architecture(self) -> str:
        """``general.architecture``: llama, qwen2, gemma3 and so on; empty when missing."""
        return self.text("general.architecture")

    def of_architecture(self, key: str, default: int = 0) -> int:
        """A number under the architecture's own prefix, such as ``llama.context_length``."""
        return self.number(f"{self.architecture}.{key}", default)

    @property
    def is_adapter(self) -> bool:
        """Whether it is an adapter of any kind, and no model."""
        return self.text("general.type") == "adapter"

    @property
    def parameters(self) -> int:
        """Numbers in all tensors together."""
        return sum(tensor.elements for tensor in self.tensors)

    @property
    def data_end(self) -> int | None:
        """Bytes the whole file must have, or None when a tensor's type is unknown."""
        end = self.data_offset
        for tensor in self.tensors:
            size = tensor.nbytes
            if size is None:
                return None
            end = max(end, self.data_offset + tensor.offset + size)
        return end

    @property
    def quantisation(self) -> str:
        """The name of the mix: ``general.file_type``, else the type that holds most numbers."""
        declared = self.metadata.get("general.file_type")
        if isinstance(declared, int) and declared & 1023 in FILE_TYPES:
            return FILE_TYPES[declared & 1023]
        totals: dict[str, int] = {}
        for tensor in self.tensors:
            totals[tensor.type_name] = totals.get(tensor.type_name, 0) + tensor.elements
        return max(totals, key=lambda name: totals[name]) if totals else "unknown"


def read_header(path: str | Path) -> GgufHeader:
    """The header of the GGUF file at ``path``.

    Raises ModelFileMissing, ModelIsFolder, ModelNoPermission, ModelEmpty, NotGguf,
    GgufVersionUnknown, GgufDamaged or GgufTruncated (also when the weights are cut short).
    """
    name = str(path)
    try:
        mode = Path(path).stat().st_mode
        if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):  # opening a pipe would wait for ever
            raise ModelLoadFailed(path=name, detail="it is not a regular file")
        with Path(path).open("rb", buffering=1 << 20) as stream:
            size = os.fstat(stream.fileno()).st_size
            header = parse_header(stream, size, name)
    except FileNotFoundError as error:
        raise ModelFileMissing(path=name) from error
    except IsADirectoryError as error:
        raise ModelIsFolder(path=name) from error
    except PermissionError as error:
        raise ModelNoPermission(path=name) from error
    except (OSError, ValueError) as error:  # ValueError: a path with a null byte in it
        raise ModelLoadFailed(path=name, detail=str(error)) from error
    need = header.data_end
    if need is not None and size < need:
        raise GgufTruncated(path=name, have=size, need=need)
    return header


def parse_header(stream: BinaryIO, size: int, name: str, *, only_shape: bool = False) -> GgufHeader:
    """The header at the start of ``stream``, of a file of ``size`` bytes that is called ``name``.

    ``only_shape`` stops before the vocabulary, which is nearly all of a header, when what came
    before it tells the model's shape; then no tensors are listed and ``data_offset`` is 0.
    Raises ModelEmpty, NotGguf, GgufVersionUnknown, GgufDamaged, GgufTruncated or ModelLoadFailed.
    """
    if size == 0:
        raise ModelEmpty(path=name)
    reader = Reader(stream, size)
    if size < 4 or reader.take(4) != MAGIC:
        raise NotGguf(path=name)
    try:
        return _parse_whole(reader, name, only_shape=only_shape)
    except Short as short:
        raise GgufTruncated(path=name, have=size, need=short.need) from short
    except (Damage, struct.error, OverflowError) as damage:
        raise GgufDamaged(path=name, detail=str(damage)) from damage


def _parse_whole(reader: Reader, name: str, *, only_shape: bool) -> GgufHeader:
    version = reader.whole("<I")
    if version.to_bytes(4, "big") in {known.to_bytes(4, "little") for known in VERSIONS}:
        raise ModelLoadFailed(path=name, detail="it is made for computers of the other byte order")
    if version > _LARGEST_VERSION:
        raise Damage("its version is no number that a version has")
    if version not in VERSIONS:
        raise GgufVersionUnknown(path=name, version=version)
    header = _parse_body(reader, version, only_shape=only_shape)
    if impossible := impossible_number(header.metadata):
        raise Damage(impossible)
    return header


def _parse_body(reader: Reader, version: int, *, only_shape: bool) -> GgufHeader:
    tensor_count, key_count = reader.whole(), reader.whole()
    if tensor_count > MAX_TENSORS:
        raise Damage(f"{tensor_count} tensors")
    if key_count > MAX_KEYS:
        raise Damage(f"{key_count} metadata keys")
    metadata: dict[str, Value] = {}
    for _ in range(key_count):
        key = reader.string(MAX_KEY_BYTES)
        kind = reader.whole("<I")
        if only_shape and key == _WORDS and kind == ARRAY and _short_names(metadata) >= _SHAPE:
            metadata[key] = reader.array_length()
            return GgufHeader(version, metadata, (), 0)
        metadata[key] = reader.value(kind)
    tensors = tuple(_tensor(reader) for _ in range(tensor_count))
    alignment = metadata.get("general.alignment", 32)
    if not isinstance(alignment, int) or alignment < 1 or alignment > 65_536:
        raise Damage(f"an alignment of {alignment}")
    data_offset = -(-reader.at // alignment) * alignment
    return GgufHeader(version, metadata, tensors, data_offset)


def _short_names(metadata: Mapping[str, Value]) -> set[str]:
    """The keys without the architecture's name in front of them."""
    architecture = f"{metadata.get('general.architecture')}."
    return {key.removeprefix(architecture) for key in metadata}


def _tensor(reader: Reader) -> TensorInfo:
    name = reader.string(MAX_KEY_BYTES)
    dimensions = reader.whole("<I")
    if not 1 <= dimensions <= MAX_DIMENSIONS:
        raise Damage(f"a tensor of {dimensions} dimensions")
    shape = tuple(reader.whole() for _ in range(dimensions))
    type_id, offset = reader.whole("<I"), reader.whole()
    info = TensorInfo(name, shape, type_id, offset)
    if 0 in shape or info.elements > 2**48:
        raise Damage(f"a tensor of the shape {' x '.join(map(str, shape))}")
    return info
