"""Names and values in two columns: to read, to select, to copy."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QWidget

from benchtop.ui.theme import set_tone
from benchtop.ui.widgets.breaking_label import BreakingLabel, with_breaks


class FactList(QWidget):
    """A line is kept where only its value changes, so that a selection in another stays."""

    def __init__(self, object_name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(object_name)
        self._lines: list[tuple[QLabel, BreakingLabel]] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(1, 1)

    def set_facts(self, facts: Sequence[tuple[str, str]]) -> None:
        """Show these names and values; a fact without a value is left out."""
        known = [(name, value) for name, value in facts if value]
        while len(self._lines) > len(known):
            for label in self._lines.pop():
                self._grid.removeWidget(label)
                label.hide()
                label.deleteLater()
        while len(self._lines) < len(known):
            self._lines.append(self._make(len(self._lines)))
        for (name, value), fact in zip(self._lines, known, strict=True):
            name.setText(fact[0])
            if value.accessibleDescription() != fact[1]:
                value.setText(with_breaks(fact[1]))
                value.setAccessibleName(f"{fact[0]}: {fact[1]}")
                value.setAccessibleDescription(fact[1])
        self._keep_whole()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._keep_whole()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange}:
            self._keep_whole()

    def _keep_whole(self) -> None:
        """Every value has the height of all its lines: a grid alone squeezes them where room is short."""
        names = max((name.sizeHint().width() for name, _value in self._lines), default=0)
        room = self.width() - names - self._grid.horizontalSpacing()
        for _name, value in self._lines:
            value.setMinimumHeight(0)  # else it would be part of the answer
            tall = value.heightForWidth(room) if room > 0 else 0
            value.setMinimumHeight(max(tall, 0))  # a label without words yet answers -1

    def _make(self, row: int) -> tuple[QLabel, BreakingLabel]:
        name, value = QLabel(self), BreakingLabel("", self)
        set_tone(name, "muted")
        value.setObjectName(f"{self.objectName()}.value")
        value.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        value.setWordWrap(True)
        value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        name.ensurePolished()
        lower = value.fontMetrics().ascent() - name.fontMetrics().ascent()
        name.setContentsMargins(0, max(lower, 0), 0, 0)  # on one line with its value
        top = Qt.AlignmentFlag.AlignTop
        self._grid.addWidget(name, row, 0, top)
        self._grid.addWidget(value, row, 1, top)
        for label in (name, value):
            label.show()  # now, not with the next turn of the event loop
        return name, value
