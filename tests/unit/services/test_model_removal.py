"""Models removed with all their files, and brought back: real files, a real bin, dying in between."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from benchtop.domain.models import Companion, ModelFile
from benchtop.services.library import is_missing
from benchtop.services.model_list import ModelList
from benchtop.services.model_places import look_at
from benchtop.services.model_removal import ModelRemoval, Removed
from benchtop.services.store_thread import StoreThread
from benchtop.store.database import open_store
from unit.services.local_layouts import model_bytes, projector_bytes, put, shards
from unit.services.models_kit import imported, models, own, settled, store

__all__ = ["models", "store"]
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the bin of freedesktop.org")


@pytest.fixture(autouse=True)
def own_bin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The bin of this test, and not a person's."""
    (tmp_path / "share").mkdir()
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    return tmp_path / "share" / "Trash" / "files"


@pytest.fixture
def removal(models: ModelList) -> Iterator[ModelRemoval]:
    made = ModelRemoval(models)
    yield made
    made.close()


@pytest.fixture
def split(
    qtbot: QtBot, store: StoreThread, models: ModelList, tmp_path: Path
) -> tuple[ModelFile, ModelFile]:
    """A model of three parts with a projector, and another model that uses the same projector."""
    parts = shards(tmp_path / "models", "big", 3)
    other = put(tmp_path / "models" / "other.gguf", model_bytes("other"))
    projector = put(tmp_path / "models" / "mmproj.gguf", projector_bytes())
    sees = Companion(str(projector), projector.stat().st_size, projector=True)
    later = [Companion(str(part), part.stat().st_size) for part in parts[1:]]
    imported(qtbot, models, [parts[0], other])
    big, small = sorted(own(models), key=lambda model: model.path)
    whole = sum(part.stat().st_size for part in parts)
    store.run(lambda s: s.models.change(big.id, companions=(*later, sees), bytes=whole))
    store.run(lambda s: s.models.change(small.id, companions=(sees,)))
    first, second = sorted(settled(qtbot, models), key=lambda model: model.path)
    return first, second


def remove(qtbot: QtBot, removal: ModelRemoval, models: ModelList, model: ModelFile) -> Removed:
    with qtbot.waitSignal(removal.removed) as told:
        removal.remove(model.id, with_files=True)
    settled(qtbot, models)
    assert isinstance(told.args[0], Removed)
    return told.args[0]


def paths_of(model: ModelFile) -> list[Path]:
    return [Path(model.path), *(Path(one.path) for one in model.companions)]


def contents(model: ModelFile) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in paths_of(model)}


def test_all_parts_go_and_what_another_model_uses_stays(
    qtbot: QtBot,
    removal: ModelRemoval,
    models: ModelList,
    split: tuple[ModelFile, ModelFile],
    own_bin: Path,
) -> None:
    big, other = split
    before, freed = contents(big), look_at(own(models)).freed[big.id]
    removed = remove(qtbot, removal, models, big)
    *parts, projector = paths_of(big)
    assert not any(path.exists() for path in parts)
    assert projector.exists()
    assert sum(path.stat().st_size for path in own_bin.iterdir()) == freed == big.bytes
    assert not is_missing(other)
    removal.put_back(removed)
    qtbot.waitUntil(lambda: models.by_id(big.id) is not None)
    assert contents(big) == before
    assert list(own_bin.iterdir()) == []


def test_the_last_that_uses_a_projector_takes_it_along(
    qtbot: QtBot, removal: ModelRemoval, models: ModelList, split: tuple[ModelFile, ModelFile]
) -> None:
    big, other = split
    remove(qtbot, removal, models, big)
    assert look_at(own(models)).freed[other.id] == other.disk_bytes
    remove(qtbot, removal, models, other)
    assert not any(path.exists() for path in (*paths_of(big), *paths_of(other)))


def test_off_the_list_only_leaves_the_files(
    qtbot: QtBot, removal: ModelRemoval, models: ModelList, split: tuple[ModelFile, ModelFile]
) -> None:
    big, before = split[0], contents(split[0])
    with qtbot.waitSignal(removal.removed):
        removal.remove(big.id, with_files=False)
    assert contents(big) == before


