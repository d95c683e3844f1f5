"""The shell: pages are built when first shown, the rail and the keys lead to them, the state is kept."""

from __future__ import annotations

import json

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from benchtop.ui.main_window import PAGE_KEYS, MainWindow
from benchtop.ui.theme import ThemeController
from benchtop.ui.widgets.placeholder_page import PlaceholderPage


def rail_button(window: MainWindow, key: str) -> QAbstractButton:
    button = window.findChild(QAbstractButton, f"nav.{key}")
    assert button is not None
    return button


def test_pages_are_built_when_first_shown(theme: ThemeController, qtbot: QtBot) -> None:
    window = MainWindow(theme)
    qtbot.addWidget(window)
    built = []
    window.add_page("chat", lambda: built.append("chat") or QWidget())
    window.add_page("settings", lambda: built.append("settings") or QWidget())
    assert built == []
    window.show_page("chat")
    window.show_page("settings")
    window.show_page("chat")
    assert built == ["chat", "settings"]


@pytest.mark.parametrize("key", PAGE_KEYS)
def test_the_rail_switches_pages(window: MainWindow, qtbot: QtBot, key: str) -> None:
    window.show_page("help" if key == "chat" else "chat")
    with qtbot.waitSignal(window.page_shown) as shown:
        qtbot.mouseClick(rail_button(window, key), Qt.MouseButton.LeftButton)
    assert shown.args == [key]
    assert window.current_page == key
    assert window.page(key).isVisible()


@pytest.mark.parametrize(
    ("key", "letter", "modifier"),
    [
        ("compare", Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier),
        ("settings", Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier),
        ("help", Qt.Key.Key_F1, Qt.KeyboardModifier.NoModifier),
    ],
)
def test_keys_lead_into_a_page(window: MainWindow, qtbot: QtBot, key, letter, modifier) -> None:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClick(window, letter, modifier)
    assert window.current_page == key
    assert rail_button(window, key).isChecked()
    focus = QApplication.focusWidget()
    assert focus is not None
    assert window.page(key).isAncestorOf(focus)


def test_the_rail_can_be_walked_with_arrows(window: MainWindow, qtbot: QtBot) -> None:
    rail_button(window, "chat").setFocus()
    qtbot.keyClick(rail_button(window, "chat"), Qt.Key.Key_Down)
    assert window.current_page == "compare"
    assert rail_button(window, "compare").hasFocus()


def test_a_page_that_cannot_be_made_leaves_the_one_on_show_and_says_so(
    theme: ThemeController, qtbot: QtBot
) -> None:
    window = MainWindow(theme)
    qtbot.addWidget(window)
    window.add_page("chat", QWidget)

    def missing() -> QWidget:
        raise FileNotFoundError(2, "an icon")

    window.add_page("teach", missing)
    window.show()
    window.go_to("chat")
    with qtbot.captureExceptions() as raised:
        window.go_to("teach")
    assert [kind for kind, *_ in raised] == [FileNotFoundError]
    assert window.current_page == "chat"
    assert window.rail._buttons["chat"].isChecked()
    (notice,) = window.info_bar.notices()
    assert notice.text.startswith("That page could not be opened")


