"""Models in several files, as gguf-py splits them: one model, all of it counted."""

from __future__ import annotations

from pathlib import Path

import gguf
import numpy as np
import pytest

from benchtop.domain.model_errors import ModelLoadFailed
from benchtop.domain.models import inspect_model
from benchtop.domain.split_model import later_parts


def split(folder: Path, tensors: int = 3) -> list[Path]:
    """A model whose every tensor lies in a file of its own."""
    folder.mkdir(exist_ok=True)
    writer = gguf.GGUFWriter(folder / "big.gguf", "llama", split_max_tensors=1)
    writer.add_name("Big")
    writer.add_block_count(1)
    for number in range(tensors):
        writer.add_tensor(f"t{number}.weight", np.ones((2, 32), dtype=np.float32))
    writer.write_header_to_file(folder / "big.gguf")
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return sorted(folder.iterdir())


def test_all_parts_are_one_model(tmp_path: Path) -> None:
    parts = split(tmp_path / "models")
    assert [path.name for path in parts] == [f"big-0000{n}-of-00003.gguf" for n in (1, 2, 3)]
    model = inspect_model(parts[0])
    assert model.bytes == model.disk_bytes == sum(path.stat().st_size for path in parts)
    assert model.parameters == 3 * 64
    assert [companion.path for companion in model.companions] == [str(path) for path in parts[1:]]
    assert model.shape is not None
    assert model.shape.parameters == 3 * 64


def test_a_part_that_is_missing_is_named(tmp_path: Path) -> None:
    parts = split(tmp_path / "models")
    parts[2].unlink()
    with pytest.raises(ModelLoadFailed, match=f"one of 3 parts, and {parts[2].name} is not beside"):
        inspect_model(parts[0])


def test_a_later_part_is_no_model(tmp_path: Path) -> None:
    parts = split(tmp_path / "models")
    with pytest.raises(
        ModelLoadFailed, match="it is part 2 of 3: the first part is what is loaded"
    ):
        inspect_model(parts[1])


def test_a_first_part_of_another_name_cannot_tell_where_the_others_are(tmp_path: Path) -> None:
    parts = split(tmp_path / "models")
    other = parts[0].rename(tmp_path / "models" / "other.gguf")
    with pytest.raises(ModelLoadFailed, match=r"does not end in -00001-of-00003\.gguf"):
        inspect_model(other)


@pytest.mark.parametrize("name", ["one.gguf", "one-00002-of-00003.gguf", "one-00001-of-00003.bin"])
def test_only_a_first_part_has_later_ones(name: str) -> None:
    assert later_parts(name) == []
