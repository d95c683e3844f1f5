"""The list of conversations: what the sidebar does, one method per action, each with its Undo."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from benchtop.domain.chat import Conversation, Folder, Preset
from benchtop.services.store_thread import StoreThread

if TYPE_CHECKING:
    from benchtop.store.database import Store

MOST_HITS = 50
"""How many hits of a search are shown; one more is read, to know whether there are more."""
WATCH_MS = 2_000
"""How often to ask SQLite whether another program has written; it answers in microseconds."""


class Conversations(QObject):
    """Changes to conversations, folders and presets; the new lists follow each change."""

    listed = Signal(list, list)
    """Conversations not in the bin, and folders."""
    presets_listed = Signal(list)
    """Presets of the person's own."""
    searched = Signal(str, list)
    """The words of a search, and its SearchHits; only of the newest search."""
    deleted = Signal(list)
    """Ids that went to the bin: undo with restore()."""
    folder_removed = Signal(object, list)
    """A Folder that was removed, and the ids it held: undo with put_folder()."""
    preset_removed = Signal(object)
    """A Preset that went to the bin: undo with restore()."""
    exported = Signal(object)
    """The Path of a written export."""
    imported = Signal(object)
    """An ImportResult of benchtop.store.transfer."""

    changed_elsewhere = Signal()
    """Another program wrote to the store."""
    bin_counted = Signal(int)
    """How many conversations and presets are in the bin."""
    bin_listed = Signal(list)
    """The Conversations and Presets in the bin, the last deleted first."""
    runs_forgotten = Signal(list)
    """Ids of training runs that were in the bin: what lies in their folders may go."""
    purged = Signal(list)
    """Ids that are gone for good."""

    def __init__(self, store: StoreThread, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._search = 0
        self._version: int | None = None
        self._watch = QTimer(self, interval=WATCH_MS)
        self._watch.timeout.connect(self._look)

    def watch(self) -> None:
        """Notice from now on when another program, such as a command, writes to the store."""
        self._watch.start()
        self._look()  # what is there now is known; only what comes after is news

    def _look(self) -> None:
        self._store.run(lambda store: store.version_for_others(), self._looked, lambda _e: None)

    def _looked(self, version: int) -> None:
        before, self._version = self._version, version
        if before is not None and version != before:
            self.refresh()
            self.changed_elsewhere.emit()

    def refresh(self) -> None:
        """Read the lists again."""

        def deliver(lists: tuple[list[Conversation], list[Folder], int]) -> None:
            conversations, folders, binned = lists
            self.listed.emit(conversations, folders)
            self.bin_counted.emit(binned)

        self._store.run(_all_lists, deliver)

    def refresh_presets(self) -> None:
        """Read the presets again."""
        self._store.run(lambda store: store.presets.all(), self.presets_listed.emit)

    def rename(self, conversation_id: str, title: str) -> None:
        """Give a conversation a title of the person's own; an empty one changes nothing."""
        title = " ".join(title.split())
        if title:
            self.change(conversation_id, title=title, titled=True)

    def change(self, conversation_id: str, **changes: Any) -> None:
        """Change named fields of a conversation."""
        self._then_list(lambda store: store.conversations.change(conversation_id, **changes))

    def keep_draft(self, conversation: Conversation, text: str) -> None:
        """Keep what was typed in a conversation that is not on show any more."""
        self._store.keep(
            lambda store: store.conversations.change(conversation.id, draft=text),
            words=replace(conversation, draft=text),
        )

    def move(self, ids: Sequence[str], folder_id: str | None) -> None:
        """Put conversations into a folder, or out of any."""
        self._then_list(
            lambda store: [store.conversations.change(i, folder_id=folder_id) for i in ids]
        )

    def delete(self, ids: Sequence[str]) -> None:
        """Move conversations to the bin."""
        kept = list(ids)
        self._then_list(
            lambda store: store.conversations.delete(kept), lambda: self.deleted.emit(kept)
        )

    def restore(self, ids: Sequence[str]) -> None:
        """Take conversations and presets out of the bin again."""
        self._then_list(lambda store: _restore(store, ids), self.refresh_presets)

    def add_folder(self, name: str, ids: Sequence[str] = ()) -> None:
        """Make a folder, and put conversations into it."""

        def work(store: Store) -> None:
            folder = store.folders.add(name)
            for conversation_id in ids:
                store.conversations.change(conversation_id, folder_id=folder.id)

        self._then_list(work)

    def rename_folder(self, folder_id: str, name: str) -> None:
        """Give a folder another name."""
        self._then_list(lambda store: store.folders.rename(folder_id, name))

    def remove_folder(self, folder_id: str) -> None:
        """Remove a folder; its conversations stay. ``folder_removed`` follows."""

        def done(removed: tuple[Folder, list[str]]) -> None:
            self.folder_removed.emit(*removed)
            self.refresh()

        self._store.run(lambda store: _remove_folder(store, folder_id), done)

    def put_folder(self, folder: Folder, ids: Sequence[str]) -> None:
        """Bring a removed folder back to its place, with those it held that are in none now."""
        self._then_list(lambda store: _put_folder(store, folder, set(ids)))

    def search(self, words: str) -> None:
        """Find messages; an answer that is no longer the newest search's is dropped."""
        self._search += 1
        mine = self._search

        def deliver(hits: list[Any]) -> None:
            if mine == self._search:
                self.searched.emit(words, hits)

        self._store.run(lambda store: store.messages.search(words, MOST_HITS + 1), deliver)

    def save_preset(self, name: str, system_prompt: str, params: dict[str, Any]) -> None:
        """Keep a system prompt and parameters under a name."""
        self._then_presets(lambda store: store.presets.save(name, system_prompt, params))

    def rename_preset(self, preset_id: str, name: str) -> None:
        """Give a preset another name."""
        self._then_presets(lambda store: store.presets.rename(preset_id, name))

    def remove_preset(self, preset_id: str) -> None:
        """Move a preset to the bin."""

        def done(preset: Preset) -> None:
            self.preset_removed.emit(preset)
            self.count_bin()

        self._then_presets(lambda store: store.presets.remove(preset_id), done)

    def empty_bin(self, days: int) -> None:
        """Really remove what has been in the bin for longer than ``days``."""
        limit = time.time() - days * 86_400

        def work(store: Store) -> list[str]:
            store.conversations.empty_bin(limit)
            store.presets.empty_bin(limit)
            store.models.empty_bin(limit)
            store.adapters.empty_bin(limit)
            store.suites.empty_bin(limit)
            store.suite_runs.empty_bin(limit)
            store.datasets.empty_bin(limit)
            store.examples.empty_bin(limit)
            runs = store.training_runs.empty_bin(limit)
            store.versions.forget_unused()
            return runs

        def done(runs: list[str]) -> None:
            self.runs_forgotten.emit(runs)
            self.count_bin()

        self._store.run(work, done)

    def list_bin(self) -> None:
        """Read what is in the bin; ``bin_listed`` follows."""
        self._store.run(_binned, self.bin_listed.emit)

    def purge(self, ids: Sequence[str]) -> None:
        """Really remove these from the bin."""
        chosen = list(ids)

        def work(store: Store) -> None:
            store.conversations.purge(chosen)
            store.presets.purge(chosen)

        self._then_list(work, lambda: self.purged.emit(chosen))

    def count_bin(self) -> None:
        """Count the bin; ``bin_counted`` follows."""
        self._store.run(lambda store: len(_binned(store)), self.bin_counted.emit)

    def export(self, path: Path, kind: str, ids: Sequence[str] | None = None) -> None:
        """Write conversations (None: all) to a file; ``kind`` is "json" or "markdown"."""
        chosen = list(ids) if ids is not None else None
        self._store.run(
            lambda store: _export(store, path, kind, chosen), lambda _: self.exported.emit(path)
        )

    def import_file(self, path: Path) -> None:
        """Merge an export into the store; nothing there is overwritten."""

        def work(store: Store) -> Any:
            from benchtop.store.transfer import import_file  # noqa: PLC0415  (heavy, off the window)

            return import_file(store, path)

        self._then_list(work, self.imported.emit, pass_result=True)

    def _then_list(
        self,
        work: Callable[[Store], Any],
        then: Callable[..., None] | None = None,
        *,
        pass_result: bool = False,
    ) -> None:
        def done(result: Any) -> None:
            if then is not None:
                then(*([result] if pass_result else []))
            self.refresh()

        self._store.run(work, done)

    def _then_presets(
        self, work: Callable[[Store], Any], then: Callable[[Any], None] | None = None
    ) -> None:
        def done(result: Any) -> None:
            if then is not None:
                then(result)
            self.refresh_presets()

        self._store.run(work, done)


def _all_lists(store: Store) -> tuple[list[Conversation], list[Folder], int]:
    return store.conversations.all(), store.folders.all(), len(_binned(store))


def _binned(store: Store) -> list[Conversation | Preset]:
    """What lies in the bin, the last deleted first."""
    both: list[Conversation | Preset] = [*store.conversations.in_bin(), *store.presets.in_bin()]
    return sorted(both, key=lambda one: one.deleted or 0.0, reverse=True)


def _restore(store: Store, ids: Sequence[str]) -> None:
    """Ids are unique over both tables."""
    known = {preset.id for preset in [*store.presets.in_bin(), *store.presets.all()]}
    presets = known & set(ids)
    with store.connection.writing():
        store.presets.restore(list(presets))
        store.conversations.restore([one for one in ids if one not in presets])


def _remove_folder(store: Store, folder_id: str) -> tuple[Folder, list[str]]:
    """The folder that was removed and what it held, the bin's included."""
    known = next((f for f in store.folders.all() if f.id == folder_id), Folder(folder_id, ""))
    every = [*store.conversations.all(), *store.conversations.in_bin()]
    held = [one.id for one in every if one.folder_id == folder_id]
    store.folders.remove(folder_id)
    return known, held


def _put_folder(store: Store, folder: Folder, held: set[str]) -> None:
    store.folders.add(folder.name, folder.id)
    others = [other for other in store.folders.all() if other.id != folder.id]
    before = [other.id for other in others if other.position < folder.position]
    after = [other.id for other in others if other.position >= folder.position]
    store.folders.order([*before, folder.id, *after])
    for one in [*store.conversations.all(), *store.conversations.in_bin()]:
        if one.id in held and one.folder_id is None:
            store.conversations.change(one.id, folder_id=folder.id)


def _export(store: Store, path: Path, kind: str, ids: list[str] | None) -> None:
    from benchtop.store import transfer  # noqa: PLC0415  (heavy, off the window's thread)

    if kind == "markdown":
        transfer.write_export(path, transfer.export_markdown(store, ids))
    else:
        transfer.write_export(path, transfer.export_json_text(store, ids))
