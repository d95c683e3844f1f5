"""Saving a result as a card: where to, then off the window's thread, then where it lies."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QWidget

from benchtop.domain.cards import Card
from benchtop.domain.errors import BenchtopError
from benchtop.services.card_files import save_card
from benchtop.services.disk_thread import DiskThread
from benchtop.services.reply_stream import explain
from benchtop.ui.compare.open_file import open_file
from benchtop.ui.models.row_making import dated_name
from benchtop.ui.widgets.info_bar import InfoBar


class CardSaver(QObject):
    """``view`` is what the dialog stands over; ``info`` says what came of it."""

    def __init__(self, view: QWidget, info: InfoBar) -> None:
        super().__init__(view)
        self._view, self._info = view, info

    def save(self, name: str, make: Callable[[], Card]) -> None:
        """Ask where to, and write the card that ``make`` makes; ``name`` begins the file's."""
        page = self.ask(name)
        if page is not None:
            self.write(page, make)

    def ask(self, name: str) -> Path | None:
        """Where the card shall lie, for a person whose card must be read from the store first; None
        where they think better of it."""
        path, _ = QFileDialog.getSaveFileName(
            self._view,
            self.tr("Save as a card"),
            dated_name(name, "html"),
            self.tr("Cards (*.html)"),
        )
        return Path(path) if path else None

    def write(self, page: Path, make: Callable[[], Card]) -> None:
        """Write the card that ``make`` makes, off this thread, and say where it lies."""
        disk = DiskThread(self)  # until it is written: a program that ends waits for that
        disk.run(
            lambda: save_card(make(), page),
            partial(self._saved, disk),
            partial(self._failed, disk),
        )

    def _saved(self, disk: DiskThread, places: tuple[Path, Path]) -> None:
        disk.close()
        disk.deleteLater()
        text = self.tr("The card is in {page}, with {beside} for programs.")
        text = text.format(page=places[0], beside=places[1].name)
        self._info.post("info", text, self.tr("Open"), lambda: open_file(places[0]))

    def _failed(self, disk: DiskThread, error: BenchtopError) -> None:
        disk.close()
        disk.deleteLater()
        self._info.post("error", explain(error))
