"""What can be done with several examples at once."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from benchtop.ui.theme import set_kind, set_tone


class SelectionBar(QWidget):
    """On show where more than one example is chosen."""

    teach_wanted = Signal()
    leave_out_wanted = Signal()
    tag_wanted = Signal()
    remove_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("teach.data.chosen")
        self._words = QLabel(self)
        self._words.setObjectName("teach.data.chosen.words")
        set_tone(self._words, "muted")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self._words)
        for key, words, name, wish in (
            ("teach", self.tr("Teach"), self.tr("Teach the chosen examples"), self.teach_wanted),
            (
                "leave_out",
                self.tr("Leave out"),
                self.tr("Leave the chosen examples out"),
                self.leave_out_wanted,
            ),
            ("tag", self.tr("Tag…"), self.tr("Tag the chosen examples"), self.tag_wanted),
            (
                "delete",
                self.tr("Delete"),
                self.tr("Delete the chosen examples"),
                self.remove_wanted,
            ),
        ):
            button = QPushButton(words, self)
            button.setObjectName(f"teach.data.chosen.{key}")
            button.setAccessibleName(name)
            set_kind(button, "quiet")
            button.clicked.connect(wish)
            row.addWidget(button)
        self.hide()

    def set_count(self, count: int) -> None:
        """How many are chosen."""
        self._words.setText(self.tr("{count} chosen").format(count=f"{count:,}"))
        self.setVisible(count > 1)
