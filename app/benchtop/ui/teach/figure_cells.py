"""Figures in a row: a name over each, and room so that a changing number moves nothing."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QFont
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from benchtop.ui.chat.parameter_row import rich_tip
from benchtop.ui.teach.run_texts import Figure
from benchtop.ui.theme import figures_font, set_tone
from benchtop.ui.widgets.flow_layout import FlowLayout


class FigureCells(QWidget):
    """``prefix`` begins the objectNames."""

    def __init__(self, prefix: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._prefix = prefix
        self._cells: dict[str, _Cell] = {}
        self._flow = FlowLayout(self, gap=16)
        self._flow.setContentsMargins(0, 0, 0, 0)

    def set_figures(self, figures: Sequence[Figure]) -> None:
        """Show these, in their order."""
        if [one.key for one in figures] != list(self._cells):
            self._make(figures)
        for one in figures:
            self._cells[one.key].show_figure(one)

    def _make(self, figures: Sequence[Figure]) -> None:
        while self._flow.count():
            self._flow.takeAt(0)
        for cell in self._cells.values():
            cell.hide()
            cell.deleteLater()
        self._cells = {}
        for one in figures:
            cell = _Cell(f"{self._prefix}.{one.key}", self)
            self._cells[one.key] = cell
            self._flow.addWidget(cell)
            cell.show()


class _Cell(QWidget):
    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._name, self._value = QLabel(self), QLabel(self)
        self._value.setObjectName(name)
        set_tone(self._name, "muted")
        font = figures_font(QFont())
        font.setWeight(QFont.Weight.DemiBold)
        self._value.setFont(font)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._name)
        column.addWidget(self._value)

    def show_figure(self, figure: Figure) -> None:
        if (self._name.text(), self._value.text()) == (figure.name, figure.value):
            return
        self._name.setText(figure.name)
        self._value.setText(figure.value)
        self._value.setAccessibleName(f"{figure.name}: {figure.value}")
        # It grows, and does not shrink again with every number.
        self._value.setMinimumWidth(max(self._value.minimumWidth(), self._value.sizeHint().width()))
        self.setToolTip(rich_tip(figure.tip) if figure.tip else "")
