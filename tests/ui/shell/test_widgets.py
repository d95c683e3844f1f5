"""The small widgets: a switch, a label that shortens, a layout that wraps."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy, QWidget
from pytestqt.qtbot import QtBot

from benchtop.ui.theme import ThemeController, light_tokens
from benchtop.ui.widgets.elided_label import ElidedLabel
from benchtop.ui.widgets.flow_layout import FlowLayout
from benchtop.ui.widgets.switch import Switch


@pytest.fixture
def flow(theme: ThemeController, qtbot: QtBot) -> FlowLayout:
    widget = QWidget()
    qtbot.addWidget(widget)
    layout = FlowLayout(widget, gap=10)
    layout.setContentsMargins(0, 0, 0, 0)
    for number in range(3):
        button = QPushButton(str(number))
        button.setFixedSize(100, 30)
        layout.addWidget(button)
    widget.show()
    layout.keep = widget
    return layout


def places(flow: FlowLayout) -> list[tuple[int, int]]:
    rects = [flow.itemAt(i).geometry() for i in range(flow.count())]
    return [(rect.x(), rect.y()) for rect in rects]


def test_flow_wraps_like_words(flow: FlowLayout) -> None:
    flow.setGeometry(QRect(0, 0, 320, 100))
    assert places(flow) == [(0, 0), (110, 0), (220, 0)]
    flow.setGeometry(QRect(0, 0, 319, 100))
    assert places(flow) == [(0, 0), (110, 0), (0, 40)]
    assert flow.heightForWidth(320) == 30
    assert flow.heightForWidth(219) == 70
    assert flow.heightForWidth(100) == 110
    assert flow.minimumSize().width() == 100


def test_flow_leaves_no_room_for_hidden_widgets(flow: FlowLayout) -> None:
    flow.itemAt(1).widget().hide()
    flow.setGeometry(QRect(0, 0, 320, 100))
    assert (flow.itemAt(2).geometry().x(), flow.itemAt(2).geometry().y()) == (110, 0)


def test_flow_gives_what_is_left_to_what_may_grow(flow: FlowLayout) -> None:
    space = QWidget()
    space.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    flow.addWidget(space)
    last = QLabel("x")
    last.setFixedSize(50, 20)
    flow.addWidget(last)
    space.show()
    last.show()
    flow.setGeometry(QRect(0, 0, 600, 100))
    assert flow.itemAt(4).geometry().right() == 599
    assert flow.itemAt(4).geometry().y() == 5


def test_flow_gives_its_items_back(flow: FlowLayout) -> None:
    assert flow.takeAt(7) is None
    assert flow.itemAt(-1) is None
    assert flow.takeAt(0).widget().text() == "0"
    assert flow.count() == 2


def test_elided_label_shortens_and_then_explains(theme: ThemeController, qtbot: QtBot) -> None:
    label = ElidedLabel("a rather long title of a conversation\nwith a line break")
    qtbot.addWidget(label)
    label.show()
    assert "\n" not in label.text()
    label.resize(60, 20)
    assert label.toolTip() == label.text()
    label.resize(2_000, 20)
    assert label.toolTip() == ""
    assert label.minimumSizeHint().width() < label.sizeHint().width() / 3


def test_elided_label_paints_within_itself(theme: ThemeController, qtbot: QtBot) -> None:
    label = ElidedLabel("W" * 200)
    qtbot.addWidget(label)
    label.resize(100, 20)
    label.show()
    image = label.grab().toImage()
    assert any(image.pixelColor(x, 10).lightness() < 128 for x in range(60))


def test_switch_turns_by_key_and_click(theme: ThemeController, qtbot: QtBot) -> None:
    switch = Switch("Offline")
    qtbot.addWidget(switch)
    switch.show()
    with qtbot.waitSignal(switch.toggled) as turned:
        qtbot.mouseClick(switch, Qt.MouseButton.LeftButton)
    assert turned.args == [True]
    qtbot.keyClick(switch, Qt.Key.Key_Space)
    assert not switch.isChecked()


def test_switch_shows_its_state_by_shape_and_colour(theme: ThemeController, qtbot: QtBot) -> None:
    switch = Switch("Offline")
    qtbot.addWidget(switch)
    switch.resize(switch.sizeHint())
    switch.show()
    off = switch.grab().toImage()
    switch.setChecked(True)
    on = switch.grab().toImage()
    assert off != on
    colours = {on.pixelColor(x, on.height() // 2).name() for x in range(on.width())}
    assert light_tokens().primary.name() in colours


def test_switch_grows_with_the_text(theme: ThemeController, qtbot: QtBot) -> None:
    switch = Switch("Offline")
    qtbot.addWidget(switch)
    switch.show()
    small = switch.sizeHint()
    theme.set_text_size(200)
    assert switch.sizeHint().height() > 1.5 * small.height()
    assert switch.sizeHint().width() > 1.5 * small.width()
