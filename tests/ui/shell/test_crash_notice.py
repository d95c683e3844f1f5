"""The message about a report, with Show and Delete."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from benchtop.services.crash_reports import CrashReport
from benchtop.ui.crash_notice import CrashNotice
from benchtop.ui.widgets.info_bar import InfoBar


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[QWidget]:
    made = QWidget()
    made.resize(800, 300)
    InfoBar(made).resize(800, 120)
    made.show()
    yield made
    made.close()
    made.deleteLater()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "crashes" / "report-1.txt"
    made.parent.mkdir()
    made.write_text("Benchtop 0.1.0: what went wrong\n  File x, line 3\n")
    return made


def told(window: QWidget, path: Path, *, ended: bool = True) -> tuple[CrashNotice, InfoBar]:
    info = window.findChild(InfoBar)
    assert info is not None
    return CrashNotice(CrashReport(path, ended), info, window), info


def press(root: QWidget, name: str) -> None:
    button = root.findChild(QPushButton, name)
    assert button is not None
    button.click()


def test_it_can_be_shown_copied_and_deleted(window: QWidget, path: Path, qtbot: QtBot) -> None:
    notice, info = told(window, path)
    (message,) = info.notices()
    assert message.text.startswith("Benchtop ended unexpectedly last time.")
    assert str(path) in message.text
    press(message, "notice.action")
    dialog = notice.dialog
    assert dialog is not None
    assert info.notices() == []
    text = dialog.findChild(QPlainTextEdit)
    assert text is not None
    assert text.toPlainText() == path.read_text()
    assert text.isReadOnly()
    press(dialog, "crash_report.copy")
    assert QApplication.clipboard().text() == path.read_text()
    press(dialog, "crash_report.delete")
    assert not path.exists()
    assert [one.text for one in info.notices()] == ["The report was deleted."]


def test_it_can_be_deleted_unread(window: QWidget, path: Path) -> None:
    _notice, info = told(window, path, ended=False)
    (message,) = info.notices()
    assert message.text.startswith("Something went wrong inside Benchtop last time.")
    press(message, "notice.more")
    assert not path.exists()
    assert [one.text for one in info.notices()] == ["The report was deleted."]


def test_closing_the_dialog_keeps_the_file(window: QWidget, path: Path, qtbot: QtBot) -> None:
    notice, info = told(window, path)
    press(info.notices()[0], "notice.action")
    dialog = notice.dialog
    assert dialog is not None
    with qtbot.waitSignal(dialog.destroyed):
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert path.exists()


def test_what_cannot_be_deleted_is_said(
    window: QWidget, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_path: Path, missing_ok: bool = False) -> None:
        raise PermissionError(13, "no")

    _notice, info = told(window, path)
    monkeypatch.setattr(Path, "unlink", refuse)
    press(info.notices()[0], "notice.more")
    (message,) = info.notices()
    assert message.kind == "error"
    assert "could not be deleted" in message.text
