"""`benchtop training-tools`: told, set up by a real pip, refused offline."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchtop.services.data_folder import DataFolder
from benchtop.store.database import open_store
from workers.commands import run, run_json
from workers.test_tools_setup import wheel


@pytest.fixture
def without_tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A Python that finds no torch, and a folder of wheels in the place of an index."""
    hidden = tmp_path / "hidden"
    hidden.mkdir()
    (hidden / "sitecustomize.py").write_text(
        "import importlib.util as u\n"
        "before = u.find_spec\n"
        "names = ('torch', 'gguf', 'peft', 'transformers', 'accelerate')\n"
        "u.find_spec = lambda name, *rest: None if name in names else before(name, *rest)\n"
    )
    wheels = tmp_path / "wheels"
    for name, version in (("torch", "2.13.0"), ("gguf", "0.19.0"), ("numpy", "2.0.0")):
        wheel(wheels, name, version)
    monkeypatch.setenv("PYTHONPATH", str(hidden))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheels))
    return wheels


def test_what_is_missing_is_told_and_set_up_when_online(
    without_tools: Path, data_home: Path
) -> None:
    told = run_json("training-tools")
    assert (told["tools"]["torch"], told["tools"]["numpy"]) == (False, True)
    shown = run("training-tools")
    assert "missing: torch, gguf, about 940 MB" in shown.stdout
    assert "`benchtop training-tools setup --all --online` fetches what is missing" in shown.stdout

    refused = run("training-tools", "setup")
    assert refused.returncode == 1
    assert "Benchtop is offline" in refused.stderr
    assert "--online" in refused.stderr
    done = run("training-tools", "setup", "--online")
    assert done.returncode == 0, done.stderr
    assert "torch, gguf: about 940 MB on the disk" in done.stderr
    assert (DataFolder(data_home).training_tools / "torch").is_dir()
    assert run_json("training-tools")["tools"]["torch"]
    assert run("training-tools", "setup").stdout == "Everything is there.\n"
    with open_store(data_home / "benchtop.sqlite3") as store:
        assert {one.state for one in store.connections.newest()} == {"refused", "ended"}


def test_what_pip_cannot_bring_is_a_sentence(without_tools: Path, data_home: Path) -> None:
    for one in without_tools.glob("torch*"):
        one.unlink()
    failed = run("training-tools", "setup", "--online")
    assert failed.returncode == 1
    assert "Traceback" not in failed.stderr
    words = failed.stderr.splitlines()[-1]
    assert "were not set up" in words
    assert "torch" in words
    assert not DataFolder(data_home).training_tools.exists()


def test_what_was_set_up_is_removed(without_tools: Path, data_home: Path) -> None:
    assert run("training-tools", "remove").stdout == "None are set up in Benchtop's data folder.\n"
    assert run("training-tools", "setup", "--online").returncode == 0
    place = DataFolder(data_home).training_tools
    assert (place / "torch").is_dir()
    removed = run("training-tools", "remove")
    assert removed.returncode == 0, removed.stderr
    assert removed.stdout.endswith(" are free again.\n")
    assert not place.exists()
    assert not run_json("training-tools")["tools"]["torch"]
