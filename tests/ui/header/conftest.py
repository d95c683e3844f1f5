"""A header in a page, with its sampling panel at the right."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from benchtop.domain.chat import Preset
from benchtop.ui.chat.header import ChatHeader, ModelChoice


@pytest.fixture
def header(qtbot: QtBot) -> Iterator[ChatHeader]:
    """A header on show, 1,000 units wide."""
    page = QWidget()
    made = ChatHeader(page)
    column, row = QVBoxLayout(page), QHBoxLayout()
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(made)
    row.addWidget(QWidget(page), 1)
    row.addWidget(made.sampling_panel)
    column.addLayout(row, 1)
    page.resize(1000, 700)
    qtbot.addWidget(page)
    with qtbot.waitExposed(page):
        page.show()
    yield made
    page.close()  # and until here it lives


@pytest.fixture
def models() -> list[ModelChoice]:
    return [
        ModelChoice("s", "starter", "3.6M · Q8_0 · 3.9 MB"),
        ModelChoice("q", "Qwen", "494M · Q4_K_M · 398 MB"),
        ModelChoice("g", "gone", "1B · Q4_0 · 700 MB", missing=True),
    ]


@pytest.fixture
def presets() -> list[Preset]:
    return [
        Preset("mine", "My teacher", "You teach.", {"temperature": 0.3}),
        Preset("balanced", "Balanced", builtin=True),
    ]
