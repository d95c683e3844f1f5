"""Teaching in a whole window, as a person does it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QWidget
from pytestqt.qtbot import QtBot

from benchtop.bootstrap import Program
from benchtop.domain.chat import Message
from benchtop.domain.training import TrainingRun
from benchtop.services.training_runner import TrainingRunner
from benchtop.store.database import open_store
from benchtop.ui.chat.parameter_spin import ParameterSpin
from benchtop.ui.teach.result_view import ResultView
from benchtop.ui.teach.teach_page import TeachPage
from benchtop.ui.teach.train_view import TrainView

TRAIN_MS = 170_000
"""For what a training run takes here while other programs want the processor too."""
FACTS = Path(__file__).parents[2] / "teaching" / "facts.json"
W = TypeVar("W", bound=QWidget)


def until(qtbot: QtBot, condition: Callable[[], object]) -> None:
    qtbot.waitUntil(lambda: bool(condition()), timeout=TRAIN_MS)


def find(parent: QWidget, kind: type[W], name: str) -> W:
    found = parent.findChild(kind, name)
    assert found is not None, name
    return found


def press(parent: QWidget, name: str) -> None:
    """Click a button that can be clicked."""
    button = find(parent, QAbstractButton, name)
    assert button.isEnabled(), name
    button.click()


def page_of(program: Program, tab: str = "") -> TeachPage:
    program.window.go_to("teach")
    page = program.window.page("teach")
    assert isinstance(page, TeachPage)
    page.show_tab(tab)
    return page


def train_view(qtbot: QtBot, program: Program) -> TrainView:
    """The Train tab on show; a tab is made when it is first looked at."""
    page = page_of(program, "train")
    until(qtbot, lambda: page.train.findChild(TrainView) is not None)
    return find(page.train, TrainView, "teach.train.view")


def result_view(qtbot: QtBot, program: Program) -> ResultView:
    """The Result tab, once it is there."""
    page = page_of(program)
    until(qtbot, lambda: page.result.findChild(ResultView) is not None)
    return find(page.result, ResultView, "teach.result")


def runner_of(program: Program) -> TrainingRunner:
    return program.teach.setup().services.runner


def say(qtbot: QtBot, program: Program, text: str) -> Message:
    """Type a message and wait for the whole reply."""
    with qtbot.waitSignal(program.session.reply_ended, timeout=TRAIN_MS) as told:
        QTest.keyClicks(program.chat.composer.input, text)
        QTest.keyClick(program.chat.composer.input, Qt.Key.Key_Return)
    reply = told.args[0]
    assert isinstance(reply, Message)
    assert reply.state == "complete", reply.note
    return reply


def new_chat(qtbot: QtBot, program: Program) -> None:
    program.window.go_to("chat")
    program.window.action_set["chat.new"].trigger()
    until(qtbot, lambda: program.session.branch.conversation is None)


def rewrite(qtbot: QtBot, program: Program, reply: Message, words: str) -> None:
    """Edit a reply into what it should have been."""
    program.chat.transcript.edit_message(reply.id)
    view = program.chat.transcript.view_of(reply.id)
    assert view is not None
    editor = view.editor
    assert editor is not None
    editor.input.selectAll()
    QTest.keyClicks(editor.input, words)
    QTest.keyClick(editor.input, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    until(qtbot, lambda: program.session.branch.messages()[-1].content == words)


def facts() -> list[dict[str, Any]]:
    read: list[dict[str, Any]] = json.loads(FACTS.read_text(encoding="utf-8"))
    return read


def facts_file(path: Path, some: Sequence[dict[str, Any]]) -> Path:
    """Both phrasings of these facts, a line each."""
    lines = [
        json.dumps({"question": phrasing, "answer": fact["answer"]})
        for fact in some
        for phrasing in fact["train"]
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def set_number(view: TrainView, name: str, value: float) -> None:
    """One of the advanced settings."""
    find(view, ParameterSpin, f"teach.train.{name}").setValue(value)


def run_in_store(program: Program, run_id: str) -> TrainingRun:
    with open_store(program.folder.database) as store:
        return store.training_runs.get(run_id)
