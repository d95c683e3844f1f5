"""The row that empties the bin: asked for once, confirmed in place, since it cannot be undone."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from benchtop.ui.settings.setting_row import SettingRow
from benchtop.ui.theme import set_kind


class BinControl(QWidget):
    """A button; pressed, it becomes "Delete N for good" and "Keep"."""

    empty_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._count = 0
        self._ask = QPushButton(self)
        self._ask.setObjectName("settings.bin_empty")
        self._sure = QPushButton(self)
        self._sure.setObjectName("settings.bin_empty_sure")
        set_kind(self._sure, "danger")
        self._keep = QPushButton(self.tr("Keep them"), self)
        self._keep.setObjectName("settings.bin_keep")
        self._keep.setAccessibleName(self.tr("Keep what is in the bin"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        for button in (self._ask, self._sure, self._keep):
            row.addWidget(button)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._ask.clicked.connect(self._on_ask)
        self._sure.clicked.connect(self._on_sure)
        self._keep.clicked.connect(self._calm)
        self.set_count(0)

    def set_count(self, count: int) -> None:
        """How many things are in the bin."""
        self._count = count
        if count == 0:
            words = self.tr("The bin is empty")
        elif count == 1:
            words = self.tr("Empty the bin now (1 item)")
        else:
            words = self.tr("Empty the bin now ({count} items)").format(count=count)
        self._ask.setText(words)
        self._ask.setAccessibleName(words)
        self._ask.setEnabled(count > 0)
        if count == 1:
            sure = self.tr("Delete it for good")
        else:
            sure = self.tr("Delete {count} items for good").format(count=count)
        self._sure.setText(sure)
        self._sure.setAccessibleName(sure)
        self._calm()

    def _on_ask(self) -> None:
        self._ask.hide()
        self._sure.show()
        self._keep.show()
        self._keep.setFocus()
        self.updateGeometry()

    def _on_sure(self) -> None:
        self._calm()
        self.empty_requested.emit()

    def _calm(self) -> None:
        had_focus = self._sure.hasFocus() or self._keep.hasFocus()
        self._ask.show()
        self._sure.hide()
        self._keep.hide()
        if had_focus:
            self._ask.setFocus()
        self.updateGeometry()


class BinRow(SettingRow):
    """The control with its words."""

    def __init__(self) -> None:
        self.control = BinControl()
        super().__init__(
            self.control.tr("Empty the bin"),
            self.control.tr(
                "Deletes what lies in the bin at once instead of after its days. "
                "That cannot be undone."
            ),
            self.control,
        )
