"""What the library of the whole window says: of checks, of drops, of other programs, of copies."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QPlainTextEdit
from pytestqt.qtbot import QtBot

from benchtop.bootstrap import Program
from benchtop.domain.models import ModelFile
from benchtop.resources import starter_model
from benchtop.ui.models.library_detail import LibraryDetailDialog
from benchtop.ui.models.library_rows import LibraryRow, freeable_bytes
from benchtop.ui.models.library_table import LibraryTable
from local_hub.hub import LocalHub
from ui.window.conftest import StartWindow, wait_ready
from ui.window.test_models_page import hub, models_page, online, until
from workers.commands import run

__all__ = ["hub", "online"]


@pytest.fixture
def here(qtbot: QtBot, online: Program, tmp_path: Path) -> ModelFile:
    """A model that this window downloaded to a folder of the person's own."""
    online.settings.set("models_folder", str(tmp_path / "models"))
    page = models_page(online)
    page.show_tab("discover")
    with qtbot.waitSignal(online.hub.browser.shape_read, timeout=15_000):
        page.discover.cards.card_opened.emit("org/owl-GGUF")
    with qtbot.waitSignal(online.models.arrived, timeout=15_000) as told:
        page.discover.repository.download_requested.emit("owl-Q8_0.gguf")
    model = told.args[0]
    assert isinstance(model, ModelFile)
    page.show_tab("library")
    until(qtbot, lambda: row_of(online, model.id))
    return model


def said(program: Program) -> str:
    return " ".join(notice.text for notice in program.window.info_bar.notices())


def row_of(program: Program, model_id: str) -> LibraryRow | None:
    return next((row for row in rows_of(program) if row.id == model_id), None)


def rows_of(program: Program) -> tuple[LibraryRow, ...]:
    table = models_page(program).library.findChild(LibraryTable)
    assert table is not None
    return table.rows.all_rows


def press_in_notice(program: Program, words: str) -> None:
    for notice in program.window.info_bar.notices():
        for button in notice.findChildren(object, "notice.action"):
            if button.text() == words:
                button.click()
                return
    raise AssertionError(f"no button {words!r}")


@pytest.mark.parametrize("how", ["missing", "damaged"])
def test_what_a_check_finds_wrong_is_said_marked_and_mended(
    qtbot: QtBot, online: Program, here: ModelFile, how: str
) -> None:
    path, content = Path(here.path), Path(here.path).read_bytes()
    if how == "missing":
        path.unlink()
        words = "is not there any more"
    else:
        path.write_bytes(content[:-4] + b"\x55" * 4)
        words = "its file was changed or damaged"
    models_page(online).library.verify_requested.emit(here.id)
    until(qtbot, lambda: words in said(online))
    until(qtbot, lambda: row_of(online, here.id) and getattr(row_of(online, here.id), how))
    shown = row_of(online, here.id)
    assert shown is not None
    assert shown.fetchable
    assert not shown.usable
    with qtbot.waitSignal(online.models.arrived, timeout=15_000):
        press_in_notice(online, "Download again")
    assert path.read_bytes() == content
    until(qtbot, lambda: row_of(online, here.id).usable)  # type: ignore[union-attr]
    assert len(online.models.models) == 2  # the same model, not a second one


def test_a_stopped_check_says_that_nothing_is_known(
    qtbot: QtBot, program: Program, tmp_path: Path
) -> None:
    os.mkfifo(tmp_path / "slow.gguf")
    page = models_page(program)
    slow = ModelFile("slow", "Slow", str(tmp_path / "slow.gguf"), 10)
    program.store.run(lambda store: store.models.put(slow))
    program.models.refresh()
    until(qtbot, lambda: program.models.by_id("slow"))
    page.library.verify_requested.emit("slow")
    page.library.verify_stop_requested.emit("slow")
    with (tmp_path / "slow.gguf").open("wb") as stream:
        stream.write(b"something")
    until(qtbot, lambda: "Slow was not compared to its end" in said(program))


def test_a_note_on_the_starter_is_kept(qtbot: QtBot, program: Program, start: StartWindow) -> None:
    models_page(program).library.details_requested.emit("starter")
    dialog = models_page(program).library.findChild(LibraryDetailDialog)
    assert dialog is not None
    notes = dialog.findChild(QPlainTextEdit, "models.detail.notes")
    assert isinstance(notes, QPlainTextEdit)
    assert notes.toPlainText() == ""  # what we say of it is not what a person wrote
    notes.setPlainText("Tells of owls.")
    dialog.close()
    program.window.close()
    assert program.window.info_bar.notices() == []
    again = start()
    wait_ready(qtbot, again)
    starter = again.models.by_id("starter")
    assert starter is not None
    assert starter.notes == "Tells of owls."


