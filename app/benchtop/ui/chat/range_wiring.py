"""Turns of a conversation as an example: asked for in the transcript, kept in a data set, with Undo."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from benchtop.domain.examples import Dataset
from benchtop.services.store_thread import StoreThread

if TYPE_CHECKING:
    from benchtop.services.example_collecting import AddedRange
    from benchtop.ui.chat.chat_page import ChatPage


class RangeWiring(QObject):
    """Connects the transcript of a chat page with the data sets."""

    added = Signal(str)
    """The id of a data set that has one example more."""
    taken_back = Signal()

    def __init__(self, page: ChatPage, store: StoreThread) -> None:
        super().__init__(page)
        self._page, self._store = page, store
        page.transcript.teach_requested.connect(self._ask)

    def _ask(self, message_id: str) -> None:
        self._store.run(
            lambda store: store.datasets.all(),
            partial(self._open, message_id),
            self._page.show_error,
        )

    def _open(self, message_id: str, datasets: list[Dataset]) -> None:
        # Rarely needed: not before the first paint.
        from benchtop.ui.chat.range_dialog import RangeDialog  # noqa: PLC0415

        path = self._page.services.session.branch.messages()
        if all(one.id != message_id for one in path):
            return  # the person has gone to another conversation meanwhile
        known = str(self._page.services.settings.values.teach.get("dataset") or "")
        dialog = RangeDialog(path, message_id, datasets, known, self._page)
        dialog.add_wanted.connect(self._add)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _add(self, into: Dataset | str, first_id: str, last_id: str) -> None:
        from benchtop.services.example_collecting import add_range  # noqa: PLC0415  (see _open)

        self._store.run(
            lambda store: add_range(store, into, first_id, last_id),
            self._told,
            self._page.show_error,
        )

    def _told(self, added: AddedRange) -> None:
        words = self.tr("The example is in “{name}”, on the Teach page.")
        self._page.undo_stack.push(
            words.format(name=added.dataset.name),
            lambda _left: self._take_back(added),
            removed=False,
        )
        self.added.emit(added.dataset.id)

    def _take_back(self, added: AddedRange) -> None:
        from benchtop.services.example_collecting import take_range_back  # noqa: PLC0415

        self._store.run(
            lambda store: take_range_back(store, added),
            lambda _none: self.taken_back.emit(),
            self._page.show_error,
        )
