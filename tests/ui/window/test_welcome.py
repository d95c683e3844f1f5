"""The welcome of the first start, in the real window, with homes of people who used other programs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from benchtop.bootstrap import Program
from benchtop.ui.help.help_page import HelpPage
from benchtop.ui.tab_order import tab_stops
from benchtop.ui.welcome.welcome_page import WelcomePage
from ui.window.conftest import WAIT_MS, StartWindow, wait_ready
from unit.services.local_layouts import model_bytes
from unit.services.local_layouts import put as put_model
from unit.services.other_chat_files import (
    in_steps,
    jan_line,
    lm_studio,
    put_gpt4all,
    put_jan,
    put_lm_studio,
    said,
    versions,
)

KEY = Qt.Key
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture(autouse=True)
def me(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home folder."""
    home = tmp_path / "me"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "HF_HOME", "HF_HUB_CACHE"):
        monkeypatch.delenv(name, raising=False)
    return home


@pytest.fixture
def greeted(start: StartWindow, qtbot: QtBot) -> Program:
    """A first window on an empty data folder."""
    program = begin(start)
    wait_ready(qtbot, program)
    program.window.activateWindow()
    qtbot.waitUntil(lambda: program.window.current_page == "welcome")
    return program


def begin(start: StartWindow) -> Program:
    program = start()
    program.greets = True  # as run_window() has it
    return program


def page_of(program: Program) -> WelcomePage:
    page = program.window.page("welcome")
    assert isinstance(page, WelcomePage)
    return page


def bring_button(program: Program) -> QPushButton:
    found = page_of(program).others.findChild(QPushButton, "welcome.bring")
    assert isinstance(found, QPushButton)
    return found


def press(program: Program, key: Qt.Key, more: Qt.KeyboardModifier | None = None) -> None:
    """A key for the whole window, so that its shortcuts see it first."""
    QTest.keyClick(program.window.windowHandle(), key, more or Qt.KeyboardModifier.NoModifier)


def focus() -> str:
    widget = QApplication.focusWidget()
    return "" if widget is None else widget.objectName()


def searched(qtbot: QtBot, program: Program) -> None:
    page = page_of(program)
    qtbot.waitUntil(lambda: "Looking" not in page.others.words.text(), timeout=WAIT_MS)


def begin_searched(start: StartWindow, qtbot: QtBot) -> Program:
    """A first window that has found what other programs left in the home folder."""
    program = begin(start)
    wait_ready(qtbot, program)
    searched(qtbot, program)
    return program


def others_used(home: Path) -> None:
    """Someone has used three other programs."""
    put_gpt4all(home)
    put_gpt4all(home, b"\xf5\xd5", chat_id="bad")
    reply = in_steps(("text", "A bird."))
    put_lm_studio(home, lm_studio(versions(said("user", "Owl?")), versions(reply)))
    put_jan(home / "jan", [jan_line(1, "user", "Hello"), jan_line(2, "assistant", "Hi")])
    put_model(home / ".lmstudio/models/owner/repo/tiny.gguf", model_bytes())


def folders(qtbot: QtBot, program: Program) -> dict[str, list[str]]:
    """The titles of the conversations by their folders' names."""
    found: list[dict[str, list[str]]] = []

    def work(store: object) -> dict[str, list[str]]:
        titles: dict[str, list[str]] = {}
        names = {one.id: one.name for one in store.folders.all()}  # type: ignore[attr-defined]
        for one in store.conversations.all():  # type: ignore[attr-defined]
            if one.folder_id:
                titles.setdefault(names[one.folder_id], []).append(one.title)
        return titles

    program.store.run(work, found.append)
    qtbot.waitUntil(lambda: bool(found))
    return found[0]


def test_it_is_shown_at_the_first_start_and_never_again(
    greeted: Program, start: StartWindow, qtbot: QtBot, data_home: Path
) -> None:
    assert focus() == "welcome.next"
    assert not any(button.isChecked() for button in greeted.window.rail._buttons.values())
    greeted.window.close()
    again = begin(start)
    wait_ready(qtbot, again)
    assert again.window.current_page == "chat"
    assert again.chat.composer.input.hasFocus()


def test_a_window_that_was_used_before_the_welcome_came_is_not_greeted(
    start: StartWindow, qtbot: QtBot, data_home: Path
) -> None:
    data_home.mkdir()
    (data_home / "settings.json").write_text(json.dumps({"window": {"page": "chat"}}))
    program = begin(start)
    wait_ready(qtbot, program)
    assert program.window.current_page == "chat"


def test_enter_leads_through_all_steps_into_the_message_box(greeted: Program, qtbot: QtBot) -> None:
    page = page_of(greeted)
    searched(qtbot, greeted)
    seen = []
    for _ in range(4):
        seen.append(page.step.objectName())
        assert focus() == "welcome.next"
        press(greeted, KEY.Key_Return)
    assert seen == ["welcome.stays", "welcome.tips", "welcome.others", "welcome.ready"]
    assert greeted.window.current_page == "chat"
    assert greeted.chat.composer.input.hasFocus()
    assert greeted.settings.values.welcomed
    assert "million parameters" in page.tips.words.text()


@pytest.mark.parametrize("step", range(4))
def test_esc_leaves_at_every_step(greeted: Program, qtbot: QtBot, step: int) -> None:
    searched(qtbot, greeted)
    for _ in range(step):
        press(greeted, KEY.Key_Return)
    press(greeted, KEY.Key_Escape)
    assert greeted.window.current_page == "chat"
    assert greeted.settings.values.welcomed


