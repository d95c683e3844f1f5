"""The rows of the downloads, in a list that keeps its place while ten updates a second come in."""

from __future__ import annotations

import time
from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QEvent, Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from benchtop.ui.models.download_drag import DownloadDrag
from benchtop.ui.models.download_row import DownloadRowView
from benchtop.ui.models.download_rows import DownloadRow

_TURN_SECONDS = 0.008
"""How long rows are made in one turn of the event loop: fifty at once would hold the window up."""


class DownloadList(QScrollArea):
    """Rows are changed where they stand; the focus stays with its download, also when that moves."""

    acted = Signal(str)
    cancelled = Signal(str, bool)
    moved = Signal(str, int)
    terms_asked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("models.downloads.list")
        self.setAccessibleName(self.tr("Downloads"))
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        self._rows: tuple[DownloadRow, ...] = ()
        self._views: dict[str, DownloadRowView] = {}
        self._current = ""
        self._inside = QWidget()
        self._column = QVBoxLayout(self._inside)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addStretch(1)
        self.setWidget(self._inside)
        self._inside.setAutoFillBackground(False)  # the card behind shows
        self._drag = DownloadDrag(self, self._inside)
        self._drag.dropped.connect(self._on_dropped)
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self._sync)

    def set_rows(self, rows: Sequence[DownloadRow]) -> None:
        """Show these, in this order."""
        self._rows = tuple(rows)
        self._sync()

    def view_of(self, download_id: str) -> DownloadRowView | None:
        """The row of a download; None while it is not made yet."""
        return self._views.get(download_id)

    def focus_first(self) -> None:
        """Give the keyboard to the current row."""
        view = self._views.get(self._current)
        if view is not None:
            view.focus_button(0)

    def place_at(self, y: int, without: str) -> int:
        """The place among the others, from 0, of something let go at ``y`` of the list's inside."""
        others = [self._views[row.id] for row in self._rows if row.id in self._views]
        return sum(view.geometry().center().y() < y for view in others if view.row.id != without)

    def line_at(self, place: int, without: str) -> int:
        """Where the line is drawn, in the list's inside, for something let go at ``place``."""
        others = [view for view in self._ordered() if view.row.id != without]
        if not others:
            return 0
        return others[place].y() if place < len(others) else others[-1].geometry().bottom()

    def _ordered(self) -> list[DownloadRowView]:
        return [self._views[row.id] for row in self._rows if row.id in self._views]

    def _sync(self) -> None:
        self._drop({row.id for row in self._rows})
        made, until = 0, time.perf_counter() + _TURN_SECONDS
        for row in self._rows:
            view = self._views.get(row.id)
            if view is not None:
                view.show_row(row)
            elif not made or time.perf_counter() < until:
                self._views[row.id] = self._make(row)
                made += 1
        self._put_in_order()
        self._mark_current()
        if made:
            self._make_room()
        if len(self._views) < len(self._rows):
            self._later.start()

    def _make_room(self) -> None:
        """Grow at once: for the time of one paint the rows would be squeezed otherwise."""
        self._column.activate()
        QCoreApplication.sendEvent(self, QEvent(QEvent.Type.LayoutRequest))

    def _make(self, row: DownloadRow) -> DownloadRowView:
        view = DownloadRowView(row, self._inside)
        key = row.id
        view.acted.connect(lambda: self.acted.emit(key))
        view.terms_asked.connect(lambda: self.terms_asked.emit(key))
        view.cancelled.connect(lambda keep: self.cancelled.emit(key, keep))
        view.stepped.connect(lambda step: self._step(key, step))
        view.walked.connect(lambda step, number: self._walk(key, step, number))
        view.focused.connect(lambda: self._on_focused(key))
        self._drag.watch(view)
        before: QWidget = self
        for button in view.buttons():
            QWidget.setTabOrder(before, button)
            before = button
        return view

    def _drop(self, wanted: set[str]) -> None:
        """Take away the rows that are gone; the keyboard goes to a neighbour."""
        gone = [key for key in self._views if key not in wanted]
        for key in gone:
            view = self._views[key]
            number = view.focus_number()
            if number is not None:
                self._focus_neighbour(key, number, wanted)
            del self._views[key]
            self._column.removeWidget(view)
            view.hide()
            view.deleteLater()

    def _focus_neighbour(self, key: str, number: int, wanted: set[str]) -> None:
        at = self._column.indexOf(self._views[key])
        left = [one for one in self._views if one in wanted]
        left.sort(key=lambda one: self._column.indexOf(self._views[one]))
        after = [one for one in left if self._column.indexOf(self._views[one]) > at]
        heir = after[0] if after else left[-1] if left else ""
        if heir:
            self._views[heir].focus_button(number)

    def _put_in_order(self) -> None:
        views = self._ordered()
        for number, view in enumerate(views):
            if self._column.indexOf(view) != number:
                self._column.removeWidget(view)
                self._column.insertWidget(number, view)
                view.show()
            view.set_ends(first=number == 0, last=number == len(self._rows) - 1)

    def _mark_current(self) -> None:
        ids = [row.id for row in self._rows]
        if self._current not in ids:
            self._current = ids[0] if ids else ""
        for key, view in self._views.items():
            view.set_current(key == self._current)

    def _on_focused(self, key: str) -> None:
        before, self._current = self._views.get(self._current), key
        view = self._views.get(key)
        if before is not None and before is not view:
            before.set_current(False)
        if view is not None:
            view.set_current(True)
            self.ensureWidgetVisible(view, 0, 8)

    def _index(self, key: str) -> int:
        return next((i for i, row in enumerate(self._rows) if row.id == key), -1)

    def _walk(self, key: str, step: int, number: int) -> None:
        place = self._index(key) + step
        if 0 <= place < len(self._rows):
            view = self._views.get(self._rows[place].id)
            if view is not None:
                view.focus_button(number)

    def _step(self, key: str, step: int) -> None:
        place = self._index(key) + step
        if 0 <= place < len(self._rows):
            self.moved.emit(key, place)

    def _on_dropped(self, key: str, place: int) -> None:
        if place != self._index(key):
            self.moved.emit(key, place)
