"""Searching odd folders: links, loops, pipes, limits, and files under several names."""

import os
import socket
import time
from pathlib import Path

import pytest

from benchtop.services.local_models import find_local
from benchtop.services.local_places import HUB, JAN, LM_STUDIO, OLLAMA, Layout, Place
from unit.services.local_layouts import (
    LIBRARY,
    copies,
    find,
    in_hub,
    in_ollama,
    model_bytes,
    names,
    put,
)

# The same file twice


def test_a_file_under_several_names_is_told_once_by_its_real_name(tmp_path: Path) -> None:
    real = put(tmp_path / "z/deep/real.gguf")
    (tmp_path / "a.gguf").symlink_to(real)
    assert [model.path for model in find(tmp_path)] == [real]
    (tmp_path / "b.gguf").hardlink_to(real)
    assert len(find(tmp_path)) == 1


def test_a_file_in_two_places_has_the_name_of_the_first(tmp_path: Path) -> None:
    blob = in_ollama(tmp_path / "ollama", f"{LIBRARY}/tiny/1b", {"model": model_bytes()})
    linked = tmp_path / "lm/owner/name/tiny.gguf"
    linked.parent.mkdir(parents=True)
    linked.hardlink_to(blob)
    copied = put(tmp_path / "lm/owner/name/copy.gguf")
    places = [
        Place(OLLAMA, tmp_path / "ollama", "ollama"),
        Place(LM_STUDIO, tmp_path / "lm", "publisher"),
        Place(LM_STUDIO, tmp_path / "lm", "publisher"),
    ]
    found = [(model.program, model.path) for model in find_local(places)]
    assert found == [(OLLAMA, blob), (LM_STUDIO, copied)]


# Odd folders


def test_links_to_folders_and_loops_are_not_followed(tmp_path: Path) -> None:
    outside = put(tmp_path / "outside/away.gguf").parent
    place = tmp_path / "place"
    put(place / "here.gguf", model_bytes("here"))
    (place / "out").symlink_to(outside)
    (place / "up").symlink_to(tmp_path)
    (place / "loop.gguf").symlink_to(place / "loop.gguf")
    (place / "broken.gguf").symlink_to(tmp_path / "gone.gguf")
    assert names(place) == ["here"]
    root = tmp_path / "root"  # but the place itself may be a link
    root.symlink_to(place)
    assert names(root) == ["here"]


def test_pipes_sockets_and_folders_called_gguf_do_no_harm(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.mkfifo(tmp_path / "pipe.gguf")
    monkeypatch.chdir(tmp_path)  # the path of a socket must be short
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket.gguf")
        put(tmp_path / "folder.gguf/inside.gguf")
        assert names(tmp_path) == ["inside"]


def test_a_pipe_in_the_place_of_a_manifest_or_settings_does_not_hold_it_up(tmp_path: Path) -> None:
    in_ollama(tmp_path, f"{LIBRARY}/good/1b", {"model": model_bytes()})
    os.mkfifo(tmp_path / "manifests" / LIBRARY / "good" / "pipe")
    os.mkfifo(tmp_path / "model.yml")
    assert names(tmp_path, "ollama") == ["good:1b"]
    assert names(tmp_path, "jan") == []


def test_places_that_are_not_there_or_no_folders_are_empty(tmp_path: Path) -> None:
    file = put(tmp_path / "file.gguf")
    layouts: list[Layout] = ["hub", "ollama", "jan", "publisher", "folder"]
    for layout in layouts:
        assert find(tmp_path / "gone", layout) == []
        assert find(file, layout) == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_may_not_be_read_is_passed_by(tmp_path: Path) -> None:
    closed = put(tmp_path / "closed/m.gguf").parent
    put(tmp_path / "open/good.gguf", model_bytes("good"))
    unreadable = put(tmp_path / "unreadable.gguf", model_bytes("unreadable"))
    closed.chmod(0)
    unreadable.chmod(0)
    try:
        assert names(tmp_path) == ["good"]
    finally:
        closed.chmod(0o700)


def test_a_folder_that_cannot_be_listed_is_passed_by(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same for those who may read everything."""
    put(tmp_path / "closed/m.gguf")
    put(tmp_path / "open/good.gguf", model_bytes("good"))
    scandir = os.scandir

    def refuse(path: Path) -> object:
        if Path(path).name == "closed":
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    assert names(tmp_path) == ["good"]


def test_names_that_are_no_text_are_found(tmp_path: Path) -> None:
    put(Path(os.fsdecode(os.fsencode(tmp_path) + b"/m\xff.gguf")))
    (model,) = find(tmp_path)
    assert os.fsencode(model.path).endswith(b"/m\xff.gguf")


def test_folders_are_looked_into_so_deep_and_no_deeper(tmp_path: Path) -> None:
    put(tmp_path / "1/2/3/4/5/6/near.gguf")
    put(tmp_path / "1/2/3/4/5/6/7/far.gguf", model_bytes("far"))
    put(tmp_path / ".hidden/h.gguf", model_bytes("hidden"))
    assert names(tmp_path) == ["near"]


def test_a_huge_folder_is_given_up_at_a_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("benchtop.services.local_walk.MOST_ENTRIES", 100)
    put(tmp_path / "a/near.gguf")
    for number in range(150):
        put(tmp_path / "b" / f"{number}.txt", b"")
    put(tmp_path / "c/past-the-limit.gguf", model_bytes("c"))
    assert names(tmp_path) == ["near"]


# How it goes


def test_models_come_as_they_are_found_and_the_search_can_be_ended(tmp_path: Path) -> None:
    for number in range(5):
        put(tmp_path / f"m{number}.gguf", model_bytes(str(number)))
    ended = False
    search = find_local([Place(JAN, tmp_path, "folder")], lambda: ended)
    assert next(search).name == "m0"
    (tmp_path / "m1.gguf").unlink()  # read only when it is its turn
    assert next(search).name == "m2"
    ended = True
    assert list(search) == []


def test_two_thousand_files(tmp_path: Path) -> None:
    copies(put(tmp_path / "one.gguf"), tmp_path / "lm", 1_000)
    for number in range(1_000):
        in_hub(tmp_path / "hub", f"owner/name{number // 10}", f"m{number}.gguf", model_bytes("hub"))
    places = [Place(HUB, tmp_path / "hub", "hub"), Place(LM_STUDIO, tmp_path / "lm", "publisher")]
    began = time.perf_counter()
    found = list(find_local(places))
    print(f"2,000 files, {len(found)} models: {time.perf_counter() - began:.2f} s")
    assert len(found) == 1_000 + 100  # a blob of each repository, under ten names
