"""A run in the status bar: of little room the name gives way, and never the number of the step."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from benchtop.ui.status_bar import StatusBar
from benchtop.ui.theme import ThemeController

NAME = "Qwen2.5-Coder-7B-Instruct-abliterated"


@pytest.fixture
def status(theme: ThemeController, qtbot: QtBot) -> StatusBar:
    bar = StatusBar()
    qtbot.addWidget(bar)
    bar.set_model("starter", "41 MB")
    bar.set_context(212, 1_024)
    bar.show()
    return bar


def job(status: StatusBar, name: str, step: str, width: int) -> QAbstractButton:
    status.resize(width, status.height())
    text, short = f"Teaching {name}: step {step}", (f"Teaching: {step}", step)
    status.set_job("training", text, 0.5, name, short)
    found = status.findChild(QAbstractButton, "status.job.training")
    assert found is not None
    return found


@pytest.mark.parametrize("size", [100, 150, 200])
@pytest.mark.parametrize("width", [900, 1_180, 1_600])
@pytest.mark.parametrize("name", ["starter", NAME])
def test_the_step_is_never_cut(
    status: StatusBar, theme: ThemeController, size: int, width: int, name: str
) -> None:
    theme.set_text_size(size)
    step = "344 of 600"
    found = job(status, name, step, width)
    assert found.text().startswith("Teaching") or (size, width) == (200, 900)
    assert found.text().endswith(step)
    assert found.geometry().right() < status.width()
    assert found.width() >= found.sizeHint().width()
    assert found.toolTip() == f"Teaching {name}: step {step}, 50 %"
    assert found.accessibleName() == found.toolTip()


def test_of_a_long_name_less_is_shown(status: StatusBar) -> None:
    found = job(status, NAME, "344 of 600", 1_180)
    assert found.text().startswith("Teaching Qwen")
    assert "…: step 344 of 600" in found.text()
    assert job(status, "starter", "345 of 600", 1_600).text() == (
        "Teaching starter: step 345 of 600"
    )


def test_words_without_a_short_form_are_cut_as_ever(status: StatusBar) -> None:
    status.resize(900, status.height())
    status.set_job("downloads", f"unsloth/{NAME} Q4_K_M", 0.4)
    found = status.findChild(QAbstractButton, "status.job.downloads")
    assert "…" in found.text()
