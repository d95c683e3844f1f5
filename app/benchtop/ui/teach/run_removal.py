"""Runs that a person does not want to see any more: into the bin, with Undo."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from benchtop.domain.errors import BenchtopError
from benchtop.domain.training import TrainingRun
from benchtop.services.teach_services import TeachServices
from benchtop.ui.undo_stack import UndoStack


class RunRemoval(QObject):
    """``changed`` is called after each removal and each Undo, ``refused`` with what went wrong."""

    def __init__(
        self,
        services: TeachServices,
        undo: UndoStack,
        changed: Callable[[], object],
        refused: Callable[[BenchtopError], object],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._services, self._undo = services, undo
        self._changed, self._refused = changed, refused

    def remove(self, run: TrainingRun) -> None:
        """Move a run to the bin; what it taught stays. Its folder goes when the bin is emptied."""

        def removed(_none: None) -> None:
            words = self.tr("The run “{name}” is in the bin.").format(name=run.name)
            self._undo.push(words, lambda _left: self._restore(run.id), [run.id])
            self._changed()

        self._services.ask(lambda store: store.training_runs.delete(run.id), removed, self._refused)

    def _restore(self, run_id: str) -> None:
        self._services.ask(
            lambda store: store.training_runs.restore(run_id),
            lambda _none: self._changed(),
            self._refused,
        )
