"""Examples from files and chats, and to files: over a connection of their own, so that nobody waits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog

from benchtop.domain.errors import BenchtopError
from benchtop.domain.example_forms import FormName
from benchtop.domain.examples import Dataset, Example
from benchtop.domain.teach_errors import NothingToCollect
from benchtop.services.datasets import export_dataset, import_examples
from benchtop.services.example_collecting import collect_from_chats
from benchtop.services.example_files import FileFormat, ImportReport, Written
from benchtop.services.reply_stream import explain
from benchtop.store.database import Store, open_store
from benchtop.ui.models.row_making import dated_name
from benchtop.ui.teach.data_rows import BrokenLine, ImportOutcome
from benchtop.ui.teach.data_texts import examples_words
from benchtop.ui.teach.data_wiring import DataWiring

_TABLE: tuple[FormName, FileFormat] = ("pairs", "csv")


class DataFiles(QObject):
    """What the view wishes of files and chats."""

    _told = Signal(str, int)
    """The name of a file, and how many examples of it are kept: from another thread."""

    def __init__(self, wiring: DataWiring) -> None:
        super().__init__(wiring)
        self._wiring, self._view = wiring, wiring.view
        self._import: _Import | None = None
        self._added: tuple[str, ...] = ()
        view, bar = wiring.view, wiring.view.import_bar
        view.import_wanted.connect(self._choose_file)
        view.paths_dropped.connect(self.import_paths)
        view.export_wanted.connect(self._export)
        view.collect_wanted.connect(self._collect)
        bar.stop_wanted.connect(self._stop)
        bar.undo_wanted.connect(self._undo_import)
        self._told.connect(lambda name, count: bar.set_reading(name, count, None))

    def close(self) -> None:
        """End what is read; what was kept stays."""
        self._stop()

    # Import

    def import_paths(self, paths: Sequence[str]) -> None:
        """Read files, one after the other; each that cannot be read says so."""
        for path in paths:
            self._begin(Path(path))

    def _choose_file(self) -> None:
        kinds = self.tr("Examples (*.jsonl *.ndjson *.json *.csv *.tsv)")
        path, _ = QFileDialog.getOpenFileName(self._view, self.tr("Import examples"), "", kinds)
        if path:
            self._begin(Path(path))

    def _begin(self, path: Path) -> None:
        self._view.flush()
        self._view.import_bar.set_reading(path.name, 0, None)
        into = self._wiring.dataset or path.stem
        reading = _Import(self._wiring.database, path, into, self._told.emit)
        self._import = reading

        def read(result: tuple[str, tuple[str, ...], ImportReport]) -> None:
            dataset_id, added, report = result
            self._added = added
            broken = tuple(BrokenLine(one.line, one.why) for one in report.broken)
            self._view.import_bar.set_outcome(
                ImportOutcome(
                    path.name,
                    len(added),
                    report.broken_count,
                    broken=broken,
                    stopped=reading.is_stopped,
                )
            )
            if dataset_id:
                self._wiring.show_dataset(dataset_id)

        def refused(error: BenchtopError) -> None:
            self._view.import_bar.fail(explain(error))
            self._wiring.examples_changed()  # what was told stays

        self._wiring.run_on_disk(reading.work, read, refused)

    def _stop(self) -> None:
        if self._import is not None:
            self._import.is_stopped = True

    def _undo_import(self) -> None:
        ids, self._added = list(self._added), ()
        self._wiring.change(lambda store: store.examples.delete(ids))
        words = self.tr("{count} of the file are in the bin.").format(
            count=examples_words(len(ids))
        )
        self._wiring.undo.push(
            words,
            lambda left: self._wiring.change(lambda store: store.examples.restore(left)),
            ids,
        )

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


class _Ended(Exception):
    """A person ended it."""


class _Import:
    """One file that is read on another thread, and can be ended from this one."""

    def __init__(
        self, database: Path, path: Path, into: Dataset | str, told: Callable[[str, int], object]
    ) -> None:
        self._database, self._path, self._into, self._told = database, path, into, told
        self._report = ImportReport()
        self.is_stopped = False

    def work(self) -> tuple[str, tuple[str, ...], ImportReport]:
        """The data set, the ids that are new in it, and the report."""
        with open_store(self._database) as store:
            sets = {one.id for one in store.datasets.all()}
            before = _ids(store, self._into)
            dataset_id = self._into.id if isinstance(self._into, Dataset) else ""
            try:
                found = import_examples(store, self._into, self._path, told=self._tell)
                dataset_id, self._report = found.dataset.id, found.report
            except _Ended:
                new = [one.id for one in store.datasets.all() if one.id not in sets]
                dataset_id = dataset_id or (new[0] if new else "")
            added = store.examples.ids(dataset_id) if dataset_id else []
            return dataset_id, tuple(one for one in added if one not in before), self._report

    def _tell(self, report: ImportReport) -> None:
        self._report = report
        self._told(self._path.name, report.read)
        if self.is_stopped:
            raise _Ended


def _ids(store: Store, into: Dataset | str) -> set[str]:
    return set(store.examples.ids(into.id)) if isinstance(into, Dataset) else set()
