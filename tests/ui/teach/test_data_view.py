"""The Data tab as a whole: how it begins, what it says, and where the keyboard goes."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QPushButton, QTabBar, QWidget
from pytestqt.qtbot import QtBot

from benchtop.ui.teach.data_rows import BrokenLine, DraftProgress, ImportOutcome, TeacherModel
from benchtop.ui.teach.data_view import DataView
from benchtop.ui.teach.teach_page import TeachPage
from benchtop.ui.theme import ThemeController
from ui.teach.data_kit import button, label, made_by_qt, text
from ui.teach.data_makers import STATISTICS, MemoryOwner, dataset

KEY = Qt.Key


@pytest.fixture
def view(page: TeachPage) -> DataView:
    return page.data


def test_without_data_sets_there_are_three_ways_to_begin(view: DataView, qtbot: QtBot) -> None:
    first = "teach.data.first"
    for key, wish in (
        ("collect", view.collect_wanted),
        ("import", view.import_wanted),
        ("type", view.typing_wanted),
    ):
        with qtbot.waitSignal(wish):
            button(view, f"{first}.{key}").click()
    assert not view.table.isVisible()


def test_where_nothing_is_rated_it_says_how_to_rate(view: DataView, qtbot: QtBot) -> None:
    view.set_rated(0)
    assert "press the thumb or the star under a good reply" in label(view, "teach.data.first.rated")
    with qtbot.waitSignal(view.chat_wanted):
        button(view, "teach.data.first.chat").click()
    view.set_rated(7)
    assert label(view, "teach.data.first.rated").startswith("7 replies")
    assert not button(view, "teach.data.first.chat").isVisible()


def test_an_empty_data_set_offers_the_same(view: DataView, qtbot: QtBot) -> None:
    view.set_datasets([dataset(examples=0, included=0, held_out=0, drafts=0)])
    view.set_ids([])
    button(view, "teach.data.none.type").click()
    assert text(view, "teach.new.question").hasFocus()


def test_lines_that_were_left_out_are_listed(owner: MemoryOwner, view: DataView) -> None:
    bar = view.import_bar
    bar.set_reading("owls.jsonl", 1_000, 0.4)
    assert button(view, "teach.import.stop").isVisible()
    broken = (BrokenLine(3, "is not JSON"), BrokenLine(77, "has no answer"))
    bar.set_outcome(ImportOutcome("owls.jsonl", 312, 4, 2, broken))
    words = "owls.jsonl: 312 read, 4 lines left out, 2 were here already."
    assert label(view, "teach.import.words") == words
    button(view, "teach.import.show").click()
    lines = bar.findChild(QWidget, "teach.import.lines")
    assert [lines.item(place, 0).text() for place in range(2)] == ["3", "77"]
    assert lines.item(1, 1).text() == "has no answer"


def test_a_teacher_is_asked_for_drafts(owner: MemoryOwner, view: DataView, qtbot: QtBot) -> None:
    button(view, "teach.data.draft").click()
    panel = view.teacher
    assert button(view, "teach.teacher.find").isVisible()  # no model: the way to one
    panel.set_models([TeacherModel("q", "Qwen3 8B", "8.2B, fits")])
    view.table.selectAll()
    panel.findChild(QComboBox, "teach.teacher.of").setCurrentIndex(1)
    panel.findChild(QComboBox, "teach.teacher.kind").setCurrentIndex(2)
    with qtbot.waitSignal(panel.start_wanted) as told:
        button(view, "teach.teacher.start").click()
    wish = told.args[0]
    assert (wish.model_id, wish.kind, wish.count, wish.of_chosen) == ("q", "rewrites", 20, True)


def test_statistics_are_said_in_words(owner: MemoryOwner, view: DataView, qtbot: QtBot) -> None:
    with qtbot.waitSignal(view.statistics_wanted):
        button(view, "teach.data.statistics_fold").click()
    view.statistics.set_statistics(STATISTICS)
    words = label(view, "teach.data.statistics.words")
    assert "40 to 738 letters long, half of them under 233" in words
    assert "From: chat 61, owls.jsonl 40" in words


def test_everything_reachable_has_a_name(owner: MemoryOwner, page: TeachPage) -> None:
    page.data.begin_typing()
    page.data.teacher.show()
    page.data.personal.set_words("x")
    page.data.versions.ask(2)
    unnamed = [
        f"{type(one).__name__} {one.objectName()!r} {one.accessibleName()!r}"
        for one in page.findChildren(QWidget)
        if one.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not made_by_qt(one)
        and not (one.objectName() and one.accessibleName())
    ]
    assert unnamed == []


def test_tab_goes_as_one_reads(owner: MemoryOwner, view: DataView, page: TeachPage) -> None:
    view.set_teacher_ready(ready=True)
    view.table.choose("e3")
    view.pane.set_found("It holds an e-mail address.")
    text(view, "teach.example.text.2").setPlainText("Changed")
    page.findChild(QTabBar, "teach.tabs").setFocus()
    seen = []
    while len(seen) < 60 and "teach.tabs" not in seen[1:]:
        seen.append(QApplication.focusWidget().objectName())
        QTest.keyClick(page.windowHandle(), KEY.Key_Tab)
    assert [name.removeprefix("teach.") for name in seen[:-1]] == [
        *("tabs", "data.new_set", "data.rename_set", "data.remove_set", "data.sets"),
        *("data.export", "data.teach", "data.new", "data.collect", "data.import", "data.draft"),
        *("data.filter.all", "data.search", "data.tag", "data.examples"),
        *("data.statistics_fold", "example.accept", "example.refuse", "example.personal.show"),
        *("example.role.1", "example.remove.1", "example.text.1"),
        *("example.role.2", "example.remove.2", "example.text.2"),
        *("example.add_turn", "example.fold", "example.tags", "example.save", "example.revert"),
    ]


def test_the_keyboard_never_leaves_the_tab(owner: MemoryOwner, view: DataView) -> None:
    view.table.setFocus()
    view.set_datasets([dataset(examples=0, included=0, held_out=0, drafts=0)])
    view.set_ids([])
    assert button(view, "teach.data.none.collect").hasFocus()


@pytest.mark.parametrize("percent", [100, 150, 200])
@pytest.mark.parametrize("shown", ["full", "typing", "teacher", "versions", "empty"])
def test_nothing_is_cut_in_a_small_window(
    page: TeachPage, theme: ThemeController, shown: str, percent: int
) -> None:
    """At 900 by 600, without the rail and the status bar, every button has the room it asks for."""
    theme.set_text_size(percent)
    page.resize(836, 540)
    view = page.data
    owner = MemoryOwner(view)
    if shown != "empty":
        owner.fill()
    if shown == "typing":
        view.begin_typing()
    if shown == "teacher":
        button(view, "teach.data.draft").click()
        view.teacher.set_models([TeacherModel("q", "Qwen3 8B", "8.2B, fits")])
    if shown == "versions":
        view.versions.ask(12)
    QApplication.processEvents()
    assert (page.width(), page.height()) == (836, 540)
    cut = [
        f"{one.objectName()} {one.text()!r} {one.width()} of {one.minimumSizeHint().width()}"
        for one in page.findChildren(QPushButton)
        if one.isVisible() and one.width() < one.minimumSizeHint().width()
    ]
    assert cut == []


def test_the_steps_are_tabs(page: TeachPage, owner: MemoryOwner, qtbot: QtBot) -> None:
    assert page.tab == "data"
    with qtbot.waitSignals([page.tab_shown, page.teach_requested]):
        button(page, "teach.data.teach").click()
    assert page.tab == "train"
    assert page.train.isVisible()
    page.show_tab("nonsense")
    assert page.tab == "train"


def test_what_collecting_hides_gives_the_keyboard_to_what_comes(view: DataView) -> None:
    QApplication.processEvents()
    button(view, "teach.data.first.collect").setFocus()
    view.set_datasets([dataset(examples=0, included=0, held_out=0, drafts=0)])
    view.choose_dataset("owls")
    assert button(view, "teach.data.none.collect").hasFocus()
    owner = MemoryOwner(view)
    owner.fill()
    assert view.table.hasFocus()


def test_a_teacher_that_begins_and_ends_keeps_the_keyboard(
    owner: MemoryOwner, view: DataView
) -> None:
    button(view, "teach.data.draft").click()
    panel = view.teacher
    cautious = TeacherModel("s", "starter", "3.6M", "It has little to teach it.")
    panel.set_models([TeacherModel("q", "Qwen3 8B"), cautious])
    button(view, "teach.teacher.start").setFocus()
    panel.set_progress(DraftProgress(0, 20))
    assert button(view, "teach.teacher.stop").hasFocus()
    panel.set_progress(None)
    assert button(view, "teach.teacher.start").hasFocus()
    models = panel.findChild(QComboBox, "teach.teacher.model")
    assert not label(view, "teach.teacher.caution")
    models.setCurrentIndex(1)
    assert label(view, "teach.teacher.caution") == "It has little to teach it."
    assert models.accessibleDescription() == "It has little to teach it."


def test_statistics_unfold_into_sight(
    owner: MemoryOwner, view: DataView, page: TeachPage, qtbot: QtBot
) -> None:
    page.resize(1100, 460)
    view.import_bar.set_outcome(ImportOutcome("owls.jsonl", 12, 0))
    button(view, "teach.data.draft").click()
    QApplication.processEvents()
    fold = button(view, "teach.data.statistics_fold")
    fold.click()
    view.statistics.set_statistics(STATISTICS)

    def in_sight() -> int:
        return view.statistics.visibleRegion().boundingRect().height()

    qtbot.waitUntil(lambda: in_sight() == view.statistics.height() > 40)