def test_a_folder_of_many_files_is_told_of_in_one_sentence(
    qtbot: QtBot, program: Program, tmp_path: Path
) -> None:
    page, content = models_page(program), starter_model().read_bytes()
    for number in range(12):
        (tmp_path / f"good{number}.gguf").write_bytes(content)
    for number in range(5):
        (tmp_path / f"bad{number}.gguf").write_bytes(b"no model")
    page.library.paths_dropped.emit([str(tmp_path)])
    until(qtbot, lambda: "12 models are on the list now" in said(program))
    (notice,) = program.window.info_bar.notices()
    assert notice.kind == "warning"
    assert "5 files cannot be used; the first of them: " in notice.text
    assert "bad0.gguf" in notice.text
    page.library.paths_dropped.emit([str(tmp_path / "good1.gguf"), str(tmp_path / "good2.gguf")])
    until(qtbot, lambda: "2 were on the list already." in said(program))


def test_failed_downloads_are_told_of_once_and_not_beside_their_rows(
    qtbot: QtBot, online: Program, hub: LocalHub
) -> None:
    page, browser = models_page(online), online.hub.browser
    page.show_tab("discover")
    with qtbot.waitSignal(browser.opened, timeout=15_000) as told:
        browser.open("org/owl-GGUF")
    repository, (choice,) = told.args
    hub.remove("org/owl-GGUF")
    for number in range(3):
        files = (replace(choice.files[0], path=f"owl-{number}.gguf"),)
        online.hub.downloads.add(repository, replace(choice, files=files))
    until(qtbot, lambda: "3 downloads could not be ended." in said(online))
    (notice,) = online.window.info_bar.notices()
    assert notice.kind == "error"
    press_in_notice(online, "Show them")
    assert page.tab == "downloads"
    assert online.window.info_bar.notices() == []
    with qtbot.waitSignal(online.hub.downloads.failed, timeout=15_000):
        online.hub.downloads.resume(online.hub.downloads.queue[0].id)
    assert online.window.info_bar.notices() == []  # its row says why


def test_an_empty_folder_is_told_of(qtbot: QtBot, program: Program, tmp_path: Path) -> None:
    models_page(program).library.paths_dropped.emit([str(tmp_path)])
    until(qtbot, lambda: "There is no GGUF file in what you dropped" in said(program))


def test_copies_without_a_known_sum_are_found_while_nothing_else_is_to_do(
    qtbot: QtBot, program: Program, tmp_path: Path
) -> None:
    page, content = models_page(program), starter_model().read_bytes()
    for name in ("a", "b", "c"):
        (tmp_path / f"{name}.gguf").write_bytes(content)
    (tmp_path / "link.gguf").hardlink_to(tmp_path / "a.gguf")
    page.library.paths_dropped.emit([str(tmp_path)])
    # The starter's own file is the fourth copy; the second name of one of them frees nothing.
    until(qtbot, lambda: freeable_bytes(rows_of(program)) == (1, 3 * len(content)))


def test_what_a_command_puts_on_the_list_is_there(
    qtbot: QtBot, program: Program, tmp_path: Path
) -> None:
    models_page(program)
    path = tmp_path / "owl.gguf"
    path.write_bytes(starter_model().read_bytes())
    assert run("models", "import", str(path)).returncode == 0
    until(qtbot, lambda: str(path) in {row.path for row in rows_of(program)})


def test_a_file_that_comes_back_is_noticed_when_the_list_is_shown_again(
    qtbot: QtBot, program: Program, tmp_path: Path
) -> None:
    page, path = models_page(program), tmp_path / "owl.gguf"
    path.write_bytes(starter_model().read_bytes())
    page.library.paths_dropped.emit([str(path)])
    until(qtbot, lambda: len(rows_of(program)) == 2)
    away = path.rename(tmp_path / "away")
    until(qtbot, lambda: is_missing_after_a_look(program, path))
    away.rename(path)
    until(qtbot, lambda: not is_missing_after_a_look(program, path))


def is_missing_after_a_look(program: Program, path: Path) -> bool:
    """Whether its row says so, when somebody comes back to the list."""
    models_page(program).show_tab("discover")
    models_page(program).show_tab("library")
    (row,) = [row for row in rows_of(program) if row.path == str(path)]
    return row.missing
