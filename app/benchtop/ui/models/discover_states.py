"""What stands above or in the place of the cards: the line while offline, progress, "nothing found"."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from benchtop.ui.icons import pixmap, set_icon, spaced
from benchtop.ui.theme import icon_side, set_kind, set_tone, tokens
from benchtop.ui.widgets.flow_layout import FlowLayout

_COLUMN = 520
_SIGN = 48


class _Sign(QLabel):
    """An icon in the muted colour of the theme."""

    def __init__(self, name: str, side: int, parent: QWidget) -> None:
        super().__init__(parent)
        self._name, self._side = name, side
        self._draw()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in {QEvent.Type.PaletteChange, QEvent.Type.FontChange}:
            self._draw()

    def _draw(self) -> None:
        colour = tokens(QGuiApplication.palette()).muted
        side = self._side or icon_side(self.font().pointSizeF())
        self.setPixmap(pixmap(self._name, colour, side, self.devicePixelRatioF()))


class OfflineLine(QFrame):
    """Says what cannot be done while offline, and has the one button that changes it."""

    go_online = Signal()

    def __init__(self, text: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setProperty("card", True)
        self.setAccessibleName(text)
        words = QLabel(text, self)
        words.setWordWrap(True)
        button = QPushButton(self.tr("Go online"), self)
        button.setObjectName(f"{name}.go_online")
        button.setAccessibleName(self.tr("Go online"))
        button.setAccessibleDescription(text)
        button.setToolTip(self.tr("Lets Benchtop ask the Hub; what it asks is in the ledger"))
        button.clicked.connect(lambda _on=False: self.go_online.emit())
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 6, 6)
        row.setSpacing(10)
        row.addWidget(_Sign("offline", 0, self))
        row.addWidget(words, 1)
        row.addWidget(button)


class ThinProgress(QProgressBar):
    """Says that something is under way, without a guess at how long it takes. Hidden at first."""

    def __init__(self, name: str, words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(words)
        self.setRange(0, 0)
        self.setTextVisible(False)
        self.hide()

    def keep_its_place(self) -> None:
        """Take its room while it is hidden too, so that nothing moves when it comes and goes."""
        policy = self.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.setSizePolicy(policy)


class NothingFound(QWidget):
    """Nothing was found: for what, what to try, and the ways back."""

    reset_requested = Signal()
    catalogue_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("models.nothing_found")
        self._title, self._words = QLabel(self), QLabel(self)
        self._reset = self._button("reset", self.tr("Reset the filters"), "reset")
        self._back = self._button("catalogue", self.tr("Show the catalogue"), "models")
        self._reset.clicked.connect(lambda _on=False: self.reset_requested.emit())
        self._back.clicked.connect(lambda _on=False: self.catalogue_requested.emit())
        set_tone(self._title, "title")
        self._lay_out()

    def show_words(self, title: str, words: str, *, filtered: bool, searched: bool) -> None:
        """Say it. ``filtered`` offers to reset the filters, ``searched`` the way to the catalogue."""
        self._title.setText(title)
        self._words.setText(words)
        self.setAccessibleName(f"{title} {words}")
        self._reset.setVisible(filtered)
        self._back.setVisible(searched)

    def _button(self, name: str, text: str, icon_name: str) -> QPushButton:
        button = QPushButton(spaced(text), self)
        button.setObjectName(f"models.nothing_found.{name}")
        button.setAccessibleName(text)
        set_icon(button, icon_name)
        return button

    def _lay_out(self) -> None:
        sign = _Sign("search", _SIGN, self)
        middle = QVBoxLayout()
        middle.setSpacing(12)
        middle.addStretch(2)
        for label in (sign, self._title, self._words):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            label.setTextFormat(Qt.TextFormat.PlainText)
            middle.addWidget(label)
        for label in (self._title, self._words):
            label.setWordWrap(True)
            label.setFixedWidth(_COLUMN)
        flow = FlowLayout(gap=8)
        flow.addWidget(self._reset)
        flow.addWidget(self._back)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addLayout(flow)
        buttons.addStretch(1)
        middle.addLayout(buttons)
        middle.addStretch(3)
        across = QHBoxLayout(self)
        across.addStretch(1)
        across.addLayout(middle)
        across.addStretch(1)


class AboutList(QFrame):
    """How the list is ordered and what it was made from: folded away behind ``button``."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("models.about")
        self.setProperty("card", True)
        self._words = QLabel(self)
        self._words.setAccessibleName(self.tr("How the list is ordered"))
        self._words.setWordWrap(True)
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self._words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.button = QPushButton(spaced(self.tr("How is this ordered?")), parent)
        self.button.setObjectName("models.about.button")
        self.button.setAccessibleName(self.tr("How is this ordered?"))
        self.button.setCheckable(True)
        set_kind(self.button, "quiet")
        set_icon(self.button, "help")
        self.button.toggled.connect(lambda _on: self._show())
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 10, 14, 10)
        column.addWidget(self._words)
        self._offered = False
        self._show()

    @property
    def words(self) -> str:
        """What it says."""
        return self._words.text()

    def set_words(self, words: str) -> None:
        """What there is to say; empty text offers nothing."""
        self._words.setText(words)
        self._words.setAccessibleName(words)
        self.button.setToolTip(f"<qt>{escape(words)}</qt>".replace("\n\n", "<br><br>"))
        self._show()

    def offer(self, *, offered: bool) -> None:
        """Whether the list on show is the one it speaks of."""
        self._offered = offered
        self._show()

    def _show(self) -> None:
        offered = self._offered and bool(self.words)
        self.button.setVisible(offered)
        self.setVisible(offered and self.button.isChecked())
