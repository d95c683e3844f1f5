"""The list of adapters: exported whole, removed into the bin, brought back."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from benchtop.domain.adapters import BASE_SUM_KEY
from benchtop.domain.errors import FileNotBroughtBack, FileNotWritten, FolderMissing
from benchtop.domain.models import inspect_model
from benchtop.domain.teach_errors import AdapterMissing, AdapterUnknown
from benchtop.services.adapter_library import (
    AdapterLibrary,
    RemovedAdapter,
    export_adapter,
    judge,
    remove_adapter,
)
from benchtop.services.adapters import adapters_for, find_adapter, import_adapter, models_for
from benchtop.services.data_folder import find_data_folder
from benchtop.services.store_thread import StoreThread
from benchtop.store.database import open_store
from workers.tiny_gguf import lora_adapter, random_model

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the bin of freedesktop.org")


@pytest.fixture(autouse=True)
def own_bin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The bin of this test, and not a person's."""
    (tmp_path / "share").mkdir()
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))


@pytest.fixture
def library(qtbot: QtBot) -> Iterator[AdapterLibrary]:
    folder = find_data_folder()
    folder.prepare()
    store = StoreThread(folder.database)
    made = AdapterLibrary(store)
    yield made
    made.close()
    store.close()


def known(library: AdapterLibrary, qtbot: QtBot, path: Path) -> str:
    with open_store(find_data_folder().database) as store:
        adapter = import_adapter(store, path)
    with qtbot.waitSignal(library.changed):
        library.refresh()
    return adapter.id


def test_it_goes_to_the_bin_and_comes_back(
    library: AdapterLibrary, qtbot: QtBot, tmp_path: Path
) -> None:
    path = lora_adapter(tmp_path / "mine.gguf")
    data = path.read_bytes()
    adapter_id = known(library, qtbot, path)
    with qtbot.waitSignal(library.changed), qtbot.waitSignal(library.removed) as told:
        library.remove(adapter_id)
    removed: RemovedAdapter = told.args[0]
    assert not path.exists()
    assert library.adapters == []
    assert removed.binned[0].kept.read_bytes() == data
    with qtbot.waitSignal(library.changed):
        library.put_back(removed)
    assert path.read_bytes() == data
    assert [one.id for one in library.adapters] == [adapter_id]
    with qtbot.waitSignal(library.removed) as gone:
        library.remove(adapter_id)
    path.write_bytes(b"something else")
    with qtbot.waitSignal(library.not_back) as told_not:
        library.put_back(gone.args[0])
    assert isinstance(told_not.args[1], FileNotBroughtBack)
    assert path.read_bytes() == b"something else"


def test_one_whose_file_is_gone_is_marked_and_can_be_removed(
    library: AdapterLibrary, qtbot: QtBot, tmp_path: Path
) -> None:
    path = lora_adapter(tmp_path / "mine.gguf")
    adapter_id = known(library, qtbot, path)
    model = inspect_model(random_model(tmp_path / "model.gguf"))
    adapter = library.adapters[0]
    assert library.judge(adapter, model) == "fits"
    path.unlink()
    with qtbot.waitSignal(library.changed):
        library.refresh()
    assert library.judge(adapter, model) == "missing"
    with qtbot.waitSignal(library.removed) as told:
        library.remove(adapter_id)
    assert told.args[0].binned == ()


def test_an_export_is_whole_or_what_was_there(
    library: AdapterLibrary, qtbot: QtBot, tmp_path: Path
) -> None:
    path = lora_adapter(tmp_path / "mine.gguf")
    adapter_id = known(library, qtbot, path)
    target = tmp_path / "copies" / "copy"
    with qtbot.waitSignal(library.failed) as told:
        library.export(adapter_id, target)
    assert isinstance(told.args[0], FolderMissing)
    target.parent.mkdir()
    with qtbot.waitSignal(library.exported) as done:
        library.export(adapter_id, target)
    assert done.args[1] == str(target.with_name("copy.gguf"))
    assert target.with_name("copy.gguf").read_bytes() == path.read_bytes()
    assert [one.name for one in target.parent.iterdir()] == ["copy.gguf"]
    adapter = library.adapters[0]
    (tmp_path / "folder.gguf").mkdir()
    with pytest.raises(FileNotWritten):
        export_adapter(adapter, tmp_path / "folder.gguf")
    path.unlink()
    with pytest.raises(AdapterMissing):
        export_adapter(adapter, target)


def test_it_is_judged_by_measures_and_by_sum(tmp_path: Path) -> None:
    model = replace(inspect_model(random_model(tmp_path / "model.gguf")), sha256="ab" * 32)
    folder = find_data_folder()
    folder.prepare()
    with open_store(folder.database) as store:
        plain = import_adapter(store, lora_adapter(tmp_path / "plain.gguf"))
        ours = import_adapter(
            store, lora_adapter(tmp_path / "ours.gguf", facts={BASE_SUM_KEY: "ab" * 32})
        )
        other = import_adapter(
            store, lora_adapter(tmp_path / "other.gguf", facts={BASE_SUM_KEY: "cd" * 32})
        )
        wide = import_adapter(store, lora_adapter(tmp_path / "wide.gguf", width=64))
    verdicts = [judge(one, model, missing=False) for one in (plain, ours, other, wide)]
    assert verdicts == ["fits", "fits", "other_file", "other_model"]
    assert adapters_for([plain, ours, other, wide], model) == [plain, ours]
    assert models_for(other, [model]) == []
    unknown = replace(model, sha256="")
    assert models_for(other, [unknown]) == [unknown]  # nobody knows


def test_a_command_finds_and_removes(tmp_path: Path) -> None:
    folder = find_data_folder()
    folder.prepare()
    path = lora_adapter(tmp_path / "mine.gguf", facts={"general.name": "My answers"})
    with open_store(folder.database) as store:
        adapter = import_adapter(store, path, "run-1")
        assert import_adapter(store, path).run_id == "run-1"
        for wanted in (adapter.id, "my ANSWERS", str(path)):
            assert find_adapter(store, wanted).id == adapter.id
        with pytest.raises(AdapterUnknown, match="no adapter called nothing"):
            find_adapter(store, "nothing")
        assert remove_adapter(store, adapter, with_file=False).binned == ()
        assert path.exists()
        back = import_adapter(store, path)
        assert remove_adapter(store, back, with_file=True).binned[0].kept.exists()
        assert not path.exists()
        assert store.adapters.all() == []