def test_undo_brings_all_back_or_none_and_may_be_tried_again(
    qtbot: QtBot, removal: ModelRemoval, models: ModelList, split: tuple[ModelFile, ModelFile]
) -> None:
    big, before = split[0], contents(split[0])
    removed = remove(qtbot, removal, models, big)
    in_the_way = paths_of(big)[2]
    in_the_way.write_bytes(b"another file")
    with qtbot.waitSignal(removal.not_back) as told:
        removal.put_back(removed)
    assert "another file lies there now" in str(told.args[1])
    assert [path.exists() for path in paths_of(big)[:3]] == [False, False, True]
    assert in_the_way.read_bytes() == b"another file"
    assert models.by_id(big.id) is None
    in_the_way.unlink()
    removal.put_back(told.args[0])
    qtbot.waitUntil(lambda: models.by_id(big.id) is not None)
    assert contents(big) == before


def test_when_one_part_cannot_go_none_does(
    qtbot: QtBot,
    removal: ModelRemoval,
    models: ModelList,
    split: tuple[ModelFile, ModelFile],
) -> None:
    big, before = split[0], contents(split[0])
    (Path(big.path).parent.parent / "share" / "Trash").write_text("no folder, so nothing goes in")
    with qtbot.waitSignal(removal.refused) as told:
        removal.remove(big.id, with_files=True)
    assert "could not be moved to the bin" in str(told.args[0])
    assert contents(big) == before
    settled(qtbot, models)
    assert models.by_id(big.id) is not None


DIE_AT_THE_SECOND_PART = """
import os, signal, sys
from pathlib import Path
from PySide6.QtCore import QFile
from benchtop.services import file_bin
moved = []
class Dying:
    def __init__(self, path):
        self.file = QFile(path)
    def moveToTrash(self):
        if moved:
            os.kill(os.getpid(), signal.SIGKILL)
        moved.append(self)
        return self.file.moveToTrash()
    def fileName(self):
        return self.file.fileName()
file_bin.QFile = Dying
file_bin.move_to_bin([Path(path) for path in sys.argv[1:]])
"""


def test_dying_among_the_parts_leaves_a_model_that_can_be_removed_for_good(
    qtbot: QtBot, removal: ModelRemoval, models: ModelList, split: tuple[ModelFile, ModelFile]
) -> None:
    big = split[0]
    parts = [str(path) for path in paths_of(big)[:3]]
    died = subprocess.run([sys.executable, "-c", DIE_AT_THE_SECOND_PART, *parts], check=False)
    assert died.returncode == -9
    places = look_at(own(models))
    assert big.id in places.missing
    assert places.freed[big.id] == sum(Path(part).stat().st_size for part in parts[1:])
    removed = remove(qtbot, removal, models, big)
    assert len(removed.binned) == 2
    assert not any(Path(part).exists() for part in parts)


def test_where_the_list_cannot_be_written_the_files_come_back(
    qtbot: QtBot,
    removal: ModelRemoval,
    models: ModelList,
    split: tuple[ModelFile, ModelFile],
    tmp_path: Path,
) -> None:
    big, before = split[0], contents(split[0])
    with open_store(tmp_path / "data" / "benchtop.sqlite3") as elsewhere:
        elsewhere.models.remove(big.id)  # another program was faster
    with qtbot.waitSignal(removal.refused) as told:
        removal.remove(big.id, with_files=True)
    assert big.id in str(told.args[0])
    assert contents(big) == before


def test_a_link_takes_its_file_along_and_hard_links_are_one_file(tmp_path: Path) -> None:
    first = put(tmp_path / "a.gguf")
    (tmp_path / "b.gguf").hardlink_to(first)
    one = ModelFile("a", "A", str(first), 10)
    two = replace(one, id="b", path=str(tmp_path / "b.gguf"))
    places = look_at([one, two])
    assert places.firsts["a"] == places.firsts["b"]
    assert (places.freed["a"], places.freed["b"]) == (0, 0)
    assert sum(size for disk in places.disks for size in disk.models.values()) == len(model_bytes())
