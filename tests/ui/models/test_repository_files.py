"""The files of an open repository: their states, their verdicts, and their buttons."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from benchtop.ui.models.choice_line import ChoiceLine
from benchtop.ui.models.choice_table import PAGE
from benchtop.ui.models.repository_chooser import MANY
from benchtop.ui.models.repository_view import RepositoryView
from benchtop.ui.models.rows import ChoiceRow
from benchtop.ui.theme import ThemeController
from ui.models.discover_makers import FITS, choice, fit_for, repository
from ui.models.repository_kit import label, line, press, show_whole, view

__all__ = ["view"]

Key = Qt.Key


def test_each_file_has_its_state_and_one_is_recommended(view: RepositoryView, qtbot: QtBot) -> None:
    show_whole(view, qtbot)
    assert [one.row.key for one in view.table.lines if one.recommended] == ["Q4_K_M"]
    assert "recommended" in line(view, "Q4_K_M").accessibleName()
    assert line(view, "IQ4_XS").button.isHidden()
    assert "on this machine" in line(view, "IQ4_XS").accessibleName()
    assert "Downloading 42%" in line(view, "Q5_K_M").accessibleName()
    assert "3 parts" in line(view, "BF16").accessibleName()
    assert "Q4_K_M: each number" in line(view, "Q4_K_M").hover_at(20)
    with qtbot.waitSignal(view.download_requested) as told:
        qtbot.mouseClick(line(view, "Q4_K_M").button, Qt.MouseButton.LeftButton)
    assert told.args == ["Q4_K_M"]


def test_what_cannot_be_saved_says_why_and_has_no_button(
    view: RepositoryView, qtbot: QtBot
) -> None:
    show_whole(view, qtbot)
    half = line(view, "Q2_K")
    assert not half.button.isVisible()
    assert not half.fit.isVisible()
    why = half.findChild(QLabel, "models.choice.trouble")
    assert why.isVisible()
    assert why.text() == "The repository holds 2 of the 3 parts of it."
    assert why.text() in half.accessibleName()
    assert line(view, "Q4_K_M").findChild(QLabel, "models.choice.trouble").isHidden()


def test_the_projector_comes_only_when_it_is_wanted(view: RepositoryView, qtbot: QtBot) -> None:
    show_whole(view, qtbot)
    large, plain = line(view, "BF16"), line(view, "Q4_K_M")
    assert plain.projector.isHidden()
    assert large.projector.isVisible()
    assert not view.wants_projector("BF16")
    assert "850 MB" in large.projector.toolTip()
    assert "does not use pictures yet" in large.projector.toolTip()
    before = large.button.accessibleName()
    assert before == "Download BF16, 8.0 GB"
    large.projector.setFocus()
    qtbot.keyClick(large.projector, Key.Key_Space)
    assert view.wants_projector("BF16")
    assert large.button.accessibleName() == "Download BF16, 8.9 GB"
    assert "8.9 GB" in large.accessibleName()
    view.set_choices([replace(row, fit=FITS[4]) for row in repository().choices])
    assert view.wants_projector("BF16")  # newer verdicts take nothing back
    assert not view.wants_projector("Q4_K_M")


def test_files_of_one_quantisation_are_told_apart(view: RepositoryView, qtbot: QtBot) -> None:
    names = ("model-v1-Q8_0", "model-v2-Q8_0", "a/model-v3-Q8_0.gguf")
    rows = [choice("Q8_0", key=name, label=name) for name in names]
    show_whole(view, qtbot, choices=(*rows, choice("Q4_K_M", key="one")))
    for name in names:
        assert name in line(view, name).accessibleName()
        assert name in line(view, name).button.accessibleName()
        assert name in line(view, name).hover_at(20)
    assert len({one.button.accessibleName() for one in view.table.lines}) == 4


def test_many_files_are_narrowed_by_their_names(view: RepositoryView, qtbot: QtBot) -> None:
    few = tuple(choice("Q8_0", key=f"m{number}") for number in range(MANY))
    show_whole(view, qtbot, choices=few)
    field = view.findChild(QLineEdit, "models.choices.filter")
    assert field.isHidden()
    many = tuple(choice("Q8_0", key=f"m{number:04}-Q8_0.gguf") for number in range(3_000))
    show_whole(view, qtbot, choices=(*many, choice("Q4_K_M", key="best-Q4_K_M.gguf")))
    assert field.isVisible()
    qtbot.keyClicks(field, "m299 q8")
    qtbot.waitUntil(lambda: len(view.table.lines) == 10)
    assert view.table.lines[0].row.key == "m2990-Q8_0.gguf"
    field.setText("q4")
    qtbot.waitUntil(lambda: len(view.table.lines) == 1)
    qtbot.keyClick(field, Key.Key_Down)
    assert view.table.lines[0].button.hasFocus()
    field.setText("no such <b>name</b>")
    assert not view.table.isVisible()
    said = label(view, "state").text()
    assert said == "None of its 3,001 files has “no such <b>name</b>” in its name."
    field.clear()
    qtbot.waitUntil(lambda: len(view.table.lines) == PAGE)
    assert label(view, "state").isHidden()


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
        assert one._at.name.width() >= wanted.name
        assert one._at.size.width() >= wanted.size
        assert one.fit.width() >= one.fit.sizeHint().width()
        assert one.button.width() >= one.button.sizeHint().width()
        areas = [one.fit.geometry(), one.button.geometry(), one._at.name, one._at.size]
        for number, area in enumerate(areas):
            assert one.rect().contains(area)
            assert not any(area.intersects(other) for other in areas[number + 1 :])


def test_three_thousand_files_come_in_pages_and_hold_nothing_up(
    view: RepositoryView, qtbot: QtBot
) -> None:
    many = tuple(choice("Q4_K_M", n, key=str(n), name=f"m{n}") for n in range(1, 3_001))
    row = repository(choices=many)
    turns = []
    watch = QTimer(interval=0)
    watch.timeout.connect(lambda: turns.append(len(view.table.lines)))
    watch.start()
    view.show_repository(row)
    qtbot.waitUntil(lambda: len(view.table.lines) == PAGE)
    watch.stop()
    made = [after - before for before, after in pairwise([0, *turns, PAGE])]
    assert max(made) < PAGE, "they are made in slices, and the window is seen to in between"
    lines = list(view.table.lines)
    view.set_choices([replace(one, state="here") for one in many])
    assert view.table.lines == lines, "what changed is written into the lines there are"
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
