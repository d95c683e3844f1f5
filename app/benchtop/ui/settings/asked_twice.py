"""A button for what cannot be undone: pressed, it asks in place."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from benchtop.ui.theme import set_kind


class AskedTwice(QWidget):
    """Shows one button; pressed, a dangerous one and "Keep them" in its place. ``name`` begins the names of
    all three."""

    confirmed = Signal()

    def __init__(self, name: str, kept: str) -> None:
        """``kept``: what the button that changes nothing is called for a screen reader."""
        super().__init__()
        self._ask = QPushButton(self)
        self._ask.setObjectName(name)
        self._sure = QPushButton(self)
        self._sure.setObjectName(f"{name}_sure")
        set_kind(self._sure, "danger")
        self._keep = QPushButton(self.tr("Keep them"), self)
        self._keep.setObjectName(f"{name}_keep")
        self._keep.setAccessibleName(kept)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        for button in (self._ask, self._sure, self._keep):
            row.addWidget(button)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._ask.clicked.connect(self._on_ask)
        self._sure.clicked.connect(self._on_sure)
        self._keep.clicked.connect(self._calm)
        self._calm()

    def set_words(self, ask: str, sure: str, *, enabled: bool) -> None:
        """The words of the button, and of the one that does it."""
        for button, words in ((self._ask, ask), (self._sure, sure)):
            button.setText(words)
            button.setAccessibleName(words)
        self._ask.setEnabled(enabled)
        self._calm()

    def _on_ask(self) -> None:
        self._ask.hide()
        self._sure.show()
        self._keep.show()
        self._keep.setFocus()
        self.updateGeometry()

    def _on_sure(self) -> None:
        self._calm()
        self.confirmed.emit()

    def _calm(self) -> None:
        had_focus = self._sure.hasFocus() or self._keep.hasFocus()
        self._ask.show()
        self._sure.hide()
        self._keep.hide()
        if had_focus:
            self._ask.setFocus()
        self.updateGeometry()
