"""The adapters on this disk for the window: listed, judged by a model, exported, removed and brought back.

A file goes into the system's bin before its adapter goes off the list. Who dies in between finds it on the
list, missing, and its file in the bin. It comes back first, too.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject, Signal

from benchtop.domain.adapters import AdapterFile, fits, of_base
from benchtop.domain.errors import BenchtopError, FileNotWritten, FolderMissing, StoreFull
from benchtop.domain.models import ModelFile
from benchtop.domain.teach_errors import AdapterMissing
from benchtop.services.disk_thread import DiskThread
from benchtop.services.file_bin import BinnedFile, bring_all_back, move_to_bin
from benchtop.services.store_thread import StoreThread
from benchtop.store.whole_file import FULL_ERRNOS, replace_file_by_parts

if TYPE_CHECKING:
    from benchtop.store.database import Store

Verdict = Literal["fits", "missing", "other_file", "other_model"]
"""other_file: made from another file of a model of these measures, by its sum."""
PIECE_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class RemovedAdapter:
    """An adapter that is off the list, and what of it lies in the bin: nothing where it had been gone."""

    adapter: AdapterFile
    binned: tuple[BinnedFile, ...] = ()


def judge(adapter: AdapterFile, model: ModelFile, *, missing: bool) -> Verdict:
    """Whether an adapter can be used with a model, as far as is known without reading the model."""
    if missing:
        return "missing"
    if model.shape is None or not fits(adapter, model.shape):
        return "other_model"
    return "other_file" if of_base(adapter, model.sha256) is False else "fits"


class AdapterLibrary(QObject):
    """The list as last read; what takes a disk's time is done on a thread of its own."""

    changed = Signal()
    """The list, or which of its files are there."""
    removed = Signal(object)
    """A RemovedAdapter: put_back() undoes it."""
    not_back = Signal(object, object)
    """A RemovedAdapter that stays so, and a BenchtopError; put_back() may be tried again."""
    exported = Signal(object, str)
    """An AdapterFile, and where its copy lies."""
    failed = Signal(object)
    """A BenchtopError: nothing was changed."""

    def __init__(self, store: StoreThread, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._disk: DiskThread | None = None
        self._adapters: list[AdapterFile] = []
        self._missing: frozenset[str] = frozenset()

    @property
    def adapters(self) -> list[AdapterFile]:
        """Those on the list, by name."""
        return list(self._adapters)

    def by_id(self, adapter_id: str) -> AdapterFile | None:
        """The adapter of an id, or None."""
        return next((one for one in self._adapters if one.id == adapter_id), None)

    def by_path(self, path: str) -> AdapterFile | None:
        """The adapter whose file is at this path, or None."""
        return next((one for one in self._adapters if one.path == path), None)

    def is_missing(self, adapter: AdapterFile) -> bool:
        """Whether its file was gone when the list was read."""
        return adapter.id in self._missing

    def judge(self, adapter: AdapterFile, model: ModelFile) -> Verdict:
        """Whether it can be used with a model, as far as is known."""
        return judge(adapter, model, missing=self.is_missing(adapter))

    def belongs(self, adapter: AdapterFile, model: ModelFile) -> bool:
        """Whether it was made for a model, be its file there or not."""
        return judge(adapter, model, missing=False) == "fits"

    def refresh(self) -> None:
        """Read the list again, and look which files are there; ``changed`` follows when that is new."""
        self._store.run(_read, self._take, lambda _error: None)

    def remove(self, adapter_id: str) -> None:
        """Move an adapter's file to the system's bin and take it off the list."""
        adapter = self.by_id(adapter_id)
        if adapter is not None:
            self._work().run(
                partial(_bin, adapter), partial(self._binned, adapter), self.failed.emit
            )

    def put_back(self, removed: RemovedAdapter) -> None:
        """Bring the file back to where it lay, and the adapter back onto the list."""
        self._work().run(
            partial(_bring_back, removed),
            lambda _none: self._restore(removed.adapter),
            partial(self.not_back.emit, removed),
        )

    def export(self, adapter_id: str, target: str | Path) -> None:
        """Copy an adapter's file to ``target``: whole, or what lay there before."""
        adapter = self.by_id(adapter_id)
        if adapter is not None:
            self._work().run(
                partial(export_adapter, adapter, Path(target)),
                lambda path: self.exported.emit(adapter, str(path)),
                self.failed.emit,
            )

    def close(self) -> None:
        """Begin nothing more and tell nobody anything."""
        if self._disk is not None:
            self._disk.close()

    def _work(self) -> DiskThread:
        if self._disk is None:
            self._disk = DiskThread(self)
        return self._disk

    def _take(self, found: tuple[list[AdapterFile], frozenset[str]]) -> None:
        if found != (self._adapters, self._missing):
            self._adapters, self._missing = found
            self.changed.emit()

    def _binned(self, adapter: AdapterFile, binned: tuple[BinnedFile, ...]) -> None:
        def gone(_none: object) -> None:
            self.refresh()
            self.removed.emit(RemovedAdapter(adapter, binned))

        def stays(error: BenchtopError) -> None:
            """The list cannot be written: the file goes back to where it lay."""
            tell = self._tell(error)
            self._work().run(partial(bring_all_back, binned), tell, tell)

        self._store.run(lambda store: store.adapters.delete(adapter.id), gone, stays)

    def _tell(self, error: BenchtopError) -> Callable[[object], None]:
        return lambda _ignored: self.failed.emit(error)

    def _restore(self, adapter: AdapterFile) -> None:
        self._store.run(
            lambda store: store.adapters.restore(adapter.id),
            lambda _none: self.refresh(),
            self.failed.emit,
        )


def remove_adapter(store: Store, adapter: AdapterFile, *, with_file: bool) -> RemovedAdapter:
    """Take an adapter off the list, its file into the system's bin where that is wished; for commands.

    Raises FileNotBinned, and then nothing was changed.
    """
    binned = _bin(adapter) if with_file else ()
    try:
        store.adapters.delete(adapter.id)
    except BenchtopError:
        bring_all_back(binned)
        raise
    return RemovedAdapter(adapter, binned)


def export_adapter(adapter: AdapterFile, target: Path) -> Path:
    """Copy an adapter's file to ``target``, and tell where that is; what lay there stays until the copy is
    whole.

    Raises AdapterMissing, FolderMissing, FileNotWritten and StoreFull.
    """
    target = target.expanduser().absolute()
    if target.suffix.lower() != ".gguf":
        target = target.with_name(f"{target.name}.gguf")
    if not Path(adapter.path).is_file():
        raise AdapterMissing(path=adapter.path)
    if not target.parent.is_dir():
        raise FolderMissing(path=str(target.parent))
    if target.exists() and not target.is_file():
        raise FileNotWritten(path=str(target), detail="what lies there is not a plain file")
    try:
        replace_file_by_parts(Path(os.path.realpath(target)), _pieces(Path(adapter.path)))
    except OSError as error:
        if error.errno in FULL_ERRNOS:
            raise StoreFull(path=str(target)) from error
        detail = f"the system says “{error.strerror or error}”"
        raise FileNotWritten(path=str(target), detail=detail) from error
    return target


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while piece := stream.read(PIECE_BYTES):
            yield piece


def _read(store: Store) -> tuple[list[AdapterFile], frozenset[str]]:
    adapters = store.adapters.all()
    return adapters, frozenset(one.id for one in adapters if not Path(one.path).is_file())


def _bin(adapter: AdapterFile) -> tuple[BinnedFile, ...]:
    there: Sequence[Path] = [Path(adapter.path)] if Path(adapter.path).is_file() else []
    return tuple(move_to_bin(there))


def _bring_back(removed: RemovedAdapter) -> None:
    bring_all_back(removed.binned)
