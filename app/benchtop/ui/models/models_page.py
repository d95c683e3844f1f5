"""The Models page: finding models, fetching them, what is here, and what was asked of other machines."""

from __future__ import annotations

from typing import Literal, get_args

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from benchtop.ui.models.discover_page import DiscoverPage
from benchtop.ui.models.download_queue import DownloadQueue
from benchtop.ui.models.ledger_view import LedgerView
from benchtop.ui.models.library_view import LibraryView

Tab = Literal["library", "discover", "downloads", "connections"]
_TABS: tuple[Tab, ...] = get_args(Tab)


class ModelsPage(QWidget):
    """Four views under tabs. The views are public: their signals and methods are the interface."""

    tab_shown = Signal(str)
    """A Tab was put on show."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("models")
        self.setAccessibleName(self.tr("Models"))
        self.library = LibraryView(self)
        self.discover = DiscoverPage(self)
        self.downloads = DownloadQueue(self)
        self.ledger = LedgerView(self)
        self._bar = QTabBar(self)
        self._bar.setObjectName("models.tabs")
        self._bar.setAccessibleName(self.tr("Parts of the Models page"))
        self._bar.setDrawBase(False)
        self._bar.setExpanding(False)
        self._stack = QStackedWidget(self)
        words = (
            self.tr("On this machine"),
            self.tr("Discover"),
            self.tr("Downloads"),
            self.tr("Connections"),
        )
        views: tuple[QWidget, ...] = (self.library, self.discover, self.downloads, self.ledger)
        for text, view in zip(words, views, strict=True):
            self._bar.addTab(text)
            self._stack.addWidget(view)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        tabs = QHBoxLayout()
        tabs.setContentsMargins(12, 8, 12, 0)
        tabs.addWidget(self._bar)
        tabs.addStretch(1)
        column.addLayout(tabs)
        column.addWidget(self._stack, 1)
        self._bar.currentChanged.connect(self._show)
        self.setFocusProxy(self._bar)

    @property
    def tab(self) -> Tab:
        """The tab on show."""
        return _TABS[self._stack.currentIndex()]

    def show_tab(self, tab: Tab) -> None:
        """Put a part on show."""
        self._bar.setCurrentIndex(_TABS.index(tab))

    def set_download_count(self, count: int) -> None:
        """How many downloads are not done, told on their tab."""
        text = self.tr("Downloads")
        self._bar.setTabText(_TABS.index("downloads"), f"{text} ({count})" if count else text)

    def _show(self, index: int) -> None:
        self._stack.setCurrentIndex(index)
        self.tab_shown.emit(_TABS[index])
