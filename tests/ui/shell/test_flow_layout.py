"""Widgets in lines, whatever becomes of layouts elsewhere."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from benchtop.ui.widgets.flow_layout import FlowLayout


def test_what_is_deleted_elsewhere_takes_nothing_with_it(qtbot: QtBot, qapp: QApplication) -> None:
    """An item of Qt's that was deleted leaves its name behind in PySide 6.11, and the next one at its
    address bears it: then that goes when the layout goes in which the first one stood."""
    elsewhere = QWidget()
    column, row = QVBoxLayout(elsewhere), QHBoxLayout()
    old = [QPushButton(elsewhere) for _ in range(50)]
    for button in old:
        row.addWidget(button)
    column.addLayout(row)
    here = QWidget()
    qtbot.addWidget(here)
    for button in old:
        button.setParent(here)  # Qt deletes its item
    flow = FlowLayout(here)
    for number in range(50):
        flow.addWidget(QPushButton(str(number), here))
    elsewhere.deleteLater()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    items = [flow.itemAt(place) for place in range(flow.count())]
    assert [item is not None and isValid(item) for item in items] == [True] * 50
    here.resize(200, 400)
    here.show()
    assert flow.heightForWidth(200) > flow.heightForWidth(2_000)


def test_a_deleted_widget_leaves_its_line(qtbot: QtBot, qapp: QApplication) -> None:
    here = QWidget()
    qtbot.addWidget(here)
    flow = FlowLayout(here)
    buttons = [QPushButton(str(number), here) for number in range(4)]
    for button in buttons:
        flow.addWidget(button)
    buttons[1].deleteLater()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    assert flow.count() == 3
    flow.removeWidget(buttons[0])
    assert flow.count() == 2
    buttons[3].setParent(None)
    assert flow.count() == 1
    item = flow.takeAt(0)
    assert item is not None
    assert item.widget() is buttons[2]
    assert (flow.takeAt(0), flow.itemAt(0)) == (None, None)
