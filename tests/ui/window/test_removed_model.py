"""A downloaded model removed with its file in the whole window, and brought back by Undo."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from benchtop.bootstrap import Program
from benchtop.domain.models import ModelFile
from benchtop.services.file_bin import move_to_bin
from benchtop.services.library import is_missing
from ui.window.conftest import StartWindow, wait_ready
from ui.window.test_models_page import REPO, hub, models_page, online, until

__all__ = ["hub", "online"]


@pytest.fixture(params=["models", ""], ids=["own folder", "cache"])
def owned(
    qtbot: QtBot,
    online: Program,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> ModelFile:
    """A model that this window downloaded, to a folder of the person's own or to the Hub's cache."""
    (tmp_path / "share").mkdir()
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))  # the bin of this test
    online.settings.set("models_folder", str(tmp_path / request.param) if request.param else "")
    page = models_page(online)
    page.show_tab("discover")
    with qtbot.waitSignal(online.hub.browser.shape_read, timeout=15_000):
        page.discover.cards.card_opened.emit(REPO)
    with qtbot.waitSignal(online.models.arrived, timeout=15_000) as told:
        page.discover.repository.download_requested.emit("owl-Q8_0.gguf")
    model = told.args[0]
    assert isinstance(model, ModelFile)
    return model


def remove(qtbot: QtBot, program: Program, model: ModelFile) -> None:
    with qtbot.waitSignal(program.models.removed):
        models_page(program).library.remove_requested.emit(model.id, True)
    until(qtbot, lambda: program.models.by_id(model.id) is None)


def notices(program: Program) -> str:
    return " ".join(notice.text for notice in program.window.info_bar.notices())


def test_undo_brings_the_model_and_its_file_back(
    qtbot: QtBot, online: Program, owned: ModelFile
) -> None:
    content = Path(owned.path).read_bytes()
    remove(qtbot, online, owned)
    assert not Path(owned.path).exists()
    assert "its file is in the bin" in notices(online)
    online.chat.undo_stack.undo()
    until(qtbot, lambda: online.models.by_id(owned.id) is not None)
    assert Path(owned.path).read_bytes() == content
    back = online.models.by_id(owned.id)
    assert back is not None
    assert (back.sha256, back.repo) == (owned.sha256, REPO)


def test_undo_takes_the_place_of_no_other_file(
    qtbot: QtBot, online: Program, owned: ModelFile
) -> None:
    remove(qtbot, online, owned)
    Path(owned.path).write_bytes(b"another file")
    online.chat.undo_stack.undo()
    until(qtbot, lambda: "could not be brought back" in notices(online))
    assert Path(owned.path).read_bytes() == b"another file"
    assert online.models.by_id(owned.id) is None


def test_undo_of_what_was_downloaded_again_is_done_already(
    qtbot: QtBot, online: Program, owned: ModelFile
) -> None:
    content = Path(owned.path).read_bytes()
    remove(qtbot, online, owned)
    Path(owned.path).write_bytes(content)
    online.chat.undo_stack.undo()
    until(qtbot, lambda: online.models.by_id(owned.id) is not None)
    assert "could not be brought back" not in notices(online)


def test_dying_between_the_file_and_the_list_loses_nothing(
    qtbot: QtBot, online: Program, owned: ModelFile, start: StartWindow
) -> None:
    """The file is in the bin, and the model still on the list: the next start says that it is missing,
    and it is whole again as soon as the file is (in the Hub's cache: as soon as its link is, too)."""
    (binned,) = move_to_bin([Path(owned.path)])
    online.window.close()  # it never came to the second step
    following = start()
    wait_ready(qtbot, following)
    model = following.models.by_id(owned.id)
    assert model is not None
    assert is_missing(model)
    binned.kept.rename(binned.place)  # by the system's file manager
    if binned.link is not None:
        binned.link.symlink_to(binned.leads_to)
    assert not is_missing(model)
    models_page(following)
    remove(qtbot, following, model)
    assert not Path(owned.path).exists()
