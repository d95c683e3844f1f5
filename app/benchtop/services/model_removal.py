"""Taking models off the list, with their files where a person wishes that, and bringing them back.

The files go first. Who dies after that finds the model on the list, missing, and its files in the
system's bin: nothing is lost, and nothing takes room that nobody knows of. They also come back first,
and the model onto the list only when all of them have.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, Qt, Signal

from benchtop.domain.errors import BenchtopError
from benchtop.domain.models import ModelFile
from benchtop.services.file_bin import BinnedFile, bring_all_back, move_to_bin
from benchtop.services.file_check import after_check, known_sum, read_again
from benchtop.services.library import is_missing
from benchtop.services.model_list import ModelList
from benchtop.services.model_places import files_to_remove


@dataclass(frozen=True, slots=True)
class Removed:
    """A model that is off the list, what of it lies in the bin, and whether its file had been gone."""

    model: ModelFile
    binned: tuple[BinnedFile, ...] = ()
    was_missing: bool = False


class ModelRemoval(QObject):
    """Moves files on a thread of its own; signals come on the thread this object lives in."""

    removed = Signal(object)
    """What was Removed: put_back() undoes it."""
    refused = Signal(object)
    """A BenchtopError: nothing was removed."""
    not_back = Signal(object, object)
    """What was Removed and stays so, and a BenchtopError; put_back() may be tried again."""
    _done = Signal(object)

    def __init__(self, models: ModelList, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._models = models
        self._executor: ThreadPoolExecutor | None = None
        self._under_way: dict[str, Removed] = {}
        self._closed = False
        self._done.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        models.removed.connect(self._off_the_list)

    def remove(self, model_id: str, *, with_files: bool) -> None:
        """Take a model off the list, and move those of its files to the bin that no other model has."""
        model, others = self._models.by_id(model_id), self._models.models
        if model is not None and model_id not in self._under_way and not self._closed:
            self._under_way[model_id] = Removed(model)
            self._run(partial(self._move, model, others if with_files else None))

    def put_back(self, removed: Removed) -> None:
        """Bring the files back to where they lay, and the model back onto the list."""
        if not self._closed:
            self._run(partial(self._bring_back, removed))

    def close(self) -> None:
        """Wait for the files that are being moved; what was asked before that is still done."""
        self._closed = True
        if self._executor is not None:
            self._executor.shutdown(wait=True, cancel_futures=True)

    def _run(self, work: Callable[[], Callable[[], object]]) -> None:
        if self._executor is None:
            self._executor = ThreadPoolExecutor(1, thread_name_prefix="bin")
        self._executor.submit(lambda: self._done.emit(work()))

    def _move(self, model: ModelFile, others: Sequence[ModelFile] | None) -> Callable[[], object]:
        missing = is_missing(model)
        try:
            files = [] if others is None else files_to_remove(model, others)
            removed = Removed(model, tuple(move_to_bin(files)), missing)
        except BenchtopError as error:
            return partial(self._refuse, model.id, error)
        return partial(self._moved, removed)

    def _moved(self, removed: Removed) -> None:
        self._under_way[removed.model.id] = removed
        self._models.remove(removed.model.id, partial(self._stays, removed))

    def _refuse(self, model_id: str, error: BenchtopError) -> None:
        del self._under_way[model_id]
        self.refused.emit(error)

    def _stays(self, removed: Removed, error: BenchtopError) -> None:
        """The list cannot be written: the files go back to where they lay."""

        def work() -> Callable[[], object]:
            with suppress(BenchtopError):
                bring_all_back(removed.binned)
            return partial(self._refuse, removed.model.id, error)

        self._run(work)

    def _off_the_list(self, model: ModelFile) -> None:
        removed = self._under_way.pop(model.id, Removed(model))
        self.removed.emit(removed)

    def _bring_back(self, removed: Removed) -> Callable[[], object]:
        try:
            bring_all_back(removed.binned)
        except BenchtopError as error:
            if not self._is_there(removed.model):
                return partial(self.not_back.emit, removed, error)
        return partial(self._models.put_back, removed.model)

    def _is_there(self, model: ModelFile) -> bool:
        """Whether the same bytes lie there again: they were downloaded anew meanwhile."""
        if not known_sum(model) or is_missing(model):
            return False
        reading = read_again(model, lambda: self._closed, lambda _done: None)
        return bool(reading.sums) and after_check(model, list(reading.sums), 0.0).damaged is None

    def _deliver(self, tell: Callable[[], object]) -> None:
        if not self._closed:
            tell()
