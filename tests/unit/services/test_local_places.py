"""Where other programs keep their models: variables, settings files and defaults of each system."""

from pathlib import Path

import pytest

from benchtop.services.local_places import (
    BENCHTOP,
    GPT4ALL,
    HUB,
    JAN,
    LLAMA_CPP,
    LM_STUDIO,
    OLLAMA,
    Machine,
    known_places,
)
from unit.services.local_layouts import put_text


def folders(program: str, home: Path, platform: str = "linux", **environment: str) -> list[Path]:
    places = known_places(Machine(environment, home, platform))
    return [place.folder for place in places if place.program == program]


def test_the_hub_s_cache_is_where_the_library_has_it(tmp_path: Path) -> None:
    default = tmp_path / ".cache/huggingface/hub"
    assert folders(HUB, tmp_path) == [default]
    assert folders(HUB, tmp_path, "win32") == [default]
    assert folders(HUB, tmp_path, HF_HUB_CACHE="/a", HF_HOME="/b") == [
        Path("/a"),
        Path("/b/hub"),
        default,
    ]
    assert folders(HUB, tmp_path, HUGGINGFACE_HUB_CACHE="~/hub")[0] == tmp_path / "hub"
    assert folders(HUB, tmp_path, XDG_CACHE_HOME="/x")[0] == Path("/x/huggingface/hub")


def test_ollama_has_a_folder_of_the_person_and_one_of_the_service(tmp_path: Path) -> None:
    service = Path("/usr/share/ollama/.ollama/models")
    assert folders(OLLAMA, tmp_path) == [tmp_path / ".ollama/models", service]
    assert folders(OLLAMA, tmp_path, "darwin") == [tmp_path / ".ollama/models"]
    assert folders(OLLAMA, tmp_path, OLLAMA_MODELS=' "/big/ollama" ')[0] == Path("/big/ollama")


def test_lm_studio_s_settings_may_name_another_folder(tmp_path: Path) -> None:
    defaults = [tmp_path / ".lmstudio/models", tmp_path / ".cache/lm-studio/models"]
    assert folders(LM_STUDIO, tmp_path) == defaults
    put_text(tmp_path / ".lmstudio/settings.json", '\ufeff{"downloadsFolder": "/big/lm"}')
    assert folders(LM_STUDIO, tmp_path) == [Path("/big/lm"), *defaults]
    put_text(tmp_path / ".lmstudio-home-pointer", f"{tmp_path / 'moved'}\n")
    put_text(tmp_path / "moved/settings.json", '{"downloadsFolder": "/other/lm"}')
    assert folders(LM_STUDIO, tmp_path)[:2] == [Path("/other/lm"), tmp_path / "moved/models"]


@pytest.mark.parametrize(
    "settings", ["", "{", "[]", '{"downloadsFolder": 3}', '{"downloadsFolder": ""}', "[" * 100_000]
)
def test_damaged_settings_leave_the_default(tmp_path: Path, settings: str) -> None:
    put_text(tmp_path / ".lmstudio/settings.json", settings)
    assert folders(LM_STUDIO, tmp_path)[0] == tmp_path / ".lmstudio/models"


@pytest.mark.parametrize(
    ("platform", "data"),
    [
        ("linux", ".local/share/Jan"),
        ("darwin", "Library/Application Support/Jan"),
        ("win32", "AppData/Roaming/Jan"),
    ],
)
def test_jan_s_folder_of_each_system(tmp_path: Path, platform: str, data: str) -> None:
    found = folders(JAN, tmp_path, platform)
    assert found[:2] == [tmp_path / data / "data/llamacpp/models", tmp_path / data / "data/models"]
    assert tmp_path / "jan/models" in found
    put_text(tmp_path / data / "settings.json", '{"data_folder": "/big/jan"}')
    assert folders(JAN, tmp_path, platform)[0] == Path("/big/jan/llamacpp/models")
    named = folders(JAN, tmp_path, platform, JAN_DATA_FOLDER="/named")
    assert named[0] == Path("/named/llamacpp/models")


@pytest.mark.parametrize(
    ("platform", "data", "settings"),
    [
        ("linux", ".local/share", ".config"),
        ("darwin", "Library/Application Support", ".config"),
        ("win32", "AppData/Local", "AppData/Roaming"),
    ],
)
def test_gpt4all_s_folder_and_its_settings(
    tmp_path: Path, platform: str, data: str, settings: str
) -> None:
    default = tmp_path / data / "nomic.ai/GPT4All"
    assert folders(GPT4ALL, tmp_path, platform) == [default, tmp_path / ".cache/gpt4all"]
    ini = tmp_path / settings / "nomic.ai/GPT4All.ini"
    put_text(ini, "[General]\nchatTheme=Dark\nmodelPath=/gro\\xdf/modelle/\nserverChat=false\n")
    assert folders(GPT4ALL, tmp_path, platform)[0] == Path("/groß/modelle")


@pytest.mark.parametrize(
    ("platform", "default"),
    [("linux", ".cache"), ("darwin", "Library/Caches"), ("win32", "AppData/Local")],
)
def test_llama_cpp_s_own_cache(tmp_path: Path, platform: str, default: str) -> None:
    assert folders(LLAMA_CPP, tmp_path, platform) == [tmp_path / default / "llama.cpp"]
    named = folders(LLAMA_CPP, tmp_path, platform, LLAMA_CACHE="/named")
    assert named[:2] == [Path("/named")] * 2  # as a cache of the Hub, and as it was before


def test_windows_variables_are_used(tmp_path: Path) -> None:
    found = folders(GPT4ALL, tmp_path, "win32", LOCALAPPDATA="/l", APPDATA="/r")
    assert found[0] == Path("/l/nomic.ai/GPT4All")
    assert folders(JAN, tmp_path, "win32", APPDATA="/r")[0] == Path("/r/Jan/data/llamacpp/models")


def test_own_folders_come_first_and_each_folder_once(tmp_path: Path) -> None:
    machine = Machine({"HF_HUB_CACHE": str(tmp_path / ".cache/huggingface/hub")}, tmp_path, "linux")
    places = known_places(machine, [tmp_path / "mine"])
    assert (places[0].program, places[0].folder) == (BENCHTOP, tmp_path / "mine")
    once = {(place.folder, place.layout) for place in places}
    assert len(once) == len(places)
    assert places[1].folder == tmp_path / ".cache/huggingface/hub"