def test_going_elsewhere_is_leaving_it_too(greeted: Program) -> None:
    press(greeted, KEY.Key_3, Qt.KeyboardModifier.ControlModifier)
    assert greeted.window.current_page == "models"
    assert greeted.settings.values.welcomed


def test_the_offline_switch_is_that_of_the_line_at_the_bottom(greeted: Program) -> None:
    page = page_of(greeted)
    assert page.stays.offline.isChecked()
    page.stays.offline.setFocus()
    press(greeted, KEY.Key_Space)
    assert not greeted.settings.offline
    line = greeted.window.status.findChild(QWidget, "status.offline")
    assert isinstance(line, QWidget)
    assert not line.isChecked()  # type: ignore[attr-defined]
    line.click()  # type: ignore[attr-defined]
    assert page.stays.offline.isChecked()
    assert str(greeted.folder.root) in page.stays._folder.words.accessibleName()


def test_what_others_have_is_brought_in_by_the_keyboard_alone(
    me: Path, start: StartWindow, qtbot: QtBot
) -> None:
    others_used(me)
    greeted = begin_searched(start, qtbot)
    page = page_of(greeted)
    listed: list[list[str]] = []
    greeted.conversations.listed.connect(
        lambda all_of, _f: listed.append([c.title for c in all_of])
    )
    press(greeted, KEY.Key_Return)
    press(greeted, KEY.Key_Return)
    ticks = [tick for tick in page.others.findChildren(QCheckBox) if tick.isVisible()]
    assert [tick.accessibleName().split(" (")[0] for tick in ticks] == [
        "GPT4All: 2 chats",
        "Jan: 1 chat",
        "LM Studio: 1 model",
        "LM Studio: 1 chat",
    ]
    assert focus() == "welcome.chats.GPT4All"
    press(greeted, KEY.Key_Tab)
    assert focus() == "welcome.chats.Jan"
    press(greeted, KEY.Key_Space)  # not these
    for _ in range(3):
        press(greeted, KEY.Key_Tab)
    assert focus() == "welcome.bring"
    press(greeted, KEY.Key_Return)
    qtbot.waitUntil(lambda: "brought in." in page.others.result, timeout=WAIT_MS)
    assert page.others.result.startswith("One model is on the list now. 2 chats were brought in.")
    assert "gpt4all-bad.chat" in page.others.result
    assert focus() == "welcome.next"
    assert folders(qtbot, greeted) == {"GPT4All": ["About owls"], "LM Studio": ["About owls"]}
    assert any(model.found_in == "LM Studio" for model in greeted.models.models)
    qtbot.waitUntil(lambda: bool(listed) and listed[-1].count("About owls") == 2, timeout=WAIT_MS)


def test_brought_in_again_nothing_is_doubled(me: Path, start: StartWindow, qtbot: QtBot) -> None:
    others_used(me)
    greeted = begin_searched(start, qtbot)
    page, bring = page_of(greeted), bring_button(greeted)
    results = []
    for _ in range(2):
        bring.click()
        qtbot.waitUntil(bring.isEnabled, timeout=WAIT_MS)
        results.append(page.others.result)
    assert "3 chats were brought in." in results[0]
    assert "on the list already. The chats were here already." in results[1]
    assert sum(map(len, folders(qtbot, greeted).values())) == 3


def test_help_shows_it_again_from_its_beginning(program: Program, qtbot: QtBot) -> None:
    assert program.window.current_page == "chat"  # this start was not greeted
    program.window.show_page("help")
    help_page = program.window.page("help")
    assert isinstance(help_page, HelpPage)
    button = help_page.findChild(QPushButton, "help.welcome")
    assert button is not None
    for _ in range(2):
        button.click()
        assert program.window.current_page == "welcome"
        page = page_of(program)
        assert page.step is page.stays
        searched(qtbot, program)
        page.findChild(QPushButton, "welcome.next").click()
        page.findChild(QPushButton, "welcome.back").click()
        assert page.step is page.stays
        page.findChild(QPushButton, "welcome.next").click()
        page.findChild(QPushButton, "welcome.skip").click()
        assert program.window.current_page == "chat"


def test_all_that_can_be_pressed_has_names(me: Path, start: StartWindow, qtbot: QtBot) -> None:
    others_used(me)
    greeted = begin_searched(start, qtbot)
    stops = tab_stops(page_of(greeted))
    assert [
        one.objectName() for one in stops if not (one.objectName() and one.accessibleName())
    ] == []
    assert {"welcome.offline", "welcome.skip", "welcome.back", "welcome.next"} < {
        one.objectName() for one in stops
    }


def test_going_back_looks_for_nothing_again_and_keeps_the_ticks(
    me: Path, start: StartWindow, qtbot: QtBot
) -> None:
    others_used(me)
    greeted = begin_searched(start, qtbot)
    page = page_of(greeted)
    tick = page.others.first
    assert isinstance(tick, QCheckBox)
    tick.setChecked(False)
    page._go(2)
    page._go(0)
    page._go(2)
    assert page.others.first is tick
    assert not tick.isChecked()
    assert tick.hasFocus()


def test_words_that_may_be_new_are_explained(greeted: Program) -> None:
    page = page_of(greeted)
    press(greeted, KEY.Key_Return)
    for step, word in ((page.stays, "package index"), (page.tips, "adapter")):
        (label,) = [one for one in step.findChildren(QLabel) if word in one.text()]
        assert word in label.toolTip()
        assert word in label.accessibleDescription()
    assert "million parameters" in page.tips.words.text()
    assert "Parameters are" in page.tips.words.toolTip()
    assert "no connection" in page.stays.offline.accessibleDescription()
