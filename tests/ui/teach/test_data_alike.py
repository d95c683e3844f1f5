"""Examples that are the same or nearly the same: shown in groups, and left out but one of each."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from benchtop.domain.examples import Example, Turn
from benchtop.services.data_folder import DataFolder
from benchtop.store.database import open_store
from benchtop.ui.teach.data_alike import leave_copies_out
from benchtop.ui.teach.data_look import Look
from benchtop.ui.teach.data_reading import Findings
from benchtop.ui.teach.example_model import NOTES
from ui.teach.data_bench import Bench, fill, folder, pair, start

__all__ = ["folder", "start"]

LONG = (
    "The barn owl sleeps by day in barns and hollow trees and in old towers, and hunts by night over "
    "meadows and along hedges for voles and mice and shrews, which it hears in the grass from afar "
)


def some() -> list[Example]:
    """One three times, one twice with a worse answer beside the second, two nearly the same, one alone."""
    return [
        pair("Where?", "In barns."),
        pair("Near?", LONG + "and near."),
        pair("Where?", "In  barns."),
        pair("Who?", "An owl."),
        pair("Near?", LONG + "and far."),
        pair("Who?", "An owl.", rejected="A cat."),
        pair("Where?", "In barns."),
        pair("Alone?", "Yes."),
    ]


@pytest.fixture
def bench(start: Callable[[], Bench], folder: DataFolder) -> Bench:
    fill(folder, *some())
    made = start()
    made.shows(8)
    alike = made.button("teach.data.filter.alike")
    made.until(lambda: alike.isEnabled() and alike.accessibleName() == "7 look alike")
    alike.click()
    made.shows(7)
    return made


def words(bench: Bench) -> str:
    found = bench.view.findChild(QLabel, "teach.data.alike.words")
    return found.text() if found.isVisible() else ""


def notes(bench: Bench) -> list[str]:
    rows = bench.view.table.rows
    bench.until(lambda: all(rows.row_of(one) for one in rows.ids))
    return [rows.index(at, NOTES).data() for at in range(len(rows.ids))]


def test_groups_stand_together_and_say_which_kind_they_are(bench: Bench) -> None:
    bench.until(
        lambda: (
            notes(bench)
            == [
                "copy 1 of 3",
                "copy 2 of 3",
                "copy 3 of 3",
                "copy 1 of 2",
                "copy 2 of 2, with worse answer",
                "nearly the same",
                "nearly the same",
            ]
        )
    )
    rows = bench.view.table.rows
    assert [rows.row_of(one).group for one in rows.ids] == [1, 1, 1, 4, 4, 6, 6]
    assert bench.view.table.rows.is_grouped
    assert words(bench) == (
        "5 examples say the same as another, word for word: one of each teaches enough. 2 examples are "
        "nearly the same: judge whether they add something."
    )
    bench.view.show_filter("all")
    bench.shows(8)
    assert words(bench) == ""
    assert not bench.view.table.rows.is_grouped


def test_all_but_one_of_each_are_left_out_with_one_press(bench: Bench) -> None:
    spare = bench.button("teach.data.alike.spare")
    bench.until(spare.isVisible)
    assert spare.toolTip() == "3 examples would be left out, and can be taught again at any time."
    bench.view.activateWindow()
    spare.setFocus()
    bench.until(spare.hasFocus)
    QTest.keyClick(spare, Qt.Key.Key_Space)
    bench.until(bench.notices)
    assert bench.notices() == ["3 examples that were there more than once are left out."]
    taught = [one.included for one in bench.examples()]
    assert taught == [True, True, False, False, True, True, False, True]
    bench.shows(2)
    assert words(bench).startswith("2 examples are nearly the same")
    assert not spare.isVisible()
    assert bench.view.focusWidget() is bench.view.table
    bench.undo.undo()
    bench.shows(7)
    assert all(one.included for one in bench.examples())


def test_what_was_changed_meanwhile_stays(folder: DataFolder) -> None:
    first, second, third, *others = fill(
        folder,
        *(pair("Where?", "In barns.") for _ in range(3)),
        pair("Where?", "In barns.", state="draft"),
        pair("Where?", "In barns."),
    )
    group = [one.id for one in (first, second, third, *others)]
    with open_store(folder.database) as store:
        store.examples.edit(first.id, (Turn("user", "Where?"), Turn("assistant", "In towers.")))
        store.examples.delete([others[1].id])
        assert leave_copies_out(store, [group]) == [third.id]
        assert leave_copies_out(store, [group]) == []


def found(*examples: Example) -> Findings:
    look = Look()
    look.take(examples)
    return look.findings("owls")


def test_what_is_left_out_or_a_draft_is_not_spare() -> None:
    same = {"question": "Where?", "answer": "In barns."}
    three = found(pair(**same, id="a"), pair(**same, id="b", included=False), pair(**same, id="c"))
    assert (three.copies, three.spare) == ((("a", "c"),), 1)
    assert found(pair(**same, id="a"), pair(**same, id="b", included=False)).alike == {}
    draft = found(pair(**same, id="a"), pair(**same, id="b", state="draft"))
    assert (draft.copies, draft.spare) == ((("a", "b"),), 0)


def test_copies_of_what_is_nearly_the_same_stand_with_it() -> None:
    near = [pair("Near?", LONG + end, id=end) for end in ("one", "two")]
    both = found(*near, pair("Near?", LONG + "two", id="again"))
    assert list(both.alike) == ["one", "two", "again"]
    assert len(set(both.groups.values())) == 1
    assert both.places == {"two": (1, 2), "again": (2, 2)}
    assert both.spare == 1
