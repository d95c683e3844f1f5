"""Files that go to the system's bin and come back: real files, real bins, on one disk and on two."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchtop.domain.errors import FileNotBinned, FileNotBroughtBack
from benchtop.services.file_bin import BinnedFile, bring_back, move_to_bin

CONTENT = b"GGUF" + bytes(range(256)) * 400
linux = pytest.mark.skipif(sys.platform != "linux", reason="the bin of freedesktop.org")


@pytest.fixture(autouse=True)
def own_bin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The bin of this test, and not a person's."""
    share = tmp_path / "share"
    share.mkdir()
    monkeypatch.setenv("XDG_DATA_HOME", str(share))
    return share / "Trash"


@pytest.fixture
def model(tmp_path: Path) -> Path:
    path = tmp_path / "models" / "owl.gguf"
    path.parent.mkdir()
    path.write_bytes(CONTENT)
    return path


def files_of(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


@linux
def test_a_file_goes_to_the_bin_and_comes_back(model: Path, own_bin: Path) -> None:
    (binned,) = move_to_bin([model])
    assert not model.exists()
    assert binned.kept.read_bytes() == CONTENT
    assert files_of(own_bin) == ["owl.gguf", "owl.gguf.trashinfo"]
    bring_back(binned)
    assert model.read_bytes() == CONTENT
    assert files_of(own_bin) == []


@linux
def test_its_folder_is_made_again(model: Path) -> None:
    (binned,) = move_to_bin([model])
    model.parent.rmdir()
    bring_back(binned)
    assert model.read_bytes() == CONTENT


@linux
def test_two_of_one_name_come_back_to_their_own_places(model: Path, tmp_path: Path) -> None:
    other = tmp_path / "other" / model.name
    other.parent.mkdir()
    other.write_bytes(b"other")
    binned = move_to_bin([model, other])
    assert len({one.kept for one in binned}) == 2
    for one in binned:
        bring_back(one)
    assert (model.read_bytes(), other.read_bytes()) == (CONTENT, b"other")


@linux
def test_what_lies_in_its_place_meanwhile_is_not_touched(model: Path) -> None:
    (binned,) = move_to_bin([model])
    model.write_bytes(b"another model")
    with pytest.raises(
        FileNotBroughtBack, match=r"another file lies there now.*look for it in the bin"
    ):
        bring_back(binned)
    assert model.read_bytes() == b"another model"
    assert binned.kept.read_bytes() == CONTENT
    model.unlink()
    bring_back(binned)
    assert model.read_bytes() == CONTENT


@linux
def test_an_emptied_bin_is_said(model: Path) -> None:
    (binned,) = move_to_bin([model])
    binned.kept.unlink()
    with pytest.raises(FileNotBroughtBack, match="the bin was emptied"):
        bring_back(binned)
    assert not model.exists()


@linux
def test_all_files_of_a_model_go_or_none(model: Path, own_bin: Path) -> None:
    gone = model.with_name("part-2.gguf")
    with pytest.raises(FileNotBinned, match=r"part-2\.gguf could not be moved to the bin"):
        move_to_bin([model, gone])
    assert model.read_bytes() == CONTENT
    assert files_of(own_bin) == []


@pytest.fixture
def other_disk(tmp_path: Path) -> Iterator[Path]:
    shared = Path("/dev/shm")  # a disk of its own on Linux
    if not shared.is_dir() or shared.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("there is no second disk")
    with tempfile.TemporaryDirectory(dir=shared, prefix="benchtop-test-") as folder:
        yield Path(folder)


@linux
def test_on_another_disk_the_bin_there_is_used(other_disk: Path, own_bin: Path) -> None:
    path = other_disk / "owl.gguf"
    path.write_bytes(CONTENT)
    (binned,) = move_to_bin([path])
    try:
        assert not path.exists()
        assert binned.kept.stat().st_dev == other_disk.stat().st_dev
        assert files_of(own_bin) == []  # no gigabytes are carried from one disk to the other
    finally:
        bring_back(binned)
    assert path.read_bytes() == CONTENT
    assert not binned.kept.exists()


DIE_MIDWAY = """
import os, signal, sys
from pathlib import Path
from benchtop.services.file_bin import BinnedFile, bring_back
def die(path):
    os.kill(os.getpid(), signal.SIGKILL)
Path.unlink = die
bring_back(BinnedFile(Path(sys.argv[1]), Path(sys.argv[2])))
"""


@linux
def test_dying_while_it_comes_back_leaves_it_in_its_place(model: Path) -> None:
    (binned,) = move_to_bin([model])
    words = [sys.executable, "-c", DIE_MIDWAY, str(binned.place), str(binned.kept)]
    died = subprocess.run(words, timeout=60, check=False)
    assert died.returncode == -signal.SIGKILL
    assert model.read_bytes() == CONTENT
    assert model.samefile(binned.kept)  # one file, and no second one on the disk


@linux
def test_without_hard_links_it_comes_back_too(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")  # as FAT and some networks say

    monkeypatch.setattr(os, "link", no_links)
    (binned,) = move_to_bin([model])
    model.write_bytes(b"another model")
    with pytest.raises(FileNotBroughtBack, match="another file"):
        bring_back(binned)
    model.unlink()
    bring_back(BinnedFile(binned.place, binned.kept))
    assert model.read_bytes() == CONTENT


@linux
def test_a_link_goes_and_comes_with_its_file(tmp_path: Path) -> None:
    """As in the Hub's cache, where the bytes have another name than the file."""
    blob = tmp_path / "blobs" / "abc"
    blob.parent.mkdir()
    blob.write_bytes(CONTENT)
    link = tmp_path / "snapshots" / "1" / "owl.gguf"
    link.parent.mkdir(parents=True)
    link.symlink_to("../../blobs/abc")
    (binned,) = move_to_bin([link])
    assert not blob.exists()
    assert not link.is_symlink()
    bring_back(binned)
    assert link.is_symlink()
    assert link.read_bytes() == blob.read_bytes() == CONTENT
