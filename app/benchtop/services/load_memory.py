"""What loads take, for commands: read before one and kept after it, where that is possible.

A store that cannot be opened or written must not keep a command from its work, and none is made for
it: what a load took is worth little by itself.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from benchtop.domain.errors import BenchtopError
from benchtop.domain.memory import extra_bytes
from benchtop.domain.models import ModelFile
from benchtop.protocol.messages import Loaded
from benchtop.services.data_folder import DataFolder

if TYPE_CHECKING:
    from benchtop.store.database import Store


def learned_bytes(folder: DataFolder, model: ModelFile) -> int:
    """Bytes that models like this one took here beyond the estimate; 0 where nobody knows."""
    learned = 0
    with suppress(BenchtopError), _store_of(folder) as store:
        if store is not None:
            learned = extra_bytes(store.loads.recent(), model.architecture)
    return learned


def remember_load(folder: DataFolder, model: ModelFile, facts: Loaded) -> None:
    """Keep what a load took."""
    with suppress(BenchtopError), _store_of(folder) as store:
        if store is not None:
            record_load(store, model, facts)


def record_load(store: Store, model: ModelFile, facts: Loaded) -> None:
    """Keep what a model that was just loaded takes; raises the errors of a Connection."""
    store.loads.record(
        model.id,
        facts.architecture,
        time.time(),
        context=facts.context_length,
        predicted=facts.estimated_bytes,
        measured=facts.memory_bytes + facts.gpu_bytes,
    )


@contextmanager
def _store_of(folder: DataFolder) -> Iterator[Store | None]:
    """The store of a data folder that has one."""
    from benchtop.store.database import open_store  # noqa: PLC0415  (only where it is needed)

    if not folder.database.exists():
        yield None
        return
    store = open_store(folder.database)
    try:
        yield store
    finally:
        store.close()
