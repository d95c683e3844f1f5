"""The list of models for the window: read on the store's thread, found by id at once."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, SignalInstance

from benchtop.domain.adapters import AdapterFile
from benchtop.domain.downloads import Download
from benchtop.domain.errors import BenchtopError
from benchtop.domain.hub import HubRepository
from benchtop.domain.models import STARTER_ID, ModelFile
from benchtop.domain.repo_files import Choice
from benchtop.services.adapter_library import AdapterLibrary
from benchtop.services.adapters import adapters_for
from benchtop.services.downloaded_models import FromHub, register_download
from benchtop.services.file_check import after_check
from benchtop.services.library import (
    Imported,
    all_models,
    import_some,
    remove_model,
)
from benchtop.services.store_thread import StoreThread

if TYPE_CHECKING:
    from benchtop.services.local_models import LocalModel
    from benchtop.store.database import Store

IMPORTED_AT_ONCE = 8
"""Files whose heads are read in one go on the store's thread, while other writing waits."""


class ModelList(QObject):
    """The starter and what was imported."""

    changed = Signal(list)
    """The ModelFiles there are."""
    imported = Signal(object)
    """A ModelFile that was just registered."""
    arrived = Signal(object)
    """A ModelFile that was just downloaded, or found to be here already: it is not chosen by that."""
    spoiled = Signal(str, object)
    """The id of a Download that cannot be put on the list, and the BenchtopError that says why."""
    adapters_imported = Signal(list)
    """AdapterFiles that were just registered."""
    removed = Signal(object)
    """A ModelFile that was taken off the list: put_back() undoes it."""
    failed = Signal(object)
    """A BenchtopError."""

    def __init__(self, store: StoreThread, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._models: list[ModelFile] = []
        self.adapters = AdapterLibrary(store, self)

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
        """Register a GGUF file where it lies, be it a model or an adapter; the file is read on the
        store's thread."""

        def told(all_of_it: Imported) -> None:
            for error in all_of_it.refused:
                self.failed.emit(error)
            if all_of_it.adapters:
                self.adapters_imported.emit(list(all_of_it.adapters))
            for model in (*all_of_it.new, *all_of_it.known):
                self._tell(self.imported, model)

        self.import_files([str(path)], told)

    def remove(self, model_id: str, refused: Callable[[BenchtopError], None] | None = None) -> None:
        """Take a model off the list; its file stays. ``refused`` is told why it cannot be."""
        self._store.run(
            lambda store: remove_model(store, model_id), self._removed, refused or self.failed.emit
        )

    def put_back(self, model: ModelFile) -> None:
        """Undo a removal."""
        self._then_refresh(lambda store: store.models.restore(model.id))

    def read_adapters(self, model: ModelFile, then: Callable[[list[AdapterFile]], None]) -> None:
        """Tell ``then`` the adapters that fit a model by their measures."""
        self._store.run(
            lambda store: adapters_for(store.adapters.all(), model), then, lambda _error: None
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

    def set_checked(self, model: ModelFile, sums: Sequence[str]) -> ModelFile:
        """Keep what reading all files of a model again found (see file_check), and return it."""
        checked = after_check(model, list(sums), time.time())
        if model.source != "starter":
            names = ("sha256", "companions", "verified", "damaged")
            changes = {name: getattr(checked, name) for name in names}
            self._then_refresh(lambda store: store.models.change(model.id, **changes))
        return checked

    def note_sums(self, sums: Sequence[tuple[ModelFile, str]]) -> None:
        """Keep the sums of first files that were read; what is known better by now stays."""

        def work(store: Store) -> None:
            for model, found in sums:
                known = store.models.get(model.id)
                if known is not None and not known.sha256 and known.bytes == model.bytes:
                    store.models.change(model.id, sha256=found)

        self._then_refresh(work)

    def set_made(self, model: ModelFile, sha256: str) -> None:
        """Keep the sum of a file that was made here just now, whatever lay at its place before."""
        self._then_refresh(
            lambda store: store.models.change(
                model.id, sha256=sha256, verified=None, damaged=None, newer=""
            )
        )

    def set_newer(self, newer: Mapping[str, str]) -> None:
        """Keep for which models, by id, the Hub has another file, and at which commit; empty: none."""
        changed = {
            model.id: newer[model.id]
            for model in self._models
            if model.id in newer and newer[model.id] != model.newer
        }

        def work(store: Store) -> None:
            for model_id, revision in changed.items():
                store.models.change(model_id, newer=revision)

        if changed:
            self._then_refresh(work)

    def register_found(
        self,
        found: Sequence[LocalModel],
        then: Callable[[int], object],
        refused: Callable[[BenchtopError], None] | None = None,
    ) -> None:
        """Put files that other programs have on the list; ``then`` gets how many were new, ``refused``
        why they could not be."""

        def work(store: Store) -> int:
            from benchtop.services.found_models import register_all_found  # noqa: PLC0415

            return len(register_all_found(store, found))

        def told(new: int) -> None:
            self.after_refresh(lambda _models: then(new))

        self._store.run(work, told, refused or self.failed.emit)

    def register_copy(self, local: LocalModel, repository: HubRepository, choice: Choice) -> None:
        """Put a file on the list that another program has, instead of downloading it."""

        def work(store: Store) -> ModelFile:
            from benchtop.services.local_copies import register_copy  # noqa: PLC0415

            return register_copy(store, local, repository, choice)

        def done(model: ModelFile) -> None:
            self.refresh()
            self._tell(self.arrived, model)

        self._store.run(work, done, self.failed.emit)

    def import_files(
        self, paths: Sequence[str], then: Callable[[Imported], object] = lambda _all: None
    ) -> None:
        """Register files where they lie; ``then`` is told of all of them at once."""
        waiting, so_far = list(paths), Imported()

        def some(store: Store) -> Imported:
            return import_some(store, waiting[:IMPORTED_AT_ONCE])

        def told(result: Imported) -> None:
            nonlocal so_far
            so_far = so_far.with_more(result)
            del waiting[:IMPORTED_AT_ONCE]
            if waiting:
                self._store.run(some, told, self.failed.emit)  # others have their turn in between
            else:
                self.after_refresh(lambda _models: then(so_far))

        self._store.run(some, told, self.failed.emit)

    def register(self, download: Download, paths: Sequence[str]) -> None:
        """Put what was downloaded on the list; ``spoiled`` where it is no model."""
        files, places = download.files, tuple(paths)
        origin = FromHub(download.repo, download.revision, files, places, download.licence)

        def done(model: ModelFile) -> None:
            self.refresh()
            self._tell(self.arrived, model)

        def refused(error: BenchtopError) -> None:
            self.spoiled.emit(download.id, error)

        self._store.run(lambda store: register_download(store, origin), done, refused)

    def after_refresh(self, then: Callable[[list[ModelFile]], object]) -> None:
        """Tell ``then`` the models, once all that was asked for until now is done."""

        def take(models: list[ModelFile]) -> None:
            self._take(models)
            then(models)

        self._store.run(all_models, take, self.failed.emit)

    def _tell(self, signal: SignalInstance, model: ModelFile) -> None:
        """After the list was read again: whoever hears of it finds it there."""
        self._store.run(lambda _store: model, signal.emit)

    def _then_refresh(self, work: Callable[[Store], object]) -> None:
        self._store.run(work, lambda _: self.refresh(), self.failed.emit)

    def used(self, model: ModelFile) -> None:
        """Note that a model was used now."""
        now = time.time()

        def work(store: Store) -> None:
            if model.id == STARTER_ID:
                store.models.change_starter(last_used=now)
            else:
                store.models.touch(model.id, now)

        self._store.run(work)

    def _take(self, models: list[ModelFile]) -> None:
        self._models = models
        self.changed.emit(models)
        self.adapters.refresh()  # what changes one list may have changed the other

    def _removed(self, model: ModelFile) -> None:
        self.refresh()
        self.removed.emit(model)
