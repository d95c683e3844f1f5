"""The Suites tab with the store behind it: the list, what is done with a suite, and its edit."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from benchtop.domain.errors import BenchtopError
from benchtop.domain.suites import Suite, SuitePrompt
from benchtop.evaluation.checks import unusable
from benchtop.services.compare_services import CompareServices
from benchtop.services.reply_stream import explain
from benchtop.services.suites import add_suite, find_suite
from benchtop.ui.compare.suite_files_wiring import SuiteFilesWiring
from benchtop.ui.compare.suite_making import read_summaries
from benchtop.ui.compare.suite_prompt_model import name_at
from benchtop.ui.compare.suite_rows import SuiteSummary
from benchtop.ui.compare.suite_runs_wiring import SuiteRunsWiring
from benchtop.ui.compare.suites_page import SuitesPage
from benchtop.ui.undo_stack import UndoStack
from benchtop.ui.widgets.info_bar import InfoBar
from benchtop.ui.widgets.when_visible import WhenVisible

if TYPE_CHECKING:
    from benchtop.store.database import Store


class SuitesWiring(QObject):
    """Fills the page and does what it wishes; ``runs`` has what there is of runs and their results."""

    def __init__(
        self,
        page: SuitesPage,
        services: CompareServices,
        runs: SuiteRunsWiring,
        info: InfoBar,
        undo: UndoStack,
    ) -> None:
        super().__init__(page)
        self._page, self._store, self._runs = page, services.store, runs
        self._info, self._undo = info, undo
        self._judging = services.disk  # a pattern may take a while to compile
        self._edited: Suite | None = None
        self._rows: list[SuiteSummary] = []
        self._choose = ""
        self._soon = WhenVisible(page.list, self._read)
        self.files = SuiteFilesWiring(page, services, info, self.added)
        self._connect()
        self.refresh()

    def refresh(self) -> None:
        """Read the list again, when somebody looks at it."""
        self._soon.ask()

    def added(self, suite: Suite) -> None:
        """A suite is in the store now: choose it in the list."""
        self._choose = suite.id
        self.refresh()

    def _connect(self) -> None:
        view, editor = self._page.list, self._page.editor
        view.new_requested.connect(self._new)
        view.open_requested.connect(self._open)
        view.duplicate_requested.connect(self._duplicate)
        view.delete_requested.connect(self._delete)
        view.run_requested.connect(self._run)
        view.results_requested.connect(self._results)
        editor.suite_changed.connect(self._changed)
        editor.prompts_removed.connect(self._prompts_removed)
        editor.back_requested.connect(self._show_list)
        editor.run_requested.connect(self._run)
        editor.duplicate_requested.connect(self._duplicate)
        self._page.results.back_requested.connect(self._show_list)
        self._runs.changed.connect(self.refresh)
        self._runs.mend_requested.connect(self._mend)

    # The list

    def _show_list(self) -> None:
        self._page.show_part("list")
        self.refresh()

    def _read(self) -> None:
        self._store.run(read_summaries, self._show, self._say)

    def _show(self, rows: list[SuiteSummary]) -> None:
        if rows != self._rows:
            self._rows = rows
            self._page.list.set_rows(rows)
        if self._choose:
            self._page.list.choose(self._choose)
            self._choose = ""

    def _say(self, error: BenchtopError) -> None:
        self._info.post("error", explain(error))

    def _with(self, suite_id: str, then: Callable[[Suite], object]) -> None:
        """Have a suite read; the one that is typed in is as it was typed."""
        self._page.editor.flush()
        self._store.run(lambda store: find_suite(store, suite_id), then, self._say)

    def _new(self) -> None:
        name = self.tr("New suite")
        self._store.run(
            lambda store: add_suite(store, Suite(uuid.uuid4().hex, name, ())),
            self._edit,
            self._say,
        )

    def _open(self, suite_id: str) -> None:
        self._with(suite_id, self._edit)

    def _edit(self, suite: Suite) -> None:
        self._edited, self._choose = suite, suite.id
        self._page.editor.set_suite(suite)
        self._page.show_part("editor")

    def _mend(self, suite_id: str, prompt_id: str) -> None:
        def open_prompt(suite: Suite) -> None:
            self._edit(suite)
            self._page.editor.open_prompt(prompt_id)

        self._with(suite_id, open_prompt)

    def _duplicate(self, suite_id: str) -> None:
        def copy(store: Store) -> Suite:
            suite = find_suite(store, suite_id)
            return add_suite(store, replace(suite, id=uuid.uuid4().hex))

        def copied(suite: Suite) -> None:
            if self._page.part == "editor":
                self._edit(suite)
            else:
                self.added(suite)

        self._page.editor.flush()
        self._store.run(copy, copied, self._say)

    def _delete(self, suite_id: str) -> None:
        row = next((one for one in self._rows if one.id == suite_id), None)
        if row is None or row.builtin:
            return

        def deleted(_none: None) -> None:
            self.refresh()
            words = self.tr("The suite “{name}” is in the bin.").format(name=row.name)
            self._undo.push(words, lambda _left: self._restore(suite_id), [suite_id])

        self._store.run(lambda store: store.suites.delete(suite_id), deleted, self._say)

    def _restore(self, suite_id: str) -> None:
        def restored(_none: None) -> None:
            self._choose = suite_id
            self.refresh()

        self._store.run(lambda store: store.suites.restore(suite_id), restored, self._say)

    # The editor

    def _changed(self, suite: Suite) -> None:
        """Keep it as it is typed, finished or not: it is judged when it is run."""
        before, self._edited = self._edited, suite
        self._store.keep(lambda store: store.suites.put(suite), f"suite/{suite.id}")
        old = before.prompts if before is not None and before.id == suite.id else ()
        known = {id(one) for one in old}
        changed = [one for one in suite.prompts if id(one) not in known]
        if len(changed) == 1:
            self._judging.run(
                lambda: unusable(changed[0]), lambda found: self._judged(suite, found)
            )

    def _judged(self, suite: Suite, trouble: str | None) -> None:
        if trouble and self._edited is suite:
            words = self.tr("In this prompt {trouble}.").format(trouble=trouble)
            self._page.editor.set_trouble(words)

    def _prompts_removed(self, gone: list[tuple[int, SuitePrompt]]) -> None:
        suite = self._edited
        if suite is None or not gone:
            return
        place, prompt = gone[0]
        words = self.tr("The prompt “{name}” is removed.").format(name=name_at(prompt, place))
        suite_id = suite.id
        self._undo.push(words, lambda _left: self._put_back(suite_id, gone))

    def _put_back(self, suite_id: str, gone: list[tuple[int, SuitePrompt]]) -> None:
        if self._edited is not None and self._edited.id == suite_id:
            self._page.editor.insert_prompts(gone)
            return

        def put(store: Store) -> None:
            suite = store.suites.get(suite_id)
            prompts = list(suite.prompts)
            for place, prompt in sorted(gone, key=lambda pair: pair[0]):
                prompts.insert(min(place, len(prompts)), prompt)
            store.suites.put(replace(suite, prompts=tuple(prompts)))

        self._store.run(put, lambda _none: self.refresh(), self._say)

    # Runs

    def _run(self, suite_id: str) -> None:
        self._with(suite_id, self._runs.show_suite)

    def _results(self, suite_id: str) -> None:
        self._with(suite_id, self._runs.show_suite)
