"""A suite under edit: its prompts as a table, and one of them beside it with all its fields."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from uuid import uuid4

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import (
    QWidget,
)

from benchtop.domain.contests import PromptTurn
from benchtop.domain.suites import Suite, SuitePrompt
from benchtop.ui.compare.suite_editor_frame import SuiteEditorFrame
from benchtop.ui.compare.suite_list_model import prompts_words

KEEP_MS = 400
"""So long after the last key the suite is told as it is then."""


class SuiteEditor(SuiteEditorFrame):
    """``suite_changed`` carries the whole Suite: at once when prompts come, go or move, a moment after
    the last key, and before the editor is left or hidden. It may be incomplete while a person types;
    ``set_trouble`` says what only its owner can find out, such as a pattern that cannot be used.

    ``prompts_removed`` carries (place, SuitePrompt) pairs, which ``insert_prompts`` takes back.
    """

    suite_changed = Signal(object)
    prompts_removed = Signal(list)
    back_requested = Signal()
    run_requested = Signal(str)
    duplicate_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("compare.suite")
        self.setAccessibleName(self.tr("Suite"))
        self._suite = Suite("", "", ())
        self._place = -1
        self._timer = QTimer(self, singleShot=True, interval=KEEP_MS)
        self._connect()
        self.set_suite(self._suite)

    def set_suite(self, suite: Suite) -> None:
        """Show a suite; a prompt that is chosen stays so where it is the same suite."""
        self.flush()
        chosen = self._rows.prompt_at(self._place) if suite.id == self._suite.id else None
        if suite == self._suite and suite.id:
            return
        self._suite, self._place = suite, -1
        for key, text in (("title", suite.name), ("suite_tags", ", ".join(suite.tags))):
            self._lines[key].setText(text)
            self._lines[key].setReadOnly(suite.builtin)
        self._rows.show(suite.prompts)
        for key in ("add", "copy", "up", "down", "remove"):
            self._tools[key].setVisible(not suite.builtin)
        self._builtin.setVisible(suite.builtin)
        place = self._rows.place_of(chosen.id) if chosen else -1
        self._choose(max(place, 0) if suite.prompts else -1)

    def suite(self) -> Suite:
        """The suite as the fields have it now."""
        self._take_prompt()
        tags = (tag.strip() for tag in self._lines["suite_tags"].text().split(","))
        return replace(
            self._suite,
            name=self._lines["title"].text().strip() or self._suite.name,
            tags=tuple(dict.fromkeys(tag for tag in tags if tag)),
            prompts=self._rows.prompts,
        )

    def set_trouble(self, words: str) -> None:
        """Say what is wrong with the prompt that is open."""
        self._pane.set_trouble(words)

    def insert_prompts(self, prompts: Sequence[tuple[int, SuitePrompt]]) -> None:
        """Take prompts back at their places."""
        self._take_prompt()
        self._place = -1
        for place, prompt in sorted(prompts, key=lambda pair: pair[0]):
            self._rows.insert(place, prompt)
        if prompts:
            self._choose(min(place for place, _prompt in prompts))
        self._tell()

    def choose_prompt(self, prompt_id: str) -> None:
        """Open a prompt's fields."""
        self._choose(self._rows.place_of(prompt_id))

    def open_prompt(self, prompt_id: str) -> None:
        """Open a prompt's fields, with the keyboard where it is written."""
        self.choose_prompt(prompt_id)
        self._pane.focus_prompt()

    def focus_start(self) -> None:
        """Give the keyboard to the prompts, or to what makes the first one."""
        (self._table if self._rows.rowCount() else self._first).setFocus()

    def flush(self) -> None:
        """Tell what was typed and not told yet."""
        if self._timer.isActive():
            self._timer.stop()
            self._tell()

    def hideEvent(self, event: QHideEvent) -> None:
        self.flush()
        super().hideEvent(event)

    def _connect(self) -> None:
        self._timer.timeout.connect(self._tell)
        self._duplicate.clicked.connect(lambda: self.duplicate_requested.emit(self._suite.id))
        self._first.clicked.connect(self._on_add)
        for field in self._lines.values():
            field.textEdited.connect(lambda _text: self._timer.start())
        self._pane.changed.connect(self._timer.start)
        self._tools["back"].clicked.connect(self._on_back)
        self._tools["run"].clicked.connect(self._on_run)
        self._tools["add"].clicked.connect(self._on_add)
        self._tools["copy"].clicked.connect(self._on_copy)
        self._tools["remove"].clicked.connect(self._on_remove)
        for key, step, sequence in (("up", -1, "Alt+Up"), ("down", 1, "Alt+Down")):
            self._tools[key].setShortcut(sequence)
            self._tools[key].clicked.connect(lambda _on=False, step=step: self._on_move(step))
        self._table.resized.connect(self._measure)
        self._table.opened.connect(self._pane.focus_prompt)
        self._table.deleted.connect(self._on_remove)
        self._table.selectionModel().currentRowChanged.connect(
            lambda index, _before: self._on_current(index.row())
        )

    # what a person does

    def _on_back(self) -> None:
        self.flush()
        self.back_requested.emit()

    def _on_run(self) -> None:
        self.flush()
        self.run_requested.emit(self._suite.id)

    def _on_add(self) -> None:
        self._insert(SuitePrompt(uuid4().hex[:12], (PromptTurn("user", ""),)))
        self._pane.focus_prompt()

    def _on_copy(self) -> None:
        prompt = self._rows.prompt_at(self._place)
        if prompt is not None:
            self._take_prompt()
            self._insert(
                replace(self._rows.prompts[self._place], id=uuid4().hex[:12], pair="", variant="")
            )

    def _insert(self, prompt: SuitePrompt) -> None:
        self._take_prompt()
        place = self._place + 1 if self._place >= 0 else self._rows.rowCount()
        self._rows.insert(place, prompt)
        self._choose(place)
        self._tell()

    def _on_remove(self) -> None:
        place = self._place
        if self._suite.builtin or self._rows.prompt_at(place) is None:
            return
        self._take_prompt()
        self._place = -1
        gone = self._rows.remove(place)
        self._choose(min(place, self._rows.rowCount() - 1))
        if (
            not self._rows.rowCount()
        ):  # what was pressed is dead now, and Qt would choose who has the keys
            self._first.setFocus()
        self._tell()
        self.prompts_removed.emit([(place, gone)])

    def _on_move(self, step: int) -> None:
        self._take_prompt()
        place, self._place = self._place, -1
        moved = not self._suite.builtin and self._rows.move(place, step)
        self._choose(place + step if moved else place)
        if moved:
            self._tell()

    def _on_current(self, place: int) -> None:
        if place != self._place:
            self._show_prompt(place)
        self._show_state()

    def _choose(self, place: int) -> None:
        """Open the prompt at a place of the table; -1: there is none."""
        if place != self._place or place < 0:
            self._show_prompt(place)
        self._table.setCurrentIndex(self._rows.index(place, 0))
        self._show_state()

    def _show_prompt(self, place: int) -> None:
        self._take_prompt()
        self._place = place
        self._pane.set_prompt(self._rows.prompt_at(place), locked=self._suite.builtin)

    def _take_prompt(self) -> None:
        """Put what the fields say into the table."""
        before, now = self._rows.prompt_at(self._place), self._pane.prompt()
        if before is not None and now is not None and before.id == now.id and before != now:
            self._rows.change(self._place, now)

    def _tell(self) -> None:
        self._timer.stop()
        if self._suite.builtin or not self._suite.id:
            return
        suite = self.suite()
        self._show_state()
        if suite != self._suite:
            self._suite = suite
            self.suite_changed.emit(suite)

    def _show_state(self) -> None:
        count = self._rows.rowCount()
        self._stack.setCurrentIndex(0 if count else 1)
        self._count.setText(prompts_words(count))
        self._tools["run"].setEnabled(count > 0)
        chosen = 0 <= self._place < count
        for key in ("copy", "remove"):
            self._tools[key].setEnabled(chosen)
        self._tools["up"].setEnabled(chosen and self._place > 0)
        self._tools["down"].setEnabled(chosen and self._place < count - 1)
