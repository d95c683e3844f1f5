"""Failures shown as messages above the page, with the button that helps where there is one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices

from benchtop.domain.errors import BenchtopError, StoreDamaged, StoreError, StoreFull, StoreReadOnly
from benchtop.domain.model_errors import ModelFileError
from benchtop.services.reply_stream import explain
from benchtop.ui.widgets.info_bar import InfoBar, Notice

_IN_A_FOLDER = (StoreReadOnly, StoreFull, StoreDamaged)


class ErrorNotices(QObject):
    """Posts failures. What is on show already is not said again: a full disk fails often."""

    def __init__(self, info: InfoBar, choose_model: Callable[[], object], parent: QObject) -> None:
        super().__init__(parent)
        self._info = info
        self._held: Notice | None = None
        self._of_the_store: list[Notice] = []
        self.choose_model = choose_model
        self.store_problem: BenchtopError | None = None
        """Why nothing can be kept: the reason said for every failure of the store that follows."""

    def post(self, error: BenchtopError) -> None:
        """Say what went wrong."""
        if self.store_problem is not None and isinstance(error, StoreError):
            self._of_the_store.append(self._say(self.store_problem))
        else:
            self._say(error)

    def say_held(self, error: BenchtopError) -> None:
        """What is written here waits in memory, for the reason that the error gives."""
        self._end_held()
        waits = self.tr("What you write waits in this window's memory until it can be saved.")
        self._held = self._say(error, waits)

    def say_saved_again(self) -> None:
        """What waited in memory is kept now. Other failures on show still stand."""
        self._end_held()
        self._info.post("info", self.tr("Everything is saved again."), timeout_ms=8_000)

    def end_store_problem(self) -> None:
        """The store can be used: what was said about it is no longer so. Other failures stand."""
        self.store_problem = None
        for notice in self._of_the_store:
            self._info.remove(notice)
        self._of_the_store.clear()

    def _end_held(self) -> None:
        if self._held is not None:
            self._info.remove(self._held)
            self._held = None

    def _say(self, error: BenchtopError, then: str = "") -> Notice:
        """The notice that says it, and ``then`` one sentence more."""
        text = " ".join(filter(None, (explain(error), then)))
        for notice in self._info.notices():
            if notice.text == text:
                return notice
        action, callback = self._remedy(error)
        return self._info.post("error", text, action, callback)

    def _remedy(self, error: BenchtopError) -> tuple[str | None, Callable[[], object] | None]:
        if isinstance(error, ModelFileError):
            return self.tr("Choose another model"), self.choose_model
        if isinstance(error, _IN_A_FOLDER):
            folder = folder_of(str(error.facts.get("path", "")))
            return self.tr("Open the folder"), lambda: open_folder(folder)
        return None, None


def folder_of(path: str) -> Path:
    """The folder a path is in, or the nearest above it that exists."""
    place = Path(path)
    while not place.is_dir() and place != place.parent:
        place = place.parent
    return place


def open_folder(folder: Path) -> None:
    """Show a folder in the file manager."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
