"""The adapters in the dialog about a model."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton, QTableWidget, QTabWidget
from pytestqt.qtbot import QtBot

from benchtop.ui.models.library_detail import LibraryDetailDialog
from ui.models.library_makers import a_detail


@pytest.fixture
def dialog(qapp: QApplication, qtbot: QtBot) -> Iterator[LibraryDetailDialog]:
    made = LibraryDetailDialog()
    qtbot.addWidget(made)
    made.set_detail(a_detail())
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    made.show_adapters()
    return made


def table(dialog: LibraryDetailDialog) -> QTableWidget:
    found = dialog.findChild(QTableWidget, "models.adapters.table")
    assert found is not None
    return found


def button(dialog: LibraryDetailDialog, key: str) -> QPushButton:
    found = dialog.findChild(QPushButton, f"models.adapters.{key}")
    assert found is not None
    return found


def test_each_says_what_it_is_and_where_it_comes_from(dialog: LibraryDetailDialog) -> None:
    tabs = dialog.findChild(QTabWidget)
    assert tabs is not None
    assert tabs.tabText(tabs.currentIndex()) == "Adapters (2)"
    assert table(dialog).hasFocus()
    texts = [table(dialog).item(0, column).text() for column in range(5)]
    assert texts[:3] == ["My answers, 14 Nov", "16", "2.3 MB"]
    assert texts[4] == "My answers, version 3"
    assert button(dialog, "card").isEnabled()
    table(dialog).selectRow(1)
    assert not button(dialog, "card").isEnabled()
    assert "not made by Benchtop" in button(dialog, "card").toolTip()
    assert button(dialog, "use").accessibleName() == "Use in chat: Shorter, kinder"


def test_every_wish_is_told_by_keyboard(dialog: LibraryDetailDialog, qtbot: QtBot) -> None:
    told: list[tuple[str, str]] = []
    dialog.adapter_wanted.connect(lambda wish, one: told.append((wish, one)))
    qtbot.keyClick(table(dialog), Qt.Key.Key_Return)
    for key in ("use", "card", "export", "merge", "remove"):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        assert QApplication.focusWidget() is button(dialog, key)
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Space)
    assert told == [
        ("use", "m"), ("use", "m"), ("card", "m"), ("export", "m"), ("merge", "m"), ("remove", "m"),
    ]  # fmt: skip


def test_one_whose_file_is_gone_can_only_be_removed(dialog: LibraryDetailDialog) -> None:
    detail = a_detail()
    gone = replace(detail.adapters[0], missing=True)
    dialog.set_detail(replace(detail, adapters=(gone,)))
    enabled = {
        key: button(dialog, key).isEnabled() for key in ("use", "card", "export", "merge", "remove")
    }
    assert enabled == dict.fromkeys(("use", "card", "export", "merge"), False) | {"remove": True}
    assert table(dialog).item(0, 4).text() == "Its file is not there any more"


def test_the_chosen_one_stays_chosen_and_none_is_said(dialog: LibraryDetailDialog) -> None:
    table(dialog).selectRow(1)
    detail = a_detail()
    dialog.set_detail(replace(detail, adapters=detail.adapters[1:]))
    assert button(dialog, "use").accessibleName() == "Use in chat: Shorter, kinder"
    dialog.set_detail(replace(detail, adapters=()))
    assert not table(dialog).isVisible()
    assert not button(dialog, "use").isVisible()
    dialog.show_adapters()
    assert button(dialog, "import").hasFocus()
    told: list[tuple[str, str]] = []
    dialog.adapter_wanted.connect(lambda wish, one: told.append((wish, one)))
    button(dialog, "import").click()
    assert told == [("import", "")]
