"""The keyboard on the Teach page of the whole window, with its real tabs."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication
from pytestqt.qtbot import QtBot

from benchtop.bootstrap import Program
from benchtop.ui.teach.result_view import ResultView
from benchtop.ui.teach.train_view import TrainView
from ui.window.teach_kit import facts, facts_file, find, page_of, until


def press(program: Program, key: Qt.Key) -> None:
    QTest.keyClick(program.window.windowHandle(), key)


def test_keys_alone_teach_and_nobody_goes_online(
    qtbot: QtBot, program: Program, tmp_path: Path
) -> None:
    program.window.activateWindow()
    page = page_of(program, "data")
    page.data.paths_dropped.emit([str(facts_file(tmp_path / "Home.jsonl", facts()[:3]))])
    until(qtbot, lambda: page.data.table.rows.ids)
    offline = find(program.window.status, QAbstractButton, "status.offline")
    find(page, QAbstractButton, "teach.data.teach").setFocus()
    press(program, Qt.Key.Key_Space)
    assert page.tab == "train"
    view = find(page.train, TrainView, "teach.train.view")
    until(qtbot, lambda: view.isAncestorOf(QApplication.focusWidget()))
    until(qtbot, lambda: view.wish.dataset_id)
    assert view.isAncestorOf(QApplication.focusWidget())
    first = QApplication.focusWidget()
    walked = [first]
    for _ in range(100):
        press(program, Qt.Key.Key_Tab)
        if QApplication.focusWidget() is offline:
            break
        walked.append(QApplication.focusWidget())
    assert len(walked) > 5
    assert all(view.isAncestorOf(one) for one in walked)
    assert QApplication.focusWidget() is offline
    assert offline.isChecked()


def test_an_empty_result_leads_to_the_training_with_the_keyboard(
    qtbot: QtBot, program: Program
) -> None:
    program.window.activateWindow()
    page = page_of(program, "result")
    until(qtbot, lambda: page.result.findChild(ResultView) is not None)
    press(program, Qt.Key.Key_Tab)
    assert page.result.isAncestorOf(QApplication.focusWidget())
    press(program, Qt.Key.Key_Space)
    until(qtbot, lambda: page.tab == "train")
    until(qtbot, lambda: page.train.isAncestorOf(QApplication.focusWidget()))
    press(program, Qt.Key.Key_Space)  # to make a data set
    until(qtbot, lambda: page.tab == "data")
    until(qtbot, lambda: page.data.isAncestorOf(QApplication.focusWidget()))
    assert find(program.window.status, QAbstractButton, "status.offline").isChecked()
