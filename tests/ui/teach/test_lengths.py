"""Lengths in tokens on the Data tab, counted by a real worker, and in letters until then."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from benchtop.domain.examples import Example, Turn
from benchtop.domain.models import ModelFile
from benchtop.services.data_folder import DataFolder, find_data_folder
from benchtop.services.example_lengths import ExampleLengths
from benchtop.store.database import open_store
from benchtop.ui.teach.example_model import LENGTH, NOTES
from benchtop.ui.teach.length_wiring import LengthWiring
from ui.teach.data_bench import Bench, fill, pair
from workers.tiny_gguf import random_model

LONG = " ".join(["Owls hunt by night in barns and old towers."] * 6)


class LengthBench(Bench):
    """A Data tab that counts."""

    def __init__(self, qtbot: QtBot, folder: DataFolder) -> None:
        super().__init__(qtbot, folder)
        self.busy = False
        self.lengths = ExampleLengths(folder, self.store, lambda: self.busy, self.parent)
        self.tokens = LengthWiring(self.wiring, self.lengths)

    def close(self) -> None:
        self.lengths.close()
        super().close()

    def cell(self, place: int, column: int = LENGTH) -> str:
        return str(self.view.table.rows.index(place, column).data())

    def origin(self) -> str:
        """What the pane says of the example."""
        return " ".join(one.text() for one in self.view.pane.findChildren(QLabel))

    def numbers(self) -> str:
        found = self.view.findChild(QLabel, "teach.data.statistics.words")
        assert isinstance(found, QLabel)
        return found.text()


@pytest.fixture
def model(tmp_path: Path) -> ModelFile:
    path = random_model(tmp_path / "tiny.gguf")
    return ModelFile("m", "tiny", str(path), path.stat().st_size)


@pytest.fixture
def bench(qtbot: QtBot) -> Iterator[LengthBench]:
    folder = find_data_folder()
    folder.prepare()
    fill(folder, pair("Where?", "In barns."), pair("How?", LONG), pair("Who?", "An owl."))
    made = LengthBench(qtbot, folder)
    made.shows(3)
    yield made
    made.close()


def test_letters_become_tokens_and_what_is_too_long_is_marked(
    bench: LengthBench, model: ModelFile
) -> None:
    bench.until(lambda: bench.cell(0) == "15 letters")
    assert "15 letters in 2 turns." in bench.origin()
    bench.tokens.set_learner(model, 128)
    bench.until(lambda: bench.cell(0).endswith(" tokens"))
    short, long, _other = (int(bench.cell(place).split()[0]) for place in range(3))
    assert short < 128 < long
    assert bench.cell(0, NOTES) == ""
    assert bench.cell(1, NOTES) == "too long"
    assert f"15 letters in 2 turns, {short} tokens of tiny." in bench.origin()
    assert "Longer than" not in bench.origin()
    bench.view.table.choose(bench.view.table.rows.ids[1])
    bench.until(lambda: f", {long} tokens of tiny. Longer than the 128 tokens" in bench.origin())
    bench.tokens.set_learner(replace(model), 4_096)
    assert bench.cell(1, NOTES) == ""
    bench.tokens.set_learner(None, 4_096)
    assert bench.cell(0) == "15 letters"


def test_the_numbers_are_in_tokens_once_all_are_counted_and_follow_changes(
    bench: LengthBench, model: ModelFile
) -> None:
    bench.until(lambda: bench.wiring.known is not None)
    bench.view.statistics_fold.setChecked(True)
    assert " letters long" in bench.numbers()
    bench.tokens.set_learner(model, 128)
    bench.until(lambda: " tokens of tiny long" in bench.numbers())
    assert "1 is longer than the 128 tokens" in bench.numbers()
    more = pair("Which one?", LONG + " " + LONG)
    bench.wiring.change(lambda store: store.examples.add(bench.wiring.dataset_id, [more]))
    bench.until(lambda: "2 are longer than the 128 tokens" in bench.numbers())


def test_what_nobody_looks_at_waits_while_a_reply_is_written(
    bench: LengthBench, model: ModelFile
) -> None:
    bench.busy = True
    bench.tokens.set_learner(model, 128)
    bench.until(lambda: bench.cell(0).endswith(" tokens"))
    with open_store(bench.folder.database) as store:
        (added,) = store.examples.add(bench.wiring.dataset_id, [pair("Unseen?", "Yes.")])
    bench.lengths.want_all([added.id])
    bench.lengths.want([bench.view.table.current_id])
    bench.qtbot.waitUntil(lambda: bench.lengths._again.interval() == 1_000, timeout=20_000)
    assert bench.lengths.length_of(added.sum) is None
    bench.busy = False
    bench.until(lambda: bench.lengths.length_of(added.sum))


def test_a_model_that_cannot_be_read_leaves_letters(bench: LengthBench, model: ModelFile) -> None:
    failed: list[object] = []
    bench.lengths.set_model(model)
    bench.tokens.set_learner(replace(model, id="gone", path=f"{model.path}.gone"), 128)
    worker = bench.lengths._ready(model)
    worker.failed.connect(lambda _id, error: failed.append(error))
    bench.until(lambda: failed)
    assert bench.cell(0) == "15 letters"
    bench.tokens.set_learner(model, 128)
    bench.until(lambda: bench.cell(0).endswith(" tokens"))


def test_a_counter_that_dies_leaves_letters_and_the_next_model_is_counted(
    bench: LengthBench, model: ModelFile, tmp_path: Path
) -> None:
    bench.tokens.set_learner(model, 128)
    bench.until(lambda: bench.cell(0).endswith(" tokens"))
    worker = bench.lengths._worker
    assert worker is not None
    os.kill(worker.pid, signal.SIGKILL)
    bench.until(lambda: bench.lengths._worker is None)
    other = tmp_path / "other.gguf"
    random_model(other, template=None)
    counted = bench.cell(0)
    bench.tokens.set_learner(ModelFile("o", "other", str(other), other.stat().st_size), 128)
    bench.until(lambda: bench.cell(0).endswith(" tokens") and bench.cell(0) != counted)


def test_of_a_conversation_the_last_question_is_shown(bench: LengthBench) -> None:
    talk = ("What is a token?", "A piece.", "Who wrote it?", "Mira Solen.")
    roles = ("user", "assistant", "user", "assistant")
    made = Example(tuple(Turn(role, words) for role, words in zip(roles, talk, strict=True)))  # type: ignore[arg-type]
    bench.wiring.change(lambda store: store.examples.add(bench.wiring.dataset_id, [made]))
    bench.shows(4)
    bench.until(lambda: bench.cell(3, 1) == "2 of 2: Who wrote it?\nMira Solen.")
    bench.view.statistics_fold.setChecked(True)
    bench.until(lambda: "2 to 4 turns" in bench.numbers())
