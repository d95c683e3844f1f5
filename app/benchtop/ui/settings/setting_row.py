"""The building blocks of the settings page: a card of rows, each a name, a line of words, a control."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QLabel,
    QSizePolicy,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from benchtop.ui.theme import pad_spin_box, set_tone
from benchtop.ui.widgets.flow_layout import FlowLayout


class SettingRow(QWidget):
    """Name and control on one line (on two when there is no room), the explanation below both."""

    def __init__(self, name: str, explanation: str, control: QWidget | None = None) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 10, 16, 10)
        column.setSpacing(4)
        head = QWidget(self)
        flow = FlowLayout(head, gap=12)
        flow.setContentsMargins(0, 0, 0, 0)
        label = QLabel(name, head)
        label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        flow.addWidget(label)
        self.explanation = QLabel(explanation, self)
        self.explanation.setWordWrap(True)
        self.explanation.setTextFormat(Qt.TextFormat.PlainText)
        self.explanation.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.explanation.setAccessibleName(explanation)
        set_tone(self.explanation, "muted")
        self._control = control
        if control is not None:
            flow.addWidget(control)
            label.setBuddy(control)
            control.setAccessibleName(control.accessibleName() or name)
            control.setAccessibleDescription(explanation)
        column.addWidget(head)
        column.addWidget(self.explanation)
        self._align_control()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._align_control()

    def _align_control(self) -> None:
        """Fields of one width, so that they stand in a column."""
        if isinstance(self._control, QSpinBox | QComboBox):
            self._control.setFixedWidth(self.fontMetrics().averageCharWidth() * 26)


class SettingCard(QWidget):
    """A heading over a framed list of rows with a line between them."""

    def __init__(self, title: str) -> None:
        super().__init__()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(8)
        heading = QLabel(title, self)
        set_tone(heading, "title")
        self._frame = QFrame(self)
        self._frame.setProperty("card", True)
        self._rows = QVBoxLayout(self._frame)
        self._rows.setContentsMargins(0, 4, 0, 4)
        self._rows.setSpacing(0)
        outer.addWidget(heading)
        outer.addWidget(self._frame)

    def add(self, row: QWidget) -> None:
        """Add a row at the bottom of the card."""
        if self._rows.count():
            line = QFrame(self._frame)
            line.setFixedHeight(1)
            line.setProperty("line", True)
            self._rows.addWidget(line)
        self._rows.addWidget(row)


class CalmSpinBox(QSpinBox):
    """A spin box that a wheel turns only when it has the focus, so that scrolling changes nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        # One change per number that was typed, not one per digit.
        self.setKeyboardTracking(False)
        self.setGroupSeparatorShown(True)
        pad_spin_box(self)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class CalmComboBox(QComboBox):
    """A combo box that a wheel turns only when it has the focus."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def choose(self, value: object) -> None:
        """Show the entry whose data is ``value``, the first one when there is none."""
        self.setCurrentIndex(max(self.findData(value), 0))
