"""Measured properties of models: a table of figures, the buttons that measure them, and a picture."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QLocale, Signal
from PySide6.QtWidgets import (
    QWidget,
)

from benchtop.domain.windows import USUAL_WINDOW
from benchtop.ui.compare.measure_frame import WINDOWS, MeasureFrame
from benchtop.ui.compare.measure_rows import KINDS, MeasureRow, scatter_points
from benchtop.ui.compare.suite_frozen import SuiteFrozenColumn
from benchtop.ui.widgets.breaking_label import with_breaks

__all__ = ["CHATS", "FILE", "WINDOWS", "MeasureView"]

CHATS, FILE = "chats", "file"
"""The texts that perplexity and damage are measured on: one's own chats, or a file."""


class MeasureView(MeasureFrame):
    """``measure_requested`` and ``stop_requested`` carry a model's id and a MeasureKind.

    ``text_chosen`` carries CHATS or FILE; the owner asks for the file and answers with ``set_text``.
    ``exported`` carries a path and the bytes that go there.
    """

    measure_requested = Signal(str, str)
    measure_all_requested = Signal(str)
    """Everything that is not measured yet, of the model with this id."""
    stop_requested = Signal(str, str)
    text_chosen = Signal(str)
    window_chosen = Signal(int)
    reference_chosen = Signal(str)
    price_changed = Signal(float)
    card_requested = Signal(str)
    exported = Signal(str, bytes)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chosen = ""
        self._connect()
        self._frozen = SuiteFrozenColumn(self._table)
        self.set_references(())
        self.set_price(0.0, QLocale().currencySymbol(QLocale.CurrencySymbolFormat.CurrencyIsoCode))
        self.set_text(CHATS, "")
        self.set_window(USUAL_WINDOW)
        self.set_rows(())

    def set_rows(self, rows: Sequence[MeasureRow]) -> None:
        """Show these models; the chosen one stays so."""
        rows = tuple(rows)
        self._rows.set_rows(rows)
        self.scatter.set_points(scatter_points(rows))
        self._full.setVisible(bool(rows))
        self._empty.setVisible(not rows)
        self._show_chosen()

    def set_references(self, models: Sequence[tuple[str, str]], chosen: str = "") -> None:
        """Models as (id, name) that quantisation damage can be measured against."""
        self._reference.blockSignals(True)  # it is filled, nobody chose
        self._reference.clear()
        self._reference.addItem(self.tr("Damage against: choose"), "")
        for model_id, name in models:
            self._reference.addItem(self.tr("Damage against: {name}").format(name=name), model_id)
        self._reference.setCurrentIndex(max(self._reference.findData(chosen), 0))
        self._reference.blockSignals(False)
        self._show_chosen()

    def set_text(self, kind: str, file_name: str) -> None:
        """Which text is measured on: CHATS, or FILE with the name of one."""
        self._text.blockSignals(True)
        self._text.clear()
        self._text.addItem(self.tr("Text: my chats"), CHATS)
        if file_name:
            self._text.addItem(self.tr("Text: {name}").format(name=file_name), FILE)
        self._text.addItem(
            self.tr("Text: another file…") if file_name else self.tr("Text: a file…"), "choose"
        )
        self._text.setCurrentIndex(max(self._text.findData(kind), 0))
        self._text.blockSignals(False)

    def set_window(self, tokens: int) -> None:
        """How many tokens are read at a time: one of WINDOWS."""
        self._window.blockSignals(True)
        self._window.setCurrentIndex(self._window.findData(tokens))
        self._window.blockSignals(False)

    def set_price(self, price: float, currency: str) -> None:
        """What a kWh costs; 0 for not known."""
        self._price.blockSignals(True)
        self._price.setValue(price)
        self._price.setSuffix(f" {currency}")
        words = self.tr("Price of a kWh, {currency}") if currency else self.tr("Price of a kWh")
        self._price_label.setText(
            words.format(currency=currency)
        )  # seen while no price is set, too
        self._price.setAccessibleName(self._price_label.text())
        self._price.blockSignals(False)
        self._rows.set_price(price, currency)

    def chosen_id(self) -> str:
        """The chosen model; empty where there is none."""
        row = self._rows.row_at(self._table.currentIndex())
        return row.id if row is not None else ""

    def focus_list(self) -> None:
        """Give the keyboard to the table, or to what can be done while it is empty."""
        (self._table if self._rows.all_rows else self._empty).setFocus()

    def show_table(self) -> None:
        """Put the figures on show."""
        self._tabs.setCurrentIndex(0)
        self._table.setFocus()

    def _connect(self) -> None:
        self._tabs.currentChanged.connect(self._stack.setCurrentIndex)
        self._table.resized.connect(self._measure)
        self._table.selectionModel().currentRowChanged.connect(lambda *_: self._on_current())
        self._rows.arranged.connect(self._choose_again)
        self._rows.dataChanged.connect(lambda *_: self._measure())
        self._text.activated.connect(lambda _index: self._on_text())
        self._window.currentIndexChanged.connect(
            lambda _index: self.window_chosen.emit(self._window.currentData())
        )
        self._reference.currentIndexChanged.connect(lambda _index: self._on_reference())
        self._price.valueChanged.connect(self._on_price)
        self.scatter.exported.connect(self.exported)
        self.scatter.measure_requested.connect(self.show_table)
        for kind in KINDS:
            self._buttons[kind].clicked.connect(
                lambda _on=False, kind=kind: self.measure_requested.emit(self.chosen_id(), kind)
            )
        self._buttons["all"].clicked.connect(
            lambda: self.measure_all_requested.emit(self.chosen_id())
        )
        self._buttons["card"].clicked.connect(lambda: self.card_requested.emit(self.chosen_id()))
        self._buttons["stop"].clicked.connect(self._on_stop)

    # what a person does

    def _on_text(self) -> None:
        self.text_chosen.emit(FILE if self._text.currentData() != CHATS else CHATS)

    def _on_reference(self) -> None:
        self._show_chosen()
        self.reference_chosen.emit(self._reference.currentData())

    def _on_price(self, price: float) -> None:
        self._rows.set_price(price, self._rows.currency)
        self.price_changed.emit(price)

    def _on_stop(self) -> None:
        row = self._rows.row_at(self._table.currentIndex())
        for kind in row.jobs if row is not None else ():
            self.stop_requested.emit(row.id, kind)

    def _on_current(self) -> None:
        self._chosen = self.chosen_id() or self._chosen
        self._show_chosen()

    def _choose_again(self) -> None:
        index = self._rows.index_of(self._chosen)
        if not index.isValid() and self._rows.rowCount():
            index = self._rows.index(0, 0)
        if index.isValid():
            self._table.setCurrentIndex(index)
        self._measure()

    def _show_chosen(self) -> None:
        """Which buttons make sense for the chosen model, and what failed last there."""
        row = self._rows.row_at(self._table.currentIndex())
        self._name_chosen(row.name if row is not None else "")
        usable = row is not None and not row.missing
        jobs = dict(row.jobs) if row is not None else {}
        for kind in KINDS:
            self._buttons[kind].setEnabled(usable and kind not in jobs)
        against = self._reference.currentData()
        damage = self._buttons["divergence"]
        damage.setEnabled(
            damage.isEnabled() and bool(against) and row is not None and against != row.id
        )
        if row is not None and row.unmeasurable:
            self._buttons["energy"].setEnabled(False)
        self._buttons["energy"].setToolTip(row.unmeasurable if row is not None else "")
        self._buttons["all"].setEnabled(usable and not jobs)
        self._buttons["card"].setEnabled(row is not None)
        stop = self._buttons["stop"]
        if stop.hasFocus() and not jobs:
            self._table.setFocus()
        stop.setVisible(bool(jobs))
        words = " ".join(row.troubles.values()) if row is not None else ""
        self._trouble.setText(with_breaks(words))
        self._trouble.setVisible(bool(words))
