"""A heading that folds what is below it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSizePolicy, QToolButton, QWidget

from benchtop.ui.icons import set_icon


class Fold(QToolButton):
    """Checked is open; an arrow says which."""

    def __init__(self, object_name: str, words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(object_name)
        self.setAccessibleName(words)
        self.setText(words)
        self.setCheckable(True)
        self.setProperty("fold", True)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.toggled.connect(lambda _on: self._draw())
        self._draw()

    def _draw(self) -> None:
        set_icon(self, "chevron-down" if self.isChecked() else "chevron-right", "muted")
