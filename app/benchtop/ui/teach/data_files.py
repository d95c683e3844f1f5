"""Examples from files: over a connection of their own, one file after the other, so that nobody waits."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog

from benchtop.domain.errors import BenchtopError
from benchtop.domain.examples import Dataset
from benchtop.domain.teach_errors import DatasetUnknown
from benchtop.services.datasets import import_examples
from benchtop.services.example_files import ImportReport
from benchtop.services.reply_stream import explain
from benchtop.services.unfinished_imports import unfinished_of
from benchtop.store.database import Store, open_store
from benchtop.ui.teach.data_exchange import DataExchange
from benchtop.ui.teach.data_rows import BrokenLine, ImportOutcome
from benchtop.ui.teach.data_texts import examples_words
from benchtop.ui.teach.data_wiring import DataWiring
from benchtop.ui.teach.unfinished_wiring import UnfinishedWiring


class DataFiles(QObject):
    """Imports what the view wishes. Files that are dropped at once, or while others are read, are one import:
    they end together, are told of together and are taken out together."""

    _told = Signal(str, int)
    """The name of a file, and how many examples of it are kept: from another thread."""

    def __init__(self, wiring: DataWiring) -> None:
        super().__init__(wiring)
        self._wiring, self._view, self._bar = wiring, wiring.view, wiring.view.import_bar
        self._import: _Import | None = None
        self._waiting: deque[tuple[Path, Dataset | str]] = deque()
        self._done: list[_Done] = []
        """What came of the files of the last import."""
        self._follows = ""
        """The data set on show, while a person chooses no other."""
        UnfinishedWiring(wiring, self.import_paths)
        DataExchange(wiring)
        view, bar = wiring.view, self._bar
        view.import_wanted.connect(self._choose_file)
        view.paths_dropped.connect(self.import_paths)
        view.dataset_chosen.connect(self._set_bar_aside)
        bar.stop_wanted.connect(self._stop)
        bar.undo_wanted.connect(self._undo_import)
        self._told.connect(self._tell)

    def close(self) -> None:
        """End what is read; what was kept stays."""
        self._stop()

    def import_paths(self, paths: Sequence[str]) -> None:
        """Read files, one after the other, into the data set on show, or each into a new one."""
        self._view.flush()
        into = self._wiring.dataset
        self._waiting += [(Path(path), into or Path(path).stem) for path in paths]
        if self._import is None and self._waiting:
            self._done, self._follows = [], self._wiring.dataset_id
            self._next()

    def _choose_file(self) -> None:
        kinds = self.tr("Examples (*.jsonl *.ndjson *.json *.csv *.tsv)")
        path, _ = QFileDialog.getOpenFileName(self._view, self.tr("Import examples"), "", kinds)
        if path:
            self.import_paths([path])

    def _next(self) -> None:
        path, into = self._waiting.popleft()
        reading = self._import = _Import(self._wiring.database, path, into, self._told.emit)
        self._tell(path.name, 0)

        def refused(error: BenchtopError) -> None:
            self._read(reading, _Done(str(path), error=error))

        self._wiring.run_on_disk(reading.work, lambda done: self._read(reading, done), refused)

    def _tell(self, name: str, count: int) -> None:
        if self._import is not None:  # else it comes late
            place = len(self._done) + 1
            self._bar.set_reading(name, count, place=(place, place + len(self._waiting)))

    def _read(self, reading: _Import, done: _Done) -> None:
        """A file came to its end."""
        self._done.append(done if not reading.is_stopped else replace(done, stopped=True))
        if reading.is_stopped:
            self._done += [_Done(str(path), skipped=True) for path, _into in self._waiting]
            self._waiting.clear()
        if done.is_removed:
            self._skip_into(reading.into, done.error)
        if done.dataset_id and not done.is_removed and self._is_followed(done.dataset_id):
            self._follows = done.dataset_id
            self._wiring.show_dataset(done.dataset_id)
        else:
            self._wiring.examples_changed()  # also where it ended early: what was told stays
        if self._waiting:
            self._next()
            return
        self._import = None
        outcomes = [one.outcome() for one in self._done]
        self._bar.set_outcomes(outcomes, self._elsewhere())

    def _is_followed(self, dataset_id: str) -> bool:
        """Whether what was read last is to be on show. Where there was no data set, the new one may be there
        already: whatever reads the list meanwhile shows it."""
        shown = self._wiring.dataset_id
        return shown == self._follows or (not self._follows and shown == dataset_id)

    def _skip_into(self, removed: Dataset | str, error: BenchtopError | None) -> None:
        """The files that wait for a data set that is in the bin are not read."""
        waiting, self._waiting = self._waiting, deque()
        for path, into in waiting:
            if _id_of(into) and _id_of(into) == _id_of(removed):
                self._done.append(_Done(str(path), error=error))
            else:
                self._waiting.append((path, into))

    def _elsewhere(self) -> str:
        """The names of the data sets of the last import, where none of them is on show."""
        ids = self._sets()
        here = not ids or self._wiring.dataset_id in ids
        return "" if here else "”, “".join(filter(None, map(self._wiring.name_of, ids)))

    def _sets(self) -> list[str]:
        return list(dict.fromkeys(one.dataset_id for one in self._done if one.dataset_id))

    def _set_bar_aside(self, dataset_id: str) -> None:
        """What came of an import is told beside the examples of it: what is taken out there is on show."""
        ids = [one for one in self._sets() or [self._follows] if self._wiring.name_of(one)]
        self._bar.set_aside(aside=bool(ids) and dataset_id not in ids)

    def _stop(self) -> None:
        if self._import is not None:
            self._import.is_stopped = True

    def _undo_import(self) -> None:
        last, self._done = self._done, []
        ids = [one for done in last for one in done.report.added]

        def take_out(store: Store) -> None:
            store.examples.delete(ids)
            for done in last:
                store.imports.end(done.report.import_id)

        self._wiring.change(take_out)
        one = self.tr("{count} of the file are in the bin.")
        many = self.tr("{count} of {files} files are in the bin.")
        words = (one if len(last) == 1 else many).format(
            count=examples_words(len(ids)), files=f"{len(last):,}"
        )
        self._wiring.undo.push(
            words,
            lambda left: self._wiring.change(lambda store: store.examples.restore(left)),
            ids,
        )


@dataclass(frozen=True, slots=True)
class _Done:
    """What came of a file: the report, and how many of those that were added say what was there already;
    or why it was not read to its end."""

    path: str = ""
    again: int = 0
    report: ImportReport = field(default_factory=ImportReport)
    error: BenchtopError | None = None
    stopped: bool = False
    skipped: bool = False

    @property
    def dataset_id(self) -> str:
        """Where it went; empty where it was not begun."""
        return self.report.dataset_id

    @property
    def is_removed(self) -> bool:
        """Its data set went into the bin before its end."""
        return isinstance(self.error, DatasetUnknown)

    def outcome(self) -> ImportOutcome:
        """The same for a person."""
        report = self.report
        return ImportOutcome(
            Path(self.path).name,
            len(report.added),
            report.broken_count,
            report.known,
            tuple(BrokenLine(one.line, one.why) for one in report.broken),
            self.stopped,
            self.skipped,
            self.again,
            self._why(),
            self.is_removed,
        )

    def _why(self) -> str:
        """Why it was not read to its end; its name is enough for a person who has just chosen it."""
        words = explain(self.error) if self.error is not None and not self.is_removed else ""
        return words.replace(self.path, Path(self.path).name)


class _Ended(Exception):
    """A person ended it."""


class _Import:
    """One file that is read on another thread, and can be ended from this one."""

    def __init__(
        self, database: Path, path: Path, into: Dataset | str, told: Callable[[str, int], object]
    ) -> None:
        self._database, self._path, self.into, self._told = database, path, into, told
        self._report = ImportReport()
        self.is_stopped = False

    def work(self) -> _Done:
        """Read it; what came of it by the time it ended, was ended or could not go on."""
        report, error = self._report, None
        with open_store(self._database) as store:
            before = self._before(store)
            try:
                import_examples(store, self.into, self._path, told=self._tell, report=report)
            except (_Ended, BenchtopError) as ended:
                error = ended if isinstance(ended, BenchtopError) else None
            again = 0
            with suppress(BenchtopError):  # what came in is told, whatever else can be said of it
                again = sum(one in before for one in store.examples.sums_of(report.added))
            return _Done(str(self._path), again, report, error)

    def _before(self, store: Store) -> set[str]:
        """The sums of what is in the data set that the file goes into."""
        left = unfinished_of(store, self.into, self._path)
        dataset_id = left.dataset_id if left is not None else _id_of(self.into)
        return set(store.examples.sums(dataset_id))

    def _tell(self, report: ImportReport) -> None:
        self._told(self._path.name, report.read)
        if self.is_stopped:
            raise _Ended


def _id_of(into: Dataset | str) -> str:
    """The id of a data set; empty for the name of a new one."""
    return into.id if isinstance(into, Dataset) else ""
