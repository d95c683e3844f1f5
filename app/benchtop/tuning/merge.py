"""Adapters added into the weights of their base: a new model file that needs no adapter.

W + scale * (alpha / rank) * B A (LoRA: Hu et al. 2021), added in 32-bit floats.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from benchtop.domain.adapters import RUN_KEY, RUNS_KEY, UNKNOWN_RUN, runs_inside
from benchtop.domain.errors import AdapterFailed, FileNotWritten
from benchtop.domain.gguf import GgufHeader, TensorInfo, read_header
from benchtop.tuning.adapter_file import AdapterMatrix, adapter_matrices
from benchtop.tuning.base_config import Untrainable
from benchtop.tuning.gguf_bytes import (
    TensorPlan,
    header_bytes,
    padding,
    raw_metadata,
    raw_value,
)
from benchtop.tuning.packed import PackedFile, PackedMatrix, Unpacker
from benchtop.tuning.whole_file import whole_file

_F32, _F16 = 0, 1
_FILE_TYPES = {"F32": 0, "F16": 1, "BF16": 32}
"""llama_ftype of the mixes that merging can make; of any other the base's stays."""
_PIECE = 1 << 24
"""Numbers that are added, or bytes that are copied, at a time."""

_Parts = Mapping[str, Sequence[tuple[float, AdapterMatrix]]]
"""By the name of a tensor: the adapters that change it, each with the strength it is added with."""


def merge_adapters(
    base: Path,
    adapters: Sequence[tuple[Path, float]],
    library: Path,
    target: Path,
    progress: Callable[[float], None],
) -> None:
    """Write ``base`` with ``adapters`` added into it, each with its strength, to ``target``.

    What an adapter changes is written in 16-bit floats, or in 32-bit ones where the base has those; all
    else is copied as it is. ``library`` is ggml's (libggml-base). ``progress`` hears from 0 to 1 how far it
    is, and what it raises ends it. ``target`` is whole or not there, and what was there before stays until
    then. Raises AdapterFailed, FileNotWritten and what ``read_header`` raises.
    """
    header = read_header(base)
    parts = _parts(header, adapters)
    if target.exists() and target.samefile(base):
        raise FileNotWritten(path=str(target), detail="it is the model that is merged from")
    unpacker = Unpacker(library, threads=1)
    try:
        sources = _Sources.of(PackedFile(base, header, unpacker), parts, adapters[0][0])
        plans = [_plan(info, info.name in parts) for info in header.tensors]
        metadata = _metadata(base, header, adapters, plans)
        alignment = header.metadata.get("general.alignment")
        before = header_bytes(metadata, alignment, plans)
        total = len(before) + sum(plan.nbytes for plan in plans)
        with whole_file(target) as beside, beside.open("wb") as stream:
            written = stream.write(before)
            for info, plan in zip(header.tensors, plans, strict=True):
                for piece in sources.pieces(info, plan):
                    written += stream.write(piece)
                    progress(min(written / total, 1.0))
                _fill(stream, plan.nbytes, alignment)
    except OSError as error:
        raise FileNotWritten(path=str(target), detail=error.strerror or str(error)) from error
    finally:
        unpacker.close()


def _fill(stream: BinaryIO, length: int, alignment: object) -> None:
    stream.write(bytes(padding(length, alignment)))


def _parts(header: GgufHeader, adapters: Sequence[tuple[Path, float]]) -> _Parts:
    """What is added to which tensor; AdapterFailed where an adapter does not fit."""
    shapes = {info.name: info.shape for info in header.tensors}
    strange = next((info for info in header.tensors if info.nbytes is None), None)
    if strange is not None or header.number("split.count", 1) > 1:
        why = f"has a tensor of {strange.type_name}" if strange else "is split over several files"
        raise AdapterFailed(path=str(adapters[0][0]), detail=f"the model {why}")
    found: dict[str, list[tuple[float, AdapterMatrix]]] = {}
    for path, strength in adapters:
        own = read_header(path)
        if own.architecture != header.architecture:
            raise AdapterFailed(path=str(path), detail=f"it is one for {own.architecture} models")
        for name, one in adapter_matrices(path, own).items():
            tensor = f"{name}.weight"
            if shapes.get(tensor) != (one.a.shape[1], one.b.shape[0]):
                raise AdapterFailed(path=str(path), detail=f"its {name} is not one of the model's")
            found.setdefault(tensor, []).append((strength * one.scale, one))
    return found


