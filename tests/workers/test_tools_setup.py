"""The training tools set up by a real pip, from wheels in a folder in the place of an index."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from pytestqt.qtbot import QtBot

from benchtop.domain.errors import Interrupted, StoreError
from benchtop.domain.teach_errors import ToolsAtWork, ToolsNotInstalled, ToolsOffline
from benchtop.services import tools_setup
from benchtop.services.data_folder import DataFolder
from benchtop.services.tools_removal import remove_tools
from benchtop.services.tools_setup import PEFT_PACKAGES, ToolsSetup
from benchtop.services.training_tools import missing_tools, needed_tools, tools_environment

LIMIT_MS = 120_000


def wheel(folder: Path, name: str, version: str, needs: tuple[str, ...] = ()) -> None:
    """A package with one empty module."""
    folder.mkdir(exist_ok=True)
    info = f"{name.replace('-', '_')}-{version}.dist-info"
    needed = "".join(f"Requires-Dist: {one}\n" for one in needs)
    files = {
        f"{name.replace('-', '_')}/__init__.py": "",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{needed}",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{path},,\n" for path in files) + f"{info}/RECORD,,\n"
    with zipfile.ZipFile(
        folder / f"{name.replace('-', '_')}-{version}-py3-none-any.whl", "w"
    ) as file:
        for path, text in {**files, f"{info}/RECORD": record}.items():
            file.writestr(path, text)


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "wheels"
    wheel(folder, "gguf", "0.19.0")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


@pytest.fixture
def home(tmp_path: Path) -> DataFolder:
    folder = DataFolder(tmp_path / "home")
    folder.prepare()
    return folder


def failure(qtbot: QtBot, setup: ToolsSetup) -> Any:
    with qtbot.waitSignal(setup.failed, timeout=LIMIT_MS) as failed:
        setup.start()
    return failed.args[0]


def test_the_tools_come_into_a_folder_of_their_own(
    qtbot: QtBot, index: Path, home: DataFolder
) -> None:
    wheel(index, "torch", "2.13.0")
    setup = ToolsSetup(home, lambda: False)
    told: list[tuple[str, float]] = []
    ledger: list[Any] = []
    setup.progressed.connect(lambda what, done: told.append((what, done)))
    setup.reached.connect(ledger.append)
    with qtbot.waitSignal(setup.done, timeout=LIMIT_MS):
        setup.start()
    assert (home.training_tools / "torch" / "__init__.py").is_file()
    assert (home.training_tools / "gguf").is_dir()
    assert str(home.training_tools) in tools_environment(home)["PYTHONPATH"]
    assert told[0] == ("looking", -1.0)
    assert ("fetching", 0.0) in told
    assert [one.state for one in ledger] == ["begun", "ended"]
    assert {one.purpose for one in ledger} == {"tools"}
    assert not setup.busy
    assert not list(home.root.glob("*.part"))


def peft_wheels(index: Path) -> None:
    """Of the versions that are asked for; peft wants torch once more."""
    for one in PEFT_PACKAGES:
        name, _, version = one.partition("==")
        wheel(index, name, version, ("torch",) if name == "peft" else ())


def test_what_some_models_need_comes_beside_it_without_another_torch(
    qtbot: QtBot, index: Path, home: DataFolder
) -> None:
    peft_wheels(index)  # and no torch at all
    setup = ToolsSetup(home, lambda: False)
    ledger: list[Any] = []
    setup.reached.connect(ledger.append)
    with qtbot.waitSignal(setup.done, timeout=LIMIT_MS):
        setup.start(("transformers", "peft"))
    assert (home.peft_tools / "transformers" / "__init__.py").is_file()
    assert (home.peft_tools / "accelerate").is_dir()
    assert not home.training_tools.exists()
    assert missing_tools(home, "phi3") == missing_tools(home)
    assert [one.state for one in ledger] == ["begun", "ended"]
    assert not list(home.root.glob("*.part"))


def test_where_all_are_missing_all_come_and_what_came_stays(
    qtbot: QtBot, index: Path, home: DataFolder
) -> None:
    wheel(index, "torch", "2.13.0")
    setup = ToolsSetup(home, lambda: False)
    with qtbot.waitSignal(setup.failed, timeout=LIMIT_MS) as failed:
        setup.start(needed_tools("phi3"))
    assert "transformers" in str(failed.args[0])
    assert (home.training_tools / "torch").is_dir()
    assert not home.peft_tools.exists()
    peft_wheels(index)
    with qtbot.waitSignal(setup.done, timeout=LIMIT_MS):
        setup.start(needed_tools("phi3"))
    assert (home.training_tools / "torch").is_dir()
    assert (home.peft_tools / "peft").is_dir()


def simple_index(folder: Path) -> str:
    """An index as PEP 503 has it, over the wheels in ``folder``; its address."""
    for wheel_file in folder.glob("*.whl"):
        place = folder / wheel_file.name.partition("-")[0].replace("_", "-")
        place.mkdir(exist_ok=True)
        wheel_file.rename(place / wheel_file.name)
        with (place / "index.html").open("a") as page:
            page.write(f'<a href="{quote(wheel_file.name)}">{wheel_file.name}</a>\n')
    return folder.as_uri()


def test_where_the_usual_index_has_only_builds_for_cards_that_for_processors_is_taken(
    qtbot: QtBot, tmp_path: Path, home: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual, processors = tmp_path / "usual", tmp_path / "processors"
    wheel(usual, "gguf", "0.19.0")
    wheel(usual, "torch", "2.13.0", ("nvidia-cublas",))
    wheel(usual, "nvidia-cublas", "1.0")
    wheel(processors, "torch", "2.13.0+cpu")
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_INDEX_URL", simple_index(usual))
    monkeypatch.setattr(tools_setup, "PROCESSORS_INDEX", simple_index(processors))
    setup = ToolsSetup(home, lambda: False)
    ledger: list[Any] = []
    setup.reached.connect(ledger.append)
    with qtbot.waitSignal(setup.done, timeout=LIMIT_MS):
        setup.start()
    assert (home.training_tools / "torch-2.13.0+cpu.dist-info").is_dir()
    assert not (home.training_tools / "nvidia_cublas").exists()
    assert [one.state for one in ledger] == ["begun", "ended", "begun", "ended"]
    assert len({one.id for one in ledger}) == 2, "the other index has a line of its own"


def test_the_build_for_graphics_cards_is_refused_before_it_is_fetched(
    qtbot: QtBot, index: Path, home: DataFolder
) -> None:
    wheel(index, "torch", "2.13.0", ("nvidia-cublas",))
    wheel(index, "nvidia-cublas", "1.0")
    error = failure(qtbot, ToolsSetup(home, lambda: False))
    assert isinstance(error, ToolsNotInstalled)
    assert "several GB" in str(error)
    assert not home.training_tools.exists()


def test_what_pip_cannot_find_is_a_sentence_and_what_was_there_stays(
    qtbot: QtBot, index: Path, home: DataFolder
) -> None:
    (home.training_tools / "torch").mkdir(parents=True)
    error = failure(qtbot, ToolsSetup(home, lambda: False))
    assert isinstance(error, ToolsNotInstalled)
    assert "torch" in str(error)
    assert (home.training_tools / "torch").is_dir()


def test_offline_nothing_is_begun(qtbot: QtBot, index: Path, home: DataFolder) -> None:
    setup = ToolsSetup(home, lambda: True)
    ledger: list[Any] = []
    setup.reached.connect(ledger.append)
    assert isinstance(failure(qtbot, setup), ToolsOffline)
    assert [one.state for one in ledger] == ["refused"]


def test_a_person_may_think_better_of_it(qtbot: QtBot, index: Path, home: DataFolder) -> None:
    wheel(index, "torch", "2.13.0")
    setup = ToolsSetup(home, lambda: False)
    setup.progressed.connect(lambda what, _done: setup.cancel() if what == "fetching" else None)
    assert isinstance(failure(qtbot, setup), Interrupted)
    assert not home.training_tools.exists()
    assert not setup.busy


def test_two_at_once_are_one_too_many(qtbot: QtBot, home: DataFolder, index: Path) -> None:
    """Nor may they be removed meanwhile."""
    wheel(index, "torch", "2.13.0")
    setup, second = ToolsSetup(home, lambda: False), ToolsSetup(home, lambda: False)
    with qtbot.waitSignal(setup.done, timeout=LIMIT_MS):
        setup.start()
        with qtbot.waitSignal(second.failed) as failed:
            second.start()
        assert isinstance(failed.args[0], ToolsAtWork)
        second.close()
        with pytest.raises(ToolsAtWork):
            remove_tools(home)
    assert remove_tools(home)


def test_a_folder_that_takes_no_file_is_said(qtbot: QtBot, home: DataFolder) -> None:
    home.tools_lock.mkdir()
    setup = ToolsSetup(home, lambda: False)
    assert isinstance(failure(qtbot, setup), StoreError)
    assert not setup.busy
