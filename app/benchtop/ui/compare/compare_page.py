"""The Compare page: side by side, the ranking, suites, measurements and the next token."""

from __future__ import annotations

from typing import Literal, get_args

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from benchtop.ui.compare.focus_order import put_in_place
from benchtop.ui.compare.ranking_view import RankingView
from benchtop.ui.compare.side_by_side import SideBySide
from benchtop.ui.widgets.placeholder_page import PlaceholderPage

Tab = Literal["side_by_side", "ranking", "suites", "measures", "next_token"]
_TABS: tuple[Tab, ...] = get_args(Tab)


class ComparePage(QWidget):
    """Five views under tabs. ``side_by_side`` and ``ranking`` are public: their signals and methods are
    the interface. The other three come by ``set_view``; until then each says what it will show."""

    tab_shown = Signal(str)
    """A Tab was put on show."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("compare")
        self.setAccessibleName(self.tr("Compare"))
        self._bar = QTabBar(self)  # first, so that Tab goes from it into the part on show
        self.side_by_side = SideBySide(self)
        self.ranking = RankingView(self)
        self._bar.setObjectName("compare.tabs")
        self._bar.setAccessibleName(self.tr("Parts of the Compare page"))
        self._bar.setDrawBase(False)
        self._bar.setExpanding(False)
        self._bar.setUsesScrollButtons(True)
        self._stack = QStackedWidget(self)
        self._views: dict[Tab, QWidget] = {}
        for tab, text, view in self._parts():
            self._bar.addTab(text)
            self._stack.addWidget(view)
            self._views[tab] = view
        tabs = QHBoxLayout()
        tabs.setContentsMargins(12, 8, 12, 0)
        tabs.addWidget(self._bar)
        tabs.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(tabs)
        column.addWidget(self._stack, 1)
        self._bar.currentChanged.connect(self._show)
        self.ranking.compare_requested.connect(lambda: self.show_tab("side_by_side"))
        self.setFocusProxy(self._bar)

    @property
    def tab(self) -> Tab:
        """The tab on show."""
        return _TABS[self._stack.currentIndex()]

    def show_tab(self, tab: Tab) -> None:
        """Put a part on show."""
        self._bar.setCurrentIndex(_TABS.index(tab))

    def view(self, tab: Tab) -> QWidget:
        """The view of a tab."""
        return self._views[tab]

    def set_view(self, tab: Tab, view: QWidget) -> None:
        """Put ``view`` in the place of what the tab shows now, which is deleted."""
        old, index = self._views[tab], _TABS.index(tab)
        if view is old:
            return
        current = self._stack.currentIndex()
        self._stack.removeWidget(old)
        self._stack.insertWidget(index, view)
        self._stack.setCurrentIndex(current)
        self._views[tab] = view
        put_in_place(view, old)
        old.deleteLater()

    def _parts(self) -> tuple[tuple[Tab, str, QWidget], ...]:
        later = self.tr("This part is not there yet.")
        suites = self.tr("Named prompts with checks, run over models in the background. {later}")
        measures = self.tr("Perplexity, speed, memory and what quantisation costs. {later}")
        lens = self.tr("How probable each token was, and what else could have come. {later}")
        return (
            ("side_by_side", self.tr("Side by side"), self.side_by_side),
            ("ranking", self.tr("Ranking"), self.ranking),
            ("suites", self.tr("Suites"), self._later(self.tr("Suites"), suites, later)),
            ("measures", self.tr("Measures"), self._later(self.tr("Measures"), measures, later)),
            ("next_token", self.tr("Next token"), self._later(self.tr("Next token"), lens, later)),
        )

    def _later(self, title: str, text: str, later: str) -> PlaceholderPage:
        return PlaceholderPage("compare", title, text.format(later=later), parent=self)

    def _show(self, index: int) -> None:
        self._stack.setCurrentIndex(index)
        self.tab_shown.emit(_TABS[index])
