"""A sidebar in a fixed moment, makers of conversations, and the hands of a person on its parts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLineEdit, QMenu
from pytestqt.qtbot import QtBot

from benchtop.domain.chat import Conversation, Folder, SearchHit
from benchtop.ui.chat.conversation_view import ConversationView
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


@pytest.fixture
def five(make: MakeConversation, sidebar: Sidebar, folders: list[Folder]) -> list[Conversation]:
    """Five conversations, the last of them in the folder Work."""
    conversations = [
        make("a"),
        make("b", 0.1),
        make("c", 0.2),
        make("d", 1),
        make("e", 5, folder_id="f1"),
    ]
    sidebar.set_conversations(conversations, folders)
    return conversations


def rows(sidebar: Sidebar) -> ConversationView:
    """The list of conversations."""
    found = sidebar.findChild(ConversationView, "chat.conversations")
    assert found is not None
    return found


def search(sidebar: Sidebar) -> QLineEdit:
    """The field for words to search for."""
    found = sidebar.findChild(QLineEdit, "chat.search")
    assert found is not None
    return found


def press(qtbot: QtBot, view: ConversationView, id: str, keys: Qt.KeyboardModifier) -> None:  # noqa: A002
    """Click a conversation while keys are held."""
    rect = view.visualRect(view.list_model().index_of(id))
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, keys, rect.center())


def click(qtbot: QtBot, view: ConversationView, id: str) -> None:  # noqa: A002
    """Click a conversation."""
    press(qtbot, view, id, Qt.KeyboardModifier.NoModifier)


def choose(menu: QMenu, text: str) -> None:
    """Trigger the action of a menu or its sub-menus that reads ``text``."""
    action(menu, text).trigger()


def action(menu: QMenu, text: str) -> QAction:
    """The action of a menu or its sub-menus that reads ``text``."""
    for one in menu.findChildren(QAction):
        if one.text() == text:
            return one
    raise AssertionError(f"no {text!r} in {[a.text() for a in menu.findChildren(QAction)]}")


def hits() -> list[SearchHit]:
    """Three hits in two conversations, those of one not side by side."""
    return [
        SearchHit("m1", "a", "Title a", "user", 1.0, "an owl", ((3, 6),)),
        SearchHit("m2", "b", "Title b", "assistant", 2.0, "the owl 🦉 and an owl", ((4, 7),)),
        SearchHit("m3", "a", "Title a", "assistant", 3.0, "owls", ((0, 3),)),
    ]
