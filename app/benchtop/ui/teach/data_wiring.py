"""The Data tab with the store behind it: which data sets there are, and which examples are on show."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Signal

from benchtop.domain.errors import BenchtopError
from benchtop.domain.examples import Dataset, Example
from benchtop.domain.personal_data import PersonalKind
from benchtop.services.datasets import new_dataset
from benchtop.services.disk_thread import DiskThread
from benchtop.services.example_collecting import new_from_chats
from benchtop.services.reply_stream import explain
from benchtop.services.settings import SettingsKeeper
from benchtop.services.store_thread import StoreThread
from benchtop.store.database import open_store
from benchtop.ui.teach.data_findings import DataFindings
from benchtop.ui.teach.data_reading import (
    Findings,
    Shown,
    Wanted,
    health_of,
    read_example,
    read_rows,
    read_shown,
)
from benchtop.ui.teach.data_rows import Statistics
from benchtop.ui.teach.data_texts import found_sentence, found_words
from benchtop.ui.teach.data_view import DataView
from benchtop.ui.undo_stack import UndoStack
from benchtop.ui.widgets.info_bar import InfoBar
from benchtop.ui.widgets.when_visible import WhenVisible

if TYPE_CHECKING:
    from pathlib import Path

    from benchtop.store.database import Store


T = TypeVar("T")
NEWS_MS = 12_000
"""How long a piece of news stays that the tab shows as well."""


class DataWiring(QObject):
    """Fills the view and keeps it up to date. What is done to examples is in data_edits.py, to data
    sets in sets_wiring.py, and what comes from files and chats in data_files.py."""

    changed = Signal()
    """Data sets or examples are others than before."""

    def __init__(
        self,
        view: DataView,
        store: StoreThread,
        database: Path,
        *,
        settings: SettingsKeeper,
        info: InfoBar,
        undo: UndoStack,
    ) -> None:
        super().__init__(view)
        self.view, self.store, self.database = view, store, database
        self.undo = undo
        self._settings, self._info = settings, info
        self._datasets: tuple[Dataset, ...] = ()
        self._dataset_id = str(settings.values.teach.get("dataset") or "")
        self._findings: Findings | None = None
        self._rename_id = ""
        self._looked = "", 0.0
        """The data set that is or will be looked through, and when it was last changed."""
        self._is_showing = self._is_closed = False
        self.statistics_of: Callable[[Findings], Statistics] = lambda found: found.statistics
        """The numbers that are shown of what was found."""
        self.disk = DiskThread(self)
        self._looking = DiskThread(self)
        self.findings = DataFindings(database, self._looking, self)
        self._soon = WhenVisible(view, self._read)
        self._connect()
        self.refresh()

    def close(self) -> None:
        """Keep what was typed; the store is still open."""
        self.view.flush()
        self._is_closed = True
        self.findings.close()
        self._looking.close()
        self.disk.close()

    def refresh(self) -> None:
        """Read all anew, when somebody looks at it."""
        self._soon.ask()

    def examples_changed(self) -> None:
        """Something was done to examples or data sets."""
        self.refresh()
        self.changed.emit()

    def say(self, error: BenchtopError) -> None:
        """Tell a person what went wrong."""
        self._info.post("error", explain(error))

    def tell(self, words: str) -> None:
        """Tell a person what was done."""
        self._info.post("info", words, timeout_ms=NEWS_MS)

    @property
    def dataset_id(self) -> str:
        """The data set on show; empty for none."""
        return self._dataset_id

    @property
    def dataset(self) -> Dataset | None:
        """The data set on show."""
        found = (one for one in self._datasets if one.id == self._dataset_id)
        return next(found, None)

    def name_of(self, dataset_id: str) -> str:
        """The name of a data set; empty where it is not on the list."""
        return next((one.name for one in self._datasets if one.id == dataset_id), "")

    @property
    def known(self) -> Findings | None:
        """What was found in the data set on show."""
        return self._findings

    def with_dataset(self, then: Callable[[str], object], name: str = "") -> None:
        """Call with the id of the data set on show; of a new one where there is none."""
        if self._dataset_id:
            then(self._dataset_id)
            return
        name = name or self.tr("My examples")

        def made(dataset: Dataset) -> None:
            self.show_dataset(dataset.id)
            then(dataset.id)

        self.run(lambda store: new_dataset(store, name), made)

    def show_dataset(self, dataset_id: str, *, rename: bool = False) -> None:
        """Put a data set on show that may not be on the list yet."""
        self._dataset_id = dataset_id
        self._rename_id = dataset_id if rename else ""
        self._settings.put("teach", "dataset", dataset_id)
        self.examples_changed()

    def _connect(self) -> None:
        view = self.view
        view.dataset_chosen.connect(self._chosen)
        view.typing_wanted.connect(self.type_example)
        view.view_changed.connect(self._read)
        view.page_wanted.connect(self._read_page)
        view.example_wanted.connect(self._read_example)
        view.statistics_wanted.connect(self.show_statistics)
        self.findings.found.connect(self._found)

    # Reading

    def _read(self) -> None:
        view = self.view
        wanted = Wanted(self._dataset_id, view.filter, view.words, view.only_tag)
        findings = self._findings
        self.run(
            lambda store: read_shown(store, wanted, findings),
            lambda shown: self._show(shown, wanted),
        )

    def _show(self, shown: Shown, wanted: Wanted) -> None:
        view, dataset = self.view, shown.dataset
        if wanted.dataset_id != self._dataset_id:
            return  # another was chosen meanwhile
        self._datasets = shown.datasets
        is_other = dataset is not None and view.dataset_id != dataset.id
        self._dataset_id = dataset.id if dataset is not None else ""
        self._is_showing = True  # what is chosen here was not chosen by a person
        view.set_datasets(shown.datasets)
        view.choose_dataset(self._dataset_id)
        view.set_dataset(dataset)
        self._is_showing = False
        if dataset is None:
            view.set_ids(())
            self._count_rated()
            return
        self._look_again(dataset)
        current = (view.filter, view.words, view.only_tag)
        if current == (wanted.filter, wanted.words, wanted.tag):
            view.set_ids(shown.ids)
        elif is_other:
            self._read()
        view.set_health(health_of(dataset, self._findings))
        view.set_tags(shown.tags)
        if not dataset.examples and not dataset.drafts:
            self._count_rated()
        if self._rename_id == dataset.id:
            self._rename_id = ""
            view.begin_rename()
        if view.table.current_id:
            self._read_example(view.table.current_id)

    def _look_again(self, dataset: Dataset) -> None:
        """Look through a data set that is another than the one that was looked through."""
        state = dataset.id, dataset.changed
        if state != self._looked:
            if dataset.id != self._looked[0]:
                self._findings = None
            self._looked = state
            self.view.statistics.set_counting(counting=True, anew=self._findings is None)
            self.findings.ask(dataset.id)

    def _read_page(self, page: int, ids: list[str]) -> None:
        findings, rows = self._findings, self.view.table.rows
        self.run(
            lambda store: read_rows(store, ids, findings),
            lambda found: rows.put_rows(page, found),
        )

    def _read_example(self, example_id: str) -> None:
        def show(found: tuple[Example | None, tuple[PersonalKind, ...]]) -> None:
            if self.view.table.current_id == example_id:
                self.view.set_example(found[0])
                self.view.pane.set_found(found_sentence(found[1]))

        self.run(lambda store: read_example(store, example_id), show)

    def _found(self, findings: Findings) -> None:
        if findings.dataset_id != self._dataset_id:
            return
        self._findings = findings
        self.view.statistics.set_counting(counting=False)
        self.view.set_personal(found_words(findings.personal.values()))
        copies = len(findings.places)
        self.view.set_alike(copies, len(findings.alike) - copies, findings.spare)
        self.show_statistics()
        self.refresh()

    def show_statistics(self) -> None:
        """Show the numbers of the data set on show, as far as they are known."""
        if self._findings is not None:
            self.view.statistics.set_statistics(self.statistics_of(self._findings))

    def _count_rated(self) -> None:
        """How many replies wait in the chats to be collected, for a data set that is empty."""
        database = self.database

        def count() -> int:
            with open_store(database) as store:
                return len(new_from_chats(store, ""))

        self.run_on_disk(count, self.view.set_rated)

    # Data sets

    def _chosen(self, dataset_id: str) -> None:
        if self._is_showing:
            return
        self._dataset_id, self._findings, self._looked = dataset_id, None, ("", 0.0)
        if dataset_id:
            self._settings.put("teach", "dataset", dataset_id)
        self._read()

    def type_example(self) -> None:
        """Open the form for a new example, in a new data set where there is none."""

        def begin(_dataset_id: str) -> None:
            self._read()
            self.run(lambda _store: None, lambda _none: self.view.begin_typing())

        self.with_dataset(begin)

    # For those who do things with examples

    def run(
        self,
        work: Callable[[Store], T],
        then: Callable[[T], object],
        refused: Callable[[BenchtopError], object] | None = None,
    ) -> None:
        """StoreThread.run(), for as long as there is a page that could show what comes of it."""
        self.store.run(work, self._if_open(then), self._if_open(refused or self.say))

    def run_on_disk(
        self,
        work: Callable[[], T],
        then: Callable[[T], object],
        refused: Callable[[BenchtopError], object] | None = None,
    ) -> None:
        """DiskThread.run(), likewise."""
        self.disk.run(work, then, refused or self.say)

    def _if_open(self, then: Callable[[T], object]) -> Callable[[T], None]:
        def told(result: T) -> None:
            if not self._is_closed:
                then(result)

        return told

    def change(
        self,
        work: Callable[[Store], object],
        then: Callable[[], object] = lambda: None,
    ) -> None:
        """Write with the store, then bring the tab up to date."""

        def done(_result: object) -> None:
            self.examples_changed()
            then()

        self.run(work, done)

    def put_back(self, examples: Sequence[Example]) -> None:
        """Make examples what they were, as Undo does."""
        self.change(lambda store: store.examples.put_back(examples))
