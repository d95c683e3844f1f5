"""Settings: what is kept, what is refused, and what a damaged or newer file does."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from benchtop.domain.errors import FileUnreadable, StoreFull, StoreReadOnly
from benchtop.services.atomic_file import read_json, write_json
from benchtop.services.data_folder import DataFolder, find_data_folder
from benchtop.services.settings import Settings, SettingsKeeper


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    made = DataFolder(tmp_path / "data")
    made.prepare()
    return made


def test_a_change_is_kept_and_told(folder: DataFolder, qtbot: QtBot) -> None:
    keeper = SettingsKeeper(folder)
    with qtbot.waitSignal(keeper.changed) as told:
        keeper.set("theme", "dark")
    assert told.args == ["theme", "dark"]
    assert keeper.write_now()
    assert SettingsKeeper(folder).values.theme == "dark"


def test_the_same_value_again_is_not_told(folder: DataFolder, qtbot: QtBot) -> None:
    keeper = SettingsKeeper(folder)
    keeper.set("text_size", 120)
    with qtbot.assertNotEmitted(keeper.changed):
        keeper.set("text_size", 120)


def test_values_out_of_range_are_brought_into_it(folder: DataFolder, qapp: object) -> None:
    keeper = SettingsKeeper(folder)
    keeper.set("text_size", 999)
    keeper.set("bin_days", 0)
    assert (keeper.values.text_size, keeper.values.bin_days) == (200, 1)


@pytest.mark.parametrize(
    ("name", "value"),
    [("theme", "pink"), ("theme", 3), ("text_size", "big"), ("threads", True), ("window", [1])],
)
def test_values_of_a_wrong_kind_leave_the_default(
    folder: DataFolder, qapp: object, name: str, value: object
) -> None:
    folder.settings.write_text(json.dumps({name: value}))
    fresh = SettingsKeeper(DataFolder(folder.root / "nothing-there"))
    assert getattr(SettingsKeeper(folder).values, name) == getattr(fresh.values, name)


def test_names_of_a_newer_version_stay_in_the_file(folder: DataFolder, qapp: object) -> None:
    folder.settings.write_text(json.dumps({"hologram": {"depth": 3}, "theme": "light"}))
    keeper = SettingsKeeper(folder)
    keeper.set("theme", "dark")
    assert keeper.write_now()
    assert json.loads(folder.settings.read_text()) == {"hologram": {"depth": 3}, "theme": "dark"}


def test_a_damaged_file_is_set_aside_not_overwritten(folder: DataFolder, qapp: object) -> None:
    folder.settings.write_text("{ half a file")
    keeper = SettingsKeeper(folder)
    keeper.set("theme", "dark")
    assert keeper.write_now()
    assert (folder.root / "settings.json.damaged").read_text() == "{ half a file"
    assert SettingsKeeper(folder).values.theme == "dark"


def test_two_keepers_change_only_what_each_has_set(folder: DataFolder, qtbot: QtBot) -> None:
    window, command = SettingsKeeper(folder), SettingsKeeper(folder)
    window.set("new_chat_draft", "half a thou")
    command.put("thread_counts", "small", 2)
    assert window.write_now()
    assert command.write_now()
    window.set("theme", "dark")
    window.put("thread_counts", "large", 8)
    qtbot.waitUntil(lambda: window.values.thread_counts == {"small": 2, "large": 8})
    again = SettingsKeeper(folder).values
    assert (again.new_chat_draft, again.theme) == ("half a thou", "dark")
    assert again.thread_counts == {"small": 2, "large": 8}


ADD = """
import sys
from pathlib import Path
from benchtop.services.data_folder import DataFolder
from benchtop.services.settings import SettingsKeeper
keeper = SettingsKeeper(DataFolder(Path(sys.argv[1])))
for number in range(20):
    keeper.put("thread_counts", f"{sys.argv[2]}-{number}", number)
keeper.write_now()
"""


def test_processes_at_the_same_time_lose_nothing_of_each_other(folder: DataFolder) -> None:
    crowd = [
        subprocess.Popen([sys.executable, "-c", ADD, str(folder.root), name]) for name in "abc"
    ]
    assert [process.wait(timeout=60) for process in crowd] == [0, 0, 0]
    kept = SettingsKeeper(folder).values.thread_counts
    assert kept == {f"{name}-{number}": number for name in "abc" for number in range(20)}


def test_a_file_that_cannot_be_read_stays_as_it_is(folder: DataFolder, qtbot: QtBot) -> None:
    folder.settings.mkdir()  # a file that the system will not read, for root as well
    keeper = SettingsKeeper(folder)
    assert isinstance(keeper.problem, FileUnreadable)
    assert keeper.offline
    with qtbot.waitSignal(keeper.failed) as told:
        keeper.set("theme", "dark")
    assert isinstance(told.args[0], FileUnreadable)
    assert keeper.values.theme == "dark"
    assert sorted(p.name for p in folder.root.iterdir() if "damaged" in p.name) == []
    folder.settings.rmdir()
    assert keeper.write_now()  # it was only the disk
    assert SettingsKeeper(folder).values.theme == "dark"


def test_every_damaged_file_is_kept(folder: DataFolder, qapp: object) -> None:
    for words in ("{ one", "[2]", "\udcff"):
        folder.settings.write_bytes(words.encode("utf-8", "surrogateescape"))
        keeper = SettingsKeeper(folder)
        assert keeper.values == Settings()
        keeper.set("theme", "dark")
        assert keeper.write_now()
    kept = [folder.root / f"settings.json.damaged{n}" for n in ("", ".2", ".3")]
    assert [path.read_bytes() for path in kept] == [b"{ one", b"[2]", b"\xff"]


def test_a_place_that_takes_no_file_is_said_as_such(tmp_path: Path) -> None:
    """Where not even the half-written file can be taken away, as on a read-only disk."""
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreReadOnly):
        write_json(tmp_path / "file" / "settings.json", {})


def test_the_environment_forces_offline(
    folder: DataFolder, qapp: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeper = SettingsKeeper(folder)
    keeper.set("offline", False)
    assert not keeper.offline
    monkeypatch.setenv("BENCHTOP_OFFLINE", "1")
    assert keeper.offline


def test_a_write_that_fails_leaves_the_old_file_whole(folder: DataFolder) -> None:
    write_json(folder.settings, {"a": 1})
    with pytest.raises(TypeError):
        write_json(folder.settings, {"a": object()})
    assert read_json(folder.settings) == {"a": 1}
    assert [p.name for p in folder.root.iterdir() if p.name.endswith(".new")] == []


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises((StoreReadOnly, StoreFull)) as error:
        DataFolder(tmp_path / "file" / "data").prepare()
    assert str(tmp_path / "file" / "data") in str(error.value)


def test_files_and_folder_are_for_their_owner_only(folder: DataFolder) -> None:
    write_json(folder.settings, {})
    assert folder.root.stat().st_mode & 0o777 == 0o700
    assert folder.settings.stat().st_mode & 0o777 == 0o600


def test_the_data_folder_is_named_by_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BENCHTOP_HOME", str(tmp_path / "elsewhere"))
    assert find_data_folder().root == tmp_path / "elsewhere"
    monkeypatch.delenv("BENCHTOP_HOME")
    assert find_data_folder().root.name == "benchtop"
