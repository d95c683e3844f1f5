"""What the ledger of connections shows and does."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QFileDialog

from benchtop.domain.hub import Connection
from benchtop.services.hub_services import HubServices
from benchtop.ui.models.ledger_rows import HostTotal
from benchtop.ui.models.ledger_view import LedgerView
from benchtop.ui.models.row_making import dated_name, ledger_row
from benchtop.ui.widgets.info_bar import InfoBar
from benchtop.ui.widgets.when_visible import WhenVisible

TOTALS_MS = 60
"""After the lines: to draw both at once keeps the window busy for twice as long."""


class LedgerWiring(QObject):
    """Reads the ledger page by page while it is on show."""

    def __init__(self, view: LedgerView, services: HubServices, info: InfoBar) -> None:
        super().__init__(view)
        self._view = view
        self._info = info
        self._ledger = services.ledger
        self._shown: list[Connection] = []
        self._totals_soon = QTimer(self, singleShot=True, interval=TOTALS_MS)
        self._totals_soon.timeout.connect(self._ledger.read_totals)
        self._ledger.changed.connect(WhenVisible(view, self.read).ask)
        self._ledger.listed.connect(self._listed)
        self._ledger.totals_read.connect(self._totals)
        self._ledger.exported.connect(self._exported)
        view.older_requested.connect(self._older)
        view.clear_requested.connect(self._ledger.clear)
        view.export_requested.connect(self._export)
        self.read()

    def read(self) -> None:
        """Read from the newest on, as far down as what is on show: nobody loses the place."""
        self._ledger.read(count=len(self._shown))
        self._totals_soon.start()

    def _older(self) -> None:
        if self._shown:
            self._ledger.read(self._shown[-1])

    def _listed(self, page: list[Connection], more: bool, before: Connection | None) -> None:
        if before is None:
            self._shown = page
        elif self._shown and self._shown[-1].id == before.id:
            self._shown = [*self._shown, *page]
        else:
            self._older()  # the list was read again since: what comes after its end now
            return
        self._view.set_rows([ledger_row(one) for one in self._shown], more=more)

    def _totals(self, totals: list[object]) -> None:
        self._view.set_totals(
            [
                HostTotal(
                    getattr(t, "host", ""), getattr(t, "attempts", 0), getattr(t, "bytes", 0),
                    getattr(t, "refused", 0),
                )
                for t in totals
            ]
        )  # fmt: skip

    def _export(self) -> None:
        name = dated_name("benchtop-connections", "csv")
        path, _ = QFileDialog.getSaveFileName(
            self._view, self.tr("Save the ledger"), name, "CSV (*.csv)"
        )
        if path:
            self._ledger.export(Path(path))

    def _exported(self, path: Path) -> None:
        self._info.post("info", self.tr("The ledger is in {path}.").format(path=path))
