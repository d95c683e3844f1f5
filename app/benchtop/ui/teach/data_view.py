"""The Data tab: which data sets there are, their examples, and what is known of them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from benchtop.domain.examples import Dataset, Example
from benchtop.ui.models.drop_files import FileDrop
from benchtop.ui.tab_order import put_after
from benchtop.ui.teach.data_rows import Filter, Health
from benchtop.ui.teach.data_texts import nothing_words
from benchtop.ui.teach.data_wishes import DataWishes

_SEARCH_MS = 200
"""How long after the last letter the table follows the search."""


class DataView(DataWishes):
    """Shows what its owner says with the set_… methods. Its parts ``teacher``, ``import_bar``,
    ``statistics``, ``personal`` and ``versions`` are public as well."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Data"))
        self._dataset: Dataset | None = None
        self._count = 0
        self._shown_id, self._places = "", dict[str, str]()
        """The data set on show, and by their ids which example of each was chosen."""
        self._personal, self._has_alike = "", False
        self._drop = FileDrop(self, self.tr("Drop to import the examples in it."))
        self._drop.dropped.connect(self.paths_dropped)
        self._soon = QTimer(self, singleShot=True, interval=_SEARCH_MS)
        self._follow()
        put_after(self._right, self._middle)
        self.set_datasets(())
        self._show_dataset(None)
        self.set_teacher_ready(ready=False)

    def _follow(self) -> None:
        """Show what is chosen."""
        self._soon.timeout.connect(self._view_changed)
        self.sets.chosen.connect(self._on_dataset)
        self.health.chosen.connect(lambda _which: self._view_changed())
        self.search.textChanged.connect(lambda _text: self._soon.start())
        self.tag.activated.connect(lambda _index: self._view_changed())
        self.table.current_changed.connect(self._on_current)
        self.table.selection_changed.connect(self._on_selection)

    # The data sets

    def set_datasets(self, rows: Sequence[Dataset]) -> None:
        """Show these; the first is chosen where none was."""
        focus = self._focused()
        self.sets.rows.set_rows(rows)
        self._show_sets(some=bool(rows))
        found = (row for row in rows if row.id == self.dataset_id)
        self._show_dataset(next(found, None))
        self._keep_focus(focus)

    def set_dataset(self, dataset: Dataset | None) -> None:
        """What is known of the chosen data set by now."""
        self._show_dataset(dataset)

    def _show_dataset(self, dataset: Dataset | None) -> None:
        self._dataset = dataset
        self.head.set_dataset(dataset)
        self._show_parts()

    def _has_examples(self) -> bool:
        one = self._dataset
        return one is not None and bool(one.examples or one.drafts or self._count)

    def _show_parts(self) -> None:
        has_any, focus = self._has_examples(), self._focused()
        self._full.setVisible(has_any)
        self.empty.setVisible(not has_any)
        self.table.setVisible(self._count > 0)
        self._no_match.setVisible(self._count == 0)
        self._no_match.setText(nothing_words(self.filter, self.words or self.only_tag))
        for button in self._set_buttons.values():
            if button is not self._set_buttons["new_set"]:
                button.setEnabled(self._dataset is not None)
        self._arrange()
        self._keep_focus(focus)

    def _on_dataset(self, dataset_id: str) -> None:
        self.flush()
        self._count = 0
        self._places[self._shown_id] = self.table.current_id
        self._shown_id = dataset_id
        self.table.begin_anew(self._places.get(dataset_id, ""))
        self.pane.set_example(None)
        self.search.blockSignals(True)
        self.search.clear()
        self.search.blockSignals(False)
        self.health.choose("all")
        self.set_personal("")
        self.set_alike(0, 0, 0)
        found = (row for row in self.sets.rows.rows if row.id == dataset_id)
        self._show_dataset(next(found, None))
        self.dataset_chosen.emit(dataset_id)

    def set_teacher_ready(self, *, ready: bool) -> None:
        """Whether anybody does what the teacher's panel asks for."""
        self.head.draft.setVisible(ready)

    def set_rated(self, count: int | None) -> None:
        """How many replies are worth collecting."""
        for part in (self.empty, self.nothing):
            part.set_rated(count)

    # The examples

    def set_ids(self, ids: Sequence[str]) -> None:
        """The examples that go with the filter, in their order."""
        self._count = len(ids)
        self.table.rows.is_grouped = self.filter == "alike"
        self.table.rows.set_ids(ids)
        self._show_parts()
        if ids and not self.table.currentIndex().isValid():
            self.table.choose(ids[0])

    def set_health(self, health: Health) -> None:
        """Say how the data set does."""
        self.health.set_health(health)

    def set_tags(self, tags: Sequence[str]) -> None:
        """The tags that can be asked for; what is chosen stays so."""
        known = self.only_tag
        self.tag.blockSignals(True)
        self.tag.clear()
        self.tag.addItem(self.tr("any tag"), "")
        for tag in tags:
            self.tag.addItem(tag, tag)
        self.tag.setCurrentIndex(max(self.tag.findData(known), 0))
        self.tag.blockSignals(False)
        self.tag.setVisible(bool(tags))
        if known and not self.only_tag:
            self._view_changed()

    def set_personal(self, words: str) -> None:
        """What is personal in how many examples, for those who look at these; empty: nothing is."""
        self._personal = words
        self._show_bars()

    def set_alike(self, copies: int, near: int, spare: int) -> None:
        """How many examples are the same as another, how many only nearly so, and how many of the same ones
        need not be taught; for those who look at these."""
        self._has_alike = bool(copies or near)
        self.alike.set_alike(copies, near, spare)
        self._show_bars()

    def _show_bars(self) -> None:
        """The bar that goes with the filter."""
        self.personal.set_words(self._personal if self.filter == "personal" else "")
        self.alike.setVisible(self._has_alike and self.filter == "alike")

    def show_filter(self, which: Filter) -> None:
        """Put other examples on show."""
        self.health.choose(which)
        self._view_changed()

    def _view_changed(self) -> None:
        self._soon.stop()
        self._show_bars()
        self.view_changed.emit()

    def set_example(self, example: Example | None) -> None:
        """The example that is read."""
        self.pane.set_example(example)

    def _on_current(self, example_id: str) -> None:
        if example_id:
            self.example_wanted.emit(example_id)
        else:
            self.pane.set_example(None)

    def _on_selection(self) -> None:
        count = len(self.table.chosen_ids())
        self.chosen_bar.set_count(count)
        self.teacher.set_chosen(count)
