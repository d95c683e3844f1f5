"""What a person does with examples on the Data tab, each with a way back."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QInputDialog

from benchtop.domain.examples import Example
from benchtop.services.datasets import redact, versions_with_personal_data
from benchtop.store.database import open_store
from benchtop.ui.teach.data_alike import leave_copies_out
from benchtop.ui.teach.data_reading import changes_of, read_changes
from benchtop.ui.teach.data_rows import Change
from benchtop.ui.teach.data_texts import examples_words
from benchtop.ui.teach.data_wiring import DataWiring
from benchtop.ui.teach.versions_wiring import VersionsWiring

if TYPE_CHECKING:
    from benchtop.store.database import Store


class DataEdits(QObject):
    """Writes what the view wishes."""

    def __init__(self, wiring: DataWiring) -> None:
        super().__init__(wiring)
        self._wiring, self._view = wiring, wiring.view
        self._versions = VersionsWiring(wiring)
        view = wiring.view
        view.included_wanted.connect(self._include)
        view.removed.connect(self._remove)
        view.accepted.connect(self._accept)
        view.refused.connect(self._refuse)
        view.tag_wanted.connect(self._ask_tags)
        view.tags_set.connect(self._set_tags)
        view.example_saved.connect(self._save)
        view.example_typed.connect(self._add)
        view.redaction_wanted.connect(self._show_redaction)
        view.redact_wanted.connect(self._redact_one)
        view.all_redactions_wanted.connect(self._show_redactions)
        view.redact_all_wanted.connect(self._redact_all)
        view.spare_wanted.connect(self._leave_copies_out)

    def _include(self, ids: list[str], included: bool) -> None:
        self._wiring.change(lambda store: store.examples.include(ids, included))

    def _remove(self, ids: list[str]) -> None:
        def removed() -> None:
            one = self.tr("The example is in the bin.")
            words = one if len(ids) == 1 else self.tr("{count} are in the bin.")
            self._push_restore(words.format(count=examples_words(len(ids))), ids)

        self._view.flush()
        self._wiring.change(lambda store: store.examples.delete(ids), removed)

    def _refuse(self, ids: list[str]) -> None:
        def refused() -> None:
            one = self.tr("The draft is in the bin.")
            many = self.tr("{count} drafts are in the bin.")
            words = one if len(ids) == 1 else many.format(count=f"{len(ids):,}")
            self._push_restore(words, ids)

        self._view.flush()
        self._wiring.change(lambda store: store.examples.refuse(ids), refused)

    def _push_restore(self, words: str, ids: Sequence[str]) -> None:
        def restore(left: list[str]) -> None:
            self._wiring.change(
                lambda store: store.examples.restore(left), lambda: self._view.table.choose(left[0])
            )

        self._wiring.undo.push(words, restore, ids)

    def _accept(self, ids: list[str]) -> None:
        self._view.flush()
        self._wiring.change(lambda store: store.examples.accept(ids))

    def _leave_copies_out(self) -> None:
        known, database = self._wiring.known, self._wiring.database
        groups = known.copies if known is not None else ()
        self._view.flush()

        def work() -> list[str]:
            with open_store(database) as store:
                return leave_copies_out(store, groups)

        def done(ids: list[str]) -> None:
            self._wiring.examples_changed()
            self._view.set_alike(0, 0, 0)  # until it was looked through again
            one = self.tr("1 example that was there more than once is left out.")
            many = self.tr("{count} that were there more than once are left out.")
            words = one if len(ids) == 1 else many.format(count=examples_words(len(ids)))
            if ids:
                self._wiring.undo.push(words, lambda _left: self._include(ids, True), removed=False)

        self._wiring.run_on_disk(work, done)

    # Words

    def _save(self, before: Example, after: Example) -> None:
        turns, rejected = after.turns, after.rejected
        self._wiring.store.keep(
            lambda store: store.examples.edit(after.id, turns, rejected), f"example/{after.id}"
        )
        self._wiring.examples_changed()
        words = self.tr("The example is changed.")
        self._wiring.undo.push(words, lambda _left: self._unsave(before), removed=False)

    def _unsave(self, before: Example) -> None:
        """Back to the words that were there; what else was changed since stays."""
        self._wiring.change(
            lambda store: store.examples.edit(before.id, before.turns, before.rejected)
        )

    def _add(self, example: Example) -> None:
        made = replace(example, id=uuid.uuid4().hex)

        def add(dataset_id: str) -> None:
            self._wiring.store.keep(
                lambda store: store.examples.add(dataset_id, [made]), f"example/{made.id}"
            )
            self._wiring.examples_changed()

        self._wiring.with_dataset(add)

    def _set_tags(self, example_id: str, tags: list[str]) -> None:
        def change(store: Store) -> None:
            gone = [one for one in store.examples.get(example_id).tags if one not in tags]
            store.examples.tag([example_id], tags, gone)

        self._wiring.change(change)

    def _ask_tags(self, ids: list[str]) -> None:
        words, chosen = QInputDialog.getText(
            self._view,
            self.tr("Tag {count}").format(count=examples_words(len(ids))),
            self.tr("Tags with commas between; a minus before one takes it off (-old):"),
        )
        parts = [part.strip() for part in words.split(",")]
        gone = [part[1:].strip() for part in parts if part.startswith("-")]
        new = [part for part in parts if part and not part.startswith("-")]
        if chosen and (new or gone):
            self._wiring.change(lambda store: store.examples.tag(ids, new, gone))

    # What is personal

    def _show_redaction(self, example: Example) -> None:
        pane = self._view.pane

        def show(changes: list[Change]) -> None:
            if pane.example_id == example.id:
                pane.personal.set_changes(changes)

        self._wiring.run_on_disk(lambda: changes_of(example), show)

    def _redact_one(self, example: Example) -> None:
        self._redact([example.id])

    def _show_redactions(self) -> None:
        ids, database = self._personal_ids(), self._wiring.database

        def read() -> tuple[list[Change], int]:
            with open_store(database) as store:
                return read_changes(store, ids)

        self._wiring.run_on_disk(
            read, lambda found: self._view.personal.set_changes(*found), self._wiring.say
        )

    def _redact_all(self) -> None:
        self._redact(self._personal_ids())

    def _personal_ids(self) -> list[str]:
        known = self._wiring.known
        return list(known.personal) if known is not None else []

    def _redact(self, ids: list[str]) -> None:
        database, dataset_id = self._wiring.database, self._wiring.dataset_id

        def work() -> tuple[list[Example], int]:
            with open_store(database) as store:
                changed = redact(store, ids)
                return changed, versions_with_personal_data(store, dataset_id) if changed else 0

        def done(found: tuple[list[Example], int]) -> None:
            self._wiring.examples_changed()
            before, holding = found
            if before:
                words = self.tr("What is personal was replaced in {count}.")
                self._wiring.undo.push(
                    words.format(count=examples_words(len(before))),
                    lambda _left: self._wiring.put_back(before),
                    removed=False,
                )
                self._versions.ask(dataset_id, holding)

        self._wiring.run_on_disk(work, done)
