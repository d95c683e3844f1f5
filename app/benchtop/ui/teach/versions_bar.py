"""Where personal data still is in what models were taught with: said in the page, with what can be done."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from benchtop.ui.icons import pixmap
from benchtop.ui.theme import icon_side, set_kind, set_tone, tokens
from benchtop.ui.widgets.announce import announce


class VersionsBar(QFrame):
    """``replace_wanted`` takes it out of all of them, for good; ``left`` where a button that had the keyboard
    is gone."""

    replace_wanted = Signal()
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("teach.data.versions")
        self.setAccessibleName(self.tr("What models were taught with"))
        self.setProperty("card", True)
        self._sign = QLabel(self)
        self._words = self._label("words")
        self._meaning = self._label("meaning")
        self._meaning.setText(
            self.tr(
                "Replaced there too, it is gone for good: these versions then no longer tell word for word"
                " what was learnt, only from which examples. A model that has learnt it keeps it: teach it"
                " anew, and remove the adapter."
            )
        )
        set_tone(self._meaning, "muted")
        self._replace = self._button("replace", self.tr("Replace it there too"))
        self._leave = self._button("leave", self.tr("Leave it as it is"))
        set_kind(self._replace, "danger")
        set_kind(self._leave, "quiet")
        self._foot = QWidget(self)
        self._lay_out()
        self._replace.clicked.connect(self._on_replace)
        self._leave.clicked.connect(self._on_leave)
        self._paint()
        self.hide()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self._words, 1)
        foot = QHBoxLayout(self._foot)
        foot.setContentsMargins(0, 0, 0, 0)
        foot.setSpacing(8)
        foot.addWidget(self._replace)
        foot.addWidget(self._leave)
        foot.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self._meaning)
        column.addWidget(self._foot)

    def ask(self, versions: int) -> None:
        """Say that so many versions hold it, and ask what is to become of it."""
        one = self.tr(
            "What is personal is still in 1 version that models were taught with, and these models may have"
            " learnt it."
        )
        many = self.tr(
            "What is personal is still in {count} versions that models were taught with, and these models"
            " may have learnt it."
        )
        self._say((one if versions == 1 else many).format(count=f"{versions:,}"), asks=True)

    def set_busy(self) -> None:
        """Say that it is being replaced."""
        self._say(self.tr("Replacing it in what models were taught with…"), asks=False)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        is_made = hasattr(self, "_foot")  # Qt tells of events before there is anything
        if is_made and event.type() in {QEvent.Type.PaletteChange, QEvent.Type.FontChange}:
            self._paint()

    def _say(self, words: str, *, asks: bool) -> None:
        self._words.setText(words)
        self._meaning.setVisible(asks)
        self._foot.setVisible(asks)
        self.show()
        announce(self, words)

    def _on_replace(self) -> None:
        had_focus = self._replace.hasFocus()
        self.set_busy()
        self.replace_wanted.emit()
        if had_focus:
            self.left.emit()

    def _on_leave(self) -> None:
        had_focus = self._leave.hasFocus()
        self.hide()
        if had_focus:
            self.left.emit()

    def _label(self, key: str) -> QLabel:
        label = QLabel(self)
        label.setObjectName(f"teach.data.versions.{key}")
        label.setWordWrap(True)
        label.setTextFormat(Qt.TextFormat.PlainText)
        return label

    def _button(self, key: str, words: str) -> QPushButton:
        button = QPushButton(words, self)
        button.setObjectName(f"teach.data.versions.{key}")
        button.setAccessibleName(words)
        button.setAccessibleDescription(self._meaning.text())
        return button

    def _paint(self) -> None:
        t, side = tokens(QGuiApplication.palette()), icon_side(self.font().pointSizeF())
        self._sign.setPixmap(pixmap("warning", t.warning, side, self.devicePixelRatioF()))
