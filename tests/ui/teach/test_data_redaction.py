"""What is personal goes out of a data set at a press, and out of what models were taught with when wanted."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QLabel, QMenu
from pytestqt.qtbot import QtBot

from benchtop.services.data_folder import DataFolder, find_data_folder
from benchtop.services.datasets import find_dataset, versions_with_personal_data
from benchtop.store.database import open_store
from benchtop.ui.teach.data_menus import show_set_menu, show_sets
from ui.teach.data_bench import Bench, fill, pair

TOLD = "What is personal was replaced in 1 example."
STILL = (
    "What is personal is still in 1 version that models were taught with, and these models may have"
    " learnt it."
)
GONE = (
    "What is personal was replaced in 1 version of “Owls” too: what is kept there is no longer word for word"
    " what was learnt."
)
NOTHING = "Nothing personal was found in the versions of “Owls” that models were taught with."


@pytest.fixture
def folder() -> DataFolder:
    """Two data sets that hold something personal: models were taught with “Others”."""
    found = find_data_folder()
    found.prepare()
    fill(found, pair("Who?", "Ask ann@owls.org."), pair("Where?", "In barns."))
    fill(found, pair("Not here?", "bob@owls.org"), pair("No?", "Yes."), name="Others")
    teach(found, "Others")
    return found


@pytest.fixture
def bench(qtbot: QtBot, folder: DataFolder) -> Iterator[Bench]:
    """“Owls” is on show and was looked through."""
    made = Bench(qtbot, folder)
    made.wiring.show_dataset(dataset_id(folder))
    made.until(lambda: made.wiring.known is not None and made.wiring.known.personal)
    yield made
    made.close()


def teach(folder: DataFolder, name: str = "Owls") -> None:
    """Make the version that a training run of now would see."""
    with open_store(folder.database) as store:
        version = store.versions.make_version(find_dataset(store, name).id)
        assert version.train + version.holdout == 2


def dataset_id(folder: DataFolder, name: str = "Owls") -> str:
    with open_store(folder.database) as store:
        return find_dataset(store, name).id


def holding(folder: DataFolder, name: str = "Owls") -> int:
    """How many versions hold something personal, by what is on the disk."""
    with open_store(folder.database) as store:
        return versions_with_personal_data(store, find_dataset(store, name).id)


def asked(bench: Bench) -> str:
    """What the bar asks; empty where it does not."""
    words = bench.view.findChild(QLabel, "teach.data.versions.words")
    return words.text() if bench.button("teach.data.versions.replace").isVisible() else ""


def redacted(bench: Bench) -> None:
    bench.view.redact_all_wanted.emit()
    bench.until(lambda: TOLD in bench.notices())


@pytest.mark.parametrize("was_taught", [True, False])
def test_where_models_were_taught_with_it_that_is_asked(bench: Bench, *, was_taught: bool) -> None:
    if was_taught:
        teach(bench.folder)
    redacted(bench)
    assert bench.notices() == [TOLD]
    assert asked(bench) == (STILL if was_taught else "")
    assert bench.view.versions.isVisible() == was_taught
    assert bench.examples()[0].answer == "Ask [e-mail]."
    assert holding(bench.folder) == was_taught  # nothing of it was touched
    bench.undo.undo()
    bench.until(lambda: bench.examples()[0].answer == "Ask ann@owls.org.")


def test_it_is_replaced_there_too_and_what_that_means_is_told_before(bench: Bench) -> None:
    teach(bench.folder)
    redacted(bench)
    meaning = bench.view.findChild(QLabel, "teach.data.versions.meaning")
    assert meaning.isVisible()
    assert "no longer tell word for word what was learnt" in meaning.text()
    changed: list[bool] = []
    bench.wiring.changed.connect(lambda: changed.append(True))
    bench.button("teach.data.versions.replace").click()
    assert asked(bench) == ""  # once is enough
    bench.until(lambda: GONE in bench.notices())
    assert not bench.view.versions.isVisible()
    assert changed
    assert (holding(bench.folder), holding(bench.folder, "Others")) == (0, 1)
    bench.undo.undo()  # the examples come back, the versions do not
    bench.until(lambda: bench.examples()[0].answer == "Ask ann@owls.org.")
    assert holding(bench.folder) == 0


def test_one_example_asks_as_all_do(bench: Bench) -> None:
    teach(bench.folder)
    bench.view.redact_wanted.emit(bench.examples()[0])
    bench.until(lambda: asked(bench) == STILL)


def test_it_may_stay_there_and_the_keyboard_goes_on(bench: Bench) -> None:
    teach(bench.folder)
    redacted(bench)
    bench.view.activateWindow()
    bench.until(bench.view.isActiveWindow)
    bench.button("teach.data.versions.leave").setFocus()
    bench.button("teach.data.versions.leave").click()
    assert not bench.view.versions.isVisible()
    assert bench.view.table.hasFocus()
    assert holding(bench.folder) == 1


def test_what_cannot_be_replaced_is_told_and_asked_again(bench: Bench) -> None:
    teach(bench.folder)
    redacted(bench)
    with sqlite3.connect(bench.folder.database) as database:
        database.execute("update example_contents set content = '{' where content like '%ann@%'")
    bench.button("teach.data.versions.replace").click()
    bench.until(lambda: len(bench.notices()) == 2)
    assert "the example with the sum" in bench.notices()[-1]
    assert asked(bench) == STILL


@pytest.mark.parametrize("show_menu", [show_set_menu, show_sets])
def test_the_menu_asks_long_after_the_examples_were_changed(
    bench: Bench, show_menu: Callable[..., None]
) -> None:
    teach(bench.folder)
    redacted(bench)
    bench.button("teach.data.versions.leave").click()
    choose(bench, show_menu)
    bench.until(lambda: asked(bench) == STILL)
    bench.button("teach.data.versions.replace").click()
    bench.until(lambda: GONE in bench.notices())
    choose(bench, show_menu)
    bench.until(lambda: NOTHING in bench.notices())
    assert not bench.view.versions.isVisible()


def choose(bench: Bench, show_menu: Callable[..., None]) -> None:
    """The line of a menu that asks for it."""
    spot = bench.view.mapToGlobal(bench.view.rect().center())
    show_menu(bench.view, spot) if show_menu is show_set_menu else show_menu(bench.view)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    (line,) = [one for one in menu.findChildren(QAction) if "Personal data" in one.text()]
    menu.close()
    line.trigger()


def test_nobody_is_asked_of_a_data_set_that_is_not_on_show(bench: Bench) -> None:
    teach(bench.folder)
    redacted(bench)
    other = dataset_id(bench.folder, "Others")
    bench.view.choose_dataset(other)
    assert not bench.view.versions.isVisible()
    bench.view.versions_wanted.emit()
    bench.view.choose_dataset(dataset_id(bench.folder))
    bench.view.versions_wanted.emit()
    bench.until(lambda: asked(bench) == STILL)
    bench.view.choose_dataset(other)
    bench.view.versions_wanted.emit()
    bench.until(lambda: asked(bench) == STILL)
    bench.button("teach.data.versions.replace").click()
    bench.until(lambda: any("“Others”" in one for one in bench.notices()))
    assert (holding(bench.folder), holding(bench.folder, "Others")) == (1, 0)
