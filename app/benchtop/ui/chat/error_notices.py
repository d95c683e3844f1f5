"""Failures shown as messages above the page, with the button that helps where there is one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices

from benchtop.domain.errors import (
    BenchtopError,
    ModelFileError,
    StoreDamaged,
    StoreError,
    StoreFull,
    StoreReadOnly,
)
from benchtop.services.reply_stream import explain
from benchtop.ui.widgets.info_bar import InfoBar

_IN_A_FOLDER = (StoreReadOnly, StoreFull, StoreDamaged)


class ErrorNotices(QObject):
    """Posts failures. What is on show already is not said again: a full disk fails often."""

    def __init__(self, info: InfoBar, choose_model: Callable[[], object], parent: QObject) -> None:
        super().__init__(parent)
        self._info = info
        self.choose_model = choose_model
        self.store_problem: BenchtopError | None = None
        """Why nothing can be kept: the reason said for every failure of the store that follows."""

    def post(self, error: BenchtopError, then: str = "") -> None:
        """Say what went wrong, and ``then`` one sentence more."""
        if self.store_problem is not None and isinstance(error, StoreError):
            error = self.store_problem
        text = " ".join(filter(None, (explain(error), then)))
        if text in [notice.text for notice in self._info.notices()]:
            return
        action, callback = self._remedy(error)
        self._info.post("error", text, action, callback)

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
