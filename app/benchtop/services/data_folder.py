"""Where everything of one person lies: one folder, readable by that person alone."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QStandardPaths

from benchtop.domain.errors import StoreFull, StoreReadOnly
from benchtop.store.whole_file import FULL_ERRNOS

TOOLS_FOLDER = "training-tools-"
"""How the names of all folders of training tools begin."""


@dataclass(frozen=True, slots=True)
class DataFolder:
    """The paths inside the data folder."""

    root: Path

    @property
    def database(self) -> Path:
        """Conversations, presets and the list of models."""
        return self.root / "benchtop.sqlite3"

    @property
    def settings(self) -> Path:
        """Settings and the window's state, as JSON."""
        return self.root / "settings.json"

    @property
    def hashes(self) -> Path:
        """SHA-256 sums of model files, so that a large file is read for it only once."""
        return self.root / "hashes.json"

    @property
    def logs(self) -> Path:
        """What the worker processes print."""
        return self.root / "logs"

    @property
    def crashes(self) -> Path:
        """A report for each time that something went wrong inside Benchtop."""
        return self.root / "crashes"

    @property
    def training(self) -> Path:
        """A folder for each training run: its tokens, checkpoints and samples."""
        return self.root / "training"

    @property
    def adapters(self) -> Path:
        """The adapters that were trained here."""
        return self.root / "adapters"

    @property
    def training_tools(self) -> Path:
        """torch and what it needs, where they were set up for Benchtop alone. They are for one version of
        Python, and a newer Benchtop may have another."""
        return self.root / f"{TOOLS_FOLDER}{sys.implementation.cache_tag}"

    @property
    def peft_tools(self) -> Path:
        """transformers, peft and what they need besides, where they were set up for Benchtop alone."""
        return self.training_tools.with_name(f"{self.training_tools.name}-peft")

    @property
    def turn_lock(self) -> Path:
        """Held by the one worker that may generate at a time."""
        return self.root / "turn.lock"

    @property
    def window_lock(self) -> Path:
        """Held by the one window of this folder."""
        return self.root / "window.lock"

    @property
    def window_guard(self) -> Path:
        """Held for the moment in which a lock that was left is taken."""
        return self.root / "window-guard.lock"

    @property
    def tools_lock(self) -> Path:
        """Held while the training tools are set up or removed."""
        return self.root / "training-tools.lock"

    @property
    def raise_request(self) -> Path:
        """Touched by a second start, to bring the first one's window forward."""
        return self.root / "window.raise"

    def prepare(self) -> None:
        """Make the folder, for this person only; raises StoreReadOnly or StoreFull."""
        try:
            self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.logs.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise explain_write_error(error, self.root) from error
        if not os.access(self.root, os.W_OK | os.X_OK):
            raise StoreReadOnly(path=str(self.root))


def find_data_folder() -> DataFolder:
    """The folder named by BENCHTOP_HOME, else the platform's own place for a program's data."""
    named = os.environ.get("BENCHTOP_HOME", "").strip()
    if named:
        return DataFolder(Path(named).expanduser().absolute())
    place = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericDataLocation)
    return DataFolder(Path(place) / "benchtop")


def explain_write_error(error: OSError, path: Path) -> StoreFull | StoreReadOnly:
    """The plain error behind a failed write."""
    if error.errno in FULL_ERRNOS:
        return StoreFull(path=str(path))
    return StoreReadOnly(path=str(path))
