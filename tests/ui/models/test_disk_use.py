"""The picture of the disk: its parts add up, and each can be named."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QToolTip
from pytestqt.qtbot import QtBot

from benchtop.ui.models.disk_use import DiskBar, DiskUse
from benchtop.ui.models.library_rows import DiskShare
from benchtop.ui.theme import ThemeController
from ui.models.library_makers import GB, a_disk


@pytest.fixture
def disks(qapp: QApplication, qtbot: QtBot) -> Iterator[DiskUse]:
    theme = ThemeController(qapp, "light")
    made = DiskUse()
    qtbot.addWidget(made)
    made.resize(808, 40)
    made.set_disks([a_disk()])
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    yield made
    theme.deleteLater()


def test_the_parts_fill_the_bar_in_proportion(disks: DiskUse) -> None:
    bar = disks.findChild(DiskBar)
    parts = bar.parts()
    assert parts[0].words == "Mistral 7B: 4.4 GB"  # the largest first
    assert parts[-1].words == "Free: 31.0 GB"
    assert sum(part.area.width() for part in parts) == pytest.approx(bar.width() - 8)
    assert parts[0].area.width() == pytest.approx((bar.width() - 8) * 4.37 / 128)
    for before, after in pairwise(parts):
        assert after.area.left() == pytest.approx(before.area.right())
    assert bar.words_at(parts[0].area.center().x()) == "Mistral 7B: 4.4 GB"
    assert bar.words_at(bar.width()) == ""


def test_words_say_the_same(disks: DiskUse) -> None:
    words = disks.findChild(QLabel, "models.disk.words").text()
    assert words == "Disk /home: models 11.4 GB, other files 85.6 GB, free 31.0 GB of 128 GB"
    spoken = disks.findChild(DiskBar).accessibleDescription()
    assert words in spoken
    assert "Qwen3 4B: 2.5 GB" in spoken


def test_the_keyboard_walks_over_the_parts(disks: DiskUse, qtbot: QtBot) -> None:
    bar = disks.findChild(DiskBar)
    bar.setFocus()
    qtbot.keyClick(bar, Qt.Key.Key_Right)
    assert bar.accessibleDescription() == bar.parts()[1].words
    assert QToolTip.text() == bar.parts()[1].words
    QToolTip.hideText()


def test_small_models_are_put_together_and_none_is_lost(disks: DiskUse) -> None:
    models = tuple((f"model {number}", 1_000_000) for number in range(300))
    disks.set_disks([DiskShare("/", 4_000 * GB, 1_000 * GB, (("large", 40 * GB), *models))])
    words = [part.words for part in disks.findChild(DiskBar).parts()]
    assert words[:2] == ["large: 40.0 GB", "300 small models: 300 MB"]
    assert "and 293 more" in disks.findChild(DiskBar).accessibleDescription()


def test_disks_come_and_go(disks: DiskUse) -> None:
    disks.set_disks([a_disk(), DiskShare("/mnt/usb", 64 * GB, 64 * GB)])
    assert len([bar for bar in disks.findChildren(DiskBar) if bar.isVisible()]) == 2
    disks.set_disks([])
    assert not disks.isVisible()
