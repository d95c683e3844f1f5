"""Where other programs keep their models on this disk, by their own settings and defaults.

Sources, each as of 2026:

- Hugging Face: huggingface_hub's constants.py (HF_HUB_CACHE, HUGGINGFACE_HUB_CACHE, HF_HOME).
- Ollama: envconfig/config.go and docs/faq.md (OLLAMA_MODELS; the service of Linux has a home of its own).
- LM Studio: findLMStudioHome.ts of lmstudio.js (``~/.lmstudio-home-pointer`` names its folder), the
  ``downloadsFolder`` of its settings.json, and lmstudio.ai/docs/basics/import-model.
- Jan: src-tauri/src/core/app/commands.rs (JAN_DATA_FOLDER, ``data_folder`` in its settings.json).
- GPT4All: gpt4all-chat/src/mysettings.cpp (``modelPath``, in an INI file of Qt), and its Python package.
- llama.cpp: common/hf-cache.cpp (LLAMA_CACHE, then the Hub's cache), and fs_get_cache_directory() of
  common/common.cpp for what was downloaded before that.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from benchtop.services.local_walk import small_text

HUB, OLLAMA, LM_STUDIO = "Hugging Face", "Ollama", "LM Studio"
JAN, GPT4ALL, LLAMA_CPP, BENCHTOP = "Jan", "GPT4All", "llama.cpp", "Benchtop"
Layout = Literal["hub", "ollama", "jan", "publisher", "folder"]
"""How the files lie: the Hub's cache, Ollama's blobs, Jan's model.yml, OWNER/NAME/FILE, or anyhow."""

_INI_PATH = re.compile(r"^\s*modelPaths?\s*=\s*(.+?)\s*$", re.MULTILINE)
_INI_ESCAPE = re.compile(r"\\x([0-9a-fA-F]{1,4})|\\(.)")


@dataclass(frozen=True, slots=True)
class Place:
    """A folder of a program. ``base`` is what the paths inside Jan's model.yml are relative to."""

    program: str
    folder: Path
    layout: Layout
    base: Path | None = None


@dataclass(frozen=True, slots=True)
class Machine:
    """What the places depend on: the environment, the home folder, and ``sys.platform``."""

    environment: Mapping[str, str]
    home: Path
    platform: str

    @classmethod
    def here(cls) -> Machine:
        """This one. A process without a home folder has the current folder for one."""
        try:
            home = Path.home()
        except RuntimeError:
            home = Path.cwd()
        return cls(os.environ, home, sys.platform)

    def named(self, variable: str) -> Path | None:
        """The folder that a variable names, with ``~`` for the home folder; None if it names none."""
        return self.path(self.environment.get(variable, ""))

    def path(self, text: str) -> Path | None:
        """A path as programs write it into their settings; None for nothing and for no path."""
        plain = text.strip().strip("\"'")
        if not plain or "\0" in plain:
            return None
        if plain == "~" or plain.startswith(("~/", "~\\")):
            return self.home / plain[2:]
        return Path(plain).absolute()

    @property
    def data(self) -> Path:
        """Where programs keep their data for one person; on Windows what roams with the person."""
        return self._folder("APPDATA", "AppData/Roaming", "XDG_DATA_HOME", ".local/share")

    @property
    def local_data(self) -> Path:
        """The same, on Windows what stays on this machine."""
        return self._folder("LOCALAPPDATA", "AppData/Local", "XDG_DATA_HOME", ".local/share")

    @property
    def cache(self) -> Path:
        """Where programs keep what they can fetch again."""
        if self.platform == "darwin":
            return self.home / "Library/Caches"
        return self._folder("LOCALAPPDATA", "AppData/Local", "XDG_CACHE_HOME", ".cache")

    @property
    def config(self) -> Path:
        """Where Qt writes INI files: also on a Mac in ``~/.config``."""
        if self.platform == "win32":
            return self.data
        return self.named("XDG_CONFIG_HOME") or self.home / ".config"

    def _folder(self, windows: str, windows_default: str, xdg: str, default: str) -> Path:
        if self.platform == "win32":
            return self.named(windows) or self.home / windows_default
        if self.platform == "darwin":
            return self.home / "Library/Application Support"
        return self.named(xdg) or self.home / default


