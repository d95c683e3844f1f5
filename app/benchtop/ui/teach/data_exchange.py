"""Examples from chats, and to files."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog

from benchtop.domain.errors import BenchtopError
from benchtop.domain.example_forms import FormName
from benchtop.domain.examples import Dataset, Example
from benchtop.domain.teach_errors import NothingToCollect
from benchtop.services.datasets import export_dataset
from benchtop.services.example_collecting import collect_from_chats
from benchtop.services.example_files import FileFormat, Written
from benchtop.services.reply_stream import explain
from benchtop.store.database import open_store
from benchtop.ui.models.row_making import dated_name
from benchtop.ui.teach.data_texts import examples_words
from benchtop.ui.teach.data_wiring import DataWiring

_TABLE: tuple[FormName, FileFormat] = ("pairs", "csv")


class DataExchange(QObject):
    """Collects from chats and exports to files what the view wishes."""

    def __init__(self, wiring: DataWiring) -> None:
        super().__init__(wiring)
        self._wiring, self._view = wiring, wiring.view
        self._view.export_wanted.connect(self._export)
        self._view.collect_wanted.connect(self._collect)

    # Chats

    def _collect(self) -> None:
        self._view.flush()
        self._wiring.with_dataset(self._collect_into, self.tr("From my chats"))

    def _collect_into(self, dataset_id: str) -> None:
        database = self._wiring.database

        def work() -> list[Example]:
            with open_store(database) as store:
                return collect_from_chats(store, store.datasets.get(dataset_id))

        def done(added: list[Example]) -> None:
            self._wiring.examples_changed()
            words = self.tr("{count} from your chats.").format(count=examples_words(len(added)))
            ids = [one.id for one in added]
            self._wiring.undo.push(words, lambda _left: self._uncollect(ids), removed=False)

        def refused(error: BenchtopError) -> None:
            self._wiring.examples_changed()
            if isinstance(error, NothingToCollect):
                self._wiring.tell(explain(error))
            else:
                self._wiring.say(error)

        self._wiring.run_on_disk(work, done, refused)

    def _uncollect(self, ids: list[str]) -> None:
        self._wiring.change(lambda store: store.examples.delete(ids))

    # Export

    def _export(self, form: str) -> None:
        dataset = self._wiring.dataset
        if dataset is None:
            return
        self._view.flush()
        ending = "csv" if form == "csv" else "jsonl"
        kinds = {"csv": self.tr("Table (*.csv)"), "jsonl": self.tr("JSON lines (*.jsonl)")}
        plain = "".join(c if c.isalnum() or c in " -_" else "-" for c in dataset.name).strip()
        place, _ = QFileDialog.getSaveFileName(
            self._view,
            self.tr("Export the examples"),
            dated_name(plain or "examples", ending),
            kinds[ending],
        )
        if place:
            self._write(dataset, Path(place), form)

    def _write(self, dataset: Dataset, path: Path, form: str) -> None:
        name: FormName
        name, chosen = _TABLE if form == "csv" else (form, "jsonl")  # type: ignore[assignment]
        database = self._wiring.database

        def work() -> Written:
            with open_store(database) as store:
                return export_dataset(store, dataset, path, name, chosen)

        def written(done: Written) -> None:
            left = done.left_out.total()
            words = self.tr("{count} of “{name}” are in {path}.")
            if left:
                words += " " + self.tr(
                    "{left} stayed behind, most often because the example {why}."
                )
            why = next(iter(done.left_out.most_common(1)), ("", 0))[0]
            self._wiring.tell(
                words.format(
                    count=examples_words(done.count), name=dataset.name, path=path,
                    left=examples_words(left), why=why,
                )
            )  # fmt: skip

        self._wiring.run_on_disk(work, written)
