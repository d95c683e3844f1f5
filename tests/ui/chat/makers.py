"""Messages and branches for the tests of the transcript, and where to look in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QPoint, SignalInstance
from PySide6.QtWidgets import QApplication, QWidget

from benchtop.domain.chat import Message, PathStep
from benchtop.ui.chat.message_actions import ActionButton
from benchtop.ui.chat.message_body import ReplyBody
from benchtop.ui.chat.message_view import MessageView
from benchtop.ui.chat.transcript import Transcript

ANSWER = "The *whole* answer"


def step(
    number: int, text: str = "", *, sibling: int = 1, siblings: int = 1, **values: Any
) -> PathStep:
    """Message ``m{number}``: a person's when even, a reply of "starter" when odd."""
    role = values.pop("role", "assistant" if number % 2 else "user")
    values.setdefault("id", f"m{number}")
    values.setdefault("conversation_id", "c")
    values.setdefault("model_name", "starter" if role == "assistant" else "")
    parent = f"m{number - 1}" if number else None
    message = Message(parent_id=parent, role=role, content=text, created=number, **values)
    return PathStep(message, sibling, siblings)


def branch(count: int, text: str = "Some words that are said. " * 12) -> list[PathStep]:
    """A branch of ``count`` messages that all say the same."""
    return [step(number, f"{number}. {text}") for number in range(count)]


def view(transcript: Transcript, message_id: str) -> MessageView:
    """The view of a message, which must be there."""
    found = transcript.view_of(message_id)
    assert found is not None
    return found


def button(transcript: Transcript, message_id: str, name: str) -> ActionButton:
    """A button of a message's row of actions."""
    found = view(transcript, message_id).findChild(ActionButton, f"chat.message.{name}")
    assert isinstance(found, ActionButton)
    return found


def top_in_view(transcript: Transcript, widget: QWidget) -> int:
    """Where a widget is on the screen, counted from the transcript's top."""
    return widget.mapTo(transcript, QPoint(0, 0)).y()


def pump(condition: Callable[[], bool], rounds: int = 20_000) -> None:
    """Let the event loop run until something holds."""
    for _ in range(rounds):
        if condition():
            return
        QApplication.processEvents()
    raise AssertionError("it never came")


def all_measured(transcript: Transcript) -> bool:
    """Whether the work that waits for idle moments is done."""
    return all(transcript.column.is_measured(one) for one in transcript.column.views)


def focused() -> QWidget:
    """The widget that has the keyboard, which must be there."""
    found = QApplication.focusWidget()
    assert found is not None
    return found


def told(signal: SignalInstance) -> list[tuple[Any, ...]]:
    """What a signal says from now on."""
    found: list[tuple[Any, ...]] = []
    signal.connect(lambda *args: found.append(args))
    return found


def scroll(transcript: Transcript, value: int) -> None:
    """Scroll to a value of the vertical bar."""
    transcript.verticalScrollBar().setValue(value)


def at_end(transcript: Transcript) -> bool:
    """Whether the end of the conversation is in view."""
    bar = transcript.verticalScrollBar()
    return bar.value() == bar.maximum()


def reply_body(transcript: Transcript, message_id: str) -> ReplyBody:
    """The body of a message, which must be a reply's."""
    body = view(transcript, message_id).body
    assert isinstance(body, ReplyBody)
    return body
