"""The list of models that are here: what it says, what it wishes, and how quickly it opens."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QContextMenuEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QMenu,
    QWidget,
)
from pytestqt.qtbot import QtBot

from benchtop.ui.models.library_actions import LibraryActions
from benchtop.ui.models.library_rows import LibraryRow, freeable_bytes
from benchtop.ui.models.library_texts import COLUMNS, marks
from benchtop.ui.models.library_view import LibraryView
from ui.models.library_kit import Key, button, pick, shown, table, view
from ui.models.library_makers import many_models, some_models

__all__ = ["view"]


def test_an_empty_library_offers_to_find_and_import(view: LibraryView, qtbot: QtBot) -> None:
    view.focus_list()
    with qtbot.waitSignal(view.find_requested):
        qtbot.keyClick(QApplication.focusWidget(), Key.Key_Space)
    qtbot.keyClick(QApplication.focusWidget(), Key.Key_Tab)
    with qtbot.waitSignal(view.import_requested):
        qtbot.keyClick(QApplication.focusWidget(), Key.Key_Space)


def test_the_rows_say_what_is_known(view: LibraryView) -> None:
    view.set_rows(some_models())
    rows = table(view).rows
    said = rows.index_of("q").data(Qt.ItemDataRole.AccessibleTextRole)
    for words in ("Qwen3 4B", "in use", "4.02B", "Q4_K_M", "40k context", "Apache 2.0",
                  "from Qwen/Qwen3-4B-GGUF", "fits easily", "2.5 GB", "measured 3.0 GB, predicted 3.1 GB",
                  "11.7 tok/s"):  # fmt: skip
        assert words in said
    assert "found in Ollama" in rows.index_of("o").data(Qt.ItemDataRole.AccessibleTextRole)
    figures = {
        column: rows.index_of("p").siblingAtColumn(number).data()
        for number, column in enumerate(COLUMNS)
    }
    assert figures["fit"] == "tight"
    assert figures["memory"] == "about 3.3 GB"
    assert (figures["speed"], figures["used"]) == ("–", "never")
    states = {key: rows.index_of(key).data(Qt.ItemDataRole.AccessibleTextRole) for key in "glp"}
    assert "file is missing" in states["g"]
    assert "newer revision on the Hub" in states["l"]
    assert "checking, 42 %" in states["p"]


def test_the_keyboard_alone_does_everything(view: LibraryView, qtbot: QtBot) -> None:
    view.set_rows(some_models())
    pick(view, "l")
    for key, modifier, signal, args in (
        (Key.Key_Return, Qt.KeyboardModifier.NoModifier, view.use_requested, ["l"]),
        (Key.Key_Return, Qt.KeyboardModifier.AltModifier, view.details_requested, ["l"]),
    ):
        with qtbot.waitSignal(signal) as told:
            qtbot.keyClick(table(view), key, modifier)
        assert told.args == args
    qtbot.keyClick(table(view), Key.Key_F2)
    field = view.findChild(QLineEdit, "models.list.rename")
    assert field.hasFocus()
    qtbot.keyClicks(field, "  My   Llama ")
    with qtbot.waitSignal(view.rename_requested) as told:
        qtbot.keyClick(field, Key.Key_Return)
    assert told.args == ["l", "My Llama"]
    view.focus_list()
    qtbot.keyClick(table(view), Key.Key_Home, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(table(view), Key.Key_Up)
    assert QApplication.focusWidget().objectName() == "models.filter"
    qtbot.keyClick(QApplication.focusWidget(), Key.Key_Down)
    assert table(view).hasFocus()
    visited = []
    for _ in range(4):
        qtbot.keyClick(QApplication.focusWidget(), Key.Key_Tab)
        visited.append(QApplication.focusWidget().objectName())
    assert visited == ["models.details", "models.notes", "models.rename", "models.reveal"]


def test_the_buttons_wish_for_the_chosen_model(view: LibraryView, qtbot: QtBot) -> None:
    view.set_rows(some_models())
    pick(view, "l")
    for name, signal in (
        ("use", view.use_requested),
        ("details", view.details_requested),
        ("notes", view.notes_requested),
        ("reveal", view.reveal_requested),
        ("verify", view.verify_requested),
        ("newer", view.newer_requested),
    ):
        with qtbot.waitSignal(signal) as told:
            qtbot.mouseClick(button(view, name), Qt.MouseButton.LeftButton)
        assert told.args == ["l"]
    pick(view, "p")
    assert not button(view, "verify").isVisible()
    assert not button(view, "newer").isVisible()
    with qtbot.waitSignal(view.verify_stop_requested) as told:
        qtbot.mouseClick(button(view, "stop_verify"), Qt.MouseButton.LeftButton)
    assert told.args == ["p"]


def test_a_row_says_how_many_adapters_it_has(view: LibraryView, qtbot: QtBot) -> None:
    rows = [replace(row, adapters={"l": 2, "q": 1}.get(row.id, 0)) for row in some_models()]
    view.set_rows(rows)
    states = {row.id: [words for words, _tint in marks(row)] for row in rows}
    assert "2 adapters" in states["l"]
    assert "1 adapter" in states["q"]
    assert not any("adapter" in words for words in states["s"])
    pick(view, "l")
    with qtbot.waitSignal(view.adapters_requested) as told:
        qtbot.mouseClick(button(view, "adapters"), Qt.MouseButton.LeftButton)
    assert told.args == ["l"]
    pick(view, "s")
    assert not button(view, "adapters").isVisible()


def test_what_cannot_be_used_says_why(view: LibraryView, qtbot: QtBot) -> None:
    view.set_rows(some_models())
    for key, words in (("q", "in use"), ("g", "not in its place")):
        pick(view, key)
        assert not button(view, "use").isEnabled()
        assert words in button(view, "use").toolTip()
        with qtbot.assertNotEmitted(view.use_requested):
            qtbot.keyClick(table(view), Key.Key_Return)
    pick(view, "s")
    assert not button(view, "remove").isEnabled()
    assert "comes with Benchtop" in button(view, "remove").toolTip()
    qtbot.keyClick(table(view), Key.Key_Delete)
    assert not view.findChild(QWidget, "models.remove_ask").isVisible()


def test_the_menu_offers_the_same(view: LibraryView, qtbot: QtBot) -> None:
    view.set_rows(some_models())
    pick(view, "l")
    for reason in (QContextMenuEvent.Reason.Keyboard, QContextMenuEvent.Reason.Mouse):
        spot = table(view).visualRect(table(view).rows.index_of("o")).center()
        event = QContextMenuEvent(reason, spot, table(view).viewport().mapToGlobal(spot))
        QApplication.sendEvent(table(view).viewport(), event)
        menu = view.findChild(QMenu, "models.menu")
        names = [action.objectName() for action in menu.actions() if action.objectName()]
        assert names[0] == "models.menu.use"
        assert names[-1] == "models.menu.remove"
        expected = "l" if reason == QContextMenuEvent.Reason.Keyboard else "o"
        with qtbot.waitSignal(view.use_requested) as told:
            menu.actions()[0].trigger()
        assert told.args == [expected]
        menu.close()
        QCoreApplication.sendPostedEvents(None, 52)


def test_filtering_and_sorting_keep_the_choice(view: LibraryView, qtbot: QtBot) -> None:
    view.set_rows(some_models())
    pick(view, "o")
    field = view.findChild(QLineEdit, "models.filter")
    qtbot.keyClicks(field, "llama q4_k_m")
    assert shown(view) == ["Llama 3.2 3B Instruct", "llama3.2:3b"]
    assert view.chosen_id() == "o"
    field.setText("nothing like it")
    nothing = view.findChild(QLabel, "models.nothing")
    assert nothing.isVisible()
    assert "nothing like it" in nothing.text()
    qtbot.keyClick(field, Key.Key_Escape)
    assert len(shown(view)) == 6
    box = view.findChild(QComboBox, "models.sort")
    box.setCurrentIndex(box.findData("size"))
    assert shown(view)[0] == "Gemma 3 12B"
    qtbot.mouseClick(view.findChild(QAbstractButton, "models.sort.turn"), Qt.MouseButton.LeftButton)
    assert shown(view)[0] == "starter"
    table(view).horizontalHeader().sectionClicked.emit(0)
    assert box.currentData() == "name"
    assert shown(view)[0] == "Gemma 3 12B"
    for number in range(box.count()):
        box.setCurrentIndex(number)
        assert len(shown(view)) == 6


def test_the_same_file_twice_is_a_calm_line(view: LibraryView, qtbot: QtBot) -> None:
    assert freeable_bytes(some_models()) == (1, 2_020_000_000)
    view.set_rows(some_models())
    line = view.findChild(QLabel, "models.duplicates")
    assert line.text() == "The same file is here more than once: 2.0 GB could be freed."
    show = button(view, "duplicates.show")
    qtbot.mouseClick(show, Qt.MouseButton.LeftButton)
    assert sorted(shown(view)) == ["Llama 3.2 3B Instruct", "llama3.2:3b"]
    view.set_rows([row for row in some_models() if row.id != "o"])
    assert not line.isVisible()
    assert len(shown(view)) == 5


def test_files_and_folders_are_dropped_on_it(
    view: LibraryView, qtbot: QtBot, tmp_path: Path
) -> None:
    model = tmp_path / "a model.gguf"
    model.touch()
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(model)), QUrl.fromLocalFile(str(tmp_path))])
    copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    none = Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(50, 50), copy, data, left, none)
    QApplication.sendEvent(view, enter)
    assert enter.isAccepted()
    with qtbot.waitSignal(view.paths_dropped) as told:
        QApplication.sendEvent(view, QDropEvent(QPointF(50, 50), copy, data, left, none))
    assert told.args == [[str(model), str(tmp_path)]]
    web = QMimeData()
    web.setUrls([QUrl("https://example.org/model.gguf")])
    refused = QDragEnterEvent(QPoint(50, 50), copy, web, left, none)
    refused.ignore()
    QApplication.sendEvent(view, refused)
    assert not refused.isAccepted()


def test_changes_keep_choice_scroll_and_typing(view: LibraryView, qtbot: QtBot) -> None:
    rows = many_models()
    view.set_rows(rows)
    pick(view, "id201")
    bar = table(view).verticalScrollBar()
    at = bar.value()
    assert at > 0
    qtbot.keyClick(table(view), Key.Key_F2)
    field = view.findChild(QLineEdit, "models.list.rename")
    qtbot.keyClicks(field, "half ty")
    view.set_rows([replace(row, checking=0.5) if row.id == "id201" else row for row in rows])
    assert field.text() == "half ty"
    qtbot.keyClick(field, Key.Key_Escape)
    view.set_rows([row for row in rows if row.id != "id499"])
    assert view.chosen_id() == "id201"
    assert bar.value() == at
    view.set_rows([row for row in rows if row.id != "id201"])
    assert view.chosen_id() == "id203"  # what took its place


def test_narrow_windows_drop_columns_and_never_scroll_sideways(
    view: LibraryView, qtbot: QtBot
) -> None:
    view.set_rows(some_models())
    listed = table(view)
    assert not any(listed.isColumnHidden(number) for number in range(len(COLUMNS)))
    view.resize(520, 500)
    qtbot.waitUntil(lambda: listed.isColumnHidden(COLUMNS.index("used")))
    assert not listed.isColumnHidden(COLUMNS.index("name"))
    assert not listed.isColumnHidden(COLUMNS.index("fit"))
    width = sum(listed.columnWidth(n) for n in range(len(COLUMNS)) if not listed.isColumnHidden(n))
    assert width <= listed.viewport().width()


def test_everything_to_press_has_a_name(view: LibraryView) -> None:
    view.set_rows(some_models())
    view.choose("l")
    for widget in view.findChildren(QWidget):
        if isinstance(widget, QAbstractButton | QLineEdit | QComboBox) and widget.isVisible():
            inner = widget.parent() is not None and isinstance(widget.parent(), QLineEdit)
            assert inner or widget.objectName().startswith("models."), widget
            assert inner or widget.accessibleName(), widget


def test_five_hundred_models_are_no_five_hundred_widgets(view: LibraryView) -> None:
    """They are painted where they are in sight; what changes is written into the rows there are."""
    rows = many_models()
    view.set_rows(rows[:10])
    few = len(view.findChildren(QWidget))
    view.set_rows(rows)
    view.grab()
    assert table(view).rows.rowCount() == len(rows) == 500
    assert len(view.findChildren(QWidget)) == few
    resets: list[object] = []
    changes: list[object] = []
    table(view).rows.modelReset.connect(lambda: resets.append(None))
    table(view).rows.dataChanged.connect(lambda *which: changes.append(which))
    view.set_rows(
        [replace(row, notes="new") if n % 100 == 0 else row for n, row in enumerate(rows)]
    )
    assert (len(resets), len(changes)) == (0, 5)


def test_when_all_rows_change_the_chosen_one_is_shown_anew_once(
    view: LibraryView, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = many_models()
    view.set_rows(rows)
    view.choose(rows[7].id)
    shown_anew: list[str] = []
    real = LibraryActions.set_row

    def count(actions: LibraryActions, row: LibraryRow | None) -> None:
        shown_anew.append(row.id if row else "")
        real(actions, row)

    monkeypatch.setattr(LibraryActions, "set_row", count)
    view.set_rows([replace(row, notes="new") for row in rows])
    assert set(shown_anew) == {rows[7].id}
    assert len(shown_anew) <= 2
