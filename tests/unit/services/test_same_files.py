"""Files that are on the list twice are found though nobody knew their sums."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from benchtop.services import same_files
from benchtop.services.model_list import ModelList
from benchtop.services.same_files import SameFiles
from unit.services.local_layouts import model_bytes, put, sha256
from unit.services.models_kit import imported, models, own, settled, store

__all__ = ["models", "store"]


@pytest.fixture
def same(models: ModelList) -> Iterator[SameFiles]:
    made = SameFiles(models, idle_ms=0)
    yield made
    made.close()


def paths(folder: Path, content: bytes, *names: str) -> list[Path]:
    return [put(folder / f"{name}.gguf", content) for name in names]


def altered(content: bytes, place: int) -> bytes:
    """Another file of the same size."""
    return content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]


def add(qtbot: QtBot, models: ModelList, same: SameFiles, files: list[Path]) -> dict[str, str]:
    """The sums by file name, once there is nothing more to read."""
    with qtbot.waitSignal(same.ended, check_params_cb=lambda read: read == 0):
        imported(qtbot, models, files)
    return {Path(model.path).name: model.sha256 for model in settled(qtbot, models)}


def test_copies_are_found_and_others_are_not_read(
    qtbot: QtBot,
    models: ModelList,
    same: SameFiles,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    read: list[str] = []
    real = same_files.file_sha256
    monkeypatch.setattr(
        same_files,
        "file_sha256",
        lambda path, *rest: (read.append(Path(path).name), real(path, *rest))[1],
    )
    content = model_bytes()
    files = paths(tmp_path, content, "a", "b", "c")
    files += paths(tmp_path, altered(content, len(content) - 1), "other")  # the samples differ
    files += paths(tmp_path, model_bytes("longer than the rest of them"), "alone")
    sums = add(qtbot, models, same, files)
    assert {name for name, known in sums.items() if known} == {"a.gguf", "b.gguf", "c.gguf"}
    assert set(sums.values()) == {sha256(content), ""}
    assert sorted(read) == ["a.gguf", "b.gguf", "c.gguf"]  # each once


def test_one_file_under_two_names_is_not_read(
    qtbot: QtBot, models: ModelList, same: SameFiles, tmp_path: Path
) -> None:
    (first,) = paths(tmp_path, model_bytes(), "a")
    (tmp_path / "b.gguf").hardlink_to(first)
    assert add(qtbot, models, same, [first, tmp_path / "b.gguf"]) == {"a.gguf": "", "b.gguf": ""}


def test_nothing_is_read_while_a_model_answers(
    qtbot: QtBot, models: ModelList, same: SameFiles, tmp_path: Path
) -> None:
    same.hush(3_600)
    with qtbot.assertNotEmitted(same.ended, wait=200):
        imported(qtbot, models, paths(tmp_path, model_bytes(), "a", "b"))
    assert [model.sha256 for model in settled(qtbot, models)] == ["", ""]
    with qtbot.waitSignal(same.ended):
        same.hush(0)
    assert {model.sha256 for model in settled(qtbot, models)} == {sha256(model_bytes())}


def test_a_sum_that_is_known_better_by_now_stays(
    qtbot: QtBot, models: ModelList, tmp_path: Path
) -> None:
    imported(qtbot, models, paths(tmp_path, model_bytes(), "a"))
    (model,) = own(models)
    models.note_sums([(model, "1" * 64)])
    models.note_sums([(model, "2" * 64)])
    assert [one.sha256 for one in settled(qtbot, models)] == ["1" * 64]
