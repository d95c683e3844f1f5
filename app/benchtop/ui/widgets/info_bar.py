"""Short messages inside a page: what happened, what to do, and a button. Never a stack of dialogs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from benchtop.ui.icons import Tint, set_icon
from benchtop.ui.theme import tokens
from benchtop.ui.widgets.announce import announce
from benchtop.ui.widgets.breaking_label import BreakingLabel

NoticeKind = Literal["info", "warning", "error", "undo"]
UNDO_MS = 10_000
MOST_NOTICES = 2
_LOOK: dict[NoticeKind, tuple[str, Tint]] = {
    "info": ("info", "accent"),
    "warning": ("warning", "warning"),
    "error": ("error", "bad"),
    "undo": ("trash", "muted"),
}


@dataclass(frozen=True, slots=True)
class Group:
    """Notices of one kind of news: those with one ``key`` become a single one that ``words`` tells
    by their number, with a button of its own."""

    key: str
    words: Callable[[int], str]
    action_text: str | None = None
    callback: Callable[[], object] | None = None


_WEIGHT: dict[NoticeKind, int] = {"info": 0, "undo": 1, "warning": 1, "error": 2}


class Notice(QWidget):
    """One message. It leaves by its button, its cross, Esc while it has the focus, or its time.

    The time stands still while the pointer is over it or the focus inside it.
    """

    closed = Signal()

    def __init__(
        self,
        kind: NoticeKind,
        text: str,
        parent: QWidget,
        *,
        action_text: str | None = None,
        callback: Callable[[], object] | None = None,
        timeout_ms: int | None = None,
        sign: str = "",
    ) -> None:
        super().__init__(parent)
        self.kind = kind
        self.sign = sign or _LOOK[kind][0]
        self.text = text
        self.group = ""
        self.count = 1
        self._callback = callback
        self._hovered = False
        self.setObjectName(f"notice.{kind}")
        self.setAccessibleName(text)
        self._row = QHBoxLayout(self)
        self._build(action_text)
        self._timer = QTimer(self, singleShot=True, timerType=Qt.TimerType.CoarseTimer)
        self._timer.timeout.connect(self.closed)
        if timeout_ms is not None:
            self._timer.setInterval(timeout_ms)
            self._timer.start()
        self._timed = timeout_ms is not None

    def remaining_ms(self) -> int | None:
        """Milliseconds until the message goes by itself; None while its time stands still."""
        return self._timer.remainingTime() if self._timer.isActive() else None

    def _build(self, action_text: str | None) -> None:
        row = self._row
        row.setContentsMargins(12, 3, 6, 3)
        row.setSpacing(8)
        sign = QToolButton(self)
        sign.setObjectName("notice.sign")
        sign.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        sign.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        sign.setAccessibleName(_kind_words(self.kind))
        set_icon(sign, self.sign, _LOOK[self.kind][1])
        words = BreakingLabel(self.text, self)
        words.setObjectName("notice.text")
        words.setAccessibleName(self.text)
        words.setTextFormat(Qt.TextFormat.PlainText)
        words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        words.setWordWrap(True)  # after the policy, which it teaches to follow the width
        words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        row.addWidget(sign, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(words, 1)
        if action_text:
            button = QPushButton(action_text, self)
            button.setObjectName("notice.action")
            button.setAccessibleName(action_text)
            button.setAccessibleDescription(self.text)
            button.clicked.connect(self._act)
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
        close = QToolButton(self)
        close.setObjectName("notice.close")
        close.setAccessibleName(self.tr("Dismiss this message"))
        close.setToolTip(self.tr("Dismiss (Esc)"))
        set_icon(close, "close", "muted")
        close.clicked.connect(self.closed)
        row.addWidget(close, 0, Qt.AlignmentFlag.AlignVCenter)
        for child in self.findChildren(QWidget):
            if child.focusPolicy() != Qt.FocusPolicy.NoFocus:
                child.installEventFilter(self)

    def add_button(self, text: str, callback: Callable[[], object]) -> QPushButton:
        """One more button before the cross; pressing it leaves the message where it is."""
        button = QPushButton(text, self)
        button.setObjectName("notice.more")
        button.setAccessibleName(text)
        button.setAccessibleDescription(self.text)
        button.clicked.connect(lambda _on=False: callback())
        button.installEventFilter(self)
        self._row.insertWidget(self._row.count() - 1, button, 0, Qt.AlignmentFlag.AlignVCenter)
        close = self._row.itemAt(self._row.count() - 1).widget()
        self.setTabOrder(button, close)
        return button

    def _act(self) -> None:
        callback, self._callback = self._callback, None
        self.closed.emit()
        if callback is not None:
            callback()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Esc closes; claimed early, so that a shortcut of the window does not take it."""
        kind = event.type()
        if kind in {QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress}:
            assert isinstance(event, QKeyEvent)
            if event.key() == Qt.Key.Key_Escape:
                event.accept()
                if kind == QEvent.Type.KeyPress:
                    self.closed.emit()
                return True
        if kind in {QEvent.Type.FocusIn, QEvent.Type.FocusOut}:
            # The focus has moved only when this event is done.
            QTimer.singleShot(0, self, self._pause_or_go)
        return False

    def enterEvent(self, event: QEvent) -> None:
        self._hovered = True
        self._pause_or_go()

    def leaveEvent(self, event: QEvent) -> None:
        self._hovered = False
        self._pause_or_go()

    def _pause_or_go(self) -> None:
        if not self._timed:
            return
        focus = QApplication.focusWidget()
        if self._hovered or (focus is not None and self.isAncestorOf(focus)):
            self._timer.stop()
        elif not self._timer.isActive():
            self._timer.start()

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = tokens(self.palette())
        line: dict[NoticeKind, QColor] = {
            "info": t.accent,
            "warning": t.warning,
            "error": t.bad,
            "undo": t.outline,
        }
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(line[self.kind], 1))
        painter.setBrush(t.surface)
        painter.drawRoundedRect(self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)