def test_showing_the_page_on_show_says_nothing(window: MainWindow, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(window.page_shown):
        window.show_page("chat")


def test_state_is_json_and_comes_back(
    window: MainWindow, theme: ThemeController, qtbot: QtBot
) -> None:
    window.resize(900, 640)  # the offscreen screen is small, and Qt keeps windows inside it
    window.show_page("settings")
    state = json.loads(json.dumps(window.save_state()))
    other = MainWindow(theme)
    qtbot.addWidget(other)
    other.add_page("settings", lambda: QLabel("settings"))
    other.restore_state(state)
    assert other.size() == window.size()
    assert other.current_page == "settings"


@pytest.mark.parametrize(
    "state",
    [
        {},
        {"geometry": 7, "page": 3},
        {"geometry": "äß???", "page": "no such page"},
        {"page": "chat"},
    ],
)
def test_unreadable_state_is_left_out(theme: ThemeController, qtbot: QtBot, state) -> None:
    window = MainWindow(theme)
    qtbot.addWidget(window)
    window.restore_state(state)
    assert window.current_page == ""


def test_closing_is_told_while_everything_stands(window: MainWindow, qtbot: QtBot) -> None:
    seen = []
    window.closing.connect(lambda: seen.append(window.isVisible()))
    window.action_set["window.quit"].trigger()
    assert seen == [True]
    assert not window.isVisible()


def test_the_windows_own_actions_work(window: MainWindow, theme: ThemeController) -> None:
    window.action_set["window.theme"].trigger()
    assert theme.dark
    window.action_set["window.text-larger"].trigger()
    assert theme.text_size == 110
    window.action_set["window.text-normal"].trigger()
    window.action_set["window.text-smaller"].trigger()
    assert theme.text_size == 90


def test_a_placeholder_offers_something_to_do(window: MainWindow, qtbot: QtBot) -> None:
    action = window.action_set["nav.help"]
    page = PlaceholderPage("data", "Nothing yet", "It will be here.", (action,), window)
    page.show()
    button = page.findChild(QPushButton, "placeholder.action.nav.help")
    assert page.focusProxy() is button
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert window.current_page == "help"


def interactive(root: QWidget) -> list[QWidget]:
    """Widgets a person can reach with the keyboard, without those Qt makes inside others."""
    tab = Qt.FocusPolicy.TabFocus
    found = [w for w in root.findChildren(QWidget) if w.focusPolicy() & tab == tab]
    return [w for w in found if not made_by_qt(w)]


def made_by_qt(widget: QWidget) -> bool:
    """A part of a compound widget of Qt's own, such as the list of a combo box."""
    above = widget.parentWidget()
    while above is not None:
        if isinstance(above, QComboBox | QAbstractSpinBox | QLineEdit):
            return True
        above = above.parentWidget()
    return widget.objectName().startswith("qt_")


@pytest.mark.parametrize("key", PAGE_KEYS)
def test_everything_reachable_has_a_name(window: MainWindow, key: str) -> None:
    window.show_page(key)
    unnamed = [
        f"{type(w).__name__} {w.objectName()!r} {w.accessibleName()!r}"
        for w in interactive(window)
        if not (w.objectName() and w.accessibleName())
    ]
    assert unnamed == []


@pytest.mark.parametrize("key", PAGE_KEYS)
def test_everything_that_takes_the_focus_has_a_name(window: MainWindow, key: str) -> None:
    """By a click too: a text that can be selected is read out by its name."""
    window.show_page(key)
    unnamed = [
        f"{type(widget).__name__} {widget.objectName()!r}"
        for widget in window.findChildren(QWidget)
        if widget.focusPolicy() != Qt.FocusPolicy.NoFocus
        and not made_by_qt(widget)
        and not widget.accessibleName()
    ]
    assert unnamed == []


@pytest.mark.parametrize("percent", [100, 150, 200])
@pytest.mark.parametrize("key", ["compare", "models", "teach", "settings", "help"])
def test_nothing_is_cut_at_large_text(
    window: MainWindow, theme: ThemeController, qtbot: QtBot, key: str, percent: int
) -> None:
    """At the smallest window every button and label has the room it asks for."""
    theme.set_text_size(percent)
    window.resize(900, 600)
    window.status.set_model("starter", "41 MB")
    window.status.set_context(940, 1024)
    window.show_page(key)
    qtbot.waitUntil(lambda: window.size().width() == 900)
    QApplication.processEvents()
    assert (window.width(), window.height()) == (900, 600)
    cut = []
    for widget in window.findChildren(QAbstractButton) + window.findChildren(QLabel):
        if not widget.isVisible() or made_by_qt(widget):
            continue
        need = widget.heightForWidth(widget.width())
        high = need if need > 0 else widget.minimumSizeHint().height()
        if widget.width() < widget.minimumSizeHint().width() or widget.height() < high:
            cut.append(f"{widget.objectName()} {widget.size()} {widget.minimumSizeHint()}")
    assert cut == []
