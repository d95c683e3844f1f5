"""The contestants of a comparison: two to six chips, and what adds, changes and removes them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from benchtop.domain.generation import SamplingParams
from benchtop.ui.chat.model_picker import ModelChoice
from benchtop.ui.compare.compare_rows import (
    LEAST_CONTESTANTS,
    MOST_CONTESTANTS,
    AdapterChoice,
    ContestantDraft,
    ContestantRow,
)
from benchtop.ui.compare.contestant_chip import ContestantChip
from benchtop.ui.compare.contestant_editor import ContestantEditor
from benchtop.ui.compare.focus_order import put_before
from benchtop.ui.icons import set_icon, spaced
from benchtop.ui.theme import set_kind, set_tone
from benchtop.ui.widgets.flow_layout import FlowLayout


class ContestantsBar(QWidget):
    """Shows rows and tells wishes; nothing changes before ``set_contestants`` says so.

    ``added`` carries a ContestantDraft without a key, ``changed`` one with the key of the contestant;
    ``duplicated`` and ``removed`` carry a key. ``import_requested``: a model file is to be added to the
    list, after which ``set_models`` reaches the open editor too. ``opened`` comes before the editor
    opens, so that models and adapters can be brought up to date.
    """

    added = Signal(ContestantDraft)
    changed = Signal(ContestantDraft)
    duplicated = Signal(str)
    removed = Signal(str)
    import_requested = Signal()
    opened = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("compare.contestants")
        self.setAccessibleName(self.tr("Contestants"))
        self._chips: dict[str, ContestantChip] = {}
        self._models: tuple[ModelChoice, ...] = ()
        self._adapters: Mapping[str, Sequence[AdapterChoice]] = {}
        self._suggested: Mapping[str, SamplingParams] = {}
        self._editor: ContestantEditor | None = None
        self._add = QPushButton(self)
        self._add.setObjectName("compare.add")
        self._add.clicked.connect(lambda _on=False: self.open_new())
        self._hint = QLabel(self)
        self._hint.setObjectName("compare.contestants.hint")
        self._hint.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._hint.setWordWrap(True)
        self._flow = FlowLayout(gap=8)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._hint)
        column.addLayout(self._flow)
        self._flow.addWidget(self._add)
        self.set_contestants(())

    @property
    def rows(self) -> list[ContestantRow]:
        """The contestants on show."""
        return [chip.row for chip in self._chips.values()]

    def set_contestants(self, rows: Sequence[ContestantRow]) -> None:
        """Show these, in this order. The keyboard stays on its chip, or goes to the one before it."""
        keys = list(self._chips)
        held = next((key for key in keys if self._has_keyboard(key)), None)
        wanted = {row.key for row in rows}
        for key in [key for key in keys if key not in wanted]:
            chip = self._chips.pop(key)
            self._flow.removeWidget(chip)
            if held == key:
                self._move_focus(keys, key, wanted)
            chip.hide()
            chip.deleteLater()
        for row in rows:
            if row.key in self._chips:
                self._chips[row.key].set_row(row)
            else:
                self._chips[row.key] = self._make_chip(row)
        self._chips = {row.key: self._chips[row.key] for row in rows}
        models = Counter(row.model_id for row in rows)
        for chip in self._chips.values():
            chip.set_settings_first(models[chip.row.model_id] > 1)
        self._arrange()
        self._refresh()

    def set_models(self, models: Sequence[ModelChoice]) -> None:
        """The models that can be chosen; the open editor takes them too."""
        self._models = tuple(models)
        if self._editor is not None:
            self._editor.set_models(self._models)

    def set_adapters(self, adapters: Mapping[str, Sequence[AdapterChoice]]) -> None:
        """The adapters that fit, by a model's id; the next editor offers them."""
        self._adapters = adapters

    def set_suggested(self, suggested: Mapping[str, SamplingParams]) -> None:
        """What a model's makers recommend, by its id: where a new contestant begins."""
        self._suggested = suggested

    def open_new(self) -> None:
        """Open the editor for one more; it begins with a model that is not among them yet."""
        if len(self._chips) >= MOST_CONTESTANTS:
            return
        self.opened.emit()
        used = {row.model_id for row in self.rows}
        there = [choice.id for choice in self._models if not choice.missing]
        first = next((one for one in there if one not in used), there[0] if there else "")
        params = self._suggested.get(first, SamplingParams())
        self._open(ContestantDraft(model_id=first, params=params))

    def open_editor(self, key: str) -> None:
        """Open the editor of a contestant."""
        if key not in self._chips:
            return
        self.opened.emit()
        row = self._chips[key].row
        name = "" if row.name == row.model_name else row.name
        self._open(
            ContestantDraft(key, name, row.model_id, row.system_prompt, row.params, row.adapters)
        )

    def _open(self, draft: ContestantDraft) -> None:
        if self._editor is not None:
            self._editor.raise_()
            return
        editor = ContestantEditor(draft, self._models, self._adapters, self._suggested, self)
        editor.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        editor.drafted.connect(self._on_drafted)
        editor.import_requested.connect(self.import_requested)
        editor.finished.connect(self._on_closed)
        self._editor = editor
        editor.open()

    def _on_drafted(self, draft: ContestantDraft) -> None:
        (self.changed if draft.key else self.added).emit(draft)

    def _on_closed(self) -> None:
        self._editor = None

    def _make_chip(self, row: ContestantRow) -> ContestantChip:
        chip = ContestantChip(row, self)
        chip.edit.connect(self.open_editor)
        chip.duplicate.connect(self.duplicated)
        chip.remove.connect(self.removed)
        chip.show()
        return chip

    def _arrange(self) -> None:
        while self._flow.count():
            self._flow.takeAt(0)
        for widget in (*self._chips.values(), self._add):
            self._flow.addWidget(widget)
        put_before([stop for chip in self._chips.values() for stop in chip.stops()], self._add)
        self._flow.invalidate()

    def _refresh(self) -> None:
        count = len(self._chips)
        text = self.tr("Add a contestant") if count else self.tr("Choose a model")
        self._add.setText(spaced(text))
        self._add.setAccessibleName(text)
        set_kind(self._add, "primary" if count < LEAST_CONTESTANTS else "quiet")
        set_icon(self._add, "plus", "on_primary" if count < LEAST_CONTESTANTS else "text")
        full = count >= MOST_CONTESTANTS
        self._add.setEnabled(not full)
        most = self.tr("There are six contestants: more do not fit beside each other")
        self._add.setToolTip(
            most if full else self.tr("The same model in other settings counts too")
        )
        for chip in self._chips.values():
            chip.set_may_duplicate(not full)
        self._hint.setText(self._hint_words(count))
        self._hint.setVisible(count < LEAST_CONTESTANTS)
        set_tone(self._hint, "muted")

    def _hint_words(self, count: int) -> str:
        if count:
            return self.tr("One more is needed; the same model in other settings counts too.")
        return self.tr("Two to six contestants answer the same prompt side by side.")

    def _has_keyboard(self, key: str) -> bool:
        chip, focus = self._chips[key], self.window().focusWidget()
        return focus is not None and (focus is chip or chip.isAncestorOf(focus))

    def _move_focus(self, keys: list[str], gone: str, kept: set[str]) -> None:
        """To the chip before the one that goes, or the one after it, or the button."""
        at = keys.index(gone)
        for key in (*reversed(keys[:at]), *keys[at + 1 :]):
            if key in kept and key in self._chips:
                self._chips[key].setFocus()
                return
        self._add.setFocus()
