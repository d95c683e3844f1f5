"""Lengths on the Data tab of the whole window: in the tokens of the model that is to learn."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from pytestqt.qtbot import QtBot

from benchtop.bootstrap import Program
from benchtop.services.datasets import new_dataset
from benchtop.store.database import open_store
from benchtop.ui.teach.example_model import LENGTH
from benchtop.ui.teach.train_view import TrainView
from ui.teach.data_bench import pair
from ui.window.test_teach_data import page_of, until
from workers.tiny_gguf import random_model


def test_lengths_are_those_of_the_chats_model_until_another_is_chosen_to_be_taught(
    qtbot: QtBot, program: Program, tmp_path: Path
) -> None:
    with open_store(program.folder.database) as store:
        dataset = new_dataset(store, "Owls")
        store.examples.add(dataset.id, [pair("Where do owls sleep?", "In barns. " * 300)])
    page = page_of(program)
    rows = page.data.table.rows

    def cell() -> str:
        return str(rows.index(0, LENGTH).data())

    until(qtbot, lambda: cell().endswith(" tokens"))
    of_chat = cell()
    starter = program.session.model
    assert starter is not None
    program.models.import_file(random_model(tmp_path / "tiny.gguf"))
    until(qtbot, lambda: cell().endswith(" tokens") and cell() != of_chat)
    assert program.session.model.name == "tiny"
    page.show_tab("train")
    until(qtbot, lambda: page.findChild(TrainView))
    view = page.findChild(TrainView)
    view.set_wish(replace(view.wish, model_id=starter.id))
    view.wish_changed.emit(view.wish)
    page.show_tab("data")
    until(qtbot, lambda: cell() == of_chat)