@dataclass(frozen=True, slots=True)
class _Sources:
    """What the tensors of the new file are made from; ``adapter`` is named when that cannot be done."""

    file: PackedFile
    matrices: Mapping[str, PackedMatrix]
    parts: _Parts
    adapter: Path

    @classmethod
    def of(cls, file: PackedFile, parts: _Parts, adapter: Path) -> _Sources:
        try:
            matrices = {name: file.matrix(name) for name in parts}
        except Untrainable as reason:
            raise AdapterFailed(path=str(adapter), detail=f"of the model, {reason}") from reason
        return cls(file, matrices, parts, adapter)

    def pieces(self, info: TensorInfo, plan: TensorPlan) -> Iterator[memoryview]:
        """The bytes of a tensor as they are to be written, one after another."""
        if info.name in self.matrices:
            yield from self._sums(self.matrices[info.name], plan)
            return
        raw = self.file.raw(info)
        for at in range(0, len(raw), _PIECE):
            yield raw[at : at + _PIECE].data

    def _sums(self, matrix: PackedMatrix, plan: TensorPlan) -> Iterator[memoryview]:
        kind = np.float32 if plan.type_id == _F32 else np.float16
        for start, weights in matrix.pieces(max(1, _PIECE // matrix.columns)):
            numbers: NDArray[np.float32] = weights.numpy()
            for strength, one in self.parts[matrix.name]:
                numbers += (one.b[start : start + len(numbers)] * np.float32(strength)) @ one.a
            with np.errstate(over="ignore"):
                narrow = numbers.astype(kind)
            if not np.isfinite(narrow).all():
                detail = f"with it, {matrix.name} has numbers too large to be written"
                raise AdapterFailed(path=str(self.adapter), detail=detail)
            yield narrow.data.cast("B")


def _plan(info: TensorInfo, changed: bool) -> TensorPlan:
    if not changed:
        return TensorPlan(info.name, info.shape, info.type_id, info.nbytes or 0)
    type_id, size = (_F32, 4) if info.type_id == _F32 else (_F16, 2)
    return TensorPlan(info.name, info.shape, type_id, info.elements * size)


def _metadata(
    base: Path,
    header: GgufHeader,
    adapters: Sequence[tuple[Path, float]],
    plans: Sequence[TensorPlan],
) -> dict[str, bytes]:
    """All that the base says of itself, but what it is called, what it was made from and its type; and the
    runs that made the adapters, with those inside the base."""
    kept = {
        name: raw
        for name, raw in raw_metadata(base, header).items()
        if not name.startswith("general.base_model.")
    }
    own = header.text("general.name").strip() or base.stem
    names = [own, *(_name(path) for path, _strength in adapters)]
    new: dict[str, str | int] = {
        "general.name": " + ".join(names),
        "general.base_model.count": len(names),
        RUNS_KEY: ",".join(_runs(header, adapters)),
    }
    new |= {f"general.base_model.{place}.name": name for place, name in enumerate(names)}
    if (file_type := _file_type(plans)) is not None:
        new["general.file_type"] = file_type
    return kept | {name: raw_value(name, value) for name, value in new.items()}


def _runs(header: GgufHeader, adapters: Sequence[tuple[Path, float]]) -> list[str]:
    named = [read_header(path).text(RUN_KEY).strip() or UNKNOWN_RUN for path, _strength in adapters]
    return list(dict.fromkeys([*runs_inside(header), *named]))


def _name(adapter: Path) -> str:
    return read_header(adapter).text("general.name").strip() or adapter.stem


def _file_type(plans: Sequence[TensorPlan]) -> int | None:
    """The type that most numbers have, where it is one of floats."""
    totals: dict[str, int] = {}
    for plan in plans:
        kind = TensorInfo(plan.name, plan.shape, plan.type_id, 0)
        totals[kind.type_name] = totals.get(kind.type_name, 0) + kind.elements
    return _FILE_TYPES.get(max(totals, key=lambda name: totals[name])) if totals else None
