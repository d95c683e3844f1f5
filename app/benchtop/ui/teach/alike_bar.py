"""What looks alike in a data set, and one press for what is the same word for word."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from benchtop.ui.teach.data_texts import examples_words


class AlikeBar(QFrame):
    """``spare_wanted``: all but one of each is to be left out. ``left`` where the button had the keyboard
    and is gone."""

    spare_wanted = Signal()
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("teach.data.alike")
        self.setAccessibleName(self.tr("What looks alike"))
        self.setProperty("card", True)
        self._words = QLabel(self)
        self._words.setObjectName("teach.data.alike.words")
        self._words.setWordWrap(True)
        words = self.tr("Leave out all but one of each")
        self._spare = QPushButton(words, self)
        self._spare.setObjectName("teach.data.alike.spare")
        self._spare.setAccessibleName(words)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 12, 8)
        row.setSpacing(8)
        row.addWidget(self._words, 1)
        row.addWidget(self._spare)
        self._spare.clicked.connect(self.spare_wanted)
        self.hide()

    def set_alike(self, copies: int, near: int, spare: int) -> None:
        """How many are the same as another, how many only nearly so, and how many of the same ones need not
        be taught."""
        words = [self._copies(copies, spare) if copies else "", self._near(near) if near else ""]
        self._words.setText(" ".join(filter(None, words)))
        about = self.tr("{count} would be left out, and can be taught again at any time.")
        self._spare.setToolTip(about.format(count=examples_words(spare)))
        self._spare.setAccessibleDescription(self._spare.toolTip())
        had_focus = self._spare.hasFocus()
        self._spare.setVisible(spare > 0)
        if had_focus and not spare:
            self.left.emit()

    def _copies(self, copies: int, spare: int) -> str:
        words = (
            self.tr("{count} say the same as another, word for word: one of each teaches enough.")
            if spare
            else self.tr("{count} say the same as another, word for word.")
        )
        return words.format(count=examples_words(copies))

    def _near(self, near: int) -> str:
        one = self.tr("1 example is nearly the same as another: judge whether it adds something.")
        many = self.tr("{count} are nearly the same: judge whether they add something.")
        return one if near == 1 else many.format(count=examples_words(near))
