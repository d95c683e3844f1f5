"""The files of an open repository: their states, their verdicts, and their buttons."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QPushButton
from pytestqt.qtbot import QtBot

from benchtop.ui.models.choice_line import ChoiceLine
from benchtop.ui.models.choice_table import PAGE
from benchtop.ui.models.repository_view import RepositoryView
from benchtop.ui.models.rows import ChoiceRow
from benchtop.ui.theme import ThemeController
from ui.models.discover_heartbeat import MOST, Heartbeat
from ui.models.discover_makers import FITS, choice, fit_for, repository
from ui.models.repository_kit import line, press, show_whole, view

__all__ = ["view"]

Key = Qt.Key


def test_each_file_has_its_state_and_one_is_recommended(view: RepositoryView, qtbot: QtBot) -> None:
    show_whole(view, qtbot)
    assert [one.row.key for one in view.table.lines if one.recommended] == ["Q4_K_M"]
    assert "recommended" in line(view, "Q4_K_M").accessibleName()
    assert line(view, "IQ4_XS").button.isHidden()
    assert "on this machine" in line(view, "IQ4_XS").accessibleName()
    assert "Downloading 42%" in line(view, "Q5_K_M").accessibleName()
    assert not line(view, "Q2_K").button.isEnabled()
    assert line(view, "Q2_K").button.toolTip() == "The repository holds 2 of the 3 parts of it."
    large = line(view, "BF16")
    assert "3 parts · with projector" in large.accessibleName()
    assert "850 MB" in large.hover_at(large._size.center().x())
    assert "Q4_K_M: each number" in line(view, "Q4_K_M").hover_at(20)
    with qtbot.waitSignal(view.download_requested) as told:
        qtbot.mouseClick(line(view, "Q4_K_M").button, Qt.MouseButton.LeftButton)
    assert told.args == ["Q4_K_M"]


def test_newer_verdicts_move_the_recommendation_and_keep_the_keyboard(
    view: RepositoryView, qtbot: QtBot
) -> None:
    show_whole(view, qtbot)
    kept = line(view, "Q6_K")
    kept.button.setFocus()
    rows = [replace(row, fit=fit_for(row.bytes, 32_768)) for row in repository().choices]
    view.set_choices(rows)
    assert line(view, "Q6_K") is kept
    assert kept.button.hasFocus()
    assert [one.row.key for one in view.table.lines if one.recommended] == []
    assert line(view, "Q6_K").fit.fit == fit_for(kept.row.bytes, 32_768)


def test_when_a_download_begins_the_keyboard_goes_to_the_next_button(
    view: RepositoryView, qtbot: QtBot
) -> None:
    show_whole(view, qtbot)
    line(view, "Q4_K_M").button.setFocus()
    rows = list(repository().choices)
    rows[3] = replace(rows[3], state="downloading")
    view.set_choices(rows)
    assert line(view, "UD-Q4_K_XL").button.hasFocus()
    view.set_offline(True)
    assert view.findChild(QPushButton, "models.repository.back").hasFocus()
    assert not line(view, "UD-Q4_K_XL").button.isEnabled()
    with qtbot.waitSignal(view.go_online_requested):
        press(qtbot, view, "models.repository.offline.go_online")


def test_the_context_asks_for_new_verdicts(view: RepositoryView, qtbot: QtBot) -> None:
    assert view.context == 4_096
    show_whole(view, qtbot)
    box = view.findChild(QComboBox, "models.repository.context")
    texts = [box.itemText(at) for at in range(box.count())]
    assert texts == ["2k", "4k", "8k", "16k", "32k", "128k, the most it takes"]
    with qtbot.waitSignal(view.context_changed) as told:
        box.setFocus()
        qtbot.keyClick(box, Key.Key_End)
    assert told.args == [131_072]
    with qtbot.waitSignal(view.context_changed) as told:
        view.show_repository(repository(id="a/small", context_length=2_048))
    assert told.args == [2_048]
    assert box.count() == 1
    with qtbot.waitSignal(view.context_changed) as told:
        view.show_repository(repository(id="a/large"))
    assert told.args == [131_072]  # what was chosen comes back


def test_up_and_down_walk_from_button_to_button(view: RepositoryView, qtbot: QtBot) -> None:
    show_whole(view, qtbot)
    first = view.table.first_button()
    assert first is line(view, "Q4_K_M").button
    first.setFocus()
    walked = []
    for key in (Key.Key_Up, Key.Key_Down, Key.Key_Down, Key.Key_Down, Key.Key_Up):
        qtbot.keyClick(QApplication.focusWidget(), key)
        walked.append(QApplication.focusWidget().parent().row.key)
    assert walked == ["Q3_K_M", "Q4_K_M", "UD-Q4_K_XL", "Q6_K", "UD-Q4_K_XL"]
    with qtbot.waitSignal(view.download_requested) as told:
        qtbot.keyClick(QApplication.focusWidget(), Key.Key_Space)
    assert told.args == ["UD-Q4_K_XL"]


@pytest.mark.parametrize(("width", "percent"), [(836, 100), (836, 150), (836, 200), (1400, 150)])
def test_nothing_is_cut_at_any_size(
    qapp: QApplication, qtbot: QtBot, width: int, percent: int
) -> None:
    ThemeController(qapp, "light", percent).setParent(qapp)
    view = RepositoryView()
    qtbot.addWidget(view)
    view.resize(width, 700)
    view.show()
    rows = [choice("Q4_K_M", fit=FITS[3]), choice("BF16", parts=3, projector_bytes=1, fit=FITS[4])]
    show_whole(view, qtbot, choices=tuple(rows))
    for one in view.table.lines:
        qtbot.waitUntil(lambda one=one: one.height() == one.minimumHeight())  # it is laid out
        wanted = one.wanted()
        assert one._name.width() >= wanted.name
        assert one._size.width() >= wanted.size
        assert one.fit.width() >= one.fit.sizeHint().width()
        assert one.button.width() >= one.button.sizeHint().width()
        areas = [one.fit.geometry(), one.button.geometry(), one._name, one._size]
        for number, area in enumerate(areas):
            assert one.rect().contains(area)
            assert not any(area.intersects(other) for other in areas[number + 1 :])


def test_three_thousand_files_come_in_pages_and_hold_nothing_up(
    view: RepositoryView, qtbot: QtBot
) -> None:
    many = tuple(choice("Q4_K_M", n, key=str(n), name=f"m{n}") for n in range(1, 3_001))
    row = repository(choices=many)
    with Heartbeat() as heart:
        view.show_repository(row)
        qtbot.waitUntil(lambda: len(view.table.lines) == PAGE)
        view.set_choices([replace(one, state="here") for one in many])
        QTest.qWait(0)
    assert heart.worst < MOST
    more = view.findChild(QPushButton, "models.choices.more")
    assert more.text() == f"Show {PAGE} more files"
    more.setFocus()
    qtbot.keyClick(more, Key.Key_Space)
    qtbot.waitUntil(lambda: len(view.table.lines) == 2 * PAGE)


def test_a_file_without_a_quantisation_goes_by_its_name(qtbot: QtBot) -> None:
    one = ChoiceLine(ChoiceRow("k", "", "odd-model", 1_000))
    qtbot.addWidget(one)
    assert one.accessibleName().startswith("odd-model, 1.0 kB")
    assert one.button.accessibleName() == "Download odd-model, 1.0 kB"
