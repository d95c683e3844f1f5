"""What is to be downloaded may be on this disk already, under another program's name for it.

Nobody is believed: a file of the right size is read to its end, and is the same when its SHA-256 is
the one that the Hub has.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from benchtop.domain.file_sums import file_sha256
from benchtop.domain.hub import HubRepository
from benchtop.domain.models import Companion, ModelFile
from benchtop.domain.repo_files import Choice
from benchtop.domain.split_model import later_parts
from benchtop.services.found_models import KnownModels, register_found
from benchtop.services.local_models import LocalModel, find_local
from benchtop.services.local_places import Place, known_places
from benchtop.services.local_walk import Cancelled, never
from benchtop.services.mailbox import Mailbox

if TYPE_CHECKING:
    from benchtop.store.database import Store

Tell = Callable[[LocalModel], object]


def find_copy(
    choice: Choice, places: Iterable[Place], tell: Tell, stopped: Cancelled = never
) -> LocalModel | None:
    """A model of another program whose files are, byte for byte, those of the choice.

    ``tell`` gets each that is about to be read to its end, which can take a while. Raises nothing.
    """
    if not all(file.sha256 for file in choice.files):
        return None
    for local in find_local(places, stopped):
        if local.bytes == choice.model_bytes and _same_sizes(local, choice):
            tell(local)
            if _same_bytes(local, choice, stopped):
                return local
    return None


def register_copy(
    store: Store, local: LocalModel, repository: HubRepository, choice: Choice
) -> ModelFile:
    """Put a copy on the list as the file of the Hub that it is; raises ModelFileError when it has
    changed since it was compared."""
    known = KnownModels(store.models.all()).same_as(local)
    model = known or register_found(store, local)
    sums = {path: file.sha256 for path, file in zip(_paths(local), choice.files, strict=True)}
    model = replace(
        model,
        repo=repository.id,
        revision=repository.revision,
        remote_path=choice.files[0].path,
        sha256=choice.files[0].sha256,
        verified=time.time(),
        damaged=None,
        newer="",
        licence=model.licence or repository.licence,
        companions=tuple(_with_sum(companion, sums) for companion in model.companions),
    )
    store.models.put(model)
    return model


def _with_sum(companion: Companion, sums: dict[Path, str]) -> Companion:
    return replace(companion, sha256=sums.get(Path(companion.path), companion.sha256))


def _paths(local: LocalModel) -> list[Path]:
    return [local.path, *later_parts(local.path)]


def _same_sizes(local: LocalModel, choice: Choice) -> bool:
    paths = _paths(local)
    try:
        return len(paths) == len(choice.files) and all(
            path.stat().st_size == file.size for path, file in zip(paths, choice.files, strict=True)
        )
    except OSError:
        return False


def _same_bytes(local: LocalModel, choice: Choice, stopped: Cancelled) -> bool:
    try:
        return all(
            file_sha256(path, stopped) == file.sha256
            for path, file in zip(_paths(local), choice.files, strict=True)
        )
    except OSError:
        return False


class LocalCopies(QObject):
    """Looks on a thread of its own; results come on the thread this object lives in."""

    comparing = Signal(object)
    """The LocalModel that is read to its end now."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._executor: ThreadPoolExecutor | None = None
        self._stop = Event()
        self._mailbox = Mailbox(self)

    def look(self, choice: Choice, then: Callable[[LocalModel | None], object]) -> None:
        """Tell ``then`` the copy that is here already, or None."""
        if self._executor is None:
            self._executor = ThreadPoolExecutor(1, thread_name_prefix="copies")
        self._executor.submit(self._look, choice, then)

    def close(self) -> None:
        """Stop, and tell nobody anything any more."""
        self._stop.set()
        self._mailbox.close()
        if self._executor is not None:
            self._executor.shutdown(wait=False, cancel_futures=True)

    def _look(self, choice: Choice, then: Callable[[LocalModel | None], object]) -> None:
        def tell(local: LocalModel) -> None:
            self._mailbox.send(lambda: self.comparing.emit(local))

        found = find_copy(choice, known_places(), tell, self._stop.is_set)
        self._mailbox.send(partial(then, found))
