"""The Suites tab: the list, a suite under edit, and the results of a run, one at a time."""

from __future__ import annotations

from typing import Literal, get_args

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from benchtop.ui.compare.suite_editor import SuiteEditor
from benchtop.ui.compare.suite_list_view import SuiteListView
from benchtop.ui.compare.suite_results_view import SuiteResultsView

Part = Literal["list", "editor", "results"]
_PARTS: tuple[Part, ...] = get_args(Part)


class SuitesPage(QStackedWidget):
    """``list``, ``editor`` and ``results`` are public: their signals and methods are the interface."""

    part_shown = Signal(str)
    """A Part was put on show."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("compare.suites_page")
        self.setAccessibleName(self.tr("Suites"))
        self.list = SuiteListView(self)
        self.editor = SuiteEditor(self)
        self.results = SuiteResultsView(self)
        for view in (self.list, self.editor, self.results):
            self.addWidget(view)

    @property
    def part(self) -> Part:
        """What is on show."""
        return _PARTS[self.currentIndex()]

    def show_part(self, part: Part) -> None:
        """Put a part on show, and the keyboard into it where it was in the one before."""
        before = self.currentWidget()
        focus = self.focusWidget()
        had_focus = focus is not None and before.isAncestorOf(focus) and focus.hasFocus()
        self.setCurrentIndex(_PARTS.index(part))
        if had_focus and part == "list":
            self.list.focus_list()
        elif had_focus and part == "editor":
            self.editor.focus_start()
        elif had_focus and part == "results":
            self.results.focus_list()
        self.part_shown.emit(part)
