"""What other programs on this disk have that Benchtop can use: their models, where they lie, and their
chats.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Signal

from benchtop.services.chat_import import BroughtIn, ChatImport
from benchtop.services.disk_thread import DiskThread
from benchtop.services.local_model_finder import LocalModelFinder
from benchtop.services.local_models import LocalModel
from benchtop.services.local_places import BENCHTOP, Machine
from benchtop.services.model_list import ModelList
from benchtop.services.store_thread import StoreThread


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
        self._disk = DiskThread(self)
        self._programs: dict[str, OtherProgram] = {}
        self._left = 0
        self._finder.found.connect(self._found_model)
        self._finder.ended.connect(lambda _count: self._part_done())

    @property
    def busy(self) -> bool:
        """Whether a search is under way."""
        return self._left > 0

    def look(self) -> None:
        """Search; ``found`` follows. Ignored while a search is under way."""
        if self._left == 0:
            self._programs, self._left = {}, 2
            self._finder.start()
            self._disk.run(_count_chats, self._counted)

    def bring_in(self, models: Sequence[LocalModel], chats_of: Sequence[str]) -> None:
        """Put models on the list, and bring in the chats of programs; the signals follow."""
        if models:
            self._models.register_found(models, self.models_done.emit, self.models_refused.emit)
        if chats_of:
            self._import.start(chats_of, self.chats_done.emit, self.chats_so_far.emit)

    def close(self) -> None:
        """Stop; what is being written comes to its end."""
        self._finder.close()
        self._disk.close()
        self._import.close()

    def _found_model(self, model: LocalModel) -> None:
        if model.program != BENCHTOP:
            before = self._programs.get(model.program, OtherProgram(model.program))
            self._programs[model.program] = replace(before, models=(*before.models, model))

    def _counted(self, counts: dict[str, int]) -> None:
        for name, count in counts.items():
            before = self._programs.get(name, OtherProgram(name))
            self._programs[name] = replace(before, chats=count)
        self._part_done()

    def _part_done(self) -> None:
        self._left -= 1
        if self._left == 0:
            self.found.emit(sorted(self._programs.values(), key=lambda one: one.name.casefold()))


def _count_chats() -> dict[str, int]:
    # Imported where it is used: rarely, and not before the first paint.
    from benchtop.services.chats_of_others import READERS  # noqa: PLC0415

    machine = Machine.here()
    counts = {name: reader.count(machine) for name, reader in READERS.items()}
    return {name: count for name, count in counts.items() if count}


__all__ = ["BroughtIn", "OtherProgram", "OtherPrograms"]
