"""The question before a window closes whose last words could not be written yet."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from benchtop.ui.theme import set_kind, set_tone


class CloseChoice(Enum):
    """What to do with words that are in memory only."""

    SAVE = "save"
    LOSE = "lose"
    KEEP_OPEN = "keep_open"


class UnsavedDialog(QDialog):
    """Save elsewhere, lose them, or keep the window open, which Enter and Escape do as well.

    ``reason`` is a sentence that says why they could not be written.
    """

    def __init__(self, reason: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choice = CloseChoice.KEEP_OPEN
        self.setObjectName("unsaved")
        self.setWindowTitle(self.tr("Not everything is saved"))
        self.setModal(True)
        title = QLabel(self.tr("Your last words are not saved yet"), self)
        title.setWordWrap(True)
        set_tone(title, "heading")
        why = QLabel(reason, self)
        why.setObjectName("unsaved.reason")
        why.setTextFormat(Qt.TextFormat.PlainText)
        why.setWordWrap(True)
        what = QLabel(
            self.tr(
                "They are only in this window's memory, and lost when it closes. You can keep it "
                "open, and they are saved as soon as that is possible, or save them as a Markdown "
                "file elsewhere, such as on another disk."
            ),
            self,
        )
        what.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 16)
        layout.setSpacing(16)
        for label in (title, why, what):
            layout.addWidget(label)
        foot = QHBoxLayout()
        lose = self._button(CloseChoice.LOSE, self.tr("Close and lose them"))
        set_kind(lose, "danger")
        foot.addWidget(lose)
        foot.addStretch(1)
        foot.addWidget(self._button(CloseChoice.SAVE, self.tr("Save them elsewhere…")))
        keep = self._button(CloseChoice.KEEP_OPEN, self.tr("Keep open"))
        set_kind(keep, "primary")
        keep.setDefault(True)
        keep.setFocus(Qt.FocusReason.OtherFocusReason)
        foot.addWidget(keep)
        layout.addLayout(foot)
        self.setMinimumWidth(self.fontMetrics().averageCharWidth() * 72)

    def ask(self) -> CloseChoice:
        """Show the dialog, wait for the answer and return it."""
        self.exec()
        return self._choice

    def _button(self, choice: CloseChoice, text: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setObjectName(f"unsaved.{choice.value}")
        button.setAccessibleName(text)
        button.setAutoDefault(False)
        button.clicked.connect(lambda: self._decide(choice))
        return button

    def _decide(self, choice: CloseChoice) -> None:
        self._choice = choice
        if choice is CloseChoice.KEEP_OPEN:
            self.reject()
        else:
            self.accept()
