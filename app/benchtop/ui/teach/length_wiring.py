"""Lengths in tokens on the Data tab: in the table, in the pane and in the statistics, once they are known."""

from __future__ import annotations

from PySide6.QtCore import QObject

from benchtop.domain.examples import Example
from benchtop.domain.models import ModelFile
from benchtop.services.example_lengths import ExampleLengths
from benchtop.ui.teach.data_reading import Findings
from benchtop.ui.teach.data_rows import Statistics
from benchtop.ui.teach.data_wiring import DataWiring
from benchtop.ui.teach.length_bars import in_tokens


class LengthWiring(QObject):
    """Asks for the lengths of what is on show; letters stay where nobody knows them."""

    def __init__(self, data: DataWiring, lengths: ExampleLengths) -> None:
        super().__init__(data)
        self._data, self._lengths = data, lengths
        self._model: ModelFile | None = None
        self._most = 0
        self._page: list[str] = []
        self._asked_for: Findings | None = None
        view = data.view
        view.table.rows.page_put.connect(self._want)
        view.pane.shown.connect(self._show_example)
        view.statistics_wanted.connect(self._want_all)
        lengths.counted.connect(self._counted)
        data.statistics_of = self._statistics

    def set_learner(self, model: ModelFile | None, most: int) -> None:
        """Count for this model, which would be taught ``most`` tokens of an example."""
        if (model, most) == (self._model, self._most):
            return
        self._model, self._most = model, most
        self._lengths.set_model(model)
        self._counted()
        if self._page:
            self._want(self._page)
        if self._data.view.statistics.isVisible():
            self._want_all()

    def _want(self, ids: list[str]) -> None:
        self._page = ids
        self._lengths.want(ids)

    def _want_all(self) -> None:
        found = self._asked_for = self._data.known
        if found is not None and found.sums:
            known = self._lengths.length_of
            self._lengths.want_all([one for one, its in found.sums.items() if known(its) is None])

    def _counted(self) -> None:
        view = self._data.view
        view.table.rows.set_tokens(self._lengths.length_of, self._most)
        if (example := view.pane.example()) is not None:
            self._show_example(example)
        self._data.show_statistics()

    def _show_example(self, example: Example) -> None:
        tokens = self._lengths.length_of(example.sum) or 0
        name = self._model.name if self._model is not None else ""
        most = self._most if 0 < self._most < tokens else 0
        self._data.view.pane.set_tokens(tokens, name, most)

    def _statistics(self, found: Findings) -> Statistics:
        """In tokens, once all that can be learnt from is counted."""
        if self._data.view.statistics.isVisible() and found is not self._asked_for:
            self._want_all()
        known = [self._lengths.length_of(one) for one in found.sums.values()]
        whole = [one for one in known if one]
        if self._model is None or not whole or None in known:
            return found.statistics
        return in_tokens(found.statistics, whole, model=self._model.name, most=self._most)
