"""A model that is split over several files, as llama.cpp's llama_split_path names them:
``NAME-00001-of-00003.gguf`` and so on, each with a header of its own."""

from __future__ import annotations

import re
from pathlib import Path

from benchtop.domain.gguf import GgufHeader
from benchtop.domain.model_errors import ModelLoadFailed

_FIRST = re.compile(r"(.*)-00001-of-(\d{5})\.gguf", re.DOTALL)


def later_parts(path: str | Path) -> list[Path]:
    """The second and further files of the model whose first file is at ``path``, by its name alone;
    none for a model in one file, and for a name that is not that of a first part."""
    first = Path(path)
    match = _FIRST.fullmatch(first.name)
    count = int(match[2]) if match else 1
    return [
        first.with_name(f"{match[1]}-{part:05}-of-{match[2]}.gguf")
        for part in range(2, count + 1)
        if match
    ]


def parts_of(path: str | Path, header: GgufHeader) -> list[Path]:
    """The second and further files of a model, all of which are there.

    Raises ModelLoadFailed when one is missing, or when ``path`` is not the first part itself.
    """
    count = header.number("split.count", 1)
    if count <= 1:
        return []
    number = header.number("split.no", 0) + 1
    if number > 1:
        detail = f"it is part {number} of {count}: the first part is what is loaded"
        raise ModelLoadFailed(path=str(path), detail=detail)
    parts = later_parts(path)
    if len(parts) != count - 1:
        detail = f"it is part 1 of {count}, and its name does not end in -00001-of-{count:05}.gguf"
        raise ModelLoadFailed(path=str(path), detail=detail)
    missing = [part.name for part in parts if not part.is_file()]
    if missing:
        detail = f"it is one of {count} parts, and {missing[0]} is not beside it"
        raise ModelLoadFailed(path=str(path), detail=detail)
    return parts
