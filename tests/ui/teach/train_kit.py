"""Finding and using the parts of the Train tab, as a person does."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtWidgets import (
    QComboBox,
    QLabel,
    QPushButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from benchtop.ui.teach.train_rows import TrainWish
from benchtop.ui.teach.train_view import TrainView
from ui.teach.teach_makers import (
    some_adapters,
    some_datasets,
    some_forecasts,
    some_models,
)

T = TypeVar("T", bound=QWidget)


def measured_view() -> TrainView:
    """Two models, two data sets, everything measured."""
    made = TrainView()
    made.set_models(some_models(), "smol")
    made.set_datasets(some_datasets())
    made.set_adapters(some_adapters())
    made.set_forecasts(some_forecasts())
    return made


def find(view: QWidget, kind: type[T], name: str) -> T:
    found = view.findChild(kind, f"teach.{name}")
    assert found is not None, name
    return found


def button(view: QWidget, name: str) -> QPushButton:
    return find(view, QPushButton, name)


def words(view: QWidget, name: str) -> str:
    """What a label says, without the places where it may break."""
    return find(view, QLabel, name).text().replace("\u200b", "")


def wished(view: TrainView, qtbot: QtBot) -> TrainWish:
    with qtbot.waitSignal(view.start_requested) as heard:
        button(view, "train").click()
    return heard.args[0]


def choose(box: QComboBox, key: str) -> None:
    """As a person chooses."""
    index = box.findData(key)
    assert index >= 0, key
    box.setCurrentIndex(index)
    box.activated.emit(index)
