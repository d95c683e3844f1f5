"""Connects the row of the training tools to their removal."""

from __future__ import annotations

from PySide6.QtCore import QObject

from benchtop.domain.models import bytes_text
from benchtop.services.reply_stream import explain
from benchtop.services.tools_removal import ToolsRemoval
from benchtop.ui.settings.tools_row import ToolsControl
from benchtop.ui.widgets.info_bar import InfoBar


class ToolsSettings(QObject):
    """What the button does, and what it shows."""

    def __init__(self, control: ToolsControl, removal: ToolsRemoval, info: InfoBar) -> None:
        super().__init__(control)
        self._control, self._removal, self._info = control, removal, info
        control.confirmed.connect(self._remove)
        removal.measured.connect(control.set_bytes)
        removal.removed.connect(self._removed)
        removal.failed.connect(lambda error: info.post("error", explain(error)))
        removal.look()

    def _remove(self) -> None:
        self._control.set_removing()
        self._removal.remove()

    def _removed(self, freed: int) -> None:
        words = self.tr("The training tools are gone: {size} are free again.")
        self._info.post("info", words.format(size=bytes_text(freed)))
