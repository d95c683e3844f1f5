"""Dragging a row of the downloads to another place of the list, with the mouse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget

from benchtop.ui.models.download_facts import DownloadFacts
from benchtop.ui.models.download_row import DownloadRowView
from benchtop.ui.theme import tokens

if TYPE_CHECKING:
    from benchtop.ui.models.download_list import DownloadList

_LINE = 2
_EDGE, _SCROLL_STEP, _SCROLL_MS = 32, 14, 30


class DownloadDrag(QObject):
    """Watches rows; ``dropped`` carries an id and its new place. Nothing moves before it is let go."""

    dropped = Signal(str, int)

    def __init__(self, list_: DownloadList, inside: QWidget) -> None:
        super().__init__(list_)
        self._list = list_
        self._inside = inside
        self._view: DownloadRowView | None = None
        self._from: QPoint | None = None
        self._dragging = False
        self._line = _DropLine(inside)
        self._scroll = QTimer(self, interval=_SCROLL_MS)
        self._scroll.timeout.connect(self._scroll_on)

    def watch(self, view: DownloadRowView) -> None:
        """Let this row be dragged by its facts."""
        view.facts.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(watched, DownloadFacts) or not isinstance(event, QMouseEvent):
            return False
        match event.type():
            case QEvent.Type.MouseButtonPress if event.button() == Qt.MouseButton.LeftButton:
                self._view = self._row_of(watched)
                self._from = event.globalPosition().toPoint()
                return True
            case QEvent.Type.MouseMove if self._from is not None:
                self._move(event.globalPosition().toPoint())
                return True
            case QEvent.Type.MouseButtonRelease if self._from is not None:
                self._end(event.globalPosition().toPoint())
                return True
        return False

    def _row_of(self, facts: DownloadFacts) -> DownloadRowView | None:
        row = facts.parentWidget()
        if isinstance(row, DownloadRowView) and row.row.state != "done":
            return row
        return None

    def _move(self, where: QPoint) -> None:
        assert self._from is not None
        far = (where - self._from).manhattanLength() >= QApplication.startDragDistance()
        if self._view is None or not (self._dragging or far):
            return
        self._dragging = True
        self._view.facts.setCursor(Qt.CursorShape.ClosedHandCursor)
        self._show_line(where)
        self._scroll.start()

    def _show_line(self, where: QPoint) -> None:
        assert self._view is not None
        key = self._view.row.id
        place = self._list.place_at(self._inside.mapFromGlobal(where).y(), key)
        y = min(self._list.line_at(place, key), self._inside.height() - _LINE)
        self._line.setGeometry(0, max(y - _LINE // 2, 0), self._inside.width(), _LINE)
        self._line.show()
        self._line.raise_()

    def _end(self, where: QPoint) -> None:
        view, dragging = self._view, self._dragging
        self._view, self._from, self._dragging = None, None, False
        self._line.hide()
        self._scroll.stop()
        if view is None or not dragging:
            return
        view.facts.setCursor(Qt.CursorShape.OpenHandCursor)
        y = self._inside.mapFromGlobal(where).y()
        self.dropped.emit(view.row.id, self._list.place_at(y, view.row.id))

    def _scroll_on(self) -> None:
        """Near the upper or the lower edge the list goes on."""
        where = self._list.cursor().pos()
        y = self._list.viewport().mapFromGlobal(where).y()
        bar = self._list.verticalScrollBar()
        if y < _EDGE:
            bar.setValue(bar.value() - _SCROLL_STEP)
        elif y > self._list.viewport().height() - _EDGE:
            bar.setValue(bar.value() + _SCROLL_STEP)


class _DropLine(QWidget):
    """Shows where a row will go."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), tokens(self.palette()).accent)
        painter.end()
