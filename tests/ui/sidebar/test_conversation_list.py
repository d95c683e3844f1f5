"""The model behind the list: what changes with an update and what does not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from benchtop.domain.chat import Conversation, Folder
from benchtop.ui.chat.conversation_list import CONVERSATION_MIME, ConversationModel, Role

Make = Callable[..., Conversation]
Name = Qt.ItemDataRole.DisplayRole
Spoken = Qt.ItemDataRole.AccessibleTextRole


@pytest.fixture
def model(qtbot: QtBot, now: datetime) -> ConversationModel:
    return ConversationModel(now=lambda: now)


def shown(model: ConversationModel) -> dict[str, list[str]]:
    """Titles under their headings."""
    return {
        model.index(row, 0).data(Name): [
            model.index(child, 0, model.index(row, 0)).data(Role.ID)
            for child in range(model.rowCount(model.index(row, 0)))
        ]
        for row in range(model.rowCount())
    }


def test_headings_and_rows(model: ConversationModel, make: Make, folders: list[Folder]) -> None:
    model.update([make("a"), make("b", 1), make("c", 50), make("d", folder_id="f2")], folders)
    assert shown(model) == {
        "Today": ["a"],
        "Yesterday": ["b"],
        "September 2026": ["c"],
        "Work": [],
        "Travel": ["d"],
    }


def test_the_model_keeps_qts_rules(
    model: ConversationModel, make: Make, folders: list[Folder]
) -> None:
    QAbstractItemModelTester(
        model, QAbstractItemModelTester.FailureReportingMode.Warning, model
    )  # its warnings fail the test
    model.update([make("a"), make("b", 1), make("c", 50)], folders)
    model.update([make("c"), make("a", pinned=True), make("x", folder_id="f1")], folders[:1])
    model.begin_new_folder()
    model.end_new_folder()
    model.update([], [])
    assert model.rowCount() == 0


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    states=st.lists(
        st.lists(
            st.tuples(st.integers(0, 7), st.integers(0, 70), st.booleans(), st.booleans()),
            unique_by=lambda one: one[0],
        ),
        min_size=2,
        max_size=4,
    )
)
def test_updates_end_where_a_fresh_model_begins(
    qtbot: QtBot,
    make: Make,
    folders: list[Folder],
    now: datetime,
    states: list[list[tuple[int, int, bool, bool]]],
) -> None:
    stepped = ConversationModel(now=lambda: now)
    QAbstractItemModelTester(
        stepped, QAbstractItemModelTester.FailureReportingMode.Warning, stepped
    )
    for state in states:
        conversations = [
            make(str(id), days, pinned=pinned, folder_id="f1" if filed else None)
            for id, days, pinned, filed in state  # noqa: A001
        ]
        stepped.update(conversations, folders)
        fresh = ConversationModel(now=lambda: now)
        fresh.update(conversations, folders)
        assert shown(stepped) == shown(fresh)
        for one in conversations:
            assert stepped.conversation(stepped.index_of(one.id)) == one


def test_an_update_touches_only_what_differs(model: ConversationModel, make: Make) -> None:
    conversations = [make(str(n), n / 100) for n in range(20)]
    model.update(conversations, [])
    kept = QPersistentModelIndex(model.index_of("15"))
    removed: list[tuple[int, int]] = []
    model.rowsRemoved.connect(lambda _parent, first, last: removed.append((first, last)))
    model.modelReset.connect(lambda: pytest.fail("the whole model was reset"))
    conversations[3] = replace(conversations[3], updated=conversations[0].updated + 60)
    model.update(conversations, [])
    assert removed == [(0, 3)]
    assert kept.isValid()
    assert kept.data(Role.ID) == "15"
    assert shown(model)["Today"][:4] == ["3", "0", "1", "2"]


def test_a_new_title_is_a_change_of_one_row(model: ConversationModel, make: Make) -> None:
    model.update([make("a"), make("b", 0.1), make("c", 0.2)], [])
    changed: list[str] = []
    model.dataChanged.connect(lambda first, _last: changed.append(first.data(Role.ID)))
    model.update([make("a"), make("b", 0.1, title="Other"), make("c", 0.2)], [])
    assert changed[0] == "b"
    assert model.index_of("b").data(Name) == "Other"


def test_times_are_as_short_as_they_can_be(model: ConversationModel, make: Make) -> None:
    model.update([make("a", 0.1), make("b", 1), make("c", 2), make("d", 20), make("e", 400)], [])
    times = {id: model.index_of(id).data(Role.TIME) for id in "abcde"}  # noqa: A001
    assert times["a"].startswith("1")
    assert ":" in times["a"]
    assert ":" in times["b"]  # it stands under "Yesterday"
    assert times["c"] == "Mon"
    assert times["d"] == "29 Oct"
    assert times["e"] == "14 Oct 2025"


def test_a_pinned_row_says_its_folder_or_its_day(
    model: ConversationModel, make: Make, folders: list[Folder]
) -> None:
    model.update([make("a", 1, pinned=True), make("b", pinned=True, folder_id="f1")], folders)
    assert model.index_of("a").data(Role.TIME) == "Tue"
    assert model.index_of("b").data(Role.TIME) == "Work"


def test_a_screen_reader_hears_every_mark(
    model: ConversationModel, make: Make, folders: list[Folder]
) -> None:
    model.update([make("a", pinned=True, draft="half a", folder_id="f1")], folders)
    spoken = model.index_of("a").data(Spoken)
    assert spoken.startswith("Title a, 18 November 2026, ")
    assert spoken.endswith("in folder Work, pinned, has a draft")
    assert model.index_of_folder("f1").data(Spoken) == "Folder Work, 0 conversations"


def test_a_draft_of_blanks_is_none(model: ConversationModel, make: Make) -> None:
    model.update([make("a", draft="  \n"), make("b", draft="words")], [])
    assert not model.index_of("a").data(Role.DRAFT)
    assert model.index_of("b").data(Role.DRAFT)


def test_headings_cannot_be_reached_but_folders_can(
    model: ConversationModel, make: Make, folders: list[Folder]
) -> None:
    model.update([make("a")], folders)
    assert not model.flags(model.index(0, 0)) & Qt.ItemFlag.ItemIsEnabled
    assert model.flags(model.index_of_folder("f1")) & Qt.ItemFlag.ItemIsSelectable


def test_dropping_on_a_folder_and_out_of_it(
    qtbot: QtBot, model: ConversationModel, make: Make, folders: list[Folder]
) -> None:
    model.update([make("a"), make("b"), make("p", pinned=True)], folders)
    data = model.mimeData([model.index_of("a"), model.index_of("b")])
    assert data.hasFormat(CONVERSATION_MIME)
    move = Qt.DropAction.MoveAction
    with qtbot.waitSignal(model.dropped) as into:
        assert model.dropMimeData(data, move, -1, -1, model.index_of_folder("f2"))
    assert into.args == [["a", "b"], "f2"]
    with qtbot.waitSignal(model.dropped) as out:
        assert model.dropMimeData(data, move, -1, -1, model.index_of("a"))
    assert out.args == [["a", "b"], None]
    assert not model.canDropMimeData(data, move, -1, -1, model.index_of("p"))
    assert not model.canDropMimeData(data, move, -1, -1, QModelIndex())


def test_midnight_moves_today_to_yesterday(qtbot: QtBot, make: Make, now: datetime) -> None:
    clock = [now]
    model = ConversationModel(now=lambda: clock[0])
    model.update([make("a")], [])
    clock[0] = now.replace(day=19)
    model.regroup()
    assert shown(model) == {"Yesterday": ["a"]}


def test_ten_thousand_rows_make_one_signal_each_way(model: ConversationModel, make: Make) -> None:
    conversations = [make(str(n), n / 50) for n in range(10_000)]
    inserted: list[int] = []
    model.rowsInserted.connect(lambda _parent, first, last: inserted.append(last - first + 1))
    model.update(conversations, [])
    assert sum(len(ids) for ids in shown(model).values()) == 10_000
    assert len(inserted) == 1  # the sections come whole
