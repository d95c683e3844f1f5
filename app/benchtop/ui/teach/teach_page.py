"""The Teach page: data, training and its result, one after the other under tabs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, get_args

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from benchtop.ui.teach.data_view import DataView

Tab = Literal["data", "train", "result"]
_TABS: tuple[Tab, ...] = get_args(Tab)


class TeachPage(QWidget):
    """``data`` is the Data tab. ``train`` and ``result`` are empty containers, which their owners fill().

    Whoever jumps to a tab (go_to_tab()) has the keyboard in it; a tab that comes while the keyboard was in
    the one before has it as well. The arrow keys on the tabs leave it there.

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
        self._starts: dict[Tab, Callable[[], object]] = {}
        self._waits = False
        """The keyboard goes into the part on show once that is filled."""
        self._bar = QTabBar(self)  # first, so that Tab goes from it into the part on show
        self._bar.setObjectName("teach.tabs")
        self._bar.setAccessibleName(self.tr("Steps of teaching"))
        self._bar.setDrawBase(False)
        self._bar.setExpanding(False)
        self.data = DataView(self)
        self._starts["data"] = self.data.focus_start
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

    def go_to_tab(self, tab: Tab) -> None:
        """Put a part on show, and the keyboard into it."""
        self.show_tab(tab)
        self._focus_part()

    def fill(self, tab: Tab, view: QWidget, focus_first: Callable[[], object]) -> None:
        """Put a view into a container; the keyboard goes into it where a person waits for that.
        ``focus_first`` gives it to what comes first there."""
        part = self._stack.widget(_TABS.index(tab))
        layout = part.layout()
        assert layout is not None
        layout.addWidget(view)
        view.show()  # now, not with the next turn of the event loop
        self._starts[tab] = focus_first
        if self._waits and tab == self.tab:
            self._focus_part()

    def _container(self, name: str) -> QWidget:
        part = QWidget(self)
        part.setAccessibleName(name)
        QVBoxLayout(part).setContentsMargins(0, 0, 0, 0)
        return part

    def _teach(self, dataset_id: str) -> None:
        self.go_to_tab("train")
        self.teach_requested.emit(dataset_id)

    def _show(self, index: int) -> None:
        focus = self.window().focusWidget()
        had_focus = focus is not None and self._stack.isAncestorOf(focus)
        self._waits = False
        if had_focus:
            self._bar.setFocus()  # Qt would look for any place in the window
        self._stack.setCurrentIndex(index)
        if had_focus:
            self._focus_part()
        self.tab_shown.emit(_TABS[index])

    def _focus_part(self) -> None:
        """Give the keyboard to what comes first in the part on show; to the tabs until that is filled."""
        start = self._starts.get(self.tab)
        self._waits = start is None
        self._bar.setFocus()  # where it stays if there is nothing to go to
        if start is not None:
            start()
