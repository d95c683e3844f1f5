"""A sidebar in a fixed moment, and makers of conversations."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from benchtop.domain.chat import Conversation, Folder
from benchtop.ui.chat.sidebar import Sidebar

NOW = datetime(2026, 11, 18, 15, 30).astimezone()
MakeConversation = Callable[..., Conversation]


@pytest.fixture
def now() -> datetime:
    """A Wednesday afternoon."""
    return NOW


@pytest.fixture
def make() -> MakeConversation:
    """A conversation by id, last used ``days`` ago."""

    def conversation(id: str, days: float = 0, **values: Any) -> Conversation:  # noqa: A002
        used = (NOW - timedelta(days=days)).timestamp()
        values.setdefault("title", f"Title {id}")
        return Conversation(id=id, created=used, updated=used, **values)

    return conversation


@pytest.fixture
def folders() -> list[Folder]:
    return [Folder("f2", "Travel", 1), Folder("f1", "Work", 0)]


@pytest.fixture
def sidebar(qtbot: QtBot) -> Sidebar:
    """A sidebar on show."""
    made = Sidebar(now=lambda: NOW)
    qtbot.addWidget(made)
    made.resize(280, 600)
    with qtbot.waitExposed(made):
        made.show()
    return made
