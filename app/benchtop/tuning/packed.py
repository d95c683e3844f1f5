"""Weights that stay packed in the mapped GGUF file, unpacked by ggml's own code when they are used.

A matrix of GGUF has the shape [columns, rows] and lies row by row, each of whole blocks. ggml's
``to_float`` unpacks any number of whole blocks to 32-bit floats (ggml.h, struct ggml_type_traits), so
that the trainer computes with the very numbers that llama.cpp computes with.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from benchtop.domain.gguf import TENSOR_TYPES, GgufHeader, TensorInfo
from benchtop.tuning.base_config import Untrainable

_F32 = 0
_SHARED = 1 << 20
"""Numbers from which a matrix is unpacked on several threads: one has fewer unpacked before another wakes."""
_PIECES = 4
"""A matrix is unpacked in so many parts for each thread, so that none waits long for the last."""
_ToFloat = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int64)


class _TypeTraits(ctypes.Structure):
    """struct ggml_type_traits."""

    _fields_ = [
        ("type_name", ctypes.c_char_p),
        ("block_size", ctypes.c_int64),
        ("block_size_interleave", ctypes.c_int64),
        ("type_size", ctypes.c_size_t),
        ("is_quantized", ctypes.c_bool),
        ("to_float", ctypes.c_void_p),
        ("from_float_ref", ctypes.c_void_p),
    ]


class Unpacker:
    """ggml's functions of one shared library (libggml-base), on up to ``threads`` threads.

    One matrix at a time can be borrowed from it, unpacked in memory that the next one uses again.
    ``threads`` may be lowered, and raised again, at any time.
    """

    def __init__(self, library: Path, threads: int) -> None:
        self._ggml = ctypes.CDLL(str(library))
        self._ggml.ggml_get_type_traits.restype = ctypes.POINTER(_TypeTraits)
        self._ggml.ggml_get_type_traits.argtypes = [ctypes.c_int]
        self._pool = ThreadPoolExecutor(max(1, threads), thread_name_prefix="unpack")
        self._functions: dict[int, Callable[[int, int, int], None]] = {}
        self._room = torch.empty(0)
        self.threads = threads

    def close(self) -> None:
        """End the threads."""
        self._pool.shutdown()

    def function(self, type_id: int, name: str) -> Callable[[int, int, int], None]:
        """What unpacks (from an address, to an address, so many numbers); raises Untrainable for the type
        of the tensor ``name`` when this ggml does not know it, or sizes it otherwise."""
        if type_id not in self._functions:
            known, block, size = TENSOR_TYPES.get(type_id, ("", 0, 0))
            # ggml would look behind the end of its table for a number of no type
            traits = self._ggml.ggml_get_type_traits(type_id).contents if known else None
            if traits is None or not traits.to_float:
                raise Untrainable(f"its tensor {name} is of a kind that cannot be unpacked")
            if (traits.block_size, traits.type_size) != (block, size):
                raise Untrainable(f"its tensor {name} is packed in another way than it was")
            self._functions[type_id] = _ToFloat(traits.to_float)
        return self._functions[type_id]

    def rows(self, count: int, columns: int, unpack: Callable[[int, int], None]) -> None:
        """Call ``unpack`` for ranges that make up ``count`` rows, on all threads where it pays."""
        if self.threads <= 1 or count * columns < _SHARED:
            unpack(0, count)
            return
        step = max(1, -(-count // (self.threads * _PIECES)))
        parts = [(at, min(at + step, count)) for at in range(0, count, step)]
        for done in [self._pool.submit(unpack, *part) for part in parts]:
            done.result()

    def room(self, rows: int, columns: int) -> torch.Tensor:
        """Memory for a matrix, [rows, columns], which is overwritten by the next that asks."""
        if self._room.numel() < rows * columns:
            self._room = torch.empty(0)  # let go first, so that never both are there
            self._room = torch.empty(rows * columns)
        return self._room[: rows * columns].view(rows, columns)


class PackedMatrix:
    """A matrix of ``rows`` outputs and ``columns`` inputs, in the file."""

    def __init__(self, data: NDArray[np.uint8], info: TensorInfo, unpacker: Unpacker) -> None:
        self.columns, self.rows = info.shape
        self.name, self.type_id = info.name, info.type_id
        self._bytes = data
        self._row_bytes = len(data) // self.rows
        self._unpacker = unpacker
        self._to_float = (
            unpacker.function(info.type_id, info.name) if info.type_id != _F32 else None
        )

    def dense(self, dtype: torch.dtype = torch.float32) -> torch.Tensor:
        """All of it, [rows, columns], in memory of its own."""
        out = torch.empty(self.rows, self.columns)
        self._fill(out)
        return out.to(dtype)

    def borrowed(self) -> torch.Tensor:
        """All of it in 32-bit floats, [rows, columns], until any matrix of this unpacker is borrowed."""
        out = self._unpacker.room(self.rows, self.columns)
        self._fill(out)
        return out

    def some(self, ids: torch.Tensor, dtype: torch.dtype = torch.float32) -> torch.Tensor:
        """The rows of these numbers, [*ids.shape, columns]; each is unpacked once."""
        wanted, places = torch.unique(ids.cpu(), return_inverse=True)
        out = torch.empty(len(wanted), self.columns)
        for at, row in enumerate(wanted.tolist()):
            self._unpack(row, row + 1, out[at : at + 1])
        return out[places].to(dtype)

    def pieces(self, rows: int) -> Iterable[tuple[int, torch.Tensor]]:
        """All of it, so many rows at a time, each with the number of its first row."""
        for start in range(0, self.rows, rows):
            end = min(start + rows, self.rows)
            out = torch.empty(end - start, self.columns)
            self._unpack(start, end, out)
            yield start, out

    def _fill(self, out: torch.Tensor) -> None:
        self._unpacker.rows(
            self.rows, self.columns, lambda start, end: self._unpack(start, end, out[start:end])
        )

    def _unpack(self, start: int, end: int, out: torch.Tensor) -> None:
        part = self._bytes[start * self._row_bytes : end * self._row_bytes]
        if self._to_float is None:
            ctypes.memmove(out.data_ptr(), part.ctypes.data, len(part))
            return
        self._to_float(part.ctypes.data, out.data_ptr(), (end - start) * self.columns)


class PackedFile:
    """The tensors of a GGUF file, mapped; the system keeps in memory what is used.

    ``header`` is that of the file at ``path``, as ``read_header`` gave it.
    """

    def __init__(self, path: Path, header: GgufHeader, unpacker: Unpacker) -> None:
        self._map: Any = np.memmap(path, np.uint8, mode="r")
        self._header, self._unpacker = header, unpacker
        self._infos = {info.name: info for info in header.tensors}
        self._used: set[str] = set()

    def __contains__(self, name: str) -> bool:
        return name in self._infos

    def unused(self) -> list[str]:
        """The names of the tensors that nobody asked for yet."""
        return [name for name in self._infos if name not in self._used]

    def matrix(self, name: str) -> PackedMatrix:
        """A matrix by its name; raises Untrainable where it is not there, or of a kind unknown."""
        info = self._info(name)
        if len(info.shape) != 2:
            raise Untrainable(f"its tensor {name} is no matrix")
        known = TENSOR_TYPES.get(info.type_id)
        if known is not None and info.shape[0] % known[1]:
            raise Untrainable(f"the rows of its tensor {name} are not of whole blocks")
        return PackedMatrix(self.raw(info), info, self._unpacker)

    def vector(self, name: str) -> torch.Tensor:
        """Numbers in a row, as 32-bit floats; raises as ``matrix`` does."""
        info = self._info(name)
        if len(info.shape) != 1:
            raise Untrainable(f"its tensor {name} is no row of numbers")
        raw = self.raw(info)
        if info.type_id == _F32:
            return torch.from_numpy(raw.view(np.float32).copy())
        out = torch.empty(info.elements)
        self._unpacker.function(info.type_id, name)(raw.ctypes.data, out.data_ptr(), info.elements)
        return out

    def raw(self, info: TensorInfo) -> NDArray[np.uint8]:
        """The bytes of a tensor as they lie in the file; raises Untrainable where they cannot be told."""
        size = info.nbytes
        if size is None:
            raise Untrainable(f"its tensor {info.name} is of a kind that cannot be unpacked")
        start = self._header.data_offset + info.offset
        part: NDArray[np.uint8] = self._map[start : start + size]
        if len(part) != size:
            raise Untrainable(f"its tensor {info.name} is not all in the file")
        return part

    def _info(self, name: str) -> TensorInfo:
        if name not in self._infos:
            raise Untrainable(f"it has no tensor {name}")
        self._used.add(name)
        return self._infos[name]
