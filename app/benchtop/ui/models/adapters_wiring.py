"""What is done with the adapters of a model on the Models page, and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from benchtop.domain.adapters import AdapterFile
from benchtop.domain.errors import BenchtopError
from benchtop.services.adapter_card import card_of
from benchtop.services.adapter_library import AdapterLibrary, RemovedAdapter
from benchtop.services.reply_stream import explain
from benchtop.ui.compare.card_saver import CardSaver
from benchtop.ui.undo_stack import UndoStack
from benchtop.ui.widgets.info_bar import InfoBar

NEWS_MS = 12_000


class AdaptersWiring(QObject):
    """``use`` attaches an adapter to a model in the chat. Dialogs stand over ``page``."""

    merge_requested = Signal(str, str)
    """The id of an adapter, and that of the model it is to be merged into."""

    def __init__(
        self,
        page: QWidget,
        library: AdapterLibrary,
        info: InfoBar,
        undo: UndoStack,
        *,
        use: Callable[[AdapterFile, str], object],
    ) -> None:
        super().__init__(page)
        self._page, self._library, self._info, self._undo = page, library, info, undo
        self._use = use
        self._cards = CardSaver(page, info)
        library.exported.connect(self._exported)
        library.removed.connect(self._removed)
        library.not_back.connect(self._not_back)
        library.failed.connect(self._tell)

    def do(self, wish: str, adapter_id: str, model_id: str) -> None:
        """Do what was wished of an adapter, in the details of a model."""
        adapter = self._library.by_id(adapter_id)
        if adapter is None:
            return
        if wish == "use":
            self._use(adapter, model_id)
        elif wish == "card":
            self._save_card(adapter)
        elif wish == "export":
            self._export(adapter)
        elif wish == "merge":
            self.merge_requested.emit(adapter_id, model_id)
        elif wish == "remove":
            self._library.remove(adapter_id)

    def _save_card(self, adapter: AdapterFile) -> None:
        card = card_of(adapter.card)
        if card is None:
            words = self.tr("The card of {name} cannot be read: a later Benchtop may have made it.")
            self._info.post("warning", words.format(name=adapter.name), timeout_ms=NEWS_MS)
            return
        self._cards.save(_file_name(adapter.name), lambda: card)

    def _export(self, adapter: AdapterFile) -> None:
        path, _filter = QFileDialog.getSaveFileName(
            self._page,
            self.tr("Export the adapter"),
            str(Path.home() / f"{_file_name(adapter.name)}.gguf"),
            self.tr("Adapters (*.gguf)"),
        )
        if path:
            self._library.export(adapter.id, path)

    def _exported(self, adapter: AdapterFile, path: str) -> None:
        words = self.tr("A copy of the adapter {name} is at {path}.")
        self._info.post("info", words.format(name=adapter.name, path=path), timeout_ms=NEWS_MS)

    def _removed(self, removed: RemovedAdapter) -> None:
        words = (
            self.tr("The adapter {name} is off the list; its file is in the bin.")
            if removed.binned
            else self.tr(
                "The adapter {name} is off the list; its file was not in its place any more."
            )
        )
        text = words.format(name=removed.adapter.name)
        self._undo.push(text, lambda _left: self._library.put_back(removed))

    def _not_back(self, removed: RemovedAdapter, error: BenchtopError) -> None:
        """Who moves what is in the way, or takes the file out of the bin, can try again."""
        self._info.post(
            "error",
            explain(error),
            self.tr("Try again"),
            lambda: self._library.put_back(removed),
        )

    def _tell(self, error: BenchtopError) -> None:
        self._info.post("error", explain(error))


def _file_name(name: str) -> str:
    """The name as a file may be called on any system."""
    kept = "".join(letter if letter.isalnum() or letter in "-_. " else "-" for letter in name)
    return kept.strip(" .")[:80] or "adapter"
