"""Where the Hub's cache is: as huggingface_hub itself finds it, and always an absolute path."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from benchtop.services.hub_cache import cache_folder, is_in_cache, is_linked_elsewhere

NAMES = ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "HF_HOME", "XDG_CACHE_HOME")
ASK = "import os; from huggingface_hub import constants; print(os.path.abspath(constants.HF_HUB_CACHE))"


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"HF_HOME": "relative/hf"},
        {"HF_HOME": "../beside"},
        {"HF_HUB_CACHE": "$MODELS/hub"},
        {"HF_HUB_CACHE": "${MODELS}/hub", "HF_HOME": "/elsewhere"},
        {"HF_HOME": "~/hf"},
        {"XDG_CACHE_HOME": "$MODELS"},
    ],
)
def test_it_is_where_the_library_has_it(
    given: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("MODELS", str(tmp_path / "models"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    done = subprocess.run(
        [sys.executable, "-c", ASK], capture_output=True, text=True, timeout=60, check=True
    )
    assert cache_folder().is_absolute()
    assert ".." not in cache_folder().parts
    assert str(cache_folder()) == done.stdout.strip()


def test_bytes_that_another_revision_has_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    repository = tmp_path / "hub" / "models--org--owl"
    (repository / "blobs").mkdir(parents=True)
    for blob in ("one", "other"):
        (repository / "blobs" / blob).write_text(blob)
    links = {"1": "one", "2": "one", "3": "other"}
    for commit, blob in links.items():
        link = repository / "snapshots" / commit / "deep" / "owl.gguf"
        link.parent.mkdir(parents=True)
        link.symlink_to(repository / "blobs" / blob)
    found = {commit: repository / "snapshots" / commit / "deep" / "owl.gguf" for commit in links}
    assert [is_linked_elsewhere(found[commit]) for commit in "123"] == [True, True, False]
    assert is_in_cache(found["1"])
    for outside in (tmp_path / "owl.gguf", repository / "blobs" / "one"):
        assert not is_linked_elsewhere(outside)
    assert not is_in_cache(tmp_path / "owl.gguf")
