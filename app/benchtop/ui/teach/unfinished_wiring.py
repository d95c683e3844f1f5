"""Imports that did not come to their end, told on the Data tab until they did or a person says otherwise."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QVBoxLayout

from benchtop.domain.examples import UnfinishedImport
from benchtop.ui.tab_order import put_after
from benchtop.ui.teach.data_wiring import DataWiring
from benchtop.ui.teach.unfinished_bar import UnfinishedBar
from benchtop.ui.widgets.when_visible import WhenVisible


class UnfinishedWiring(QObject):
    """Puts its bar under that of imports; ``again`` imports files into the data set on show."""

    def __init__(self, wiring: DataWiring, again: Callable[[Sequence[str]], object]) -> None:
        super().__init__(wiring)
        self._wiring, self._again = wiring, again
        self._found: Sequence[UnfinishedImport] = ()
        self._bar = UnfinishedBar()
        self._soon = WhenVisible(wiring.view, self._read)
        self._place()
        self._bar.rest_wanted.connect(lambda path: self._again([path]))
        self._bar.dismissed.connect(self._dismiss)
        self._bar.left.connect(wiring.view.focus_start)
        wiring.view.dataset_chosen.connect(lambda _dataset_id: self._show())
        wiring.changed.connect(self._soon.ask)
        self._soon.ask()

    def _place(self) -> None:
        above = self._wiring.view.import_bar
        beside = above.parentWidget()
        column = beside.layout() if beside is not None else None
        assert isinstance(column, QVBoxLayout)
        column.insertWidget(column.indexOf(above) + 1, self._bar)
        put_after(self._bar, above)

    def _read(self) -> None:
        self._wiring.run(lambda store: store.imports.unfinished(), self._keep)

    def _keep(self, found: Sequence[UnfinishedImport]) -> None:
        self._found = found
        self._show()

    def _show(self) -> None:
        """The newest of the data set on show."""
        wanted = self._wiring.view.dataset_id
        ours = [one for one in self._found if one.dataset_id == wanted]
        self._bar.set_import(ours[-1] if ours else None)

    def _dismiss(self, import_id: str) -> None:
        self._found = [one for one in self._found if one.id != import_id]
        self._wiring.run(lambda store: store.imports.end(import_id), lambda _none: self._show())
