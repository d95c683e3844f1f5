"""What came of looking for newer files on the Hub, said wherever the person is."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from benchtop.domain.errors import BenchtopError
from benchtop.services.newer_revisions import NewerRevisions
from benchtop.services.reply_stream import explain
from benchtop.ui.widgets.info_bar import InfoBar

NEWS_MS = 12_000
"""How long it stays: the list shows it as well."""


class NewerNotice(QObject):
    """Of a look at the start only what is new is told, or what failed."""

    def __init__(
        self, newer: NewerRevisions, info: InfoBar, show: Callable[[], object], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._info, self._show = info, show
        newer.ended.connect(self._tell)

    def _tell(self, newer: int, failed: BenchtopError | None, wanted: bool) -> None:
        if failed is not None:
            self._info.post("error" if wanted else "warning", explain(failed))
        elif newer:
            text = self.tr("{n} of your models have newer files on the Hub: they are marked.")
            if newer == 1:
                text = self.tr("One of your models has a newer file on the Hub: it is marked.")
            self._info.post("info", text.format(n=newer), self.tr("Show them"), self._show)
        elif wanted:
            text = self.tr("Your models are as the Hub has them.")
            self._info.post("info", text, timeout_ms=NEWS_MS)
