"""The Teach page: data, training and its result, one after the other under tabs."""

from __future__ import annotations

from typing import Literal, get_args

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from benchtop.ui.teach.data_view import DataView

Tab = Literal["data", "train", "result"]
_TABS: tuple[Tab, ...] = get_args(Tab)


class TeachPage(QWidget):
    """``data`` is the Data tab. ``train`` and ``result`` are empty containers with a layout each, which
    their owners fill.

    ``teach_requested`` carries the id of the data set that a model is to be taught with; the Train tab is
    on show by then.
    """

    tab_shown = Signal(str)
    """A Tab was put on show."""
    teach_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("teach")
        self.setAccessibleName(self.tr("Teach"))
        self._bar = QTabBar(self)  # first, so that Tab goes from it into the part on show
        self._bar.setObjectName("teach.tabs")
        self._bar.setAccessibleName(self.tr("Steps of teaching"))
        self._bar.setDrawBase(False)
        self._bar.setExpanding(False)
        self.data = DataView(self)
        self.train = self._container(self.tr("Train"))
        self.result = self._container(self.tr("Result"))
        self._stack = QStackedWidget(self)
        parts: tuple[tuple[Tab, str, QWidget], ...] = (
            ("data", self.tr("1  Data"), self.data),
            ("train", self.tr("2  Train"), self.train),
            ("result", self.tr("3  Result"), self.result),
        )
        for tab, text, part in parts:
            part.setObjectName(f"teach.tab.{tab}")
            self._bar.addTab(text)
            self._stack.addWidget(part)
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
        self.data.teach_requested.connect(self._teach)
        self.setFocusProxy(self._bar)

    @property
    def tab(self) -> Tab:
        """The tab on show."""
        return _TABS[self._stack.currentIndex()]

    def show_tab(self, tab: str) -> None:
        """Put a part on show; one that is unknown changes nothing."""
        if tab in _TABS:
            self._bar.setCurrentIndex(_TABS.index(tab))

    def _container(self, name: str) -> QWidget:
        part = QWidget(self)
        part.setAccessibleName(name)
        QVBoxLayout(part).setContentsMargins(0, 0, 0, 0)
        return part

    def _teach(self, dataset_id: str) -> None:
        self.show_tab("train")
        self.teach_requested.emit(dataset_id)

    def _show(self, index: int) -> None:
        self._stack.setCurrentIndex(index)
        self.tab_shown.emit(_TABS[index])