def known_places(machine: Machine | None = None, own: Iterable[Path] = ()) -> list[Place]:
    """Every place to look in, also those that are not there; each folder once.

    ``own`` are Benchtop's folders of downloads. Where a file lies in two places, the first one's name
    is the one that is told.
    """
    machine = machine or Machine.here()
    places = [Place(BENCHTOP, folder, "publisher") for folder in own]
    for of_program in (_hub, _ollama, _lm_studio, _jan, _gpt4all, _llama_cpp):
        places += of_program(machine)
    once: dict[tuple[str, Layout], Place] = {}
    for place in places:
        once.setdefault((os.path.normcase(place.folder), place.layout), place)
    return list(once.values())


def _hub(machine: Machine) -> Iterator[Place]:
    for variable in ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"):
        if folder := machine.named(variable):
            yield Place(HUB, folder, "hub")
    if home := machine.named("HF_HOME"):
        yield Place(HUB, home / "hub", "hub")
    # On every system the library's default is below ~/.cache. A window may be started without the
    # variables that the person's terminal has, so the default is looked at as well.
    for cache in (machine.named("XDG_CACHE_HOME"), machine.home / ".cache"):
        if cache:
            yield Place(HUB, cache / "huggingface" / "hub", "hub")


def _ollama(machine: Machine) -> Iterator[Place]:
    if folder := machine.named("OLLAMA_MODELS"):
        yield Place(OLLAMA, folder, "ollama")
    yield Place(OLLAMA, machine.home / ".ollama" / "models", "ollama")
    if machine.platform.startswith("linux"):
        yield Place(OLLAMA, Path("/usr/share/ollama/.ollama/models"), "ollama")


def lm_studio_homes(machine: Machine) -> list[Path]:
    """LM Studio's folders: the one that its pointer names, then where it is by default and was before."""
    pointed = machine.path(small_text(machine.home / ".lmstudio-home-pointer"))
    default, older = machine.home / ".lmstudio", machine.home / ".cache" / "lm-studio"
    return [home for home in (pointed, default, older) if home is not None]


def _lm_studio(machine: Machine) -> Iterator[Place]:
    for home in lm_studio_homes(machine):
        chosen = machine.path(_text_in_json(home / "settings.json", "downloadsFolder"))
        if chosen:
            yield Place(LM_STUDIO, chosen, "publisher")
        yield Place(LM_STUDIO, home / "models", "publisher")


def jan_data_folders(machine: Machine) -> list[Path]:
    """Jan's data folders: what its settings name, then those of its versions."""
    settings = [machine.data / "Jan", machine.data / "jan.ai.app", machine.config / "Jan"]
    chosen = [machine.path(_text_in_json(f / "settings.json", "data_folder")) for f in settings]
    default = [folder / "data" for folder in settings]
    every = (machine.named("JAN_DATA_FOLDER"), *chosen, *default, machine.home / "jan")
    return [data for data in every if data]


def _jan(machine: Machine) -> Iterator[Place]:
    for data in jan_data_folders(machine):
        yield Place(JAN, data / "llamacpp" / "models", "jan", data)
        yield Place(JAN, data / "models", "jan", data)


def _gpt4all(machine: Machine) -> Iterator[Place]:
    settings = small_text(machine.config / "nomic.ai" / "GPT4All.ini")
    for match in _INI_PATH.finditer(settings):
        if folder := machine.path(_INI_ESCAPE.sub(_unescaped, match[1].strip('"'))):
            yield Place(GPT4ALL, folder, "folder")
    yield Place(GPT4ALL, machine.local_data / "nomic.ai" / "GPT4All", "folder")
    yield Place(GPT4ALL, machine.home / ".cache" / "gpt4all", "folder")


def _llama_cpp(machine: Machine) -> Iterator[Place]:
    if folder := machine.named("LLAMA_CACHE"):
        yield Place(LLAMA_CPP, folder, "hub")
        yield Place(LLAMA_CPP, folder, "folder")
    yield Place(LLAMA_CPP, machine.cache / "llama.cpp", "folder")


def _unescaped(match: re.Match[str]) -> str:
    """A sign that Qt's QSettings escaped: ``\\xe4`` and ``\\\\``."""
    return chr(int(match[1], 16)) if match[1] else match[2]


def _text_in_json(path: Path, name: str) -> str:
    """A text of a program's settings; empty where there is none to be had."""
    try:
        settings: Any = json.loads(small_text(path).removeprefix("\ufeff"))
    except (ValueError, RecursionError):
        return ""
    value = settings.get(name) if isinstance(settings, dict) else None
    return value if isinstance(value, str) else ""
