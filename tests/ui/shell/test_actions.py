"""One table of actions: no two share a key, and everything is said in it."""

from __future__ import annotations

from collections import Counter

import pytest
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from benchtop.ui.action_table import ACTIONS, ActionSpec
from benchtop.ui.actions import ActionSet, shortcut_text
from benchtop.ui.chat.transcript import Transcript
from benchtop.ui.theme import ThemeController

TEXT_KEYS = (
    "Ctrl+C",
    "Ctrl+V",
    "Ctrl+X",
    "Ctrl+A",
    "Ctrl+Y",
    "Ctrl+Shift+Z",
    "Ctrl+Delete",
    "Home",
)


def test_no_two_actions_share_a_key() -> None:
    keys = [QKeySequence(keys).toString() for spec in ACTIONS for keys in spec.shortcuts]
    assert [key for key, times in Counter(keys).items() if times > 1] == []


def test_every_key_is_one_that_qt_understands() -> None:
    for spec in ACTIONS:
        for keys in spec.shortcuts:
            sequence = QKeySequence(keys)
            assert sequence.count() == 1, spec.id
            assert sequence.toString(), spec.id


def test_no_action_takes_a_key_that_edits_text() -> None:
    """Undo is the exception: a text field claims Ctrl+Z before the window does."""
    taken = {QKeySequence(keys).toString() for spec in ACTIONS for keys in spec.shortcuts}
    assert taken.isdisjoint({QKeySequence(keys).toString() for keys in TEXT_KEYS})


def test_ids_are_unique_and_nothing_is_left_unsaid() -> None:
    assert len({spec.id for spec in ACTIONS}) == len(ACTIONS)
    for spec in ACTIONS:
        assert spec.text
        assert spec.explanation
        assert not spec.explanation.endswith(".")
        assert spec.group


def test_every_action_has_a_shortcut() -> None:
    assert [spec.id for spec in ACTIONS if not spec.shortcuts] == []


@pytest.fixture
def owner(qtbot: QtBot) -> QWidget:
    widget = QWidget()
    qtbot.addWidget(widget)
    return widget


@pytest.fixture
def actions(owner: QWidget) -> ActionSet:
    return ActionSet(owner)


def test_window_actions_become_qactions_and_widget_keys_do_not(actions: ActionSet) -> None:
    made = {action.objectName().removeprefix("action.") for action in actions.all()}
    assert made == {spec.id for spec in ACTIONS if spec.scope == "window"}
    with pytest.raises(KeyError):
        actions["message.send"]


def test_an_action_carries_the_tables_words_and_keys(actions: ActionSet) -> None:
    search = actions["chat.search"]
    assert search.text() == "Search chats"
    assert [keys.toString() for keys in search.shortcuts()] == ["Ctrl+F", "Ctrl+K"]
    assert "Ctrl+F or Ctrl+K" in search.toolTip()
    assert not search.icon().isNull()


def test_on_calls_without_arguments(actions: ActionSet) -> None:
    calls = []
    actions.on("chat.new", lambda: calls.append("new"))
    actions["chat.new"].trigger()
    assert calls == ["new"]


def test_keys_that_read_alike_are_shown_once() -> None:
    spec = ActionSpec("x", "x", "x", "x", ("Ctrl+N", "Ctrl+N"))
    assert shortcut_text(spec) == "Ctrl+N"


def test_the_conversations_own_keys_are_in_the_table(theme: ThemeController, qtbot: QtBot) -> None:
    """Keys the transcript handles itself would otherwise be missing under ``?``."""
    transcript = Transcript()
    qtbot.addWidget(transcript)
    listed = {QKeySequence(keys).toString() for spec in ACTIONS for keys in spec.shortcuts}
    own = {action.shortcut().toString() for action in transcript.shortcut_actions()}
    assert own
    assert own <= listed
