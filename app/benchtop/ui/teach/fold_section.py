"""A heading with what it folds away."""

from __future__ import annotations

from PySide6.QtGui import QFont
from PySide6.QtWidgets import QVBoxLayout, QWidget

from benchtop.ui.teach.fold import Fold


class FoldSection(QWidget):
    """Folded at first."""

    def __init__(
        self, object_name: str, words: str, body: QWidget, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        fold = Fold(object_name, words, self)
        font = QFont()
        font.setWeight(QFont.Weight.DemiBold)
        fold.setFont(font)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(fold)
        column.addWidget(body)
        body.hide()
        fold.toggled.connect(body.setVisible)
