"""The list of models for the window: read on the store's thread, found by id at once."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, SignalInstance

from benchtop.domain.downloads import Download
from benchtop.domain.errors import BenchtopError
from benchtop.domain.models import STARTER_ID, ModelFile
from benchtop.services.library import (
    FromHub,
    all_models,
    import_model,
    register_download,
    remove_model,
)
from benchtop.services.store_thread import StoreThread

if TYPE_CHECKING:
    from benchtop.services.local_models import LocalModel
    from benchtop.store.database import Store


class ModelList(QObject):
    """The starter and what was imported."""

    changed = Signal(list)
    """The ModelFiles there are."""
    imported = Signal(object)
    """A ModelFile that was just registered."""
    arrived = Signal(object)
    """A ModelFile that was just downloaded, or dropped onto the window: it is not chosen by that."""
    removed = Signal(object)
    """A ModelFile that was taken off the list: put_back() undoes it."""
    failed = Signal(object)
    """A BenchtopError."""

    def __init__(self, store: StoreThread, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._models: list[ModelFile] = []

    @property
    def models(self) -> list[ModelFile]:
        """The models as last read."""
        return list(self._models)

    def by_id(self, model_id: str) -> ModelFile | None:
        """The model of an id, or None."""
        return next((m for m in self._models if m.id == model_id), None)

    def default(self, preferred: str = STARTER_ID) -> ModelFile | None:
        """The preferred model, else the starter, else the first."""
        return self.by_id(preferred) or self.by_id(STARTER_ID) or next(iter(self._models), None)

    def refresh(self) -> None:
        """Read the list again."""
        self._store.run(all_models, self._take, self.failed.emit)

    def import_file(self, path: str | Path) -> None:
        """Register a GGUF file where it lies; the file is read on the store's thread."""

        def done(model: ModelFile) -> None:
            self.refresh()
            self._tell(self.imported, model)

        self._store.run(lambda store: import_model(store, path), done, self.failed.emit)

    def remove(self, model_id: str) -> None:
        """Take a model off the list; its file stays."""
        self._store.run(
            lambda store: remove_model(store, model_id), self._removed, self.failed.emit
        )

    def put_back(self, model: ModelFile) -> None:
        """Undo a removal."""
        self._store.run(
            lambda store: store.models.restore(model.id), lambda _: self.refresh(), self.failed.emit
        )

    def rename(self, model_id: str, name: str) -> None:
        """Give a model a name of the person's own."""
        self._then_refresh(lambda store: store.models.rename(model_id, name))

    def note(self, model_id: str, text: str) -> None:
        """Keep what a person writes about a model."""
        self._store.keep(lambda store: store.models.note(model_id, text), f"note {model_id}")
        known = self.by_id(model_id)
        if known is not None:  # told to nobody: whoever types it has it on the screen
            place = self._models.index(known)
            self._models[place] = replace(known, notes=text)

    def set_checked(self, model_id: str, sha256: str, when: float) -> None:
        """Keep the sum of a file that was read to its end and found right."""
        self._then_refresh(
            lambda store: store.models.change(model_id, sha256=sha256, verified=when)
        )

    def register_found(self, local: LocalModel) -> None:
        """Put a file that another program has on the list."""

        def work(store: Store) -> None:
            from benchtop.services.found_models import register_found  # noqa: PLC0415

            register_found(store, local)

        self._then_refresh(work)

    def import_files(self, paths: Sequence[str]) -> None:
        """Register files where they lie; the first few that cannot be are told."""

        def work(store: Store) -> tuple[list[ModelFile], list[BenchtopError]]:
            done: list[ModelFile] = []
            refused: list[BenchtopError] = []
            for path in paths:
                try:
                    done.append(import_model(store, path))
                except BenchtopError as error:
                    refused.append(error)
            return done, refused

        def told(result: tuple[list[ModelFile], list[BenchtopError]]) -> None:
            done, refused = result
            self.refresh()
            for model in done:
                self._tell(self.arrived, model)
            for error in refused[:3]:
                self.failed.emit(error)

        self._store.run(work, told, self.failed.emit)

    def register(self, download: Download, paths: Sequence[str]) -> None:
        """Put what was downloaded on the list."""
        first = download.files[0]
        origin = FromHub(download.repo, download.revision, first, download.licence)

        def done(model: ModelFile) -> None:
            self.refresh()
            self._tell(self.arrived, model)

        self._store.run(
            lambda store: register_download(store, paths[0], origin), done, self.failed.emit
        )

    def _tell(self, signal: SignalInstance, model: ModelFile) -> None:
        """After the list was read again: whoever hears of it finds it there."""
        self._store.run(lambda _store: model, signal.emit)

    def _then_refresh(self, work: Callable[[Store], object]) -> None:
        self._store.run(work, lambda _: self.refresh(), self.failed.emit)

    def used(self, model: ModelFile) -> None:
        """Note that a model was used now."""
        if model.id != STARTER_ID:
            self._store.run(lambda store: store.models.touch(model.id, time.time()))

    def _take(self, models: list[ModelFile]) -> None:
        self._models = models
        self.changed.emit(models)

    def _removed(self, model: ModelFile) -> None:
        self.refresh()
        self.removed.emit(model)
