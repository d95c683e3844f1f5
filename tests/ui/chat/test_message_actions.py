"""What can be done with a message, by its buttons and its menu, and how a reply says it ended."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QContextMenuEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QPushButton
from pytestqt.qtbot import QtBot

from benchtop.ui.chat.message_actions import ActionButton, action_looks, available_actions
from benchtop.ui.chat.text_segment import TextSegment
from benchtop.ui.chat.transcript import Transcript
from ui.chat.makers import ANSWER, button, step, told, view


@pytest.mark.parametrize(
    ("name", "signal", "args"),
    [
        ("regenerate", "regenerate_requested", ("m1",)),
        ("continue", "continue_requested", ("m1",)),
        ("copy", "copied", ("m1",)),
        ("rate_up", "rated", ("m1", 1)),
        ("rate_down", "rated", ("m1", -1)),
        ("example", "example_toggled", ("m1", True)),
    ],
)
def test_each_button_tells_its_wish(
    shown: Transcript, name: str, signal: str, args: tuple[Any, ...]
) -> None:
    wishes = told(getattr(shown, signal))
    button(shown, "m1", name).click()
    assert wishes == [args]


def test_copy_puts_the_markdown_on_the_clipboard(shown: Transcript) -> None:
    button(shown, "m1", "copy").click()
    assert QGuiApplication.clipboard().text() == ANSWER


def test_the_walker_walks_and_stops_at_the_ends(shown: Transcript) -> None:
    walks = told(shown.sibling_requested)
    button(shown, "m0", "previous").click()
    button(shown, "m0", "next").click()
    assert walks == [("m0", -1), ("m0", 1)]
    assert any(label.text() == "2/3" for label in view(shown, "m0").findChildren(QLabel))
    shown.update_step(step(0, "Question", sibling=3, siblings=3))
    assert not button(shown, "m0", "next").isEnabled()
    assert button(shown, "m0", "previous").isEnabled()
    shown.update_step(step(0, "Question"))
    assert not button(shown, "m0", "previous").isVisible()


def test_a_second_click_takes_a_rating_back(shown: Transcript) -> None:
    ratings, examples = told(shown.rated), told(shown.example_toggled)
    shown.update_step(step(1, ANSWER, rating=1, example=True))
    assert button(shown, "m1", "rate_up").isChecked()
    button(shown, "m1", "rate_up").click()
    button(shown, "m1", "rate_down").click()
    button(shown, "m1", "example").click()
    assert ratings == [("m1", 0), ("m1", -1)]
    assert examples == [("m1", False)]


def test_a_toggle_shows_what_is_kept_not_what_was_clicked(shown: Transcript) -> None:
    button(shown, "m1", "rate_up").click()
    assert not button(shown, "m1", "rate_up").isChecked()
    shown.update_step(step(1, ANSWER, rating=1))
    assert button(shown, "m1", "rate_up").isChecked()


def test_while_a_reply_streams_nothing_starts_another(shown: Transcript) -> None:
    shown.set_busy(True)
    for name in ("regenerate", "continue", "edit"):
        assert not button(shown, "m1", name).isEnabled()
    wishes = told(shown.regenerate_requested)
    shown.perform("m1", "regenerate")
    shown.edit_message("m1")
    assert wishes == []
    assert view(shown, "m1").editor is None
    shown.add_step(step(3, "another"))
    assert not button(shown, "m3", "regenerate").isEnabled()
    assert button(shown, "m1", "copy").isEnabled()
    shown.set_busy(False)
    assert button(shown, "m1", "regenerate").isEnabled()


@pytest.mark.parametrize("state", ["interrupted", "failed"])
def test_a_broken_reply_says_why_and_offers_retry(transcript: Transcript, state: str) -> None:
    transcript.show_path([step(0, "q"), step(1, "Half", state=state, note="It died of a cold.")])
    wishes = told(transcript.retry_requested)
    labels = [label.text() for label in view(transcript, "m1").findChildren(QLabel)]
    assert "It died of a cold." in labels
    (retry,) = view(transcript, "m1").findChildren(QPushButton, "chat.message.retry")
    assert retry.isVisible()
    retry.click()
    assert wishes == [("m1",)]


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"state": "stopped"}, "You stopped this reply."),
        ({"stop": "length"}, "The reply reached its length limit; Continue goes on from here."),
        ({"state": "interrupted"}, "This reply was interrupted. What was shown is kept."),
    ],
)
def test_how_a_reply_ended(transcript: Transcript, values: dict[str, Any], sentence: str) -> None:
    transcript.show_path([step(0, "q"), step(1, "Half", **values)])
    labels = [
        label.text() for label in view(transcript, "m1").findChildren(QLabel) if label.isVisible()
    ]
    assert sentence in labels
    assert sentence in view(transcript, "m1").accessibleDescription()


def test_which_actions_a_message_has() -> None:
    assert available_actions(step(0, "q")) == ["copy", "edit", "teach"]
    assert available_actions(step(1, "", state="streaming")) == []
    assert available_actions(step(1, "x", state="streaming")) == ["copy"]
    assert available_actions(step(1, "", state="failed")) == ["retry", "regenerate"]
    assert "retry" in available_actions(step(1, "x", state="interrupted"))
    assert set(available_actions(step(1, "x", siblings=2))) == set(action_looks()) - {"retry"}


def test_teaching_from_a_message_is_a_wish_of_its_menu(shown: Transcript) -> None:
    wishes = told(shown.teach_requested)
    assert view(shown, "m1").findChild(ActionButton, "chat.message.teach") is None
    for message_id in ("m0", "m1"):
        menu = view(shown, message_id).make_menu()
        next(a for a in menu.actions() if a.objectName().endswith("teach")).trigger()
        menu.deleteLater()
    assert wishes == [("m0",), ("m1",)]
    assert "teach" not in available_actions(step(1, "x", state="streaming"))
    assert "teach" not in available_actions(step(1, "", state="failed"))


def test_the_menu_has_every_action(shown: Transcript) -> None:
    menu = view(shown, "m1").make_menu()
    names = [action.objectName().removeprefix("chat.message.menu.") for action in menu.actions()]
    assert names == available_actions(shown.views["m1"].step)
    wishes = told(shown.regenerate_requested)
    next(a for a in menu.actions() if a.objectName().endswith("regenerate")).trigger()
    assert wishes == [("m1",)]
    menu.deleteLater()


def test_the_menu_opens_from_any_part_and_offers_the_selection(
    qtbot: QtBot, shown: Transcript
) -> None:
    (segment,) = view(shown, "m1").findChildren(TextSegment)
    segment.selectAll()
    event = QContextMenuEvent(
        QContextMenuEvent.Reason.Mouse, QPoint(5, 5), segment.mapToGlobal(QPoint(5, 5))
    )
    QApplication.sendEvent(segment.viewport(), event)
    (menu,) = view(shown, "m1").findChildren(QMenu)
    assert menu.isVisible()
    menu.actions()[0].trigger()
    assert QGuiApplication.clipboard().text() == "The whole answer"
    menu.close()


def test_buttons_are_found_by_name(shown: Transcript) -> None:
    names = {b.objectName() for b in view(shown, "m1").findChildren(ActionButton)}
    assert names == {
        f"chat.message.{name}"
        for name in ("copy", "regenerate", "continue", "edit", "rate_up", "rate_down", "example")
    }
