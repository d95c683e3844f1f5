"""The library of the Models page in the whole window: details, notes, names, drops, finds, removals."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QLabel
from pytestqt.qtbot import QtBot

from benchtop.bootstrap import Program
from benchtop.domain.hub import Connection
from benchtop.domain.models import ModelFile, bytes_text
from benchtop.resources import starter_model
from benchtop.store.database import open_store
from benchtop.ui.models.ledger_rows import LedgerRow
from benchtop.ui.models.ledger_table import LedgerTable
from benchtop.ui.models.library_detail import LibraryDetailDialog
from benchtop.ui.models.library_rows import LibraryRow
from benchtop.ui.models.library_table import LibraryTable
from benchtop.ui.models.models_page import ModelsPage
from benchtop.ui.widgets.reading_table import ReadingTable
from ui.window.conftest import WAIT_MS
from workers.tiny_gguf import lora_adapter, random_model


@pytest.fixture
def page(program: Program) -> ModelsPage:
    program.window.go_to("models")
    found = program.window.page("models")
    assert isinstance(found, ModelsPage)
    return found


def until(qtbot: QtBot, condition: object) -> None:
    qtbot.waitUntil(lambda: bool(condition()), timeout=WAIT_MS)  # type: ignore[operator]


def said(program: Program) -> str:
    return " ".join(notice.text for notice in program.window.info_bar.notices())


def dropped(qtbot: QtBot, program: Program, page: ModelsPage, folder: Path) -> list[ModelFile]:
    """Three files below a folder, two of them parts of one, as a person drops the folder."""
    (folder / "deep").mkdir(parents=True)
    content = starter_model().read_bytes()
    (folder / "one.gguf").write_bytes(content)
    (folder / "deep" / "two-00001-of-00002.gguf").write_bytes(content)
    (folder / "deep" / "two-00002-of-00002.gguf").write_bytes(content)
    (folder / "notes.txt").write_text("no model")
    page.library.paths_dropped.emit([str(folder)])
    until(qtbot, lambda: len(program.models.models) == 3)
    return [model for model in program.models.models if model.source != "starter"]


def test_a_dropped_folder_is_registered_and_nothing_is_chosen(
    qtbot: QtBot, program: Program, page: ModelsPage, tmp_path: Path
) -> None:
    models = dropped(qtbot, program, page, tmp_path / "models")
    names = {Path(model.path).name for model in models}
    assert names == {"one.gguf", "two-00001-of-00002.gguf"}
    assert program.session.model == program.models.by_id("starter")
    until(qtbot, lambda: "2 models are on the list now" in said(program))


def test_names_notes_and_details_are_kept(
    qtbot: QtBot, program: Program, page: ModelsPage, tmp_path: Path
) -> None:
    model = dropped(qtbot, program, page, tmp_path / "models")[0]
    page.library.rename_requested.emit(model.id, "My owl")
    until(qtbot, lambda: program.models.by_id(model.id).name == "My owl")  # type: ignore[union-attr]
    with qtbot.waitSignal(program.hub.checker.metadata_read, timeout=WAIT_MS) as told:
        page.library.details_requested.emit(model.id)
    assert ("general.architecture", "llama") in told.args[1]
    dialog = page.library.findChild(LibraryDetailDialog)
    assert dialog is not None
    assert dialog.isVisible()
    dialog.notes_typed.emit(model.id, "Good at stories")
    dialog.close()
    done: list[bool] = []
    program.store.run(lambda _s: None, lambda _r: done.append(True))
    until(qtbot, lambda: done)
    with open_store(program.folder.database) as store:
        kept = store.models.get(model.id)
    assert kept is not None
    assert (kept.name, kept.notes, kept.given_name) == ("My owl", "Good at stories", True)


def test_a_check_notes_the_sum_and_tells_of_damage(
    qtbot: QtBot, program: Program, page: ModelsPage, tmp_path: Path
) -> None:
    model = dropped(qtbot, program, page, tmp_path / "models")[0]
    page.library.verify_requested.emit(model.id)
    until(qtbot, lambda: "it is noted now" in said(program))
    until(qtbot, lambda: program.models.by_id(model.id).sha256)  # type: ignore[union-attr]
    with Path(model.path).open("r+b") as stream:
        stream.seek(3_000_000)
        stream.write(b"\x55" * 16)
    page.library.verify_requested.emit(model.id)
    until(qtbot, lambda: "is not as it should be" in said(program))
    until(qtbot, lambda: row_in_library(page, model.id).damaged)
    assert not row_in_library(page, model.id).usable
    program.models.refresh()
    until(qtbot, lambda: program.models.by_id(model.id).damaged)  # type: ignore[union-attr]


def row_in_library(page: ModelsPage, model_id: str) -> LibraryRow:
    """The row of a model; an empty one until it is shown."""
    table = page.library.findChild(LibraryTable)
    assert table is not None
    rows = {row.id: row for row in table.rows.all_rows}
    return rows.get(model_id, LibraryRow("", "", "", 0))


def test_the_starter_has_a_sum_to_be_checked_against(
    qtbot: QtBot, program: Program, page: ModelsPage
) -> None:
    page.library.verify_requested.emit("starter")
    until(qtbot, lambda: "starter is as it should be" in said(program))


def test_past_loads_are_shown_when_the_details_open(
    qtbot: QtBot, program: Program, page: ModelsPage
) -> None:
    until(qtbot, lambda: program.hub.judge.last_load("starter"))
    page.library.details_requested.emit("starter")
    dialog = page.library.findChild(LibraryDetailDialog)
    assert dialog is not None
    table = dialog.findChild(ReadingTable, "models.detail.loads")
    assert table is not None
    until(qtbot, lambda: table.rowCount() == 1)
    load = program.hub.judge.last_load("starter")
    assert load is not None
    assert table.item(0, 1).text() == f"{load.context:,}"
    assert table.item(0, 3).text() == bytes_text(load.measured)
    assert not row_in_library(page, "starter").fit.rough
    dialog.close()


def test_an_adapter_is_known_and_named_by_the_model_it_fits(
    qtbot: QtBot, program: Program, page: ModelsPage, tmp_path: Path
) -> None:
    adapter = lora_adapter(tmp_path / "owlish.gguf")
    random_model(tmp_path / "base.gguf", name="base")
    page.library.paths_dropped.emit([str(tmp_path / "base.gguf")])
    until(qtbot, lambda: len(program.models.models) == 2)
    program.models.import_file(adapter)
    until(
        qtbot,
        lambda: "owlish is an adapter and known now; by its measures it fits" in said(program),
    )
    assert len(program.models.models) == 2  # it is no model
    base = next(model for model in program.models.models if model.source != "starter")
    page.library.details_requested.emit(base.id)
    dialog = page.library.findChild(LibraryDetailDialog)
    assert dialog is not None
    until(
        qtbot, lambda: "owlish" in " ".join(label.text() for label in dialog.findChildren(QLabel))
    )
    page.library.details_requested.emit("starter")
    assert "owlish" not in " ".join(label.text() for label in dialog.findChildren(QLabel))
    dialog.close()


def test_a_removed_model_comes_back_with_its_notes(
    qtbot: QtBot, program: Program, page: ModelsPage, tmp_path: Path
) -> None:
    model = dropped(qtbot, program, page, tmp_path / "models")[0]
    program.models.note(model.id, "Mine")
    page.library.remove_requested.emit(model.id, False)
    until(qtbot, lambda: program.models.by_id(model.id) is None)
    until(qtbot, lambda: "is off the list; its file stays" in said(program))
    program.window.action_set["chat.undo"].trigger()
    until(qtbot, lambda: program.models.by_id(model.id))
    assert program.models.by_id(model.id).notes == "Mine"  # type: ignore[union-attr]


def test_what_another_program_has_is_found(
    qtbot: QtBot,
    program: Program,
    page: ModelsPage,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    folder = tmp_path / ".lmstudio" / "models" / "org" / "owl-GGUF"
    folder.mkdir(parents=True)
    os.link(starter_copy(tmp_path), folder / "owl-Q8_0.gguf")
    page.library.find_local_requested.emit()
    until(qtbot, lambda: "One model of another program is on the list now" in said(program))
    (found,) = [model for model in program.models.models if model.source == "found"]
    until(qtbot, lambda: row_in_library(page, found.id).found_in == "LM Studio")
    program.models.note(found.id, "Mine")
    page.library.find_local_requested.emit()
    until(qtbot, lambda: "is on the list already" in said(program))
    assert program.models.by_id(found.id).notes == "Mine"  # type: ignore[union-attr]


def starter_copy(folder: Path) -> Path:
    copy = folder / "copy.bin"
    copy.write_bytes(starter_model().read_bytes())
    return copy


def test_the_ledger_is_shown_cleared_and_saved(
    qtbot: QtBot,
    program: Program,
    page: ModelsPage,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    program.hub.browser.open("org/=owl")  # offline: refused, and noted
    page.show_tab("connections")
    until(qtbot, lambda: [row.state for row in ledger_rows(page)] == ["refused"])
    assert ledger_rows(page)[0].subject == "org/=owl"
    path = tmp_path / "connections.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    page.ledger.export_requested.emit()
    until(qtbot, path.exists)
    assert "refused" in path.read_text()
    page.ledger.clear_requested.emit()
    until(qtbot, lambda: ledger_rows(page) == [])


def test_a_new_line_of_the_ledger_takes_no_older_ones_away(
    qtbot: QtBot, program: Program, page: ModelsPage
) -> None:
    with open_store(program.folder.database) as store:
        for number in range(450):
            store.connections.record(
                Connection(f"c{number}", number, "hub.example", "search", "owl", "ended")
            )
    program.hub.ledger.changed.emit()
    page.show_tab("connections")
    until(qtbot, lambda: len(ledger_rows(page)) == 200)
    for count in (400, 450):
        page.ledger.older_requested.emit()
        until(qtbot, lambda wanted=count: len(ledger_rows(page)) == wanted)
    program.hub.browser.open("org/=owl")  # offline: refused, and noted
    until(qtbot, lambda: ledger_rows(page)[0].state == "refused")
    assert len(ledger_rows(page)) >= 450
    assert ledger_rows(page)[440].id.startswith("c")


def ledger_rows(page: ModelsPage) -> list[LedgerRow]:
    table = page.ledger.findChild(LedgerTable)
    assert table is not None
    return list(table.rows.all_rows)
