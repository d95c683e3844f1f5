"""The settings of models from the Hub: what they show, what they tell, and that the keyboard does for all."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from benchtop.ui.settings.hub_card import HubCard
from benchtop.ui.settings.hub_view import AccountView, FolderView
from benchtop.ui.settings.settings_page import SettingsPage
from benchtop.ui.theme import ThemeController
from benchtop.ui.widgets.switch import Switch

PAGE = "https://huggingface.co/settings/tokens"
KEPT = AccountView("huggingface.co", "ada", "keyring", "keyring")


@pytest.fixture
def page(theme: ThemeController, qtbot: QtBot) -> SettingsPage:
    made = SettingsPage()
    qtbot.addWidget(made)
    made.resize(800, 600)
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    return made


@pytest.fixture
def card(page: SettingsPage) -> HubCard:
    page.hub.set_account(AccountView(), PAGE)
    page.hub.set_offline(offline=False)
    return page.hub


def part(card: HubCard, kind: type, name: str) -> Any:
    found = card.findChild(kind, f"settings.hub.{name}")
    assert found is not None
    return found


def state(card: HubCard) -> str:
    words: str = part(card, QLabel, "account").accessibleDescription()
    return words


def shown(card: HubCard) -> set[str]:
    """The buttons on show."""
    buttons = card.findChildren(QPushButton)
    return {b.objectName().rpartition(".")[2] for b in buttons if b.isVisible()}


@pytest.mark.parametrize(
    ("account", "words", "buttons"),
    [
        (AccountView("hub.lan"), "Not signed in to hub.lan.", set()),
        (KEPT, "Signed in to huggingface.co as ada. The token lies in the system keyring.",
         {"check", "forget"}),
        (AccountView("hub.lan", "", "keyring", "keyring"),
         "There is an access token for hub.lan, not checked yet.", {"check", "forget"}),
        (AccountView("hub.lan", "ada", "file", "file", "/home/ada/hub-account.json"),
         "lies in a file that only you can read: /home/ada/hub-account.json", {"check", "forget"}),
        (AccountView("hub.lan", "", "environment"), "variable HF_TOKEN.", {"check"}),
        (AccountView("hub.lan", "", "environment", "keyring"),
         "HF_TOKEN. It goes before the one that is kept here.", {"check", "forget"}),
        (AccountView("hub.lan", "", "hub login"), "that of the command “hf auth login”", {"check"}),
    ],
)  # fmt: skip
def test_the_account_is_told_in_words(
    card: HubCard, account: AccountView, words: str, buttons: set[str]
) -> None:
    card.set_account(account, PAGE)
    assert words in state(card)
    assert shown(card) & {"check", "forget"} == buttons
    field = part(card, QLineEdit, "token")
    assert f"sent to {account.host} only" in field.accessibleDescription()


def test_a_token_is_kept_by_enter_and_by_the_button(card: HubCard, qtbot: QtBot) -> None:
    field, keep = part(card, QLineEdit, "token"), part(card, QPushButton, "keep")
    assert field.echoMode() == QLineEdit.EchoMode.Password
    assert not keep.isEnabled()
    with qtbot.assertNotEmitted(card.keep_requested):
        qtbot.keyClick(field, Qt.Key.Key_Return)
        qtbot.keyClicks(field, "   ")
        qtbot.keyClick(field, Qt.Key.Key_Return)
    assert not keep.isEnabled()
    qtbot.keyClicks(field, "hf_ada ")
    with qtbot.waitSignal(card.keep_requested) as told:
        qtbot.keyClick(field, Qt.Key.Key_Return)
    assert told.args == ["hf_ada"]
    with qtbot.waitSignal(card.keep_requested):
        qtbot.mouseClick(keep, Qt.MouseButton.LeftButton)
    card.clear_token()
    assert field.text() == ""
    assert not field.isUndoAvailable()


def test_while_the_hub_is_asked_nothing_is_asked_again(card: HubCard, qtbot: QtBot) -> None:
    card.set_account(KEPT, PAGE)
    field = part(card, QLineEdit, "token")
    qtbot.keyClicks(field, "hf_ada")
    card.set_busy(busy=True)
    with qtbot.assertNotEmitted(card.keep_requested):
        qtbot.keyClick(field, Qt.Key.Key_Return)
    assert not any(part(card, QPushButton, n).isEnabled() for n in ("keep", "check", "forget"))
    card.set_busy(busy=False)
    assert all(part(card, QPushButton, n).isEnabled() for n in ("keep", "check", "forget"))


def test_offline_it_cannot_be_checked_but_kept_and_forgotten(card: HubCard, qtbot: QtBot) -> None:
    card.set_account(KEPT, PAGE)
    card.set_offline(offline=True)
    assert not part(card, QPushButton, "check").isEnabled()
    assert "offline" in part(card, QPushButton, "check").toolTip()
    assert part(card, QPushButton, "forget").isEnabled()
    qtbot.keyClicks(part(card, QLineEdit, "token"), "hf_ada")
    assert part(card, QPushButton, "keep").isEnabled()


def test_what_went_wrong_stands_beside_the_field_until_another_is_typed(
    card: HubCard, qtbot: QtBot
) -> None:
    message = part(card, QLabel, "message")
    assert not message.isVisible()
    card.tell("It is refused.", "bad")
    assert message.isVisible()
    assert message.accessibleName() == "It is refused."
    qtbot.keyClicks(part(card, QLineEdit, "token"), "h")
    assert not message.isVisible()


def test_the_folder_is_the_cache_or_a_chosen_one(card: HubCard, qtbot: QtBot) -> None:
    path = part(card, QLabel, "path")
    card.set_folder(FolderView("/home/ada/.cache/huggingface/hub"))
    assert path.accessibleDescription().endswith(": /home/ada/.cache/huggingface/hub")
    assert "use_cache" not in shown(card)
    card.set_folder(FolderView("/home/ada/.cache/huggingface/hub", "/data/models"))
    assert path.accessibleDescription() == "/data/models"
    use_cache = part(card, QPushButton, "use_cache")
    use_cache.setFocus()
    with qtbot.waitSignal(card.use_cache_requested):
        qtbot.keyClick(use_cache, Qt.Key.Key_Space)
    card.set_folder(FolderView("/home/ada/.cache/huggingface/hub"))
    assert part(card, QPushButton, "folder").hasFocus()  # it is not lost with the button


def test_the_switch_says_what_it_allows(card: HubCard, qtbot: QtBot) -> None:
    switch = part(card, Switch, "check_revisions")
    assert "the only request that Benchtop makes at start-up" in switch.toolTip()
    assert switch.toolTip() in switch.accessibleDescription()
    with qtbot.assertNotEmitted(card.check_revisions_changed):
        card.set_check_revisions(on=True)
    assert switch.isChecked()
    with qtbot.waitSignal(card.check_revisions_changed) as told:
        qtbot.keyClick(switch, Qt.Key.Key_Space)
    assert told.args == [False]


def test_tab_walks_through_it_as_it_stands(card: HubCard, qtbot: QtBot) -> None:
    card.set_account(KEPT, PAGE)
    card.set_folder(FolderView("/a", "/b"))
    qtbot.keyClicks(part(card, QLineEdit, "token"), "hf_ada")
    part(card, QPushButton, "check").setFocus()
    walked = []
    while (now := QApplication.focusWidget()) is not None and card.isAncestorOf(now):
        if not isinstance(now, QLabel):
            walked.append(now.objectName().removeprefix("settings.hub."))
        assert now.accessibleName() or isinstance(now, QLabel), now
        qtbot.keyClick(now, Qt.Key.Key_Tab)
    assert walked == [
        "check", "forget", "make", "token", "keep", "folder", "use_cache", "check_revisions",
    ]  # fmt: skip
    after = QApplication.focusWidget()
    assert after is not None
    assert after.objectName() in ("settings.data_folder", "settings.open_data_folder")


def test_a_screen_reader_hears_dots_and_no_token(card: HubCard, qtbot: QtBot) -> None:
    field = part(card, QLineEdit, "token")
    qtbot.keyClicks(field, "hf_ada")
    heard = QAccessible.queryAccessibleInterface(field)
    assert "hf_ada" not in heard.text(QAccessible.Text.Value)


@pytest.mark.parametrize("percent", [100, 150, 200])
def test_nothing_is_cut_in_a_narrow_window(
    card: HubCard, page: SettingsPage, theme: ThemeController, qtbot: QtBot, percent: int
) -> None:
    theme.set_text_size(percent)
    page.resize(780, 500)
    card.set_account(AccountView("h", "ada", "file", "file", "/home/ada/" + "x" * 200), PAGE)
    card.set_folder(FolderView("/a", "/home/ada/" + "y" * 200))
    card.tell("word " * 60, "bad")
    QApplication.processEvents()
    for widget in card.findChildren(QWidget):
        if widget.isVisible():
            assert widget.mapTo(page, widget.rect().topRight()).x() <= page.width(), widget
            if isinstance(widget, QLabel):
                assert widget.height() >= widget.heightForWidth(widget.width()), widget.text()
            elif isinstance(widget, QPushButton):
                assert widget.width() >= widget.sizeHint().width(), widget.text()
    theme.set_text_size(100)