class InfoBar(QWidget):
    """The place for messages at the top of a page: at most two, the newest at the bottom."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("info_bar")
        self.setAccessibleName(self.tr("Messages"))
        self._notices: list[Notice] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(12, 6, 12, 6)
        self._column.setSpacing(4)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.hide()

    def post(
        self,
        kind: NoticeKind,
        text: str,
        action_text: str | None = None,
        callback: Callable[[], object] | None = None,
        timeout_ms: int | None = None,
        *,
        group: Group | None = None,
        sign: str = "",
    ) -> Notice:
        """Show a message and have it spoken.

        ``callback`` runs when the button ``action_text`` is pressed. It stays until it is dismissed,
        but an "undo" goes after 10 s and any other after ``timeout_ms`` when given. The same words
        again take the place of the old message. A third takes the place of the oldest of the least
        weight: an error that nobody has dismissed does not go for a piece of news. One of a ``group``
        that is on show becomes one with it. ``sign`` is the name of another icon than that of the kind.
        """
        count = 1
        if group is not None:
            count += self._take_out(group.key)
            if count > 1:
                text, action_text, callback = group.words(count), group.action_text, group.callback
        if timeout_ms is None and kind == "undo":
            timeout_ms = UNDO_MS
        for old in [n for n in self._notices if (n.kind, n.text) == (kind, text)]:
            self.remove(old)
        while len(self._notices) >= MOST_NOTICES:
            self.remove(min(self._notices, key=lambda n: _WEIGHT[n.kind]))  # the first of equals
        notice = Notice(
            kind,
            text,
            self,
            action_text=action_text,
            callback=callback,
            timeout_ms=timeout_ms,
            sign=sign,
        )
        notice.group, notice.count = group.key if group is not None else "", count
        notice.closed.connect(self._on_closed)
        self._notices.append(notice)
        self._column.addWidget(notice)
        self.show()
        announce(notice, f"{_kind_words(kind)}: {text}", urgent=kind == "error")
        return notice

    def notices(self) -> list[Notice]:
        """The messages on show, oldest first."""
        return list(self._notices)

    def dismiss(self) -> bool:
        """Take the newest message away; False when there is none."""
        if not self._notices:
            return False
        self.remove(self._notices[-1])
        return True

    def clear(self, kind: NoticeKind | None = None) -> None:
        """Take every message away, or those of one kind."""
        for notice in self.notices():
            if kind is None or notice.kind == kind:
                self.remove(notice)

    def clear_group(self, key: str) -> None:
        """Take the message of a group away: what it says is on show by itself."""
        self._take_out(key)

    def _take_out(self, key: str) -> int:
        """Remove the message of a group; how many pieces of news it stood for."""
        found = [notice for notice in self._notices if notice.group == key]
        for notice in found:
            self.remove(notice)
        return sum(notice.count for notice in found)

    def _on_closed(self) -> None:
        notice = self.sender()
        if isinstance(notice, Notice):
            self.remove(notice)

    def remove(self, notice: Notice) -> None:
        """Take one message away; one that has gone already is no error."""
        if notice not in self._notices:
            return
        self._notices.remove(notice)
        self._column.removeWidget(notice)
        notice.hide()
        notice.deleteLater()
        if not self._notices:
            self.hide()


def _kind_words(kind: NoticeKind) -> str:
    translate = QCoreApplication.translate
    words: dict[NoticeKind, str] = {
        "info": translate("InfoBar", "Information"),
        "warning": translate("InfoBar", "Warning"),
        "error": translate("InfoBar", "Error"),
        "undo": translate("InfoBar", "Done"),
    }
    return words[kind]
