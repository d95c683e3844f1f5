"""The library of the Models page in the whole window: details, notes, names, drops, finds, removals."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from benchtop.bootstrap import Program
from benchtop.domain.models import ModelFile
from benchtop.resources import starter_model
from benchtop.store.database import open_store
from benchtop.ui.models.ledger_rows import LedgerRow
from benchtop.ui.models.ledger_table import LedgerTable
from benchtop.ui.models.library_detail import LibraryDetailDialog
from benchtop.ui.models.models_page import ModelsPage
from ui.window.conftest import WAIT_MS


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
    until(qtbot, lambda: "is on the list now" in said(program))


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
    page.library.find_requested.emit()
    until(qtbot, lambda: any(m.source == "found" for m in program.models.models))
    until(qtbot, lambda: "1 model files of other programs" in said(program))


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


def ledger_rows(page: ModelsPage) -> list[LedgerRow]:
    table = page.ledger.findChild(LedgerTable)
    assert table is not None
    return list(table.rows.all_rows)
