"""What a cancelled download left on the disk, and how it goes.

Only what nobody else needs: not what another download of the queue is to bring or brought, and no file
of a model on the list or in the bin. The hub worker deletes it, because it knows who is writing.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING

from benchtop.domain.downloads import Download, PlaceKey
from benchtop.domain.errors import BenchtopError
from benchtop.protocol.hub_messages import Discard, FilePlace
from benchtop.services.disk_thread import DiskThread
from benchtop.services.download_places import is_anything_here, on_the_wire
from benchtop.services.download_run import destination_of
from benchtop.services.hub_service import HubService
from benchtop.services.store_thread import StoreThread

if TYPE_CHECKING:
    from benchtop.store.database import Store

Then = Callable[[BenchtopError | None], object]


class Leftovers:
    """Deletes them, one download at a time or several. Answers come through the event loop."""

    def __init__(
        self,
        store: StoreThread,
        hub: HubService,
        disk: DiskThread,
        needed: Callable[[], frozenset[PlaceKey]],
    ) -> None:
        """``needed`` tells what the other downloads bring."""
        self._store, self._hub, self._disk, self._needed = store, hub, disk, needed
        self._going: dict[str, Download] = {}

    @property
    def going(self) -> frozenset[PlaceKey]:
        """What is being deleted: nothing there can be relied on or begun."""
        return frozenset().union(*(download.place_keys for download in self._going.values()))

    def delete(self, download: Download, then: Then) -> None:
        """Delete what nobody needs of it; ``then`` gets None, or why something could not be."""
        self._going[download.id] = download

        def end(error: BenchtopError | None = None) -> None:
            del self._going[download.id]
            then(error)

        def ask(places: tuple[FilePlace, ...]) -> None:
            if places:
                question = Discard("", places, download.added)
                self._hub.ask(question, lambda _answer: end(), end)
            else:
                end()

        def look(paths: list[str]) -> None:
            needed = self._needed()
            self._disk.run(lambda: _unneeded(download, needed, paths), ask, end)

        self._store.run(_paths_of_models, look, end)


def _paths_of_models(store: Store) -> list[str]:
    models = [*store.models.all(), *store.models.in_bin()]
    return [path for m in models for path in (m.path, *(c.path for c in m.companions))]


def _unneeded(
    download: Download, needed: frozenset[PlaceKey], paths: list[str]
) -> tuple[FilePlace, ...]:
    destination = destination_of(download)
    mine = [file for file in download.files if download.place_key(file) not in needed]
    kept = {os.path.realpath(path) for path in paths}
    places = [place for place in destination.places(mine) if is_anything_here(place)]
    return tuple(on_the_wire(p) for p in places if os.path.realpath(p.found) not in kept)
