"""What a person reads and can choose when the context is full."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from benchtop.services.context_room import ContextQuestion
from benchtop.ui.chat.context_full_dialog import Choice, ContextFullDialog, ask_how

FACTS: dict[str, Any] = {
    "used": 5_000,
    "context": 4_096,
    "oldest_turns_to_drop": 3,
    "first_kept_preview": "And the\nowl?",
    "larger": 8_192,
    "larger_memory_text": "410 MB",
    "free_text": "3.2 GB",
}


def make(qtbot: QtBot, **values: Any) -> ContextFullDialog:
    dialog = ContextFullDialog(**{**FACTS, **values})
    qtbot.addWidget(dialog)
    return dialog


def button(dialog: ContextFullDialog, name: str) -> QPushButton:
    found = dialog.findChild(QPushButton, f"chat.context_full.{name}")
    assert found is not None
    return found


def text(dialog: ContextFullDialog, name: str) -> str:
    found = dialog.findChild(QLabel, f"chat.context_full.{name}.text")
    assert found is not None
    return found.text()


@pytest.mark.parametrize(
    ("name", "choice"),
    [("drop", Choice.DROP), ("larger", Choice.LARGER), ("cancel", Choice.CANCEL)],
)
def test_three_ways_out(qtbot: QtBot, name: str, choice: Choice) -> None:
    dialog = make(qtbot)
    QTimer.singleShot(0, lambda: qtbot.mouseClick(button(dialog, name), Qt.MouseButton.LeftButton))
    assert dialog.ask() is choice


def test_a_question_leaves_nothing_behind(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    question = ContextQuestion("m1", 5_000, 4_096, "m0", 3, "And the owl?", 8_192, 410_000_000)

    def leave() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, ContextFullDialog)
        dialog.reject()

    for _time in range(2):
        QTimer.singleShot(0, leave)
        assert ask_how(question, 3_200_000_000, parent) is Choice.CANCEL
    qtbot.waitUntil(lambda: not parent.findChildren(ContextFullDialog))


def test_esc_is_cancel(qtbot: QtBot) -> None:
    dialog = make(qtbot)
    QTimer.singleShot(0, lambda: qtbot.keyClick(dialog, Qt.Key.Key_Escape))
    assert dialog.ask() is Choice.CANCEL


def test_says_what_will_happen(qtbot: QtBot) -> None:
    dialog = make(qtbot)
    words = [label.text() for label in dialog.findChildren(QLabel)]
    assert any("5" in one and "4" in one and "tokens" in one for one in words)
    assert "3 oldest turns stay in the conversation" in text(dialog, "drop")
    assert "“And the owl?”" in text(dialog, "drop")
    assert "410 MB of memory, and 3.2 GB is free" in text(dialog, "larger")
    assert button(dialog, "larger").accessibleDescription() == text(dialog, "larger")


def test_too_little_memory_is_said(qtbot: QtBot) -> None:
    dialog = make(qtbot, larger=None, larger_memory_text="9 GB")
    assert not button(dialog, "larger").isEnabled()
    assert "would take about 9 GB of memory, and 3.2 GB is free" in text(dialog, "larger")
    assert button(dialog, "drop").isDefault()


def test_the_models_own_limit_is_said(qtbot: QtBot) -> None:
    dialog = make(qtbot, larger=None, larger_memory_text="")
    assert not button(dialog, "larger").isEnabled()
    assert "cannot read more" in text(dialog, "larger")


def test_one_message_alone_is_too_long(qtbot: QtBot) -> None:
    dialog = make(qtbot, oldest_turns_to_drop=0, first_kept_preview="")
    assert not button(dialog, "drop").isEnabled()
    assert "the last message alone is too long" in text(dialog, "drop")
    assert button(dialog, "larger").isDefault()


def test_a_long_preview_is_cut_and_never_read_as_markup(qtbot: QtBot) -> None:
    dialog = make(qtbot, first_kept_preview="<b>word</b> " * 60)
    assert "<b>word</b>" in text(dialog, "drop")
    assert "…" in text(dialog, "drop")
    assert len(text(dialog, "drop")) < 300


@pytest.mark.parametrize("points", [9.0, 14.0, 20.0])
def test_nothing_is_cut(qtbot: QtBot, points: float) -> None:
    dialog = make(qtbot)
    font = dialog.font()
    font.setPointSizeF(points)
    dialog.setFont(font)
    with qtbot.waitExposed(dialog):
        dialog.show()
    for label in dialog.findChildren(QLabel):
        assert label.height() >= label.heightForWidth(label.width()), label.text()
    dialog.close()
