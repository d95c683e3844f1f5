"""Sees to it that what could not be written is not lost when the window closes."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog

from benchtop.domain.errors import BenchtopError
from benchtop.services.data_folder import DataFolder
from benchtop.services.log_file import LogFile
from benchtop.services.reply_stream import explain
from benchtop.services.store_thread import StoreThread
from benchtop.services.unsaved_text import UnsavedText, write_rescue_file
from benchtop.ui.chat.chat_page import ChatPage
from benchtop.ui.main_window import MainWindow


class CloseGuard(QObject):
    """Asks before the window closes with unsaved words; where nobody can be asked, rescues them."""

    def __init__(
        self, window: MainWindow, chat: ChatPage, store: StoreThread, folder: DataFolder
    ) -> None:
        super().__init__(window)
        self._window, self._chat, self._store, self._folder = window, chat, store, folder
        self._asking = False
        self._settled = False
        self.is_ending = False
        """The system ends the program: there is no time to ask."""

    def may_close(self) -> bool:
        """Whether the window may close now; asks when words would be lost with it."""
        if self._asking:
            return False
        self._asking = True
        try:
            return self._settle()
        finally:
            self._asking = False

    def rescue(self) -> None:
        """Write what is unsaved now into a file elsewhere, and say where: nobody can be asked."""
        self._rescue(self._unsaved())

    def rescue_left(self) -> None:
        """The same for what the closed store has left, unless a person has decided about it."""
        if not self._settled:
            self._rescue(UnsavedText(self._store.left_unsaved, self._unsaved_draft()))

    def _settle(self) -> bool:
        reason = ""
        while not self.is_ending and not self._settled:
            unsaved = self._unsaved()
            if not unsaved:
                break
            # Rarely needed: not before the first paint.
            from benchtop.ui.unsaved_dialog import CloseChoice, UnsavedDialog  # noqa: PLC0415

            dialog = UnsavedDialog(reason or self._reason(), self._window)
            choice = dialog.ask()
            dialog.deleteLater()
            if choice is CloseChoice.KEEP_OPEN and not self.is_ending:
                return False
            if choice is CloseChoice.LOSE:
                self._settled = True
            elif choice is CloseChoice.SAVE:
                reason = self._save_elsewhere()
        return True

    def _save_elsewhere(self) -> str:
        """Ask for a file and write the words to it; a sentence when that failed."""
        start = str(Path.home() / self.tr("unsaved conversations.md"))
        path, _chosen = QFileDialog.getSaveFileName(
            self._window, self.tr("Save what is not saved yet"), start, self.tr("Markdown (*.md)")
        )
        if not path:
            return ""
        try:
            # What was said while the question stood is in it as well.
            self._unsaved().write(Path(path))
        except BenchtopError as error:
            return explain(error)
        self._settled = True
        return ""

    def _unsaved(self) -> UnsavedText:
        """What a last try to write leaves in memory only."""
        self._chat.keep_typed()
        self._chat.services.session.flush()
        return UnsavedText(self._store.write_now(), self._unsaved_draft())

    def _unsaved_draft(self) -> str:
        settings = self._chat.services.settings
        return "" if settings.write_now() else settings.values.new_chat_draft

    def _reason(self) -> str:
        held_by = self._store.held_by
        if held_by is not None:
            return explain(held_by)
        return self.tr("The settings in {path} could not be written.").format(
            path=self._folder.settings
        )

    def _rescue(self, unsaved: UnsavedText) -> None:
        if not unsaved:
            return
        place = write_rescue_file(unsaved)
        if place is None:
            line = "what could not be saved at the end is lost: no disk had room for it."
        else:
            line = f"what could not be saved at the end is in {place}"
        with suppress(OSError):
            sys.stderr.write(f"benchtop: {line}\n")
        log = LogFile(self._folder.logs / "window.log")
        log.write(line)
        log.close()
