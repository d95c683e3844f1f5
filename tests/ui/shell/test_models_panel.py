"""The Models page lists what is known and tells what a person wants of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from benchtop.ui.models_panel import ModelRow, ModelsPanel
from benchtop.ui.theme import ThemeController

ROWS = [
    ModelRow("s", "starter", "3.6M · Q8_0 · 3.9 MB", "/app/starter.gguf", "in use", False),
    ModelRow("q", "Qwen", "494M · Q4_K_M · 398 MB", "/home/me/" + "deep/" * 60 + "qwen.gguf"),
    ModelRow("g", "gone", "1B · Q4_0 · 700 MB", "/mnt/gone.gguf", "missing"),
]


@pytest.fixture
def panel(theme: ThemeController, qtbot: QtBot) -> ModelsPanel:
    made = ModelsPanel()
    qtbot.addWidget(made)
    made.resize(800, 500)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


def button(panel: ModelsPanel, name: str) -> QPushButton:
    return next(
        b for b in panel.findChildren(QPushButton) if b.accessibleName() == name and b.isVisible()
    )


def shown_lines(panel: ModelsPanel) -> list[str]:
    listed = panel.findChild(QWidget, "models.list")
    return [label.text() for label in listed.findChildren(QLabel) if label.isVisible()]


def test_an_empty_list_says_what_can_be_done(panel: ModelsPanel, qtbot: QtBot) -> None:
    assert panel.findChild(QLabel, "models.nothing").isVisible()
    assert not panel.findChild(QWidget, "models.list").isVisible()
    with qtbot.waitSignal(panel.import_requested):
        qtbot.mouseClick(button(panel, "Import model file"), Qt.MouseButton.LeftButton)


def test_each_model_has_its_lines_and_its_state(panel: ModelsPanel) -> None:
    panel.set_models(ROWS)
    assert not panel.findChild(QLabel, "models.nothing").isVisible()
    lines = shown_lines(panel)
    for row in ROWS:
        assert {row.name, row.detail, row.path} <= set(lines)
    states = [mark.text() for mark in panel.findChildren(QLabel, "models.state")]
    assert states == ["in use", "file is missing"]


def test_what_a_model_is_for_stands_on_its_row(panel: ModelsPanel) -> None:
    panel.set_models([replace(ROWS[0], purpose="To try things with."), ROWS[1]])
    words = [label.text() for label in panel.findChildren(QLabel, "models.purpose")]
    assert words == ["To try things with."]


def test_use_and_remove_name_the_model(panel: ModelsPanel, qtbot: QtBot) -> None:
    panel.set_models(ROWS)
    with qtbot.waitSignal(panel.chosen) as chosen:
        qtbot.mouseClick(button(panel, "Use Qwen"), Qt.MouseButton.LeftButton)
    assert chosen.args == ["q"]
    remove = button(panel, "Remove gone from the list")
    assert "file stays" in remove.toolTip()
    with qtbot.waitSignal(panel.remove_requested) as removed:
        qtbot.mouseClick(remove, Qt.MouseButton.LeftButton)
    assert removed.args == ["g"]
    assert not button(panel, "Use starter").isEnabled()
    assert not button(panel, "Use gone").isEnabled()
    names = [b.accessibleName() for b in panel.findChildren(QPushButton) if b.isVisible()]
    assert "Remove starter from the list" not in names


def test_a_long_path_does_not_widen_the_page(panel: ModelsPanel) -> None:
    panel.set_models(ROWS)
    use = button(panel, "Use Qwen")
    assert use.mapTo(panel, use.rect().topRight()).x() <= panel.width()
    path = next(label for label in panel.findChildren(QLabel) if label.text() == ROWS[1].path)
    assert path.toolTip() == ROWS[1].path


def test_the_focus_stays_with_the_model(panel: ModelsPanel) -> None:
    panel.set_models(ROWS)
    button(panel, "Use Qwen").setFocus()
    panel.set_models([ROWS[1]])
    assert button(panel, "Use Qwen").hasFocus()
    panel.set_models([ROWS[0]])
    assert button(panel, "Import model file").hasFocus()
