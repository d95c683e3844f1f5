"""The downloads: what is fetched, how far it is, what comes next, and what went wrong."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from benchtop.ui.models.discover_states import OfflineLine
from benchtop.ui.models.download_list import DownloadList
from benchtop.ui.models.download_rows import DownloadRow, totals
from benchtop.ui.models.download_texts import totals_words
from benchtop.ui.theme import figures_font, set_kind
from benchtop.ui.widgets.placeholder_page import PlaceholderPage


class DownloadQueue(QWidget):
    """Shows rows and tells wishes; nothing changes here before ``set_rows`` says so.

    ``moved`` carries the place from 0 among all rows without the moved one. ``cancel_requested`` says
    whether the bytes that are here are kept. ``dismiss_requested`` is for a row that is done.
    """

    pause_requested = Signal(str)
    resume_requested = Signal(str)
    cancel_requested = Signal(str, bool)
    retry_requested = Signal(str)
    moved = Signal(str, int)
    reveal_requested = Signal(str)
    dismiss_requested = Signal(str)
    find_requested = Signal()
    terms_requested = Signal(str)
    go_online_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("models.downloads")
        self.setAccessibleName(self.tr("Downloads"))
        self._rows: tuple[DownloadRow, ...] = ()
        self._words = QLabel(self)
        self._words.setWordWrap(True)
        self._words.setObjectName("models.downloads.totals")
        self._clear = QPushButton(self.tr("Clear finished"), self)
        self._clear.setObjectName("models.downloads.clear")
        self._clear.setAccessibleName(self.tr("Take finished downloads off this list"))
        self._clear.setToolTip(self.tr("Takes what is done off this list; the models stay."))
        set_kind(self._clear, "quiet")
        self._list = DownloadList()
        self._card = QFrame(self)
        self._offline = False
        self._line = OfflineLine(
            self.tr("Benchtop is offline: what is listed here goes on once it is online."),
            "models.downloads.offline",
            self,
        )
        self._empty = self._make_empty()
        self._lay_out()
        self._clear.clicked.connect(self._on_clear)
        self._list.acted.connect(self._on_acted)
        self._list.cancelled.connect(self._on_cancelled)
        self._list.moved.connect(self.moved)
        self._list.terms_asked.connect(self.terms_requested)
        self._line.go_online.connect(self.go_online_requested)
        self._show_rows()

    @property
    def rows(self) -> tuple[DownloadRow, ...]:
        """What is on show."""
        return self._rows

    def set_rows(self, rows: Sequence[DownloadRow]) -> None:
        """Show these downloads, in this order. Cheap enough to be called ten times a second."""
        if tuple(rows) != self._rows:
            self._rows = tuple(rows)
            self._show_rows()

    def set_offline(self, offline: bool) -> None:
        """Whether nothing can be downloaded: said once, above the list."""
        self._offline = offline
        self._show_line()

    def focus_list(self) -> None:
        """Give the keyboard to the list, or to what can be done while it is empty."""
        if self._rows:
            self._list.focus_first()
        else:
            self._empty.setFocus()

    def _make_empty(self) -> PlaceholderPage:
        find = QAction(self.tr("Find a model"), self)
        find.setObjectName("models.downloads.find")
        find.setProperty("icon_name", "search")
        find.triggered.connect(self.find_requested)
        return PlaceholderPage(
            "import",
            self.tr("Nothing is being downloaded"),
            self.tr(
                "Models you choose to download appear here. They go on after a restart or a lost "
                "connection, and each file is compared with the Hub's checksum before it is used."
            ),
            [find],
            self,
        )

    def _lay_out(self) -> None:
        self._words.setFont(figures_font(self._words.font()))
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._words, 1)
        head.addWidget(self._clear)
        policy = self._clear.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self._clear.setSizePolicy(policy)
        self._card.setProperty("card", True)
        inside = QVBoxLayout(self._card)
        inside.setContentsMargins(1, 1, 1, 1)
        inside.addWidget(self._list)
        self._full = QWidget(self)
        column = QVBoxLayout(self._full)
        column.setContentsMargins(24, 16, 24, 24)
        column.setSpacing(12)
        column.addWidget(self._line)
        column.addLayout(head)
        column.addWidget(self._card, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._full)
        whole.addWidget(self._empty)
        QWidget.setTabOrder(self._line, self._clear)
        QWidget.setTabOrder(self._clear, self._list)

    def _show_rows(self) -> None:
        had_focus = self._full.isAncestorOf(self.focusWidget() or self)
        self._list.set_rows(self._rows)
        self._full.setVisible(bool(self._rows))
        self._empty.setVisible(not self._rows)
        if had_focus and not self._rows:
            self._empty.setFocus()
        all_ = totals(self._rows)
        words = totals_words(all_).replace("/", "\u2060/\u2060")  # no line ends inside "MB/s"
        if words != self._words.text():
            self._words.setText(words)
        if self._clear.hasFocus() and not all_.done:
            self.focus_list()
        self._clear.setVisible(all_.done > 0)
        self._show_line()

    def _show_line(self) -> None:
        """Only where something would go on: what is done, paused or failed waits for no connection."""
        wanted = self._offline and any(row.state in ("queued", "running") for row in self._rows)
        had_focus = self._line.isAncestorOf(self.focusWidget() or self)
        self._line.setVisible(wanted)
        if had_focus and not wanted:
            self.focus_list()

    def _row(self, download_id: str) -> DownloadRow | None:
        return next((row for row in self._rows if row.id == download_id), None)

    def _on_acted(self, download_id: str) -> None:
        row = self._row(download_id)
        wishes = {
            "queued": self.pause_requested,
            "running": self.pause_requested,
            "checking": self.pause_requested,
            "paused": self.resume_requested,
            "failed": self.retry_requested,
            "done": self.reveal_requested,
        }
        if row is not None and row.hopeless:
            self.dismiss_requested.emit(download_id)
        elif row is not None:
            wishes[row.state].emit(download_id)

    def _on_cancelled(self, download_id: str, keep: bool) -> None:
        row = self._row(download_id)
        if row is None:
            return
        if row.state == "done":
            self.dismiss_requested.emit(download_id)
        else:
            self.cancel_requested.emit(download_id, keep)

    def _on_clear(self) -> None:
        for row in self._rows:
            if row.state == "done":
                self.dismiss_requested.emit(row.id)
