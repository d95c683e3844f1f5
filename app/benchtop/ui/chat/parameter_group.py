"""A heading of the sampling panel that folds its parameters away."""

from __future__ import annotations

from collections.abc import Set

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from benchtop.ui.chat.parameter_help import ParameterGroup, say
from benchtop.ui.chat.parameter_row import ParameterRow
from benchtop.ui.icons import set_icon


class ParameterSection(QWidget):
    """A button with an arrow over the rows. Folded, it still says how many of them were changed."""

    def __init__(self, group: ParameterGroup, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = say(group.title)
        self._names = {one.name for one in group.parameters}
        self._changed = 0
        self._toggle = QToolButton(self)
        self._toggle.setObjectName(f"chat.sampling.group.{group.key}")
        self._toggle.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._opened = group.opened
        font = QFont()
        font.setBold(True)
        self._toggle.setFont(font)
        self._body = QWidget(self)
        self._rows = QVBoxLayout(self._body)
        self._rows.setContentsMargins(0, 4, 0, 8)
        self._rows.setSpacing(16)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        edge = QHBoxLayout()
        edge.setContentsMargins(0, 0, 0, 0)
        edge.addWidget(self._toggle)
        edge.addStretch(1)
        layout.addLayout(edge)
        layout.addWidget(self._body)
        self._toggle.clicked.connect(self._on_clicked)
        self._refresh()

    def add(self, row: ParameterRow) -> None:
        """Put a parameter under the heading."""
        self._rows.addWidget(row)

    def show_changed(self, names: Set[str]) -> None:
        """Say how many of this group's parameters are among those that differ from the default."""
        self._changed = len(self._names & names)
        self._refresh()

    def _on_clicked(self) -> None:
        self._opened = not self._opened
        self._refresh()

    def _refresh(self) -> None:
        opened = self._opened
        self._body.setVisible(opened)
        leftward = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        folded = "chevron-left" if leftward else "chevron-right"
        set_icon(self._toggle, "chevron-down" if opened else folded)
        text = self._title
        if self._changed and not opened:
            text += " · " + self.tr("%n changed", "", self._changed)
        self._toggle.setText(text)
        state = self.tr("open") if opened else self.tr("folded")
        self._toggle.setAccessibleName(f"{text}, {state}")
