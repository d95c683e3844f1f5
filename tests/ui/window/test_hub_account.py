"""Signing in to the Hub in the real window: the keyboard, a real worker, a local Hub, a keyring."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from benchtop.bootstrap import Program
from benchtop.ui.widgets.switch import Switch
from local_hub.hub import LocalHub
from workers.hub_kit import point_at

TESTS = Path(__file__).parents[2]
ADA = "hf_adaSecret"


@pytest.fixture(autouse=True)
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalHub]:
    """A Hub where ada has a token, and a keyring."""
    with LocalHub(tokens={ADA: "ada"}) as running:
        point_at(running, tmp_path / "hf", monkeypatch)
        monkeypatch.setenv("PYTHONPATH", str(TESTS))
        monkeypatch.setenv("KEYRING_FILE", str(tmp_path / "keyring.json"))
        monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "workers.odd_keyrings.InFile")
        yield running


class Settings:
    """The settings page of a window, on show."""

    def __init__(self, program: Program, qtbot: QtBot) -> None:
        self.program, self.qtbot = program, qtbot
        program.window.go_to("settings")
        self.settle()

    def part(self, kind: type, name: str) -> Any:
        found = self.program.window.findChild(kind, f"settings.hub.{name}")
        assert isinstance(found, QWidget)
        return found

    @property
    def account(self) -> str:
        words: str = self.part(QLabel, "account").accessibleDescription()
        return words

    @property
    def message(self) -> str:
        words: str = self.part(QLabel, "message").text()
        return words

    def press(self, name: str) -> None:
        self.qtbot.keyClick(self.part(QPushButton, name), Qt.Key.Key_Space)
        self.settle()

    def type(self, token: str) -> None:
        field = self.part(QLineEdit, "token")
        field.setFocus()
        field.selectAll()
        self.qtbot.keyClicks(field, token)
        self.qtbot.keyClick(field, Qt.Key.Key_Return)
        self.settle()

    def settle(self) -> None:
        """Wait until the worker has answered."""
        account = self.program.hub.account
        self.qtbot.waitUntil(lambda: not account.busy, timeout=15_000)


def test_a_person_signs_in_checks_and_signs_out(
    program: Program, hub: LocalHub, qtbot: QtBot, tmp_path: Path, data_home: Path
) -> None:
    program.settings.set("offline", False)
    page = Settings(program, qtbot)
    assert page.account == "Not signed in to 127.0.0.1."
    assert not hub.requests  # looking at the settings asks nothing of the Hub
    page.type("hf_wrongSecret")
    assert "does not accept the access token that was entered" in page.message
    assert page.part(QLineEdit, "token").text() == "hf_wrongSecret"  # to be mended
    page.type(ADA)
    assert page.message == "The token is kept: you are signed in as ada."
    assert page.account.startswith("Signed in to 127.0.0.1 as ada. The token lies in the system")
    assert page.part(QLineEdit, "token").text() == ""
    page.press("check")
    assert page.message == "127.0.0.1 knows this token: it is ada's."
    page.press("forget")
    assert page.account == "Not signed in to 127.0.0.1."
    assert page.message == ""
    assert (tmp_path / "keyring.json").read_text() == "{}"
    program.window.close()
    assert not any(b"Secret" in p.read_bytes() for p in data_home.rglob("*") if p.is_file())


def test_offline_a_token_is_kept_and_nothing_is_asked(
    program: Program, hub: LocalHub, qtbot: QtBot, data_home: Path
) -> None:
    page = Settings(program, qtbot)
    page.type(ADA)
    assert "is kept unchecked, because Benchtop is offline" in page.message
    assert not page.part(QPushButton, "check").isEnabled()
    assert not hub.requests
    program.settings.set("offline", False)
    page.press("check")
    assert "as ada" in page.account


def test_a_wrong_address_of_the_hub_is_said_once(
    program: Program, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "nonsense")
    page = Settings(program, qtbot)
    assert "HF_ENDPOINT" in page.message


def test_the_folder_for_models_is_chosen_and_given_back(
    program: Program, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = Settings(program, qtbot)
    path = page.part(QLabel, "path")
    cache = str(tmp_path / "hf" / "hub")
    assert path.accessibleDescription().endswith(cache)
    folder, closed = tmp_path / "models", tmp_path / "closed"
    folder.mkdir()
    answers = iter([str(folder), "", str(closed)])
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: next(answers))
    page.press("folder")
    assert program.settings.values.models_folder == path.accessibleDescription() == str(folder)
    page.press("folder")  # thought better of it
    page.press("folder")  # gone by now
    assert program.settings.values.models_folder == str(folder)
    page.press("use_cache")
    assert program.settings.values.models_folder == ""
    assert path.accessibleDescription().endswith(cache)


def test_looking_for_newer_revisions_is_off_until_it_is_asked_for(
    program: Program, qtbot: QtBot
) -> None:
    page = Settings(program, qtbot)
    switch = page.part(Switch, "check_revisions")
    assert not switch.isChecked()
    qtbot.keyClick(switch, Qt.Key.Key_Space)
    assert program.settings.values.check_revisions is True
