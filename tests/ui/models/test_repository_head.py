"""An open repository: its head, what it says while it waits, and its keyboard."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from benchtop.ui.models.repository_view import RepositoryView
from benchtop.ui.models.rows import CatalogueNote
from benchtop.ui.widgets.info_bar import InfoBar, Notice
from ui.models.discover_makers import catalogue_cards, choice, repository
from ui.models.repository_kit import label, line, press, show_card, show_whole, view

__all__ = ["view"]

Key = Qt.Key


def test_while_the_hub_is_asked_the_card_is_there(view: RepositoryView) -> None:
    card = catalogue_cards()[5]
    view.show_loading(card)
    assert label(view, "name").accessibleName() == card.name
    assert label(view, "state").text() == "Asking the Hub for its files…"
    assert view.findChild(QWidget, "models.repository.asking").isVisible()
    assert not view.table.isVisible()
    assert view.repository_id == card.id


def test_a_failure_says_why_and_offers_to_try_again(view: RepositoryView, qtbot: QtBot) -> None:
    card = catalogue_cards()[5]
    view.show_loading(card)
    view.show_failure("The Hub did not answer: try again later.")
    assert not view.findChild(QWidget, "models.repository.asking").isVisible()
    notice = view.findChild(Notice)
    with qtbot.waitSignal(view.retry_requested) as told:
        qtbot.mouseClick(notice.findChild(QPushButton, "notice.action"), Qt.MouseButton.LeftButton)
    assert told.args == [card.id]
    view.show_failure("Again.")
    view.show_repository(repository())
    assert view.findChild(InfoBar).notices() == []


def test_the_head_says_licence_and_gating_in_plain_words(
    view: RepositoryView, qtbot: QtBot
) -> None:
    show_whole(view, qtbot)
    assert label(view, "licence").text().startswith("Licence: Gemma. ")
    gate = view.findChild(QWidget, "models.repository.gate")
    assert gate.isVisible()
    assert "may take days" in gate.accessibleName()
    with qtbot.waitSignal(view.terms_requested) as told:
        press(qtbot, view, "models.repository.terms")
    assert told.args == ["ggml-org/gemma-3-4b-it-GGUF"]
    with qtbot.waitSignal(view.account_requested):
        press(qtbot, view, "models.repository.account")
    with qtbot.waitSignal(view.page_requested) as told:
        press(qtbot, view, "models.repository.page")
    assert told.args == ["ggml-org/gemma-3-4b-it-GGUF"]
    show_whole(view, qtbot, agreed=True)
    assert "You have agreed" in gate.accessibleName()
    show_whole(view, qtbot, gating="", licence="")
    assert not gate.isVisible()
    assert "names no licence" in label(view, "licence").text()


@pytest.mark.parametrize("modifier", ["esc", "alt-left"])
@pytest.mark.parametrize("place", ["back", "table", "context", "card"])
def test_esc_and_alt_left_go_back_from_everywhere(
    view: RepositoryView, qtbot: QtBot, place: str, modifier: str
) -> None:
    show_whole(view, qtbot)
    card = show_card(view, qtbot, "# Hello\n\nSome words.")
    places: dict[str, QWidget] = {
        "back": view.findChild(QPushButton, "models.repository.back"),
        "table": line(view, "Q6_K").button,
        "context": view.findChild(QComboBox, "models.repository.context"),
        "card": card.segments[0],
    }
    # The window has both keys for something else, as it has for the replies of a chat.
    for keys in ("Esc", "Alt+Left"):
        QShortcut(QKeySequence(keys), view, context=Qt.ShortcutContext.WindowShortcut)
    places[place].setFocus()
    with qtbot.waitSignal(view.back_requested):
        if modifier == "esc":
            qtbot.keyClick(places[place], Key.Key_Escape)
        else:
            qtbot.keyClick(places[place], Key.Key_Left, Qt.KeyboardModifier.AltModifier)


def test_tab_goes_from_the_head_to_the_files_and_the_card(
    view: RepositoryView, qtbot: QtBot
) -> None:
    rows = (choice("Q4_K_M"), choice("Q8_0"))
    show_whole(view, qtbot, choices=rows)
    show_card(view, qtbot, "Words\n\n```\ncode\n```")
    view.findChild(QPushButton, "models.repository.back").setFocus()
    seen = []
    for _ in range(8):
        qtbot.keyClick(QApplication.focusWidget(), Key.Key_Tab)
        seen.append(QApplication.focusWidget().objectName())
    assert seen == [
        "models.repository.page",
        "models.repository.terms",
        "models.repository.account",
        "models.repository.context",
        "models.download",
        "models.download",
        "models.card.text",
        "models.card.copy",
    ]


def test_a_repository_without_models_says_so(view: RepositoryView, qtbot: QtBot) -> None:
    show_whole(view, qtbot, choices=())
    assert label(view, "state").text() == "It holds no GGUF model that could be downloaded."
    assert not view.table.isVisible()
    assert not view.findChild(QComboBox, "models.repository.context").isVisible()


def test_what_the_catalogue_says_is_shown_with_its_origin(
    view: RepositoryView, qtbot: QtBot
) -> None:
    address = "https://huggingface.co/google/gemma-3-4b-it"
    note = CatalogueNote(("It also reads images.",), address, "2026-11-21", ("huggingface.co",))
    show_whole(view, qtbot, catalogue=note)
    says = view.findChild(QWidget, "models.repository.catalogue")
    texts = " ".join(part.text() for part in says.findChildren(QLabel))
    assert says.isVisible()
    assert "It also reads images." in texts
    assert "21 November 2026" in texts
    assert "huggingface.co" in texts
    with qtbot.waitSignal(view.link_requested) as told:
        press(qtbot, view, "models.repository.makers_card")
    assert told.args == [address]
    show_whole(view, qtbot, catalogue=None)
    assert not says.isVisible()
