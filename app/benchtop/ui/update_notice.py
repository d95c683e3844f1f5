"""Tells that Benchtop was updated or removed while its window is open."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from benchtop.services.program_file import ProgramFile
from benchtop.ui.widgets.info_bar import InfoBar, Notice


class UpdateNotice(QObject):
    """One message; ``restart`` closes the window and starts the new program."""

    def __init__(self, program: ProgramFile, info: InfoBar, restart: Callable[[], object]) -> None:
        super().__init__(program)
        self._info, self._restart = info, restart
        self._notice: Notice | None = None
        program.replaced.connect(self._updated)
        program.gone.connect(self._removed)

    def _updated(self) -> None:
        words = self.tr(
            "Benchtop was updated while this window was open. Restart it to go on with the new one: "
            "nothing is lost."
        )
        self._say(words, self.tr("Restart"), self._restart)

    def _removed(self) -> None:
        words = self.tr(
            "Benchtop was removed from this machine while this window was open. Your data stays where it "
            "is; close the window when you are done."
        )
        self._say(words)

    def _say(
        self, words: str, action: str | None = None, then: Callable[[], object] | None = None
    ) -> None:
        if self._notice is not None:
            self._info.remove(self._notice)
        self._notice = self._info.post("info", words, action, then)
