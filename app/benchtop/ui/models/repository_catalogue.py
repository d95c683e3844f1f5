"""What the catalogue says of a model beside its facts, as the head of its repository shows it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from benchtop.ui.icons import set_icon, spaced
from benchtop.ui.models.discover_texts import day_words
from benchtop.ui.models.rows import CatalogueNote
from benchtop.ui.theme import set_kind, set_tone


class CatalogueSays(QWidget):
    """Its notes, where they come from, and the way to the model card (``card_requested`` carries the
    address; nothing is opened here). Hidden for models that are not in the catalogue."""

    card_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("models.repository.catalogue")
        self._address = ""
        self._words = self._label("notes", self.tr("What the catalogue says"))
        self._source = self._label("source", self.tr("Where that comes from"))
        set_tone(self._source, "muted")
        self._button = QPushButton(spaced(self.tr("Model card of its makers")), self)
        self._button.setObjectName("models.repository.makers_card")
        self._button.setAccessibleName(self.tr("Model card of its makers"))
        set_kind(self._button, "quiet")
        set_icon(self._button, "external")
        self._button.clicked.connect(lambda _on=False: self.card_requested.emit(self._address))
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self._source, 1)
        line.addWidget(self._button, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self._words)
        column.addLayout(line)
        self.hide()

    def show_note(self, note: CatalogueNote | None) -> None:
        """Show what the catalogue says; None hides all."""
        self.setVisible(note is not None)
        if note is None:
            return
        self._say(self._words, " ".join(note.notes))
        source = self.tr("From the catalogue of {day}, which was read on {hosts}.")
        hosts = ", ".join(note.hosts) or self.tr("public pages")
        self._say(self._source, source.format(day=day_words(note.compiled), hosts=hosts))
        self._address = note.card
        self._button.setVisible(bool(note.card))
        self._button.setToolTip(note.card)
        self._button.setAccessibleDescription(note.card)

    def _label(self, name: str, spoken: str) -> QLabel:
        label = QLabel(self)
        label.setAccessibleName(spoken)
        label.setObjectName(f"models.repository.catalogue.{name}")
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return label

    @staticmethod
    def _say(label: QLabel, text: str) -> None:
        label.setText(text)
        label.setAccessibleName(text)
        label.setVisible(bool(text))
