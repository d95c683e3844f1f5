"""What is done with whole data sets on the Data tab."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QInputDialog

from benchtop.domain.examples import Dataset
from benchtop.services.datasets import new_dataset
from benchtop.ui.teach.data_wiring import DataWiring


class SetsWiring(QObject):
    """Makes, names, removes and restores them."""

    def __init__(self, wiring: DataWiring) -> None:
        super().__init__(wiring)
        self._wiring, self._view = wiring, wiring.view
        self._view.dataset_wanted.connect(self._new)
        self._view.dataset_renamed.connect(self._rename)
        self._view.name_wanted.connect(self._ask_name)
        self._view.dataset_removed.connect(self._remove)

    def _new(self) -> None:
        name = self.tr("My examples")

        def made(dataset: Dataset) -> None:
            self._wiring.show_dataset(dataset.id, rename=True)

        self._wiring.run(lambda store: new_dataset(store, name), made)

    def _ask_name(self) -> None:
        dataset = self._wiring.dataset
        if dataset is None:
            return
        title = self.tr("Rename the data set")
        words, chosen = QInputDialog.getText(
            self._view, title, self.tr("Name of the data set:"), text=dataset.name
        )
        name = " ".join(words.split())
        if chosen and name and name != dataset.name:
            self._rename(dataset.id, name)

    def _rename(self, dataset_id: str, name: str) -> None:
        self._wiring.change(lambda store: store.datasets.rename(dataset_id, name))

    def _remove(self, dataset_id: str) -> None:
        name = self._wiring.name_of(dataset_id)
        self._view.flush()

        def removed() -> None:
            words = self.tr("The data set “{name}” is in the bin.").format(name=name)
            self._wiring.undo.push(words, lambda _left: self._restore(dataset_id), [dataset_id])

        self._wiring.change(lambda store: store.datasets.delete(dataset_id), removed)

    def _restore(self, dataset_id: str) -> None:
        self._wiring.run(
            lambda store: store.datasets.restore(dataset_id),
            lambda _none: self._wiring.show_dataset(dataset_id),
        )
