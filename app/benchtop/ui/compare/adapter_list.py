"""The adapters of a contestant: which ones, how strongly, and a button for one more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from benchtop.ui.chat.parameter_spin import ParameterSpin
from benchtop.ui.compare.compare_rows import AdapterChoice, AdapterRow
from benchtop.ui.compare.focus_order import put_before
from benchtop.ui.icons import set_icon, spaced
from benchtop.ui.theme import pad_spin_box, set_tone
from benchtop.ui.widgets.elided_label import ElidedLabel

LEAST_SCALE, MOST_SCALE, SCALE_STEP = -4.0, 4.0, 0.1


class AdapterList(QWidget):
    """``changed`` comes with each change by hand."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("compare.editor.adapters")
        self._adapters: tuple[AdapterRow, ...] = ()
        self._choices: tuple[AdapterChoice, ...] = ()
        self._rows: list[QWidget] = []
        self._none = QLabel(self)
        self._none.setWordWrap(True)
        set_tone(self._none, "muted")
        self._add = QPushButton(spaced(self.tr("Add an adapter")), self)
        self._add.setObjectName("compare.editor.add_adapter")
        self._add.setAccessibleName(self.tr("Add an adapter"))
        self._add.setAutoDefault(False)
        set_icon(self._add, "plus")
        self._add.clicked.connect(lambda _on=False: self._offer())
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)
        self._column.addWidget(self._none)
        self._column.addWidget(self._add, 0, Qt.AlignmentFlag.AlignLeading)
        self._refresh()

    def adapters(self) -> tuple[AdapterRow, ...]:
        """Those that are chosen, with their scales."""
        return self._adapters

    def set_adapters(self, adapters: Sequence[AdapterRow]) -> None:
        """Show these; nothing is told."""
        self._adapters = tuple(adapters)
        self._fill()

    def set_choices(self, choices: Sequence[AdapterChoice]) -> None:
        """The ones that fit the model."""
        self._choices = tuple(choices)
        self._refresh()

    def _free(self) -> list[AdapterChoice]:
        used = {one.path for one in self._adapters}
        return [choice for choice in self._choices if choice.path not in used]

    def _fill(self) -> None:
        for row in self._rows:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows = [self._make_row(number) for number in range(len(self._adapters))]
        for number, row in enumerate(self._rows):
            self._column.insertWidget(1 + number, row)
        put_before([stop for row in self._rows for stop in row.findChildren(QWidget)], self._add)
        self._refresh()

    def _make_row(self, number: int) -> QWidget:
        adapter = self._adapters[number]
        holder = QWidget(self)
        name = ElidedLabel(adapter.name, holder, least=10)
        scale = ParameterSpin(LEAST_SCALE, MOST_SCALE, step=SCALE_STEP, decimals=2, parent=holder)
        scale.setObjectName(f"compare.editor.adapter.{number}.scale")
        scale.setAccessibleName(self.tr("Scale of {name}").format(name=adapter.name))
        scale.setToolTip(self.tr("How strongly it is applied: 1 as trained, 0 not at all"))
        scale.setValue(adapter.scale)
        pad_spin_box(scale)
        scale.valueChanged.connect(lambda value: self._on_scale(number, value))
        away = QToolButton(holder)
        away.setObjectName(f"compare.editor.adapter.{number}.remove")
        away.setAccessibleName(self.tr("Remove {name}").format(name=adapter.name))
        away.setToolTip(away.accessibleName())
        set_icon(away, "close", "muted")
        away.clicked.connect(lambda _on=False: self._on_remove(number))
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(name, 1)
        row.addWidget(scale)
        row.addWidget(away)
        return holder

    def _refresh(self) -> None:
        self._none.setText(
            self.tr("No adapter on this machine fits the model.")
            if not self._choices
            else self.tr("None: the model as it is.")
        )
        self._none.setVisible(not self._adapters)
        self._add.setVisible(bool(self._choices))
        self._add.setEnabled(bool(self._free()))

    def _offer(self) -> None:
        menu = QMenu(self)
        menu.setObjectName("compare.editor.adapter_menu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for choice in self._free():
            text = f"{choice.name}\t{choice.detail}" if choice.detail else choice.name
            action = menu.addAction(text.replace("&", "&&"))
            action.triggered.connect(lambda _on=False, one=choice: self._on_add(one))
        menu.popup(self._add.mapToGlobal(self._add.rect().bottomLeft()))

    def _on_add(self, choice: AdapterChoice) -> None:
        self.set_adapters((*self._adapters, AdapterRow(choice.path, choice.name)))
        self.changed.emit()

    def _on_remove(self, number: int) -> None:
        self.set_adapters(tuple(a for n, a in enumerate(self._adapters) if n != number))
        self._add.setFocus()
        self.changed.emit()

    def _on_scale(self, number: int, value: float) -> None:
        rows = list(self._adapters)
        rows[number] = replace(rows[number], scale=round(value, 4))
        self._adapters = tuple(rows)
        self.changed.emit()
