"""The examples of the Data tab: what their table shows, what its keys do, and what narrows it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QComboBox
from pytestqt.qtbot import QtBot

from benchtop.ui.teach.data_rows import Health
from benchtop.ui.teach.data_view import DataView
from benchtop.ui.teach.example_model import LENGTH, NOTES, PAGE, WORDS
from benchtop.ui.teach.teach_page import TeachPage
from ui.teach.data_kit import button, label, text
from ui.teach.data_makers import HEALTH, MemoryOwner, row

KEY = Qt.Key


@pytest.fixture
def view(page: TeachPage) -> DataView:
    return page.data


def test_only_pages_that_are_seen_are_read(view: DataView, qtbot: QtBot) -> None:
    owner = MemoryOwner(view, 100_000)
    owner.fill()
    qtbot.waitUntil(lambda: view.table.rows.row_of("e0") is not None)
    assert owner.pages == 1
    view.table.scrollToBottom()
    qtbot.waitUntil(lambda: view.table.rows.row_of("e99999") is not None)
    assert owner.pages <= 3
    assert view.table.rows.row_of("e50000") is None


def test_what_was_read_is_let_go_again(view: DataView) -> None:
    rows = view.table.rows
    ids = [f"e{number}" for number in range(100 * PAGE)]
    rows.set_ids(ids)
    for page in range(100):
        rows.put_rows(page, [row(number) for number in range(page * PAGE, (page + 1) * PAGE)])
    known = [one for one in ids if rows.row_of(one) is not None]
    assert len(known) == 40 * PAGE
    assert known[-1] == ids[-1]


def test_a_row_says_what_is_to_be_known(owner: MemoryOwner, view: DataView) -> None:
    rows = view.table.rows
    spoken = rows.index(3, WORDS).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken.startswith("How do I write to the keeper?, answer: Write to")
    assert "draft" in spoken
    assert "personal" in spoken
    assert "written by Qwen3 8B" in spoken
    assert rows.index(2, NOTES).data() == "held out"
    assert rows.index(2, LENGTH).data() == "74 letters"
    owner.rows["e2"] = row(2, length=31, in_tokens=True, problem="has no question")
    rows.put_rows(0, owner.made(rows.ids[:PAGE]))
    assert rows.index(2, LENGTH).data() == "31 tokens"
    assert rows.index(2, NOTES).data().startswith("teaches nothing")


def test_the_keys_of_the_table(owner: MemoryOwner, view: DataView, qtbot: QtBot) -> None:
    table = view.table
    table.setFocus()
    with qtbot.waitSignal(view.included_wanted) as told:
        qtbot.keyClick(table, KEY.Key_Space)
    assert told.args == [["e0"], False]
    with qtbot.waitSignal(view.removed) as told:
        qtbot.keyClick(table, KEY.Key_Delete)
    assert told.args == [["e0"]]
    with qtbot.assertNotEmitted(view.accepted):
        qtbot.keyClick(table, KEY.Key_A)  # no draft
    table.choose("e3")
    with qtbot.waitSignal(view.accepted) as told:
        qtbot.keyClick(table, KEY.Key_A)
    assert told.args == [["e3"]]
    with qtbot.waitSignal(view.refused) as told:
        qtbot.keyClick(table, KEY.Key_R)
    assert told.args == [["e3"]]
    with qtbot.assertNotEmitted(view.included_wanted):
        qtbot.keyClick(table, KEY.Key_Space)  # a draft is taught only once it is accepted
    qtbot.keyClick(table, KEY.Key_Return)
    assert text(view, "teach.example.text.2").hasFocus()
    qtbot.keyClick(QApplication.focusWidget(), KEY.Key_Escape)
    assert table.hasFocus()
    table.choose("e0")
    qtbot.keyClick(table, KEY.Key_Up)
    assert view.search.hasFocus()


def test_several_are_changed_at_once(owner: MemoryOwner, view: DataView, qtbot: QtBot) -> None:
    view.table.choose("e0")
    for _ in range(4):
        qtbot.keyClick(view.table, KEY.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    chosen = ["e0", "e1", "e2", "e3", "e4"]
    assert view.table.chosen_ids() == chosen
    assert label(view, "teach.data.chosen.words") == "5 chosen"
    for key, wish, args in (
        ("leave_out", view.included_wanted, [chosen, False]),
        ("teach", view.included_wanted, [chosen, True]),
        ("tag", view.tag_wanted, [chosen]),
        ("delete", view.removed, [chosen]),
    ):
        with qtbot.waitSignal(wish) as told:
            button(view, f"teach.data.chosen.{key}").click()
        assert told.args == args
    with qtbot.waitSignal(view.accepted) as told:
        qtbot.keyClick(view.table, KEY.Key_A)
    assert told.args == [["e3"]]  # the only draft


def test_what_is_chosen_stays_or_moves_on(owner: MemoryOwner, view: DataView) -> None:
    view.table.choose("e5")
    ids = [one for one in owner.ids if one != "e2"]
    view.set_ids(ids)
    assert view.table.current_id == "e5"
    view.set_ids([one for one in ids if one != "e5"])
    assert view.table.current_id == "e6"


def test_the_box_in_a_row_asks_its_owner(owner: MemoryOwner, view: DataView, qtbot: QtBot) -> None:
    index, role = view.table.rows.index(1, 0), Qt.ItemDataRole.CheckStateRole
    with qtbot.waitSignal(view.included_wanted) as told:
        view.table.rows.setData(index, Qt.CheckState.Unchecked, role)
    assert told.args == [["e1"], False]
    assert index.data(role) == Qt.CheckState.Checked  # nothing changes by itself


def test_the_line_of_health_narrows_the_table(
    owner: MemoryOwner, view: DataView, qtbot: QtBot
) -> None:
    drafts = button(view, "teach.data.filter.drafts")
    assert drafts.accessibleName() == "3 drafts to look at"
    with qtbot.waitSignal(view.view_changed):
        drafts.click()
    assert view.filter == "drafts"
    view.set_ids([])
    assert label(view, "teach.data.no_match") == "No drafts are waiting."
    view.set_health(replace(HEALTH, drafts=0, personal=0))
    assert drafts.isVisible()  # what is chosen stays
    assert not button(view, "teach.data.filter.personal").isVisible()


def test_the_line_of_health_is_walked_with_arrows(
    owner: MemoryOwner, view: DataView, qtbot: QtBot
) -> None:
    button(view, "teach.data.filter.all").setFocus()
    qtbot.keyClick(QApplication.focusWidget(), KEY.Key_Right)
    assert button(view, "teach.data.filter.drafts").hasFocus()
    assert view.filter == "drafts"


def test_what_is_still_looked_for_is_said(owner: MemoryOwner, view: DataView) -> None:
    view.set_health(Health(120, alike=-1, personal=-1))
    alike = button(view, "teach.data.filter.alike")
    assert alike.text() == "looking for what looks alike…"
    assert not alike.isEnabled()


def test_the_search_waits_for_the_last_letter(
    owner: MemoryOwner, view: DataView, qtbot: QtBot
) -> None:
    told: list[str] = []
    view.view_changed.connect(lambda: told.append(view.words))
    qtbot.keyClicks(view.search, "owl")
    qtbot.waitUntil(lambda: told == ["owl"])
    qtbot.keyClick(view.search, KEY.Key_Down)
    assert view.table.hasFocus()


def test_a_tag_narrows_the_table(owner: MemoryOwner, view: DataView, qtbot: QtBot) -> None:
    tags = view.findChild(QComboBox, "teach.data.tag")
    tags.setCurrentText("owls")
    with qtbot.waitSignal(view.view_changed):
        tags.activated.emit(tags.currentIndex())
    assert view.only_tag == "owls"
    view.set_tags(["birds", "owls", "towers"])
    assert view.only_tag == "owls"
    with qtbot.waitSignal(view.view_changed):
        view.set_tags(["birds"])  # its last example lost the tag
    assert view.only_tag == ""
