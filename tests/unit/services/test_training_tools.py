"""Whether training is possible: looked up, and nothing imported for it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchtop.domain.teach_errors import PeftMissing, TrainingToolsMissing
from benchtop.domain.training import PEFT_TOOLS
from benchtop.services import training_tools
from benchtop.services.data_folder import DataFolder
from benchtop.services.training_tools import (
    NEEDED,
    PEFT_SIZE_BYTES,
    SIZE_BYTES,
    check_tools,
    missing_tools,
    needed_tools,
    tools_command,
    tools_environment,
    tools_size,
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DataFolder:
    monkeypatch.delenv("PYTHONPATH", raising=False)
    monkeypatch.delenv("OMP_WAIT_POLICY", raising=False)
    return DataFolder(tmp_path)


def package(folder: DataFolder, name: str) -> None:
    (folder.training_tools / name).mkdir(parents=True)
    (folder.training_tools / name / "__init__.py").touch()


def test_what_is_nowhere_is_missing(folder: DataFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training_tools, "NEEDED", ("numpy", "benchtop_no_such_tool"))
    assert missing_tools(folder) == ("benchtop_no_such_tool",)
    package(folder, "benchtop_no_such_tool")
    assert missing_tools(folder) == ()


def test_some_models_need_more_tools(folder: DataFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training_tools, "NEEDED", ("numpy",))
    monkeypatch.setattr(training_tools, "PEFT_TOOLS", ("benchtop_no_such_peft",))
    assert missing_tools(folder, "llama") == ()
    assert missing_tools(folder, "phi3") == ("benchtop_no_such_peft",)
    check_tools(folder, "llama", "A model")
    with pytest.raises(
        PeftMissing, match=r"A model is of a kind .* benchtop_no_such_peft is missing"
    ):
        check_tools(folder, "phi3", "A model")
    (folder.peft_tools / "benchtop_no_such_peft").mkdir(parents=True)
    (folder.peft_tools / "benchtop_no_such_peft" / "__init__.py").touch()
    assert missing_tools(folder, "phi3") == ()
    assert tools_environment(folder)["PYTHONPATH"] == str(folder.peft_tools)
    monkeypatch.setattr(training_tools, "NEEDED", ("benchtop_no_such_tool",))
    with pytest.raises(TrainingToolsMissing, match=r"training-tools setup --online"):
        check_tools(folder, "phi3", "A model")


def test_the_size_and_the_command_are_of_what_is_missing() -> None:
    assert tools_size(NEEDED) == SIZE_BYTES
    assert tools_size(("peft",)) == PEFT_SIZE_BYTES
    assert tools_size(("torch", "transformers")) == SIZE_BYTES + PEFT_SIZE_BYTES
    assert tools_command(NEEDED) == "benchtop training-tools setup --online"
    assert tools_command(("torch", "peft")) == "benchtop training-tools setup --all --online"
    assert needed_tools("gemma3") == NEEDED
    assert set(needed_tools("gemma2")) == {*NEEDED, *PEFT_TOOLS}


def test_looking_imports_no_torch() -> None:
    code = (
        "import sys; from benchtop.services.training_tools import missing_tools;"
        "from benchtop.services.data_folder import find_data_folder;"
        "missing_tools(find_data_folder(), 'phi3');"
        "sys.exit(bool({'torch', 'transformers', 'peft'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], check=False, timeout=60)
    assert done.returncode == 0


def test_the_trainer_is_told_where_they_are(
    folder: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert tools_environment(folder) == {"OMP_WAIT_POLICY": "passive"}
    package(folder, "torch")
    assert tools_environment(folder)["PYTHONPATH"] == str(folder.training_tools)
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")
    monkeypatch.setenv("OMP_WAIT_POLICY", "active")
    told = tools_environment(folder)
    assert told["PYTHONPATH"].split(os.pathsep) == [str(folder.training_tools), "/elsewhere"]
    assert told["OMP_WAIT_POLICY"] == "active"
