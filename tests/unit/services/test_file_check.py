"""Reading all files of a model again, and what that says of it."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from benchtop.domain.file_sums import file_sha256
from benchtop.domain.models import Companion, ModelFile
from benchtop.resources import starter_model, starter_sum
from benchtop.services.file_check import after_check, known_sum, sums_of

NOW = 5.0


def model(folder: Path, *contents: bytes) -> ModelFile:
    """Files of a model, the first first."""
    paths = [folder / f"{number}.gguf" for number in range(len(contents))]
    for path, content in zip(paths, contents, strict=True):
        path.write_bytes(content)
    companions = tuple(Companion(str(path), path.stat().st_size) for path in paths[1:])
    return ModelFile("m", "M", str(paths[0]), sum(map(len, contents)), companions=companions)


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def check(made: ModelFile) -> ModelFile:
    return after_check(made, sums_of(made, lambda: False, lambda _done: None), NOW)


def test_the_first_check_notes_every_sum(tmp_path: Path) -> None:
    told: list[int] = []
    made = model(tmp_path, b"first", b"second")
    assert sums_of(made, lambda: False, told.append) == [digest(b"first"), digest(b"second")]
    assert told == [5, 11]
    checked = check(made)
    assert (checked.sha256, checked.verified, checked.damaged) == (digest(b"first"), NOW, None)
    assert checked.companions[0].sha256 == digest(b"second")


@pytest.mark.parametrize("changed", [0, 1])
def test_a_change_in_any_file_is_damage_until_it_is_as_it_was(tmp_path: Path, changed: int) -> None:
    checked = check(model(tmp_path, b"first", b"second"))
    before = (tmp_path / f"{changed}.gguf").read_bytes()
    (tmp_path / f"{changed}.gguf").write_bytes(b"other")
    damaged = check(checked)
    assert damaged == replace(checked, damaged=NOW)
    (tmp_path / f"{changed}.gguf").write_bytes(before)
    assert check(damaged).damaged is None


def test_a_stopped_check_says_nothing(tmp_path: Path) -> None:
    assert sums_of(model(tmp_path, b"first"), lambda: True, lambda _done: None) == []


def test_a_file_that_is_gone_is_no_damage(tmp_path: Path) -> None:
    made = model(tmp_path, b"first", b"second")
    (tmp_path / "1.gguf").unlink()
    with pytest.raises(FileNotFoundError, match=r"1\.gguf"):
        check(made)


def test_a_name_that_is_a_sum_is_believed(tmp_path: Path) -> None:
    blob = tmp_path / f"sha256-{digest(b'right')}"
    blob.write_bytes(b"right")
    made = ModelFile("m", "M", str(blob), 5)
    assert known_sum(made) == digest(b"right")
    assert check(made).damaged is None
    blob.write_bytes(b"wrong")
    assert check(made).damaged == NOW


def test_the_starter_is_what_its_sum_says() -> None:
    assert file_sha256(starter_model()) == starter_sum()
