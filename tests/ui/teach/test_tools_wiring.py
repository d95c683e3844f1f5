"""The card of the training tools: what the chosen model needs of them, and nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from benchtop.domain.errors import Interrupted
from benchtop.services import tools_setup, training_tools
from benchtop.services.data_folder import DataFolder
from benchtop.services.tools_setup import ToolsSetup
from benchtop.services.training_tools import PEFT_SIZE_BYTES
from benchtop.ui.teach.tools_wiring import ToolsWiring
from benchtop.ui.teach.train_texts import tools_words
from benchtop.ui.teach.train_view import TrainView


class Bench:
    """A Train tab with its tools; ``architecture`` is that of the model chosen."""

    def __init__(self, qtbot: QtBot, folder: DataFolder) -> None:
        self.architecture = "llama"
        self.folder, self.view = folder, TrainView()
        qtbot.addWidget(self.view)
        self.tools = ToolsSetup(folder, lambda: True)
        self.said: list[Any] = []
        self.wiring = ToolsWiring(
            self.view, folder, self.tools, self.said.append, lambda: self.architecture
        )

    @property
    def row(self) -> Any:
        return self.view.setup.tools._tools

    def choose(self, architecture: str) -> None:
        self.architecture = architecture
        self.wiring.look()


@pytest.fixture
def bench(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """What every training needs is there, and what some models need is not."""
    monkeypatch.setattr(training_tools, "PEFT_TOOLS", ("transformers", "benchtop_no_such_peft"))
    monkeypatch.setattr(tools_setup, "PEFT_TOOLS", ("transformers", "benchtop_no_such_peft"))
    return Bench(qtbot, DataFolder(tmp_path))


def test_the_card_is_there_for_a_model_that_needs_more(bench: Bench) -> None:
    assert bench.row.state == "ready"
    bench.choose("phi3")
    assert (bench.row.state, bench.row.parts) == ("missing", ("benchtop_no_such_peft",))
    assert bench.row.bytes == PEFT_SIZE_BYTES
    assert bench.row.command == "benchtop training-tools setup --all --online"
    assert bench.row.folder == str(bench.folder.peft_tools)
    assert not bench.view.setup.tools.isHidden()
    assert not bench.view.setup.tools.ready
    bench.choose("qwen3")
    assert bench.row.state == "ready"
    assert bench.view.setup.tools.isHidden()


def test_its_words_say_that_it_is_this_kind_of_model(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    monkeypatch.setattr(training_tools, "find_spec", lambda name: name != "peft" or None)
    bench.choose("gpt2")
    assert bench.row.parts == ("peft",)
    words = tools_words(bench.row)
    assert words.startswith("This kind of model needs more tools to be trained: peft.")
    assert "150 MB" in words


def test_setting_up_asks_for_what_the_model_needs_and_offline_says_so(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger: list[Any] = []
    bench.tools.reached.connect(ledger.append)
    bench.choose("phi3")
    bench.view.setup_requested.emit()
    assert [one.state for one in ledger] == ["refused"]
    assert "transformers==" in str(ledger[0])
    assert "torch==" not in str(ledger[0])
    assert len(bench.said) == 1
    assert bench.row.state == "missing"
    bench.tools.failed.emit(Interrupted())
    assert len(bench.said) == 1


def test_errors_of_before_go_once_it_goes_on(bench: Bench) -> None:
    bar = bench.view.info_bar
    for go_on in (lambda: bench.tools.progressed.emit("fetching", 0.5), bench.tools.done.emit):
        bar.post("error", "Training needs torch, and offline mode is on.")
        go_on()
        assert bar.notices() == []


def test_what_was_removed_elsewhere_is_missing_when_one_comes_back(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.view.show()
    assert bench.row.state == "ready"
    bench.view.hide()
    monkeypatch.setattr(training_tools, "NEEDED", ("benchtop_no_such_torch",))
    bench.view.show()
    assert (bench.row.state, bench.row.parts) == ("missing", ("benchtop_no_such_torch",))
