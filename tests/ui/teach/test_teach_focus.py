"""Where the keyboard goes on the Teach page: into the tab that is shown, and never past what is on it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QTabBar, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from benchtop.domain.examples import Dataset
from benchtop.ui.main_window import MainWindow
from benchtop.ui.tab_order import tab_stops
from benchtop.ui.teach.teach_page import Tab, TeachPage
from benchtop.ui.theme import ThemeController
from ui.teach.data_kit import button
from ui.teach.data_makers import MemoryOwner, dataset

KEY = Qt.Key


class Step(QWidget):
    """What fills a tab: two buttons."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.buttons = [QPushButton(f"{name}.{number}", self) for number in (1, 2)]
        column = QVBoxLayout(self)
        for one in self.buttons:
            one.setObjectName(one.text())
            column.addWidget(one)

    def focus_first(self) -> None:
        self.buttons[0].setFocus()


class House:
    """The main window with the Teach page in it, whose other tabs are filled when somebody says so."""

    def __init__(self, qtbot: QtBot, theme: ThemeController) -> None:
        self.window = MainWindow(theme)
        self.teach = TeachPage()
        self.window.add_page("teach", lambda: self.teach)
        qtbot.addWidget(self.window)
        self.window.resize(1_180, 760)
        self.window.show()
        self.window.activateWindow()
        qtbot.waitUntil(self.window.isActiveWindow)
        self.window.go_to("teach")
        self.owner = MemoryOwner(self.teach.data)
        self.owner.fill()
        table = self.teach.data.table
        qtbot.waitUntil(lambda: table.rows.row_of("e0") is not None)

    def fill(self, tab: Tab) -> Step:
        step = Step(tab)
        self.teach.fill(tab, step, step.focus_first)
        return step

    def press(self, key: Qt.Key) -> None:
        QTest.keyClick(self.window.windowHandle(), key)


def focused() -> str:
    widget = QApplication.focusWidget()
    return widget.objectName() if widget is not None else ""


@pytest.fixture
def house(qtbot: QtBot, theme: ThemeController) -> House:
    return House(qtbot, theme)


def test_a_model_to_teach_has_the_keyboard_in_the_next_tab(house: House) -> None:
    house.fill("train")
    teach = button(house.teach, "teach.data.teach")
    teach.setFocus()
    house.press(KEY.Key_Space)
    assert house.teach.tab == "train"
    assert focused() == "train.1"
    house.press(KEY.Key_Space)  # the next Space: it once went online
    assert house.window.status.findChild(QWidget, "status.offline").isChecked()


def test_a_tab_that_is_filled_later_has_the_keyboard_then(house: House) -> None:
    teach = button(house.teach, "teach.data.teach")
    teach.setFocus()
    house.press(KEY.Key_Space)
    assert focused() == "teach.tabs"
    house.press(KEY.Key_Space)
    assert house.window.status.findChild(QWidget, "status.offline").isChecked()
    house.fill("train")
    assert focused() == "train.1"


def test_who_went_on_meanwhile_keeps_the_keyboard(house: House) -> None:
    house.teach.go_to_tab("train")
    house.teach.show_tab("result")
    house.fill("train")
    assert focused() == "teach.tabs"
    house.teach.go_to_tab("train")
    house.window.rail.setFocus()
    before = focused()
    house.fill("result")
    assert focused() == before


def test_the_arrow_keys_stay_on_the_tabs(house: House) -> None:
    house.fill("train")
    bar = house.teach.findChild(QTabBar, "teach.tabs")
    bar.setFocus()
    house.press(KEY.Key_Right)
    assert house.teach.tab == "train"
    assert focused() == "teach.tabs"
    house.press(KEY.Key_Tab)
    assert focused() == "train.1"


@pytest.mark.parametrize("tab", ["data", "train", "result"])
def test_what_has_the_keyboard_on_a_tab_that_goes_hands_it_on(house: House, tab: Tab) -> None:
    """As at the end of a run, which brings its result."""
    for other in ("train", "result"):
        house.fill(other)
    house.teach.go_to_tab(tab)
    other = "train" if tab == "result" else "result"
    house.teach.show_tab(other)
    assert house.teach.tab == other
    assert focused() == f"{other}.1"


def test_back_on_the_data_the_table_has_the_keyboard(house: House) -> None:
    house.fill("train")
    house.teach.go_to_tab("train")
    house.teach.go_to_tab("data")
    assert focused() == "teach.data.examples"


def test_tab_walks_a_tab_that_was_filled_later_before_the_status_bar(
    house: House, qtbot: QtBot
) -> None:
    step = house.fill("train")
    house.teach.go_to_tab("train")
    walked = [focused()]
    for _ in range(2):
        house.press(KEY.Key_Tab)
        walked.append(focused())
    assert walked == ["train.1", "train.2", "status.offline"]
    house.press(KEY.Key_Backtab)
    assert focused() == "train.2"
    step.layout().addWidget(later := QPushButton("later", objectName="later"))
    later.show()
    house.press(KEY.Key_Tab)
    assert focused() == "later"
    stops = tab_stops(house.window)
    assert stops.index(later) < stops.index(
        house.window.status.findChild(QWidget, "status.offline")
    )


def test_what_is_hidden_hands_the_keyboard_on_within_the_page(house: House) -> None:
    step = house.fill("train")
    house.teach.go_to_tab("train")
    step.layout().addWidget(later := QPushButton("later", objectName="later"))
    later.show()
    step.buttons[1].setFocus()
    step.buttons[1].hide()
    assert focused() == "later"


def test_tab_reaches_every_way_of_an_empty_page(
    show: Callable[..., TeachPage], qtbot: QtBot
) -> None:
    page = show(TeachPage())
    page.data.set_datasets(())
    page.data.set_rated(0)
    chat = button(page, "teach.data.first.chat")
    assert chat.isVisible()
    page.findChild(QTabBar, "teach.tabs").setFocus()
    walked = []
    for _ in range(4):
        QTest.keyClick(page.windowHandle(), KEY.Key_Tab)
        walked.append(focused().rpartition(".")[2])
    assert walked == ["collect", "import", "type", "chat"]


@pytest.mark.parametrize(("included", "enabled"), [(0, False), (1, True), (2, True)])
def test_one_example_is_enough_to_go_on(page: TeachPage, included: int, enabled: bool) -> None:
    def shown(one: Dataset) -> None:
        page.data.set_datasets([one])
        page.data.set_dataset(one)

    teach = button(page, "teach.data.teach")
    shown(dataset(examples=4, included=included))
    assert teach.isEnabled() is enabled
    assert teach.toolTip() == (
        "Go to the next step with this data set"
        if enabled
        else "Every example is left out: tick one that is to be taught"
    )
    shown(dataset(examples=0, included=0, drafts=2))
    assert teach.toolTip() == "There is no example yet that could be taught"
    assert teach.accessibleDescription() == teach.toolTip()
