"""A column of at most so many pixels, in the middle of its page, which scrolls."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QWidget

_MUCH_MORE = 1000  # the column takes all the width up to its own, before the margins take any


class ScrolledColumn(QScrollArea):
    """Shows ``column``, at most ``width`` pixels wide; ``at_start``: not in the middle, but where other
    parts of its page begin. Tab goes to what is inside."""

    def __init__(
        self,
        column: QWidget,
        width: int,
        parent: QWidget | None = None,
        *,
        at_start: bool = False,
    ) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column.setMaximumWidth(width)
        outer = QWidget()
        row = QHBoxLayout(outer)
        row.setContentsMargins(0, 0, 0, 0)
        if not at_start:
            row.addStretch(1)
        row.addWidget(column, _MUCH_MORE)
        row.addStretch(1)
        self.setWidget(outer)

    def show_ground(self) -> None:
        """Show the page's ground and have none: for a column that seldom scrolls itself.

        With one of its own, scrolling is cheap, but Qt paints all of it twice when it is shown: once as
        what covers the window there, and once more with the window.
        """
        self.widget().setAutoFillBackground(False)
        self.viewport().setAutoFillBackground(False)
