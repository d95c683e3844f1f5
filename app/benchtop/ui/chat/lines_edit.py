"""A plain text field that is a number of lines high, in whatever text size."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy, QWidget

from benchtop.ui.theme import code_font


class LinesEdit(QPlainTextEdit):
    """Tab leaves the field. ``code`` gives it the fixed-width font."""

    def __init__(self, lines: int, parent: QWidget | None = None, *, code: bool = False) -> None:
        super().__init__(parent)
        self._lines = lines
        self.setProperty("field", "true")
        self.setTabChangesFocus(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        if code:
            fixed = QFont()  # the family alone, so that the size goes on following the window's
            fixed.setFamilies(code_font(QFont()).families())
            self.setFont(fixed)

    def sizeHint(self) -> QSize:
        """The lines and the frame around them."""
        return QSize(120, self.fontMetrics().lineSpacing() * self._lines + 20)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.updateGeometry()
