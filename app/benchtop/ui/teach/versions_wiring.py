"""Personal data in what models were taught with: looked for, and taken out of there where that is wanted."""

from __future__ import annotations

from PySide6.QtCore import QObject

from benchtop.domain.errors import BenchtopError
from benchtop.services.datasets import redact_versions, versions_with_personal_data
from benchtop.store.database import open_store
from benchtop.ui.teach.data_wiring import DataWiring


class VersionsWiring(QObject):
    """Asks in the bar of the Data tab, and does what a person answers there."""

    def __init__(self, wiring: DataWiring) -> None:
        super().__init__(wiring)
        self._wiring, self._bar = wiring, wiring.view.versions
        self._dataset_id, self._holding = "", 0
        wiring.view.versions_wanted.connect(self._look)
        wiring.view.dataset_chosen.connect(self._other_chosen)
        self._bar.replace_wanted.connect(self._redact)

    def ask(self, dataset_id: str, holding: int) -> None:
        """So many versions of a data set hold personal data; nothing is asked of one that is not on show."""
        if dataset_id != self._wiring.dataset_id:
            return
        self._dataset_id, self._holding = dataset_id, holding
        if holding:
            self._bar.ask(holding)
        else:
            self._bar.hide()

    def _other_chosen(self, _dataset_id: str) -> None:
        self._bar.hide()

    def _look(self) -> None:
        database, dataset_id = self._wiring.database, self._wiring.dataset_id
        if not dataset_id:
            return

        def work() -> int:
            with open_store(database) as store:
                return versions_with_personal_data(store, dataset_id)

        def found(holding: int) -> None:
            self.ask(dataset_id, holding)
            if not holding:
                self._wiring.tell(self._nothing_words(dataset_id))

        self._wiring.run_on_disk(work, found)

    def _redact(self) -> None:
        database, dataset_id, holding = self._wiring.database, self._dataset_id, self._holding

        def work() -> int:
            with open_store(database) as store:
                return redact_versions(store, dataset_id)

        def done(count: int) -> None:
            self.ask(dataset_id, 0)
            self._wiring.examples_changed()
            self._wiring.tell(self._done_words(dataset_id, count))

        def refused(error: BenchtopError) -> None:
            self.ask(dataset_id, holding)
            self._wiring.say(error)

        self._wiring.run_on_disk(work, done, refused)

    def _nothing_words(self, dataset_id: str) -> str:
        words = self.tr(
            "Nothing personal was found in the versions of “{name}” that models were taught with."
        )
        return words.format(name=self._wiring.name_of(dataset_id))

    def _done_words(self, dataset_id: str, count: int) -> str:
        if not count:  # somebody else was faster
            return self._nothing_words(dataset_id)
        one = self.tr(
            "What is personal was replaced in 1 version of “{name}” too: what is kept there is no longer"
            " word for word what was learnt."
        )
        many = self.tr(
            "What is personal was replaced in {count} versions of “{name}” too: what is kept there is no"
            " longer word for word what was learnt."
        )
        words = one if count == 1 else many
        return words.format(count=f"{count:,}", name=self._wiring.name_of(dataset_id))
