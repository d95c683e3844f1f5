"""Adapters looked at before a reply is asked of a model with them, while the window goes on."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QObject

from benchtop.domain.errors import BenchtopError
from benchtop.domain.generation import AdapterUse
from benchtop.domain.models import ModelFile
from benchtop.services.adapters import check_adapters
from benchtop.services.data_folder import DataFolder
from benchtop.services.disk_thread import DiskThread


class AdapterCheck(QObject):
    """Runs check_adapters() on a thread of its own; answers come on the thread this object lives in."""

    def __init__(self, folder: DataFolder, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder = folder
        self._thread: DiskThread | None = None
        self._closed = threading.Event()

    def run(
        self,
        model: ModelFile,
        uses: Sequence[AdapterUse],
        then: Callable[[BenchtopError | None], object],
    ) -> None:
        """Tell ``then`` why these adapters cannot be used with this model, or None."""
        if self._thread is None:
            self._thread = DiskThread(self)
        self._thread.run(
            partial(check_adapters, self._folder, model, tuple(uses), self._closed.is_set),
            lambda _none: then(None),
            then,
        )

    def close(self) -> None:
        """Look at nothing more, and tell nobody anything."""
        self._closed.set()
        if self._thread is not None:
            self._thread.close()
