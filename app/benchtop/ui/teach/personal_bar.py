"""What is personal in examples, and what it would be replaced with: shown before anything is replaced."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from benchtop.ui.chat.key_override import is_override
from benchtop.ui.icons import pixmap
from benchtop.ui.teach.change_text import changes_html
from benchtop.ui.teach.data_rows import Change
from benchtop.ui.theme import icon_side, set_kind, tokens
from benchtop.ui.widgets.announce import announce

_LEAST_LINES, _MOST_LINES = 6, 10


class PersonalBar(QFrame):
    """``show_wanted`` asks for what would change, which ``set_changes`` shows; only then there is a button
    that replaces it (``replace_wanted``). ``prefix`` begins the object names of what is in it."""

    show_wanted = Signal()
    replace_wanted = Signal()

    def __init__(
        self, prefix: str, parent: QWidget | None = None, *, stacked: bool = False
    ) -> None:
        """``stacked``: in a narrow place, the button below the words."""
        super().__init__(parent)
        self.setObjectName(prefix)
        self.setAccessibleName(self.tr("What is personal"))
        self.setProperty("card", True)
        self._prefix = prefix
        self._changes: tuple[Change, ...] = ()
        self._total = 0
        self._words = QLabel(self)
        self._words.setObjectName(f"{prefix}.words")
        self._words.setWordWrap(True)
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self._look = self._button("show", self.tr("Show what would change"))
        self._text = QTextBrowser(self)
        self._text.setObjectName(f"{prefix}.changes")
        self._text.setAccessibleName(self.tr("Before and after"))
        self._text.setTabChangesFocus(True)
        self._text.setProperty("field", True)
        self._replace = self._button("replace", self.tr("Replace"))
        self._cancel = self._button("cancel", self.tr("Leave as it is"))
        set_kind(self._replace, "primary")
        set_kind(self._cancel, "quiet")
        self._sign = QLabel(self)
        self._foot = QWidget(self)
        self._lay_out(stacked=stacked)
        self._look.clicked.connect(self.show_wanted)
        self._replace.clicked.connect(self._on_replace)
        self._cancel.clicked.connect(self.fold)
        self._paint()
        self.fold()

    def _lay_out(self, *, stacked: bool) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._sign)
        head.addWidget(self._words, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(8)
        column.addLayout(head)
        if stacked:
            line = QHBoxLayout()
            line.addWidget(self._look)
            line.addStretch(1)
            column.addLayout(line)
        else:
            head.addWidget(self._look)
        foot = QHBoxLayout(self._foot)
        foot.setContentsMargins(0, 0, 0, 0)
        foot.setSpacing(8)
        foot.addWidget(self._replace)
        foot.addWidget(self._cancel)
        foot.addStretch(1)
        column.addWidget(self._text)
        column.addWidget(self._foot)

    def set_words(self, words: str) -> None:
        """What was found, in a sentence; empty hides the bar."""
        self._words.setText(words)
        self.setVisible(bool(words))
        if not words:
            self.fold()

    def set_changes(self, changes: Sequence[Change], total: int = 0) -> None:
        """Show texts before and after; ``total`` is how many texts would change where these are the first
        of more. None of them: fold."""
        self._changes, self._total = tuple(changes), max(total, len(changes))
        if not changes:
            self.fold()
            return
        self._paint()
        lines = min(max(3 * len(changes), _LEAST_LINES), _MOST_LINES)
        self._text.setFixedHeight(lines * self.fontMetrics().lineSpacing() + 16)
        words = (
            self.tr("Replace in 1 text")
            if self._total == 1
            else self.tr("Replace in {count} texts")
        )
        self._replace.setText(words.format(count=f"{self._total:,}"))
        self._replace.setAccessibleName(self._replace.text())
        had_focus = self._look.hasFocus()
        self._unfold(shown=True)
        if had_focus:
            self._replace.setFocus()
        announce(self, self.tr("Before and after are shown."))

    def fold(self) -> None:
        """Show no changes."""
        had_focus = self._foot.isAncestorOf(self.focusWidget() or self) or self._text.hasFocus()
        self._unfold(shown=False)
        if had_focus and self.isVisible():
            self._look.setFocus()

    @property
    def shows_changes(self) -> bool:
        """Whether before and after are on show."""
        return not self._text.isHidden()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in {QEvent.Type.PaletteChange, QEvent.Type.FontChange} and self._is_made():
            self._paint()

    def event(self, event: QEvent) -> bool:
        # Esc is a shortcut of the window: while changes are on show it is ours.
        if self._is_made() and self.shows_changes and is_override(event, Qt.Key.Key_Escape):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.shows_changes:
            self.fold()
        else:
            super().keyPressEvent(event)

    def _is_made(self) -> bool:
        return hasattr(self, "_foot")  # Qt tells of events before there is anything

    def _button(self, key: str, words: str) -> QPushButton:
        button = QPushButton(words, self)
        button.setObjectName(f"{self._prefix}.{key}")
        button.setAccessibleName(words)
        return button

    def _unfold(self, *, shown: bool) -> None:
        self._text.setVisible(shown)
        self._foot.setVisible(shown)
        self._look.setVisible(not shown)

    def _paint(self) -> None:
        t, side = tokens(QGuiApplication.palette()), icon_side(self.font().pointSizeF())
        self._sign.setPixmap(pixmap("warning", t.warning, side, self.devicePixelRatioF()))
        self._text.setHtml(changes_html(self._changes, self._total, QGuiApplication.palette()))

    def _on_replace(self) -> None:
        self.fold()
        self.replace_wanted.emit()
