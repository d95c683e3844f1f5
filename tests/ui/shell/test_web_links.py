"""The question before a link is opened cannot be made to show another address than the one meant."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from benchtop.ui.chat.web_links import ask_about_link, shortened, web_address
from benchtop.ui.theme import ThemeController
from benchtop.ui.widgets.info_bar import InfoBar


@pytest.fixture
def bar(theme: ThemeController, qtbot: QtBot) -> InfoBar:
    made = InfoBar()
    qtbot.addWidget(made)
    return made


@pytest.mark.parametrize(
    "target",
    [
        "ssh://host/x",
        "steam://run/1",
        "qrc:/x",
        "file:///etc/passwd",
        "//server/share",
        "c:/windows/x.exe",
        "notes.md",
        "javascript:alert(1)",
        "https:",
        "https:///path",
        "mailto:",
        "",
    ],
)
def test_what_is_no_address_of_the_web_is_no_link(bar: InfoBar, target: str) -> None:
    assert web_address(target) == ""
    ask_about_link(bar, target, lambda _address: None)
    assert bar.notices() == []


@pytest.mark.parametrize(
    "target", ["http://a.example/", "https://a.example/?a=1&b=%20", "mailto:a@b.c"]
)
def test_an_address_of_the_web_stays_as_it_is(target: str) -> None:
    assert web_address(target) == target


def test_letters_that_turn_or_look_alike_are_shown_encoded(bar: InfoBar) -> None:
    ask_about_link(bar, "https://evil.example/\u202emoc.knab//:sptth", lambda _address: None)
    ask_about_link(bar, "https://b\u0430nk.example/", lambda _address: None)
    turned, alike = [notice.text for notice in bar.notices()]
    assert turned.startswith("Open evil.example in the browser?")
    assert "https://evil.example/%E2%80%AEmoc" in turned
    assert alike.startswith("Open xn--")
    assert turned.isascii()
    assert alike.isascii()


def test_a_name_before_the_host_does_not_pass_for_it(bar: InfoBar) -> None:
    ask_about_link(bar, "https://bank.example@evil.example/", lambda _address: None)
    assert bar.notices()[0].text.startswith("Open evil.example in the browser?")


def test_a_long_address_loses_its_middle_and_never_its_host() -> None:
    host = ".".join(["part"] * 40) + ".example"
    short = shortened(f"https://{host}/" + "x" * 900 + "/end", 100)
    assert short.startswith(f"https://{host}")
    assert short.endswith("x/end")
    assert "more characters" in short


def test_the_whole_address_is_opened_and_copied(bar: InfoBar) -> None:
    address = "https://a.example/?q=" + "x" * 2_000
    opened: list[str] = []
    ask_about_link(bar, address, opened.append)
    (notice,) = bar.notices()
    buttons = {b.objectName(): b for b in notice.findChildren(QAbstractButton)}
    buttons["notice.more"].click()
    assert QGuiApplication.clipboard().text() == address
    assert bar.notices() == [notice]
    buttons["notice.action"].click()
    assert opened == [address]
