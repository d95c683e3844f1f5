"""What a person does on the Data tab, as wishes that its owner fulfils; what is shown is in data_view.py."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from benchtop.ui.teach.data_frame import DataFrame
from benchtop.ui.teach.data_menus import show_example_menu, show_set_menu, show_sets
from benchtop.ui.teach.data_rows import Filter


class DataWishes(DataFrame):
    """Tells wishes by ids; nothing changes before its owner says so.

    Removals ask for no confirmation: their owner offers Undo. ``view_changed``: another filter, other words
    or another tag is wanted (``filter``, ``words``, ``only_tag``).
    """

    dataset_chosen = Signal(str)
    dataset_wanted = Signal()
    dataset_renamed = Signal(str, str)
    name_wanted = Signal()
    """Another name for the chosen data set is to be asked for: its list is folded away."""
    dataset_removed = Signal(str)
    collect_wanted = Signal()
    import_wanted = Signal()
    paths_dropped = Signal(list)
    export_wanted = Signal(str)
    typing_wanted = Signal()
    """A first example is to be typed, and there is no data set yet: make one, then begin_typing()."""
    chat_wanted = Signal()
    teach_requested = Signal(str)
    view_changed = Signal()
    page_wanted = Signal(int, list)
    example_wanted = Signal(str)
    included_wanted = Signal(list, bool)
    removed = Signal(list)
    accepted = Signal(list)
    refused = Signal(list)
    tag_wanted = Signal(list)
    tags_set = Signal(str, list)
    example_saved = Signal(object, object)
    """An Example before and after it was changed."""
    example_typed = Signal(object)
    open_chat_wanted = Signal(str, str)
    redaction_wanted = Signal(object)
    redact_wanted = Signal(object)
    all_redactions_wanted = Signal()
    redact_all_wanted = Signal()
    spare_wanted = Signal()
    """Of examples that say the same all but one are to be left out."""
    versions_wanted = Signal()
    """Is anything personal in what models were taught with from the chosen data set?"""
    statistics_wanted = Signal()
    teacher_shown = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tell_of_sets()
        self._tell_of_examples()
        self._tell_of_pane()

    # What is wanted

    @property
    def dataset_id(self) -> str:
        """The data set that is chosen; empty for none."""
        return self.sets.chosen_id

    @property
    def filter(self) -> Filter:
        """Which examples are wanted."""
        return self.health.current

    @property
    def words(self) -> str:
        """What is searched for."""
        return self.search.text().strip()

    @property
    def only_tag(self) -> str:
        """The tag that is wanted; empty: any."""
        return str(self.tag.currentData() or "")

    def choose_dataset(self, dataset_id: str) -> bool:
        """Choose a data set; False where it is not there."""
        return self.sets.choose(dataset_id)

    def flush(self) -> None:
        """Save what was typed."""
        self.pane.flush()

    # The data sets

    def _tell_of_sets(self) -> None:
        self.sets.opened.connect(self.focus_start)
        self.sets.remove_wanted.connect(self.remove_set)
        self.sets.menu_wanted.connect(lambda at: show_set_menu(self, at))
        self.sets.rows.renamed.connect(self.dataset_renamed)
        buttons = self._set_buttons
        buttons["new_set"].clicked.connect(self.dataset_wanted)
        buttons["rename_set"].clicked.connect(self.rename_set)
        buttons["remove_set"].clicked.connect(self.remove_set)
        head = self.head
        head.new_wanted.connect(self.begin_typing)
        head.collect_wanted.connect(self.collect_wanted)
        head.import_wanted.connect(self.import_wanted)
        head.export_wanted.connect(self.export_wanted)
        head.draft_toggled.connect(self._on_draft)
        head.sets_wanted.connect(lambda: show_sets(self))
        head.teach_wanted.connect(self._teach)
        for part in (self.empty, self.nothing):
            part.collect_wanted.connect(self.collect_wanted)
            part.import_wanted.connect(self.import_wanted)
            part.chat_wanted.connect(self.chat_wanted)
        self.empty.new_wanted.connect(self.begin_typing)
        self.nothing.new_wanted.connect(self.typing_wanted)
        self.versions.left.connect(self.focus_start)

    def _teach(self) -> None:
        self.flush()
        self.teach_requested.emit(self.dataset_id)

    def begin_rename(self) -> None:
        """Open the field for the name of the chosen data set, where the list is on show."""
        if self.sets.isVisible():
            self.rename_set()

    def rename_set(self) -> None:
        """Open the field for the name of the chosen data set."""
        self.sets.setFocus()
        self.sets.rename()

    def remove_set(self) -> None:
        """Ask for the chosen data set to be removed."""
        if self.dataset_id:
            self.dataset_removed.emit(self.dataset_id)

    def _on_draft(self, shown: bool) -> None:
        self.teacher.setVisible(shown)
        if shown:
            self.teacher_shown.emit()
            self.teacher.focus_start()

    # The examples

    def _tell_of_examples(self) -> None:
        table = self.table
        self.search.went_down.connect(table.setFocus)
        table.rows.page_wanted.connect(self.page_wanted)
        table.rows.included_wanted.connect(self.included_wanted)
        table.opened.connect(self.open_example)
        table.toggle_wanted.connect(self.toggle_chosen)
        table.remove_wanted.connect(self.remove_chosen)
        table.accept_wanted.connect(self.accept_chosen)
        table.refuse_wanted.connect(self.refuse_chosen)
        table.left_upwards.connect(self.search.setFocus)
        table.menu_wanted.connect(lambda at: show_example_menu(self, at))
        bar = self.chosen_bar
        bar.teach_wanted.connect(lambda: self.included_wanted.emit(table.chosen_ids(), True))
        bar.leave_out_wanted.connect(lambda: self.included_wanted.emit(table.chosen_ids(), False))
        bar.tag_wanted.connect(self.tag_chosen)
        bar.remove_wanted.connect(self.remove_chosen)
        self.personal.show_wanted.connect(self.all_redactions_wanted)
        self.personal.replace_wanted.connect(self.redact_all_wanted)
        self.alike.spare_wanted.connect(self.spare_wanted)
        self.alike.left.connect(self.focus_start)
        self.statistics_fold.toggled.connect(self._on_statistics)

    def tag_chosen(self) -> None:
        """Ask for tags for the chosen examples."""
        if ids := self.table.chosen_ids():
            self.tag_wanted.emit(ids)

    def remove_chosen(self) -> None:
        """Ask for the chosen examples to be removed."""
        if ids := self.table.chosen_ids():
            self.removed.emit(ids)

    def _chosen_drafts(self) -> list[str]:
        """Of what is chosen only drafts: what nobody has read yet may be one."""
        known = ((one, self.table.rows.row_of(one)) for one in self.table.chosen_ids())
        return [one for one, row in known if row is None or row.is_draft]

    def accept_chosen(self) -> None:
        """Ask for the chosen drafts to be taken."""
        if ids := self._chosen_drafts():
            self.accepted.emit(ids)

    def refuse_chosen(self) -> None:
        """Ask for the chosen drafts to be refused."""
        if ids := self._chosen_drafts():
            self.refused.emit(ids)

    def toggle_chosen(self) -> None:
        """Teach the chosen examples or leave them out, whatever the one with the keyboard is not."""
        row, read = self.table.rows.row_of(self.table.current_id), self.pane.example()
        if row is not None and not row.is_draft:
            self.included_wanted.emit(self.table.chosen_ids(), not row.included)
        elif row is None and read is not None and read.state == "kept":  # its page is on the way
            self.included_wanted.emit(self.table.chosen_ids(), not read.included)

    def _on_statistics(self, shown: bool) -> None:
        self.show_statistics(shown=shown)
        if shown:
            self.statistics_wanted.emit()

    # One example

    def _tell_of_pane(self) -> None:
        pane = self.pane
        pane.save_wanted.connect(self.example_saved)
        pane.tags_wanted.connect(self.tags_set)
        pane.included_wanted.connect(lambda one, on: self.included_wanted.emit([one], on))
        pane.accept_wanted.connect(lambda one: self.accepted.emit([one]))
        pane.refuse_wanted.connect(lambda one: self.refused.emit([one]))
        pane.open_chat_wanted.connect(self.open_chat_wanted)
        pane.redaction_wanted.connect(self.redaction_wanted)
        pane.redact_wanted.connect(self.redact_wanted)
        pane.closed.connect(self._close_pane)
        self.new.added.connect(self.example_typed)
        self.new.closed.connect(self._close_pane)

    def open_example(self) -> None:
        """Give the keyboard to the example that is read."""
        self._right.setCurrentWidget(self.pane)
        self._is_open = True
        self._arrange()
        self.pane.focus_text()

    def begin_typing(self) -> None:
        """Open the form for a new example."""
        self._right.setCurrentWidget(self.new)
        self._is_open = True
        self._arrange()
        self.new.begin()

    def _close_pane(self) -> None:
        self._right.setCurrentWidget(self.pane)
        self._is_open = False
        self._arrange()
        self.focus_start()
