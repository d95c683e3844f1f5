"""What a person can set, kept in settings.json.

Settings are not in the database: the theme and the offline switch must be known before the first
paint, and must hold when the database cannot be opened.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from functools import partial
from threading import Lock, Thread
from typing import Any, Literal

from PySide6.QtCore import QObject, Signal

from benchtop.domain.errors import BenchtopError, SettingsDamaged
from benchtop.services.atomic_file import change_json, damaged_copy, read_json
from benchtop.services.data_folder import DataFolder
from benchtop.services.mailbox import Mailbox

Place = tuple[str, str | None]
"""A setting's name, and the key in it where it is a mapping of which one entry is meant."""
ThemeChoice = Literal["system", "light", "dark"]


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting with its default.

    ``text_size`` in percent; ``threads`` None means measured, ``context_length`` (tokens) None means
    the model's own; ``thread_counts`` and ``thread_times`` (in seconds since 1970) remember what
    was measured and when, by machine and model size.
    ``models_folder`` is where downloads go; empty: the Hub's cache. ``check_revisions``: the Hub is
    asked at start-up, when online, whether models have newer files.
    ``compare``: the contestants on the Compare page, whether names are hidden there, and the text, the
    reference and the price of a kWh that measurements go by. ``teach``: the tab and the data set that were
    on show there.
    ``welcomed``: the welcome of the first start has been seen.
    ``preset_id`` "model" is what the model's makers suggest; ``params`` when not empty go before the preset.
    """

    theme: ThemeChoice = "system"
    text_size: int = 100
    threads: int | None = None
    context_length: int | None = None
    cache_megabytes: int = 512
    language: str = "en"
    bin_days: int = 30
    offline: bool = True
    model_id: str = "starter"
    preset_id: str = "model"
    params: Mapping[str, Any] = field(default_factory=dict)
    system_prompt: str = ""
    models_folder: str = ""
    check_revisions: bool = False
    welcomed: bool = False
    conversation_id: str | None = None
    new_chat_draft: str = ""
    closed_folders: Mapping[str, bool] = field(default_factory=dict)
    thread_counts: Mapping[str, int] = field(default_factory=dict)
    thread_times: Mapping[str, float] = field(default_factory=dict)
    thread_speeds: Mapping[str, float] = field(default_factory=dict)
    compare: Mapping[str, Any] = field(default_factory=dict)
    teach: Mapping[str, Any] = field(default_factory=dict)
    window: Mapping[str, Any] = field(default_factory=dict)


RANGES: dict[str, tuple[int, int]] = {
    "text_size": (80, 200),
    "threads": (1, 512),
    "context_length": (256, 1_048_576),
    "cache_megabytes": (0, 1_048_576),
    "bin_days": (1, 3_650),
}


class SettingsKeeper(QObject):
    """The settings of one data folder; a change is told at once, and written right after.

    A thread of its own writes, so that a slow disk holds up nobody who types; write_now() waits
    for it. A command and the window may both have the file open: each changes in it only what it
    has set itself. ``problem`` is why the file could not be read, or None; it is left as it is
    then, or is set aside before the first change where it is damaged.
    """

    changed = Signal(str, object)
    """The setting's name and its new value."""
    failed = Signal(object)
    """A BenchtopError: a change that could not be written. It still holds until the end."""

    def __init__(self, folder: DataFolder, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._path = folder.settings
        self._unwritten: dict[Place, Any] = {}
        self._asked = False
        self._lock = Lock()  # of the two above
        self._writing = Lock()  # of the file: the older change is never written last
        self._mailbox = Mailbox(self)
        self.problem: BenchtopError | None = None
        try:
            self._values = _checked(read_json(self._path))
        except BenchtopError as error:
            self.problem, self._values = error, Settings()
        kept = damaged_copy(self._path)
        if kept is not None:
            self.problem = SettingsDamaged(path=str(self._path), kept=str(kept))

    @property
    def values(self) -> Settings:
        """The settings as they are now."""
        return self._values

    @property
    def offline(self) -> bool:
        """Whether the network is refused; BENCHTOP_OFFLINE=1 refuses it whatever the switch says."""
        return self._values.offline or os.environ.get("BENCHTOP_OFFLINE", "") not in ("", "0")

    def set(self, name: str, value: object) -> None:
        """Change one setting; a value out of range is brought into it."""
        values = _checked({**asdict(self._values), name: value})
        new = getattr(values, name)
        if new == getattr(self._values, name):
            return
        self._values = values
        with self._lock:
            for place in [place for place in self._unwritten if place[0] == name]:
                del self._unwritten[place]
        self._write_soon((name, None), new)
        self.changed.emit(name, new)

    def put(self, name: str, key: str, value: object) -> None:
        """Set one entry of a setting that is a mapping; entries of other processes stay."""
        self._values = _checked(
            {**asdict(self._values), name: {**getattr(self._values, name), key: value}}
        )
        self._write_soon((name, key), value)
        self.changed.emit(name, getattr(self._values, name))

    def write_now(self) -> bool:
        """Write what is not written yet; whether everything is in the file. Blocks until then."""
        with self._writing:
            return self._write()

    def _write_soon(self, place: Place, value: object) -> None:
        with self._lock:
            self._unwritten[place] = value
            asked, self._asked = self._asked, True
        if not asked:  # else the write that is waiting takes this along
            Thread(target=self.write_now, name="settings").start()

    def _write(self) -> bool:
        with self._lock:
            changes, self._asked = dict(self._unwritten), False
        if not changes:
            return True
        try:
            written = change_json(self._path, partial(_with, changes))
        except BenchtopError as refused:
            error = refused
            self._mailbox.send(lambda: self.failed.emit(error))
            return False
        with self._lock:
            for place, value in changes.items():
                if place in self._unwritten and self._unwritten[place] is value:
                    del self._unwritten[place]
        self._mailbox.send(partial(self._take, frozenset(n for n, key in changes if key), written))
        return True

    def _take(self, names: frozenset[str], written: dict[str, Any]) -> None:
        """Take over what other processes have put into these settings."""
        theirs = _checked(written)
        with self._lock:
            names -= {name for name, _ in self._unwritten}  # newer here than in the file
        self._values = replace(self._values, **{name: getattr(theirs, name) for name in names})


def _with(changes: Mapping[Place, Any], there: Mapping[str, Any]) -> dict[str, Any]:
    """The file's object with our changes.

    Names this version does not know stay in it, for the version that does.
    """
    values = dict(there)
    for (name, key), value in changes.items():
        if key is None:
            values[name] = value
        else:
            old = values.get(name)
            values[name] = {**(old if isinstance(old, Mapping) else {}), key: value}
    return values


def _checked(raw: Mapping[str, Any]) -> Settings:
    """The known settings of ``raw`` whose type and range are right; defaults for the rest."""
    values = Settings()
    for item in fields(Settings):
        if item.name not in raw:
            continue
        value = _fitting(item.name, getattr(values, item.name), raw[item.name])
        if value is not None or raw[item.name] is None:
            values = replace(values, **{item.name: value})
    return values


def _fitting(name: str, default: object, value: Any) -> Any:
    if value is None:
        return default
    if name in RANGES:
        low, high = RANGES[name]
        if isinstance(value, bool) or not isinstance(value, int):
            return default
        return min(max(value, low), high)
    if name == "theme":
        return value if value in ("system", "light", "dark") else default
    if name == "conversation_id":
        return value if isinstance(value, str) else None
    if isinstance(default, Mapping):
        return dict(value) if isinstance(value, Mapping) else default
    return value if isinstance(value, type(default)) else default
