"""Files and folders dropped onto a part of the window."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QMimeData, QObject, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QWidget

from benchtop.ui.theme import HEADING_SCALE, tokens


class FileDrop(QObject):
    """Lets ``target`` take files and folders of this disk; ``dropped`` carries their paths. ``words`` say
    what comes of it; models are added where there are none."""

    dropped = Signal(list)

    def __init__(self, target: QWidget, words: str = "") -> None:
        super().__init__(target)
        self._sign = _DropSign(target, words)
        target.setAcceptDrops(True)
        target.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        match event.type():
            case QEvent.Type.DragEnter | QEvent.Type.DragMove:
                assert isinstance(event, QDragEnterEvent | QDragMoveEvent)
                return self._over(event)
            case QEvent.Type.DragLeave:
                self._sign.hide()
            case QEvent.Type.Drop:
                assert isinstance(event, QDropEvent)
                self._sign.hide()
                paths = local_paths(event.mimeData())
                if paths:
                    event.setDropAction(Qt.DropAction.CopyAction)
                    event.accept()
                    self.dropped.emit(paths)
                    return True
        return super().eventFilter(watched, event)

    def _over(self, event: QDragMoveEvent) -> bool:
        if not local_paths(event.mimeData()):
            return False
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        self._sign.show_over()
        return True


def local_paths(data: QMimeData) -> list[str]:
    """The files and folders of this disk that are being dragged."""
    return [url.toLocalFile() for url in data.urls() if url.isLocalFile()]


class _DropSign(QWidget):
    """Lies over the target while something is held over it."""

    def __init__(self, target: QWidget, words: str) -> None:
        super().__init__(target)
        self._target, self._words = target, words
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def show_over(self) -> None:
        self.setGeometry(self._target.rect())
        self.show()
        self.raise_()

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = tokens(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        veil = QColor(t.window)
        veil.setAlpha(240)
        painter.fillRect(self.rect(), veil)
        painter.setPen(QPen(t.accent, 2, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(self.rect().adjusted(12, 12, -12, -12), 8, 8)
        painter.setPen(t.text)
        font = self.font()
        font.setPointSizeF(font.pointSizeF() * HEADING_SCALE)
        painter.setFont(font)
        words = self._words or self.tr("Drop to add the models in it.\nNothing is copied.")
        painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignCenter), words)
        painter.end()
