"""What tests of the header look at and press."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QWidget,
)
from pytestqt.qtbot import QtBot

from benchtop.ui.chat.choice_list import ChoiceList
from benchtop.ui.chat.header import ChatHeader

W = TypeVar("W", bound=QWidget)
Left, Key = Qt.MouseButton.LeftButton, Qt.Key


def find(header: ChatHeader, kind: type[W], name: str) -> W:
    found = header.findChild(kind, name)
    assert found is not None, name
    return found


def names(view: ChoiceList) -> list[str]:
    model = view.model()
    rows = [row for row in range(model.rowCount()) if not view.isRowHidden(row)]
    return [model.index(row, 0).data() for row in rows]


def choose(qtbot: QtBot, view: ChoiceList, name: str) -> None:
    model = view.model()
    index = next(
        model.index(row, 0) for row in range(model.rowCount()) if model.index(row, 0).data() == name
    )
    view.setCurrentIndex(index)
    qtbot.keyClick(view, Key.Key_Return)
