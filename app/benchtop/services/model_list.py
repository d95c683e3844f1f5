"""The list of models for the window: read on the store's thread, found by id at once."""

from __future__ import annotations

import time
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from benchtop.domain.models import STARTER_ID, ModelFile
from benchtop.services.library import all_models, import_model, remove_model
from benchtop.services.store_thread import StoreThread


class ModelList(QObject):
    """The starter and what was imported."""

    changed = Signal(list)
    """The ModelFiles there are."""
    imported = Signal(object)
    """A ModelFile that was just registered."""
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
            self._store.run(lambda _store: model, self.imported.emit)

        self._store.run(lambda store: import_model(store, path), done, self.failed.emit)

    def remove(self, model_id: str) -> None:
        """Take a model off the list; its file stays."""
        self._store.run(
            lambda store: remove_model(store, model_id), self._removed, self.failed.emit
        )

    def put_back(self, model: ModelFile) -> None:
        """Undo a removal."""
        self._store.run(
            lambda store: store.models.put(model), lambda _: self.refresh(), self.failed.emit
        )

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
