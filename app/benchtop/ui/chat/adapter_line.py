"""One adapter in the list beneath the header's button: its switch, and how strongly it is applied."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QEvent, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from benchtop.ui.chat.adapter_rows import LEAST_SCALE, MOST_SCALE, SCALE_STEP, AdapterRow
from benchtop.ui.chat.parameter_row import rich_tip
from benchtop.ui.chat.parameter_spin import ParameterSlider, ParameterSpin
from benchtop.ui.theme import pad_spin_box, set_tone
from benchtop.ui.widgets.elided_label import ElidedLabel
from benchtop.ui.widgets.switch import Switch


class AdapterLine(QWidget):
    """``turned`` comes with the switch, ``scaled`` with each step of the scale; both carry nothing: ask
    ``row``."""

    turned = Signal()
    scaled = Signal()

    def __init__(self, row: AdapterRow, number: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row = row
        name = f"chat.adapters.{number}"
        self.setObjectName(name)
        self._switch = Switch("", self)
        self._switch.setObjectName(f"{name}.switch")
        self._name = _Words(row.name, self._switch, self)
        self._detail = _Words("", self._switch, self)
        self._scale = QWidget(self)
        self._slider = ParameterSlider(LEAST_SCALE, MOST_SCALE, SCALE_STEP, self._scale)
        self._slider.setObjectName(f"{name}.slider")
        self._spin = ParameterSpin(
            LEAST_SCALE, MOST_SCALE, step=SCALE_STEP, decimals=2, parent=self._scale
        )
        self._spin.setObjectName(f"{name}.scale")
        self._lay_out()
        self.set_row(row)
        self._switch.toggled.connect(self._on_switch)
        self._slider.valueChanged.connect(lambda: self._spin.setValue(self._slider.number()))
        self._spin.valueChanged.connect(self._on_scale)

    @property
    def row(self) -> AdapterRow:
        """The adapter as it stands."""
        return self._row

    def set_row(self, row: AdapterRow) -> None:
        """Show an adapter, without telling anyone."""
        self._row = row
        self._name.setText(row.name)
        self._detail.setText(row.problem or row.detail)
        set_tone(self._detail, "warning" if row.problem and row.on else "muted")
        set_tone(self._name, "normal" if row.changeable else "muted")
        with QSignalBlocker(self._switch):
            self._switch.setChecked(row.on)
        self._switch.setEnabled(row.changeable)
        self._switch.setAccessibleName(self.tr("Use {name}").format(name=row.name))
        self._switch.setAccessibleDescription(row.problem or row.detail)
        self._switch.setToolTip(row.path)
        self._spin.show_number(row.scale)
        self._slider.show_number(row.scale)
        self._scale.setVisible(row.on)

    def first_stop(self) -> QWidget | None:
        """Where the keyboard begins; None for a line that cannot be changed."""
        return self._switch if self._row.changeable else None

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._name)
        words.addWidget(self._detail)
        tip = rich_tip(
            self.tr(
                "How strongly it is applied: 1 as it was trained, 0 not at all, 2 twice as much"
            )
        )
        said = self.tr("Strength of {name}").format(name=self._row.name)
        self._spin.setAccessibleName(said)
        self._slider.setAccessibleName(self.tr("{field}, slider").format(field=said))
        for field in (self._slider, self._spin):
            field.setToolTip(tip)
        self._measure()
        self._spin.setAlignment(Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter)
        pad_spin_box(self._spin)
        label = QLabel(self.tr("Strength"), self._scale)
        label.setToolTip(tip)
        set_tone(label, "muted")
        scale = QHBoxLayout(self._scale)
        scale.setContentsMargins(0, 0, 0, 0)
        scale.setSpacing(8)
        scale.addWidget(label)
        scale.addWidget(self._slider, 1)
        scale.addWidget(self._spin)
        line = QHBoxLayout(self)
        line.setContentsMargins(4, 6, 4, 6)
        line.setSpacing(8)
        line.addWidget(self._switch)
        line.addLayout(words, 1)
        line.addWidget(self._scale)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._measure()

    def _measure(self) -> None:
        """The scale takes as much room as it needs; the name has the rest."""
        self._slider.setFixedWidth(self.fontMetrics().averageCharWidth() * 16)

    def _on_switch(self, on: bool) -> None:
        self._row = replace(self._row, on=on)
        self._scale.setVisible(on)
        self.turned.emit()

    def _on_scale(self, value: float) -> None:
        self._slider.show_number(value)
        self._row = replace(self._row, scale=round(value, 4))
        self.scaled.emit()


class _Words(ElidedLabel):
    """Words beside a switch: a click on them is one on it."""

    def __init__(self, text: str, switch: Switch, parent: QWidget) -> None:
        super().__init__(text, parent, least=8)
        self._switch = switch

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._switch.isEnabled():
            self._switch.setFocus(Qt.FocusReason.MouseFocusReason)
            self._switch.click()
        else:
            super().mousePressEvent(event)
