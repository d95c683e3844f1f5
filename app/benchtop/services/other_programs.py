"""What other programs on this disk have that Benchtop can use: their models, where they lie, and their
chats.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, QTimer, Signal

from benchtop.services.chat_import import BroughtIn, ChatImport
from benchtop.services.local_model_finder import LocalModelFinder
from benchtop.services.local_models import LocalModel
from benchtop.services.local_places import BENCHTOP, Machine
from benchtop.services.model_list import ModelList
from benchtop.services.other_chats import ChatReader
from benchtop.services.reading_thread import ReadingThread
from benchtop.services.store_thread import StoreThread

PATIENCE_MS = 30_000
"""A search that takes longer waits for a disk that does not answer: what was found is shown."""
_MODELS = "models"


@dataclass(frozen=True, slots=True)
class OtherProgram:
    """A program with what was found of it. ``chats`` is how many files or entries there are, not yet read."""

    name: str
    models: tuple[LocalModel, ...] = ()
    chats: int = 0

    @property
    def bytes(self) -> int:
        """The size of its models."""
        return sum(model.bytes for model in self.models)


class OtherPrograms(QObject):
    """One search at a time, of its own: the Models page may be searching beside it."""

    found = Signal(list)
    """The search is over: an OtherProgram for each that has something."""
    chats_so_far = Signal(object)
    """The BroughtIn of an import under way."""
    chats_done = Signal(object)
    """The BroughtIn of an import that came to its end."""
    models_done = Signal(int)
    """How many models are new on the list."""
    models_refused = Signal(object)
    """A BenchtopError: why the models could not be put there."""

    def __init__(
        self, store: StoreThread, models: ModelList, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._models = models
        self._finder = LocalModelFinder(self)
        self._import = ChatImport(store, self)
        self._reading = ReadingThread(self)
        self._patience = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._patience.timeout.connect(self._show_found)
        self._programs: dict[str, OtherProgram] = {}
        self._awaited: set[str] = set()
        self._search = 0
        self.is_whole = True
        """Whether all that was asked in the last search has answered."""
        self._finder.found.connect(self._found_model)
        self._finder.ended.connect(lambda _count: self._part_done(self._search, _MODELS))

    @property
    def busy(self) -> bool:
        """Whether a search is under way."""
        return bool(self._awaited)

    def look(self) -> None:
        """Search; ``found`` follows. Ignored while a search is under way."""
        if self.busy:
            return
        # Imported where it is used: rarely, and not before the first paint.
        from benchtop.services.chats_of_others import READERS  # noqa: PLC0415

        self._programs, self._awaited, self.is_whole = {}, {_MODELS, *READERS}, True
        self._search += 1
        self._patience.start()
        self._finder.start()
        for name, reader in READERS.items():  # a thread for each: one may wait for a dead disk
            self._count(name, reader)

    def bring_in(self, models: Sequence[LocalModel], chats_of: Sequence[str]) -> None:
        """Put models on the list, and bring in the chats of programs; the signals follow."""
        if models:
            self._models.register_found(models, self.models_done.emit, self.models_refused.emit)
        if chats_of:
            self._import.start(chats_of, self.chats_done.emit, self.chats_so_far.emit)

    def close(self) -> None:
        """Stop; what is being written comes to its end."""
        self._patience.stop()
        self._reading.close()
        self._finder.close()
        self._import.close()

    def _found_model(self, model: LocalModel) -> None:
        if model.program != BENCHTOP:
            before = self._programs.get(model.program, OtherProgram(model.program))
            self._programs[model.program] = replace(before, models=(*before.models, model))

    def _count(self, name: str, reader: ChatReader) -> None:
        search, cancelled = self._search, self._reading.cancelled

        def counted(count: int) -> None:
            if search == self._search and count:
                before = self._programs.get(name, OtherProgram(name))
                self._programs[name] = replace(before, chats=count)
            self._part_done(search, name)

        def failed(_error: Exception) -> None:
            counted(1)  # it is offered, and what is wrong is told when it is read

        self._reading.run(lambda: reader.count(Machine.here(), cancelled), counted, failed)

    def _part_done(self, search: int, part: str) -> None:
        if search == self._search and part in self._awaited:
            self._awaited.remove(part)
            if not self._awaited:
                self._show_found()

    def _show_found(self) -> None:
        """Show what there is, also where something has not answered."""
        self._patience.stop()
        self.is_whole, self._awaited = not self._awaited, set()
        self._finder.cancel()
        self._search += 1  # who answers now is too late
        self.found.emit(sorted(self._programs.values(), key=lambda one: one.name.casefold()))


__all__ = ["BroughtIn", "OtherProgram", "OtherPrograms"]
